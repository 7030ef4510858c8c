"""One-time codes from an authenticator app (RFC 6238), and the codes that stand in for a lost phone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp

STEP_SECONDS = 30
RECOVERY_CODES = 10
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_secret() -> str:
    """A secret for the app to keep."""
    return pyotp.random_base32()


def address(secret: str, login: str) -> str:
    """What the app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Siaga")


def picture(secret: str, login: str) -> str:
    """The same as a QR: an SVG in a ``data:`` address, dark on white in any scheme."""
    import segno

    return segno.make(address(secret, login), error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")


def step_of(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The time step whose code this is: the present one, or one beside it for a clock that is off, but none up to the
    last that was used. None: wrong."""
    given = "".join(code.split())
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (present - 1, present, present + 1):
        right = secrets.compare_digest(totp.generate_otp(step).encode(), given.encode())
        if right and (last_step is None or step > last_step):
            found = step
    return found


def new_recovery() -> list[str]:
    """Codes to be written down, ``k3m9p-7xq2r``; each works once."""
    return [f"{_signs()}-{_signs()}" for _ in range(RECOVERY_CODES)]


def _signs() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(5))


def kept_of(codes: Sequence[str]) -> list[str]:
    """What is kept of recovery codes."""
    return [_digest(code) for code in codes]


def without(kept: Sequence[str], code: str) -> list[str] | None:
    """What is left once this recovery code is used; None: it is none of them."""
    given = _digest(code)
    return [one for one in kept if one != given] if given in kept else None


def _digest(code: str) -> str:
    signs = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(signs.encode()).hexdigest()
