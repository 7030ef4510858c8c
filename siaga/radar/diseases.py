"""The diseases of ``content/radar/diseases.yml``: what they are called, and which one a text means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from siaga.content import ContentError, only_keys, read_entry, take_entries, take_text
from siaga.settings import ROOT
from siaga.text.normalise import normalise

FILE = ROOT / "content" / "radar" / "diseases.yml"
ID = 20
"""Characters, as in the tables."""


class DiseaseFileError(ContentError):
    """A list of diseases that is refused: which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Disease:
    """``id`` as it is stored, ``name`` as it is told, ``words`` by which it is recognised."""

    id: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A disease that a text names, with the words that name it as they stand in the text."""

    disease: Disease
    words: str


def load_diseases(path: Path = FILE) -> tuple[Disease, ...]:
    """The diseases of a file, in its order.

    Raises:
        DiseaseFileError: the file is wrong, or an id or a word stands in it twice.
    """
    content = read_entry(path, DiseaseFileError)
    only_keys(content, ("diseases",), DiseaseFileError)
    found: list[Disease] = []
    taken: set[str] = set()
    for entry in take_entries(content, "diseases", DiseaseFileError):
        only_keys(entry, ("id", "name", "words"), DiseaseFileError)
        given = entry.get("words")
        if not isinstance(given, list) or not given or not all(isinstance(word, str) and word for word in given):
            raise entry.error("“words” must be a list of at least one word.", "words", DiseaseFileError)
        disease = Disease(
            take_text(entry, "id", DiseaseFileError, ID), take_text(entry, "name", DiseaseFileError), tuple(given)
        )
        for word in {disease.id, *disease.words}:
            if word != word.lower() or word in taken:
                raise entry.error(
                    f"“{word}” is written with capitals, or belongs to another disease.", "words", DiseaseFileError
                )
            taken.add(word)
        found.append(disease)
    return tuple(found)


@lru_cache(maxsize=1)
def diseases() -> tuple[Disease, ...]:
    """The diseases of the installed file."""
    return load_diseases()


def disease_name(disease: str) -> str:
    """``COVID-19`` for its id; an id that the list does not have stays as it is."""
    return next((each.name for each in diseases() if each.id == disease), disease)


def disease_named(name: str) -> Disease | None:
    """The disease of that id, name or word, as an office writes it in a file; nothing is guessed."""
    wanted = " ".join(name.lower().split())
    return next(
        (disease for disease in diseases() if wanted in {disease.id, disease.name.lower(), *disease.words}), None
    )


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], Disease], ...]:
    pairs = sorted(
        ((word, disease) for disease in diseases() for word in disease.words), key=lambda pair: -len(pair[0])
    )
    return tuple(
        (re.compile(rf"(?<!\w){re.escape(word).replace(' ', ' +')}(?:nya|ne|e)?(?!\w)"), disease)
        for word, disease in pairs
    )


def find_disease(text: str) -> Named | None:
    """The first disease that a citizen's text names, as written or in plain words; of those that begin at the same
    place the one with the longest name ("flu singapura")."""
    for form in (text.lower(), normalise(text)):
        matches = [(match.start(), match.group(), disease) for pattern, disease in _patterns()
                   for match in pattern.finditer(form)]  # fmt: skip
        if matches:
            _, words, disease = min(matches, key=lambda match: match[0])
            return Named(disease, words)
    return None
