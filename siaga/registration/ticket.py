"""Tickets: codes that survive being spoken, and QR pictures that cannot be forged.

A code looks like ``SG-7K3M-9Q``: five random signs and a check sign, over 23 signs chosen so that none looks or
sounds like another. One wrong sign or two that changed places never give another valid code. 6.4 million codes exist.
A QR holds the code and its signature, nothing about the person.
"""

from __future__ import annotations

import base64
import hmac
import io
import math
import re
import secrets

import segno
from PIL import Image, ImageDraw, ImageFont

from siaga.privacy import blind_index
from siaga.registration.records import Ticket

PREFIX = "SG"
# Without 0 O D, 1 I L, B, G, N, S, U V, Z. As many signs as a prime number: that is what makes the check sign sure.
SIGNS = "23456789ACEFHJKMPQRTWXY"
RANDOM_SIGNS = 5

PICTURE_WIDTH = 640
"""Pixels, at least: a phone shows it sharp, and a scanner reads it from a hand's distance."""
_QUIET_ZONE = 4  # modules, what the standard asks for
_SIGNATURE_BYTES = 10

_SHAPE = re.compile(
    rf"(?<![A-Z0-9]){PREFIX}[\s\-–.]*([{SIGNS}]{{4}})[\s\-–.]*([{SIGNS}]{{2}})(?![A-Z0-9])", re.IGNORECASE | re.ASCII
)


def _check_sign(signs: str) -> str:
    weighted = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(signs, start=1))
    # The check sign's own weight brings the sum to a multiple of the number of signs.
    return SIGNS[-weighted * pow(len(signs) + 1, -1, len(SIGNS)) % len(SIGNS)]


def new_code() -> str:
    """A code at random, such as ``SG-7K3M-9Q``."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(RANDOM_SIGNS))
    signs += _check_sign(signs)
    return f"{PREFIX}-{signs[:4]}-{signs[4:]}"


def find_code(text: str) -> str | None:
    """The code in a text, however it is spaced, dashed or cased; None if there is none or its check sign is wrong."""
    for found in _SHAPE.finditer(text):
        signs = (found[1] + found[2]).upper()
        if _check_sign(signs[:-1]) == signs[-1]:
            return f"{PREFIX}-{signs[:4]}-{signs[4:]}"
    return None


def _signature(code: str) -> str:
    return base64.b32encode(blind_index(code, "ticket.qr")[:_SIGNATURE_BYTES]).decode().rstrip("=")


def qr_text(ticket: Ticket | str) -> str:
    """What the QR of a ticket (or of its code) says: ``<code>.<signature>``, in the signs that QR packs densest.

    Raises:
        ValueError: a ticket without an appointment has no code.
    """
    code = ticket if isinstance(ticket, str) else ticket.code
    if code is None:
        raise ValueError("no appointment, no QR")
    return f"{code}.{_signature(code)}"


def verify(text: str) -> str | None:
    """The code in a scanned text if we signed it, else None."""
    code, _, signature = text.strip().partition(".")
    if not (code.isascii() and signature.isascii()) or not hmac.compare_digest(signature, _signature(code)):
        return None
    return code


def qr_png(text: str) -> bytes:
    """A PNG of the QR for ``text``, with what stands before its signature printed underneath."""
    # micro=False: scanners in the field do not all read micro codes.
    code = segno.make(text, error="m", micro=False)
    scale = math.ceil(PICTURE_WIDTH / code.symbol_size(border=_QUIET_ZONE)[0])
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=scale, border=_QUIET_ZONE)
    drawn.seek(0)
    qr = Image.open(drawn).convert("L")

    font = ImageFont.load_default(size=PICTURE_WIDTH // 11)
    caption = text.partition(".")[0]
    left, top, right, bottom = (int(edge) for edge in font.getbbox(caption))
    margin = _QUIET_ZONE * scale
    picture = Image.new("L", (qr.width, qr.height + bottom - top + margin), color=255)
    picture.paste(qr, (0, 0))
    ImageDraw.Draw(picture).text(((qr.width - (right - left)) / 2 - left, qr.height - top), caption, fill=0, font=font)

    written = io.BytesIO()
    # WhatsApp takes pictures with 8 bits a channel, RGB or RGBA, and no others.
    picture.convert("RGB").save(written, format="PNG", optimize=True)
    return written.getvalue()
