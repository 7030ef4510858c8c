"""How cases went, day by day or week by week: bars, their mean, and gaps where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from babel.dates import format_date

from siaga.radar.drawing.alt import number
from siaga.radar.drawing.colours import BAR, GREY, INK, LINE, MEAN, PAPER, TAKEN_BACK
from siaga.radar.drawing.pen import EDGE, SMALLEST, STEP, WIDTH, Pen, length
from siaga.radar.drawing.view import Trend

_HEIGHT = 250
_AXIS = 118
"""Left of the chart, for its numbers."""


def draw_trend(pen: Pen, trend: Trend, y: float) -> float:
    """From ``y`` down; returns where it ends."""
    y = pen.paragraph(y, trend.title, 38, bold=True, name="heading")
    known = [value for value in (*trend.new, *trend.mean) if value is not None]
    top = round_top(max(known, default=0))
    # What was taken back at once may be a hundred times a day's cases: it is shown, not to scale.
    below = 0.16 if any(value < 0 for value in known) else 0.0
    y = _legend(pen, trend, y + 4)
    ground = y + 24 + _HEIGHT
    left, right = EDGE + _AXIS, WIDTH - EDGE
    step = (right - left) / len(trend.new)

    def height(value: float) -> float:
        return max(value / top, -below) * _HEIGHT

    for mark in (0, top / 2, top):
        level = ground - height(mark)
        pen.line([(left, level), (right, level)], LINE if mark else INK, 2, name="grid", zorder=0.5)
        pen.text(left - 14, level + SMALLEST * 0.36, _short(mark), SMALLEST, GREY, across="right", name="value")
    for start, count in _runs(trend.new):
        pen.hatch(left + start * step, ground - _HEIGHT, count * step, _HEIGHT, name="unknown-days")
    width = min(step * 0.78, 40)
    for place, value in enumerate(trend.new):
        if value is None:
            continue
        x = left + (place + 0.5) * step - width / 2
        # A day without cases is a low mark, which is another thing than a day of which nothing is known.
        rise = height(value) if value else 3.0
        pen.box(x, ground - rise, width, rise, BAR if value >= 0 else TAKEN_BACK, name=f"day {place}", zorder=2)
    for points in pieces(trend.mean):
        line = [(left + (place + 0.5) * step, ground - height(value)) for place, value in points]
        if len(line) == 1:
            line.append((line[0][0] + 0.1, line[0][1]))
        pen.line(line, PAPER, 11, name="halo", zorder=3)
        pen.line(line, MEAN, 6, name="mean", zorder=3.1)
    ground += below * _HEIGHT
    for place in _dated(len(trend.new), trend.every):
        words = format_date(trend.day(place), "d MMM", locale="id")
        half = length(words) / 2
        x = min(left + (place + 0.5) * step, WIDTH - EDGE - half)
        pen.text(x, ground + 42, words, SMALLEST, GREY, across="center", name="date")
    return ground + 54


def _short(value: float) -> str:
    """A number beside the chart: ``1.200``, ``30 rb``, ``1,5 jt``."""
    for unit, least in ((" jt", 1_000_000), (" rb", 10_000)):
        if value >= least:
            return number(value / (1_000_000 if unit == " jt" else 1_000)) + unit
    return number(value)


def _legend(pen: Pen, trend: Trend, y: float) -> float:
    entries = [("bar", "per minggu" if trend.every > 1 else "per hari")]
    mean = trend.mean[-1] if trend.mean else None
    if mean is not None:
        entries.append(("mean", f"rata-rata 7 hari: {number(mean)}"))
    elif any(value is not None for value in trend.mean):
        entries.append(("mean", "rata-rata 7 hari"))
    if any(value is not None and value < 0 for value in trend.new):
        entries.append(("back", "koreksi"))
    if any(value is None for value in trend.new):
        entries.append(("unknown", "tanpa data"))
    x = float(EDGE)
    for sign, words in entries:
        wide = 44 + length(words)
        if x > EDGE and x + wide > WIDTH - EDGE:
            x, y = float(EDGE), y + SMALLEST * STEP
        if sign == "mean":
            pen.line([(x + 2, y + 20), (x + 34, y + 20)], MEAN, 6, name="legend")
        elif sign == "unknown":
            pen.hatch(x, y + 6, 36, 30, name="legend")
        else:
            pen.box(x, y + 6, 36, 30, BAR if sign == "bar" else TAKEN_BACK, name="legend")
        pen.text(x + 44, y + SMALLEST, words, name="legend")
        x += wide + 26
    return y + SMALLEST * STEP


def round_top(most: float) -> float:
    """A round number above, whose half is whole."""
    if most <= 10:
        return max(2.0, math.ceil(most / 2) * 2.0)
    scale = 10.0 ** math.floor(math.log10(most))
    return next(part * scale for part in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if part * scale >= most)


def _runs(values: Sequence[float | None]) -> list[tuple[int, int]]:
    """Where nothing is known: first place and how many."""
    runs: list[tuple[int, int]] = []
    for place, value in enumerate(values):
        if value is not None:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs


def pieces(values: Iterable[float | None]) -> list[list[tuple[int, float]]]:
    """What is known without a gap; a line is not drawn across what is not known."""
    pieces: list[list[tuple[int, float]]] = [[]]
    for place, value in enumerate(values):
        if value is not None:
            pieces[-1].append((place, value))
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _dated(bars: int, every: int) -> list[int]:
    """The places of the bars that are named below the chart: the last one, and as many days or whole weeks apart."""
    apart = max(1, math.ceil(bars / 5))
    if every == 1 and apart > 3:
        apart = math.ceil(apart / 7) * 7
    return [place for place in range(bars - 1, -1, -apart) if place >= bars / 40 or place == bars - 1]
