"""Doses told are kept, corrected by a later telling, and give way to what a registry knows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.doses import record_told
from siaga.doses.tables import Dose
from siaga.people.tables import Person


def person(session: Session) -> int:
    made = Person(
        nik="3578011708549001",
        nik_index=b"x" * 32,
        name="Warga Uji 001",
        birth_date="1954-08-17",
        sex="L",
        regency_code="35.78",
    )
    session.add(made)
    session.flush()
    return made.id


def doses(session: Session) -> list[tuple[int, str | None, date | None, str]]:
    query = select(Dose.number, Dose.vaccine, Dose.given_on, Dose.source).order_by(Dose.number)
    return [tuple(row) for row in session.execute(query)]


def test_day_and_vaccine_belong_to_the_last_dose(database: str) -> None:
    with transaction() as session:
        who = person(session)
        record_told(session, who, 2, last_on=date(2021, 8, 1), last_vaccine="sinovac")
        assert doses(session) == [(1, None, None, "told"), (2, "sinovac", date(2021, 8, 1), "told")]


def test_a_third_dose_leaves_what_was_told_of_the_second(database: str) -> None:
    with transaction() as session:
        who = person(session)
        record_told(session, who, 2, last_on=date(2021, 8, 1), last_vaccine="sinovac")
        record_told(session, who, 3, last_on=date(2022, 3, 1), last_vaccine="moderna")
        assert doses(session)[1:] == [
            (2, "sinovac", date(2021, 8, 1), "told"),
            (3, "moderna", date(2022, 3, 1), "told"),
        ]


def test_a_correction_takes_doses_back(database: str) -> None:
    with transaction() as session:
        who = person(session)
        record_told(session, who, 2)
        record_told(session, who, 0)
        assert doses(session) == []


def test_what_a_registry_knows_stays(database: str) -> None:
    with transaction() as session:
        who = person(session)
        session.add(Dose(person_id=who, number=1, vaccine="pfizer", given_on=date(2021, 7, 1), source="registry"))
        session.flush()
        record_told(session, who, 1, last_vaccine="sinovac")
        record_told(session, who, 0)
        assert doses(session) == [(1, "pfizer", date(2021, 7, 1), "registry")]
