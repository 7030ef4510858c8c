"""Doses told are kept, corrected by a later telling, and give way to what a registry knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.doses import Kept, KnownDose, record_known, record_told
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


def stored(session: Session) -> list[tuple[int, str | None, date | None, str, str | None]]:
    query = select(Dose.number, Dose.vaccine, Dose.given_on, Dose.source, Dose.place).order_by(Dose.number)
    return [tuple(row) for row in session.execute(query)]


def test_a_known_dose_replaces_what_was_told_and_says_where_it_differs(database: str) -> None:
    with transaction() as session:
        who = person(session)
        record_told(session, who, 1, last_on=date(2021, 8, 1), last_vaccine="sinovac")
        kept = record_known(session, who, KnownDose(1, "pfizer", date(2021, 8, 1), "Puskesmas Uji"), "import")
        assert kept == Kept(True, differs_from_told=("vaccine",))
        assert stored(session) == [(1, "pfizer", date(2021, 8, 1), "import", "Puskesmas Uji")]
        record_told(session, who, 1, last_vaccine="sinovac")
        assert stored(session)[0][1] == "pfizer"


def test_the_same_source_may_correct_itself_and_the_same_again_changes_nothing(database: str) -> None:
    with transaction() as session:
        who = person(session)
        dose = KnownDose(1, "pfizer", date(2021, 8, 1))
        assert record_known(session, who, dose, "import") == Kept(True)
        assert record_known(session, who, dose, "import") == Kept(False)
        assert record_known(session, who, KnownDose(1, "pfizer", date(2021, 8, 2)), "import") == Kept(True)
        assert stored(session)[0][2] == date(2021, 8, 2)


def test_official_sources_do_not_overrule_each_other_but_complete_each_other(database: str) -> None:
    with transaction() as session:
        who = person(session)
        record_known(session, who, KnownDose(1, "pfizer", date(2021, 8, 1)), "registry")
        kept = record_known(session, who, KnownDose(1, "moderna", date(2021, 8, 1), "Puskesmas Uji"), "import")
        assert kept == Kept(True, conflicts=("vaccine",))
        assert stored(session) == [(1, "pfizer", date(2021, 8, 1), "registry", "Puskesmas Uji")]


def test_what_a_registry_leaves_open_is_kept_as_told(database: str) -> None:
    with transaction() as session:
        who = person(session)
        record_told(session, who, 1, last_on=date(2021, 8, 1), last_vaccine="sinovac")
        record_known(session, who, KnownDose(1, None, date(2021, 8, 2), outside_id="imm-1"), "registry")
        assert stored(session) == [(1, "sinovac", date(2021, 8, 2), "registry", None)]


def test_two_who_tell_at_once_leave_whole_doses(database: str) -> None:
    with transaction() as session:
        who = person(session)
    barrier = Barrier(2)

    def tell(received: int) -> None:
        barrier.wait()
        with transaction() as session:
            record_told(session, who, received, last_on=date(2022, 1, received), last_vaccine="sinovac")

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(tell, (2, 3)))
    with transaction() as session:
        numbers = [number for number, *_ in stored(session)]
        assert numbers in ([1, 2], [1, 2, 3])
