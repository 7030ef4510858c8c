"""Consent taken back: what was done with it ends, for this contact and these people only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from siaga import details
from siaga.db import transaction
from siaga.doses import plan_next, record_told
from siaga.people import drafts
from siaga.people.tables import Consent, Notice
from siaga.registration import booking, waiting
from siaga.registration.consent import agreed_before
from siaga.registration.people import registered_by
from siaga.registration.tables import Appointment, Registration, RegistryWrite, Waiting
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.withdrawing import Withdrawn, persons_with_consent, withdraw
from tests.registration.given import NOW, contact, facility, held, nik, submission

LATER = NOW + timedelta(minutes=10)


class Given:
    """One contact with two persons: the first with an appointment in a session of one place."""

    def __init__(self) -> None:
        with transaction() as session:
            self.key = contact(session)
            place = facility(session)
            self.place, self.session = place, held(session, place, quota=1)
            booking.register(session, submission(self.key, self.session, 1))
            booking.register(session, submission(self.key, None, 2, relation="mother"))
            self.first, self.second = (one.person_id for one in registered_by(session, self.key, NOW))

    def withdraw(self, *people: int, message: str = "wamid.cabut", at: Any = LATER) -> Withdrawn:
        with transaction() as session:
            return withdraw(session, self.key, people, at, message_id=message)

    def agreed(self) -> list[int]:
        with transaction() as session:
            return [one.person.person_id for one in persons_with_consent(session, self.key, LATER)]


@pytest.fixture
def given(database: str) -> Given:
    return Given()


def scalar(query: Any) -> Any:
    with transaction() as session:
        return session.execute(query).scalar_one()


def booked(session_id: int) -> int:
    return int(scalar(select(VaccinationSession.booked).where(VaccinationSession.id == session_id)))


def test_registrations_end_and_the_place_goes_back(given: Given) -> None:
    assert given.agreed() == [given.first, given.second]
    assert given.withdraw(given.first) == Withdrawn(persons=1, appointments=1)
    assert given.agreed() == [given.second]
    assert booked(given.session) == 0
    with transaction() as session:
        assert [one.person_id for one in registered_by(session, given.key, LATER)] == [given.second]
        own = select(Consent.withdrawn_at).where(Consent.person_id == given.first)
        assert session.execute(own).scalars().all() == [LATER]
    assert scalar(select(func.count()).where(Notice.status == "planned", Notice.person_id == given.first)) == 0


def test_the_same_message_again_changes_nothing_and_says_the_same(given: Given) -> None:
    once = given.withdraw(given.first, given.second)
    assert once == Withdrawn(persons=2, appointments=1)
    assert given.withdraw(given.first, given.second) == once
    assert given.withdraw(given.first, message="wamid.lain", at=LATER + timedelta(hours=1)) == Withdrawn(0, 0)
    assert booked(given.session) == 0


def test_who_waits_next_is_offered_the_place(given: Given) -> None:
    with transaction() as session:
        other = contact(session, 2)
        booking.register(session, submission(other, None, 3))
        third = registered_by(session, other, NOW)[0].person_id
        waiting.join(session, given.key, given.second, given.place, "wamid.antre", NOW)
        waiting.join(session, other, third, given.place, "wamid.antre-lain", NOW)
    # Both leave: the place is not offered to the one who leaves, too, though they came first.
    assert given.withdraw(given.first, given.second).appointments == 1
    with transaction() as session:
        found = dict(session.execute(select(Waiting.person_id, Waiting.status)).all())
    assert found == {given.second: "left", third: "offered"}
    assert booked(given.session) == 1


def test_what_was_told_for_planning_what_is_unsent_and_what_is_on_its_way_go(given: Given) -> None:
    with transaction() as session:
        for person in (given.first, given.second):
            details.keep(session, person, {"work": "farmer"}, version="1", message_id="wamid.d", at=NOW)
        ids = session.execute(select(Registration.id, Registration.person_id)).all()
        for registration_id, person in ids:
            session.add(
                RegistryWrite(key=f"registration:{registration_id}", kind="registration", person_id=person, payload={})
            )
        drafts.save(session, given.key, "registration_form", {"nik": nik(1)})
        drafts.save(session, given.key, "details_form", {"person": given.second})
        drafts.save(session, given.key, "selfcheck_form", {"answers": {}})
    given.withdraw(given.first)
    with transaction() as session:
        assert details.told_by(session, [given.first, given.second]) == {
            given.first: {},
            given.second: {"work": "farmer"},
        }
        assert session.execute(select(RegistryWrite.person_id)).scalars().all() == [given.second]
        assert not drafts.load(session, given.key, "registration_form"), "of who is not to be known any more"
        assert drafts.load(session, given.key, "details_form"), "of somebody else"


def test_another_contacts_registration_of_the_same_person_stays(given: Given) -> None:
    with transaction() as session:
        other = contact(session, 2)
        registration = submission(other, None, 2, message_id="wamid.lain", relation="self")
        booking.register(session, registration)
    given.withdraw(given.second)
    with transaction() as session:
        assert [one.person_id for one in registered_by(session, other, LATER)] == [given.second]
        assert [one.person.person_id for one in persons_with_consent(session, other, LATER)] == [given.second]


def test_nobody_elses_consent_can_be_taken_back(given: Given) -> None:
    with transaction() as session:
        other = contact(session, 2)
        assert withdraw(session, other, [given.first], LATER, message_id="wamid.x") == Withdrawn(0, 0)
        assert withdraw(session, "nobody", [given.first], LATER, message_id="wamid.x") == Withdrawn(0, 0)
    assert given.agreed() == [given.first, given.second]


def test_an_appointment_that_is_over_is_not_cancelled(given: Given) -> None:
    after = NOW + timedelta(days=3)
    assert given.withdraw(given.first, at=after) == Withdrawn(persons=1, appointments=0)
    assert scalar(select(Appointment.status)) == "lapsed"


def test_who_registers_again_is_asked_again(given: Given) -> None:
    with transaction() as session:
        assert agreed_before(session, given.key)
    given.withdraw(given.first)
    with transaction() as session:
        assert not agreed_before(session, given.key), "although the consent for the other stands"
        anew = submission(given.key, None, 1, message_id="wamid.lagi", consented_at=LATER + timedelta(days=1))
        booking.register(session, anew)
        assert agreed_before(session, given.key)
    assert given.agreed() == [given.second, given.first]


def test_nothing_more_is_planned_to_be_told_about_them(given: Given) -> None:
    due = select(func.count()).where(Notice.kind == "next_dose", Notice.status == "planned")

    def planned() -> int:
        with transaction() as session:
            plan_next(session, given.second, NOW)
        return int(scalar(due))

    with transaction() as session:
        record_told(session, given.second, 1, last_on=NOW.date(), last_vaccine="sinovac", at=NOW)
    assert planned() == 1
    given.withdraw(given.second)
    assert int(scalar(due)) == 0
    assert planned() == 0, "although the contact still looks after them"
