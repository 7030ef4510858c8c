"""All that a picture shows, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Shade:
    """One entry of a map's legend: ``words`` beside ``sign``, which stands in the squares; empty where each of them has
    a figure of its own. ``said`` in the alternative text."""

    key: str
    sign: str
    words: str
    said: str
    fill: str


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
