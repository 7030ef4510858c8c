"""What citizens read names the limits that the rule files hold: no two texts say different things of the same danger.

The limits are not written here: they are what ``siaga.selfcheck``, ``siaga.eligibility`` and ``siaga.doses`` answer
today. A text that names another one fails, with its place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from siaga import eligibility
from siaga.doses import Given, next_dose
from siaga.selfcheck import Result
from siaga.settings import ROOT
from siaga.text.danger import LOW_OXYGEN
from tests.plain_yaml import domain, load
from tests.selfcheck.answering import resolve

TODAY = date(2026, 11, 23)
CONTENT = ROOT / "content"
WRITTEN = ("answers", "hoaxes", "tips", "notices", "emergency")
DATED = ("selfcheck", "eligibility", "doses")
# Keys whose texts are not told: how people ask, where it was read, the claim as it goes round, dates, names.
UNTOLD = {
    "variants", "asked", "id", "source", "seen_in", "claim", "links", "label", "purpose", "also", "if", "then",
    "review_by", "checked", "related", "verdict", "topic", "does", "template", "sign", "dose", "after", "available",
    "give",
}  # fmt: skip
ADULT: dict[str, Any] = {"danger": [], "age": 35, "sex": "L"}
OLD: dict[str, Any] = {**ADULT, "age": 60}
PREGNANT: dict[str, Any] = {"danger": [], "age": 28, "sex": "P", "pregnant": True, "danger_pregnant": []}
FEVER: dict[str, Any] = {"symptoms": {"fever": {"present": True}}, "symptoms_asked": True}
COUGH: dict[str, Any] = {"symptoms": {"cough": {"present": True}}, "symptoms_asked": True}


@dataclass(frozen=True)
class Told:
    """One text, and the entry (``file: id``) that it stands in."""

    entry: str
    text: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.text}"


def _texts(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            # "words" are a notice's text, and elsewhere the words to be found by.
            if name not in UNTOLD and not (name == "words" and "id" in value):
                yield from _texts(each, str(name))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, key)
    elif isinstance(value, str):
        yield value


def _entries(path: Path) -> Iterator[Told]:
    content = load(path)
    lists = [each for each in content.values() if isinstance(each, list) and each and isinstance(each[0], dict)]
    if not lists:
        yield from (Told(path.name, text) for text in _texts(content))
    for each in (entry for entries in lists for entry in entries):
        yield from (Told(f"{path.name}: {each.get('id', '')}", text) for text in _texts(each))
    for name, rest in content.items():
        if isinstance(rest, dict):
            yield from (Told(f"{path.name}: {name}", text) for text in _texts(rest))


def _told() -> list[Told]:
    paths = [path for folder in WRITTEN for path in sorted((CONTENT / folder).glob("*.yml"))]
    paths += [max((CONTENT / folder).glob("20*.yml")) for folder in DATED]
    paths += [CONTENT / "radar" / "tips.yml", *(CONTENT / folder / "questions.yml" for folder in DATED[:2])]
    told = [each for path in paths for each in _entries(path)]
    responses = domain()["responses"]
    told += [Told(name, one["text"]) for name, said in responses.items() for one in said if one.get("text")]
    return told


TOLD = _told()
BY_ENTRY: dict[str, str] = defaultdict(str)
for _one in TOLD:
    BY_ENTRY[_one.entry] += _one.text + "\n"


def _sentences(about: str) -> list[Told]:
    """Every sentence, or line of a list, that speaks of ``about``."""
    found = []
    for told in TOLD:
        for sentence in re.split(r"(?<=[.!?])\s+|\n", told.text):
            if re.search(about, sentence, re.IGNORECASE):
                found.append(Told(told.entry, sentence))
    return found


def _numbers(pattern: str) -> list[tuple[Told, tuple[str, ...]]]:
    """What ``pattern`` finds in all that is told; a pattern that finds nothing would prove nothing."""
    found = [(told, match.groups()) for told in TOLD for match in re.finditer(pattern, told.text, re.IGNORECASE)]
    assert found, pattern
    return found


# ---------------------------------------------------------------- the limits of today
def _checked(facts: dict[str, Any]) -> Result:
    return resolve(facts, day=TODAY)[0]


def _level(facts: dict[str, Any]) -> str:
    return _checked(facts).level


def _first_not(level: str, facts: dict[str, Any]) -> int:
    """From 80 % on, the first saturation that is not (or not any more) of this level."""
    return next(percent for percent in range(80, 101) if _level({**facts, "oxygen": percent}) != level)


EMERGENCY = _first_not("emergency", ADULT)
EMERGENCY_AT_RISK = _first_not("emergency", OLD)
DOCTOR = next(percent for percent in range(EMERGENCY, 101) if _level({**ADULT, "oxygen": percent}) != "doctor")
FEVER_DAYS = next(
    days
    for days in range(1, 10)
    if _level({**ADULT, "symptoms": {"fever": {"present": True, "days": days}}, "symptoms_asked": True}) == "doctor"
)
BABY_MONTHS = next(
    months
    for months in range(1, 12)
    if _level({"danger": [], "age": 0, "age_months": months, "danger_child": [], "temperature": 38.5}) != "emergency"
)


def _last_day(facts: dict[str, Any]) -> int:
    """Days from the positive test, or from the first symptom, on which isolation ends when it began today."""
    until = _checked(facts).until
    assert until is not None
    return (until - TODAY).days


def test_the_limits_are_those_of_the_sources() -> None:
    """WHO: severe below 90 %; KMK 5671/2021: 93 % and 95 %; NICE NG143: three months."""
    assert (EMERGENCY, EMERGENCY_AT_RISK, _first_not("emergency", PREGNANT), DOCTOR) == (90, 93, 93, 95)
    assert (FEVER_DAYS, BABY_MONTHS, LOW_OXYGEN) == (3, 3, EMERGENCY)


# ---------------------------------------------------------------- danger
def test_every_saturation_that_is_named_is_a_limit() -> None:
    limits = {EMERGENCY, EMERGENCY_AT_RISK, DOCTOR}
    found = 0
    for told in _sentences(r"saturasi|SpO2|oksimeter|di bawah \*?9\d ?%"):
        for number in re.findall(r"(?:di ?bawah|turun di bawah|kurang dari|: )\*?\s?(9\d)\b", told.text):
            assert int(number) in limits, told
            found += 1
    assert found > 25


def test_a_low_saturation_sends_where_the_rules_send() -> None:
    for told in _sentences(r"di ?bawah \*?9\d"):
        if re.search(rf"\b({EMERGENCY}|{EMERGENCY_AT_RISK})\b", told.text) and not told.entry.startswith(
            ("questions.yml", "20")
        ):
            # The place where to go stands in the sentence, or in the one it ends.
            assert re.search(r"119|IGD", BY_ENTRY[told.entry]), told
        if str(EMERGENCY_AT_RISK) in told.text:
            assert re.search(r"lansia|hamil|60 tahun|pregnant", told.text + BY_ENTRY[told.entry], re.IGNORECASE), told


def test_who_names_the_limit_of_all_names_that_of_the_elderly_and_the_pregnant() -> None:
    for entry, text in BY_ENTRY.items():
        if entry.startswith(("20", "questions.yml", "utter_")):  # the self-check knows whom it speaks to
            continue
        if re.search(rf"saturasi[^\n]*bawah {EMERGENCY} %", text):
            assert f"{EMERGENCY_AT_RISK} %" in text, entry


def test_fever_is_as_long_everywhere() -> None:
    for told, (days,) in _numbers(r"demam\D{0,30}?(\d+) hari atau lebih"):
        # Sudden high fever is dengue's: two days (Kemenkes).
        assert int(days) == FEVER_DAYS or "mendadak" in told.text, told
    for told, (days,) in _numbers(r"demam (?:lebih dari|lewat|di atas) (\d+) hari"):
        # After a vaccine, sooner: never later than the rules.
        assert int(days) < FEVER_DAYS, told
    assert not [str(told) for told in _sentences(r"demam[^.;]*berhari-hari")]


def test_a_small_baby_with_fever_is_an_emergency_everywhere() -> None:
    found = [
        told
        for told in _sentences(r"di bawah \d bulan")
        if re.search(r"demam|panas|bayi", told.text, re.IGNORECASE) and not told.entry.startswith(("20", "questions"))
    ]
    assert len(found) >= 12
    for told in found:
        months = int(re.findall(r"di bawah (\d) bulan", told.text)[0])
        if "napas" in told.text or "60 kali" in told.text:
            continue
        assert months == BABY_MONTHS, told
        assert re.search(r"IGD|119", told.text), told


def test_a_small_child_with_fever_is_seen_the_same_day() -> None:
    assert _level({"danger": [], "age": 4, "danger_child": [], **FEVER}) == "doctor"
    for told in _sentences(r"di bawah 5 tahun"):
        if re.search("demam", told.text, re.IGNORECASE) and not told.entry.startswith("20"):
            assert re.search(r"hari itu juga|hari ini|Sejak hari pertama", told.text), told


@pytest.mark.parametrize("facts", [{**OLD, **FEVER}, {**PREGNANT, **FEVER}])
def test_fever_in_old_age_and_in_pregnancy_is_seen_the_same_day(facts: dict[str, Any]) -> None:
    assert _level(facts) == "doctor"
    for told in _sentences(r"demam (?:saat hamil|pada ibu hamil|pada umur 60|pada lansia)"):
        if "sering" not in told.text and "setelah" not in BY_ENTRY[told.entry].split("\n")[0].lower():
            assert re.search(r"periksa|hari itu juga|IGD|bidan", told.text), told


def test_chest_pain_never_waits_for_a_visit() -> None:
    for told in _sentences(r"nyeri dada"):
        if told.entry.startswith(("20", "questions")):  # the self-check asks how bad it is
            continue
        if re.search(r"hari itu juga|hari ini|periksa ke", told.text):
            assert re.search(r"119|IGD", told.text), told


def test_how_fast_is_too_fast() -> None:
    def emergency(breaths: int, **who: Any) -> bool:
        return _level({"danger": [], "danger_child": [], **who, "breaths": breaths}) == "emergency"

    table = BY_ENTRY["covid_care.yml: covid-hitung-napas"]
    limits = re.findall(r"• (.+?): (lebih dari )?(\d+) kali", table)
    assert [name for name, _, _ in limits] == ["bayi di bawah 2 bulan", "2–11 bulan", "1–4 tahun", "5 tahun ke atas"]
    ages: list[dict[str, Any]] = [{"age": 0, "age_months": 1}, {"age": 0, "age_months": 6}, {"age": 2}, {"age": 5}]
    for (_, more, number), who in zip(limits, ages, strict=True):
        limit = int(number) + (1 if more else 0)
        assert emergency(limit, **who), who
        assert not emergency(limit - 1, **who), who
    for told, (times,) in _numbers(r"lebih dari \*?(\d+) kali(?: semenit|\*)"):
        if not emergency(int(times) + 1, age=35):
            # A doctor today, from one breath more on.
            assert _level({**ADULT, "breaths": int(times) + 1}) == "doctor", told
            assert _level({**ADULT, "breaths": int(times)}) == "none", told
        assert not emergency(int(times), age=35), told


# ---------------------------------------------------------------- isolation
def test_isolation_is_as_long_everywhere() -> None:
    tested = {**ADULT, "positive_test": True, "positive_days": 0, "oxygen": None, "comorbidity": []}
    ill = {**tested, "symptoms": {"cough": {"present": True, "days": 1}}, "symptoms_asked": True, "severity": "mild"}
    none = {**tested, "symptoms": {}, "symptoms_asked": True}
    with_symptoms = _last_day(ill) + 1
    without = _last_day(none)
    assert (with_symptoms, without) == (10, 5)
    for told, (days,) in _numbers(r"(?<!dalam )(?<!dalam \*)\b(\d+)\*? hari\*? sejak gejala"):
        assert int(days) == with_symptoms, told
    for told, (days,) in _numbers(r"(\d+)\*? hari\*? (?:\(?\w+\)? )?sejak (?:hari )?tes positif"):
        assert int(days) == without, told
    for told in _sentences(r"\b3 hari\*? (?:bebas|tanpa) (?:demam|gejala)"):
        # As it was: told only as what has been replaced.
        assert "sudah diganti" in told.text, told


def test_who_was_near_somebody_positive_watches_as_long_everywhere() -> None:
    facts = {
        **ADULT,
        "symptoms": {},
        "symptoms_asked": True,
        "positive_test": False,
        "exposure": "close",
        "exposure_days": 0,
    }
    until = _checked(facts).until
    assert until is not None
    for told, (days,) in _numbers(r"(\d+) hari sejak terakhir bertemu"):
        assert int(days) == (until - TODAY).days, told
    for told, (days,) in _numbers(
        r"perhatikan gejala\w*(?: anak| Anda(?: sendiri)?)?(?: selama| sampai)? (\d+) hari\b"
    ):
        assert int(days) == (until - TODAY).days, told


# ---------------------------------------------------------------- vaccines
def test_the_intervals_told_are_those_of_the_rules() -> None:
    told = BY_ENTRY["vaccine.yml: vaksin-jarak-dosis"]
    names: set[str] = set()
    for line in re.findall(r"• (.+)", told):
        vaccines, spans = re.sub(r"\([^)]*\)", "", line).rsplit(":", 1)
        first, last, unit = re.findall(r"(\d+)(?:–(\d+))? (hari|minggu)", spans)[0]
        for name in re.findall(r"[A-Z]\w+", vaccines):
            found = next_dose([Given(1, name.lower(), TODAY)], date(1980, 1, 1), TODAY)
            days = 7 if unit == "minggu" else 1
            assert found.start == TODAY + timedelta(days=int(first) * days), line
            assert found.until == TODAY + timedelta(days=int(last or first) * days), line
            names.add(name.lower())
    assert {"indovac", "inavac", "sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm"} <= names


def test_boosters_are_told_when_the_rules_give_them() -> None:
    # Counted from a 15th: months are of different lengths.
    given_on = date(2026, 1, 15)
    for number, words in ((2, "dosis kedua"), (3, "booster pertama")):
        start = next_dose([Given(number, "sinovac", given_on)], date(1980, 1, 1), TODAY).start
        assert start is not None
        for told, (months,) in _numbers(rf"(\d+) bulan setelah {words}"):
            assert (start.year, start.month, start.day) == (2026, 1 + int(months), 15), told


def test_only_what_is_there_is_told_as_given() -> None:
    """AstraZeneca is not distributed any more (BPOM, 9 May 2024): where a citizen reads of it, that is told too."""
    gone = re.compile(r"tidak (?:lagi )?(?:beredar|dipakai)(?: lagi)?", re.IGNORECASE)
    named = [entry for entry, text in BY_ENTRY.items() if "AstraZeneca" in text]
    assert len(named) >= 8
    for entry in named:
        # The questions and the reasons of an interval speak of a dose that somebody has had.
        if not entry.startswith(("20", "questions.yml", "utter_")):
            assert gone.search(BY_ENTRY[entry]), entry


def test_pregnancy_blood_pressure_and_fever_are_those_of_the_rules() -> None:
    rules = max((CONTENT / "eligibility").glob("20*.yml")).read_text(encoding="utf-8")
    weeks = set(re.findall(r"pregnancy_weeks < (\d+)", rules))
    pressures = set(re.findall(r"blood_pressure above (\d+/\d+)", rules))
    temperatures = {number.replace(".", ",") for number in re.findall(r"temperature > ([\d.]+)", rules)}
    for told, (number,) in _numbers(r"kehamilan (\d+) minggu"):
        assert number in weeks, told
    for told, (number,) in _numbers(r"\b(1\d\d/\d{2,3})\b"):
        assert number in pressures, told
    for told, (number,) in _numbers(r"suhu[^.]*di atas (\d+,\d)"):
        assert number in temperatures, told
    assert not _sentences(r"mulai trimester")


def test_how_long_to_wait_after_covid() -> None:
    assert "covid_recovered_on less than 1 month ago" in max((CONTENT / "eligibility").glob("20*.yml")).read_text()
    for told, (months, how) in _numbers(
        r"(\d) bulan\*? (?:setelah|sesudah) (?:sembuh kalau )?(?:sakit(?:nya)? )?(ringan|berat)"
    ):
        assert int(months) == {"ringan": 1, "berat": 3}[how], told


@pytest.mark.parametrize("illness", ["heart", "kidney", "liver", "cancer"])
def test_the_grave_illnesses_are_for_a_doctor_first(illness: str) -> None:
    facts = {
        "age": 40, "sex": "L", "doses_received": 0, "health_now": "well", "condition": "none", "comorbidity": [illness],
    }  # fmt: skip
    found = eligibility.assess(eligibility.rules_in_force(TODAY), facts, TODAY)
    assert not isinstance(found, eligibility.Ask) and found.kind == "refer"
    word = {"heart": "jantung", "kidney": "ginjal", "liver": r"\bhati\b(?!-)", "cancer": "kanker yang"}[illness]
    for told in _sentences(rf"\bterkontrol\b[^.]*{word}|{word}[^.]*\bterkontrol\b"):
        assert "dokter" in told.text, told


# ---------------------------------------------------------------- numbers to call, and words
def test_every_number_to_call_is_one_that_staff_know() -> None:
    known = {"119", "110", "129", "165", "0-800-177-6565"}
    for told, (number,) in _numbers(
        r"(?:telepon|polisi|SAPA|Kesehatan|hubungi|tanyakan ke|IGD atau|ke) \*?(\d[\d-]{2,})\b\*?(?! ?(?:%|hari|tahun))"
    ):
        assert number in known, told
    for told, (extension,) in _numbers(r"\bext\.? ?(\d+)"):
        assert extension == "9", told


def test_no_word_of_the_trade_stands_unexplained() -> None:
    for entry, text in BY_ENTRY.items():
        assert not re.search(r"\b(?:komorbid\w*|nakes|faskes|fasyankes)\b", text, re.IGNORECASE), entry
        if "KIPI" in text:
            assert re.search(r"komite ahli|kejadian ikutan|keluhan", text, re.IGNORECASE), entry
