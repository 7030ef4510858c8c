"""Who has not written for a year, and has nothing here, is erased; whoever has something, or is at it, stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.doses.tables import Dose
from siaga.handoffs.tables import HandOff
from siaga.people.tables import Contact, ContactPerson, DataRequest, Notice, Person, Task
from siaga.radar.tables import RadarSubscription
from siaga.registration.people import nik_index
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Appointment, Registration
from siaga.reports.tables import Report
from siaga.retention import unused
from siaga.retention.planning import plan
from siaga.retention.sweeping import sweep
from siaga.retention.taking import drop_contact, erase_contact
from siaga.rights.tables import Erasure
from siaga.selfcheck.tables import Monitoring
from siaga.settings import settings
from siaga.turns import outbox, trackers
from siaga.turns.messages import Draft
from siaga.turns.tables import InboundMessage, OutboundMessage, TrackerRow
from tests.registration import given
from tests.registration.given import facility, held, nik, submission

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)
YEAR = 365 * DAY
LONG_AGO = NOW - YEAR - DAY


def _contact(session: Session, number: int = 1, heard: datetime = LONG_AGO, **values: Any) -> Contact:
    """A contact who last wrote then, with a conversation."""
    key = given.contact(session, number)
    row = session.execute(select(Contact).where(Contact.key == key)).scalar_one()
    row.created_at, row.last_message_at = heard, heard
    for name, value in values.items():
        setattr(row, name, value)
    trackers.write(session, key, [{"event": "action", "name": "action_listen"}], version=0)
    session.flush()
    return row


def _swept(rule: str, now: datetime = NOW) -> int:
    """How many a rule takes, which is what the plan said."""
    (planned,) = [one.rows for one in plan(now) if one.rule.name == rule]
    done = sweep(now)
    assert done is not None and done[rule] == planned
    return planned


def _left(table: Any) -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


# ---------------------------------------------------------------------- contacts
def test_who_is_just_too_old_is_erased_whole_and_noted(database: str) -> None:
    with transaction() as session:
        _contact(session, 1, NOW - YEAR - timedelta(minutes=1))
        _contact(session, 2, NOW - YEAR + timedelta(minutes=1))
    assert _swept("contacts") == 1
    assert (_left(Contact), _left(TrackerRow)) == (1, 1)
    with transaction() as session:
        assert session.scalars(select(Erasure.by)).all() == ["rule"]
        assert session.scalars(select(Audit.action)).all() == ["person.erase"]
    assert _swept("contacts") == 0


def test_who_never_wrote_counts_from_when_they_were_made(database: str) -> None:
    with transaction() as session:
        _contact(session, 1, last_message_at=None)
        _contact(session, 2, NOW - 300 * DAY, last_message_at=None)
    assert _swept("contacts") == 1


@pytest.mark.parametrize("days", [0, 30])
def test_a_setting_says_after_how_long_and_whether_at_all(
    database: str, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(settings(), "contact_days", days)
    with transaction() as session:
        _contact(session, 1, NOW - 31 * DAY)
        _contact(session, 2, NOW - 3000 * DAY)
    assert _swept("contacts") == (2 if days else 0)


def _notice(contact_id: int) -> Notice:
    soon = NOW + DAY
    return Notice(contact_id=contact_id, kind="x", about="x", values={}, zone="Asia/Jakarta", due_at=soon, until=soon)


def _received(contact_id: int, status: str, at: datetime) -> InboundMessage:
    return InboundMessage(key="k", contact_id=contact_id, at=at, received_at=at, kind="text", status=status)


KEEPING: dict[str, Callable[[int], Any]] = {
    "message that waits": lambda c: _received(c, "waiting", LONG_AGO),
    "message that was given up": lambda c: _received(c, "parked", NOW - 20 * DAY),
    "message of today": lambda c: _received(c, "done", NOW),
    "task": lambda c: Task(kind="callback", contact_id=c, data={}, caused_by="m"),
    "report": lambda c: Report(code="LP-1", contact_id=c, kind="other", what="x", message_id="m", status="seen"),
    "hand-off": lambda c: HandOff(
        contact_id=c, reason="asked", caused_by="m", opened_at=LONG_AGO, waiting_since=LONG_AGO
    ),
    "monitoring": lambda c: Monitoring(
        contact_id=c, who="self", started_at=LONG_AGO, until=NOW, hour=7, zone="Asia/Jakarta", message_id="m"
    ),
    "subscription": lambda c: RadarSubscription(
        contact_id=c, region_code="35.78", disease="covid19", created_at=LONG_AGO, message_id="m"
    ),
    "notice": _notice,
    "request": lambda c: DataRequest(contact_id=c, kind="see", number="DS-1", caused_by="m", asked_at=LONG_AGO),
}


@pytest.mark.parametrize("what", KEEPING)
def test_nobody_goes_with_whom_something_is_open(database: str, what: str) -> None:
    with transaction() as session:
        session.add(KEEPING[what](_contact(session).id))
    assert _swept("contacts") == 0
    assert _left(Contact) == 1


def test_nobody_goes_to_whom_something_is_on_its_way(database: str) -> None:
    with transaction() as session:
        outbox.put_all(session, _contact(session).id, [Draft({"type": "text"})])
    assert _swept("contacts") == 0
    with transaction() as session:
        session.execute(update(OutboundMessage).values(status="failed"))
    assert _swept("contacts") == 1


def test_what_is_over_keeps_nobody(database: str) -> None:
    with transaction() as session:
        owner = _contact(session).id
        session.add(Task(kind="x", contact_id=owner, data={}, caused_by="t", status="done", done_at=NOW))
        session.add(Report(code="LP-1", contact_id=owner, kind="other", what="x", message_id="r", status="closed"))
        notice = _notice(owner)
        notice.status = "sent"
        session.add(notice)
    assert _swept("contacts") == 1


def test_whom_a_row_keeps_that_goes_now_is_the_next_sweeps(database: str) -> None:
    with transaction() as session:
        open_still = KEEPING["monitoring"](_contact(session).id)
        open_still.until = NOW - 91 * DAY
        session.add(open_still)
    assert [_swept("contacts"), _swept("contacts")] == [0, 1]


# ---------------------------------------------------------------------- who is registered or vaccinated
def _register(session: Session, number: int = 1, at: datetime = LONG_AGO) -> int:
    """The id of a person whom this contact has registered long ago, with a place."""
    contact = _contact(session, number)
    place = held(session, facility(session, f"uji-{number}"))
    LocalRegistry(session).register(submission(contact.key, place, number))
    session.execute(
        update(Registration).where(Registration.contact_id == contact.id).values(created_at=at, updated_at=at)
    )
    person_id = session.scalar(select(Registration.person_id).where(Registration.contact_id == contact.id))
    session.execute(update(Appointment).where(Appointment.person_id == person_id).values(created_at=at))
    session.execute(
        update(given.tables.Session).where(given.tables.Session.id == place).values(starts_at=at, ends_at=at)
    )
    session.execute(update(Notice).values(status="sent", until=at))
    session.execute(update(Person).values(created_at=at))
    return int(person_id)


def test_who_is_registered_stays_unless_the_programme_says_for_how_long(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        _register(session)
    assert _swept("contacts") == 0
    assert _swept("registered", NOW + 3000 * DAY) == 0
    monkeypatch.setattr(settings(), "person_days", 365)
    assert _swept("registered") == 1
    assert (_left(Contact), _left(Person), _left(Registration)) == (0, 0, 0)


@pytest.mark.parametrize("young", ["registration", "appointment", "session", "dose", "message"])
def test_any_activity_keeps_who_is_registered(database: str, monkeypatch: pytest.MonkeyPatch, young: str) -> None:
    monkeypatch.setattr(settings(), "person_days", 365)
    at = NOW - 364 * DAY
    with transaction() as session:
        person_id = _register(session)
        if young == "registration":
            session.execute(update(Registration).values(updated_at=at))
        elif young == "appointment":
            session.execute(update(Appointment).values(created_at=at))
        elif young == "session":
            session.execute(update(given.tables.Session).values(starts_at=at, ends_at=at))
        elif young == "dose":
            session.add(Dose(person_id=person_id, number=1, vaccine="sinovac", given_on=at.date(), source="import"))
        else:
            session.execute(update(Contact).values(last_message_at=at))
    assert _swept("registered") == 0
    assert _swept("registered", NOW + 3 * DAY) == 1


def test_a_dose_of_somebody_they_look_after_keeps_a_contact(database: str) -> None:
    with transaction() as session:
        person_id = _register(session)
        session.execute(update(Registration).values(status="cancelled"))
        dose = Dose(person_id=person_id, number=1, vaccine="sinovac", given_on=date(2021, 1, 1), source="import")
        session.add(dose)
    assert _swept("contacts") == 0
    with transaction() as session:
        session.delete(session.execute(select(Dose)).scalar_one())
    assert _swept("contacts") == 1


def test_a_person_whom_another_contact_looks_after_stays(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "person_days", 365)
    with transaction() as session:
        person_id = _register(session)
        other = _contact(session, 2, NOW)
        session.add(ContactPerson(contact_id=other.id, person_id=person_id, relation="child"))
    assert _swept("registered") == 1
    assert (_left(Contact), _left(Person)) == (1, 1)


@pytest.mark.parametrize("days", [0, 365])
def test_a_person_whom_nobody_looks_after_goes_by_the_last_dose(
    database: str, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(settings(), "person_days", days)
    with transaction() as session:
        for number, given_on in ((1, date(2021, 1, 1)), (2, NOW.date()), (3, None)):
            person = Person(
                nik=nik(number), nik_index=nik_index(nik(number)), name=f"Warga Uji {number:03}", sex="m",
                birth_date="1954-08-17", regency_code="35.78", created_at=LONG_AGO,
            )  # fmt: skip
            session.add(person)
            session.flush()
            if given_on:
                dose = Dose(person_id=person.id, number=1, vaccine="sinovac", given_on=given_on, source="import")
                session.add(dose)
    assert _swept("persons") == (2 if days else 0)
    assert _left(Person) == (1 if days else 3)


# ---------------------------------------------------------------------- only a last message
def test_a_contact_for_a_last_message_goes_when_it_was_sent(database: str) -> None:
    with transaction() as session:
        contact = _contact(session, 1, NOW - DAY, last_message_at=None, forget_after=NOW - timedelta(minutes=1))
        _contact(session, 2, NOW - DAY, last_message_at=None, forget_after=NOW + timedelta(minutes=1))
        _contact(session, 3, NOW - DAY, forget_after=NOW - DAY)
        outbox.put_all(session, contact.id, [Draft({"type": "text"})])
    assert _swept("last_messages") == 0, "it has not been sent"
    with transaction() as session:
        session.execute(update(OutboundMessage).values(status="delivered"))
    assert _swept("last_messages") == 1
    assert (_left(Contact), _left(TrackerRow)) == (2, 2)
    assert _left(Erasure) == 0, "nobody is erased by that"


def test_who_writes_again_is_no_contact_for_a_last_message_any_more(database: str) -> None:
    with transaction() as session:
        contact = _contact(session, 1, NOW - DAY, last_message_at=None, forget_after=NOW - DAY)
        session.add(_received(contact.id, "waiting", NOW))
    assert _swept("last_messages") == 0


# ---------------------------------------------------------------------- others at work
def test_who_writes_while_the_sweep_is_on_its_way_stays(database: str) -> None:
    with transaction() as session:
        found = _contact(session).id
    condition = unused.has_nothing(NOW - YEAR)
    with transaction() as session:
        session.add(_received(found, "waiting", NOW))
    assert not erase_contact(found, NOW, condition)
    assert _left(Contact) == _left(InboundMessage) == 1


@pytest.mark.parametrize("take", [erase_contact, drop_contact])
def test_a_contact_that_is_being_worked_on_is_left_for_the_next_time(database: str, take: Any) -> None:
    with transaction() as session:
        found = _contact(session, forget_after=NOW - DAY, last_message_at=None).id
    condition = Contact.id == found
    with transaction() as session:
        session.get(Contact, found, with_for_update={"key_share": True})
        assert not take(found, NOW, condition)
    assert take(found, NOW, condition)
    assert not take(found, NOW, condition)


def test_no_more_are_erased_at_once_than_the_sweep_is_given(database: str) -> None:
    with transaction() as session:
        for number in range(1, 5):
            _contact(session, number, LONG_AGO - number * DAY)
    for most, left in ((3, 1), (3, 0)):
        assert sweep(NOW, most=most) is not None
        assert _left(Contact) == left
