"""The queue: nothing lost, nothing twice, each person's in order, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.people.tables import ContactPerson, Person, Task
from siaga.registration import writes
from siaga.registration.gateways import access
from siaga.registration.gateways.base import DoseToWrite, Known, KnownDose, Refused, RegistrationToWrite, Unavailable
from siaga.registration.people import nik_index
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Registration, RegistryWrite
from siaga.settings import settings
from tests.registration.gateways.stub import Fault
from tests.registration.gateways.worlds import NIK, dose, http, satusehat
from tests.registration.given import contact, facility, held, nik, submission

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)


def person(session: Session, serial: int = 1) -> int:
    """The id of Warga Uji ``serial``, whom a contact looks after."""
    values = {"nik": nik(serial), "nik_index": nik_index(nik(serial)), "name": f"Warga Uji {serial:03}", "sex": "L"}
    made = Person(**values, birth_date="1954-08-01", regency_code="35.78")
    session.add(made)
    session.flush()
    who = ensure_contact(session, phone=f"62800000{serial:04}").id
    session.add(ContactPerson(contact_id=who, person_id=made.id, relation="self"))
    return made.id


def rows() -> list[RegistryWrite]:
    with transaction() as session:
        return list(session.execute(select(RegistryWrite).order_by(RegistryWrite.id)).scalars())


class Recording:
    """A registry that notes what it is told, and does with each what it is told to."""

    def __init__(self, then: Callable[[str], str] | None = None) -> None:
        self.told: list[tuple[str, int]] = []
        self.keys: list[str] = []
        self._then = then or (lambda key: f"o-{len(self.told)}")

    def lookup(self, nik: str) -> Known | None:
        return None

    def doses(self, nik: str, outside_id: str | None = None) -> list[KnownDose]:
        return []

    def check(self) -> None:
        return None

    def write_dose(self, dose: DoseToWrite, key: str) -> str:
        self.told.append((dose.nik, dose.number))
        self.keys.append(key)
        return self._then(key)

    def write_registration(self, registration: RegistrationToWrite, key: str) -> str:
        self.told.append((registration.nik, 0))
        self.keys.append(key)
        return self._then(key)


def failing(problem: Exception) -> Callable[[str], str]:
    def then(key: str) -> str:
        raise problem

    return then


def queue_doses(*numbers: int, serial: int = 1) -> int:
    with transaction() as session:
        person_id = person(session, serial)
        for number in numbers:
            told = dose(number, nik=nik(serial)).payload()
            assert writes.queue(session, "dose", person_id, told, f"dose:{serial}:{number}")
        session.execute(update(RegistryWrite).values(not_before=NOW))
    return person_id


# ---------------------------------------------------------------- in and out
def test_what_is_queued_is_told_and_then_not_kept(database: str) -> None:
    queue_doses(1)
    registry = Recording()
    worked = writes.work(registry, NOW)
    assert (worked.done, worked.refused, worked.away) == (1, 0, False)
    assert registry.told == [(NIK, 1)]
    (row,) = rows()
    assert (row.status, row.outside_id, row.payload, row.done_at) == ("done", "o-1", {}, NOW)
    assert writes.work(registry, NOW + timedelta(days=1)).done == 0


def again(person_id: int, batch: str) -> bool:
    with transaction() as session:
        queued = writes.queue(session, "dose", person_id, dose(1, batch=batch).payload(), "dose:1:1")
        session.execute(update(RegistryWrite).where(RegistryWrite.status == "waiting").values(not_before=NOW))
    return queued


def test_what_is_corrected_before_it_was_tried_is_told_as_it_is_now(database: str) -> None:
    assert again(queue_doses(1), "UJI-02")
    assert [row.payload["batch"] for row in rows()] == ["UJI-02"]


def test_what_may_have_been_sent_stays_as_it_was(database: str) -> None:
    person_id = queue_doses(1)
    away = Recording(failing(Unavailable("time")))
    writes.work(away, NOW)
    assert not again(person_id, "UJI-02")
    assert [row.payload["batch"] for row in rows()] == ["UJI-01"]
    back = Recording()
    assert writes.work(back, NOW + timedelta(hours=1)).done == 1
    assert back.keys == away.keys
    assert not again(person_id, "UJI-03"), "it has been told"
    assert len(rows()) == 1 and rows()[0].status == "done"


def test_what_was_refused_and_mended_is_told_as_something_new(database: str) -> None:
    person_id = queue_doses(1)
    first, second = Recording(failing(Refused("value"))), Recording(failing(Refused("value")))
    assert writes.work(first, NOW).refused == 1
    assert again(person_id, "UJI-02")
    assert writes.work(second, NOW).refused == 1
    assert first.keys != second.keys
    assert [(row.attempts, row.payload["batch"]) for row in rows()] == [(1, "UJI-02")]
    with transaction() as session:
        assert len(session.execute(select(Task)).all()) == 2


def test_it_is_queued_with_what_it_is_about_or_not_at_all(database: str) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        writes.queue(session, "dose", person(session), dose(1).payload(), "dose:1")
        raise RuntimeError
    assert rows() == []


def test_what_is_queued_is_sealed(database: str) -> None:
    queue_doses(1)
    with transaction() as session:
        raw = session.connection().exec_driver_sql("SELECT payload, key FROM registry_write").one()
    assert NIK.encode() not in bytes(raw.payload) and NIK not in raw.key


@for_all(
    st.builds(
        DoseToWrite,
        nik=st.text(max_size=16),
        number=st.integers(1, 9),
        vaccine=st.text(max_size=9),
        given_on=st.dates(),
        place=st.none() | st.text(max_size=9),
        at=st.none() | st.datetimes(timezones=st.just(timezone.utc)),
    ),
    st.dates(),
)
def test_payloads_are_read_back_as_they_were(told: DoseToWrite, born: date) -> None:
    assert DoseToWrite.of(told.payload()) == told
    wish = RegistrationToWrite(told.nik, "n", born, "L", "35.78", None, NOW)
    assert RegistrationToWrite.of(wish.payload()) == wish


# ---------------------------------------------------------------- outages
def test_an_outage_keeps_it_and_the_next_try_has_the_same_key(database: str) -> None:
    queue_doses(1)
    away = Recording(failing(Unavailable("http_503")))
    assert writes.work(away, NOW).away
    (row,) = rows()
    assert (row.status, row.attempts, row.error) == ("waiting", 1, "http_503")
    assert timedelta(0) < row.not_before - NOW <= timedelta(seconds=writes.FIRST_WAIT_SECONDS)
    back = Recording()
    assert writes.work(back, NOW).done == 0, "not before its time"
    assert writes.work(back, row.not_before).done == 1
    assert back.keys == away.keys
    assert rows()[0].error is None


def test_while_the_registry_is_away_the_others_are_left_alone(database: str) -> None:
    for serial in (1, 2, 3):
        queue_doses(1, serial=serial)
    away = Recording(failing(Unavailable("time")))
    writes.work(away, NOW)
    assert len(away.told) == 1
    assert sorted(row.attempts for row in rows()) == [0, 0, 1]


@for_all(st.integers(1, 1000), st.none() | st.floats(0, 1e6), st.floats(0, 1))
def test_waits_grow_within_an_hour(attempts: int, retry_after: float | None, chance: float) -> None:
    wait = writes.wait_after(attempts, retry_after, chance)
    assert writes.FIRST_WAIT_SECONDS / 2 <= wait <= writes.LONGEST_WAIT_SECONDS
    assert writes.wait_after(attempts + 1, retry_after, chance) >= wait
    assert wait >= min(retry_after or 0, writes.LONGEST_WAIT_SECONDS)


def test_a_write_that_cannot_be_read_holds_nobody_up(database: str) -> None:
    with transaction() as session:
        writes.queue(session, "dose", person(session, 1), {"of": "another version"}, "dose:old")
    queue_doses(1, serial=2)
    registry = Recording()
    worked = writes.work(registry, NOW + timedelta(days=3650))
    assert (worked.done, len(registry.told)) == (1, 1)
    assert [row.status for row in rows()] == ["waiting", "done"]
    assert rows()[0].error == "KeyError"


# ---------------------------------------------------------------- refusals
def test_a_refusal_becomes_work_for_the_desk_and_the_next_goes_on(database: str) -> None:
    person_id = queue_doses(1, 2)
    answers = iter([Refused("business-rule"), None])

    def then(key: str) -> str:
        if problem := next(answers):
            raise problem
        return "o-2"

    worked = writes.work(Recording(then), NOW)
    assert (worked.done, worked.refused) == (1, 1)
    refused, done = rows()
    assert (refused.status, refused.error, done.status) == ("refused", "business-rule", "done")
    assert refused.payload["number"] == 1, "kept, to be put right"
    with transaction() as session:
        (task,) = session.execute(select(Task)).scalars()
        assert (task.kind, task.person_id, task.status) == (writes.TASK, person_id, "open")
        assert task.data == {"write": refused.id, "kind": "dose", "code": "business-rule"}


def test_whom_nobody_looks_after_is_refused_without_a_task(database: str) -> None:
    queue_doses(1)
    with transaction() as session:
        session.query(ContactPerson).delete()
    assert writes.work(Recording(failing(Refused("value"))), NOW).refused == 1
    with transaction() as session:
        assert session.execute(select(Task)).first() is None


# ---------------------------------------------------------------- order, leases, several at once
def test_each_persons_writes_go_in_order(database: str) -> None:
    queue_doses(1, 2, 3, serial=1)
    queue_doses(1, 2, serial=2)
    with transaction() as session:
        first = session.execute(select(RegistryWrite).order_by(RegistryWrite.id)).scalars().first()
        assert first is not None
        first.not_before = NOW + timedelta(hours=1)
    registry = Recording()
    writes.work(registry, NOW)
    assert registry.told == [(nik(2), 1), (nik(2), 2)], "what comes after one that waits, waits too"
    writes.work(registry, NOW + timedelta(hours=1))
    assert [number for who, number in registry.told if who == NIK] == [1, 2, 3]


def test_one_that_is_being_sent_is_nobody_elses(database: str) -> None:
    queue_doses(1, 2)
    other = Recording()

    def then(key: str) -> str:
        assert writes.work(other, NOW + timedelta(seconds=1)).done == 0
        return "o-1"

    assert writes.work(Recording(then), NOW, limit=1).done == 1
    assert other.told == []


def test_one_that_a_killed_process_held_is_tried_again_after_its_lease(database: str) -> None:
    class Killed(BaseException):
        pass

    queue_doses(1)
    dying = Recording(failing(Killed()))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        writes.work(dying, NOW)
    heir = Recording()
    assert writes.work(heir, NOW + timedelta(seconds=writes.LEASE_SECONDS - 1)).done == 0
    assert writes.work(heir, NOW + timedelta(seconds=writes.LEASE_SECONDS)).done == 1
    assert heir.keys == dying.keys


def test_who_comes_too_late_with_bad_news_changes_nothing(database: str) -> None:
    """Its lease was over, and another has told the registry meanwhile."""
    queue_doses(1)
    later = NOW + timedelta(seconds=writes.LEASE_SECONDS)

    def late(problem: Exception) -> Callable[[str], str]:
        def then(key: str) -> str:
            assert writes.work(Recording(), later).done == 1
            raise problem

        return then

    writes.work(Recording(late(Refused("value"))), NOW)
    (row,) = rows()
    assert (row.status, row.error) == ("done", None)


def test_who_comes_too_late_leaves_it_to_who_has_it_now(database: str) -> None:
    queue_doses(1)
    mine = writes._take(NOW)
    theirs = writes._take(NOW + timedelta(seconds=writes.LEASE_SECONDS))
    assert mine is not None and theirs is not None
    writes._refused(mine, "value", NOW)
    writes._put_back(mine, "time", NOW, None)
    (row,) = rows()
    assert (row.status, row.error, row.not_before) == ("waiting", None, theirs.lease)


def test_no_transaction_is_open_while_it_is_sent(database: str) -> None:
    queue_doses(1)

    def then(key: str) -> str:
        with transaction() as session:
            session.connection().exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
            session.connection().exec_driver_sql("LOCK TABLE registry_write IN ACCESS EXCLUSIVE MODE")
        return "o-1"

    assert writes.work(Recording(then), NOW).done == 1


def test_several_workers_tell_everything_once_and_in_order(database: str) -> None:
    for serial in range(1, 9):
        queue_doses(1, 2, 3, 4, serial=serial)
    registry = Recording()
    together = Barrier(4)

    def worker() -> None:
        together.wait()
        while any(row.status == "waiting" for row in rows()):
            writes.work(registry, NOW)

    threads = [Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(registry.told) == sorted((nik(serial), number) for serial in range(1, 9) for number in range(1, 5))
    assert len(set(registry.keys)) == 32
    for serial in range(1, 9):
        assert [number for who, number in registry.told if who == nik(serial)] == [1, 2, 3, 4]


def test_keys_outside_tell_nothing_and_are_never_shared(database: str) -> None:
    first = writes.outside_key("dose:1", NOW)
    assert first == writes.outside_key("dose:1", NOW) and len(first) == 32 and first.isalnum()
    assert first != writes.outside_key("dose:2", NOW)
    assert first != writes.outside_key("dose:1", NOW + timedelta(seconds=1)), "another database's dose 1"


# ---------------------------------------------------------------- against registries
@pytest.mark.parametrize("world_of", [http, satusehat])
def test_outage_and_recovery(database: str, world_of: Any) -> None:
    queue_doses(1, 2, 3)
    with world_of() as world:
        world.state.down = True
        now = NOW
        for _ in range(3):
            assert writes.work(world.gateway, now).done == 0
            now += timedelta(hours=1)
        assert world.creates() == 0
        world.state.down = False
        world.breaker.succeeded()
        world.faults.extend([None, Fault("status", 500), None, Fault("drop_after")])
        for _ in range(10):
            writes.work(world.gateway, now)
            now += timedelta(hours=1)
        assert [one.number for one in world.gateway.doses(NIK)] == [1, 2, 3]
        assert world.creates() == 3
    assert {row.status for row in rows()} == {"done"}
    with transaction() as session:
        state = writes.state(session, now)
    assert (state.waiting, state.done, state.refused, state.errors) == (0, 3, 0, {})


def test_the_state_of_the_queue(database: str) -> None:
    queue_doses(1)
    queue_doses(1, serial=2)
    writes.work(Recording(failing(Unavailable("http_503"))), NOW)
    with transaction() as session:
        session.execute(update(RegistryWrite).values(created_at=NOW - timedelta(minutes=10)))
        state = writes.state(session, NOW)
    assert (state.waiting, state.oldest_seconds, state.errors) == (2, 600.0, {"http_503": 1})


# ---------------------------------------------------------------- hooks
@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SIAGA_REGISTRY", "http")
    settings.cache_clear()
    access.forget()
    yield
    monkeypatch.undo()
    settings.cache_clear()
    access.forget()


def test_a_registration_is_queued_with_the_registration(database: str, outside: None) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session))
        for _ in range(2):
            LocalRegistry(session).register(submission(key, place, agrees_outside=True))
    (row,) = rows()
    assert (row.kind, row.status) == ("registration", "waiting")
    told = RegistrationToWrite.of(row.payload)
    assert (told.nik, told.name, told.regency_code) == (NIK, "Warga Uji 001", "35.78")


def test_what_is_still_to_be_validated_is_not_told(database: str, outside: None) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session))
        LocalRegistry(session).register(submission(key, place, birth_date_matches_nik=False))
    assert rows() == []
    with transaction() as session:
        (waits,) = session.execute(select(Registration)).scalars()
        waits.status = "confirmed"
        assert writes.queue_registration(session, waits.id)
        writes.queue_registration(session, waits.id)
    assert len(rows()) == 1


def test_without_an_outside_registry_nothing_is_queued(database: str) -> None:
    with transaction() as session:
        key, place = contact(session), held(session, facility(session))
        LocalRegistry(session).register(submission(key, place))
        person_id = session.execute(select(Person.id)).scalar_one()
        assert not writes.queue_dose(session, person_id, 1, dose(1))
    assert rows() == []


def test_a_dose_is_queued_once(database: str, outside: None) -> None:
    with transaction() as session:
        person_id = person(session)
        assert writes.queue_dose(session, person_id, 7, dose(1))
        writes.queue_dose(session, person_id, 7, dose(1))
    assert [(row.kind, row.key) for row in rows()] == [("dose", "dose:7")]
