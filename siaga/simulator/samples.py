"""Stand-in files for pictures and voice messages, so that nothing needs a camera or a microphone."""

from __future__ import annotations

import base64
import struct
import zlib

MIME = {
    "image": "image/png",
    "sticker": "image/webp",
    "audio": "audio/amr",
    "video": "video/mp4",
    "document": "application/pdf",
}

_WIDTH, _HEIGHT = 320, 200
# A square yellow face.
_STICKER = "UklGRjwAAABXRUJQVlA4TC8AAAAvP8APEAY1jaRAnvAvAVk/FXcV3Ej/FGD9n4CjQX08twlm7E2czeS2L9+TmXyEewA="


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _picture() -> bytes:
    """A PNG of a hill under an evening sky."""
    rows = []
    for y in range(_HEIGHT):
        row = bytearray(b"\0")
        for x in range(_WIDTH):
            hill = 130 + ((x - 160) ** 2) // 700
            sun = (x - 230) ** 2 + (y - 70) ** 2 < 700
            row += (
                bytes((58, 125, 92)) if y > hill else bytes((250, 204, 96)) if sun else bytes((150 + y // 2, 190, 226))
            )
        rows.append(bytes(row))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    parts = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def sample(kind: str) -> bytes:
    """Bytes for one kind of media.

    The picture, the sticker and the voice message (three silent seconds of AMR) are real files; a video and a document
    are only marked as such, since nobody looks inside.
    """
    if kind == "image":
        return _picture()
    if kind == "audio":
        return b"#!AMR\n" + b"\x7c" * 150
    return {
        "sticker": base64.b64decode(_STICKER),
        "video": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        "document": b"%PDF-1.4\n%%EOF\n",
    }[kind]
