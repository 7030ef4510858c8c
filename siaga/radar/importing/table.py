"""What a file says, whatever its shape was: figures and colours of regions by day. Pure values, already checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from siaga.radar.figures import Colour, Count, Measure


@dataclass(frozen=True, slots=True)
class Row:
    """How many, on a day, in a region ("ID", "35", "35.78"). Only a ``new`` value may be negative."""

    region_code: str
    measure: Measure
    count: Count
    day: date
    value: int


@dataclass(frozen=True)
class ColourRow:
    """The colour that an office gave a region's zone, from that day."""

    region_code: str
    day: date
    colour: Colour


@dataclass(frozen=True)
class Table:
    """All that one file says of one disease.

    ``shape`` is the reader that understood it, ``source`` the series that it continues ("nasional", "jatim"),
    ``said_by`` who published it, as citizens are told. ``notes`` are what was repaired, in Indonesian, for the office.
    A value that a file leaves open has no row.
    """

    shape: str
    source: str
    said_by: str
    disease: str
    rows: tuple[Row, ...] = ()
    colours: tuple[ColourRow, ...] = ()
    notes: tuple[str, ...] = ()
