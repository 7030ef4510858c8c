"""The whole picture: what stands above, the chart, the map, and where it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaga.radar.drawing.alt import SAMPLE, until
from siaga.radar.drawing.chart import draw_trend
from siaga.radar.drawing.colours import GREY, LINE, PAPER, WARNING
from siaga.radar.drawing.pen import EDGE, SMALLEST, WIDTH, Pen
from siaga.radar.drawing.tile_map import draw_map
from siaga.radar.drawing.view import View

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(view: View) -> Figure:
    """The picture before it becomes pixels: one unit is one pixel, counted from the upper left."""
    from matplotlib.figure import Figure

    paper = Figure(figsize=(WIDTH / 72, 1), dpi=72, facecolor=PAPER)
    pen = Pen(paper)
    y = _head(pen, view)
    if view.trend:
        y = draw_trend(pen, view.trend, y + 26)
    if view.map and view.map.tiles:
        y = draw_map(pen, view.map, y + 30)
    y = _foot(pen, view, y + 22)
    pen.close(y)
    if view.sample:
        _across(pen, y)
    return paper


def _head(pen: Pen, view: View) -> float:
    y = 24.0
    if view.sample:
        pen.box(0, 0, WIDTH, 78, WARNING, name="sample")
        pen.text(
            WIDTH / 2, 54, f"{SAMPLE}: bukan angka sebenarnya", 40, PAPER, bold=True, across="center", name="sample"
        )
        y = 98.0
    y = pen.paragraph(y, view.place, 54, bold=True, name="place")
    y = pen.paragraph(y, f"{view.disease}{until(view)}", 36, GREY, name="until")
    return pen.paragraph(y, view.note, 34, WARNING, bold=True, name="note") if view.note else y


def _foot(pen: Pen, view: View, y: float) -> float:
    pen.line([(EDGE, y), (WIDTH - EDGE, y)], LINE, 2, name="foot")
    return pen.paragraph(y + 10, f"Sumber: {view.source}", SMALLEST, GREY, name="source") + 16


def _across(pen: Pen, height: float) -> None:
    """So that no part of it can be cut out and taken for real."""
    for part in (0.34, 0.72):
        pen.text(
            WIDTH / 2,
            height * part,
            SAMPLE,
            128,
            WARNING,
            bold=True,
            across="center",
            name="across",
            rotation=24,
            rotation_mode="anchor",
            alpha=0.17,
            zorder=9,
        )
