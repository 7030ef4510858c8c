"""Whether a file that somebody sent is what it says, and of a kind that may be kept.

Types and sizes are those of Meta's media reference (17 April 2026), read in November 2026. What a file really is,
its first bytes tell, never its name: an executable called ``ktp.jpg`` is an executable.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

import filetype
import olefile

MB = 1_000_000
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_OLD_OFFICE = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")

# What phones send as each kind. Whoever wants a picture to stay sharp sends it as a document.
ALLOWED: dict[str, frozenset[str]] = {
    "image": frozenset({"image/jpeg", "image/png"}),
    "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "sticker": frozenset({"image/webp"}),
    "document": frozenset(
        {"application/pdf", "text/plain", "image/jpeg", "image/png", _WORD, _EXCEL, _POWERPOINT, *_OLD_OFFICE}
    ),
}
_MOST_BYTES = {"image": 5 * MB, "audio": 16 * MB, "video": 16 * MB, "sticker": 500_000}

_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/apng": "image/png",
    "audio/mp3": "audio/mpeg",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
}
# Says nothing.
_ANYTHING = "application/octet-stream"
# The part of an Office file that makes it one.
_MAIN_PARTS = {"word/document.xml": _WORD, "xl/workbook.xml": _EXCEL, "ppt/presentation.xml": _POWERPOINT}
_MAIN_STREAMS = {
    "WordDocument": _OLD_OFFICE[0],
    "Workbook": _OLD_OFFICE[1],
    "Book": _OLD_OFFICE[1],
    "PowerPoint Document": _OLD_OFFICE[2],
}
_MACRO_STORAGES = ("Macros", "_VBA_PROJECT_CUR")
_ZIP, _ZIP_ENTRY = b"PK\x03\x04", b"PK\x01\x02"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An Office file has tens of parts; reading a list of hundreds of thousands would cost memory.
_MOST_PARTS = 5_000
# A telephone's largest photo has 108 million; whoever looks at one of thousands of millions looks at nothing any more.
MOST_PIXELS = 120_000_000
_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = ("<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php")


class Unwanted(Exception):
    """The file may not be kept. ``reason`` is type, size or damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def most_bytes(kind: str, document_mb: int) -> int:
    """The size up to which a file of this kind is kept.

    Raises:
        Unwanted: no such kind is kept.
    """
    if kind == "document":
        return document_mb * MB
    if kind not in _MOST_BYTES:
        raise Unwanted("type")
    return _MOST_BYTES[kind]


def check(content: bytes, kind: str, declared_mime: str | None, declared_sha256: str | None) -> str:
    """The file's MIME type, as its content has it.

    Args:
        kind: image, audio, video, document or sticker.
        declared_mime: what the sender's side says it is.
        declared_sha256: hex.

    Raises:
        Unwanted: it has been damaged, is not what it says, or may not be kept.
    """
    if not content or (declared_sha256 and hashlib.sha256(content).hexdigest() != declared_sha256.lower()):
        raise Unwanted("damaged")
    real = real_mime(content)
    if kind == "audio" and real == "video/mp4":
        # One container for both; sound alone often carries the film's mark.
        real = "audio/mp4"
    if real is None or real not in ALLOWED.get(kind, frozenset()) or not _agrees(declared_mime, real):
        raise Unwanted("type")
    if _pixels(content, real) > MOST_PIXELS:
        raise Unwanted("size")
    return real


def _pixels(content: bytes, mime: str) -> int:
    """How many a picture says it has, read without drawing it; 0 of what is no picture, or none that can be read."""
    if mime not in _PICTURES:
        return 0
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=[_PICTURES[mime]]) as picture:
            return int(picture.width) * int(picture.height)
    except Image.DecompressionBombError:
        return MOST_PIXELS + 1
    except Exception:
        return 0


def real_mime(content: bytes) -> str | None:
    """What the content is; None for what is not known, or is known for what it can do."""
    if content.startswith(_ZIP):
        return _zipped_office(content)
    if content.startswith(_OLE):
        return _old_office(content)
    if content[4:11] == b"ftyp3gp":
        return "video/3gpp"
    found = filetype.guess_mime(content)
    if found is None:
        return "text/plain" if _is_plain_text(content) else None
    return _ALIASES.get(found, found)


def _agrees(declared: str | None, real: str) -> bool:
    said = (declared or "").partition(";")[0].strip().lower()
    said = _ALIASES.get(said, said)
    if said in ("", _ANYTHING, real):
        return True
    # Phones are careless about which container a sound or a film is in.
    loose = ("audio/", "video/")
    return said.startswith(loose) and real.startswith(loose)


def _zipped_office(content: bytes) -> str | None:
    """Word, Excel or PowerPoint without macros; None for any other archive."""
    if content.count(_ZIP_ENTRY) > _MOST_PARTS:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except Exception:
        return None
    if "[Content_Types].xml" not in parts or any(part.lower().endswith("vbaproject.bin") for part in parts):
        return None
    found = {mime for part, mime in _MAIN_PARTS.items() if part in parts}
    return found.pop() if len(found) == 1 else None


def _old_office(content: bytes) -> str | None:
    """Word, Excel or PowerPoint of before 2007 without macros; installers have the same first bytes."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            if any(file.exists(storage) for storage in _MACRO_STORAGES):
                return None
            found = {mime for stream, mime in _MAIN_STREAMS.items() if file.exists(stream)}
    except Exception:
        return None
    return found.pop() if len(found) == 1 else None


def _is_plain_text(content: bytes) -> bool:
    """Words only: nothing that a browser or a shell would carry out."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if text.startswith("#!") or _CONTROLS.search(text):
        return False
    lowered = text.lower()
    return not any(mark in lowered for mark in _MARKUP)
