"""The words of ``content/radar`` about levels, colours and what is not known, and the tips that close an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from siaga.content import ContentError, Entry, only_keys, read_entry, take_date, take_entries, take_text
from siaga.radar.diseases import diseases
from siaga.radar.figures import Colour
from siaga.radar.question import Beyond, Kind
from siaga.radar.situation import Trend
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "radar"
LEVELS = (1, 2, 3, 4)
NAME = 20
MEANS = 120
BEYOND = 140
TIP = 140
"""Characters, so that an answer stays short enough for a phone."""


class RadarWordsError(ContentError):
    """A file of words or tips that is refused: which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Meaning:
    """What a level or a colour is called, and what it means for the reader."""

    name: str
    means: str


@dataclass(frozen=True)
class Words:
    """The words for each level, each colour, and each thing that is asked for and not known."""

    levels: Mapping[int, Meaning]
    colours: Mapping[Colour, Meaning]
    beyond: Mapping[Beyond, str]


@dataclass(frozen=True)
class RadarTip:
    """A piece of advice, and where it fits; an empty ``levels``, ``trends`` or ``kinds`` fits any."""

    text: str
    diseases: tuple[str, ...]
    levels: tuple[int, ...]
    trends: tuple[Trend, ...]
    kinds: tuple[Kind, ...]
    source: str
    checked: date

    def fits(self, disease: str, level: int | None, trend: Trend, kind: Kind) -> bool:
        """Whether it is advice for this disease, level, trend and kind of question."""
        return (
            disease in self.diseases
            and (not self.levels or level in self.levels)
            and (not self.trends or trend in self.trends)
            and (not self.kinds or kind in self.kinds)
        )


def _meanings(content: Entry, key: str, name: str, known: tuple[Any, ...]) -> dict[Any, Meaning]:
    found: dict[Any, Meaning] = {}
    for entry in take_entries(content, key, RadarWordsError):
        only_keys(entry, (name, "name", "means"), RadarWordsError)
        value = entry.get(name)
        if value not in known or value in found:
            options = ", ".join(map(str, known))
            raise entry.error(f"“{name}” must be one of {options}, each once.", name, RadarWordsError)
        found[value] = Meaning(
            take_text(entry, "name", RadarWordsError, NAME), take_text(entry, "means", RadarWordsError, MEANS)
        )
    if missing := [str(each) for each in known if each not in found]:
        raise content.error(f"“{key}” has nothing for {', '.join(missing)}.", key, RadarWordsError)
    return found


def load_words(path: Path = DIRECTORY / "words.yml") -> Words:
    """The words of a file.

    Raises:
        RadarWordsError: a level, colour or subject is missing, is there twice, or is not known.
    """
    content = read_entry(path, RadarWordsError)
    only_keys(content, ("levels", "colours", "beyond"), RadarWordsError)
    levels = _meanings(content, "levels", "level", LEVELS)
    colours = _meanings(content, "colours", "colour", get_args(Colour))
    beyond = content.get("beyond")
    if not isinstance(beyond, Entry):
        raise content.error("“beyond” must be names and texts.", "beyond", RadarWordsError)
    only_keys(beyond, get_args(Beyond), RadarWordsError)
    return Words(levels, colours, {key: take_text(beyond, key, RadarWordsError, BEYOND) for key in get_args(Beyond)})


def _choices(entry: Entry, key: str, known: tuple[Any, ...], *, needed: bool = False) -> tuple[Any, ...]:
    given = entry.get(key, [])
    if not isinstance(given, list) or (needed and not given) or any(each not in known for each in given):
        raise entry.error(f"“{key}” must be a list of: {', '.join(map(str, known))}.", key, RadarWordsError)
    return tuple(given)


def load_radar_tips(path: Path = DIRECTORY / "tips.yml") -> tuple[RadarTip, ...]:
    """The tips of a file, in its order.

    Raises:
        RadarWordsError: a tip is too long, or hangs on something that is not known.
    """
    content = read_entry(path, RadarWordsError)
    only_keys(content, ("tips",), RadarWordsError)
    known = tuple(disease.id for disease in diseases())
    found = []
    for entry in take_entries(content, "tips", RadarWordsError):
        only_keys(entry, ("text", "diseases", "levels", "trends", "kinds", "source", "checked"), RadarWordsError)
        found.append(
            RadarTip(
                take_text(entry, "text", RadarWordsError, TIP),
                _choices(entry, "diseases", known, needed=True),
                _choices(entry, "levels", LEVELS),
                _choices(entry, "trends", get_args(Trend)),
                _choices(entry, "kinds", get_args(Kind)),
                take_text(entry, "source", RadarWordsError),
                take_date(entry, "checked", RadarWordsError),
            )
        )
    return tuple(found)


@lru_cache(maxsize=1)
def words() -> Words:
    """The installed words."""
    return load_words()


@lru_cache(maxsize=1)
def radar_tips() -> tuple[RadarTip, ...]:
    """The installed tips."""
    return load_radar_tips()
