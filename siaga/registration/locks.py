"""Who waits for whom when places are given, moved and given back.

All that changes who holds a place takes its locks in one order, so that nobody waits in a circle: the person (at most
one in a transaction), the waiting lists of facilities by id, the sessions by id, then the rest. They are held until
the transaction ends. Whoever only takes a place in a session needs its row alone, and takes that after the person.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siaga.people.tables import Person
from siaga.registration.people import nik_index
from siaga.registration.tables import Session as VaccinationSession

# The first of the two numbers of our advisory locks; the second is made from a NIK's blind index, or a facility's id.
_PERSONS = 3578
_WAITING_LISTS = 3579


def lock_nik(session: Session, nik: str) -> None:
    """Wait until nobody else registers, books, moves or cancels for this NIK."""
    _lock(session, _PERSONS, int.from_bytes(nik_index(nik)[:4], "big", signed=True))


def lock_person(session: Session, person_id: int) -> None:
    """``lock_nik`` for somebody on file.

    Raises:
        sqlalchemy.exc.NoResultFound: no such person.
    """
    index = session.execute(select(Person.nik_index).where(Person.id == person_id)).scalar_one()
    _lock(session, _PERSONS, int.from_bytes(bytes(index)[:4], "big", signed=True))


def lock_waiting_lists(session: Session, facility_ids: Iterable[int]) -> None:
    """Wait until nobody else offers, takes or gives back a place of these facilities' waiting lists."""
    for facility_id in sorted(set(facility_ids)):
        _lock(session, _WAITING_LISTS, facility_id % 2**31)


def lock_sessions(session: Session, session_ids: Iterable[int]) -> None:
    """Wait until the numbers of free places in these sessions stand still."""
    wanted = sorted(set(session_ids))
    if wanted:
        session.execute(
            select(VaccinationSession.id)
            .where(VaccinationSession.id.in_(wanted))
            .order_by(VaccinationSession.id)
            .with_for_update()
        ).all()


def _lock(session: Session, space: int, key: int) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": space, "key": key})
