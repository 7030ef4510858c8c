"""Tickets: codes that survive being spoken, and QR pictures that cannot be forged.

A code looks like ``SG-7K3M-9Q``: five random signs and a check sign, over 23 signs chosen so that none looks or
sounds like another. One wrong sign or two that changed places never give another valid code. 6.4 million codes exist.
A QR holds the code and its signature, nothing about the person.
"""

from __future__ import annotations

import io
import math

import segno
from PIL import Image, ImageDraw, ImageFont

from siaga.privacy.codes import SIGNS, Codes
from siaga.registration.records import Ticket

__all__ = ["PREFIX", "SIGNS", "find_code", "new_code", "qr_png", "qr_text", "verify"]

_CODES = Codes("SG", groups=(4, 2), purpose="ticket.qr")
PREFIX = _CODES.prefix

PICTURE_WIDTH = 640
"""Pixels, at least: a phone shows it sharp, and a scanner reads it from a hand's distance."""
_QUIET_ZONE = 4  # modules, what the standard asks for


def new_code() -> str:
    """A code at random, such as ``SG-7K3M-9Q``."""
    return _CODES.new()


def find_code(text: str) -> str | None:
    """The code in a text, however it is spaced, dashed or cased; None if there is none or its check sign is wrong."""
    return _CODES.find(text)


def qr_text(ticket: Ticket | str) -> str:
    """What the QR of a ticket (or of its code) says: ``<code>.<signature>``, in the signs that QR packs densest.

    Raises:
        ValueError: a ticket without an appointment has no code.
    """
    code = ticket if isinstance(ticket, str) else ticket.code
    if code is None:
        raise ValueError("no appointment, no QR")
    return _CODES.signed(code)


def verify(text: str) -> str | None:
    """The code in a scanned text if we signed it, else None."""
    return _CODES.verify(text)


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
