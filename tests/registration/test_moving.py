"""An appointment moves whole or not at all, keeps its code, and takes its reminders along."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.people.tables import Notice
from siaga.registration import tables
from siaga.registration.registry import AlreadyRegistered, LocalRegistry, SessionFull
from tests.registration.given import NOW, contact, facility, held, submission

IN_THREE_DAYS = NOW + timedelta(days=3)


def booked(session_id: int) -> int:
    with transaction() as session:
        return session.execute(select(tables.Session.booked).where(tables.Session.id == session_id)).scalar_one()


def consistent() -> None:
    """Every session counts the appointments and held places in it, and no more than it has."""
    with transaction() as session:
        for one in session.execute(select(tables.Session)).scalars():
            really = session.execute(
                select(func.count())
                .select_from(tables.Appointment)
                .where(tables.Appointment.session_id == one.id, tables.Appointment.status == "booked")
            ).scalar_one()
            really += session.execute(
                select(func.count())
                .select_from(tables.Waiting)
                .where(tables.Waiting.session_id == one.id, tables.Waiting.status == "offered")
            ).scalar_one()
            assert one.booked == really <= one.quota
        twice = (
            select(tables.Appointment.person_id)
            .where(tables.Appointment.status == "booked")
            .group_by(tables.Appointment.person_id)
            .having(func.count() > 1)
        )
        assert session.execute(twice).all() == []


def planned(code: str) -> dict[str, str]:
    """Kind to the day told of, of all that is still to be sent about an appointment."""
    with transaction() as session:
        rows = session.execute(select(Notice).where(Notice.about == code, Notice.status == "planned")).scalars()
        return {row.kind: row.values["hari_tanggal"] for row in rows}


@pytest.fixture
def places(database: str) -> tuple[int, int]:
    """Two sessions of one place: tomorrow morning, and in three days."""
    with transaction() as session:
        at = facility(session)
        return held(session, at, quota=2), held(session, at, quota=2, starts_at=IN_THREE_DAYS)


def register(session_id: int | None, serial: int = 1) -> tuple[str, str]:
    """A contact's key and the ticket's code."""
    with transaction() as session:
        key = contact(session, serial)
        return key, LocalRegistry(session).register(submission(key, session_id, serial)).code or ""


def move(key: str, code: str, session_id: int, message_id: str = "wamid.move") -> str | None:
    with transaction() as session:
        moved = LocalRegistry(session).move(key, code, session_id, message_id, NOW)
        return None if moved is None else moved.code


def test_a_moved_appointment_keeps_its_code_and_frees_its_place(places: tuple[int, int]) -> None:
    former, new = places
    key, code = register(former)
    assert move(key, code, new) == code
    assert (booked(former), booked(new)) == (0, 1)
    with transaction() as session:
        mine = LocalRegistry(session).mine(key, NOW)[0].appointment
        assert mine and mine.session_id == new and mine.status == "booked"


def test_the_same_message_again_changes_nothing(places: tuple[int, int]) -> None:
    former, new = places
    key, code = register(former)
    move(key, code, new)
    with transaction() as session:
        before = session.execute(select(Notice.id, Notice.status, Notice.status_at).order_by(Notice.id)).all()
    # Another session even: a turn that runs again may read another first choice.
    assert move(key, code, former) == code
    assert (booked(former), booked(new)) == (0, 1)
    with transaction() as session:
        assert session.execute(select(Notice.id, Notice.status, Notice.status_at).order_by(Notice.id)).all() == before


def test_a_session_that_filled_up_leaves_the_old_place(places: tuple[int, int]) -> None:
    former, new = places
    key, code = register(former)
    for serial in (2, 3):
        register(new, serial)
    with pytest.raises(SessionFull):
        move(key, code, new)
    assert (booked(former), booked(new)) == (1, 2)
    assert set(planned(code)) == {"appointment_day_before", "appointment_morning"}


@pytest.mark.parametrize("change", [{"cancelled_at": NOW}, {"starts_at": NOW - timedelta(minutes=1)}])
def test_a_session_called_off_or_begun_takes_nobody(places: tuple[int, int], change: dict[str, object]) -> None:
    former, new = places
    key, code = register(former)
    with transaction() as session:
        for name, value in change.items():
            setattr(session.get(tables.Session, new), name, value)
    with pytest.raises(SessionFull):
        move(key, code, new)
    assert booked(former) == 1


def test_nobody_else_moves_it_and_what_is_over_stays(places: tuple[int, int]) -> None:
    former, new = places
    key, code = register(former)
    with transaction() as session:
        stranger = contact(session, 99)
    assert move(stranger, code, new) is None
    with transaction() as session:
        LocalRegistry(session).cancel(key, code, "wamid.cancel", NOW)
    assert move(key, code, new) is None
    with transaction() as session:
        key, code = contact(session, 4), ""
    key, code = register(former, 4)
    with transaction() as session:
        late = NOW + timedelta(days=2)
        assert LocalRegistry(session).move(key, code, new, "wamid.late", late) is None
    assert booked(new) == 0


def test_reminders_move_along_and_go_with_a_cancellation(places: tuple[int, int]) -> None:
    former, new = places
    key, code = register(former)
    assert planned(code) == dict.fromkeys(("appointment_day_before", "appointment_morning"), "Senin, 23 November 2026")
    move(key, code, new)
    assert planned(code) == dict.fromkeys(("appointment_day_before", "appointment_morning"), "Rabu, 25 November 2026")
    with transaction() as session:
        LocalRegistry(session).cancel(key, code, "wamid.cancel", NOW)
    assert planned(code) == {}


def test_too_late_for_the_evening_before_it_is_taken_back(places: tuple[int, int]) -> None:
    former, new = places
    key, code = register(new)
    evening = NOW + timedelta(hours=9)  # 19.00 in Surabaya, the day before the former session
    with transaction() as session:
        LocalRegistry(session).move(key, code, former, "wamid.move", evening)
    assert planned(code) == {"appointment_morning": "Senin, 23 November 2026"}


# ---------------------------------------------------------------------- undoing a cancellation
def restore(key: str, code: str, message_id: str = "wamid.undo") -> str | None:
    with transaction() as session:
        back = LocalRegistry(session).restore(key, code, message_id, NOW)
        return None if back is None else back.status


def test_a_cancelled_place_is_taken_back_while_it_is_free(places: tuple[int, int]) -> None:
    key, code = register(places[0])
    with transaction() as session:
        LocalRegistry(session).cancel(key, code, "wamid.cancel", NOW)
    assert restore(key, code) == restore(key, code) == "booked"
    assert booked(places[0]) == 1
    assert set(planned(code)) == {"appointment_day_before", "appointment_morning"}


def test_a_place_that_went_to_others_is_not_taken_back(places: tuple[int, int]) -> None:
    key, code = register(places[0])
    with transaction() as session:
        LocalRegistry(session).cancel(key, code, "wamid.cancel", NOW)
    for serial in (2, 3):
        register(places[0], serial)
    with pytest.raises(SessionFull):
        restore(key, code)
    assert booked(places[0]) == 2


def test_who_has_another_appointment_by_now_takes_nothing_back(places: tuple[int, int]) -> None:
    key, code = register(places[0])
    with transaction() as session:
        registry = LocalRegistry(session)
        registry.cancel(key, code, "wamid.cancel", NOW)
        person = registry.mine(key, NOW)[0].person_id
        assert registry.book(key, person, places[1], "wamid.book", NOW)
    with pytest.raises(AlreadyRegistered):
        restore(key, code)
    assert (booked(places[0]), booked(places[1])) == (0, 1)


# ---------------------------------------------------------------------- booking without registering again
def test_who_registered_without_an_appointment_books_one(places: tuple[int, int]) -> None:
    key, _ = register(None)
    with transaction() as session:
        person = LocalRegistry(session).mine(key, NOW)[0].person_id
    codes = []
    for _ in range(2):
        with transaction() as session:
            got = LocalRegistry(session).book(key, person, places[0], "wamid.book", NOW)
            assert got
            codes.append(got.code)
    assert codes[0] == codes[1] and booked(places[0]) == 1
    with pytest.raises(AlreadyRegistered), transaction() as session:
        LocalRegistry(session).book(key, person, places[1], "wamid.again", NOW)
    with transaction() as session:
        assert LocalRegistry(session).book(contact(session, 98), person, places[1], "wamid.other", NOW) is None


# ---------------------------------------------------------------------- all at once
def at_once(jobs: list[Callable[[], str]]) -> list[str]:
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        return list(pool.map(lambda job: job(), jobs))


def test_twelve_people_after_two_places(database: str) -> None:
    with transaction() as session:
        at = facility(session)
        many, few = held(session, at, quota=12), held(session, at, quota=2, starts_at=IN_THREE_DAYS)
    people = [register(many, serial) for serial in range(12)]

    def attempt(key: str, code: str) -> str:
        try:
            return "moved" if move(key, code, few, f"wamid.{key}") else "none"
        except SessionFull:
            return "full"

    ends = at_once([lambda one=one: attempt(*one) for one in people])
    assert sorted(ends) == ["full"] * 10 + ["moved"] * 2
    assert (booked(many), booked(few)) == (10, 2)
    consistent()


def test_swapping_back_and_forth_never_locks_up(database: str) -> None:
    """Half move one way, half the other, in sessions whose places are all but taken."""
    with transaction() as session:
        # Two places: within one, its waiting list's lock alone would keep them apart.
        first, second = facility(session), facility(session, "uji-2")
        both = held(session, first, quota=5), held(session, second, quota=5, starts_at=IN_THREE_DAYS)
    people = [(*register(both[serial % 2], serial), serial) for serial in range(8)]

    def live(key: str, code: str, serial: int) -> str:
        for step in range(15):
            try:
                move(key, code, both[(serial + step + 1) % 2], f"wamid.{serial}.{step}")
            except SessionFull:
                continue
        return "done"

    assert at_once([lambda one=one: live(*one) for one in people]) == ["done"] * 8
    consistent()


def test_booking_moving_cancelling_and_waiting_in_any_mix(database: str) -> None:
    with transaction() as session:
        first, second = facility(session), facility(session, "uji-2")
        sessions = [
            held(session, first, quota=2, starts_at=NOW + timedelta(days=2)),
            held(session, second, quota=2, starts_at=NOW + timedelta(days=2)),
            held(session, first, quota=1, starts_at=NOW + timedelta(days=4)),
        ]
    keys = [register(None, serial)[0] for serial in range(9)]

    def live(number: int) -> str:
        chance, key = random.Random(number), keys[number]
        for step in range(14):
            message = f"wamid.{number}.{step}"
            at = NOW + timedelta(minutes=step * 20)
            try:
                with transaction() as session:
                    registry = LocalRegistry(session)
                    me = registry.mine(key, at)[0]
                    waits = registry.waits(key)
                    kind = chance.random()
                    if me.appointment and kind < 0.5:
                        registry.cancel(key, me.appointment.code, message, at)
                    elif me.appointment:
                        registry.move(key, me.appointment.code, chance.choice(sessions), message, at)
                    elif waits and kind < 0.5:
                        registry.take(key, waits[0].id, message, at)
                    elif waits and kind < 0.6:
                        registry.leave(key, waits[0].id, message, at)
                    elif kind < 0.75:
                        registry.book(key, me.person_id, chance.choice(sessions), message, at)
                    else:
                        registry.wait(key, me.person_id, chance.choice((first, second)), message, at)
            except SessionFull:
                continue
        return "done"

    assert at_once([lambda number=number: live(number) for number in range(9)]) == ["done"] * 9
    consistent()
