"""Synthetic persons for scenarios: ``{nik}`` and ``{lahir}`` in a text, the same person throughout one scenario.

* ``{nik}``, ``{nik2}``, …: the NIK of the first, second, … person;
* ``{nik:tahun=1954,jk=P}``: born that year, a woman (``L``, a man, otherwise); once in a scenario is enough;
* ``{lahir}``, ``{lahir2}``, …: that person's birth date, ``11-08-1970``.

A NIK has a real district of Surabaya, a date that exists, and a serial from 9000 on, which is set aside for tests.
Without ``tahun`` the person is an adult well below 60, so that what is asked does not depend on chance.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta

REGENCY = "3578"
DISTRICTS = range(1, 32)
SERIALS = range(9000, 10000)
YEARS = range(1972, 1996)
"""Of birth, when nothing is asked for."""

_PLACEHOLDER = re.compile(r"\{(nik|lahir)(\d*)(?::([^{}]*))?\}")
_LOOKS_LIKE_ONE = re.compile(r"\{(?:nik|lahir)[^{}]*\}?")


class PersonUnclear(ValueError):
    """A placeholder that cannot be understood, or that contradicts another."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a person."""

    year: int | None = None
    sex: str | None = None


@dataclass(frozen=True)
class SyntheticPerson:
    nik: str
    born: date


def _read_options(options: str, placeholder: str) -> Wanted:
    year: int | None = None
    sex: str | None = None
    for option in options.split(","):
        key, _, value = (part.strip() for part in option.partition("="))
        if key == "tahun" and re.fullmatch(r"(19|20)\d\d", value):
            year = int(value)
        elif key == "jk" and value.upper() in ("L", "P"):
            sex = value.upper()
        else:
            raise PersonUnclear(f"{placeholder}: after the colon stand tahun=1954 and jk=P, with a comma between")
    return Wanted(year, sex)


def wanted_in(texts: list[str]) -> dict[str, Wanted]:
    """The persons that some texts speak of, by number (``""`` for the first).

    Raises:
        PersonUnclear: a placeholder of ours that is misspelt, or two that want different things of one person.
    """
    wanted: dict[str, Wanted] = {}
    for text in texts:
        rest = _PLACEHOLDER.sub("", text)
        misspelt = _LOOKS_LIKE_ONE.search(rest)
        if misspelt:
            raise PersonUnclear(f"{misspelt[0]} is not understood; write {{nik}}, {{nik2}} or {{nik:tahun=1954,jk=P}}")
        for found in _PLACEHOLDER.finditer(text):
            number = "" if found[2] in ("", "1") else found[2]
            asked = _read_options(found[3], found[0]) if found[3] is not None else Wanted()
            before = wanted.setdefault(number, asked)
            if asked not in (before, Wanted()):
                if before != Wanted():
                    raise PersonUnclear(f"{found[0]} wants another person than an earlier placeholder of the same name")
                wanted[number] = asked
    return wanted


def make(wanted: Wanted, chance: random.Random) -> SyntheticPerson:
    """A person as wanted; two calls hardly ever give the same NIK (one chance in many millions)."""
    year = wanted.year if wanted.year is not None else chance.choice(YEARS)
    born = date(year, 1, 1) + timedelta(days=chance.randrange(365))
    day = born.day + (40 if wanted.sex == "P" else 0)
    district = chance.choice(DISTRICTS)
    serial = chance.choice(SERIALS)
    return SyntheticPerson(f"{REGENCY}{district:02d}{day:02d}{born:%m%y}{serial}", born)


def fill_in(text: str, persons: dict[str, SyntheticPerson]) -> str:
    """The text with its placeholders replaced; braces that are not ours stay."""

    def value(found: re.Match[str]) -> str:
        person = persons["" if found[2] in ("", "1") else found[2]]
        return person.nik if found[1] == "nik" else f"{person.born:%d-%m-%Y}"

    return _PLACEHOLDER.sub(value, text)
