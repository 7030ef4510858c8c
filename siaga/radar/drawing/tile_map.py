"""How a place stands among those around it: a square for each, and the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siaga.radar.drawing.colours import GREY, INK, PAPER, on
from siaga.radar.drawing.pen import EDGE, ROOM, SMALLEST, WIDTH, Pen, length
from siaga.radar.drawing.view import Map, Shade, Tile

_LEAST_CELL, _MOST_CELL, _MAP = 92.0, 124.0, 640.0
_GAP = 6.0
_LEGEND_BESIDE, _AWAY, _SIGN = 390.0, 44.0, 46.0


def draw_map(pen: Pen, shown: Map, y: float) -> float:
    """From ``y`` down; returns where it ends."""
    y = pen.paragraph(y, shown.title, 38, bold=True, name="heading")
    if shown.note:
        y = pen.paragraph(y, shown.note, SMALLEST, GREY, name="map-note")
    y += 12
    rows, columns = max(tile.row for tile in shown.tiles) + 1, max(tile.column for tile in shown.tiles) + 1
    cell = min(max(_LEAST_CELL, min(_MOST_CELL, _MAP / rows)), ROOM / columns)
    entries = _entries(shown)
    widest = max(_SIGN + 12 + length(words) for _, _, words in entries)
    beside = ROOM - columns * cell - _AWAY >= max(widest, _LEGEND_BESIDE)
    left = EDGE if beside else EDGE + (ROOM - columns * cell) / 2
    for tile in shown.tiles:
        _tile(pen, shown, tile, left + tile.column * cell, y + tile.row * cell, cell)
    if beside:
        down = _legend(pen, entries, EDGE + columns * cell + _AWAY, y + 3)
        return max(down, y + rows * cell)
    return _legend(pen, entries, EDGE, y + rows * cell + 10)


def _tile(pen: Pen, shown: Map, tile: Tile, x: float, y: float, cell: float) -> None:
    size, corner = cell - _GAP, (cell * 0.3 if tile.city else cell * 0.06)
    x, y = x + _GAP / 2, y + _GAP / 2
    shade = next((shade for shade in shown.shades if shade.key == tile.shade), None)
    ink = on(shade.fill) if shade else INK
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


def _edge(pen: Pen, x: float, y: float, size: float, corner: float, *, asked: bool, name: str) -> None:
    """A thin line, or the thick one of the place that was asked for: dark, white, dark, to be seen on any ground."""
    if not asked:
        pen.box(x, y, size, size, "none", corner=corner, name=name, linewidth=2, edgecolor=GREY, zorder=2)
        return
    pen.box(x, y, size, size, "none", corner=corner, name=name, linewidth=13, edgecolor=INK, zorder=3)
    pen.box(x, y, size, size, "none", corner=corner, name="halo", linewidth=4, edgecolor=PAPER, zorder=3)


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


def _legend(pen: Pen, entries: Sequence[_Entry], left: float, y: float) -> float:
    x, sign = left, _SIGN
    for kind, shade, words in entries:
        wide = sign + 12 + length(words)
        if x > left and x + wide > WIDTH - EDGE:
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
        x += wide + 30
    return y + 56
