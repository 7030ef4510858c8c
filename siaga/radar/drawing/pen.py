"""A sheet of paper and what can be put on it: words, boxes, lines, and the hatching of what is not known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from siaga.radar.drawing.colours import HATCH, INK, PAPER

if TYPE_CHECKING:
    from matplotlib.figure import Figure


WIDTH = 1080
"""Pixels; three for each of a small phone's."""
SMALLEST = 33
"""The smallest letters, in pixels: 11 on a phone."""
EDGE = 30
ROOM = WIDTH - 2 * EDGE
STEP = 1.32
"""From one line to the next, in letters."""


class Pen:
    """Draws on a sheet that is as long as it becomes. What it draws bears a name (``gid``)."""

    def __init__(self, paper: Figure) -> None:
        self._paper = paper
        self._axes = paper.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)

    def close(self, height: float) -> None:
        """The sheet ends here."""
        height = math.ceil(height)
        self._paper.set_size_inches(WIDTH / 72, height / 72)
        self._axes.set_ylim(height, 0)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = SMALLEST,
        colour: str = INK,
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
        """A filled box, with round corners if so wished."""
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

        edge = self.box(x, y, width, height, PAPER, corner=corner, name=name)
        slanting = [
            [(x + shift, y + height), (x + shift + height, y)]
            for shift in range(-math.ceil(height), math.ceil(width), 14)
        ]
        lines = LineCollection(slanting, colors=HATCH, linewidths=3, zorder=1)
        self._axes.add_collection(lines, autolim=False)
        lines.set_clip_path(edge)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float, *, name: str, **more: Any) -> None:
        """A line from point to point."""
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
            if written and length(longer, size, bold=bold) <= room:
                written[-1] = longer
            else:
                written.append(word)
        return written

    def paragraph(
        self,
        y: float,
        words: str,
        size: float = SMALLEST,
        colour: str = INK,
        *,
        bold: bool = False,
        name: str = "text",
    ) -> float:
        """Words from edge to edge, from ``y`` down; returns where they end."""
        for line in self.lines(words, ROOM, size, bold=bold):
            self.text(EDGE, y + size, line, size, colour, bold=bold, name=name)
            y += size * STEP
        return y


@lru_cache(maxsize=2048)
def length(words: str, size: float = SMALLEST, *, bold: bool = False) -> float:
    """How long a line of words is, in pixels."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(words, font, False)[0])
