"""What a message names: NIK, phone, dates, times, ages, places, people, vaccines, symptoms. Plain functions;
``extractor`` hands them to Rasa."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypedDict

from siaga.places.search import find_places
from siaga.text.age_groups import find_age_groups
from siaga.text.ages import find_ages
from siaga.text.dates import Prefer, find_dates
from siaga.text.durations import find_durations
from siaga.text.nik import find_nik
from siaga.text.phone import find_phones
from siaga.text.relations import find_relations
from siaga.text.symptoms import find_symptoms
from siaga.text.times import find_times
from siaga.text.vaccines import find_brands, find_dose_numbers
from siaga.text.words import split_words

LONGEST = 2000
"""Only so many characters of a text are read."""

_BIRTH = re.compile(r"\b(?:lahir|lhr|ttl|tgl\s*lahir|kelahiran|born|lair|miyos)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:sudah|udah|udh|sdh|wis|sampun|pertama|tadi|terakhir|positif|sembuh|kena|sejak|dari)\b", re.IGNORECASE
)
# Only these answer a question by themselves: "batuk" reports a symptom, "malam" may be a greeting.
_ANSWERS = frozenset("nik phone date age regency district province relation vaccine dose_number duration".split())
# Words that may stand around a bare answer without making it more than one.
_AROUND = set(
    "nik ktp nomor no nmr nomer hp wa telepon tanggal tgl tggl lahir lhr ttl umur usia tahun th thn kec kecamatan "
    "kab kabupaten kota di "
    "saya sy aku nama nya ini itu ya iya ok kak min mbak mas pak bu adalah jl jalan desa kel kelurahan rt rw "
    "provinsi prov untuk utk buat "
    "dosis vaksin ke".split()
)


class Entity(TypedDict, total=False):
    """An entity as Rasa keeps it; ``start`` and ``end`` point into the raw text."""

    entity: str
    value: Any
    start: int
    end: int
    raw: str
    confidence_entity: float
    # of an age told in months; of a symptom; of a time
    months: int
    exact: bool
    present: bool
    severity: str | None
    temperature: float
    part: str | None
    precision: str
    certain: bool
    zone: str
    until: str


def find_entities(text: str, today: date) -> list[Entity]:
    """The entities of a message, from left to right.

    ``nik`` and ``phone`` (digits), ``date`` (``YYYY-MM-DD``, with ``raw``; days only), ``age`` (years; ``months`` when
    a baby's was told so, ``exact`` false from a year of birth), ``age_group``, ``regency``, ``district``, ``province``
    (Kemendagri codes), ``relation``, ``vaccine``, ``dose_number``, ``duration`` (days), ``time`` (``HH:MM``, or the
    part of the day; with ``part``, ``precision``, ``certain`` and, where said, ``zone`` and ``until``), ``symptom``
    (with ``present``, ``severity`` and, where measured, ``temperature``). A place name that several regions carry gives
    several entities at the same offsets, the likeliest first; "sejak kemarin" is a duration as well as a date.
    """
    text = text[:LONGEST]
    found: list[Entity] = []

    def add(entity: str, value: Any, start: int, end: int, **more: Any) -> None:
        found.append(Entity(entity=entity, value=value, start=start, end=end, **more))  # type: ignore[typeddict-item]

    for nik in find_nik(text):
        add("nik", nik.digits, nik.start, nik.end)
    for phone in find_phones(text):
        add("phone", phone.value, phone.start, phone.end)
    prefer: Prefer = "past" if _BIRTH.search(text) or _PAST.search(text) else "near"
    dates = find_dates(text, today, prefer)
    for day in dates:
        if day.precision == "day" and day.value:
            add("date", day.value.isoformat(), day.start, day.end, raw=day.raw)
    ages = find_ages(text, today)
    for age in ages:
        told = {} if age.months is None else {"months": age.months}
        add("age", age.years, age.start, age.end, **told, **({} if age.exact else {"exact": False}))
    for group in find_age_groups(text):
        add("age_group", group.value, group.start, group.end)
    taken = [(day.start, day.end) for day in dates] + [(age.start, age.end) for age in ages]
    plain = {duration.start for duration in find_durations(text)}
    lasted = find_durations(text, today)
    since = {duration.start for duration in lasted} - plain
    for duration in lasted:
        if duration.start in since or not any(start < duration.end and duration.start < end for start, end in taken):
            add("duration", duration.days, duration.start, duration.end)
    for time in find_times(text):
        more = {name: said for name in ("zone", "until") if (said := getattr(time, name))}
        add(
            "time", time.value, time.start, time.end, part=time.part, precision=time.precision, certain=time.certain,
            **more,
        )  # fmt: skip
    for place in find_places(text):
        add(place.level, place.code, place.start, place.end, confidence_entity=place.score)
    for relation in find_relations(text):
        add("relation", relation.value, relation.start, relation.end)
    for brand in find_brands(text):
        add("vaccine", brand.value, brand.start, brand.end)
    for dose in find_dose_numbers(text):
        add("dose_number", dose.value, dose.start, dose.end)
    for symptom in find_symptoms(text):
        measured = {} if symptom.temperature is None else {"temperature": symptom.temperature}
        add(
            "symptom", symptom.name, symptom.start, symptom.end, present=symptom.present, severity=symptom.severity,
            **measured,
        )  # fmt: skip
    found.sort(key=lambda entity: entity["start"])
    return found


def is_bare_answer(text: str, entities: list[Entity], today: date) -> bool:
    """Whether a message holds nothing but values: digits, dates, places, a relation, with at most a word or two that
    label them.

    Such a message answers a question, and starts nothing of its own.
    """
    words = split_words(text)
    if not words:
        return False
    spans = [
        (entity["start"], entity["end"])
        for entity in entities
        if entity["entity"] in _ANSWERS or (entity["entity"] == "time" and entity.get("precision") != "part")
    ]
    spans += [(found.start, found.end) for found in find_dates(text[:LONGEST], today)]
    covered = [
        any(start <= word.start and word.end <= end for start, end in spans) or any(c.isdigit() for c in word.text)
        for word in words
    ]
    rest = [word.lower for word, inside in zip(words, covered, strict=True) if not inside]
    return any(covered) and "?" not in text and all(word in _AROUND for word in rest)
