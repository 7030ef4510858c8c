"""A picture as the file that is sent, small, and with its words in it."""

from __future__ import annotations

import io
import struct
import threading
import zlib

import numpy as np
from PIL import Image

from siaga.radar.drawing.alt import alt
from siaga.radar.drawing.page import figure
from siaga.radar.drawing.view import View

MOST_BYTES = 150_000
_LOCK = threading.Lock()
"""matplotlib's fonts are not made for two threads at once."""


def draw(view: View) -> bytes:
    """A PNG, the same bytes for the same view."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with _LOCK:
        canvas = FigureCanvasAgg(figure(view))
        canvas.draw()
        pixels = np.array(canvas.buffer_rgba())[..., :3]
    image = Image.fromarray(pixels)
    # WhatsApp takes 8 bits a channel in RGB, and no palette. Few shades make a small file of it all the same.
    for shades in (96, 48, 24):
        few = image.quantize(shades, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
        written = _png(few, alt(view))
        if len(written) < MOST_BYTES:
            break
    return written


def _png(image: Image.Image, description: str) -> bytes:
    """The file. Its lines are packed as they are: Pillow would first take each from the one above, which is for
    photographs, and makes files of flat colours half as large again."""
    lines = np.asarray(image).reshape(image.height, -1)
    plain = np.hstack([np.zeros((image.height, 1), np.uint8), lines]).tobytes()
    words = b"Description\0\0\0id\0\0" + description.encode()
    head = struct.pack(">IIBBBBB", image.width, image.height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"iTXt", words), (b"IDAT", zlib.compress(plain, 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def described(png: bytes) -> str:
    """The words that a picture drawn here carries; empty for another one."""
    return str(Image.open(io.BytesIO(png)).info.get("Description", ""))
