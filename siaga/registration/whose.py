"""Whom of the people registered from a contact a message names: "jadwal ibu saya", "yang bapak", "Warga Uji 002"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from siaga.registration.answers import read_beneficiary
from siaga.registration.records import Registered
from siaga.text.relations import find_relations

_NAME_LETTERS = 3
_WORD = re.compile(r"[^\W_]+")


def named(people: Sequence[Registered], text: str) -> list[Registered]:
    """The people that a text names, by name or by what they are to the contact; none if it names nobody."""
    by_name = _by_name(people, text)
    if by_name:
        return by_name
    relations = {found.value for found in find_relations(text)}
    if not relations and (said := read_beneficiary(text)):
        relations = {said}  # type: ignore[arg-type]
    return [person for person in people if person.relation in relations]


def _by_name(people: Sequence[Registered], text: str) -> list[Registered]:
    """Those of whose names most words stand in the text, and enough to tell them from the others."""
    said = set(_WORD.findall(text.casefold()))
    names = {person.person_id: _words(person) for person in people}
    shared = {word for word in said if sum(word in words for words in names.values()) > 1}
    telling = {
        person.person_id: {word for word in names[person.person_id] & said if word not in shared} for person in people
    }
    return [person for person in people if telling[person.person_id]]


def _words(person: Registered) -> set[str]:
    words = _WORD.findall((person.name or "").casefold())
    return {word for word in words if len(word) >= _NAME_LETTERS and "•" not in (person.name or "")}
