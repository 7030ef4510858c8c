"""Whether a webhook comes from Meta: HMAC-SHA256 of the received bytes under the app's secret."""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="


def sign(body: bytes, secret: str) -> str:
    """The header's value for a body."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def genuine(body: bytes, header: str | None, secret: str) -> bool:
    """Whether ``header`` is the signature of exactly these bytes."""
    if not header:
        return False
    return hmac.compare_digest(header.strip().encode(errors="replace"), sign(body, secret).encode())
