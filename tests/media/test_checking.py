"""What a received file really is, and whether it may be kept."""

from __future__ import annotations

import hashlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.media.checking import ALLOWED, MB, Unwanted, check, most_bytes, real_mime
from tests.media import files

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def refusal(content: bytes, kind: str, declared: str | None = None, sha256: str | None = None) -> str:
    """Why the file is not kept; empty if it would be."""
    try:
        check(content, kind, declared, sha256)
    except Unwanted as unwanted:
        return unwanted.reason
    return ""


@pytest.mark.parametrize(
    ("kind", "content", "declared", "real"),
    [
        ("image", files.picture(), "image/jpeg", "image/jpeg"),
        ("image", files.picture(), "IMAGE/JPG", "image/jpeg"),
        ("image", files.picture("PNG"), None, "image/png"),
        ("sticker", files.picture("WEBP"), "image/webp", "image/webp"),
        ("audio", files.OGG, "audio/ogg; codecs=opus", "audio/ogg"),
        ("audio", files.AMR, "audio/amr", "audio/amr"),
        ("audio", files.MP3, "audio/mpeg", "audio/mpeg"),
        ("audio", files.AAC, "audio/aac", "audio/aac"),
        ("audio", files.M4A, "audio/mp4", "audio/mp4"),
        ("audio", files.M4A, "audio/aac", "audio/mp4"),
        ("audio", files.MP4, "audio/mp4", "audio/mp4"),
        ("video", files.MP4, "video/mp4", "video/mp4"),
        ("video", files.FILM_3GP, "video/3gpp", "video/3gpp"),
        ("document", files.PDF, "application/pdf", "application/pdf"),
        ("document", files.PDF, "application/octet-stream", "application/pdf"),
        ("document", files.TEXT, "text/plain", "text/plain"),
        ("document", files.picture(), "image/jpeg", "image/jpeg"),
        ("document", files.office("word/document.xml"), WORD, WORD),
        ("document", files.office("xl/workbook.xml"), EXCEL, EXCEL),
        ("document", files.office("ppt/presentation.xml"), POWERPOINT, POWERPOINT),
        ("document", files.old_office("WordDocument"), "application/msword", "application/msword"),
        ("document", files.old_office("Workbook"), "application/vnd.ms-excel", "application/vnd.ms-excel"),
        ("document", files.old_office("PowerPoint Document"), None, "application/vnd.ms-powerpoint"),
    ],
)
def test_what_phones_send_is_kept(kind: str, content: bytes, declared: str | None, real: str) -> None:
    assert check(content, kind, declared, hashlib.sha256(content).hexdigest().upper()) == real


@pytest.mark.parametrize(
    "content",
    [
        files.EXE,
        files.ELF,
        files.HTML,
        files.SVG,
        files.SCRIPT,
        files.archive("ktp.jpg"),
        files.archive("[Content_Types].xml", "ktp.jpg"),
        files.archive("word/document.xml"),
        files.office("word/document.xml", "word/vbaProject.bin"),
        files.office("word/document.xml", "xl/workbook.xml"),
        files.office("xl/workbook.bin"),
        files.archive("AndroidManifest.xml", "classes.dex"),
        files.old_office("\u4840\u3f3f\u4577"),
        files.old_office("Macros", storage=True),
        files.picture("GIF"),
        b"Rar!\x1a\x07\x01\x00" + bytes(100),
        b"7z\xbc\xaf\x27\x1c" + bytes(100),
        b"\x1f\x8b\x08" + bytes(100),
        b"PK\x03\x04" + bytes(50),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30),
        b"\x00\x01\x02\x03" * 20,
        b"abc\x00def",
        b"\xff\xfeh\x00",
    ],
)
@pytest.mark.parametrize("kind", ALLOWED)
def test_what_is_of_no_allowed_type_is_refused_whatever_it_is_called(kind: str, content: bytes) -> None:
    assert {refusal(content, kind, declared) for declared in (None, *ALLOWED[kind])} == {"type"}


@pytest.mark.parametrize(
    ("kind", "content", "declared"),
    [
        ("image", files.PDF, None),
        ("image", files.picture("WEBP"), None),
        ("sticker", files.picture(), None),
        ("video", files.OGG, None),
        ("audio", files.picture(), None),
        ("image", files.picture("PNG"), "image/jpeg"),
        ("document", files.PDF, "text/plain"),
        ("document", files.office("xl/workbook.xml"), WORD),
        ("document", files.MP4, "video/mp4"),
        ("contacts", files.PDF, None),
    ],
)
def test_a_file_that_is_something_else_than_it_says_is_refused(kind: str, content: bytes, declared: str | None) -> None:
    assert refusal(content, kind, declared) == "type"


def test_a_file_that_is_not_whole_is_damaged() -> None:
    whole = files.picture()
    assert refusal(whole[:-1], "image", "image/jpeg", hashlib.sha256(whole).hexdigest()) == "damaged"
    assert refusal(b"", "image") == "damaged"


def test_how_much_is_kept_of_each_kind() -> None:
    sizes = {kind: most_bytes(kind, document_mb=20) for kind in ALLOWED}
    assert sizes == {"image": 5 * MB, "audio": 16 * MB, "video": 16 * MB, "sticker": 500_000, "document": 20 * MB}
    with pytest.raises(Unwanted):
        most_bytes("contacts", document_mb=20)


def _claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    sized = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + sized + files.picture("PNG")[33:]


@pytest.mark.filterwarnings("ignore:Image size")
@pytest.mark.parametrize("kind", ["image", "document"])
@pytest.mark.parametrize(("width", "height"), [(12_000, 12_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_of_who_looks_is_refused(kind: str, width: int, height: int) -> None:
    assert refusal(_claims(width, height), kind) == "size"


@pytest.mark.filterwarnings("ignore:Image size")
def test_the_largest_photo_of_a_telephone_is_kept() -> None:
    assert check(_claims(12_000, 9_000), "document", "image/png", None) == "image/png"


def test_an_archive_of_very_many_parts_is_not_read() -> None:
    assert real_mime(files.office("word/document.xml") + b"PK\x01\x02" * 5_001) is None


_STARTS = [
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x00\x00\x00\x18ftyp",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF",
]


@given(st.sampled_from(_STARTS), st.binary(max_size=2000))
def test_no_content_breaks_the_check(start: bytes, rest: bytes) -> None:
    for kind in ALLOWED:
        assert refusal(start + rest, kind) in ("", "type", "damaged")


@given(st.integers(0, 2047), st.binary(min_size=1, max_size=40))
def test_a_compound_file_with_rubbish_inside_does_not_break_the_check(where: int, rubbish: bytes) -> None:
    content = bytearray(files.old_office("WordDocument"))
    content[where : where + len(rubbish)] = rubbish
    assert refusal(bytes(content), "document") in ("", "type")
