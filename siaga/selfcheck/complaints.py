"""What somebody has, since when, and what was measured: symptoms, danger signs, oxygen, breaths.

Pure functions from a passage about one person to facts. A length of time goes to what stands beside it: a symptom, a
test, a contact.
"""

# ruff: noqa: E501 - patterns are read on one line

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from siaga.selfcheck.exposure import CONTACT, ISOLATES, POSITIVE, TEST
from siaga.text.ages import find_ages
from siaga.text.danger import find_danger
from siaga.text.dates import find_dates
from siaga.text.durations import find_durations
from siaga.text.oxygen import find_oxygen
from siaga.text.phrases import normalised
from siaga.text.pregnancy import CARRYING, PREGNANT
from siaga.text.questions import is_question
from siaga.text.symptoms import Symptom, find_symptoms
from siaga.text.vaccines import find_brands, find_dose_numbers

About = Literal["symptom", "test", "contact", "other"]

# Danger signs of siaga.text.danger that a self-check knows, by its own names. Whoever is beaten or wants to die needs
# another answer than a self-check has; the signs of children and pregnant women it tells apart itself.
_SIGNS = {
    "breath": "breath", "chest": "chest", "confusion": "confusion", "unconscious": "unconscious", "blue": "blue",
    "fit": "fit", "oxygen": "low_oxygen", "bleeding": "bleeding", "stroke": "stroke", "poison": "poison",
}  # fmt: skip
_LONGEST = 120
"""A longer time in days is no length of a symptom that a self-check is made for."""
_SENTENCE = re.compile(r"[;.!?\n]+(?!\d)")
_COMMA = re.compile(r",(?!\d)")
_DAY_NUMBER = re.compile(
    r"\b(?:hari|hri|hr|dino|dinten)\s*(?:yang\s+|yg\s+)?(?:ke\s*-?\s*|kaping\s+)(?P<day>\d{1,2}|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)\b"
    r"|\b(?:hari|hri|hr)\s+(?P<worded>pertama|kedua|ketiga|keempat|kelima|keenam|ketujuh|kedelapan|kesembilan|kesepuluh)\b",
    re.IGNORECASE,
)
_COUNTED = {
    "satu": 1, "pertama": 1, "dua": 2, "kedua": 2, "tiga": 3, "ketiga": 3, "empat": 4, "keempat": 4, "lima": 5, "kelima": 5,
    "enam": 6, "keenam": 6, "tujuh": 7, "ketujuh": 7, "delapan": 8, "kedelapan": 8, "sembilan": 9, "kesembilan": 9,
    "sepuluh": 10, "kesepuluh": 10,
}  # fmt: skip
# "demam kemarin sekarang udah ngga": a new statement, though nothing marks it.
_NOW_GONE = re.compile(
    r"\s(?=(?:sekarang|skrg|skrng|saiki|sakniki|hari ini|alhamdulillah)\s+(?:(?:sudah|udah|udh|sdh|wis|wes|sampun|juga)\s+)*"
    r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|ndak|ora|mboten|sembuh|hilang|ilang|turun|reda|waras|mari|sehat|normal)\b(?:\s+(?:lagi|kok|sih|ada))*\s*(?:[,.;!]|$))",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:apa|apakah|kalau|kalo|klo|kl|jika|bila|misal\w*|seandainya|nek|yen|lek|apa itu|termasuk|gejala\w*|ciri\w*|tanda\w*|takut|khawatir|semoga|biar|supaya)\b",
    re.IGNORECASE,
)
_SOMEBODY_HAS = re.compile(
    r"\b(?:saya|sy|aku|ak|kulo|kula|gue|gw|anak|ibu|bapak|suami|istri|nenek|kakek|mbah|adik|adek|kakak|dia|malam|siang|batuk|dari|sejak|sudah|udah|lagi|hari)(?:ku|nya)?\b",
    re.IGNORECASE,
)
_BREATHS = re.compile(
    r"\b(?:n[ae][pf]as|nf?s|napase|ambegan|rr|resp(?:irasi)?|pernapasan|pernafasan)(?:nya|ne|e)?\b(?:\s*(?:saya|ibu|bapak|anak|dia|cepat|cepet|sekitar|sampai|sampe|itungan|dihitung|hitung|tadi|bisa|jadi|cuma|per menit|semenit|satu menit|1 menit|rate)\b|[\s:=,-]){0,6}?"
    r"(?<!\d)(?P<value>\d{1,2})(?!\d)(?P<unit>\s*(?:x|kali|/)?\s*(?:/|per|se|dalam|tiap|setiap)?\s*(?:1|satu)?\s*(?:menit|mnt|min\b))?(?P<times>\s*(?:x|kali)\b)?",
    re.IGNORECASE,
)
_RATE_WORD = re.compile(r"^(?:rr|resp)", re.IGNORECASE)


@dataclass(frozen=True)
class _Anchor:
    """Something that a length of time may belong to. ``symptom`` is its place in the list of symptoms."""

    about: About
    start: int
    end: int
    symptom: int = -1


@dataclass(frozen=True)
class _Length:
    days: int
    start: int
    end: int


@dataclass(frozen=True)
class Complaints:
    """What a passage tells of one person's signs: ``symptoms`` as the facts have them; ``days`` since a test and since
    a contact."""

    symptoms: dict[str, dict[str, Any]]
    test_days: int | None = None
    contact_days: int | None = None


def complaints(text: str, day: date) -> Complaints:
    """The symptoms of a passage with their days until ``day``, and how long ago a test and a contact were.

    >>> complaints("demam 3 hari sama anosmia", date(2022, 2, 16)).symptoms["fever"]["days"]
    3
    """
    # A mark in the place of a space keeps every offset.
    text = _NOW_GONE.sub(",", text)
    found = [symptom for symptom in find_symptoms(text) if not _supposed(text, symptom)]
    anchors = _anchors(text, found)
    days: dict[int, int] = {}
    since: dict[About, list[int]] = {}
    lengths = _lengths(text, day)
    for length in lengths:
        owner = _owner(text, length, anchors)
        if owner is None:
            continue
        if owner.about != "symptom":
            since.setdefault(owner.about, []).append(length.days)
            continue
        for index in _together(text, owner, length, anchors, lengths):
            days[index] = max(length.days, days.get(index, 0))
    return Complaints(
        _merged(text, found, days),
        max(since["test"]) if since.get("test") else None,
        min(since["contact"]) if since.get("contact") else None,
    )


def lengths_in(text: str, day: date) -> list[int]:
    """Every length of time in an answer, in days."""
    return [length.days for length in _lengths(text, day)]


def danger(text: str, symptoms: dict[str, dict[str, Any]]) -> list[str]:
    """The danger signs of a passage: those in words, and those that its symptoms amount to."""
    found: set[str] = set()
    for part in [text, *_SENTENCE.split(text), *_COMMA.split(text)]:
        sign = find_danger(part)
        if sign is not None and sign.sign in _SIGNS:
            found.add(_SIGNS[sign.sign])
    present = {name: told for name, told in symptoms.items() if told["present"]}
    if present.get("breathlessness", {}).get("severity") == "severe":
        found.add("breath")
    if present.get("chest_pain", {}).get("severity") == "severe":
        found.add("chest")
    if "confusion" in present:
        found.add("confusion")
    return sorted(found)


def oxygen(text: str) -> int | None:
    """The lowest oxygen saturation told, in percent."""
    return min((found.percent for found in find_oxygen(text)), default=None)


def breaths(text: str) -> int | None:
    """The most breaths a minute told."""
    values = [
        int(match["value"])
        for match in _BREATHS.finditer(text)
        if (match["unit"] or match["times"] or _RATE_WORD.match(match.group())) and int(match["value"]) >= 5
    ]
    return max(values) if values else None


# ---------------------------------------------------------------------- symptoms


def _supposed(text: str, symptom: Symptom) -> bool:
    """Whether a symptom is only asked about: "kalau demam bahaya ga?"."""
    start = max((match.end() for match in _SENTENCE.finditer(text, 0, symptom.start)), default=0)
    after = _SENTENCE.search(text, symptom.end)
    sentence = text[start : after.end() if after else len(text)]
    before = text[start : symptom.start]
    return bool(_SUPPOSED.search(before)) and is_question(sentence) and not _SOMEBODY_HAS.search(sentence)


def _merged(text: str, found: list[Symptom], days: dict[int, int]) -> dict[str, dict[str, Any]]:
    """One entry a symptom: of two mentions the one that it is there, unless the later says that it is over."""
    merged: dict[str, dict[str, Any]] = {}
    for index, symptom in enumerate(found):
        told: dict[str, Any] = {
            "present": symptom.present,
            "severity": symptom.severity if symptom.present else None,
            "days": days.get(index) if symptom.present else None,
            "temperature": symptom.temperature,
        }
        former = merged.get(symptom.name)
        if former is None:
            merged[symptom.name] = told
        elif symptom.present and former["present"]:
            merged[symptom.name] = _worse(former, told)
        elif symptom.present or _now_over(text, symptom):
            merged[symptom.name] = told
    return merged


def _worse(former: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    severities = (former["severity"], told["severity"])
    return {
        "present": True,
        "severity": "severe" if "severe" in severities else told["severity"] or former["severity"],
        "days": max((each for each in (former["days"], told["days"]) if each is not None), default=None),
        "temperature": max((each for each in (former["temperature"], told["temperature"]) if each), default=None),
    }


def _now_over(text: str, symptom: Symptom) -> bool:
    clause = text[max(text.rfind(mark, 0, symptom.start) for mark in ",.;\n") + 1 : symptom.end + 30].lower()
    return bool(re.search(r"\b(?:sekarang|skrg|skrng|saiki|sudah|udah|udh|sdh|wis|wes|hari ini|sampun)\b", clause))


# ---------------------------------------------------------------------- lengths of time


def _anchors(text: str, found: list[Symptom]) -> list[_Anchor]:
    anchors = [_Anchor("symptom", symptom.start, symptom.end, index) for index, symptom in enumerate(found)]
    view = normalised(text)
    patterns: list[tuple[About, re.Pattern[str]]] = [
        ("contact", CONTACT), ("test", TEST), ("test", POSITIVE), ("test", ISOLATES), ("other", PREGNANT), ("other", CARRYING),
    ]  # fmt: skip
    for about, pattern in patterns:
        for match in pattern.finditer(view.string):
            if span := view.span(match, about, 0):
                anchors.append(_Anchor(about, view.words[span.first].start, view.words[span.last].end))
    anchors += [_Anchor("other", dose.start, dose.end) for dose in find_dose_numbers(text)]
    anchors += [_Anchor("other", brand.start, brand.end) for brand in find_brands(text)]
    anchors += [_Anchor("other", match.start(), match.end()) for match in re.finditer(r"(?i)\bvaks\w+", text)]
    return sorted(_of_contacts(text, anchors), key=lambda anchor: anchor.start)


def _of_contacts(text: str, anchors: list[_Anchor]) -> Iterable[_Anchor]:
    """A positive test in a statement about a contact belongs to the contact: "kontak sama tetangga positif 3 hari lalu"."""
    contacts = [anchor for anchor in anchors if anchor.about == "contact"]
    for anchor in anchors:
        met = any(
            contact.end <= anchor.start and not re.search(r"[,.;!?\n](?!\d)", text[contact.end : anchor.start])
            for contact in contacts
        )
        yield _Anchor("contact", anchor.start, anchor.end) if anchor.about == "test" and met else anchor


def _lengths(text: str, day: date) -> list[_Length]:
    ages = [(age.start, age.end) for age in find_ages(text, day)]
    found = [
        _Length(length.days, length.start, length.end)
        for length in find_durations(text, day)
        if length.unit_days < 365 and not any(start < length.end and length.start < end for start, end in ages)
    ]

    def free(start: int, end: int) -> bool:
        return not any(length.start < end and start < length.end for length in found)

    for match in _DAY_NUMBER.finditer(text):
        number = match["day"] or match["worded"]
        if free(match.start(), match.end()):
            days = int(number) if number.isdigit() else _COUNTED[number.lower()]
            found.append(_Length(days, match.start(), match.end()))
    for told in find_dates(text, day, prefer="past"):
        if told.value is not None and told.precision == "day" and told.value <= day and free(told.start, told.end):
            found.append(_Length((day - told.value).days, told.start, told.end))
    return sorted((length for length in found if length.days <= _LONGEST), key=lambda length: length.start)


def _owner(text: str, length: _Length, anchors: list[_Anchor]) -> _Anchor | None:
    """What a length belongs to: what stands before it in the same statement, else what follows there, else the nearest
    of the sentence."""
    inside = [anchor for anchor in anchors if anchor.start < length.end and length.start < anchor.end]
    if inside:
        return inside[0]
    before = [anchor for anchor in anchors if anchor.end <= length.start]
    after = [anchor for anchor in anchors if anchor.start >= length.end]
    near_before = before[-1] if before else None
    near_after = after[0] if after else None

    def same(pattern: re.Pattern[str], anchor: _Anchor | None) -> bool:
        if anchor is None:
            return False
        gap = text[anchor.end : length.start] if anchor.end <= length.start else text[length.end : anchor.start]
        return not pattern.search(gap)

    for pattern in (re.compile(r"[,;.!?\n]+(?!\d)|\b(?:tapi|tp|tetapi)\b", re.IGNORECASE), _SENTENCE):
        for anchor in (near_before, near_after):
            if same(pattern, anchor):
                return anchor
    return near_before or near_after


def _together(text: str, owner: _Anchor, length: _Length, anchors: list[_Anchor], lengths: list[_Length]) -> list[int]:
    """The symptoms that share a length: "demam batuk pilek 3 hari", "sudah 3 hari demam, batuk"."""
    symptoms = [anchor for anchor in anchors if anchor.about == "symptom"]
    at = symptoms.index(owner)
    step = -1 if owner.start < length.start else 1
    shared = [owner.symptom]
    edge = owner
    for other in symptoms[at + step :: step] if 0 <= at + step < len(symptoms) else []:
        start, end = (other.end, edge.start) if step < 0 else (edge.end, other.start)
        between = text[start:end]
        taken = any(start <= each.start < end for each in lengths if each != length)
        beside = any(start <= each.start < end for each in anchors if each.about != "symptom")
        following = step > 0 and any(
            each.start >= other.end and not re.search(r"[,;.!?\n]", text[other.end : each.start])
            for each in lengths
            if each != length
        )
        if taken or beside or following or _SENTENCE.search(between):
            break
        shared.append(other.symptom)
        edge = other
    return shared
