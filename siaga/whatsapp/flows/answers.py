"""Checking what is filled in, screen by screen, with the functions that read the chat's answers: pure functions.

Each takes what a screen sent and gives what ``siaga.registration.forms`` keeps of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from siaga.places import regions
from siaga.places.search import read_residence
from siaga.privacy import mask_nik
from siaga.registration.answers import name_inside, read_name
from siaga.registration.nik import NikProblem, birth_dates, read_nik
from siaga.text.dates import BirthDate, read_birth_date
from siaga.text.nik import LENGTH
from siaga.whatsapp.flows.words import said

Answers = dict[str, Any]

BENEFICIARIES = {
    "self": "Saya sendiri",
    "mother": "Ibu saya",
    "father": "Bapak saya",
    "spouse": "Suami/istri saya",
    "child": "Anak saya",
    "grandparent": "Kakek/nenek saya",
    "sibling": "Saudara saya",
    "other": "Keluarga lainnya",
}
# No answer is longer; more of it is not looked at.
LONGEST = 200
# As many as WhatsApp shows in a list.
MOST_PLACES = 200


class Wrong(Exception):
    """Something filled in that cannot be taken; ``words`` tell the citizen why. ``doubted``: see ``identity``."""

    def __init__(self, words: str, *, doubted: str | None = None) -> None:
        super().__init__("an answer of a form cannot be taken")
        self.words = words
        self.doubted = doubted


def beneficiary(given: Mapping[str, Any]) -> Answers:
    """For whom: a key of ``BENEFICIARIES``.

    Raises:
        Wrong: something else.
    """
    chosen = _text(given, "beneficiary")
    if chosen not in BENEFICIARIES:
        raise Wrong(said("utter_beneficiary_unreadable"))
    return {"beneficiary": chosen}


def identity(
    given: Mapping[str, Any], today: date, *, doubted: str | None, is_registered: Callable[[str, str, date], bool]
) -> Answers:
    """The NIK, the birth date in the citizen's words, and the name.

    A birth date that the NIK does not show is asked about once; ``doubted`` is the one (ISO) that was. Who stands by
    it is believed, and the desk at the place compares it with the card. ``is_registered`` is asked about NIK, name and
    birth date, when all three can be read.

    Raises:
        Wrong: the first of the three that cannot be taken.
    """
    nik = _nik(_text(given, "nik"))
    possible = birth_dates(read_nik(nik), today)
    born, matches = _birth_date(_text(given, "birth_date"), today, possible, doubted)
    written = _text(given, "name")
    name = name_inside(written) or read_name(written)
    if name is None:
        raise Wrong(f"{said('utter_full_name_unreadable')} {said('utter_example_full_name')}")
    if is_registered(nik, name, born):
        raise Wrong(said("utter_form_already_registered", nik=mask_nik(nik)))
    return {"nik": nik, "birth_date": born.isoformat(), "birth_date_matches": matches, "name": name, "doubted": None}


def _nik(written: str) -> str:
    try:
        return read_nik(written).number
    except NikProblem as problem:
        kind: str = problem.kind
        if kind == "length":
            kind = "length_short" if problem.digits < LENGTH else "length_long"
        raise Wrong(said(f"utter_nik_{kind}", digits=problem.digits)) from None


def _birth_date(written: str, today: date, possible: list[date], doubted: str | None) -> tuple[date, bool]:
    read = read_birth_date(written, today) or BirthDate(())
    if read.problem == "future":
        raise Wrong(said("utter_birth_date_future"))
    if not read.candidates:
        raise Wrong(f"{said('utter_birth_date_unreadable')} {said('utter_example_birth_date')}")
    fitting = [day for day in read.candidates if day in possible]
    if fitting:
        return fitting[0], True
    other = read.candidates[0]
    if doubted == other.isoformat():
        return other, False
    words = said("utter_form_birth_date_mismatch", date=long_date(other), nik_date=long_date(possible[0]))
    raise Wrong(words, doubted=other.isoformat())


def places(given: Mapping[str, Any]) -> list[str]:
    """The codes that a written place may mean: one district, or several districts to choose from.

    A kabupaten/kota alone stands for all its districts, and, last, for itself: not everybody knows theirs.

    Raises:
        Wrong: no place, a province, or too many.
    """
    read = read_residence(_text(given, "place"))
    codes = [match.code for match in read.districts]
    if not codes:
        for match in read.regencies:
            codes += [*regions.districts(match.code), match.code]
    if not codes and read.provinces:
        raise Wrong(said("utter_residence_province", province=read.provinces[0].name))
    if not codes or len(codes) > MOST_PLACES:
        raise Wrong(f"{said('utter_residence_unreadable')} {said('utter_form_example_residence')}")
    return list(dict.fromkeys(codes))


def residence(code: str) -> Answers:
    """The regency and district that a code stands for; the district is None for a code of a regency.

    Raises:
        Wrong: a code of neither.
    """
    known = bool(code) and regions.name(code) is not None
    if known and regions.level(code) == "district":
        return {"regency": regions.parent(code), "district": code}
    if known and regions.level(code) == "regency":
        return {"regency": code, "district": None}
    raise Wrong(said("utter_choice_unreadable"))


def place_options(codes: list[str]) -> list[dict[str, str]]:
    """Codes as options of a list."""
    return [_place_option(code) for code in codes]


def _place_option(code: str) -> dict[str, str]:
    own = regions.short_name(code) or code
    if regions.level(code) == "regency":
        return {"id": code, "title": "Belum tahu kecamatannya", "description": own}
    return {"id": code, "title": own[:30], "description": regions.short_name(regions.parent(code) or code) or ""}


def summary(answers: Mapping[str, Any]) -> str:
    """One line an answer, for the person to check; the NIK is masked."""
    born = long_date(date.fromisoformat(answers["birth_date"]))
    lines = [
        f"Untuk: {BENEFICIARIES[answers['beneficiary']]}",
        f"NIK: {mask_nik(answers['nik'])}",
        f"Nama: {answers['name']}",
        f"Lahir: {born}" + ("" if answers["birth_date_matches"] else " (dicocokkan petugas)"),
        f"Tinggal: {regions.full_name(answers['district'] or answers['regency'])}",
    ]
    return "\n".join(lines)


def long_date(day: date) -> str:
    """``17 Agustus 1954``."""
    return format_date(day, "d MMMM y", locale="id")


def _text(given: Mapping[str, Any], name: str) -> str:
    """What was filled in; a field that WhatsApp takes for a number is text, too."""
    value = given.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value[:LONGEST].strip() if isinstance(value, str) else ""
