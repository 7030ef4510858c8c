"""Charts as SVG, drawn by the server: shapes and words with classes of ``angka.css``, no script and no style in them.

They are drawn for a phone's width, 320 units, and grow with the page. Each says in words what it shows; the numbers
themselves stand in a table beside it. A number that is hidden is drawn as a small hatched box, whatever it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 320
_PLOT_HEIGHT, _TOP, _BELOW = 150, 12, 24
_ROW, _BAR = 34, 12
_LETTER = 6.4
"""Units of one letter of a label, about."""
_HIDDEN_HEIGHT = 8
Value = int | None
"""None is hidden."""


@dataclass(frozen=True)
class Point:
    """A number with its name; ``mark`` is written below a column."""

    label: str
    value: Value
    mark: str = ""


@dataclass(frozen=True)
class Series:
    """Numbers that are one line."""

    label: str
    values: tuple[Value, ...]


def nice(most: int) -> int:
    """The end of an axis for numbers up to ``most``: 1, 2, 4, 5 or 10 times a power of ten, at least 4."""
    if most <= 4:
        return 4
    power = 10 ** (len(str(most)) - 1)
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= most)


def number(value: float) -> str:
    """``1.234``."""
    return f"{value:,.0f}".replace(",", ".")


def bars(name: str, title: str, points: Sequence[Point]) -> Markup:
    """Bars beneath each other, each with its name and number above it, as for places or reasons."""
    end = nice(_most(point.value for point in points))
    drawn = []
    for place, point in enumerate(points):
        top = place * _ROW
        drawn.append(_text(0, top + 13, _cut(point.label, 40), "grafik-nama"))
        drawn.append(_text(WIDTH, top + 13, _said(point.value), "grafik-angka", end=True))
        drawn.append(_box(0, top + 18, WIDTH, _BAR, "grafik-dasar"))
        if point.value is None:
            drawn.append(_box(0, top + 18, _HIDDEN_HEIGHT, _BAR, "grafik-sembunyi"))
        elif point.value:
            drawn.append(_box(0, top + 18, max(1.0, WIDTH * point.value / end), _BAR, "grafik-isi"))
    return _svg(name, title, _in_words(points), max(1, len(points)) * _ROW, drawn)


def columns(name: str, title: str, points: Sequence[Point]) -> Markup:
    """Columns side by side, as for hours; ``mark`` of a point is written below it."""
    end = nice(_most(point.value for point in points))
    left = _axis_width(end)
    step = (WIDTH - left) / max(1, len(points))
    drawn = _axis(end, left)
    for place, point in enumerate(points):
        x, width = left + place * step + step * 0.12, step * 0.76
        if point.value is None:
            drawn.append(_box(x, _TOP + _PLOT_HEIGHT - _HIDDEN_HEIGHT, width, _HIDDEN_HEIGHT, "grafik-sembunyi"))
        elif point.value:
            height = max(1.0, _PLOT_HEIGHT * point.value / end)
            drawn.append(_box(x, _TOP + _PLOT_HEIGHT - height, width, height, "grafik-isi"))
        if point.mark:
            drawn.append(_text(x + width / 2, _TOP + _PLOT_HEIGHT + 17, point.mark, "grafik-tanda", middle=True))
    return _svg(name, title, _in_words(points), _TOP + _PLOT_HEIGHT + _BELOW, drawn)


def lines(name: str, title: str, marks: Sequence[str], series: Sequence[Series]) -> Markup:
    """Lines over days; ``marks`` are the names of all places, of which as many are written as there is room for.

    A line is interrupted where a number is hidden.
    """
    end = nice(_most(value for one in series for value in one.values))
    left = _axis_width(end)
    step = (WIDTH - left) / max(1, len(marks))
    drawn = _axis(end, left)

    def at(place: int, value: int) -> tuple[float, float]:
        return left + (place + 0.5) * step, _TOP + _PLOT_HEIGHT * (1 - value / end)

    for row, one in enumerate(series, 1):
        for start, run in _runs(one.values):
            points = [at(start + offset, value) for offset, value in enumerate(run)]
            path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
            drawn.append(Markup('<polyline class="grafik-garis grafik-garis-{}" points="{}"/>').format(row, path))
            if len(points) == 1 or len(marks) <= 31:
                drawn += [_dot(x, y, f"grafik-titik grafik-titik-{row}") for x, y in points]
        for place, value in enumerate(one.values):
            if value is None:
                x = left + (place + 0.5) * step
                drawn.append(_box(x - 2, _TOP + _PLOT_HEIGHT - _HIDDEN_HEIGHT, 4, _HIDDEN_HEIGHT, "grafik-sembunyi"))
    for place in _written(len(marks), WIDTH - left, max(map(len, marks), default=0)):
        x = left + (place + 0.5) * step
        drawn.append(_text(x, _TOP + _PLOT_HEIGHT + 17, marks[place], "grafik-tanda", middle=True))
    said = "; ".join(f"{one.label}: {_in_words(_named(marks, one.values))}" for one in series)
    return _svg(name, title, said, _TOP + _PLOT_HEIGHT + _BELOW, drawn)


# ---------------------------------------------------------------------- words
def _named(marks: Sequence[str], values: Sequence[Value]) -> list[Point]:
    return [Point(mark, value) for mark, value in zip(marks, values, strict=True)]


def _in_words(points: Sequence[Point]) -> str:
    """What somebody sees at a glance."""
    known = [point for point in points if point.value is not None]
    if not any(point.value for point in points) and len(known) == len(points):
        return "belum ada angka"
    if not any(point.value for point in known):
        return "semua angkanya terlalu kecil untuk ditampilkan"
    most = max(known, key=lambda point: point.value or 0)
    return f"paling banyak {most.label}, {_said(most.value)}"


def _said(value: Value) -> str:
    return "disembunyikan" if value is None else number(value)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


# ---------------------------------------------------------------------- shapes
def _most(values: object) -> int:
    return max((value for value in values if value is not None), default=0)  # type: ignore[attr-defined]


def _runs(values: Sequence[Value]) -> list[tuple[int, list[int]]]:
    """Stretches without anything hidden: where each begins, and its numbers."""
    runs: list[tuple[int, list[int]]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if runs and runs[-1][0] + len(runs[-1][1]) == place:
            runs[-1][1].append(value)
        else:
            runs.append((place, [value]))
    return runs


def _written(count: int, width: float, letters: int) -> list[int]:
    """Which of ``count`` places have room for their names: evenly spread."""
    if not count:
        return []
    room = max(1, int(width // ((letters + 1.5) * _LETTER)))
    every = math.ceil(count / room)
    return list(range((count - 1) % every // 2, count, every))


def _axis_width(end: int) -> float:
    return 8 + len(number(end)) * _LETTER


def _axis(end: int, left: float) -> list[Markup]:
    drawn = []
    for value in (0, end // 2, end):
        y = _TOP + _PLOT_HEIGHT * (1 - value / end)
        drawn.append(
            Markup('<line class="grafik-sumbu" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
                _short(left), WIDTH, _short(y), _short(y)
            )
        )
        drawn.append(_text(left - 5, y + 4, number(value), "grafik-tanda", end=True))
    return drawn


def _box(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, _short(x), _short(y), _short(width), _short(height)
    )


def _dot(x: float, y: float, kind: str) -> Markup:
    return Markup('<circle class="{}" cx="{}" cy="{}" r="2.5"/>').format(kind, _short(x), _short(y))


def _text(x: float, y: float, said: str, kind: str, *, end: bool = False, middle: bool = False) -> Markup:
    anchor = "end" if end else "middle" if middle else "start"
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, _short(x), _short(y), anchor, said
    )


def _short(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(name: str, title: str, said: str, height: int, drawn: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="grafik" role="img" viewBox="0 0 {width} {height}" aria-labelledby="{name}-judul {name}-isi">'
        '<title id="{name}-judul">{title}</title><desc id="{name}-isi">{said}</desc>{drawn}</svg>'
    ).format(width=WIDTH, height=height, name=name, title=title, said=said, drawn=Markup("").join(map(escape, drawn)))
