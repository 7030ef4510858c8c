"""Drawing the file of somebody's data: pages that a phone shows whole."""

from __future__ import annotations

import html
import io
from typing import Any

from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import HRFlowable, Paragraph, SimpleDocTemplate, Spacer

from siaga.certificates.pdf import BRIGHT, DEEP, INK, MARGIN, PALE, SOFT, WHITE, Face, typeface
from siaga.rights.plain import Section, Sheet

FILE_NAME = "data-saya.pdf"
_WIDTH, _HEIGHT = A5
_BAND = 24 * mm
_FOOT = 9 * mm
_LINE = 8.5


class _Numbered(Canvas):
    """Writes the number of all pages on each, which is known only at the end."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFillColor(SOFT)
            self.setFont(typeface().plain, 7)
            self.drawString(MARGIN, _FOOT, "Siaga · data pribadi, simpan baik-baik")
            self.drawRightString(_WIDTH - MARGIN, _FOOT, f"Halaman {number} dari {len(self._pages)}")
            super().showPage()
        super().save()


def drawn(sheet: Sheet) -> bytes:
    """The file as a PDF."""
    face = typeface()
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A5,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=16 * mm,
        title=sheet.title,
        author="Siaga",
        lang="id",
        invariant=1,
    )

    def band(canvas: Canvas, _: Any) -> None:
        canvas.setFillColor(DEEP)
        canvas.rect(0, _HEIGHT - _BAND, _WIDTH, _BAND, stroke=0, fill=1)
        canvas.setFillColor(BRIGHT)
        canvas.rect(0, _HEIGHT - _BAND - 1.2 * mm, _WIDTH, 1.2 * mm, stroke=0, fill=1)
        canvas.setFillColor(WHITE)
        canvas.setFont(face.bold, 15)
        canvas.drawString(MARGIN, _HEIGHT - 12 * mm, sheet.title)
        canvas.setFont(face.plain, 7.5)
        canvas.drawString(MARGIN, _HEIGHT - 18 * mm, sheet.made)

    story: list[Any] = [Spacer(1, _BAND - MARGIN + 5 * mm)]
    story += [Paragraph(_safe(text, face), _style(face, space=4)) for text in sheet.before]
    for section in sheet.sections:
        story += _shown(section, face)
    document.build(story, onFirstPage=band, canvasmaker=_Numbered)
    return file.getvalue()


def _shown(section: Section, face: Face) -> list[Any]:
    heading = ParagraphStyle(
        "heading",
        fontName=face.bold,
        fontSize=11,
        leading=14,
        textColor=DEEP,
        spaceBefore=9,
        spaceAfter=3,
        keepWithNext=1,
    )
    story: list[Any] = [Paragraph(_safe(section.heading, face), heading)]
    for place, entry in enumerate(section.entries):
        if place and len(entry) > 1:
            story.append(HRFlowable(width="100%", thickness=0.8, color=PALE, spaceBefore=2, spaceAfter=2))
        story += [Paragraph(_labelled(label, value, face), _style(face)) for label, value in entry]
    if section.more:
        story.append(Paragraph(_safe(section.more, face), _style(face, colour=SOFT, space=3)))
    return story


def _labelled(label: str, value: str, face: Face) -> str:
    said = _safe(value, face)
    return f'<font name="{face.bold}">{_safe(_begun(label), face)}:</font> {said}' if label else said


def _begun(label: str) -> str:
    return label[:1].upper() + label[1:]


def _style(face: Face, *, colour: Any = INK, space: float = 1) -> ParagraphStyle:
    return ParagraphStyle(
        "line", fontName=face.plain, fontSize=_LINE, leading=_LINE * 1.4, textColor=colour, spaceAfter=space,
        splitLongWords=1,
    )  # fmt: skip


def _safe(text: str, face: Face) -> str:
    """Text as reportlab's markup has it: nothing in it is markup, and signs that the font lacks are left out."""
    signs = pdfmetrics.getFont(face.plain).face.charToGlyph
    lines = ("".join(sign for sign in line if ord(sign) in signs and sign.isprintable()) for line in text.splitlines())
    return "<br/>".join(html.escape(line, quote=False) for line in lines)
