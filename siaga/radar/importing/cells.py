"""Files of lines and cells (CSV), as offices and their spreadsheets write them."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from siaga.radar.importing.refused import Refused

END = "akhir"
"""The word in the first cell of a last line which says that the file is whole."""

LARGEST_BYTES = 60_000_000
_SEPARATORS = (";", ",", "\t")
_UNKNOWN = {"", "-", "--", "—", "–", "?", "n/a", "na", "#n/a", "null", "none", "tad", "tidak ada data",
            "belum ada data", "belum ada", "tidak diketahui", "belum diketahui"}  # fmt: skip
_WHOLE = re.compile(r"-?\d+")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:([.,' ])\d{3})(?:\1\d{3})*")
_EMPTY_DECIMALS = re.compile(r"[.,]0{1,2}$")

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_NUMBERS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: 0?0[:.]00(?:[:.]00)?)?")
_WORDS = re.compile(r"(\d{1,2})[ -]([a-z]+)[ -](\d{4})")
_SERIAL = re.compile(r"\d{5}")
# Day 0 of a spreadsheet's calendar, and the days that it can stand for here: 2000 to 2099.
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(36526, 73051)
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januari jan", "februari pebruari feb peb", "maret mar", "april apr", "mei may", "juni jun", "juli jul",
            "agustus agt agu ags aug", "september sep sept", "oktober okt oct", "november nov nop nopember",
            "desember des dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_YEARS = range(2000, 2101)
_LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number, the header's being 1; ``cells`` by column. ``wrong``: why it cannot be used."""

    number: int
    cells: Mapping[str, str]
    wrong: str | None = None


@dataclass(frozen=True)
class Sheet:
    """The columns in small letters with ``_`` for a space, and the lines.

    ``ended`` is the number of lines that the file itself says it has, None where it does not end with the word for it.
    """

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[tuple[str, int], ...] = ()


def looks_like_cells(text: str) -> bool:
    """Whether the first line has separators between words."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return any(separator in head for separator in _SEPARATORS)


def text_of(content: bytes) -> str:
    """The text of a file.

    Raises:
        Refused: it is too large, or no text that is read here.
    """
    if len(content) > LARGEST_BYTES:
        raise Refused([f"Berkas lebih besar dari {LARGEST_BYTES // 1_000_000} MB. Bagi menjadi beberapa berkas."])
    if not content.strip():
        raise Refused(["Berkas kosong. Periksa apakah sudah disimpan, lalu kirim lagi."])
    if content.startswith(b"PK\x03\x04") or content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(["Ini berkas Excel. Buka, pilih Simpan Sebagai “CSV UTF-8”, lalu kirim berkas CSV itu."])
    if content.startswith(b"%PDF"):
        raise Refused(["Ini berkas PDF. Yang dapat dibaca adalah CSV atau JSON."])
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(["Huruf di berkas ini tidak terbaca. Simpan sebagai “CSV UTF-8”, lalu kirim lagi."]) from None
    if "\x00" in text:
        raise Refused(["Berkas rusak: ada huruf yang tidak terbaca. Simpan ulang, lalu kirim lagi."])
    if re.match(r"\s*<(?:!doctype|html|\?xml)", text, re.IGNORECASE):
        raise Refused(["Yang diterima halaman web, bukan data. Periksa alamatnya."])
    return text


def read_sheet(text: str) -> Sheet:
    """The lines of a text with cells between commas, semicolons or tabs.

    A last line that is not closed may be cut inside a number, which nobody sees by looking at it: it is wrong, unless
    it is the word that ends a file (``END``).

    Raises:
        Refused: there is no header, or the quotes of a cell are not closed.
    """
    first, separator = _first_line(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            rows.append((reader.line_num, [_tidy(cell) for cell in row]))
    except csv.Error as problem:
        raise Refused(
            [f"Baris {reader.line_num}: tanda kutip tidak ditutup, mungkin berkas terpotong ({problem}). Kirim ulang."]
        ) from None
    rows = [(at, row) for at, row in rows if any(row)][1 if first else 0 :]
    columns = [cell.casefold().replace(" ", "_") for cell in rows[0][1]] if rows else []
    while columns and not columns[-1]:
        columns.pop()
    if double := sorted(column for column, times in Counter(columns).items() if column and times > 1):
        raise Refused([f"Kolom {', '.join(double)} ada dua kali. Hapus salah satunya."])
    closed = text.endswith(("\n", "\r"))
    lines: list[Line] = []
    notes: list[tuple[str, int]] = []
    for index, (at, row) in enumerate(rows[1:]):
        last = index == len(rows) - 2
        if [cell.casefold().replace(" ", "_") for cell in row[: len(columns)]] == columns:
            notes.append(("Judul kolom yang terulang dilewati.", at))
            continue
        lines.append(_line(at, row, columns, unclosed=last and not closed))
    return Sheet(tuple(columns), tuple(lines), tuple(notes))


def _first_line(text: str) -> tuple[bool, str]:
    """Whether the first line only names the separator, as Excel writes it ("sep=;"), and the separator."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    if match := re.fullmatch(r"sep=(.)", head.strip(), re.IGNORECASE):
        return True, match.group(1)
    return False, max(_SEPARATORS, key=head.count)


def _tidy(cell: str) -> str:
    if cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell.strip()
    return " ".join(unicodedata.normalize("NFKC", cell).split())


def _line(at: int, row: list[str], columns: list[str], *, unclosed: bool) -> Line:
    cells = dict(zip(columns, row, strict=False))
    if row[0].casefold() == END:
        return Line(at, cells)
    if unclosed:
        return Line(
            at,
            cells,
            "baris terakhir tidak ditutup ganti baris, jadi mungkin terpotong di tengah angka. Bila berkas sudah"
            " lengkap, tambahkan satu baris berisi AKHIR.",
        )
    if len(row) < len(columns):
        return Line(at, cells, f"hanya ada {len(row)} dari {len(columns)} kolom. Mungkin baris ini terpotong.")
    if any(row[len(columns) :]):
        return Line(at, cells, "ada lebih banyak isi daripada kolom. Tulis ribuan tanpa koma, misalnya 1234.")
    return Line(at, cells)


def whole_number(cell: str) -> int | None:
    """How many a cell says; None where it says that this is unknown ("", "-", "n/a").

    "1.234" and "1,234" are thousands, for there are no parts of a person; "12,0" is 12.

    Raises:
        ValueError: it is no whole number.
    """
    if cell.isascii() and cell.isdigit():
        return int(cell)
    text = _tidy(cell).casefold()
    if text in _UNKNOWN:
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    if _THOUSANDS.fullmatch(text):
        return int(re.sub(r"[.,' ]", "", text))
    bare = _EMPTY_DECIMALS.sub("", text)
    if bare != text and (_WHOLE.fullmatch(bare) or _THOUSANDS.fullmatch(bare)):
        return int(re.sub(r"[.,' ]", "", bare))
    raise ValueError(cell)


@dataclass(frozen=True)
class Calendar:
    """How a file writes its days. ``day_first``: 5/7 is known to be 5 July; else it may as well be 7 May."""

    day_first: bool

    def day(self, cell: str) -> date:
        """The day in a cell: "2021-07-05", "5 Juli 2021", "25/7/2021", a spreadsheet's 44382.

        Raises:
            ValueError: there is none, or nobody knows which.
        """
        text = _tidy(cell).casefold()
        if match := _ISO.fullmatch(text.upper()):
            return date(*(int(part) for part in match.groups()))
        if match := _WORDS.fullmatch(text):
            if match.group(2) not in _MONTHS:
                raise ValueError(cell)
            return date(int(match.group(3)), _MONTHS[match.group(2)], int(match.group(1)))
        if _SERIAL.fullmatch(text) and int(text) in _SERIALS:
            return _DAY_ZERO + timedelta(days=int(text))
        if match := _NUMBERS.fullmatch(text):
            first, second, year = (int(part) for part in match.groups())
            if first != second and first <= 12 and second <= 12 and not self.day_first:
                raise ValueError(cell)
            return date(year, second, first)
        raise ValueError(cell)


def calendar_of(cells: list[str], today: date) -> Calendar:
    """How the days of a column are written.

    The day stands first where one of them can be nothing else, or where the newest is of the last days only when read
    so; a file of a spreadsheet that writes the month first must not pass for one that does not.
    """
    pairs = {
        (int(match.group(1)), int(match.group(2)), int(match.group(3)))
        for cell in cells
        if (match := _NUMBERS.fullmatch(_tidy(cell).casefold())) and int(match.group(3)) in _YEARS
    }
    if any(second > 12 for _, second, _ in pairs):
        return Calendar(False)
    if any(first > 12 for first, _, _ in pairs):
        return Calendar(True)
    day_first = [date(year, second, first) for first, second, year in pairs if first and second]
    month_first = [date(year, first, second) for first, second, year in pairs if first and second]
    return Calendar(_lately(day_first, today) and not _lately(month_first, today))


def _lately(days: list[date], today: date) -> bool:
    return bool(days) and timedelta() <= today - max(days) <= _LATELY
