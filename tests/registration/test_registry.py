"""People are registered once, places are held by the database, and nobody sees another's data."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.doses.tables import Dose
from siaga.people.tables import Consent, ContactPerson, Person
from siaga.registration import tables
from siaga.registration.people import person_by_nik
from siaga.registration.registry import AlreadyRegistered, LocalRegistry, SessionFull
from siaga.registration.ticket import find_code
from tests.registration.given import NOW, SURABAYA, WONOKROMO, contact, facility, held, nik, submission


def count(session: Session, table: type) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def booked(session: Session, session_id: int) -> int:
    return session.execute(select(tables.Session.booked).where(tables.Session.id == session_id)).scalar_one()


# ---------------------------------------------------------------- registering
def test_a_registration_makes_a_ticket(database: str) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session))
        answers = {"doses_received": 1, "last_dose_on": "2021-08-01", "last_vaccine": "sinovac"}
        ticket = LocalRegistry(session).register(submission(key, place, answers=answers))
        assert ticket.code == find_code(ticket.code or "")
        assert (ticket.person_name, ticket.masked_nik) == ("Warga Uji 001", "3578********9101")
        assert (ticket.facility, ticket.address, ticket.vaccine) == ("Puskesmas Uji uji-1", "Alamat contoh", "sinovac")
        assert ticket.starts_at is not None and ticket.zone_letters == "WIB"
        assert (ticket.starts_at.hour, ticket.starts_at.utcoffset()) == (8, timedelta(hours=7))
        assert ticket.status == "confirmed"
        assert ticket.appointment is not None
        assert (ticket.appointment.status, ticket.appointment.is_sample) == ("booked", True)
    with transaction() as session:
        assert booked(session, place) == 1
        registration = session.execute(select(tables.Registration)).scalar_one()
        assert (registration.answers, registration.outcome) == (answers, "eligible")
        consent = session.execute(select(Consent)).scalar_one()
        assert (consent.purpose, consent.version, consent.message_id) == ("registration", "2026-11", "wamid.1")
        dose = session.execute(select(Dose)).scalar_one()
        assert (dose.number, dose.vaccine, dose.given_on) == (1, "sinovac", date(2021, 8, 1))


def test_times_are_those_of_the_place(database: str) -> None:
    with transaction() as session:
        jayapura = facility(session, regency_code="91.71", district_code=None)
        place = held(session, jayapura, starts_at=datetime(2026, 11, 23, 23, 0, tzinfo=timezone.utc))
        ticket = LocalRegistry(session).register(submission(contact(session), place))
        assert ticket.starts_at is not None and ticket.zone_letters == "WIT"
        assert (ticket.starts_at.day, ticket.starts_at.hour) == (24, 8)


def test_without_a_session_there_is_no_appointment(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        registry = LocalRegistry(session)
        postponed = {"outcome": "postpone", "postponed_until": date(2027, 1, 5)}
        ticket = registry.register(submission(key, None, **postponed))
        assert (ticket.code, ticket.appointment, ticket.status) == (None, None, "confirmed")
        assert count(session, tables.Appointment) == 0
        found = registry.find(nik(1), NOW)
        assert found is not None and found.appointment is None


def test_who_was_postponed_can_register_again_with_a_session(database: str) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session))
        registry = LocalRegistry(session)
        registry.register(submission(key, None))
        ticket = registry.register(submission(key, place, message_id="wamid.again"))
        assert ticket.code is not None
        assert [person.appointment is not None for person in registry.mine(key, NOW)] == [True]
        assert count(session, Person) == 1


def test_the_same_message_again_changes_nothing(database: str) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session))
        first = LocalRegistry(session).register(submission(key, place))
    with transaction() as session:
        assert LocalRegistry(session).register(submission(key, place)) == first
        assert LocalRegistry(session).ticket_of("wamid.1") == first
        assert LocalRegistry(session).ticket_of("wamid.2") is None
        assert booked(session, place) == 1
        made = (tables.Registration, tables.Appointment, Person, ContactPerson, Consent)
        assert [count(session, table) for table in made] == [1, 1, 1, 1, 1]


def test_a_second_appointment_is_refused_and_the_transaction_lives(database: str) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session))
        registry = LocalRegistry(session)
        ticket = registry.register(submission(key, place))
        with pytest.raises(AlreadyRegistered) as refused:
            registry.register(submission(key, place, message_id="wamid.again"))
        registered = refused.value.registered
        assert registered.appointment is not None and registered.appointment.code == ticket.code
        assert registered.name is None
        assert booked(session, place) == 1
        assert count(session, tables.Registration) == 1


def test_a_full_or_past_session_is_refused_and_nothing_is_written(database: str) -> None:
    with transaction() as session:
        key, at = contact(session), facility(session)
        full = held(session, at, quota=0)
        begun = held(session, at, starts_at=NOW - timedelta(minutes=1))
        for gone in (full, begun, 999_999):
            with pytest.raises(SessionFull):
                LocalRegistry(session).register(submission(key, gone))
        assert [count(session, table) for table in (Person, tables.Registration, Consent)] == [0, 0, 0]


def test_an_appointment_that_is_over_holds_nobody_back(database: str) -> None:
    with transaction() as session:
        key, at = contact(session), facility(session)
        registry = LocalRegistry(session)
        registry.register(submission(key, held(session, at)))
        later = NOW + timedelta(days=40)
        assert registry.mine(key, later)[0].appointment is None
        second = held(session, at, starts_at=later + timedelta(days=1))
        ticket = registry.register(submission(key, second, message_id="wamid.later", at=later))
        assert ticket.code is not None
        states = session.execute(select(tables.Appointment.status).order_by(tables.Appointment.id)).scalars()
        assert list(states) == ["lapsed", "booked"]


def test_a_birth_date_that_is_not_the_niks_waits_for_the_card(database: str) -> None:
    with transaction() as session:
        place = held(session, facility(session))
        odd = submission(contact(session), place, birth_date=date(1955, 8, 2), birth_date_matches_nik=False)
        ticket = LocalRegistry(session).register(odd)
        assert (ticket.status, ticket.code is None) == ("waiting_validation", False)


# ---------------------------------------------------------------- who sees what
def test_a_contact_sees_its_people_and_others_see_masks(database: str) -> None:
    with transaction() as session:
        mine, other = contact(session, 1), contact(session, 2)
        place = held(session, facility(session))
        registry = LocalRegistry(session)
        registry.register(submission(mine, place, 1))
        registry.register(submission(mine, place, 2, relation="mother"))
        people = registry.mine(mine, NOW)
        assert people[0].ticket() == registry.ticket_of("wamid.1")
        assert [(person.name, person.relation) for person in people] == [
            ("Warga Uji 001", "self"),
            ("Warga Uji 002", "mother"),
        ]
        assert registry.mine(other, NOW) == []
        found = registry.find(nik(1), NOW)
        assert found is not None
        assert (found.name, found.masked_name, found.masked_nik) == (None, "W**** U** 0**", "3578********9101")
        assert registry.find(nik(3), NOW) is None


def test_a_stranger_who_knows_a_nik_changes_nothing_and_learns_nothing(database: str) -> None:
    with transaction() as session:
        owner, stranger = contact(session, 1), contact(session, 2)
        place = held(session, facility(session))
        registry = LocalRegistry(session)
        registry.register(submission(owner, None, answers={"doses_received": 2}))
        theirs = submission(stranger, place, name="Warga Uji 999", message_id="wamid.stranger")
        ticket = registry.register(theirs)
        assert (ticket.person_name, ticket.status) == ("Warga Uji 999", "confirmed"), "as for a NIK that nobody has"
        assert [person.name for person in registry.mine(stranger, NOW)] == ["Warga Uji 999"]
        assert [person.name for person in registry.mine(owner, NOW)] == ["Warga Uji 001"]
        on_file = session.execute(select(Person.name, Person.disputed).order_by(Person.id)).all()
        assert [tuple(row) for row in on_file] == [("Warga Uji 001", False), ("Warga Uji 999", True)]
        assert count(session, ContactPerson) == 2
        assert count(session, Dose) == 2
        assert person_by_nik(session, nik(1)) == registry.mine(owner, NOW)[0].person_id


def test_a_second_member_of_the_family_who_knows_name_and_birth_date_joins(database: str) -> None:
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        place = held(session, facility(session))
        registry = LocalRegistry(session)
        registry.register(submission(first, None))
        again = submission(second, place, name="warga uji 001", relation="father", message_id="wamid.second")
        ticket = registry.register(again)
        assert ticket.status == "confirmed"
        assert registry.mine(first, NOW)[0].appointment == registry.mine(second, NOW)[0].appointment is not None


def test_stored_rows_hold_no_personal_data_in_clear(database: str) -> None:
    with transaction() as session:
        owner, stranger = contact(session, 1), contact(session, 2)
        place = held(session, facility(session))
        registry = LocalRegistry(session)
        registry.register(submission(owner, None, answers={"pregnant": True}))
        registry.register(submission(stranger, place, name="Warga Uji 999", message_id="wamid.2"))
    with transaction() as session:
        secrets = [b"Warga", nik(1).encode(), nik(1)[-10:].encode(), b"1954-08", b"pregnant", b"628000000001"]
        for table in tables.Base.metadata.sorted_tables:
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                stored = b"|".join(
                    bytes(value) if isinstance(value, memoryview) else str(value).encode() for value in row
                )
                assert not any(secret in stored for secret in secrets), table.name


def test_a_submission_shows_no_personal_data(database: str) -> None:
    shown = repr(submission("key", 7))
    assert "Warga" not in shown and nik(1) not in shown and "1954" not in shown


# ---------------------------------------------------------------- cancelling
def test_cancelling_frees_the_place_once(database: str) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session), quota=1)
        registry = LocalRegistry(session)
        code = registry.register(submission(key, place)).code
        assert code is not None
        for _ in range(2):
            cancelled = registry.cancel(key, code, "wamid.cancel", NOW)
            assert cancelled is not None and (cancelled.code, cancelled.status) == (code, "cancelled")
            assert booked(session, place) == 0
        still = registry.mine(key, NOW)[0]
        assert (still.status, still.appointment) == ("confirmed", None)
        rebooked = registry.register(submission(key, place, message_id="wamid.rebooked"))
        assert rebooked.code not in (None, code)


def test_only_those_who_look_after_a_person_cancel(database: str) -> None:
    with transaction() as session:
        owner, stranger = contact(session, 1), contact(session, 2)
        place = held(session, facility(session))
        registry = LocalRegistry(session)
        code = registry.register(submission(owner, place)).code
        assert code is not None
        assert registry.cancel(stranger, code, "wamid.cancel", NOW) is None
        assert registry.cancel(owner, "SG-0000-00", "wamid.cancel", NOW) is None
        assert booked(session, place) == 1


# ---------------------------------------------------------------- places and sessions
def test_places_come_district_first_then_regency_then_near_in_the_province(database: str) -> None:
    with transaction() as session:
        places = {
            "banyuwangi": {"regency_code": "35.10", "district_code": "35.10.16", "lat": -8.21, "lon": 114.37},
            "sidoarjo": {"regency_code": "35.15", "district_code": "35.15.18", "lat": -7.35, "lon": 112.73},
            "gubeng": {"district_code": "35.78.08", "lat": -7.27, "lon": 112.75},
            "wonokromo": {},
            "bandung": {"regency_code": "32.73", "district_code": None, "lat": -6.9, "lon": 107.6},
            "full": {},
        }
        for code, differs in places.items():
            held(session, facility(session, code, **differs), quota=0 if code == "full" else 5)
        registry = LocalRegistry(session)

        def named(district: str | None = None, point: tuple[float, float] | None = None) -> list[str]:
            offered = registry.facilities(SURABAYA, district, point, now=NOW)
            return [place.name.removeprefix("Puskesmas Uji ") for place in offered]

        assert named(WONOKROMO) == ["wonokromo", "gubeng", "sidoarjo", "banyuwangi"]
        assert named("35.78.08") == ["gubeng", "wonokromo", "sidoarjo", "banyuwangi"]
        assert named(None, (-7.271, 112.751)) == ["gubeng", "wonokromo", "sidoarjo", "banyuwangi"]
        assert [place.km for place in registry.facilities(SURABAYA, now=NOW)] == [None] * 4
        nearest = registry.facilities(SURABAYA, None, (-7.271, 112.751), now=NOW, limit=1)
        assert len(nearest) == 1 and nearest[0].km is not None and nearest[0].km < 1
        assert (nearest[0].free, nearest[0].is_sample, nearest[0].next_at.tzname()) == (5, True, "WIB")
        assert (nearest[0].district_name, "Surabaya" in nearest[0].regency_name) == ("Gubeng", True)
        # A regency without places of its own still gets the province's.
        assert len(registry.facilities("35.01", now=NOW)) == 4
        assert registry.facilities(SURABAYA, now=NOW + timedelta(days=2)) == []


def test_sessions_are_those_to_come_with_places_left(database: str) -> None:
    with transaction() as session:
        at = facility(session)
        held(session, at, starts_at=NOW - timedelta(hours=1))
        held(session, at, quota=0)
        later = held(session, at, starts_at=NOW + timedelta(days=3))
        sooner = held(session, at, starts_at=NOW + timedelta(days=2), quota=1)
        registry = LocalRegistry(session)
        offered = registry.sessions(at, NOW)
        assert [offer.id for offer in offered] == [sooner, later]
        assert (offered[0].free, offered[0].zone_letters, offered[0].starts_at.hour) == (1, "WIB", 10)
        registry.register(submission(contact(session), sooner))
        assert [offer.id for offer in registry.sessions(at, NOW, 1)] == [later]
