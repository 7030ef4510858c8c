"""Who a question is about, where an answer may differ for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.knowledge.answers import AUDIENCES, Audience
from siaga.text.age_groups import find_age_groups
from siaga.text.ages import OLDEST, find_ages
from siaga.text.comorbidities import CANCER, COMORBIDITIES, OTHER_SHOT
from siaga.text.durations import find_durations
from siaga.text.normalise import normalise
from siaga.text.relations import find_relations
from siaga.text.statements import NOT

TEENAGER, ADULT, ELDERLY = 12, 18, 60
"""Years from which somebody is no child, is grown up, and is old, as the vaccine's own age groups have it."""

_PREGNANT = re.compile(
    r"\b(?:hamil(?:nya)?|bumil|bunting|mengandung|kehamilan|meteng|mbobot|ngandh?ut|ngandheg|hamidun|pregnant)\b", re.I
)
_BREASTFEEDING = re.compile(
    r"\b(?:busui|menyusui|nyusui|nyusuin|nyusoni|nyusuni|menyusukan|laktasi|asi|breast\s?feeding)\b", re.I
)
# Beside the words for age groups; of others' children these are not said ("anak buah").
_CHILD = re.compile(r"\b(?:bocah|bocil|lare|cah\s+cilik|budak\s+leutik|child|children|kids?)\b", re.I)
_PARENTS = re.compile(r"\b(?:orang|wong)\s+tu[aw]a?\b", re.I)
_NOT_BEFORE = re.compile(
    r"\b(?:tidak|tdk|tak|ga|gak|nggak|ngga|enggak|bukan|belum|blm|ora|gk|boten|mboten)\s+(?:\w+\s+)?$", re.I
)
_AGO = re.compile(r"^\s*(?:yang\s+|yg\s+)?(?:lalu|kemarin|kmrn|lagi|ini|mendatang|ago)\b", re.I)
_GROUPS: dict[str, Audience] = {"infant": "child", "child": "child", "teenager": "teenager", "elderly": "elderly"}
_KIN: dict[str, Audience] = {"child": "child", "grandparent": "elderly"}


@dataclass(frozen=True)
class Named:
    """Whom a message names, in the order of ``AUDIENCES``; ``rest`` is what it says besides, in plain Indonesian.

    ``relation`` tells that somebody of the family is named, whoever that is.
    """

    audiences: tuple[Audience, ...]
    rest: str
    relation: bool = False


def read_audience(text: str) -> Named:
    """Whom a question is about. An age counts before a word ("anak saya umur 25" is no child)."""
    ages = [(age.start, age.end, age.years) for age in find_ages(text)] or _said_ages(text)
    groups = find_age_groups(text)
    relations = find_relations(text)
    carried = [match for match in _PREGNANT.finditer(text) if not _NOT_BEFORE.search(text[: match.start()])]
    nursing = [match for match in _BREASTFEEDING.finditer(text) if not _NOT_BEFORE.search(text[: match.start()])]
    found: set[Audience] = set()
    if carried:
        found.add("pregnant")
    if nursing:
        found.add("breastfeeding")
    children = list(_CHILD.finditer(text))
    named: set[Audience] = {_GROUPS[group.value] for group in groups if group.value in _GROUPS}
    if ages:
        named = {audience for *_, years in ages if (audience := _by_age(years))}
    elif not named:
        named = {_KIN[relation.value] for relation in relations if relation.value in _KIN}
        named |= {"child"} if children else set()
    found |= named
    spans = [(start, end) for start, end, _ in ages]
    spans += [(group.start, group.end) for group in groups]
    spans += [(relation.start, relation.end) for relation in relations]
    spans += [match.span() for match in (*carried, *nursing, *children)]
    rest, ill = _without_illness(normalise(_without(text, spans)).lower())
    if ill:
        found.add("ill")
    return Named(
        tuple(each for each in AUDIENCES if each in found),
        rest,
        bool(_PARENTS.search(text)) or any(each.value != "self" for each in relations),
    )


def _said_ages(text: str) -> list[tuple[int, int, int]]:
    """ "kalau sudah 60 tahun": so many years, which nobody has waited for a vaccine."""
    return [
        (found.start, found.end, found.days // 365)
        for found in find_durations(text)
        if found.unit_days == 365 and TEENAGER <= found.days // 365 <= OLDEST and not _AGO.match(text[found.end :])
    ]


def _by_age(years: int) -> Audience | None:
    if years < TEENAGER:
        return "child"
    if years < ADULT:
        return "teenager"
    return "elderly" if years >= ELDERLY else None


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _without_illness(plain: str) -> tuple[str, bool]:
    """What is left besides the illnesses that somebody is said to have, and whether there are any."""
    if OTHER_SHOT.search(plain):
        return plain, False
    spans = [
        match.span()
        for pattern in (*COMORBIDITIES.values(), CANCER)
        for match in pattern.finditer(plain)
        if not NOT.search(plain[: match.start()])
    ]
    return _without(plain, spans), bool(spans)
