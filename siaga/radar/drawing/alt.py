"""What a picture shows, in words."""

from __future__ import annotations

from collections.abc import Sequence

from siaga.radar.drawing.view import Map, Tile, Trend, View
from siaga.text import written
from siaga.text.written import long_date

SAMPLE = "DATA CONTOH"
_MOST_NAMES = 6


def alt(view: View) -> str:
    """What the picture shows, in words, for who can not see it."""
    said = [f"{SAMPLE}, bukan angka sebenarnya."] if view.sample else []
    said.append(f"{view.disease} di {view.place}{until(view)}.")
    if view.note:
        said.append(view.note.rstrip(".") + ".")
    if view.trend:
        said.append(_trend_words(view.trend))
    if view.map:
        said.append(_map_words(view.map))
    said.append(f"Sumber: {view.source.rstrip('.')}.")
    return " ".join(said)


def until(view: View) -> str:
    """To which day it goes, behind what it is of."""
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
    """``1.234``, ``12,3``, ``−5``, as it stands on a picture."""
    return written.number(round(value, 1)).replace("-", "−")
