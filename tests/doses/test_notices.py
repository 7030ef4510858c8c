"""Those who look after a person are told when the next dose is due, and of nothing else."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.doses import KnownDose, plan_next, record_known, record_told
from siaga.people.contacts import contact_by_key
from siaga.people.tables import ContactPerson, Notice, Person
from siaga.registration import booking
from siaga.registration.people import nik_index
from tests.registration.given import NOW, contact, facility, held, nik, submission

TODAY = date(2026, 11, 22)


def person(session: Session, *keys: str, regency: str = "35.78", sees_name: bool = True) -> int:
    made = Person(
        nik=nik(1), nik_index=nik_index(nik(1)), name="Warga Uji 001", birth_date="1954-08-17", sex="L",
        regency_code=regency,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for key in keys:
        bond = {"contact_id": contact_by_key(session, key).id, "person_id": made.id, "relation": "self"}
        session.add(ContactPerson(**bond, sees_name=sees_name))
    session.flush()
    return int(made.id)


def notices(session: Session, status: str = "planned") -> list[Any]:
    query = select(Notice).where(Notice.status == status).order_by(Notice.contact_id)
    return list(session.execute(query.execution_options(populate_existing=True)).scalars())


def test_all_who_look_after_a_person_are_told_on_the_first_day_at_nine(database: str) -> None:
    with transaction() as session:
        who = person(session, contact(session, 1), contact(session, 2), regency="94.71")
        record_told(session, who, 1, last_on=TODAY, last_vaccine="sinovac", at=NOW)
        planned = notices(session)
        assert len(planned) == 2
        one = planned[0]
        # Nine in Jayapura, 28 days later.
        assert one.due_at == datetime(2026, 12, 20, 0, 0, tzinfo=timezone.utc)
        assert (one.kind, one.about, one.person_id, one.zone) == ("next_dose", f"dose:{who}", who, "Asia/Jayapura")
        assert one.values == {
            "nama": "Warga", "vaksin": "vaksin COVID-19", "dosis": "2", "mulai_tanggal": "20 Desember 2026",
        }  # fmt: skip
        assert one.until > one.due_at


def test_who_only_knows_a_nik_is_told_nothing(database: str) -> None:
    with transaction() as session:
        who = person(session, contact(session, 1), sees_name=False)
        record_told(session, who, 1, last_on=TODAY, last_vaccine="sinovac", at=NOW)
        assert notices(session) == []


def test_a_dose_that_is_due_already_is_not_told(database: str) -> None:
    with transaction() as session:
        who = person(session, contact(session))
        record_told(session, who, 1, last_on=TODAY - timedelta(days=28), last_vaccine="sinovac", at=NOW)
        assert notices(session) == []
        record_told(session, who, 1, last_on=TODAY - timedelta(days=27), last_vaccine="sinovac", at=NOW)
        assert len(notices(session)) == 1


def test_recording_the_dose_takes_the_notice_back_and_plans_the_next(database: str) -> None:
    with transaction() as session:
        who = person(session, contact(session))
        record_told(session, who, 1, last_on=TODAY - timedelta(days=1), last_vaccine="sinovac", at=NOW)
        record_known(session, who, KnownDose(2, "sinovac", TODAY), "import", at=NOW)
        planned = notices(session)
        assert [(one.values["dosis"], one.values["mulai_tanggal"]) for one in planned] == [("3", "22 Februari 2027")]
        record_known(session, who, KnownDose(3, "pfizer", TODAY), "import", at=NOW)
        record_known(session, who, KnownDose(4, "pfizer", TODAY), "import", at=NOW)
        assert notices(session) == [] and len(notices(session, "cancelled")) == 1


def test_the_same_again_changes_nothing(database: str) -> None:
    with transaction() as session:
        who = person(session, contact(session))
        for _ in range(2):
            record_told(session, who, 1, last_on=TODAY, last_vaccine="sinovac", at=NOW)
            assert plan_next(session, who, NOW) == date(2026, 12, 20)
        assert len(notices(session)) == 1


def test_what_cannot_be_worked_out_is_not_told(database: str) -> None:
    with transaction() as session:
        who = person(session, contact(session))
        record_told(session, who, 1, last_on=TODAY, last_vaccine="sinovac", at=NOW)
        record_told(session, who, 1, last_on=None, last_vaccine="sinovac", at=NOW)
        assert notices(session) == []


def test_booking_takes_it_back_and_giving_the_place_up_plans_it_again(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        answers = {"doses_received": 1, "last_dose_on": TODAY.isoformat(), "last_vaccine": "sinovac"}
        there = held(session, facility(session))
        ticket = booking.register(session, submission(key, there, answers=answers))
        assert [one for one in notices(session) if one.kind == "next_dose"] == []
        assert ticket.code
        booking.cancel(session, key, ticket.code, "wamid.cancel", NOW)
        assert [one.values["dosis"] for one in notices(session) if one.kind == "next_dose"] == ["2"]


def test_telling_of_a_dose_with_an_appointment_plans_nothing(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        booking.register(session, submission(key, held(session, facility(session))))
        who = session.execute(select(Person.id)).scalar_one()
        record_told(session, who, 1, last_on=TODAY, last_vaccine="sinovac", at=NOW)
        assert [one for one in notices(session) if one.kind == "next_dose"] == []
