"""Reading what a citizen writes of somebody's health: of their own accord, or asked. Pure functions from text to facts.

When in doubt between two, the more careful one is taken. A yes or no inside a sentence about something else is no
answer.
"""

# ruff: noqa: E501 - patterns are read on one line

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from siaga.people.ages import age_on
from siaga.selfcheck.complaints import breaths, complaints, lengths_in, oxygen
from siaga.selfcheck.exposure import SHARES_HOME, contact, tests
from siaga.selfcheck.results import Ask
from siaga.selfcheck.told import (
    MOST_DOSES,
    MOST_WEEKS,
    Facts,
    Mentioned,
    as_contact,
    mentioned,
    nothing_more,
    vaccinated,
)
from siaga.text.ages import find_ages, read_age
from siaga.text.comorbidities import comorbidities_in
from siaga.text.dates import read_birth_date
from siaga.text.normalise import normalise
from siaga.text.numbers import find_numbers
from siaga.text.pregnancy import PLANNING, PREGNANT, weeks_in
from siaga.text.statements import any_of, said
from siaga.text.temperatures import find_temperatures
from siaga.text.yesno import answers_yes_no, read_yes_no

__all__ = [
    "UNKNOWN",
    "Mentioned",
    "as_contact",
    "chosen",
    "fever_of",
    "mentioned",
    "names_measure",
    "read_answers",
    "says_unknown",
]

UNKNOWN: Facts = {
    "sex": "unknown", "oxygen": "unmeasured", "positive_test": False, "exposure": "none", "vaccinated": 0,
    "recovered": False, "comorbidity": [], "positive_days": 0,
}  # fmt: skip
"""What a fact counts as that nobody knows. Of the others there is none: they are needed, or asked of a danger."""

MOST_BARE_DAYS = 31
"""A number without "hari" that is higher may be a temperature or an age."""

_UNKNOWN = re.compile(
    r"\b(?:tidak|belum|kurang) (?:\w+ )?(?:tahu|ingat|yakin|pasti|ngerti|punya alat\w*|ada alat\w*|punya oksimeter|ada oksimeter|pernah ukur|bisa ukur|diukur|ukur|dicek)\b"
    r"|\b(?:tidak|belum) (?:punya|ada|memiliki) (?:\w+ )?(?:alat\w*|oksimeter\w*|oximeter\w*|termometer\w*)\b|\b(?:lupa|entah\w*|embuh|mbuh|lewati|lewat saja|skip)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"\b(?:suhu|termo|saturasi|oksimeter|oximeter|tensi)\w*", re.IGNORECASE)
_GRAVE = frozenset({"breathlessness", "chest_pain", "confusion"})
_ONLY_NUMBERS = re.compile(
    r"^\W*(?:(?:nomor|nomer|no|yang|dan|sama|&|,|\+|dan juga|juga)\W*|\d{1,2}\W*)+$", re.IGNORECASE
)
_MILD = any_of(
    r"ringan, sedikit, agak, biasa saja, biasa, tidak (?:terlalu |begitu )?(?:parah|berat|mengganggu), lumayan, masih (?:bisa|kuat) (?:\w+ )?(?:aktivitas|beraktivitas|kerja|jalan), aman, dikit"
)
_WORSE = any_of(
    r"memburuk, makin \w+, semakin \w+, tambah \w+, bertambah\w*, memberat, (?:lebih|tambah) (?:parah|berat|buruk)"
)
_SEVERE = any_of(
    r"parah, berat, hebat, sekali, sangat, luar biasa, banget, tidak (?:kuat|bisa|mampu)(?: \w+){0,2}, mengganggu, terus menerus, parah sekali"
)
_BETTER = any_of(
    r"membaik, mendingan, berkurang, mulai (?:sembuh|hilang|reda|pulih), lebih baik, lebih enak, sembuh, hilang, enakan, reda"
)
_SAME = any_of(
    r"sama, sama saja, tetap, masih sama, seperti kemarin, begitu saja, belum ada perubahan, tidak (?:ada perubahan|berubah), gitu-gitu saja, stabil"
)
_BARE_ILLNESSES = {
    "diabetes": any_of("gula, kencing manis, manis"),
    "hypertension": any_of("tensi, darah tinggi, tekanan darah"),
    "copd": any_of("paru\\w*"),
    "cancer": any_of("kanker"),
    "other": any_of("lain, lainnya, lain-lain"),
}
_MAN = any_of("laki-laki, laki2?, laki, lelaki, pria, cowok, cowo, lanang, l, cowoknya")
_WOMAN = any_of("perempuan, wanita, cewek, cewe, wedok, wadon, p, puan")
_HEAD = re.compile(r"[,.;!\n]+|\b(?:tapi|tp|tetapi|cuma|cuman|hanya|namun|kecuali)\b", re.IGNORECASE)


def says_unknown(text: str) -> bool:
    """Whether the answer is that it is not known, was not measured, or is to be left out: "ga tau", "ga punya alatnya"."""
    return bool(_UNKNOWN.search(normalise(text)))


def names_measure(text: str) -> bool:
    """Whether something measured is spoken of: "ga tau suhunya"."""
    return bool(_MEASURE.search(text))


def read_answers(ask: Ask, text: str, day: date) -> Facts:
    """The facts in an answer typed on ``day`` to a question; empty if the asked one could not be read.

    What is told besides is for ``mentioned`` to find.
    """
    name = ask.question_id
    if (chosen := _by_label(ask, text)) is not None:
        return chosen
    reader = _READERS.get(name)
    facts = reader(ask, text, day) if reader else {}
    # "ga tau suhunya" answers no question about a contact.
    another = name != "oxygen" and names_measure(text)
    if not facts and name in UNKNOWN and "?" not in text and not another and says_unknown(text):
        return {name: UNKNOWN[name]}
    return facts


def fever_of(text: str) -> float | None:
    """The temperature in a message that has nothing but one, though something else is asked: "38.5 tadi pagi"."""
    found = find_temperatures(f"suhu {text.strip()}") if re.match(r"\W*\d{2}\s?[.,]\s?\d", text) else []
    return found[0].celsius if len(found) == 1 else None


def chosen(name: str, values: list[Any], *, all_told: bool) -> Facts:
    """Facts from values of a question's options; ``all_told``: nothing is to be added to a list."""
    real = [value for value in values if value != "none"]
    if name == "symptoms":
        symptoms = {value: {"present": True, "severity": None, "days": None, "temperature": None} for value in real}
        return {"symptoms": symptoms, "symptoms_asked": all_told or not real}
    if name.startswith("danger") or name == "comorbidity":
        return {name: real}
    return {name: values[0]}


def _by_label(ask: Ask, text: str) -> Facts | None:
    """What options were typed, as their label or their numbers ("1 dan 3")."""
    wanted = text.strip(" .,!\n").casefold()
    values = [value for value, label in ask.options if label.casefold() == wanted]
    several = ask.kind in ("danger", "several")
    if not values and several and _ONLY_NUMBERS.match(text):
        places = [int(number) for number in re.findall(r"\d{1,2}", text)]
        if places and all(1 <= place <= len(ask.options) for place in places):
            values = [ask.options[place - 1][0] for place in places]
    if not values:
        return None
    return chosen(ask.question_id, values, all_told=True)


# ---------------------------------------------------------------------- readers, by fact


def _danger(ask: Ask, text: str, day: date) -> Facts:
    told = mentioned(text, day).facts
    name = ask.question_id
    found = set(told.get("danger", [])) | set(told.get(name, []))
    present = {each for each, symptom in told.get("symptoms", {}).items() if symptom["present"]}
    mild = {each for each in present if told["symptoms"][each]["severity"] == "mild"}
    if name == "danger":
        # To this question "sesak" means what the list says: sesak berat. Only "agak sesak" does not.
        signs = {"breathlessness": "breath", "chest_pain": "chest", "confusion": "confusion"}
        found |= {signs[each] for each in (present - mild) & _GRAVE}
    found &= {value for value, _ in ask.options} | found
    if found:
        return {name: sorted(found)}
    first = next((part for part in _HEAD.split(text) if part.strip()), "")
    denies = answers_yes_no(first) is False or _denies_all(text)
    if denies and not mild & _GRAVE:
        return {name: []}
    if denies:
        # "tidak, cuma agak sesak": it is denied that it is grave; that it is there is kept.
        return {name: [], "symptoms": {each: told["symptoms"][each] for each in mild}}
    return {}


def _denies_all(text: str) -> bool:
    plain = normalise(text)
    return bool(
        re.search(
            r"^\W*(?:alhamdulillah |syukurlah )?(?:tidak|belum|ora|bukan) (?:ada |satu ?pun |pernah |semua\w* |sama sekali |yang |tanda |kok |sih )*"
            r"(?:semua\w*|satu ?pun|sama sekali|tanda bahaya|ada|begitu|itu|tersebut|gejala itu)?\W*(?:(?:kok|sih|ya|min|kak|dok|alhamdulillah|semua\w*)\b\W*)*$"
            # Without "ada", "tidak parah" would tell of something that is there.
            r"|^\W*(?:alhamdulillah |syukurlah )?(?:tidak|belum|ora) ada (?:satu ?pun |sama sekali |tanda |kok |sih )*(?:yang )?"
            r"(?:gawat(?: darurat)?|darurat|(?:ber|mem)?bahaya\w*|parah|berat|serius|begitu|(?:se)?(?:parah|berat) itu)"
            r"\W*(?:(?:kok|sih|ya|min|kak|dok|alhamdulillah|semua\w*)\b\W*)*$"
            r"|^\W*(?:alhamdulillah )?(?:aman|normal|sehat|baik-?baik saja|semua aman|aman semua)\b",
            plain,
        )
    )


def _symptoms(ask: Ask, text: str, day: date) -> Facts:
    told = mentioned(text, day).facts
    symptoms = told.get("symptoms")
    if symptoms:
        return {"symptoms": symptoms, "symptoms_asked": True}
    plain = normalise(text)
    well = re.search(r"^\W*(?:alhamdulillah )?(?:sehat|aman|baik-?baik saja|normal)\b", plain) and "?" not in text
    if nothing_more([plain]) or answers_yes_no(text) is False or _denies_all(text) or well:
        return {"symptoms": {}, "symptoms_asked": True}
    return {}


def _comorbidity(ask: Ask, text: str, day: date) -> Facts:
    parts = [part for part in _HEAD.split(normalise(text)) if part.strip()]
    found = set(comorbidities_in(parts))
    # Asked for illnesses, one word is enough.
    found |= {name for name, pattern in _BARE_ILLNESSES.items() if any(said(pattern, part) for part in parts)}
    if found:
        return {"comorbidity": sorted(found - {"other"} or found)}
    if answers_yes_no(text) is False or _denies_all(text) or mentioned(text, day).facts.get("comorbidity") == []:
        return {"comorbidity": []}
    return {}


def _age(ask: Ask, text: str, day: date) -> Facts:
    born = read_birth_date(text, day)
    if born and born.candidates:
        return {"age": age_on(born.candidates[0], day)}
    months = [age.months for age in find_ages(text) if age.months is not None]
    if not months and (found := re.fullmatch(r"\W*(\d{1,2})\s*(?:bulan|bln|bl)\W*\w*\W*", text.strip(), re.IGNORECASE)):
        months = [int(found[1])]
    if months:
        return {"age_months": months[0], "age": months[0] // 12}
    if re.fullmatch(r"\W*\d{1,2}\s*(?:hari|hr|minggu|mgg)\W*\w*\W*", text.strip(), re.IGNORECASE):
        days = lengths_in(text, day)
        return {"age_months": days[0] // 30, "age": 0} if days else {}
    age = read_age(text)
    return {} if age is None else {"age": age}


def _sex(ask: Ask, text: str, day: date) -> Facts:
    plain = text.lower()
    man, woman = bool(_MAN.search(plain)), bool(_WOMAN.search(plain))
    return {} if man is woman else {"sex": "L" if man else "P"}


def _pregnant(ask: Ask, text: str, day: date) -> Facts:
    plain = normalise(text)
    if PLANNING.search(plain):
        return {"pregnant": False}
    weeks = weeks_in(text) if re.search(r"bulan|bln|minggu|mgg|trimester|semester", text, re.IGNORECASE) else None
    answer = answers_yes_no(text)
    if answer is not False and (said(PREGNANT, plain) or answer or weeks is not None):
        return {"pregnant": True, "sex": "P"} | (
            {"pregnancy_weeks": weeks} if weeks is not None and weeks <= MOST_WEEKS else {}
        )
    if (
        answer is False
        or PREGNANT.search(plain)
        or re.search(r"\b(?:menopause|laki-laki|melahirkan|haid|mens)\b", plain)
    ):
        return {"pregnant": False}
    return {}


def _weeks(ask: Ask, text: str, day: date) -> Facts:
    weeks = weeks_in(text)
    if weeks is None:
        numbers = [number.value for number in find_numbers(text)]
        # Up to nine, a bare number may be months or weeks: asked in months, most answer so.
        weeks = numbers[0] * 4 if len(numbers) == 1 and 0 < numbers[0] <= 9 else None
    return {"pregnancy_weeks": weeks} if weeks is not None and 0 < weeks <= MOST_WEEKS else {}


def _days(ask: Ask, text: str, day: date) -> Facts:
    lengths = lengths_in(text, day)
    if not lengths and re.search(r"\b(?:hari ini|barusan|baru saja|tadi|saiki|dino iki)\b", normalise(text)):
        lengths = [0]
    if not lengths:
        # "umurnya 41" and "39" are no days.
        numbers = [] if find_ages(text) or names_measure(text) else [number.value for number in find_numbers(text)]
        lengths = numbers if len(numbers) == 1 and numbers[0] <= MOST_BARE_DAYS else []
    return {ask.question_id: max(lengths)} if lengths else {}


def _severity(ask: Ask, text: str, day: date) -> Facts:
    plain = normalise(text)
    if any(said(_WORSE, clause) for clause in _HEAD.split(plain)):
        return {"severity": "severe" if said(_SEVERE, _WORSE.sub(" ", plain)) else "worse"}
    if any(said(_SEVERE, clause) for clause in _HEAD.split(plain)) and not _MILD.search(plain):
        return {"severity": "severe"}
    if _MILD.search(plain) or said(_BETTER, plain) or said(_SAME, plain):
        return {"severity": "mild"}
    return {}


def _exposure(ask: Ask, text: str, day: date) -> Facts:
    told = mentioned(text, day)
    found = as_contact(told).facts.get("exposure") or contact(text)
    plain = normalise(text)
    if found is None:
        if answers_yes_no(text) is False or _denies_all(text):
            found = "none"
        elif said(SHARES_HOME, plain):
            found = "household"
        elif (
            re.search(r"\b(?:kontak|ketemu|bertemu|kantor|sekolah|teman|tetangga|bukan serumah|tidak serumah)\b", plain)
            and read_yes_no(text) is not False
        ):
            found = "close"
        elif answers_yes_no(text):
            # Yes to "serumah atau kontak dekat?": the nearer of the two.
            found = "household"
    if found is None:
        return {}
    days = complaints(text, day).contact_days
    return {"exposure": found} | ({"exposure_days": days} if days is not None and found != "none" else {})


def _positive(ask: Ask, text: str, day: date) -> Facts:
    told = mentioned(text, day).facts
    found: Facts = {name: told[name] for name in ("positive_test", "positive_days", "recovered") if name in told}
    if "positive_test" not in found:
        found |= tests(text)
    if "positive_test" not in found:
        answer = answers_yes_no(text)
        if answer is None and re.search(
            r"^\W*(?:belum|tidak)\b.*\b(?:hasil|swab|tes|test|pcr|antigen|rapid)\b", normalise(text)
        ):
            answer = False
        if answer is None:
            return {}
        found["positive_test"] = answer
    if found["positive_test"] and "positive_days" not in found and (lengths := lengths_in(text, day)):
        found["positive_days"] = max(lengths)
    return found


def _oxygen(ask: Ask, text: str, day: date) -> Facts:
    value = oxygen(text)
    if value is None:
        numbers = [number.value for number in find_numbers(text) if 40 <= number.value <= 100]
        value = min(numbers) if numbers else None
    if value is None and answers_yes_no(text) is False:
        return {"oxygen": "unmeasured"}
    return {} if value is None else {"oxygen": value}


def _breaths(ask: Ask, text: str, day: date) -> Facts:
    value = breaths(text)
    if value is None:
        numbers = [number.value for number in find_numbers(text) if 5 <= number.value <= 150]
        value = numbers[0] if len(numbers) == 1 else None
    return {} if value is None else {"breaths": value}


def _vaccinated(ask: Ask, text: str, day: date) -> Facts:
    plain = normalise(text)
    found = vaccinated([plain]) or vaccinated([f"vaksin {plain}"])
    if found:
        return found
    numbers = [number.value for number in find_numbers(text)]
    if len(numbers) == 1 and 0 <= numbers[0] <= MOST_DOSES:
        return {"vaccinated": numbers[0]}
    if answers_yes_no(text) is False or re.search(r"^\W*belum\b", plain):
        return {"vaccinated": 0}
    return {}


def _recovered(ask: Ask, text: str, day: date) -> Facts:
    if tests(text).get("recovered"):
        return {"recovered": True}
    answer = answers_yes_no(text)
    return {} if answer is None else {"recovered": answer}


_READERS: dict[str, Callable[[Ask, str, date], Facts]] = {
    "danger": _danger,
    "danger_child": _danger,
    "danger_pregnant": _danger,
    "symptoms": _symptoms,
    "comorbidity": _comorbidity,
    "age": _age,
    "age_months": _age,
    "sex": _sex,
    "pregnant": _pregnant,
    "pregnancy_weeks": _weeks,
    "fever_days": _days,
    "cough_days": _days,
    "symptom_days": _days,
    "exposure_days": _days,
    "positive_days": _days,
    "severity": _severity,
    "exposure": _exposure,
    "positive_test": _positive,
    "oxygen": _oxygen,
    "breaths": _breaths,
    "vaccinated": _vaccinated,
    "recovered": _recovered,
}
