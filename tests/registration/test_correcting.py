"""Data that staff correct by somebody's card: on file, believed, and told to who waits for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.doses import KnownDose, record_known
from siaga.doses.tables import Dose
from siaga.people.contacts import contact_by_key
from siaga.people.names import name_birth_index
from siaga.people.tables import ContactPerson, Notice, Person
from siaga.registration import correcting
from siaga.registration.people import registered_by
from siaga.registration.validation import validate_waiting
from tests.registration.given import NOW, contact
from tests.registration.test_validation import BORN, TODAY, on_list, register, rows, told

pytestmark = pytest.mark.usefixtures("database")


def corrected(key: str, name: str = "Warga Uji 001", born: date = BORN) -> correcting.Correction:
    with transaction() as session:
        contact_id = contact_by_key(session, key).id
        person_id = session.scalars(select(ContactPerson.person_id).where(ContactPerson.contact_id == contact_id)).one()
        return correcting.correct(
            session, person_id, name, born, contact_id=contact_id, actor="sari", at=NOW, today=TODAY
        )


def refused(name: str = "Warga Uji 009") -> str:
    with transaction() as session:
        on_list(session)
        key = contact(session)
        register(session, key, name=name)
        validate_waiting(session, NOW + timedelta(days=4000), 10, give_up=timedelta(days=3))
    return key


def test_a_refused_registration_is_confirmed_and_its_contact_told() -> None:
    key = refused()
    made = corrected(key)
    assert made == correcting.Correction(("name",), (), 1)
    with transaction() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.validated_by, person.validated_at) == ("Warga Uji 001", "staff", NOW)
        assert bytes(person.name_birth_index) == name_birth_index("Warga Uji 001", BORN)
        (mine,) = registered_by(session, key, NOW)
        assert (mine.status, mine.refused_for) == ("confirmed", None)
        assert told(session)[-1] == ("validated", {"nama": "Warga Uji 001"})
        assert session.scalars(select(Notice.status).where(Notice.kind == "not_validated")).all() == ["cancelled"]
        noted = session.scalars(select(Audit).where(Audit.action == "person.correct")).one()
        assert noted.detail == {"person": person.id, "fields": ["name"], "confirmed": 1}


def test_who_brings_the_card_of_somebody_known_by_another_name_has_the_nik_from_then_on() -> None:
    with transaction() as session:
        first, other, third = (contact(session, number) for number in (1, 2, 3))
        register(session, first, name="Orang Lain")
        register(session, third, name="Orang Ketiga", message_id="wamid.3")
        assert register(session, other, relation="father", message_id="wamid.2", name="Warga Uji") == "confirmed"
        known = KnownDose(1, "sinovac", date(2021, 3, 5))
        record_known(session, session.scalars(select(Person.id).where(~Person.disputed)).one(), known, "import")
    corrected(other, "Warga Uji 001")
    with transaction() as session:
        (mine,) = registered_by(session, other, NOW)
        assert (mine.name, mine.relation, mine.status) == ("Warga Uji 001", "father", "confirmed")
        assert rows(session) == [("Orang Lain", True), ("Orang Ketiga", True), ("Warga Uji 001", False)]
        (dose,) = session.scalars(select(Dose)).all()
        assert (dose.person_id, dose.source) == (mine.person_id, "import"), "what is officially known is of the NIK"
        for key, name in ((first, "Orang Lain"), (third, "Orang Ketiga")):
            (theirs,) = registered_by(session, key, NOW)
            assert (theirs.name, theirs.status) == (name, "confirmed"), "whose card it is not is told nothing"
        assert told(session) == []


def test_what_the_official_list_has_otherwise_is_told_without_its_values() -> None:
    key = refused()
    made = corrected(key, "Warga Uji 123", date(1954, 8, 2))
    assert (made.fields, made.differs) == (("name", "birth_date"), ("name", "birth_date"))


@pytest.mark.parametrize(
    ("name", "born"),
    [("  ", BORN), ("123", BORN), ("a" * 101, BORN), ("Warga", date(1899, 1, 1)), ("Warga", date(2999, 1, 1))],
)
def test_what_is_no_name_or_birth_date_changes_nothing(name: str, born: date) -> None:
    key = refused()
    with pytest.raises(ValueError):
        corrected(key, name, born)
    with transaction() as session:
        assert session.scalars(select(Person.name)).one() == "Warga Uji 009"


def test_nobody_is_corrected_who_is_not_there() -> None:
    with pytest.raises(correcting.UnknownPerson), transaction() as session:
        correcting.correct(session, 1, "Warga", BORN, contact_id=None, actor="sari", at=NOW, today=TODAY)
