"""What only the first picture of a process takes, done before somebody waits for it."""

from __future__ import annotations

from datetime import date

from siaga.radar.drawing.png import draw
from siaga.radar.drawing.view import Map, Shade, Tile, Trend, View

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 .,:%()-−–·"
_DAY = date(2026, 1, 1)


def warm() -> None:
    """Draw a picture that nobody sees: matplotlib and its fonts are read for it, which takes a second or more, and on a
    machine's first time several."""
    shades = (Shade("1", "1", _LETTERS, "", "#E3EDFA"),)
    tiles = (Tile("1", "", "ABC", 0, 0, True, "1"), Tile("2", "", "abc", 0, 1))
    trend = Trend(_LETTERS, _DAY, (1, None, -1, 2), (1.0, None, 0.0, 1.0))
    draw(View(_LETTERS, _LETTERS, _DAY, _LETTERS, trend, Map(_LETTERS, "", shades, tiles, "1"), _LETTERS, sample=True))
