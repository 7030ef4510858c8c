"""A certificate's sheet: one page that a phone shows whole, and that prints on half a sheet of A4.

The same data always give the same bytes, so that a sheet is kept once however often it is asked for.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import segno
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from siaga.certificates.issuing import Certificate, qr_text
from siaga.text.vaccines import brand_label
from siaga.text.written import long_date

FILE_NAME = "sertifikat-vaksin-dosis-{number}.pdf"
UNKNOWN = "tidak tercatat"
SOURCES = {"import": "catatan resmi program vaksinasi", "registry": "registri vaksinasi"}

WIDTH, HEIGHT = A5
MARGIN = 14 * mm
BAND = 38 * mm
"""How high the coloured band is at the top."""
QR_SIDE = 38 * mm
"""With the quiet zone, which the margin is a part of."""
QUIET_ZONE = 4
"""Modules around the QR that stay white, as the standard asks for."""
NAME_SIZE, SMALLEST_NAME = 19.0, 11.0

INK = HexColor("#14302e")
SOFT = HexColor("#5b7371")
DEEP = HexColor("#0e5a54")
BRIGHT = HexColor("#e8b23a")
PALE = HexColor("#eef5f4")
WHITE = HexColor("#ffffff")


class Face(NamedTuple):
    """A font that can be drawn with, plain and bold."""

    plain: str
    bold: str


def drawn(certificate: Certificate) -> bytes:
    """The sheet as a PDF."""
    written = io.BytesIO()
    # invariant: neither the time nor chance goes into the file.
    canvas = Canvas(written, pagesize=A5, invariant=1, lang="id")
    canvas.setTitle(f"Sertifikat vaksinasi COVID-19, dosis ke-{certificate.number}")
    canvas.setAuthor("Siaga, layanan vaksinasi")
    canvas.setSubject(certificate.code)
    face = typeface()
    _band(canvas, face, certificate)
    _person(canvas, face, certificate)
    _dose(canvas, face, certificate)
    _proof(canvas, face, certificate)
    _foot(canvas, face, certificate)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


@lru_cache(maxsize=1)
def typeface() -> Face:
    """DejaVu Sans, which has the letters of every name; matplotlib brings it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise RuntimeError("matplotlib is not installed, which brings the certificates' font")
    fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    face = Face("DejaVuSans", "DejaVuSans-Bold")
    for name in face:
        pdfmetrics.registerFont(TTFont(name, fonts / f"{name}.ttf"))
    return face


def _band(canvas: Canvas, face: Face, certificate: Certificate) -> None:
    canvas.setFillColor(DEEP)
    canvas.rect(0, HEIGHT - BAND, WIDTH, BAND, stroke=0, fill=1)
    canvas.setFillColor(BRIGHT)
    canvas.rect(0, HEIGHT - BAND - 1.2 * mm, WIDTH, 1.2 * mm, stroke=0, fill=1)
    top = HEIGHT - 13 * mm
    _line(canvas, MARGIN, top, "SIAGA · LAYANAN VAKSINASI", face.bold, 7.5, BRIGHT)
    _line(canvas, MARGIN, top - 9.5 * mm, "Sertifikat Vaksinasi", face.bold, 17, WHITE)
    _line(canvas, MARGIN, top - 16.5 * mm, "COVID-19", face.plain, 12, WHITE)
    label = f"Dosis ke-{certificate.number}"
    width = canvas.stringWidth(label, face.bold, 11) + 8 * mm
    canvas.setFillColor(BRIGHT)
    canvas.roundRect(WIDTH - MARGIN - width, top - 18.6 * mm, width, 8 * mm, 4 * mm, stroke=0, fill=1)
    _line(canvas, WIDTH - MARGIN - width + 4 * mm, top - 16 * mm, label, face.bold, 11, INK)


def _person(canvas: Canvas, face: Face, certificate: Certificate) -> None:
    at = HEIGHT - BAND - 13 * mm
    _line(canvas, MARGIN, at, "Diberikan kepada", face.plain, 8, SOFT)
    size, lines = _fitted(canvas, certificate.name, face.bold)
    at -= 2.5 * mm
    for line in lines:
        at -= size * 1.15
        _line(canvas, MARGIN, at, line, face.bold, size, INK)
    at -= 7 * mm
    who = f"NIK {certificate.masked_nik.replace('*', '•')}   ·   lahir {long_date(certificate.birth_date)}"
    _line(canvas, MARGIN, at, who, face.plain, 9, INK)


def _dose(canvas: Canvas, face: Face, certificate: Certificate) -> None:
    top, height = 122 * mm, 43 * mm
    canvas.setFillColor(PALE)
    canvas.roundRect(MARGIN, top - height, WIDTH - 2 * MARGIN, height, 3 * mm, stroke=0, fill=1)
    left, right = MARGIN + 6 * mm, WIDTH / 2 + 2 * mm
    half = WIDTH / 2 - MARGIN - 8 * mm
    row = top - 8.5 * mm
    vaccine = brand_label(certificate.vaccine) if certificate.vaccine else UNKNOWN
    day = long_date(certificate.given_on) if certificate.given_on else UNKNOWN
    _field(canvas, face, (left, row), "Vaksin", vaccine, half)
    _field(canvas, face, (right, row), "Nomor batch", certificate.batch or UNKNOWN, half)
    row -= 15 * mm
    _field(canvas, face, (left, row), "Tanggal", day, half)
    _field(canvas, face, (right, row), "Tempat", certificate.place or UNKNOWN, half, lines=3)


def _proof(canvas: Canvas, face: Face, certificate: Certificate) -> None:
    top = 71 * mm
    code = segno.make(qr_text(certificate.code), error="m", micro=False)
    module = QR_SIDE / code.symbol_size(border=QUIET_ZONE)[0]
    _qr(canvas, code, MARGIN - QUIET_ZONE * module, top + QUIET_ZONE * module - QR_SIDE, module)
    left = MARGIN + QR_SIDE
    _line(canvas, left, top - 4 * mm, "Kode sertifikat", face.plain, 8, SOFT)
    _line(canvas, left, top - 10.5 * mm, certificate.code, face.bold, 13.5, INK)
    checked = (
        "Nama dan tanggal lahir sudah dicocokkan dengan data resmi."
        if certificate.checked
        else "Nama dan tanggal lahir menurut pendaftaran: cocokkan dengan KTP atau KK."
    )
    source = f"Sumber data dosis: {SOURCES[certificate.source]}."
    at = top - 17.5 * mm
    for text in (source, checked, f"Diterbitkan {long_date(certificate.issued_on)}."):
        for line in _wrapped(canvas, text, face.plain, 8, WIDTH - MARGIN - left, 3):
            _line(canvas, left, at, line, face.plain, 8, INK)
            at -= 10.5
        at -= 2.5


def _foot(canvas: Canvas, face: Face, certificate: Certificate) -> None:
    canvas.setStrokeColor(PALE)
    canvas.setLineWidth(1)
    canvas.line(MARGIN, 29 * mm, WIDTH - MARGIN, 29 * mm)
    text = (
        "Ini sertifikat program vaksinasi setempat, bukan sertifikat nasional. Sertifikat nasional ada di aplikasi "
        "SATUSEHAT Mobile dari Kementerian Kesehatan. Petugas dapat memeriksa kode QR-nya: apakah memang kami yang "
        "menerbitkan, dan apakah nama, dosis dan tanggalnya sama dengan data kami."
    )
    at = 24.5 * mm
    for line in _wrapped(canvas, text, face.plain, 7, WIDTH - 2 * MARGIN, 5):
        _line(canvas, MARGIN, at, line, face.plain, 7, SOFT)
        at -= 9.2


# ---------------------------------------------------------------------- words and signs
def _line(canvas: Canvas, x: float, y: float, text: str, font: str, size: float, colour: Color) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def _field(
    canvas: Canvas, face: Face, at: tuple[float, float], label: str, value: str, width: float, lines: int = 2
) -> None:
    x, y = at
    _line(canvas, x, y, label, face.plain, 8, SOFT)
    y -= 5.2 * mm
    for line in _wrapped(canvas, value, face.bold, 10, width, lines):
        _line(canvas, x, y, line, face.bold, 10, INK)
        y -= 12.5


def _fitted(canvas: Canvas, name: str, font: str) -> tuple[float, list[str]]:
    """The largest size in which a name takes two lines at most, and the lines; the longest names are cut."""
    width = WIDTH - 2 * MARGIN
    size = NAME_SIZE
    while size > SMALLEST_NAME:
        lines = _wrapped(canvas, name, font, size, width, 9)
        if len(lines) <= 2 and all(canvas.stringWidth(line, font, size) <= width for line in lines):
            return size, lines
        size -= 1
    return size, _wrapped(canvas, name, font, size, width, 2)


def _wrapped(canvas: Canvas, text: str, font: str, size: float, width: float, most: int) -> list[str]:
    """The text in lines of this width, ``most`` of them; what is left over shows as “…”."""
    lines: list[str] = []
    for word in _words(canvas, text, font, size, width):
        if lines and canvas.stringWidth(f"{lines[-1]} {word}", font, size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) <= most:
        return lines or [""]
    last = lines[most - 1]
    while last and canvas.stringWidth(f"{last}…", font, size) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _words(canvas: Canvas, text: str, font: str, size: float, width: float) -> list[str]:
    """The words of a text; one wider than a line is broken."""
    words: list[str] = []
    for word in text.split():
        rest = word
        while canvas.stringWidth(rest, font, size) > width:
            fits = next(
                n for n in range(len(rest) - 1, 0, -1) if n == 1 or canvas.stringWidth(rest[:n], font, size) <= width
            )
            words.append(rest[:fits])
            rest = rest[fits:]
        words.append(rest)
    return words


def _qr(canvas: Canvas, code: segno.QRCode, x: float, y: float, module: float) -> None:
    """The QR, its quiet zone included; squares, not a picture: sharp in print."""
    canvas.setFillColor(INK)
    squares = canvas.beginPath()
    rows = list(code.matrix)
    for row, line in enumerate(rows):
        bottom = y + (len(rows) - row - 1 + QUIET_ZONE) * module
        start = None
        for column, dark in enumerate([*line, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                # Neighbours are one rectangle: a hair between them would show on a screen.
                squares.rect(x + (start + QUIET_ZONE) * module, bottom, (column - start) * module, module)
                start = None
    canvas.drawPath(squares, stroke=0, fill=1)
