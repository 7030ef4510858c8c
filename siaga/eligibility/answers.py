"""Reading what a citizen types when a health question is asked: pure functions from text to facts.

A reader gives what was surely said, the asked fact first; a hedge, a riddle or another subject is nothing, and the
question is asked again. When in doubt between two, the more careful one is taken. Values are as JSON keeps them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from siaga.eligibility import words
from siaga.eligibility.assess import Ask
from siaga.eligibility.facts import FACTS, MOST_WEEKS, VACCINES
from siaga.people.ages import age_on
from siaga.people.spans import Span
from siaga.rulefiles.facts import FactError
from siaga.text import pregnancy
from siaga.text.ages import read_age
from siaga.text.dates import ANY_DAY, FoundDate, find_dates, read_birth_date
from siaga.text.durations import find_durations
from siaga.text.normalise import normalise
from siaga.text.numbers import find_numbers
from siaga.text.pregnancy import weeks_in
from siaga.text.statements import NOT, said
from siaga.text.vaccines import find_brands, find_dose_numbers, tells_only_doses
from siaga.text.yesno import answers_yes_no, read_yes_no

MOST_DOSES = 4
"""Told as "4 kali atau lebih"."""
Facts = dict[str, Any]


def clauses_of(plain: str) -> list[str]:
    """The statements of a normalised text: what one denies, the next does not."""
    return [clause.strip() for clause in words.BREAK.split(plain) if clause.strip()]


def _last_day(found: FoundDate, day: date) -> date | None:
    """The last day that the words can mean: waiting a little too long does no harm."""
    if found.value is None:
        return None
    value = found.value
    if found.precision == "month":
        value = value.replace(day=monthrange(value.year, value.month)[1])
    elif found.precision == "year":
        value = date(value.year, 12, 31)
    if value > day and found.precision != "day":
        value = day if found.value <= day else value
    return value if value <= day else None


# "maret tahun lalu", "tahun lalu bulan maret": the month counts, in that year.
_LAST_YEAR = re.compile(r"\b(?:tahun|thn|taun)\s+(?:yang\s+)?(?:lalu|kemarin|kmrn|kemaren|wingi)\b", re.IGNORECASE)
_YEAR_ONLY = re.compile(
    r"^\W*(?:sekitar|kira-?kira|akhir|awal|pertengahan|tahun|thn|pas)?\W*(20[12]\d)\W*$", re.IGNORECASE
)
# "maret" and "mei" are no other words here.
_MONTH = re.compile(
    r"\b(?:januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|oktober|november|nopember|desember)\b",
    re.IGNORECASE,
)
# "lebaran kemarin" was not yesterday, and the day of a feast is not worked out here.
_FEAST = re.compile(r"\b(?:lebaran|puasa|ramadh?an|natal|nyepi|imlek|idul\s*\w+)\b", re.IGNORECASE)


def past_days(text: str, day: date) -> list[date]:
    """The days before ``day`` that a text tells of, each the last that its words can mean."""
    if _FEAST.search(text):
        return []
    if year := _YEAR_ONLY.match(text):
        return [min(date(int(year[1]), 12, 31), day)] if int(year[1]) <= day.year else []
    last_year = _LAST_YEAR.search(text)
    # "2 tahun lalu" is no "tahun lalu".
    if last_year and not any(length.start < last_year.start() < length.end for length in find_durations(text)):
        others = (text[: last_year.start()] + " " + text[last_year.end() :]).strip()
        text = f"{others} {day.year - 1}" if others else f"tahun {day.year - 1}"
    found = find_dates(text, day, prefer="past")
    if not found and len(text.split()) <= 2:
        found = find_dates(f"bulan {text.strip()}", day, prefer="past")
    if not found and len(months := _MONTH.findall(text)) == 1:
        # "sembuh akhir oktober"
        found = find_dates(f"bulan {months[0]}", day, prefer="past")
    if found:
        return [value for each in found if (value := _last_day(each, day))]
    durations = find_durations(text)
    if len(durations) != 1:
        return []
    length = durations[0]
    if length.unit_days >= 30:
        whole, rest = divmod(length.days, 30) if length.unit_days == 30 else (length.days * 12 // 365, 0)
        # Counted back by the calendar, as "3 months ago" is counted forward.
        start = Span(-whole, "month").after(day) - timedelta(days=rest)
    else:
        start = day - timedelta(days=length.days)
    return [start]


def _date(name: str) -> Callable[[str, date], Facts]:
    def read(text: str, day: date) -> Facts:
        days = past_days(text, day)
        return {name: days[0].isoformat()} if len(set(days)) == 1 else {}

    return read


def _yes_no(name: str) -> Callable[[str, date], Facts]:
    def read(text: str, day: date) -> Facts:
        answer = answers_yes_no(text)
        return {} if answer is None else {name: answer}

    return read


def read_weeks(text: str, day: date) -> Facts:
    """How far a pregnancy is."""
    weeks = weeks_in(text)
    return {"pregnancy_weeks": weeks} if weeks is not None and weeks <= MOST_WEEKS else {}


def _read_pregnant(text: str, day: date) -> Facts:
    plain = normalise(text)
    if pregnancy.PLANNING.search(plain):
        return {}
    answer = read_yes_no(text)
    if any(said(pregnancy.PREGNANT, clause) for clause in clauses_of(plain)) or (
        answer is None and find_durations(text)
    ):
        return {"pregnant": True, **read_weeks(text, day)}
    if pregnancy.PREGNANT.search(plain) or pregnancy.NOT_PREGNANT.search(plain):
        return {"pregnant": False}
    if answer:
        return {"pregnant": True, **read_weeks(text, day)}
    return {} if answer is None else {"pregnant": False}


def _read_health(text: str, day: date) -> Facts:
    plain = normalise(text)
    clauses = clauses_of(plain)
    over = bool(words.OVER.search(plain)) and not words.NOT_OVER.search(plain)
    if any(said(words.COVID, clause) for clause in clauses):
        if not over and not any(said(words.HAD, clause) for clause in clauses):
            return {"health_now": "ill"}
        facts: Facts = {"health_now": "covid"}
        if over:
            # Only the day of recovery counts; "kena 2 minggu lalu" tells another.
            facts |= _date("covid_recovered_on")(text, day)
        return facts
    if not over and any(
        said(words.ILL, clause) or re.search(r"\b(?:tidak|kurang) (?:enak|sehat|fit)\b", clause) for clause in clauses
    ):
        return {"health_now": "ill"}
    if any(said(words.WELL, clause) for clause in clauses) or (over and words.ILL.search(plain)):
        return {"health_now": "well"}
    if words.ILL.search(plain) or words.COVID.search(plain) or read_yes_no(text) is False:
        return {"health_now": "well"} if "?" not in text else {}
    return {}


def _read_condition(text: str, day: date) -> Facts:
    plain = normalise(text)
    clauses = clauses_of(plain)
    if any(said(words.SUPPRESSED, clause) for clause in clauses):
        return {"condition": "immunosuppressed"}
    if any(said(words.SEVERE_ALLERGY, clause) for clause in clauses):
        return {"condition": "severe_allergy"}
    if any(said(words.ALLERGY, clause) for clause in clauses):
        severe = words.ALLERGY_IS_SEVERE.search(plain) and not words.ALLERGY_IS_MILD.search(plain)
        if severe or words.ONLY_ALLERGY.match(plain):
            return {"condition": "severe_allergy"}
        return {}
    if words.UNCONTROLLED.search(plain):
        return {"condition": "uncontrolled"}
    if any(said(words.DISEASE, clause) for clause in clauses):
        return {"condition": "none"} if words.CONTROLLED.search(plain) else {}
    if any(said(words.SURELY_CONTROLLED, clause) for clause in clauses):
        return {"condition": "none"}
    if "?" not in text and (read_yes_no(text) is False or NOT.search(plain) or words.WELL.search(plain)):
        return {"condition": "none"}
    return {}


# No answer, though "salah" is a no elsewhere.
_TAKES_BACK = re.compile(r"\b(?:salah|keliru|ralat|kleru|luput|lepat)\b", re.IGNORECASE)


def tells_doses(text: str) -> bool:
    """Whether a message speaks of doses: "udh 2x sinovac", "dosis 1 bulan lalu"."""
    return bool(
        find_brands(text) or find_dose_numbers(text) or words.TIMES.search(words.NOT_YET.sub(" ", normalise(text)))
    )


def _count(text: str) -> int | None:
    plain = normalise(text)
    done = words.NOT_YET.sub(" ", plain)
    counts = [number.value for match in words.TIMES.finditer(done) for number in find_numbers(match.group(1))]
    counts += [int(match) for match in re.findall(r"\b(\d)x\b", done)]
    counts += [dose.value for dose in find_dose_numbers(done)]
    if words.ONCE.search(done) and not words.NOT_ONCE.search(done):
        counts.append(1)
    if words.COMPLETE.search(done):
        counts.append(2)
    if counts:
        return max(counts)
    if (later := words.NOT_YET.search(plain)) and not words.FIRST.search(later.group()):
        # "belum booster": how many there were is not said by it.
        return None
    if (
        words.NEVER.search(plain)
        or (read_yes_no(text) is False and not _TAKES_BACK.search(plain))
        or words.NOT_YET_ALONE.fullmatch(plain)
    ):
        return 0
    taken = [(found.start, found.end) for found in find_dates(text, ANY_DAY)] + [
        (length.start, length.end) for length in find_durations(text)
    ]
    numbers = [
        number.value for number in find_numbers(text) if not any(start <= number.start < end for start, end in taken)
    ]
    return numbers[0] if len(numbers) == 1 else None


def brands_in(text: str) -> set[str]:
    """The brands named, as the rules call them; one that they do not tell apart is ``other``."""
    return {brand.value if brand.value in VACCINES else "other" for brand in find_brands(text)}


def _read_doses(text: str, day: date) -> Facts:
    count = _count(text)
    if count is None or count > FACTS["doses_received"].most:
        return {}
    facts: Facts = {"doses_received": min(count, MOST_DOSES)}
    if count and find_dates(text, day, prefer="past"):
        facts |= _date("last_dose_on")(text, day)
    brands = brands_in(text)
    if count and len(brands) == 1:
        facts["last_vaccine"] = brands.pop()
    return facts


def told_of_doses(text: str, day: date) -> Facts:
    """What a message tells of somebody's doses and of nothing else, where the day of the last was asked: "sinovac"."""
    if "?" in text or not tells_only_doses(text):
        return {}
    counted = _read_doses(text, day) if tells_doses(text) else {}
    facts = {**(counted if counted.get("doses_received") else {}), **_read_vaccine(text, day)}
    facts.pop("last_dose_on", None)
    return facts


def _read_vaccine(text: str, day: date) -> Facts:
    brands = brands_in(text)
    if len(brands) == 1:
        return {"last_vaccine": brands.pop()}
    return {"last_vaccine": "other"} if not brands and words.OTHER_VACCINE.search(normalise(text)) else {}


def _read_last_dose(text: str, day: date) -> Facts:
    facts = _date("last_dose_on")(text, day)
    return facts | _read_vaccine(text, day) if facts and find_brands(text) else facts


def _read_severity(text: str, day: date) -> Facts:
    plain = normalise(text)
    clauses = clauses_of(plain)
    if any(said(words.SEVERE, clause) for clause in clauses):
        return {"covid_severity": "severe"}
    if any(said(words.MILD, clause) for clause in clauses) or words.SEVERE.search(plain):
        return {"covid_severity": "mild"}
    return {}


def _read_frail(text: str, day: date) -> Facts:
    if tells_doses(text):
        return {}
    said = set(normalise(text).split())
    if said & words.MANY:
        return {"frail": True}
    answer = answers_yes_no(text)
    if answer is not False and said & words.FEW:
        return {"frail": False}
    return {} if answer is None else {"frail": answer}


def _read_age(text: str, day: date) -> Facts:
    born = read_birth_date(text, day)
    if born and born.candidates:
        return {"age": age_on(born.candidates[0], day)}
    age = read_age(text)
    return {} if age is None else {"age": age}


def _read_sex(text: str, day: date) -> Facts:
    plain = normalise(text)
    man, woman = words.MAN.search(plain), words.WOMAN.search(plain)
    return {} if bool(man) is bool(woman) else {"sex": "L" if man else "P"}


_READERS: dict[str, Callable[[str, date], Facts]] = {
    "age": _read_age,
    "sex": _read_sex,
    "doses_received": _read_doses,
    "last_dose_on": _read_last_dose,
    "last_vaccine": _read_vaccine,
    "pregnant": _read_pregnant,
    "pregnancy_weeks": read_weeks,
    "preeclampsia": _yes_no("preeclampsia"),
    "frail": _read_frail,
    "health_now": _read_health,
    "covid_recovered_on": _date("covid_recovered_on"),
    "covid_severity": _read_severity,
    "condition": _read_condition,
    "allergy_after_dose": _yes_no("allergy_after_dose"),
}


def _chosen(asked: Ask, text: str) -> Any:
    """The value of an option that was typed as its label."""
    wanted = text.strip(" .,!\n").casefold()
    return next((value for value, label in asked.options if label.casefold() == wanted), None)


def read_answers(asked: Ask | str, text: str, day: date) -> dict[str, Any]:
    """The facts in an answer typed on ``day``: the asked one, and what was told with it ("hamil 5 bulan", "2x, terakhir
    Maret 2022 Pfizer"). Empty if the asked one could not be read.

    Raises:
        FactError: nothing of that name can be asked.
    """
    name = asked if isinstance(asked, str) else asked.question_id
    if name not in _READERS:
        raise FactError(f"no question is called {name!r}; known are {', '.join(_READERS)}")
    if isinstance(asked, Ask) and (value := _chosen(asked, text)) is not None:
        return {name: value}
    facts = _READERS[name](text, day)
    return facts if name in facts else {}


def read_answer(asked: Ask | str, text: str, day: date) -> Any:
    """The asked fact in an answer typed on ``day``, as JSON keeps it (a date is ``"2022-03-31"``); None if unread."""
    return read_answers(asked, text, day).get(name_of(asked))


def name_of(asked: Ask | str) -> str:
    """The fact that a question is about."""
    return asked if isinstance(asked, str) else asked.question_id
