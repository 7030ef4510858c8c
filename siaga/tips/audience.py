"""For whom advice is asked, where it differs: a child, a pregnant woman, somebody of 60 or older."""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.text.age_groups import find_age_groups
from siaga.text.ages import find_ages
from siaga.text.relations import find_relations
from siaga.tips.tips import Audience

ADULT, ELDERLY = 18, 60
"""Years from which somebody is grown up, and from which their thresholds are others."""

_PREGNANT = re.compile(
    r"\b(?:hamil(?:nya)?|bumil|mengandung|kehamilan|meteng|mbobot|ngandhut|hamidun|pregnant)\b", re.IGNORECASE
)
_NOT_BEFORE = re.compile(r"\b(?:tidak|tdk|tak|ga|gak|nggak|ngga|enggak|bukan|ora|gk|boten|mboten)\s+(?:\w+\s+)?$", re.I)
_GROUPS: dict[str, Audience] = {"infant": "child", "child": "child", "teenager": "child", "elderly": "elderly"}

_KIN: dict[str, Audience] = {"child": "child", "grandparent": "elderly"}


@dataclass(frozen=True)
class Named:
    """An audience that a message names, and the places of the words that name it (the person's relation included)."""

    audience: Audience | None
    spans: tuple[tuple[int, int], ...]


def read_audience(text: str) -> Named:
    """Who the advice is for. A pregnant woman before her age, an age before a word ("anak saya umur 25" is no child);
    where both a child and somebody old are named it is none of them."""
    groups = find_age_groups(text)
    ages = find_ages(text)
    relations = find_relations(text)
    spans = [(group.start, group.end) for group in groups]
    spans += [(age.start, age.end) for age in ages]
    spans += [(relation.start, relation.end) for relation in relations]
    pregnant = [match for match in _PREGNANT.finditer(text) if not _NOT_BEFORE.search(text[: match.start()])]
    spans += [match.span() for match in pregnant]
    if pregnant:
        return Named("pregnant", tuple(spans))
    named: set[Audience] = {_GROUPS[group.value] for group in groups if group.value in _GROUPS}
    if ages:
        named = {group for age in ages if (group := _by_age(age.years))}
    elif not named:
        named = {_KIN[relation.value] for relation in relations if relation.value in _KIN}
    return Named(named.pop() if len(named) == 1 else None, tuple(spans))


def _by_age(years: int) -> Audience | None:
    if years < ADULT:
        return "child"
    return "elderly" if years >= ELDERLY else None
