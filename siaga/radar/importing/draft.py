"""A table in the making: what a reader found, where it stood, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from siaga.places import regions
from siaga.places.former import FORMER_PROVINCES
from siaga.radar.figures import NATION, Colour, Count, Measure
from siaga.radar.importing.cells import Line, whole_number
from siaga.radar.importing.refused import Refused
from siaga.radar.importing.table import ColourRow, Row, Table
from siaga.text.written import number

Key = tuple[str, Measure, Count, date]
"""Region, measure, kind of number, day."""
TrailKey = tuple[str, Measure, Count]
"""All figures of one kind of a region, day by day."""
Place = int | str
"""A line's number, or what else finds it in the file: "DKI JAKARTA", "2020-05-09"."""

MEASURE_NAMES: Mapping[Measure, str] = {
    "confirmed": "konfirmasi",
    "recovered": "sembuh",
    "deaths": "meninggal",
    "active": "kasus aktif",
    "hospital": "rawat inap",
    "suspected": "suspek/PDP",
    "watched": "dipantau/ODP",
}
COUNT_NAMES: Mapping[Count, str] = {"total": "total", "new": "harian", "now": "saat ini"}

MOST_LEFT_OUT = 0.05
"""Of a file that nobody here can mend, as much may be unusable while the rest counts."""
_MOST_PLACES = 5
_MOST_REASONS = 30
_FIRST_DAY = date(2000, 1, 1)
_MOST = 10_000_000_000
"""More than there are people on earth."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A number and where it stood. ``correction``: the file says that it may be lower than the one before."""

    value: int
    place: Place
    correction: bool = False


def region_name(code: str) -> str:
    """A region in words for the office, with its code."""
    if code == NATION:
        return "Indonesia"
    former = FORMER_PROVINCES.get(code)
    return f"{former.short_name if former else regions.short_name(code) or code} ({code})"


def key_name(key: Key) -> str:
    """A figure in words: "Kota Surabaya (35.78), konfirmasi total, 2020-04-12"."""
    region, measure, count, day = key
    return f"{region_name(region)}, {MEASURE_NAMES[measure]} {COUNT_NAMES[count]}, {day.isoformat()}"


def _where(place: Place) -> str:
    return f"baris {place}" if isinstance(place, int) else place


def _order(place: Place) -> tuple[int, str]:
    return (place, "") if isinstance(place, int) else (0, place)


def _with_places(text: str, places: Iterable[Place]) -> str:
    found = sorted(set(places), key=_order)
    if not found:
        return text
    shown = ", ".join(_where(place) for place in found[:_MOST_PLACES])
    more = f" dan {len(found) - _MOST_PLACES} lagi" if len(found) > _MOST_PLACES else ""
    return f"{text} ({shown}{more})"


@dataclass
class Draft:
    """What a reader found so far.

    ``mendable``: an office fills the file in and can mend it, so that anything wrong refuses all of it. An answer of an
    outside service nobody here can mend: what is wrong in it is left out, unless that is more than ``MOST_LEFT_OUT``.
    """

    shape: str
    source: str
    said_by: str
    disease: str
    today: date
    mendable: bool
    trails: dict[TrailKey, dict[date, Entry]] = field(default_factory=dict)
    colours: dict[tuple[str, date], tuple[Colour, Place]] = field(default_factory=dict)
    offered: int = 0
    left_out: int = 0
    lost: set[Key] = field(default_factory=set)
    """Totals that were there, and cannot be right."""
    _problems: list[tuple[Place | None, str]] = field(default_factory=list)
    _fatal: list[str] = field(default_factory=list)
    _notes: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    _contradicted: set[object] = field(default_factory=set)

    # ------------------------------------------------------------------ what is found
    def put(self, key: Key, value: int | None, place: Place, *, correction: bool = False) -> None:
        """A figure; None is one that the file leaves open."""
        if value is None:
            return
        self.offered += 1
        if not self._day_counts(key[3], place):
            return
        if abs(value) > _MOST or (value < 0 and key[2] != "new"):
            self._lose(key)
        if abs(value) > _MOST:
            self.leave_out(place, f"{key_name(key)}: angkanya terlalu besar. Periksa angkanya.")
            return
        if value < 0 and key[2] != "new":
            self.leave_out(place, f"{key_name(key)}: {number(value)} kurang dari nol. Periksa angkanya.")
            return
        trail = self.trails.setdefault(key[:3], {})
        before = trail.get(key[3])
        if key in self._contradicted or (before and before.value != value):
            self._contradict(key, trail, key[3], f"{key_name(key)}: ada dua angka yang berbeda.", place)
        elif before:
            self.note("Angka yang tertulis lebih dari sekali dihitung sekali.", place)
        else:
            trail[key[3]] = Entry(value, place, correction)

    def at(self, key: Key) -> Entry | None:
        """A figure found before."""
        trail = self.trails.get(key[:3])
        return trail.get(key[3]) if trail else None

    def put_colour(self, region: str, day: date, colour: Colour, place: Place) -> None:
        """A published colour."""
        self.offered += 1
        if not self._day_counts(day, place):
            return
        before = self.colours.get((region, day))
        if (region, day) in self._contradicted or (before and before[0] != colour):
            told = f"{region_name(region)}, {day}: ada dua warna yang berbeda."
            self._contradict((region, day), self.colours, (region, day), told, place)
        elif before:
            self.note("Warna yang tertulis lebih dari sekali dihitung sekali.", place)
        else:
            self.colours[region, day] = (colour, place)

    def _day_counts(self, day: date, place: Place) -> bool:
        if day > self.today:
            self.leave_out(place, f"Tanggal {day.isoformat()} belum tiba. Periksa tanggalnya.")
            return False
        if day < _FIRST_DAY:
            self.leave_out(place, f"Tanggal {day.isoformat()} terlalu lama. Periksa tanggalnya.")
            return False
        return True

    def _contradict(self, which: object, kept: dict[Any, Any], key: object, reason: str, place: Place) -> None:
        """Of two that differ nobody knows the right one: neither counts."""
        self._contradicted.add(which)
        dropped = kept.pop(key, None) is not None
        self.leave_out(place, f"{reason} Biarkan hanya yang benar.", 2 if dropped else 1)

    def number_in(self, line: Line, column: str) -> int | None:
        """How many a cell says; None where that is unknown, or is no number, which is left out."""
        try:
            return whole_number(line.cells.get(column, ""))
        except ValueError:
            self.offered += 1
            self.leave_out(line.number, f"{column}: “{line.cells[column]}” bukan jumlah.")
            return None

    # ------------------------------------------------------------------ what is wrong
    def leave_out(self, place: Place | None, reason: str, figures: int = 1) -> None:
        """What cannot be used, and why."""
        self.left_out += figures
        self._problems.append((place, reason))

    def drop(self, keys: Iterable[Key], reason: str) -> None:
        """Figures already found that turn out unusable."""
        there = [key for key in list(keys) if self.at(key)]
        entries = [self.trails[key[:3]].pop(key[3]) for key in there]
        for key in there:
            self._lose(key)
        if entries:
            self.leave_out(entries[0].place, reason, len(entries))

    def _lose(self, key: Key) -> None:
        if key[2] == "total":
            self.lost.add(key)

    def fail(self, reason: str) -> None:
        """Something for which nothing of the file counts."""
        self._fatal.append(reason)

    def note(self, text: str, place: Place | None = None) -> None:
        """What was repaired, or what whoever sent the file should know."""
        places = self._notes[text]
        if place is not None:
            places.append(place)

    # ------------------------------------------------------------------ what comes of it
    def of(self, count: Count) -> list[tuple[str, Measure, dict[date, Entry]]]:
        """The figures of one kind, by region and measure."""
        return [(region, measure, trail) for (region, measure, kind), trail in self.trails.items() if kind == count]

    def table(self) -> Table:
        """What counts of it.

        Raises:
            Refused: nothing does.
        """
        problems = [f"{_where(place)}: {reason}" if place is not None else reason for place, reason in self._problems]
        reasons = [*self._fatal]
        if problems and self.mendable:
            reasons += problems
        elif self.left_out > MOST_LEFT_OUT * max(self.offered, 1):
            reasons += [
                f"{number(self.left_out)} dari {number(self.offered)} angka tidak dapat dipakai, terlalu banyak untuk"
                " memercayai sisanya. Angka lama tetap dipakai.",
                *problems,
            ]
        if not reasons and not any(self.trails.values()) and not self.colours:
            reasons = [
                *problems,
                "Tidak ada satu pun angka atau warna di berkas ini. Isi kolom jumlah atau warna, lalu kirim lagi.",
            ]
        if reasons:
            raise Refused(_shortened([_sentence(reason) for reason in reasons]))
        left = [f"Tidak dipakai: {problem}" for problem in _shortened(problems)]
        return Table(
            self.shape,
            self.source,
            self.said_by,
            self.disease,
            tuple(
                Row(region, measure, count, day, entry.value)
                for (region, measure, count), trail in sorted(self.trails.items(), key=itemgetter(0))
                for day, entry in sorted(trail.items(), key=itemgetter(0))
            ),
            tuple(ColourRow(region, day, self.colours[region, day][0]) for region, day in sorted(self.colours)),
            tuple([_with_places(text, places) for text, places in sorted(self._notes.items())] + left),
        )


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _shortened(reasons: list[str]) -> list[str]:
    rest = len(reasons) - _MOST_REASONS
    return [*reasons[:_MOST_REASONS], f"… dan {rest} masalah lagi."] if rest > 0 else reasons
