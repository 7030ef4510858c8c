"""What a message tells of a person, without a question having been asked: "ibu saya 67 th darah tinggi, boleh?".

A pure function from text to facts, more careful than the readers of answers (``siaga.eligibility.answers``): there the
question says what a word is about, here only the words around it do. What is doubtful is left out, and asked.
"""

# ruff: noqa: E501 - patterns are read on one line

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from siaga.eligibility import words
from siaga.eligibility.answers import MOST_DOSES, Facts, brands_in, past_days, read_weeks
from siaga.eligibility.facts import FACTS
from siaga.people.ages import age_on
from siaga.text import pregnancy
from siaga.text.ages import find_ages
from siaga.text.comorbidities import CANCER, OTHER_SHOT, comorbidities_in
from siaga.text.dates import read_birth_date
from siaga.text.normalise import normalise
from siaga.text.numbers import find_numbers
from siaga.text.relations import RelationName, find_relations
from siaga.text.statements import any_of, said
from siaga.text.symptoms import find_symptoms
from siaga.text.temperatures import find_temperatures
from siaga.text.vaccines import find_dose_numbers
from siaga.text.words import split_words

# Where a new statement begins. Marks within a number ("38,5", "180/110") are none.
_BREAK = re.compile(
    r"[;!?\n]+|[,.]+(?!\d)|\b(?:tapi|tp|tetapi|namun|cuma|cuman|terus|trus|trs|sekarang|skrg|skrng|jadi|jd"
    r"|(?:dan|dn|sama|plus|serta|juga)(?!\s*\d))\b",
    re.IGNORECASE,
)
# Where what is told ends and what is wished or asked begins, and the other way round.
_ASKED = re.compile(
    r"\b(?:boleh(?:kah|in)?|blh|bole|oleh|angsal|kenging|bisa(?:kah)?|bs|mau|mo|pengen|pengin|ingin|kapan|kpn|apakah|apa|gimana|gmn"
    r"|bagaimana|lanjut|ambil|aman(?:kah)?|layak|harus|perlu|syarat|nyambung|sambung|jadwal\w*|berhak|tunggu|nunggu|daftar|can|may)\b",
    re.IGNORECASE,
)
_TOLD_AGAIN = re.compile(r"\b(?:kalau|kalo|klo|kl|jika|soalnya|karena|krn|padahal|sudah|udah|udh|sdh)\b", re.IGNORECASE)
_PRESSURE = re.compile(r"(?<![\d/])(\d{2,3})\s*(?:/|per)\s*(\d{2,3})(?![\d/])")
_BORN = re.compile(r"\b(?:lahir|lhr|kelahiran|born|ttl)\w*", re.IGNORECASE)
_SAYS_AGE = re.compile(
    r"\b(?:umur|usia|umr|berumur|berusia)(?:nya|ku|ne)?\b(?!\s*(?:ke)?(?:kandungan|hamil|hamilan|janin))", re.IGNORECASE
)
# "asma dari umur 5", "sejak usia 10": not the age now.
_AGE_THEN = re.compile(
    r"\b(?:sejak|dari|mulai|waktu|saat|ketika|pas|dulu)\s+(?:\w+\s+)?(?:umur|usia|umr)?\s*$", re.IGNORECASE
)
# "diabetes 10 tahun" may tell how long.
_ILLNESS_BEFORE = re.compile(
    r"\b(?:diabetes|diabet|asma|hipertensi|darah\s+tinggi|darting|stroke|jantung|ginjal|gula|epilepsi|maag|tbc|menikah|nikah|kerja)\s*$",
    re.IGNORECASE,
)
_MEN = re.compile(
    r"\b(?:suami|swami|bojo\s+lanang|kakek|kakung|yangkung|opa|akung|paman|om|pakde|paklik|mas|abang|putra|lanang|husband|grandpa|cowok|cowo"
    r"|laki(?:-?laki|2)?|pria|bapak|ayah|papa|abah|father|dad)(?:ku|nya|q|e|ne)?\b",
    re.IGNORECASE,
)
_WOMEN = re.compile(
    r"\b(?:istri|isteri|bini|wife|nenek|uti|yangti|oma|tante|bibi|bude|bulik|mbak|putri|perempuan|wanita|cewek|cewe|wedok|grandma"
    r"|ibu|bunda|mama|emak|mother|mom)(?:ku|nya|q|e|ne)?\b",
    re.IGNORECASE,
)
_FELL_ILL = re.compile(r"\b(?:kena|terkena|positif|terpapar|ketularan)\b")
_STILL_ILL = 14
"""Days; who fell ill longer ago is asked when they recovered."""
_SEX_OF: dict[str, str] = {"mother": "P", "father": "L"}
_SEX_BY_WORD = ("spouse", "grandparent", "sibling", "child", "other")


@dataclass(frozen=True)
class Mentioned:
    """Who is spoken of (None: nobody is named), whether more than one is, and what is told of the first."""

    whom: RelationName | None
    facts: Facts = field(default_factory=dict)
    several: bool = False


@dataclass(frozen=True)
class _Part:
    """A statement: as written, and in plain words."""

    text: str
    plain: str
    """Without what is vaccinated against, so that "vaksin covid" is no illness."""


def _parts(text: str) -> list[_Part]:
    pieces = [piece.strip() for piece in _BREAK.split(text) if piece and piece.strip()]
    return [_Part(piece, words.COVID_SHOT.sub("vaksin", normalise(piece))) for piece in pieces]


def _told(text: str) -> tuple[str, str]:
    """What a statement tells, and what it asks: "dosis 1 sinovac boleh dosis 2 astra" -> "dosis 1 sinovac", the rest."""
    told: list[str] = []
    wanted: list[str] = []
    while text:
        asked = _ASKED.search(text)
        told.append(text[: asked.start()] if asked else text)
        again = _TOLD_AGAIN.search(text, asked.end()) if asked else None
        if asked:
            wanted.append(text[asked.end() : again.start() if again else len(text)])
        text = text[again.start() :] if again else ""
    return " ".join(told).strip(), " ".join(wanted).strip()


def _age(text: str, day: date, after: int) -> Facts:
    if _BORN.search(text) and (born := read_birth_date(text, day)) and born.candidates:
        return {"age": age_on(born.candidates[0], day)}
    # "hamil 5 bulan umur 28": read apart, or the age would be that of the pregnancy.
    said_apart = _SAYS_AGE.search(text)
    apart = find_ages(" " * said_apart.start() + text[said_apart.start() :], day) if said_apart else []
    ages = [
        age
        for age in apart or find_ages(text, day)
        if not _AGE_THEN.search(text[: age.start])
        and (not _ILLNESS_BEFORE.search(text[: age.start]) or re.match(r"\s*(?:umur|usia)", text[age.end :]))
    ]
    if len({age.years for age in ages}) > 1:
        # "saya 30 tahun, anak saya 5 tahun boleh?": the one said of whom it is about.
        ages = [age for age in ages if after and age.start >= after][:1]
    return {"age": ages[0].years} if ages else {}


def _sex(text: str, whom: RelationName | None) -> Facts:
    if whom in _SEX_OF:
        return {"sex": _SEX_OF[whom]}
    if whom in _SEX_BY_WORD or whom is None:
        found = {sex for sex, pattern in (("L", _MEN), ("P", _WOMEN)) if pattern.search(text)}
        if whom is None and not re.search(
            r"\b(?:perempuan|wanita|cewek?|laki(?:-?laki|2)?|pria|cowok?)\b", text, re.IGNORECASE
        ):
            return {}
        return {"sex": found.pop()} if len(found) == 1 else {}
    return {}


def _pregnancy(parts: list[_Part], day: date) -> Facts:
    facts: Facts = {}
    for part in parts:
        if said(pregnancy.DELIVERED, part.plain):
            facts |= {"pregnant": False, "sex": "P"}
        elif pregnancy.PLANNING.search(part.plain):
            continue
        elif said(pregnancy.PREGNANT, part.plain) or pregnancy.CARRYING.search(part.plain):
            facts |= {"pregnant": True, "sex": "P", **read_weeks(part.text, day)}
        elif pregnancy.PREGNANT.search(part.plain):
            facts |= {"pregnant": False}
    if any(said(words.BREASTFEEDING, part.plain) for part in parts):
        facts |= {"breastfeeding": True, "sex": "P"}
    return facts


def _covid(part: _Part, day: date) -> Facts:
    """Recovered from COVID-19, or ill with it."""
    if words.COVID.search(part.plain) and words.NOT_OVER.search(part.plain):
        return {"health_now": "ill"}
    if CANCER.search(part.plain) or (
        not said(words.COVID, part.plain) and not re.search(r"\b(?:delta|omicron)\b", part.plain)
    ):
        return {}
    if re.search(r"\bpositif (?:hamil|testpack|tespek)\b|\btest ?pack\b|\btespek\b", part.plain):
        return {}
    over = bool(words.OVER.search(part.plain)) and not words.NOT_OVER.search(part.plain)
    if over:
        # The day of falling ill is not the day of recovery.
        fell_ill = _FELL_ILL.search(part.plain)
        days = set() if fell_ill else set(past_days(part.text, day))
        recovered = {"covid_recovered_on": days.pop().isoformat()} if len(days) == 1 else {}
        return {"health_now": "covid", **recovered}
    if re.search(r"\b(?:habis|abis|baru(?: saja)?|bekas|penyintas)\b", part.plain):
        return {"health_now": "covid"}
    if _FELL_ILL.search(part.plain) and any((day - fell).days >= _STILL_ILL for fell in past_days(part.text, day)):
        return {"health_now": "covid"}
    if words.NOW.search(part.plain) and not re.search(r"\blalu\b", part.plain):
        return {"health_now": "ill"}
    return {}


def _severity(parts: list[_Part]) -> Facts:
    for part in parts:
        if words.COVID.search(part.plain) or words.OVER.search(part.plain):
            if said(words.SEVERE, part.plain):
                return {"covid_severity": "severe"}
            if re.search(r"\b(?:ringan|otg|tanpa gejala|isoman|isolasi mandiri)\b", part.plain):
                return {"covid_severity": "mild"}
    return {}


def _health(parts: list[_Part], day: date) -> Facts:
    facts: Facts = {}
    for part in parts:
        if covid := _covid(part, day):
            facts = facts | covid if facts.get("health_now") != "ill" else facts
            continue
        over = words.OVER.search(part.plain) and not words.NOT_OVER.search(part.plain)
        if over or words.ALLERGY.search(part.plain) or words.FEVER_OR_PAIN_THEN.search(part.plain):
            continue
        named = words.CHRONIC.sub(" ", part.plain)
        symptoms = [each for each in find_symptoms(part.text) if each.present and each.name != "sore_arm"]
        if symptoms or (words.NOW.search(named) and said(words.ILL_NOW, named)) or _unwell(named):
            facts["health_now"] = "ill"
            facts.pop("covid_recovered_on", None)
        elif said(words.WELL, named) and re.search(r"\bsehat\b", named) and not words.WISH.search(named):
            facts.setdefault("health_now", "well")
    return facts | (_severity(parts) if facts.get("health_now") == "covid" else {})


def _unwell(plain: str) -> bool:
    return bool(words.UNWELL.search(plain))


def _measured(text: str) -> Facts:
    facts: Facts = {}
    temperatures = [found.celsius for found in find_temperatures(text)]
    if temperatures:
        facts["temperature"] = max(temperatures)
    for match in _PRESSURE.finditer(text):
        systolic, diastolic = int(match[1]), int(match[2])
        if 70 <= systolic <= 280 and 40 <= diastolic <= 180 and systolic > diastolic:
            facts["blood_pressure"] = f"{systolic}/{diastolic}"
    return facts


def _comorbidities(parts: list[_Part]) -> Facts:
    found = comorbidities_in(part.plain for part in parts)
    return {"comorbidity": found} if found else {}


def _condition(parts: list[_Part], ill: bool) -> Facts:
    for part in parts:
        past = re.search(r"\b(?:selesai|dulu|pernah|riwayat)\b", part.plain) and not re.search(
            r"\b(?:transplan\w*|cangkok)\b", part.plain
        )
        if said(words.SUPPRESSED, part.plain) and not past:
            return {"condition": "immunosuppressed"}
    for part in parts:
        severe = said(words.ALLERGY, part.plain) and words.ALLERGY_IS_SEVERE.search(part.plain)
        if said(words.SEVERE_ALLERGY, part.plain) or (severe and not words.ALLERGY_IS_MILD.search(part.plain)):
            after = re.search(r"\b(?:habis|setelah|sesudah|abis)\b.*\b(?:vaksin|dosis|suntik)", part.plain)
            return {"condition": "severe_allergy", **({"allergy_after_dose": True} if after else {})}
    for part in parts:
        named = words.DISEASE.search(part.plain) or ill
        if named and words.UNCONTROLLED.search(part.plain) and not words.SELDOM.search(part.plain):
            return {"condition": "uncontrolled"}
    return {}


def _dose_count(plain: str) -> int | None:
    """How many doses a statement tells of; no bare number counts."""
    done = words.NOT_YET.sub(" ", plain)
    counts = [number.value for match in words.TIMES.finditer(done) for number in find_numbers(match.group(1))]
    counts += [int(match) for match in re.findall(r"\b(\d)x\b", done)]
    counts += [dose.value for dose in find_dose_numbers(done)]
    if words.ONCE.search(done) and not words.NOT_ONCE.search(done):
        counts.append(1)
    if words.COMPLETE.search(done):
        counts.append(2)
    return max(counts) if counts else None


def _doses(parts: list[_Part], day: date) -> Facts:
    facts: Facts = {}
    for part in parts:
        told, wanted = _told(part.text)
        plain = words.COVID_SHOT.sub("vaksin", normalise(told))
        brands = brands_in(told)
        if OTHER_SHOT.search(plain) or not (brands or words.VACCINATED.search(plain)):
            continue
        never = re.search(
            r"\b(?:belum|tidak (?=pernah|sama))\s?(?:(?:pernah|sama sekali) )?(?:di)?(?:vaksin|suntik)\w*\b"
            r"(?!\s*(?:ke|dosis|booster|lengkap|\d|dua|kedua|ketiga))",
            plain,
        )
        if never:
            facts.setdefault("doses_received", 0)
            continue
        days = set(past_days(told, day)) if not words.COVID.search(plain) else set()
        count = _dose_count(plain)
        further = max((dose.value for dose in find_dose_numbers(wanted)), default=0)
        if not (words.RECEIVED.search(plain) or words.TIMES.search(plain) or days or 0 < (count or 0) < further):
            continue
        if count is not None and 0 < count <= FACTS["doses_received"].most:
            facts["doses_received"] = max(min(count, MOST_DOSES), facts.get("doses_received", 0))
        if len(days) == 1:
            facts["last_dose_on"] = max(days.pop().isoformat(), facts.get("last_dose_on", ""))
        if len(brands) == 1:
            facts["last_vaccine"] = next(iter(brands))
    return facts


def mentioned(text: str, day: date) -> Mentioned:
    """Who a message of ``day`` is about, and the facts told in it, as JSON keeps them.

    >>> mentioned("ibu saya 67 th darah tinggi, boleh?", date(2023, 2, 15))
    Mentioned(whom='mother', facts={'age': 67, 'sex': 'P', 'comorbidity': ['hypertension']}, several=False)
    """
    if not split_words(text):
        return Mentioned(None)
    relations = [relation for relation in find_relations(text) if relation.value != "self"]
    whom: RelationName | None = relations[0].value if relations else None
    if whom is None and any(relation.value == "self" for relation in find_relations(text)):
        whom = "self"
    parts = _parts(text)
    facts: Facts = _age(text, day, relations[0].end if relations else 0)
    facts |= _sex(text, whom)
    facts |= _pregnancy(parts, day)
    facts |= _health(parts, day)
    facts |= _measured(text)
    facts |= _comorbidities(parts)
    facts |= _condition(parts, "comorbidity" in facts)
    facts |= _doses(parts, day)
    if facts.get("pregnant") and "hypertension" in facts.get("comorbidity", []):
        # What the question about pre-eclampsia asks first.
        facts["preeclampsia"] = True
    return Mentioned(whom, _possible(facts, day), len({relation.value for relation in relations}) > 1)


_ONE_PERSON = re.compile(
    r"\b(?:saya|sy|aku|ak|aq|gue|gw|kulo|kula|kita|kami|dia|beliau|me|my|i|adikku|\w{3,}ku)\b", re.IGNORECASE
)
_STATE = any_of(
    "lagi, sedang, sekarang, baru, habis, setelah, sudah, pernah, punya, kena, belum, kemarin, tadi, lalu, besok, nanti, rutin, minum"
)
_SUBJECT = any_of(
    r"siapa, syarat, usia, umur, batas\w*, minimal, kriteria, komorbid, lansia, anak, remaja, balita, bayi, penyakit, alergi, difabel, hamil, penyintas,"
    r"kanker"
)


def asks_in_general(text: str, told: Mentioned) -> bool:
    """Whether a message asks about people of a kind ("ibu hamil boleh vaksin?"), not about one: nobody is named, and
    nothing is told of what somebody has now, has had, or how old they are."""
    plain = normalise(text)
    if told.whom or _ONE_PERSON.search(text) or _STATE.search(plain) or re.search(r"\d", text):
        return False
    return bool(_SUBJECT.search(plain)) or bool(told.facts)


def _possible(facts: Facts, day: date) -> dict[str, Any]:
    """Without a value that no fact can have, however it was misread."""
    kept: dict[str, Any] = {}
    for name, value in facts.items():
        try:
            read = FACTS[name].read(value)
        except ValueError:
            continue
        if not isinstance(read, date) or read <= day:
            kept[name] = value
    return kept
