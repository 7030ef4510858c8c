"""Danger signs in words: what makes a message an emergency whatever else it says.

A safety net under the learned understanding: it prefers one alarm too many to one too few, but keeps quiet when the
sign is denied ("tidak kejang"), long past ("waktu kecil pernah kejang"), only asked about ("apa beda sesak sama
asma?"), or a figure of speech ("server pingsan"). Which words tell of which sign is in ``siaga.text.danger_signs``,
what takes a sign back in ``siaga.text.danger_context``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from siaga.text.danger_context import stands
from siaga.text.danger_signs import CLUES, PERSON, STOPPED, Sign
from siaga.text.normalise import normalise
from siaga.text.once import once
from siaga.text.oxygen import find_oxygen
from siaga.text.sieve import Sieve

__all__ = ["LOW_OXYGEN", "Danger", "Sign", "find_danger", "has_stopped"]

LOW_OXYGEN = 90
"""A saturation below this many percent is a danger sign (SE HK.02.01/MENKES/18/2022; WHO: severe below 90 %)."""
_RECOVERED = 95
_SIEVE = Sieve([clue.pattern for clue in CLUES])
_LONGEST = 1000
_MYSELF = re.compile(r"\b(?:saya|sy|aku|ak|gue|gw|kulo|kula|i)\b")
_SOMEBODY = re.compile(rf"\b{PERSON}\b")
# "kejang2", "tiba2": the word twice; not "spo2".
_TWICE = re.compile(r"(?<=[a-z]{4})2(?![\w])")
# Sundanese "ningal", to see, may be written like Javanese "ninggal", dead: "hoyong ninggal data abdi". Where something
# is to be erased, it may be a farewell after all.
_KEPT = r"(?:data|informasi|info|catatan|catetan|riwayat|profil|arsip|rekaman|salinan)(?:na|nya)?\b"
_OBJECT = rf"(?: +(?:heula|deui|isi|eusi|sadaya|sadayana|sakabeh|semua)){{0,2}} +{_KEPT}"
_ERASED = (
    r"(?![^,.;!?\n]*(?<!ulah )(?<!teu )(?<!tong )(?<!jangan )\b(?:di)?(?:hapus|apus|pupus|busak|buang|piceun|leungit))"
)
_SEES = re.compile(
    rf"\b(hoyong|hayang) +ninggal(?={_OBJECT}{_ERASED})|\bninggal(?={_OBJECT} +(?:abdi|kuring|urang)\b{_ERASED})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Danger:
    """A danger sign with its place in the text."""

    sign: Sign
    start: int
    end: int


@once
def find_danger(text: str) -> Danger | None:
    """The first danger sign that somebody has now; None when there is none, or it is denied, long past, or only
    asked about.

    A sign seen only after normalising ("sesaaak beraaat") spans the whole text. Only the first 1,000 characters are
    read.
    """
    text = text[:_LONGEST]
    danger = _find(_flatten(text))
    if danger is not None:
        return danger
    plain = normalise(_SEES.sub(r"\1 ningali", text))
    if plain != text and (hidden := _find(_flatten(plain))):
        return Danger(hidden.sign, 0, len(text))
    return None


def has_stopped(text: str) -> bool:
    """Whether somebody is told not to breathe any more, or to have no heartbeat; who writes it of themselves ("saya ga
    napas") cannot get their breath."""
    text = text[:_LONGEST]
    flat = _flatten(text)
    stopped = STOPPED.search(flat) or STOPPED.search(_flatten(normalise(text)))
    return stopped is not None and not (_MYSELF.search(flat) and not _SOMEBODY.search(flat))


def _find(lowered: str) -> Danger | None:
    found = [danger for danger in (*_in_words(lowered), *_in_numbers(lowered)) if stands(lowered, *_parts(danger))]
    return min(found, key=lambda danger: danger.start) if found else None


def _in_words(lowered: str) -> Iterator[Danger]:
    for place in _SIEVE.left(lowered):
        clue = CLUES[place]
        for match in clue.pattern.finditer(lowered):
            if clue.unless and clue.unless.search(lowered):
                break
            yield Danger(clue.sign, match.start(), match.end())


def _in_numbers(lowered: str) -> Iterator[Danger]:
    """Low saturations, unless a later one is well again."""
    readings = find_oxygen(lowered)
    if readings and readings[-1].percent < _RECOVERED:
        yield from (Danger("oxygen", found.start, found.end) for found in readings if found.percent < LOW_OXYGEN)


def _parts(danger: Danger) -> tuple[Sign, int, int]:
    return danger.sign, danger.start, danger.end


def _flatten(text: str) -> str:
    """Lower case with plain spaces; every character keeps its place."""
    if text.isascii():
        lowered = text.lower()
    else:
        lowered = "".join(character.lower() if len(character.lower()) == 1 else character for character in text)
    return _TWICE.sub(" ", re.sub(r"\s", " ", lowered))
