"""Small files of many kinds, real enough to be told apart."""

from __future__ import annotations

import io
import struct
import zipfile

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OGG = b"OggS\x00\x02" + bytes(20) + b"OpusHead" + bytes(40)
AMR = b"#!AMR\n" + b"\x7c" * 150
MP3 = b"ID3\x04" + bytes(60)
AAC = b"\xff\xf1\x50\x80" + bytes(60)
M4A = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00mp42isom" + bytes(40)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(40)
FILM_3GP = b"\x00\x00\x00\x18ftyp3gp4\x00\x00\x00\x003gp43gp6" + bytes(40)
EXE = b"MZ\x90\x00" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
HTML = b"<!DOCTYPE html><html><body>halo</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"#!/bin/sh\necho halo\n"
TEXT = "Warga Uji 001\r\nSurabaya — daftar vaksin 🙏\n".encode()


def picture(kind: str = "JPEG", size: int = 8) -> bytes:
    """A picture as Pillow writes it: JPEG, PNG, WEBP, GIF."""
    out = io.BytesIO()
    Image.new("RGB", (size, size), (58, 125, 92)).save(out, kind)
    return out.getvalue()


def archive(*parts: str) -> bytes:
    """A zip file with these parts in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in parts:
            # Always of the same day: what is in it names tests, which every process must call the same.
            made.writestr(zipfile.ZipInfo(part, (2026, 11, 22, 0, 0, 0)), "<a/>", zipfile.ZIP_DEFLATED)
    return out.getvalue()


def office(main_part: str, *more: str) -> bytes:
    """An Office file of after 2007, as far as its parts go: ``word/document.xml``."""
    return archive("[Content_Types].xml", "_rels/.rels", main_part, *more)


def old_office(stream: str, *, storage: bool = False) -> bytes:
    """A compound file with one stream (or storage) of this name, as [MS-CFB] has it."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header += struct.pack("<108I", *[free] * 108)
    table = struct.pack("<128I", fat, end, *[free] * 126)

    def entry(name: str, kind: int, child: int) -> bytes:
        encoded = (name + "\0").encode("utf-16-le")
        start = end if kind != 1 else 0
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(encoded), kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", start, 0)
        )

    directory = entry("Root Entry", 5, 1) + entry(stream, 1 if storage else 2, free)
    return header + table + directory.ljust(512, b"\0") + bytes(512)
