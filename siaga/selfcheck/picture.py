"""The small picture above a self-check's result: how grave it is, and when to check again.

Colour never stands alone: a sign, the words and the place on a scale of five say the same, so that it is understood
without telling red from green, and in grey. Everything on it also stands in the message, for who cannot see it. The
colours are Okabe and Ito's palette for colour blindness, darkened until white letters stand out from them by 4.5 to 1
(WCAG 2.1, 1.4.3).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from siaga.selfcheck import Level

WIDTH, HEIGHT = 800, 418
"""Pixels; 1.91 to 1, which is what WhatsApp shows of a header's picture without cutting it."""
_FINE = 3
"""Drawn so many times larger, and then made small, for smooth edges."""
_PAPER, _INK, _GREY, _PALE = "#FFFFFF", "#1D2733", "#566373", "#E4E8EC"
_EDGE = 40
_HEAD = 262
_SIGN = 82
"""The sign's radius."""
_LARGEST, _SMALLEST = 60, 26

Point = tuple[float, float]


@dataclass(frozen=True)
class _Look:
    """A level's words (at most two lines), colour and sign."""

    title: tuple[str, ...]
    colour: str
    sign: Callable[[_Pen], None]


class _Pen:
    """Draws in the picture's own pixels; a sign is drawn around ``(0, 0)`` with a radius of 1."""

    def __init__(self, image: Image.Image, centre: Point = (0, 0), radius: float = 1, ground: str = _PAPER) -> None:
        self._draw = ImageDraw.Draw(image)
        self._centre = centre
        self._radius = radius
        self.ground = ground
        """the colour behind the sign, to cut something out of it"""

    def _at(self, points: Sequence[Point]) -> list[Point]:
        left, top = self._centre
        return [((left + x * self._radius) * _FINE, (top + y * self._radius) * _FINE) for x, y in points]

    def shape(self, *points: Point, fill: str = _PAPER) -> None:
        self._draw.polygon(self._at(points), fill=fill)

    def line(self, *points: Point, width: float, fill: str = _PAPER) -> None:
        """A line with round ends and corners; ``width`` as a part of the radius."""
        thick = width * self._radius
        self._draw.line(self._at(points), fill=fill, width=round(thick * _FINE), joint="curve")
        for x, y in points:
            self.disc((x, y), width / 2, fill)

    def disc(self, at: Point, radius: float, fill: str = _PAPER) -> None:
        x, y = at
        self._draw.ellipse(
            [part for point in self._at([(x - radius, y - radius), (x + radius, y + radius)]) for part in point],
            fill=fill,
        )

    def box(self, left: float, top: float, right: float, bottom: float, corner: float, fill: str) -> None:
        edges = [part for point in self._at([(left, top), (right, bottom)]) for part in point]
        self._draw.rounded_rectangle(edges, radius=corner * self._radius * _FINE, fill=fill)

    def text(self, at: Point, words: str, font: ImageFont.FreeTypeFont, fill: str) -> None:
        self._draw.text(self._at([at])[0], words, font=font, fill=fill, anchor="ls")


# ---------------------------------------------------------------------- the five signs
def _warning(pen: _Pen) -> None:
    pen.line((0, -0.52), (0.55, 0.45), (-0.55, 0.45), (0, -0.52), width=0.2)
    pen.shape((0, -0.52), (0.55, 0.45), (-0.55, 0.45))
    pen.line((0, -0.2), (0, 0.12), width=0.14, fill=pen.ground)
    pen.disc((0, 0.34), 0.085, pen.ground)


def _cross(pen: _Pen) -> None:
    pen.box(-0.19, -0.6, 0.19, 0.6, 0.06, _PAPER)
    pen.box(-0.6, -0.19, 0.6, 0.19, 0.06, _PAPER)


def _house(pen: _Pen) -> None:
    pen.line((-0.62, -0.02), (0, -0.58), (0.62, -0.02), width=0.15)
    pen.shape((-0.62, -0.02), (0, -0.58), (0.62, -0.02))
    pen.shape((-0.44, -0.04), (0.44, -0.04), (0.44, 0.52), (-0.44, 0.52))
    pen.box(-0.13, 0.12, 0.13, 0.53, 0.02, pen.ground)


def _thermometer(pen: _Pen) -> None:
    pen.line((0, -0.5), (0, 0.32), width=0.34)
    pen.disc((0, 0.38), 0.29)
    pen.line((0, -0.18), (0, 0.34), width=0.12, fill=pen.ground)
    pen.disc((0, 0.38), 0.17, pen.ground)
    for height in (-0.42, -0.2, 0.02):
        pen.line((0.32, height), (0.46, height), width=0.09)


def _tick(pen: _Pen) -> None:
    pen.line((-0.45, 0.05), (-0.12, 0.38), (0.47, -0.32), width=0.22)


_LOOKS: dict[str, _Look] = {
    "emergency": _Look(("Darurat:", "telepon 119"), "#A83200", _warning),
    "doctor": _Look(("Periksa ke dokter", "hari ini"), "#8A5A00", _cross),
    "isolate": _Look(("Tes dan isolasi", "di rumah"), "#005A96", _house),
    "watch": _Look(("Pantau", "di rumah"), "#44546A", _thermometer),
    "none": _Look(("Belum ada", "tanda COVID-19"), "#00694F", _tick),
}
"""Gravest first, which is also their order on the scale."""


def described(level: Level, when_again: str, day: str) -> str:
    """What the picture shows, in words."""
    return " ".join([*_LOOKS[level].title, *(f"· {line}" for line in _lines(when_again, day))])


@lru_cache(maxsize=256)
def draw(level: Level, when_again: str, day: str) -> bytes:
    """A PNG of a result; the same bytes for the same words.

    Args:
        when_again: when to check again, in the citizen's words ("besok, 24 November 2026"); empty: nothing is said.
        day: of the check, likewise.

    Raises:
        KeyError: no such level.
    """
    look = _LOOKS[level]
    picture = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), _PAPER)
    pen = _Pen(picture)
    pen.box(0, 0, WIDTH, _HEAD, 0, look.colour)
    middle = (_EDGE + _SIGN, _HEAD / 2)
    look.sign(_Pen(picture, middle, _SIGN * 1.28, look.colour))
    _write(pen, look.title, _EDGE * 2 + _SIGN * 2, 0, _HEAD, _LARGEST, _PAPER, bold=True)
    _scale(pen, list(_LOOKS).index(level))
    again, checked = _lines(when_again, day)
    if again:
        _write(pen, (again,), _EDGE, _HEAD + 34, 62, 38, _INK, bold=True)
        _write(pen, (checked,), _EDGE, _HEAD + 96, 44, 28, _GREY, bold=False)
    else:
        _write(pen, (checked,), _EDGE, _HEAD + 34, 106, 32, _GREY, bold=False)
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    # WhatsApp takes 8 bits a channel in RGB, and no palette. Few shades make a small file of it all the same.
    small.quantize(32, dither=Image.Dither.NONE).convert("RGB").save(written, format="PNG", optimize=True)
    return written.getvalue()


def _lines(when_again: str, day: str) -> tuple[str, str]:
    return (f"Cek lagi: {when_again}" if when_again else "", f"Hasil cek {day}")


def _scale(pen: _Pen, place: int) -> None:
    """Five fields from grave to well; the result's own is tall, in its colour, and wears a mark."""
    gap, width = 6.0, WIDTH / len(_LOOKS)
    for number, look in enumerate(_LOOKS.values()):
        left, right = number * width + (gap / 2 if number else 0), (number + 1) * width - gap / 2
        here = number == place
        pen.box(left, _HEAD + 6, right, _HEAD + (24 if here else 14), 0, look.colour if here else _PALE)
        if here:
            middle = (left + right) / 2
            pen.shape((middle - 15, _HEAD + 23), (middle + 15, _HEAD + 23), (middle, _HEAD + 37), fill=look.colour)


def _write(
    pen: _Pen, lines: Sequence[str], left: float, top: float, height: float, size: int, colour: str, *, bold: bool
) -> None:
    """Lines in the middle of a height, in the largest letters up to ``size`` that fit up to the right edge."""
    room = (WIDTH - _EDGE - left) * _FINE
    while size > _SMALLEST and max(_font(size, bold).getlength(line) for line in lines) > room:
        size -= 1
    font, step = _font(size, bold), size * 1.22
    # Capitals are 0.73 of the size high in this font.
    first = top + (height - step * (len(lines) - 1) + size * 0.73) / 2
    for number, line in enumerate(lines):
        pen.text((left, first + number * step), line, font, colour)


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which matplotlib brings: the same on every machine."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise RuntimeError("matplotlib is not installed, which brings the picture's font")
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / name
    return ImageFont.truetype(str(path), size * _FINE, layout_engine=ImageFont.Layout.BASIC)
