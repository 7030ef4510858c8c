"""A session that is called off: everybody in it is moved once and told once, whatever else happens at that moment."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.people.tables import Notice
from siaga.registration import closing, waiting
from siaga.registration.closing import Closed
from siaga.registration.records import SessionFull
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Appointment, Facility, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession
from tests.registration.given import NOW, contact, facility, held, submission

MORNING = NOW + timedelta(hours=22)  # 08.00 WIB on the next day
DAY = timedelta(days=1)


def people(session_id: int, number: int, first: int = 0) -> list[str]:
    """So many people with a place in a session, by the codes of their tickets."""
    codes = []
    with transaction() as session:
        for serial in range(first, first + number):
            ticket = LocalRegistry(session).register(submission(contact(session, serial), session_id, serial))
            assert ticket.code
            codes.append(ticket.code)
    return codes


def close(session_id: int, now: datetime = NOW) -> Closed:
    return closing.cancel(session_id, "listrik padam", actor="uji", now=now)


def given(build: Callable[[Any], Any]) -> Any:
    with transaction() as session:
        return build(session)


def where(code: str) -> tuple[str, int]:
    with transaction() as session:
        row = session.execute(select(Appointment.status, Appointment.session_id).where(Appointment.code == code)).one()
        return row.status, row.session_id


def notices(kind: str) -> list[Notice]:
    with transaction() as session:
        query = select(Notice).where(Notice.kind == kind, Notice.status == "planned").order_by(Notice.id)
        return list(session.execute(query).scalars())


def counts_agree() -> None:
    """What each session counts as booked is what hangs on it, and never more than it has places."""
    with transaction() as session:
        for one in session.execute(select(VaccinationSession)).scalars():
            booked = session.scalar(
                select(func.count()).where(Appointment.session_id == one.id, Appointment.status == "booked")
            )
            offered = session.scalar(
                select(func.count()).where(Waiting.session_id == one.id, Waiting.status == "offered")
            )
            assert one.booked == (booked or 0) + (offered or 0) <= one.quota, one.id


def vaccine(session: Any, session_id: int, brand: str) -> None:
    session.execute(update(VaccinationSession).where(VaccinationSession.id == session_id).values(vaccine=brand))


# ---------------------------------------------------------------------- where people go
def test_to_the_next_session_of_the_same_place(database: str) -> None:
    def build(session: Any) -> tuple[int, ...]:
        place = facility(session)
        off = held(session, place)
        earlier = held(session, place, starts_at=MORNING - DAY + timedelta(hours=5))
        other_vaccine = held(session, place, starts_at=MORNING + timedelta(hours=5))
        vaccine(session, other_vaccine, "pfizer")
        full = held(session, place, starts_at=MORNING + DAY, quota=1)
        return off, earlier, other_vaccine, full, held(session, place, starts_at=MORNING + 2 * DAY)

    off, _, _, full, later = given(build)
    people(full, 1, first=50)
    codes = people(off, 3)
    assert close(off) == Closed(off, same_place=3, other_place=0, waiting=0)
    assert [where(code) for code in codes] == [("booked", later)] * 3, "the same vaccine, not on a former day, not full"
    counts_agree()
    told = notices("session_moved")
    assert len(told) == 3
    assert told[0].values == {
        "nama": "Warga",
        "tempat": "Puskesmas Uji uji-1",
        "jadwal_lama": "Senin, 23 November 2026, pukul 08.00–11.00 WIB",
        "jadwal_baru": "Rabu, 25 November 2026, pukul 08.00–11.00 WIB",
    }
    assert (told[0].about, told[0].urgent, told[0].due_at, told[0].until) == (codes[0], False, NOW, MORNING + 2 * DAY)


def test_another_vaccine_is_said(database: str) -> None:
    def build(session: Any) -> tuple[int, int]:
        place = facility(session)
        later = held(session, place, starts_at=MORNING + timedelta(hours=5))
        vaccine(session, later, "astrazeneca")
        return held(session, place), later

    off, later = given(build)
    (code,) = people(off, 1)
    close(off)
    assert where(code) == ("booked", later)
    assert notices("session_moved")[0].values["jadwal_baru"].endswith("13.00–16.00 WIB, vaksin AstraZeneca")


def test_then_to_the_nearest_other_place_of_the_regency(database: str) -> None:
    def build(session: Any) -> tuple[int, ...]:
        far = held(session, facility(session, "jauh", lat=-7.20), starts_at=MORNING)
        near = held(session, facility(session, "dekat", lat=-7.28), quota=2, starts_at=MORNING + DAY)
        sidoarjo = facility(session, "sidoarjo", regency_code="35.15", district_code=None, lat=-7.291)
        held(session, sidoarjo)
        closed = facility(session, "tutup", is_open=False)
        held(session, closed)
        real = facility(session, "sungguhan", is_sample=False)
        held(session, real)
        return held(session, facility(session)), near, far

    off, near, far = given(build)
    codes = people(off, 3)
    assert close(off) == Closed(off, same_place=0, other_place=3, waiting=0)
    assert [where(code)[1] for code in codes] == [near, near, far]
    assert notices("session_moved")[0].values["jadwal_baru"].endswith("08.00–11.00 WIB, di Puskesmas Uji dekat")
    counts_agree()


def test_else_to_the_head_of_the_waiting_list_in_order_of_booking(database: str) -> None:
    off = given(lambda session: held(session, facility(session)))
    (code, second) = people(off, 2)
    with transaction() as session:
        registry = LocalRegistry(session)
        key = contact(session, 30)
        registry.register(submission(key, None, 30))
        person = session.execute(select(Registration.person_id).order_by(Registration.id.desc()).limit(1)).scalar_one()
        # They came to the list first, and yet come after those who had a place.
        session.add(Waiting(contact_id=1, person_id=person, registration_id=3, facility_id=1, caused_by="wamid.w"))
    assert close(off) == Closed(off, same_place=0, other_place=0, waiting=2)
    assert where(code) == ("cancelled", off)
    counts_agree()
    with transaction() as session:
        line = session.execute(select(Waiting).order_by(Waiting.id)).scalars().all()
        people_of = session.execute(select(Appointment.person_id).order_by(Appointment.id)).scalars().all()
    assert [entry.person_id for entry in line] == [*people_of, person]
    assert {entry.status for entry in line} == {"waiting"}
    told = notices("session_cancelled")
    assert {one.about for one in told} == {code, second}
    assert told[0].values["jadwal_lama"] == "Senin, 23 November 2026, pukul 08.00–11.00 WIB"
    assert [notices(kind) for kind in ("appointment_day_before", "appointment_morning", "session_moved")] == [
        [],
        [],
        [],
    ]
    later = given(lambda session: held(session, 1, quota=2, starts_at=MORNING + 3 * DAY))
    with transaction() as session:
        waiting.expire(session, NOW)
    with transaction() as session:
        query = select(Waiting.person_id).where(Waiting.session_id == later, Waiting.status == "offered")
        assert sorted(session.execute(query).scalars()) == sorted(people_of), "who had a place comes first"


def test_reminders_move_with_the_appointment(database: str) -> None:
    def build(session: Any) -> int:
        place = facility(session)
        held(session, place, starts_at=MORNING + 2 * DAY)
        return held(session, place)

    off = given(build)
    people(off, 1)
    close(off)
    assert [one.values["hari_tanggal"] for one in notices("appointment_morning")] == ["Rabu, 25 November 2026"]


def test_nobody_is_moved_to_a_session_that_begins_too_soon(database: str) -> None:
    def build(session: Any) -> tuple[int, int]:
        place = facility(session)
        held(session, place, starts_at=NOW + timedelta(hours=2))
        return held(session, place, starts_at=NOW + timedelta(hours=1)), held(
            session, place, starts_at=NOW + timedelta(hours=4)
        )

    off, later = given(build)
    (code,) = people(off, 1)
    close(off)
    assert where(code) == ("booked", later)


def test_nor_is_anybody_moved_at_night_to_early_in_the_morning(database: str) -> None:
    """Called off at eleven at night: of a session at eight the people read at seven."""

    def build(session: Any) -> tuple[int, int]:
        place = facility(session)
        early = held(session, place)
        vaccine(session, early, "pfizer")
        return held(session, place), held(session, place, starts_at=MORNING + timedelta(hours=5))

    off, later = given(build)
    (code,) = people(off, 1)
    close(off, NOW + timedelta(hours=13))
    assert where(code) == ("booked", later)
    assert notices("session_moved")[0].urgent is False, "an hour of daytime is left to tell it in"


def test_at_night_only_who_would_come_in_vain_is_told(database: str) -> None:
    off = given(lambda session: held(session, facility(session), starts_at=MORNING - timedelta(minutes=30)))
    people(off, 1)
    close(off, NOW + timedelta(hours=13))
    assert notices("session_cancelled")[0].urgent is True


# ---------------------------------------------------------------------- called off for good
def test_nobody_books_it_or_is_offered_it_any_more(database: str) -> None:
    off = given(lambda session: held(session, facility(session)))
    close(off)
    with transaction() as session:
        registry = LocalRegistry(session)
        assert registry.sessions(1, NOW) == []
        assert registry.facilities("35.78", now=NOW) == []
    with pytest.raises(SessionFull):
        people(off, 1)


def test_a_place_that_is_closed_is_not_offered_or_booked(database: str) -> None:
    at = given(lambda session: held(session, facility(session)))
    given(lambda session: session.execute(update(Facility).values(is_open=False)))
    with transaction() as session:
        registry = LocalRegistry(session)
        assert (registry.sessions(1, NOW), registry.facilities("35.78", now=NOW)) == ([], [])
    with pytest.raises(SessionFull):
        people(at, 1)


def test_again_it_changes_nothing(database: str) -> None:
    def build(session: Any) -> int:
        place = facility(session)
        held(session, place, starts_at=MORNING + DAY)
        return held(session, place)

    off = given(build)
    codes = people(off, 2)
    close(off)
    before = [where(code) for code in codes], [(one.id, one.due_at) for one in notices("session_moved")]
    assert close(off, NOW + timedelta(minutes=5)) == Closed(off, 0, 0, 0)
    assert ([where(code) for code in codes], [(one.id, one.due_at) for one in notices("session_moved")]) == before
    with transaction() as session:
        done = session.execute(select(Audit).where(Audit.action == "sessions.cancel")).scalars().all()
    assert [(one.actor, one.detail) for one in done] == [
        ("uji", {"session": off, "reason": "listrik padam", "booked": 2})
    ]


def test_interrupted_it_goes_on_where_it_was(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(session: Any) -> int:
        place = facility(session)
        held(session, place, starts_at=MORNING + DAY)
        return held(session, place)

    off = given(build)
    people(off, 3)
    really = closing.tell_moved
    moved = []

    def breaks(*arguments: Any) -> None:
        really(*arguments)
        moved.append(1)
        if len(moved) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(closing, "tell_moved", breaks)
    with pytest.raises(RuntimeError):
        close(off)
    assert len(notices("session_moved")) == 1, "the second one's move is undone as a whole"
    counts_agree()
    monkeypatch.undo()
    assert close(off).same_place == 2
    assert len(notices("session_moved")) == 3
    counts_agree()


# ---------------------------------------------------------------------- all at once
def at_once(jobs: list[Callable[[], str]]) -> Counter[str]:
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        return Counter(pool.map(lambda job: job(), jobs))


def test_called_off_twice_at_once_each_is_moved_once(database: str) -> None:
    def build(session: Any) -> int:
        place = facility(session)
        held(session, place, quota=4, starts_at=MORNING + DAY)
        return held(session, place)

    off = given(build)
    people(off, 8)
    ends = []
    at_once([lambda: ends.append(close(off)) or "done"] * 4)  # type: ignore[func-returns-value]
    assert (sum(end.same_place for end in ends), sum(end.waiting for end in ends)) == (4, 4)
    assert (len(notices("session_moved")), len(notices("session_cancelled"))) == (4, 4)
    counts_agree()


@pytest.mark.parametrize("seed", range(3))
def test_while_others_book_and_cancel(database: str, seed: int) -> None:
    """Bookings into the session called off and into those that people are moved to, and tickets given up meanwhile."""

    def build(session: Any) -> list[int]:
        first, second = facility(session), facility(session, "uji-2", lat=-7.30)
        return [
            held(session, first, quota=12),
            held(session, first, quota=5, starts_at=MORNING + DAY),
            held(session, second, quota=4, starts_at=MORNING + DAY),
        ]

    off, *others = given(build)
    codes = people(off, 8)

    def book(serial: int, session_id: int) -> str:
        try:
            people(session_id, 1, first=serial)
        except SessionFull:
            return "full"
        return "booked"

    def give_up(number: int) -> str:
        with transaction() as session:
            LocalRegistry(session).cancel(contact(session, number), codes[number], f"wamid.c{number}", NOW)
        return "given up"

    jobs: list[Callable[[], str]] = [lambda: str(close(off))]
    jobs += [lambda serial=serial: book(serial, off) for serial in range(20, 24)]
    jobs += [lambda serial=serial: book(serial, others[serial % 2]) for serial in range(30, 34)]
    jobs += [lambda number=number: give_up(number) for number in (0, 1)]
    random.Random(seed).shuffle(jobs)
    at_once(jobs)
    close(off)  # who booked while it was being called off
    counts_agree()
    with transaction() as session:
        left = session.scalar(select(func.count()).where(Appointment.session_id == off, Appointment.status == "booked"))
        assert left == 0
        statuses = dict(
            session.execute(
                select(Appointment.person_id, func.count())
                .where(Appointment.status == "booked")
                .group_by(Appointment.person_id)
            ).all()
        )
        assert set(statuses.values()) <= {1}
        in_line = session.scalar(select(func.count()).where(Waiting.status.in_(("waiting", "offered")))) or 0
        given_up = session.scalar(
            select(func.count()).where(Appointment.status == "cancelled", Appointment.cancelled_by.like("wamid.c%"))
        )
        everyone = session.scalar(select(func.count()).select_from(Appointment)) or 0
        assert len(statuses) + in_line + (given_up or 0) >= everyone, "nobody is lost"
