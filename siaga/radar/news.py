"""What is news to a subscriber, and how it is put in one message a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from siaga.radar.diseases import disease_name
from siaga.radar.figures import Colour
from siaga.radar.levels import HIGHEST, MEASURES
from siaga.radar.place import name_of
from siaga.radar.standing import Standing
from siaga.radar.words import words
from siaga.text.written import long_date

LONGEST = 150
"""Characters of a notice's value (docs/notices.md): what does not fit waits for the next day."""
_GROUND: Mapping[str, str] = {"confirmed": "kasus", "hospital": "rawat inap", "deaths": "kematian"}
_ORDER: tuple[Colour, ...] = ("green", "yellow", "orange", "red")


@dataclass(frozen=True)
class Told:
    """What a subscriber was last told of a place; ``measures`` those that the level was known from."""

    code: str
    disease: str
    level: int | None = None
    measures: tuple[str, ...] = ()
    colour: Colour | None = None


@dataclass(frozen=True)
class Change:
    """A place whose level, or whose published colour where no level is known, is another one than was told."""

    told: Told
    now: Standing

    @property
    def by_level(self) -> bool:
        """Whether it is the computed level that changed, and not an office's colour."""
        return self.now.level is not None

    @property
    def rank(self) -> int:
        """How bad it is now, 1 to 4."""
        return self.now.level or 1 + _ORDER.index(self.now.colour or "green")

    @property
    def before(self) -> int | None:
        """How bad it was when it was told; None if it was not known."""
        if self.by_level:
            return self.told.level
        return 1 + _ORDER.index(self.told.colour) if self.told.colour else None

    @property
    def group(self) -> tuple[bool, str, date | None, str]:
        """What may stand in one message: of the same kind, disease, day and publisher, told once for all."""
        if self.by_level:
            return True, self.told.disease, self.now.day, self.now.said_by
        return False, self.told.disease, self.now.colour_day, self.now.colour_said_by


def change(told: Told, now: Standing) -> Change | None:
    """What is news of a place, if anything.

    What is not known now is no news. Neither is a lower level that is known from less than the one that was told: the
    measure that lacks may be the one that raised it. The colour is told only where no level is known.
    """
    if now.level is not None:
        if now.level == told.level:
            return None
        lower = told.level is not None and now.level < told.level
        if lower and not set(told.measures) <= set(now.measures):
            return None
        return Change(told, now)
    if now.colour is None or now.colour == told.colour:
        return None
    return None if is_first_colour(told, now) else Change(told, now)


def is_first_colour(told: Told, now: Standing) -> bool:
    """Whether a colour is all that is known now of a place that only a level was told of: no news, but another colour
    after it will be."""
    return now.level is None and now.colour is not None and told.colour is None and told.level is not None


@dataclass(frozen=True)
class News:
    """One message: ``changes`` are those it tells, the most important first; ``values`` fill in its words."""

    changes: tuple[Change, ...]
    values: Mapping[str, str]


def news(changes: Iterable[Change]) -> News | None:
    """The message of today, None if nothing is news. What does not fit is for another day.

    First comes what has become worse, then what is worst; with it what has the same day and publisher.
    """
    ordered = sorted(changes, key=_importance)
    if not ordered:
        return None
    first = ordered[0]
    together = [each for each in ordered if each.group == first.group]
    while len(together) > 1 and len(_told(together)) > LONGEST:
        together.pop()
    _, disease, day, said_by = first.group
    values = {
        "penyakit": disease_name(disease),
        "kabar": _told(together),
        "tanggal": long_date(day) if day else "",
        "sumber": said_by,
        "saran": _meaning(max(together, key=lambda each: each.rank)),
    }
    return News(tuple(together), values)


def _meaning(worst: Change) -> str:
    """What the worst of them means for the reader, and that it was worked out from less than it should be."""
    if worst.by_level:
        ground = " dan ".join(_GROUND[measure] for measure in worst.now.measures)
        lacks = worst.rank < HIGHEST and worst.now.measures != MEASURES
        said = f"Dihitung dari {ground} saja. " if lacks else ""
        return said + words().levels[worst.rank].means
    colour = words().colours[worst.now.colour or "green"]
    return f"Zona {colour.name}: {colour.means}."


def _importance(each: Change) -> tuple[bool, int, str]:
    worse = each.before is not None and each.rank > each.before
    return not worse, -each.rank, each.told.code


def _told(changes: Sequence[Change]) -> str:
    short = len(changes) > 1
    return "; ".join(f"{name_of(each.told.code)} {_in_words(each, short)}" for each in changes)


def _in_words(each: Change, short: bool) -> str:
    """ "tingkat penularan 3 dari 4 (tinggi), naik dari tingkat 2"; "zona merah, sebelumnya zona oranye"; short
    "tingkat 3 (naik dari 2)".
    """
    if each.by_level:
        name = words().levels[each.rank].name
        now = f"tingkat {each.rank}" if short else f"tingkat penularan {each.rank} dari 4 ({name})"
        way = "" if each.before is None else "naik dari" if each.rank > each.before else "turun dari"
        before = f"tingkat {each.before}" if way else ""
    else:
        now = f"zona {words().colours[each.now.colour or 'green'].name}"
        way = "sebelumnya" if each.told.colour else ""
        before = f"zona {words().colours[each.told.colour].name}" if each.told.colour else ""
    then = f"{way} {before}" if way else "sebelumnya belum diketahui"
    return f"{now} ({then.replace(' tingkat', '').replace(' zona', '')})" if short else f"{now}, {then}"
