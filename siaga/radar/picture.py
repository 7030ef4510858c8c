"""The radar's picture: how a place's cases went, and how it stands around it.

Read on a phone 360 pixels wide: no letter is smaller than 11 of them. No colour stands alone: each level has its
number, each zone its letter, each rate its figure in the square, and what is unknown is hatched, never white or zero.
The colours are close to ColorBrewer's (levels in blues, rates in purples) and, for the zones an office published, ones
that stay apart for people who do not tell red from green; levels that are computed and zones that were published look
different on purpose.

It shows what a ``View`` says, and knows no rule. Everything on it is also said by ``alt``, which the file carries.
"""

from __future__ import annotations

import io
import math
import struct
import threading
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from babel.dates import format_date
from babel.numbers import format_decimal
from PIL import Image

from siaga.radar.figures import Colour
from siaga.text.written import long_date

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 1080
"""Pixels; three for each of a small phone's."""
MOST_BYTES = 150_000
SMALLEST = 33
"""The smallest letters, in pixels: 11 on a phone."""
_EDGE = 30
_ROOM = WIDTH - 2 * _EDGE
_PAPER, _INK, _GREY, _LINE, _HATCH = "#FFFFFF", "#1D2733", "#505C6A", "#C3CBD4", "#DDE2E7"
_BAR, _MEAN, _TAKEN_BACK, _WARNING = "#9DB6D3", "#08306B", "#A34700", "#A83200"
_CHART = 250
_AXIS = 118
"""Left of the chart, for its numbers."""
_LEAST_CELL, _MOST_CELL, _MAP = 92.0, 124.0, 640.0
_GAP = 6.0
_LEGEND_BESIDE, _AWAY, _SIGN = 390.0, 44.0, 46.0
_STEP = 1.32
"""From one line to the next, in letters."""
SAMPLE = "DATA CONTOH"
_LOCK = threading.Lock()
"""matplotlib's fonts are not made for two threads at once."""


@dataclass(frozen=True)
class Shade:
    """One entry of a map's legend: ``words`` beside ``sign``, which stands in the squares; empty where each of them has
    a figure of its own. ``said`` in the alternative text."""

    key: str
    sign: str
    words: str
    said: str
    fill: str


LEVELS = ("#E3EDFA", "#A9CBE6", "#62A6D2", "#2171B5")
"""Fills of the levels of transmission that are computed here (``siaga.radar.levels``), 1 to 4."""
ZONES: dict[Colour, str] = {"green": "#66C2A5", "yellow": "#FFF07C", "orange": "#F28E1C", "red": "#A50F15"}
"""Fills of zones, whose colours an office published."""
RATES = ("#E6E1F2", "#C0BBDD", "#9892C5", "#6A51A3")
"""Fills of the four classes of new cases per 100,000, few to many."""


@dataclass(frozen=True)
class Tile:
    """A place on the map. ``shade`` is a key of the map's legend, None: unknown. ``mark`` is what its square says."""

    code: str
    name: str
    label: str
    row: int
    column: int
    city: bool = False
    shade: str | None = None
    mark: str = ""


@dataclass(frozen=True)
class Map:
    """Squares around a place. ``asked`` is the code of the one that is outlined."""

    title: str
    note: str
    shades: tuple[Shade, ...]
    tiles: tuple[Tile, ...]
    asked: str | None = None


@dataclass(frozen=True)
class Trend:
    """New ones a day from ``first`` on, and their mean of seven days; None where it is not known. Negative days are
    those on which cases were taken back. ``every``: 7 where they are told by the week, each with its last day."""

    title: str
    first: date
    new: tuple[int | None, ...]
    mean: tuple[float | None, ...]
    every: int = 1

    def __post_init__(self) -> None:
        if len(self.new) != len(self.mean):
            raise ValueError("as many means as days")

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.day(len(self.new) - 1)

    def day(self, place: int) -> date:
        """The day of a bar, or the last one of its week."""
        return self.first + timedelta(days=place * self.every)


@dataclass(frozen=True)
class View:
    """All that is shown. ``until``: the last day with figures. ``note``: a line below the title ("Data sudah 5 hari
    tidak diperbarui")."""

    place: str
    disease: str
    until: date | None
    source: str
    trend: Trend | None = None
    map: Map | None = None
    note: str = ""
    sample: bool = False


def draw(view: View) -> bytes:
    """A PNG, the same bytes for the same view."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with _LOCK:
        canvas = FigureCanvasAgg(figure(view))
        canvas.draw()
        pixels = np.array(canvas.buffer_rgba())[..., :3]
    image = Image.fromarray(pixels)
    # WhatsApp takes 8 bits a channel in RGB, and no palette. Few shades make a small file of it all the same.
    for shades in (96, 48, 24):
        few = image.quantize(shades, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
        written = _png(few, alt(view))
        if len(written) < MOST_BYTES:
            break
    return written


def _png(image: Image.Image, description: str) -> bytes:
    """The file. Its lines are packed as they are: Pillow would first take each from the one above, which is for
    photographs, and makes files of flat colours half as large again."""
    lines = np.asarray(image).reshape(image.height, -1)
    plain = np.hstack([np.zeros((image.height, 1), np.uint8), lines]).tobytes()
    words = b"Description\0\0\0id\0\0" + description.encode()
    head = struct.pack(">IIBBBBB", image.width, image.height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"iTXt", words), (b"IDAT", zlib.compress(plain, 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def described(png: bytes) -> str:
    """The words that a picture drawn here carries; empty for another one."""
    return str(Image.open(io.BytesIO(png)).info.get("Description", ""))


# ---------------------------------------------------------------- in words
_MOST_NAMES = 6


def alt(view: View) -> str:
    """What the picture shows, in words, for who can not see it."""
    said = [f"{SAMPLE}, bukan angka sebenarnya."] if view.sample else []
    said.append(f"{view.disease} di {view.place}{_until(view)}.")
    if view.note:
        said.append(view.note.rstrip(".") + ".")
    if view.trend:
        said.append(_trend_words(view.trend))
    if view.map:
        said.append(_map_words(view.map))
    said.append(f"Sumber: {view.source.rstrip('.')}.")
    return " ".join(said)


def _until(view: View) -> str:
    return f", data sampai {long_date(view.until)}" if view.until else ", belum ada angka"


def _trend_words(trend: Trend) -> str:
    days = {trend.day(place): new for place, new in enumerate(trend.new) if new is not None}
    head = f"Grafik {trend.title.lower()}, {long_date(trend.first)} sampai {long_date(trend.last)}"
    if not days:
        return f"{head}: belum ada data."
    most, last = max(days, key=lambda day: (days[day], day)), max(days)
    in_week = "minggu yang berakhir " if trend.every > 1 else ""
    parts = [f"{number(days[last])} pada {in_week}{long_date(last)}"]
    means = [mean for mean in trend.mean if mean is not None]
    if means:
        parts.append(f"rata-rata 7 hari terakhir {number(means[-1])} per hari")
    parts.append(f"terbanyak {number(days[most])} pada {in_week}{long_date(most)}")
    if any(new < 0 for new in days.values()):
        parts.append("ada koreksi (kasus ditarik kembali)")
    if unknown := len(trend.new) - len(days):
        parts.append(f"{unknown} {'minggu' if trend.every > 1 else 'hari'} tanpa data")
    return f"{head}: {'; '.join(parts)}."


def _map_words(shown: Map) -> str:
    parts = []
    if asked := next((tile for tile in shown.tiles if tile.code == shown.asked), None):
        parts.append(f"{asked.name} {_shade_words(shown, asked)}")
    for shade in reversed(shown.shades):
        parts += _who(shade.said, [tile.name for tile in shown.tiles if tile.shade == shade.key])
    parts += _who("belum ada data", [tile.name for tile in shown.tiles if tile.shade is None])
    return (
        f"Peta {shown.title[0].lower()}{shown.title[1:]}{f' ({shown.note})' if shown.note else ''}: {'; '.join(parts)}."
    )


def _shade_words(shown: Map, tile: Tile) -> str:
    shade = next((shade for shade in shown.shades if shade.key == tile.shade), None)
    if shade is None:
        return "belum ada data"
    return shade.said if shade.sign else f"{tile.mark} ({shade.said})"


def _who(words: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    return [f"{words}: {', '.join(names) if len(names) <= _MOST_NAMES else f'{len(names)} wilayah'}"]


def number(value: float) -> str:
    """``1.234``, ``12,3``; a whole one without a comma."""
    return str(format_decimal(round(value, 1), "#,##0.#", locale="id")).replace("-", "−")


# ---------------------------------------------------------------- on paper
def figure(view: View) -> Figure:
    """The picture before it becomes pixels: one unit is one pixel, counted from the upper left."""
    from matplotlib.figure import Figure

    paper = Figure(figsize=(WIDTH / 72, 1), dpi=72, facecolor=_PAPER)
    pen = _Pen(paper)
    y = _head(pen, view)
    if view.trend:
        y = _chart(pen, view.trend, y + 26)
    if view.map and view.map.tiles:
        y = _map(pen, view.map, y + 30)
    y = _foot(pen, view, y + 22)
    pen.close(y)
    if view.sample:
        _across(pen, y)
    return paper


class _Pen:
    """Draws on a sheet that is as long as it becomes. What it draws bears a name (``gid``)."""

    def __init__(self, paper: Figure) -> None:
        self._paper = paper
        self._axes = paper.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)

    def close(self, height: float) -> None:
        height = math.ceil(height)
        self._paper.set_size_inches(WIDTH / 72, height / 72)
        self._axes.set_ylim(height, 0)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = SMALLEST,
        colour: str = _INK,
        *,
        bold: bool = False,
        across: str = "left",
        name: str = "text",
        **more: Any,
    ) -> None:
        """A line of words; ``y`` is where its letters stand."""
        self._axes.text(
            x,
            y,
            words.replace("$", r"\$"),  # or two of them would be read as mathematics
            fontsize=size,
            color=colour,
            fontfamily="DejaVu Sans",
            fontweight="bold" if bold else "normal",
            ha=across,
            va="baseline",
            gid=name,
            **more,
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        corner: float = 0,
        name: str = "",
        **more: Any,
    ) -> Any:
        from matplotlib.patches import FancyBboxPatch, Rectangle

        more = {"linewidth": 0, **more}
        if corner:
            style = f"round,pad=0,rounding_size={corner}"
            patch = FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=fill, gid=name, **more)
        else:
            patch = Rectangle((x, y), width, height, facecolor=fill, gid=name, **more)
        return self._axes.add_patch(patch)

    def hatch(self, x: float, y: float, width: float, height: float, *, corner: float = 0, name: str) -> None:
        """A field of what is not known."""
        from matplotlib.collections import LineCollection

        edge = self.box(x, y, width, height, _PAPER, corner=corner, name=name)
        slanting = [
            [(x + shift, y + height), (x + shift + height, y)]
            for shift in range(-math.ceil(height), math.ceil(width), 14)
        ]
        lines = LineCollection(slanting, colors=_HATCH, linewidths=3, zorder=1)
        self._axes.add_collection(lines, autolim=False)
        lines.set_clip_path(edge)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float, *, name: str, **more: Any) -> None:
        self._axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            color=colour,
            linewidth=width,
            solid_capstyle="round",
            solid_joinstyle="round",
            scalex=False,
            scaley=False,
            gid=name,
            **more,
        )

    def lines(self, words: str, room: float, size: float = SMALLEST, *, bold: bool = False) -> list[str]:
        """Words in lines that fit."""
        written: list[str] = []
        for word in words.split():
            longer = f"{written[-1]} {word}" if written else word
            if written and _length(longer, size, bold=bold) <= room:
                written[-1] = longer
            else:
                written.append(word)
        return written

    def paragraph(
        self,
        y: float,
        words: str,
        size: float = SMALLEST,
        colour: str = _INK,
        *,
        bold: bool = False,
        name: str = "text",
    ) -> float:
        """Words from edge to edge, from ``y`` down; returns where they end."""
        for line in self.lines(words, _ROOM, size, bold=bold):
            self.text(_EDGE, y + size, line, size, colour, bold=bold, name=name)
            y += size * _STEP
        return y


@lru_cache(maxsize=2048)
def _length(words: str, size: float = SMALLEST, *, bold: bool = False) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(words, font, False)[0])


def _head(pen: _Pen, view: View) -> float:
    y = 24.0
    if view.sample:
        pen.box(0, 0, WIDTH, 78, _WARNING, name="sample")
        pen.text(
            WIDTH / 2, 54, f"{SAMPLE}: bukan angka sebenarnya", 40, _PAPER, bold=True, across="center", name="sample"
        )
        y = 98.0
    y = pen.paragraph(y, view.place, 54, bold=True, name="place")
    y = pen.paragraph(y, f"{view.disease}{_until(view)}", 36, _GREY, name="until")
    return pen.paragraph(y, view.note, 34, _WARNING, bold=True, name="note") if view.note else y


def _foot(pen: _Pen, view: View, y: float) -> float:
    pen.line([(_EDGE, y), (WIDTH - _EDGE, y)], _LINE, 2, name="foot")
    return pen.paragraph(y + 10, f"Sumber: {view.source}", SMALLEST, _GREY, name="source") + 16


def _across(pen: _Pen, height: float) -> None:
    """So that no part of it can be cut out and taken for real."""
    for part in (0.34, 0.72):
        pen.text(
            WIDTH / 2,
            height * part,
            SAMPLE,
            128,
            _WARNING,
            bold=True,
            across="center",
            name="across",
            rotation=24,
            rotation_mode="anchor",
            alpha=0.17,
            zorder=9,
        )


# ---------------------------------------------------------------- the trend
def _chart(pen: _Pen, trend: Trend, y: float) -> float:
    y = pen.paragraph(y, trend.title, 38, bold=True, name="heading")
    known = [value for value in (*trend.new, *trend.mean) if value is not None]
    top = _round_top(max(known, default=0))
    # What was taken back at once may be a hundred times a day's cases: it is shown, not to scale.
    below = 0.16 if any(value < 0 for value in known) else 0.0
    y = _chart_legend(pen, trend, y + 4)
    ground = y + 24 + _CHART
    left, right = _EDGE + _AXIS, WIDTH - _EDGE
    step = (right - left) / len(trend.new)

    def height(value: float) -> float:
        return max(value / top, -below) * _CHART

    for mark in (0, top / 2, top):
        level = ground - height(mark)
        pen.line([(left, level), (right, level)], _LINE if mark else _INK, 2, name="grid", zorder=0.5)
        pen.text(left - 14, level + SMALLEST * 0.36, _short(mark), SMALLEST, _GREY, across="right", name="value")
    for start, count in _runs(trend.new):
        pen.hatch(left + start * step, ground - _CHART, count * step, _CHART, name="unknown-days")
    width = min(step * 0.78, 40)
    for place, value in enumerate(trend.new):
        if value is None:
            continue
        x = left + (place + 0.5) * step - width / 2
        # A day without cases is a low mark, which is another thing than a day of which nothing is known.
        rise = height(value) if value else 3.0
        pen.box(x, ground - rise, width, rise, _BAR if value >= 0 else _TAKEN_BACK, name=f"day {place}", zorder=2)
    for points in _pieces(trend.mean):
        line = [(left + (place + 0.5) * step, ground - height(value)) for place, value in points]
        if len(line) == 1:
            line.append((line[0][0] + 0.1, line[0][1]))
        pen.line(line, _PAPER, 11, name="halo", zorder=3)
        pen.line(line, _MEAN, 6, name="mean", zorder=3.1)
    ground += below * _CHART
    for place in _dated(len(trend.new), trend.every):
        words = format_date(trend.day(place), "d MMM", locale="id")
        half = _length(words) / 2
        x = min(left + (place + 0.5) * step, WIDTH - _EDGE - half)
        pen.text(x, ground + 42, words, SMALLEST, _GREY, across="center", name="date")
    return ground + 54


def _short(value: float) -> str:
    """A number beside the chart: ``1.200``, ``30 rb``, ``1,5 jt``."""
    for unit, least in ((" jt", 1_000_000), (" rb", 10_000)):
        if value >= least:
            return number(value / (1_000_000 if unit == " jt" else 1_000)) + unit
    return number(value)


def _chart_legend(pen: _Pen, trend: Trend, y: float) -> float:
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
    x = float(_EDGE)
    for sign, words in entries:
        length = 44 + _length(words)
        if x > _EDGE and x + length > WIDTH - _EDGE:
            x, y = float(_EDGE), y + SMALLEST * _STEP
        if sign == "mean":
            pen.line([(x + 2, y + 20), (x + 34, y + 20)], _MEAN, 6, name="legend")
        elif sign == "unknown":
            pen.hatch(x, y + 6, 36, 30, name="legend")
        else:
            pen.box(x, y + 6, 36, 30, _BAR if sign == "bar" else _TAKEN_BACK, name="legend")
        pen.text(x + 44, y + SMALLEST, words, name="legend")
        x += length + 26
    return y + SMALLEST * _STEP


def _round_top(most: float) -> float:
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


def _pieces(values: Iterable[float | None]) -> list[list[tuple[int, float]]]:
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


# ---------------------------------------------------------------- the map
def _map(pen: _Pen, shown: Map, y: float) -> float:
    y = pen.paragraph(y, shown.title, 38, bold=True, name="heading")
    if shown.note:
        y = pen.paragraph(y, shown.note, SMALLEST, _GREY, name="map-note")
    y += 12
    rows, columns = max(tile.row for tile in shown.tiles) + 1, max(tile.column for tile in shown.tiles) + 1
    cell = min(max(_LEAST_CELL, min(_MOST_CELL, _MAP / rows)), _ROOM / columns)
    entries = _entries(shown)
    widest = max(_SIGN + 12 + _length(words) for _, _, words in entries)
    beside = _ROOM - columns * cell - _AWAY >= max(widest, _LEGEND_BESIDE)
    left = _EDGE if beside else _EDGE + (_ROOM - columns * cell) / 2
    for tile in shown.tiles:
        _tile(pen, shown, tile, left + tile.column * cell, y + tile.row * cell, cell)
    if beside:
        down = _legend(pen, entries, _EDGE + columns * cell + _AWAY, y + 3)
        return max(down, y + rows * cell)
    return _legend(pen, entries, _EDGE, y + rows * cell + 10)


def _tile(pen: _Pen, shown: Map, tile: Tile, x: float, y: float, cell: float) -> None:
    size, corner = cell - _GAP, (cell * 0.3 if tile.city else cell * 0.06)
    x, y = x + _GAP / 2, y + _GAP / 2
    shade = next((shade for shade in shown.shades if shade.key == tile.shade), None)
    ink = on(shade.fill) if shade else _INK
    if shade:
        pen.box(x, y, size, size, shade.fill, corner=corner, name=f"tile {tile.code}")
    else:
        pen.hatch(x, y, size, size, corner=corner, name=f"tile {tile.code}")
    asked = tile.code == shown.asked
    _edge(pen, x, y, size, corner, asked=asked, name=f"{'asked' if asked else 'edge'} {tile.code}")
    letters = max(SMALLEST, cell * 0.34)
    mark = tile.mark or (shade.sign if shade else "–")
    names: dict[str, Any] = {"across": "center", "zorder": 4}
    middle = x + size / 2
    pen.text(middle, y + size * 0.45, tile.label, letters, ink, name=f"label {tile.code}", **names)
    pen.text(middle, y + size * 0.86, mark, letters, ink, bold=True, name=f"mark {tile.code}", **names)


def _edge(pen: _Pen, x: float, y: float, size: float, corner: float, *, asked: bool, name: str) -> None:
    """A thin line, or the thick one of the place that was asked for: dark, white, dark, to be seen on any ground."""
    if not asked:
        pen.box(x, y, size, size, "none", corner=corner, name=name, linewidth=2, edgecolor=_GREY, zorder=2)
        return
    pen.box(x, y, size, size, "none", corner=corner, name=name, linewidth=13, edgecolor=_INK, zorder=3)
    pen.box(x, y, size, size, "none", corner=corner, name="halo", linewidth=4, edgecolor=_PAPER, zorder=3)


_Entry = tuple[str, Shade | None, str]
"""What kind of sign stands in the legend, and which words beside it."""


def _entries(shown: Map) -> list[_Entry]:
    entries: list[_Entry] = [("shade", shade, shade.words) for shade in shown.shades]
    if any(tile.shade is None for tile in shown.tiles):
        entries.append(("unknown", None, "belum ada data"))
    if any(tile.city for tile in shown.tiles) and not all(tile.city for tile in shown.tiles):
        entries += [("square", None, "kabupaten"), ("round", None, "kota")]
    if asked := next((tile for tile in shown.tiles if tile.code == shown.asked), None):
        entries.append(("asked", None, asked.name))
    return entries


def _legend(pen: _Pen, entries: Sequence[_Entry], left: float, y: float) -> float:
    x, sign = left, _SIGN
    for kind, shade, words in entries:
        length = sign + 12 + _length(words)
        if x > left and x + length > WIDTH - _EDGE:
            x, y = left, y + 56
        corner = sign * 0.3 if kind == "round" else 3.0
        if shade:
            pen.box(x, y, sign, sign, shade.fill, corner=corner, name=f"key {shade.key}")
        elif kind == "unknown":
            pen.hatch(x, y, sign, sign, corner=corner, name="key unknown")
        _edge(pen, x, y, sign, corner, asked=kind == "asked", name="legend")
        if shade and shade.sign:
            pen.text(
                x + sign / 2, y + 35, shade.sign, SMALLEST, on(shade.fill), bold=True, across="center", name="legend"
            )
        pen.text(x + sign + 12, y + 35, words, name="legend")
        x += length + 30
    return y + 56


def on(fill: str) -> str:
    """The colour of letters that stand out from a ground (WCAG 2.1, 1.4.3: by 4.5 to 1)."""
    light = luminance(fill)
    return _PAPER if 1.05 / (light + 0.05) > (light + 0.05) / (luminance(_INK) + 0.05) else _INK


def luminance(colour: str) -> float:
    """WCAG 2.1's relative luminance of ``#RRGGBB``, 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
