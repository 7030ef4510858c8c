"""What a place's picture shows: its last weeks, and one kind of map around it. Pure; ``drawing`` draws it.

The map shows colours that an office published, or levels that are computed here, or, where there is neither, new cases
per 100,000: one of them, never a mixture, and it says which. A square is unknown (hatched) where the place's figures
are more than ``STALE_DAYS`` older than the map's newest: it would look calm beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from siaga.places import regions
from siaga.radar.drawing.alt import number
from siaga.radar.drawing.colours import LEVELS, RATES, ZONES
from siaga.radar.drawing.view import Map, Shade, Tile, Trend, View
from siaga.radar.figures import MEASURES, NATION, Figures, Measure, Source
from siaga.radar.situation import STALE_DAYS, Situation
from siaga.radar.tiles import map_of, on_map, squares
from siaga.radar.words import words
from siaga.text.written import joined, long_date

DAYS, WEEKS = 60, 26
"""How far back the trend goes, told by the day or by the week."""
HISTORY = WEEKS * 7 + 14
"""Days of a place's figures that its trend may need."""
_LEAST = 2
"""With fewer than so many days known there is no trend to be drawn."""
_TITLES: dict[Measure, str] = {
    "confirmed": "Kasus baru",
    "recovered": "Sembuh",
    "deaths": "Meninggal",
    "active": "Kasus aktif baru",
    "hospital": "Masuk rumah sakit",
    "suspected": "Suspek baru",
    "watched": "Dipantau baru",
}
_COUNTED: dict[Measure, str] = {"confirmed": "kasus baru", "hospital": "rawat inap", "deaths": "kematian"}
_CLASSES = (
    (0.2, 0.5, 1.0),
    (0.5, 1.0, 2.0),
    (1.0, 2.0, 5.0),
    (2.0, 5.0, 10.0),
    (5.0, 10.0, 20.0),
    (10.0, 20.0, 50.0),
    (20.0, 50.0, 100.0),
    (50.0, 100.0, 200.0),
    (100.0, 200.0, 500.0),
)


@dataclass(frozen=True)
class Known:
    """A place with what is known of it; either may lack."""

    figures: Figures | None = None
    situation: Situation | None = None


_NOTHING = Known()


def show(
    code: str, own: Known, around: Mapping[str, Known], *, disease: str, today: date, measure: Measure = "confirmed"
) -> View | None:
    """What is shown of a place; None where nothing is known of it and around it.

    Args:
        own: of the place itself, with ``HISTORY`` days of figures.
        around: by code, of the places on its map (``map_codes``); of a province of whose regencies nothing is known,
            those on Indonesia's.
        disease: its name, as citizens read it.
        measure: what the trend is of; the map is always of all that a level, a zone or a rate is made of.
    """
    trend = trend_of(own.figures, measure, today) if own.figures else None
    shown, used = map_around(code, around)
    if trend is None and shown is None:
        return None
    told = own.situation
    sources = [own.figures.source] if own.figures and trend else []
    return View(
        place=_name(code),
        disease=disease,
        until=_until(own, measure, today),
        source=_said_by([*sources, *used]),
        trend=trend,
        map=shown,
        note=(
            f"Data terakhir {told.days_old} hari yang lalu: keadaan sekarang bisa berbeda"
            if told is not None and told.stale
            else ""
        ),
        sample=any(source.sample for source in (*sources, *used)),
    )


def map_codes(code: str) -> tuple[str, ...]:
    """The places on the map that shows a place; none for a province that is no more."""
    return tuple(square.code for square in squares(map_of(code)))


def _name(code: str) -> str:
    return "Indonesia" if code == NATION else regions.full_name(code) or code


def _until(own: Known, measure: Measure, today: date) -> date | None:
    """The day of the figures that are shown."""
    day = _newest(own.figures, measure, today) if own.figures else None
    return day or (own.situation.day if own.situation else None)


def _newest(figures: Figures, measure: Measure, today: date) -> date | None:
    trail = figures.trail(measure)
    return max((day for days in (trail.totals, trail.news) for day in days if day <= today), default=None)


def _said_by(sources: Iterable[Source]) -> str:
    names = list(dict.fromkeys(source.said_by for source in sources))
    return " · ".join(names[:3]) + (" dan lainnya" if len(names) > 3 else "")


# ---------------------------------------------------------------- the trend
def trend_of(figures: Figures, measure: Measure, today: date) -> Trend | None:
    """New ones by the day; by the week where an office tells only totals now and then. None where too little is known.

    A mean of seven days in which cases were taken back is left out: it would tell of the correction, and not of them.
    """
    if measure not in MEASURES:
        raise ValueError(f"no such measure: {measure}")
    last = _newest(figures, measure, today)
    if last is None:
        return None
    trail, title = figures.trail(measure), _TITLES[measure]
    days = _from_known([(last - timedelta(days=ago), trail.new(last - timedelta(days=ago))) for ago in range(DAYS)])
    weeks = _from_known(
        [
            (
                last - timedelta(days=7 * ago),
                trail.between(last - timedelta(days=7 * ago + 7), last - timedelta(days=7 * ago)),
            )
            for ago in range(WEEKS)
        ]
    )
    daily = sum(new is not None for _, new in days)
    if daily * 2 < len(days) and sum(new is not None for _, new in weeks) >= _LEAST:
        unknown = (None,) * len(weeks)
        return Trend(f"{title} per minggu", weeks[0][0], tuple(new for _, new in weeks), unknown, every=7)
    if daily < _LEAST:
        return None
    means = []
    for day, _ in days:
        week = [trail.new(day - timedelta(days=ago)) for ago in range(7)]
        means.append(None if any(new is not None and new < 0 for new in week) else trail.mean(day))
    return Trend(f"{title} per hari", days[0][0], tuple(new for _, new in days), tuple(means))


def _from_known(newest_first: Sequence[tuple[date, int | None]]) -> list[tuple[date, int | None]]:
    """Oldest first, from the first that is known; all, if none is."""
    oldest_first = list(reversed(newest_first))
    first = next((place for place, (_, new) in enumerate(oldest_first) if new is not None), 0)
    return oldest_first[first:]


# ---------------------------------------------------------------- the map
@dataclass(frozen=True)
class _Painted:
    """One kind of map: how each place is painted, and what is said of it."""

    title: str
    note: str
    shades: tuple[Shade, ...]
    keys: Mapping[str, str]
    marks: Mapping[str, str]
    sources: tuple[Source, ...]


def which_map(code: str, around: Mapping[str, Known]) -> str:
    """The map on which a place is shown: its own; Indonesia's for a province, where nothing is known of what lies in
    it."""
    inside = any(around.get(square.code, _NOTHING).situation for square in squares(map_of(code)))
    return map_of(code) if inside or code not in regions.provinces() else NATION


def map_around(code: str, around: Mapping[str, Known]) -> tuple[Map | None, tuple[Source, ...]]:
    """The map that shows a place, and whose figures it shows; none where nothing on it is known."""
    drawn = which_map(code, around)
    laid = squares(drawn)
    told = {square.code: told for square in laid if (told := around.get(square.code, _NOTHING).situation)}
    kinds = [painted for painted in (_zones(told), _levels(told), _rates(told)) if painted.keys]
    if not kinds:
        return None, ()
    most = max(len(painted.keys) for painted in kinds)
    # Of a single zone among rates nothing could be compared; a few levels less than rates are no reason to lack them.
    painted = next(painted for painted in kinds if len(painted.keys) * 2 >= most)
    nation = drawn == NATION
    tiles = tuple(
        Tile(
            square.code,
            regions.short_name(square.code) or square.code,
            square.label,
            square.row,
            square.column,
            not nation and regions.is_city(square.code),
            painted.keys.get(square.code),
            painted.marks.get(square.code, ""),
        )
        for square in laid
    )
    asked = code if nation else on_map(code)
    return Map(f"{painted.title}, {_name(drawn)}", painted.note, painted.shades, tiles, asked), painted.sources


def _zones(told: Mapping[str, Situation]) -> _Painted:
    fresh = {code: own.colour for code, own in told.items() if own.colour and not own.colour_old}
    shades = tuple(
        Shade(colour, words().colours[colour].name[0].upper(), words().colours[colour].name,
              f"zona {words().colours[colour].name}", fill)
        for colour, fill in ZONES.items()
    )  # fmt: skip
    sources = tuple(dict.fromkeys(colour.source for colour in fresh.values()))
    note = f"menurut {_said_by(sources)}, {_span(colour.day for colour in fresh.values())}" if fresh else ""
    return _Painted("Warna zona", note, shades, {code: own.colour for code, own in fresh.items()}, {}, sources)


def _levels(told: Mapping[str, Situation]) -> _Painted:
    fresh = {code: own for code, own in _same_days(told).items() if own.transmission}
    shades = tuple(
        Shade(
            str(level), str(level), words().levels[level].name, f"tingkat {level} ({words().levels[level].name})", fill
        )
        for level, fill in enumerate(LEVELS, start=1)
    )
    known = {measure for own in fresh.values() if own.transmission for measure in own.transmission.known}
    counted = [said for measure, said in _COUNTED.items() if measure in known]
    note = f"hitungan Siaga dari {joined(counted)} sepekan, sampai {_span_of(fresh)}"
    keys = {code: str(own.transmission.level) for code, own in fresh.items() if own.transmission}
    return _Painted("Tingkat penularan", note, shades, keys, {}, _sources(fresh))


def _rates(told: Mapping[str, Situation]) -> _Painted:
    fresh = {code: own for code, own in _same_days(told).items() if own.per_100k is not None}
    rates = {code: own.per_100k for code, own in fresh.items() if own.per_100k is not None}
    most = max(rates.values(), default=0.0)
    bounds = next((each for each in reversed(_CLASSES) if each[-1] <= most), _CLASSES[0])
    low, middle, high = (number(bound) for bound in bounds)
    said = (f"di bawah {low}", f"{low} sampai {middle}", f"{middle} sampai {high}", f"{high} lebih")
    shades = tuple(
        Shade(str(place), "", name, f"{name} per 100.000", fill)
        for place, (name, fill) in enumerate(zip(said, RATES, strict=True))
    )
    keys = {code: str(sum(rate >= bound for bound in bounds)) for code, rate in rates.items()}
    marks = {code: _mark(rate) for code, rate in rates.items()}
    note = f"dalam sepekan, sampai {_span_of(fresh)}"
    return _Painted("Kasus baru per 100.000 orang", note, shades, keys, marks, _sources(fresh))


def _mark(rate: float) -> str:
    """A rate in at most three signs: ``0,4``, ``12``, ``105``, ``1rb``. ``0`` only where there was nobody, ``0+`` for
    very few."""
    if 0 < rate < 0.05:
        return "0+"
    if rate < 9.95:
        return number(rate)
    return str(round(rate)) if rate < 999.5 else f"{min(99, round(rate / 1000))}rb"


def _same_days(told: Mapping[str, Situation]) -> dict[str, Situation]:
    """Those whose figures are not much older than the newest."""
    newest = max((own.day for own in told.values() if own.day), default=None)
    return {
        code: own
        for code, own in told.items()
        if own.day is not None and newest is not None and (newest - own.day).days <= STALE_DAYS
    }


def _sources(told: Mapping[str, Situation]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(own.source for own in told.values()))


def _span_of(told: Mapping[str, Situation]) -> str:
    return _span(own.day for own in told.values() if own.day)


def _span(days: Iterable[date]) -> str:
    """``14 Juli 2021``; ``11–14 Juli 2021`` where they differ."""
    each = sorted(set(days))
    if not each:
        return ""
    first, last = each[0], each[-1]
    if first == last:
        return long_date(last)
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same_month else long_date(first)}–{long_date(last)}"
