"""What a message tells of somebody's health without a question having been asked, and of whom.

A pure function from text to facts: "demam 3 hari sama anosmia, serumah ada yg positif". What is doubtful is left out,
and asked; of two readings the more careful one is taken.
"""

# ruff: noqa: E501 - patterns are read on one line

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from siaga.people.ages import age_on
from siaga.selfcheck import persons
from siaga.selfcheck.complaints import Complaints, breaths, complaints, danger, oxygen
from siaga.selfcheck.exposure import contact, tests
from siaga.text.ages import find_ages
from siaga.text.comorbidities import COMORBIDITIES, comorbidities_in
from siaga.text.dates import read_birth_date
from siaga.text.normalise import normalise
from siaga.text.numbers import find_numbers
from siaga.text.pregnancy import CARRYING, DELIVERED, PLANNING, PREGNANT, weeks_in
from siaga.text.relations import RelationName
from siaga.text.statements import any_of, said
from siaga.text.temperatures import HIGHEST, LOWEST, find_temperatures
from siaga.text.vaccines import find_dose_numbers
from siaga.text.words import split_words

Facts = dict[str, Any]
MOST_DOSES = 5
MOST_WEEKS = 42

_CARRIED_FOR = re.compile(
    r"\b(?:hamil|kandungan|kehamilan|mengandung|meteng|bumil|mbobot|janin)\W+(?:\w+\W*){0,5}", re.IGNORECASE
)
_STATEMENT = re.compile(r"[;!?\n]+|[,.]+(?!\d)|\b(?:tapi|tp|tetapi|namun|cuma|cuman)\b", re.IGNORECASE)
_BORN = re.compile(r"\b(?:lahir|lhr|born|ttl)\w*", re.IGNORECASE)
_AGE_THEN = re.compile(
    r"\b(?:sejak|dari|mulai|waktu|saat|ketika|pas|dulu)\s+(?:\w+\s+)?(?:umur|usia|umr)?\s*$", re.IGNORECASE
)
# "diabetes 10 tahun", "batuk 1 tahun" may tell how long.
_ILL_BEFORE = re.compile(
    r"\b(?:diabetes|diabet|asma|hipertensi|darah\s+tinggi|darting|stroke|jantung|ginjal|gula|epilepsi|maag|tbc|batuk|pusing|sakit\s+\w+|menikah|nikah|kerja)\s*$",
    re.IGNORECASE,
)
# "bapak 67 sesak": a number right after who it is, unless it might be a temperature.
_BARE_AGE = re.compile(
    r"^\W*(?:ibu|ibuk|bapak|bpk|ayah|mama|papa|mbah|simbah|nenek|kakek|eyang|oma|opa|anak|suami|istri|mertua|cucu|adik|adek|kakak)(?:ku|q)?\s+(?:saya\s+|sy\s+|aku\s+)?(?P<age>\d{1,2})(?![\w.,:/%-]|\s*(?:hari|hr|minggu|mgg|bulan|bln|kali|x|orang|org|jam|derajat|kg|cm|menit|%|persen|\d))",
    re.IGNORECASE,
)
# "35 laki2", "perempuan 28": beside one's sex a number is an age.
_SEX_WORD = r"(?:laki-?laki|laki2?|lk|pria|cowok?|cwo|perempuan|prempuan|pr|wanita|cewek?|cwe)"
_AGE_BESIDE_SEX = re.compile(
    rf"(?<![\w.,:/])(?P<before>\d{{1,2}})\s*(?:th|thn|tahun)?\W{{1,3}}{_SEX_WORD}\b|\b{_SEX_WORD}\W{{1,3}}(?:umur\s+)?(?P<after>\d{{1,2}})(?![\w.,:/%-])",
    re.IGNORECASE,
)
_MEN = any_of(
    r"suami\w*, swami, kakek\w*, kakung, yangkung, opa, akung, paman\w*, om, pakde, paklik, abang\w*, lanang, husband, cowok?, laki-?laki, laki2?, pria, bapak\w*, ayah\w*, papa\w*, abah, father, putra\w*"
)
_WOMEN = any_of(
    r"istri\w*, isteri\w*, bini\w*, wife, nenek\w*, uti, yangti, oma, tante\w*, bibi, bude, bulik, perempuan, wanita, cewek?, wedok, ibu\w*, bunda, mama\w*, emak\w*, mother, mom, putri\w*"
)
_SEX_OF = {"mother": "P", "father": "L"}
_OWN_SEX = any_of(r"perempuan, wanita, cewek?, laki-?laki, laki2?, pria, cowok?")
_VACCINATED = any_of(r"(?:di)?vaksin\w*, dosis\w*, booster\w*, (?:di)?suntik(?:an)?, jab")
_NEVER = re.compile(
    r"\b(?:belum|tidak) (?:pernah |sama sekali |sekali ?pun |sempat |mau )?(?:di)?(?:vaksin|suntik)\w*(?! (?:ke|dosis|booster|lengkap|\d|dua|kedua|ketiga))"
)
_NOT_YET = re.compile(
    r"\b(?:belum|tidak|bukan)\s+(?:\w+\s+){0,2}?(?:booster\S*(?:\s+(?:ke\s?)?(?:2|dua|kedua))?|dosis\s+\w+|vaksin\s+ke\S+|lengkap)"
)
_TIMES = re.compile(r"\b(\w+)\s*(?:kali|x)\b")
_OTHER_SHOT = any_of(
    r"(?:vaksin|suntik|imunisasi)\w* (?:\w+ )?(?:flu|influenza|tetanus|tt|hepatitis|hpv|rabies|campak|mr|polio|bcg|dpt|meningitis|kb|vitamin|insulin)"
)
_NO_ILLNESS = re.compile(
    r"\b(?:tidak|belum|tanpa) (?:\w+ ){0,2}?(?:komorbid\w*|penyakit (?:\w+ )?(?:bawaan|penyerta|kronis|lain|apa|apapun|apa-apa)|riwayat penyakit)"
)
_PERSON_ONLY = frozenset({"positive_test", "positive_days", "sex", "age", "exposure", "exposure_days"})


@dataclass(frozen=True)
class Mentioned:
    """Who is spoken of (None: nobody is named), what is told of them, and who else is spoken of, with what."""

    whom: RelationName | None
    facts: Facts = field(default_factory=dict)
    others: tuple[Mentioned, ...] = ()


def mentioned(text: str, day: date) -> Mentioned:
    """Who a message of ``day`` is about, and what is told of them, as JSON keeps it.

    >>> mentioned("anak saya 2 th panas 39,5 dari kemarin", date(2022, 2, 16)).facts["age"]
    2

    ``danger`` is there only if a danger sign is told, ``symptoms`` only if one is named (denied, it is not
    ``present``).
    """
    if not split_words(text):
        return Mentioned(None)
    told = persons.read(text)
    people = [Mentioned(passage.whom, facts_of(passage.text, passage.whom, day)) for passage in told.passages]
    with_facts = [person for person in people if person.facts.keys() - {"sex"} or person.whom not in (None, "self")]
    people = with_facts or people or [Mentioned(None)]
    if told.sources or told.met_at_home:
        # Met by whoever writes, unless only somebody else is spoken of.
        place = next((place for place, person in enumerate(people) if person.whom in (None, "self")), 0)
        people[place] = _with_contact(people[place], told)
    return Mentioned(people[0].whom, people[0].facts, tuple(people[1:]))


def as_contact(told: Mentioned) -> Mentioned:
    """The same, of somebody who tells of a contact: "suami saya positif" is then about the one who writes.

    Only where nothing but a test is told of the other: who is ill themselves is who it is about.
    """
    if told.whom in (None, "self") or not told.facts.get("positive_test") or told.facts.keys() - _PERSON_ONLY:
        return told
    facts: Facts = {"exposure": "close" if told.whom == "other" else "household"}
    return Mentioned(None, facts, told.others)


def facts_of(text: str, whom: RelationName | None, day: date) -> Facts:
    """What a passage tells of one person."""
    statements = [normalise(part.strip()) for part in _STATEMENT.split(text) if part and part.strip()]
    told = complaints(text, day)
    facts: Facts = {}
    if told.symptoms:
        facts["symptoms"] = told.symptoms
    if signs := danger(text, told.symptoms):
        facts["danger"] = signs
        if "breath" in signs and told.symptoms.get("breathlessness", {}).get("present"):
            # "sesak, ga kuat ngomong"
            told.symptoms["breathlessness"]["severity"] = "severe"
    facts |= _signs_of_few(statements)
    if nothing_more(statements):
        facts |= {"symptoms": told.symptoms, "symptoms_asked": True}
    facts |= _measured(text)
    facts |= _age(text, day)
    facts |= _sex(text, whom)
    facts |= _pregnancy(statements, text)
    facts |= _illnesses(statements)
    facts |= _contact_and_tests(text, told)
    facts |= vaccinated(statements)
    if facts.get("recovered") and any(each["present"] for each in told.symptoms.values()):
        # "sudah sembuh tapi masih batuk": who has symptoms is not over it.
        del facts["recovered"]
    return facts


def _with_contact(person: Mentioned, told: persons.Told) -> Mentioned:
    """The person, having met those who have it; how long ago they were tested says nothing about when."""
    known = person.facts.get("exposure")
    at_home = any(source.household for source in told.sources) or (told.met_at_home and known == "close")
    if at_home:
        return Mentioned(person.whom, {**person.facts, "exposure": "household"})
    if known is None and any(contact(source.text) == "close" for source in told.sources):
        return Mentioned(person.whom, {**person.facts, "exposure": "close"})
    # "tetangga positif": whether they have met is asked.
    return person


_CHILD_SIGNS = {
    "not_drinking": any_of(
        r"(?:tidak|susah|sulit|malas|menolak) (?:mau |bisa |kuat |lagi |sama sekali )*(?:minum|menyusu\w*|nyusu\w*|netek|nenen|menetek|mimik|asi|minum asi|minum susu)"
    ),
    "vomits_all": any_of(
        r"muntah\w* (?:terus|terus menerus|semua|semuanya|tiap|setiap)\w*, (?:semua|semuanya|apa saja|apapun|tiap) (?:\w+ ){0,4}?(?:dimuntahkan|dimuntahin|muntah|keluar lagi)"
    ),
    "fast_breath": any_of(r"(?:napas|nafas)(?:nya)? (?:\w+ ){0,2}?(?:cepat|memburu|ngos\w*|cekung)"),
    "limp": any_of(
        r"(?:sangat |amat )(?:lemas|lemes|lesu), (?:lemas|lemes|lesu|loyo|lunglai) (?:sekali|banget|terus), terkulai, (?:tidur|ngantuk) terus, (?:tidak|susah|sulit) (?:bisa )?(?:bangun|dibangunkan|dibangunin)"
    ),
    "dry": any_of(
        r"mata(?:nya)? cekung, ubun-?ubun\w* cekung, (?:tidak|belum|jarang) (?:ada )?(?:pipis|kencing|bak|buang air kecil), (?:menangis|nangis) (?:tidak ada|tanpa) air mata, dehidrasi"
    ),
}
_PREGNANT_SIGNS = {
    "vaginal_bleeding": any_of(
        r"(?:perdarahan|pendarahan), (?:keluar|ada) (?:\w+ )?(?:darah|flek|bercak), flek\w* (?:darah|banyak)?, darah dari (?:jalan lahir|vagina)"
    ),
    "headache_blurred": any_of(r"(?:pandangan|penglihatan|mata)(?:nya)? (?:\w+ )?(?:kabur|buram|gelap|berkunang\w*)"),
    "less_movement": any_of(
        r"(?:gerak\w*|bayi|janin)(?: (?:janin|bayi))?(?:nya)? (?:\w+ )?(?:berkurang|kurang|jarang|tidak (?:ada|terasa|gerak|bergerak)|berhenti), (?:tidak|jarang) (?:\w+ )?(?:gerak|bergerak)"
    ),
    "waters": any_of(r"ketuban, air ketuban, (?:keluar|rembes|merembes) (?:\w+ )?(?:air|cairan)"),
    "belly_pain": any_of(
        r"(?:perut|sakit perut|nyeri perut)(?:nya)? (?:\w+ )?(?:hebat|sekali|banget|parah|sakit sekali|sakit banget)"
    ),
    "swelling": any_of(r"bengkak (?:\w+ )?(?:muka|wajah|tangan), (?:muka|wajah|tangan)(?:nya)? (?:\w+ )?bengkak"),
}


def _signs_of_few(statements: list[str]) -> Facts:
    """Danger signs of a small child, and of a pregnant woman: the rules see to whom they matter."""
    facts: Facts = {}
    for name, signs in (("danger_child", _CHILD_SIGNS), ("danger_pregnant", _PREGNANT_SIGNS)):
        found = [
            sign
            for sign, pattern in signs.items()
            if any(
                not re.search(r"\b(?:tidak|belum)(?: ada| pernah)*\s*$", statement[: match.start()])
                for statement in statements
                for match in pattern.finditer(statement)
            )
        ]
        if found:
            facts[name] = found
    return facts


_NOTHING = re.compile(
    r"\b(?:tidak|belum|tanpa|ora|bebas) (?:ada |punya |merasa |merasakan |mengalami |muncul |bergejala )*(?:gejala|keluhan|bergejala)(?: (?:lain\w*|apa|apapun|apa-apa|sama sekali|lagi|sedikitpun|covid\S*))*(?= (?:kok|sih|ya|min|kak|dok|alhamdulillah|tapi|cuma|sekarang)|$)"
    r"|\b(?:selain|kecuali) itu (?:\w+ )?(?:tidak|aman|sehat)|\b(?:lainnya|yang lain) (?:tidak ada|aman|normal)\b"
)


def nothing_more(statements: list[str]) -> bool:
    """Whether it is said that there are no symptoms, or no others: "tanpa gejala", "ga ada keluhan lain"."""
    return any(_NOTHING.search(statement) for statement in statements)


def _measured(text: str) -> Facts:
    found = {"oxygen": oxygen(text), "breaths": breaths(text)}
    return {name: value for name, value in found.items() if value is not None}


def _age(text: str, day: date) -> Facts:
    if _BORN.search(text) and (born := read_birth_date(text, day)) and born.candidates:
        return {"age": age_on(born.candidates[0], day)}
    ages = [
        age
        for age in find_ages(text, day)
        if not _AGE_THEN.search(text[: age.start])
        and (not _ILL_BEFORE.search(text[: age.start]) or re.match(r"\s*(?:umur|usia)", text[age.end :]))
    ]
    if not ages and (bare := _BARE_AGE.search(text)) and not LOWEST <= int(bare["age"]) <= HIGHEST:
        return {"age": int(bare["age"])}
    if not ages and (years := _age_beside_sex(text)) is not None:
        return {"age": years}
    return {"age": ages[0].years} if len({age.years for age in ages}) == 1 else {}


def _age_beside_sex(text: str) -> int | None:
    """The number beside one's sex, unless it is a temperature."""
    hot = {place for one in find_temperatures(text) for place in range(one.start, one.end)}
    for beside in _AGE_BESIDE_SEX.finditer(text):
        group = "before" if beside["before"] else "after"
        if beside.start(group) not in hot:
            return int(beside[group])
    # One number may be taken by the pattern that the other stands beside.
    after = re.search(rf"\b{_SEX_WORD}\W{{1,3}}(\d{{1,2}})(?![\w.,:/%-])", text, re.IGNORECASE)
    return int(after[1]) if after and after.start(1) not in hot else None


def _sex(text: str, whom: RelationName | None) -> Facts:
    if whom in _SEX_OF:
        return {"sex": _SEX_OF[whom]}
    plain = text.lower()
    if whom in (None, "self") and not _OWN_SEX.search(plain):
        return {}
    found = {sex for sex, pattern in (("L", _MEN), ("P", _WOMEN)) if pattern.search(plain)}
    return {"sex": found.pop()} if len(found) == 1 else {}


def _pregnancy(statements: list[str], text: str) -> Facts:
    facts: Facts = {}
    for statement in statements:
        if said(DELIVERED, statement):
            facts = {"pregnant": False, "sex": "P"}
        elif PLANNING.search(statement):
            continue
        elif said(PREGNANT, statement) or CARRYING.search(statement):
            facts = {"pregnant": True, "sex": "P"}
            around = _CARRIED_FOR.search(text)
            weeks = weeks_in(around.group()) if around else None
            if weeks is not None and weeks <= MOST_WEEKS:
                facts["pregnancy_weeks"] = weeks
        elif PREGNANT.search(statement):
            facts.setdefault("pregnant", False)
    return facts


def _illnesses(statements: list[str]) -> Facts:
    found = comorbidities_in(statements)
    if found:
        return {"comorbidity": found}
    denied = any(_NO_ILLNESS.search(statement) for statement in statements)
    return (
        {"comorbidity": []}
        if denied
        and not any(said(pattern, statement) for pattern in COMORBIDITIES.values() for statement in statements)
        else {}
    )


def _contact_and_tests(text: str, told: Complaints) -> Facts:
    facts: Facts = tests(text)
    if facts.get("positive_test") and told.test_days is not None:
        facts["positive_days"] = told.test_days
    exposure = contact(text)
    if exposure is not None:
        facts["exposure"] = exposure
        if exposure != "none" and told.contact_days is not None:
            facts["exposure_days"] = told.contact_days
    return facts


def vaccinated(statements: list[str]) -> Facts:
    """How many doses a person has had; what is wished or not yet had does not count."""
    counts: list[int] = []
    for statement in statements:
        if _OTHER_SHOT.search(statement) or not _VACCINATED.search(statement):
            continue
        if _NEVER.search(statement):
            counts.append(0)
            continue
        if re.search(r"\b(?:mau|ingin|kapan|boleh|bisa|daftar|jadwal)\b", statement) and "sudah" not in statement:
            continue
        done = _NOT_YET.sub(" ", statement)
        told = [number.value for match in _TIMES.finditer(done) for number in find_numbers(match.group(1))]
        told += [int(match) for match in re.findall(r"\b(\d)x\b", done)]
        told += [dose.value for dose in find_dose_numbers(done)]
        if re.search(r"\b(?:sekali|sepisan)\b(?! (?:pun|lagi))", done) and "sama sekali" not in done:
            told.append(1)
        if re.search(r"\blengkap\b", done):
            told.append(2)
        counts += [count for count in told if 0 < count <= MOST_DOSES]
    return {"vaccinated": max(counts)} if counts else {}
