"""Reading a message as the answer to one question about somebody's doses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from actions.conversation import Message
from actions.doses.form import AGE, DATE, FORGOTTEN, KNOWN, NUMBER, PERSON, REGISTERED, VACCINE, Form
from actions.forms.reading import Reading, Unread, is_short
from actions.wording import WHO
from siaga.doses import forgot, read_age, read_day, read_number, read_told, read_vaccine
from siaga.registration.answers import read_beneficiary

Reader = Callable[[Form, Message], Reading | None]


def read_person(form: Form, message: Message) -> Reading | None:
    relation = read_beneficiary(message.text)
    if relation is None:
        return None
    return Reading(person_of(form, relation), strong=is_short(message))


def person_of(form: Form, relation: str) -> str:
    """The registered person of this relation, if there is just one; else the relation itself."""
    found = [one for one in form.people if one.relation == relation]
    return f"{REGISTERED}{found[0].id}" if len(found) == 1 else relation


def read_dose_number(form: Form, message: Message) -> Reading | None:
    number = read_number(message.text)
    if number is None:
        return None
    told = read_told(message.text, message.today)
    along: dict[str, Any] = {"vaccine": told.vaccine, "last_on": told.last_on.isoformat() if told.last_on else None}
    draft = {name: value for name, value in along.items() if value is not None}
    return Reading(KNOWN, draft={"received": number, "implied": False, **draft}, strong=_strong(message))


def read_dose_vaccine(form: Form, message: Message) -> Reading | None:
    vaccine = read_vaccine(message.text)
    return Reading(KNOWN, draft={"vaccine": vaccine}, strong=_strong(message)) if vaccine else None


def read_dose_date(form: Form, message: Message) -> Reading | None:
    told = read_told(message.text, message.today)
    if told.late_days is not None:
        return Reading(KNOWN, draft={"late_days": told.late_days}, strong=_strong(message))
    found = read_day(message.text, message.today) or told.last_on
    if found is not None:
        return take_date(found, strong=_strong(message))
    return Reading(KNOWN, strong=_strong(message), end=FORGOTTEN) if forgot(message.text) else None


def take_date(day: date, strong: bool = True) -> Reading:
    return Reading(KNOWN, draft={"last_on": day.isoformat(), "late_days": None}, strong=strong)


def read_dose_age(form: Form, message: Message) -> Reading | None:
    age = read_age(message.text, message.today)
    return None if age is None else Reading(KNOWN, draft={"age": age}, strong=_strong(message))


def _strong(message: Message) -> bool:
    return "?" not in message.text


READERS: dict[str, Reader] = {
    PERSON: read_person,
    NUMBER: read_dose_number,
    VACCINE: read_dose_vaccine,
    DATE: read_dose_date,
    AGE: read_dose_age,
}


def _chosen_person(form: Form, value: str) -> Reading:
    if value.startswith(REGISTERED):
        if not any(f"{REGISTERED}{one.id}" == value for one in form.people):
            raise Unread("utter_choice_unreadable")
    elif value not in WHO and value != "other":
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


def _chosen_number(form: Form, value: str) -> Reading:
    return Reading(KNOWN, draft={"received": int(value), "implied": False}, strong=True)


def _chosen_date(form: Form, value: str) -> Reading:
    return Reading(KNOWN, strong=True, end=FORGOTTEN)


CHOSEN: dict[str, Callable[[Form, str], Reading]] = {
    PERSON: _chosen_person,
    NUMBER: _chosen_number,
    VACCINE: lambda form, value: Reading(KNOWN, draft={"vaccine": value}, strong=True),
    DATE: _chosen_date,
}

UNREADABLE = {
    PERSON: "utter_beneficiary_unreadable",
    NUMBER: "utter_dose_number_unreadable",
    VACCINE: "utter_dose_vaccine_unreadable",
    DATE: "utter_dose_date_unreadable",
    AGE: "utter_dose_age_unreadable",
}
