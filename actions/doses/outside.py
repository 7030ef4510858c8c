"""Doses that another registry knows of, kept with ours before they are told."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from siaga.doses import KnownDose, record_known
from siaga.people.tables import Person
from siaga.registration.believed import may_have_doses
from siaga.registration.gateways import is_outside, known_doses

MOST_DOSES = 9
"""A number above is a mistake of the registry's."""


def learn_outside(session: Session, person_id: int) -> Literal["nothing_to_ask", "asked", "unavailable"]:
    """Ask another registry, where there is one, for a person's doses, and keep what it knows.

    Nobody is asked about somebody whose data are doubtful: who only knows a NIK must not learn its doses. It blocks for
    ``registry_lookup_seconds`` at most.
    """
    if not is_outside() or not may_have_doses(session, person_id):
        return "nothing_to_ask"
    person = session.get(Person, person_id)
    found = known_doses(person.nik) if person else []
    if found is None:
        return "unavailable"
    for one in found:
        if 1 <= one.number <= MOST_DOSES:
            dose = KnownDose(one.number, one.vaccine, one.given_on, one.place, one.batch, one.outside_id)
            record_known(session, person_id, dose, "registry")
    return "asked"
