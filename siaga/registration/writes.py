"""What an outside registry has still to be told: queued with what it is about, told when the registry can be reached.

A write waits in ``registry_write`` until it is done or refused. Whoever takes one moves its ``not_before`` ahead and
commits before anything is sent: a process that is killed meanwhile leaves the write to be tried again after
``LEASE_SECONDS``, under the same key, which the registry takes once. What is told of one person goes in the order in
which it was queued.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from siaga.db import transaction
from siaga.people.tables import ContactPerson, Person
from siaga.people.tasks import open_task
from siaga.privacy import blind_index
from siaga.registration.gateways import access
from siaga.registration.gateways.base import DoseToWrite, Gateway, Refused, RegistrationToWrite, Unavailable
from siaga.registration.tables import Registration, RegistryWrite

Kind = Literal["registration", "dose"]

LEASE_SECONDS = 300.0
"""Longer than all requests of one write may take together, each at its time limit."""
FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
BATCH = 100
TASK = "registry_refused"
"""The kind of the task at the desk when a write was refused."""

log = logging.getLogger(__name__)


@dataclass
class Worked:
    """What became of the writes that were taken; ``away``: the registry could not be asked, and the rest waits."""

    done: int = 0
    refused: int = 0
    away: bool = False
    retry_after: float | None = None


@dataclass(frozen=True)
class Queue:
    """Counts of writes; ``oldest_seconds`` is how long the oldest has been waiting, ``errors`` why, by code."""

    waiting: int
    done: int
    refused: int
    oldest_seconds: float
    errors: dict[str, int]


@dataclass(frozen=True)
class _Taken:
    id: int
    kind: str
    payload: dict[str, Any]
    outside_key: str
    attempts: int
    lease: datetime


def queue(session: Session, kind: Kind, person_id: int, payload: dict[str, Any], key: str) -> bool:
    """Queue a write in the caller's transaction, once a ``key``; False if there is one that may have been sent.

    One that has not been tried yet is sent as it is now, and one that was refused is tried again, as a new one to the
    registry. ``key`` names what is told, at most 80 characters and none of them personal.
    """
    row = insert(RegistryWrite).values(kind=kind, person_id=person_id, payload=payload, key=key)
    anew = {"payload": row.excluded.payload, "status": "waiting", "attempts": 0, "error": None, "done_at": None}
    made = row.on_conflict_do_update(
        index_elements=[RegistryWrite.key],
        set_={**anew, "not_before": func.now(), "created_at": func.clock_timestamp()},
        where=(RegistryWrite.status == "refused")
        | ((RegistryWrite.status == "waiting") & (RegistryWrite.attempts == 0)),
    )
    return session.execute(made.returning(RegistryWrite.id)).scalar_one_or_none() is not None


def queue_registration(session: Session, registration_id: int) -> bool:
    """Queue a confirmed registration, if there is an outside registry; False if it is not to be told, or is already.

    One that is still to be validated is not told: call this when it has been.
    """
    if not access.is_outside():
        return False
    row = session.execute(
        select(Registration.status, Registration.created_at, Person)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.id == registration_id)
    ).one_or_none()
    if row is None or row.status != "confirmed":
        return False
    record = RegistrationToWrite(
        nik=row.Person.nik,
        name=row.Person.name,
        birth_date=datetime.fromisoformat(row.Person.birth_date).date(),
        sex=row.Person.sex,
        regency_code=row.Person.regency_code,
        district_code=row.Person.district_code,
        registered_at=row.created_at,
    )
    return queue(session, "registration", row.Person.id, record.payload(), f"registration:{registration_id}")


def drop_registrations(session: Session, registration_ids: Collection[int]) -> None:
    """Registrations that are not to be told any more: those that still wait for it."""
    keys = [f"registration:{registration_id}" for registration_id in registration_ids]
    session.execute(
        delete(RegistryWrite)
        .where(RegistryWrite.key.in_(keys), RegistryWrite.status == "waiting")
        .execution_options(synchronize_session=False)
    )


def queue_dose(session: Session, person_id: int, dose_id: int, dose: DoseToWrite) -> bool:
    """Queue a dose that is on file under ``dose_id``, if there is an outside registry and it has not been queued."""
    return access.is_outside() and queue(session, "dose", person_id, dose.payload(), f"dose:{dose_id}")


def work(gateway: Gateway, now: datetime, limit: int = BATCH) -> Worked:
    """Send what is due at ``now``, at most ``limit`` writes, until nothing is due or the registry cannot be asked.

    Any number of processes may do so at once.
    """
    worked = Worked()
    for _ in range(limit):
        taken = _take(now)
        if taken is None:
            break
        try:
            outside_id = _send(gateway, taken)
        except Refused as refusal:
            _refused(taken, refusal.code, now)
            worked.refused += 1
        except Unavailable as outage:
            _put_back(taken, outage.code, now, outage.retry_after)
            worked.away, worked.retry_after = True, outage.retry_after
            break
        except Exception as problem:
            # A payload of another version, say: it must not hold up all the others, nor be lost.
            _put_back(taken, type(problem).__name__[:40], now, None)
            log.error("write %d cannot be sent: %s", taken.id, type(problem).__name__)
        else:
            _done(taken, outside_id, now)
            worked.done += 1
    return worked


def state(session: Session, now: datetime) -> Queue:
    """How many writes wait, are done, are refused."""
    counts = dict(session.execute(select(RegistryWrite.status, func.count()).group_by(RegistryWrite.status)).all())
    waiting = RegistryWrite.status == "waiting"
    oldest = session.execute(select(func.min(RegistryWrite.created_at)).where(waiting)).scalar_one()
    errors = session.execute(
        select(RegistryWrite.error, func.count())
        .where(RegistryWrite.status != "done", RegistryWrite.error.is_not(None))
        .group_by(RegistryWrite.error)
    ).all()
    return Queue(
        waiting=counts.get("waiting", 0),
        done=counts.get("done", 0),
        refused=counts.get("refused", 0),
        oldest_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        errors=dict(errors),
    )


def wait_after(attempts: int, retry_after: float | None, chance: float) -> float:
    """Seconds until the next try of a write: doubling from ``FIRST_WAIT_SECONDS``, half of it by chance (0 to 1).

    As long as the registry asks for, if that is longer; an hour at most.
    """
    longest = min(FIRST_WAIT_SECONDS * 2.0 ** min(attempts - 1, 20), LONGEST_WAIT_SECONDS)
    return min(max(longest * (0.5 + chance / 2), retry_after or 0.0), LONGEST_WAIT_SECONDS)


def _take(now: datetime) -> _Taken | None:
    """Lease the write that has been due longest and is its person's first; None if there is none."""
    earlier = aliased(RegistryWrite)
    before_it = (
        select(earlier.id)
        .where(earlier.person_id == RegistryWrite.person_id, earlier.status == "waiting", earlier.id < RegistryWrite.id)
        .exists()
    )
    due = (
        select(RegistryWrite)
        .where(RegistryWrite.status == "waiting", RegistryWrite.not_before <= now, ~before_it)
        .order_by(RegistryWrite.not_before, RegistryWrite.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=RegistryWrite)
    )
    with transaction() as session:
        row = session.execute(due).scalar_one_or_none()
        if row is None:
            return None
        row.attempts += 1
        row.not_before = now + timedelta(seconds=LEASE_SECONDS)
        return _Taken(row.id, row.kind, row.payload, outside_key(row.key, row.created_at), row.attempts, row.not_before)


def outside_key(key: str, created_at: datetime) -> str:
    """What the registry is given as a write's key: the same at each try, nobody else's, and telling nothing."""
    return blind_index(f"{key}\0{created_at.isoformat()}", "registry_write.key").hex()[:32]


def _send(gateway: Gateway, taken: _Taken) -> str:
    if taken.kind == "registration":
        return gateway.write_registration(RegistrationToWrite.of(taken.payload), taken.outside_key)
    return gateway.write_dose(DoseToWrite.of(taken.payload), taken.outside_key)


def _done(taken: _Taken, outside_id: str, now: datetime) -> None:
    """Note it, whoever holds the lease by now; what was told need not be kept twice."""
    with transaction() as session:
        session.execute(
            update(RegistryWrite)
            .where(RegistryWrite.id == taken.id, RegistryWrite.status != "done")
            .values(status="done", outside_id=outside_id[:80], error=None, payload={}, done_at=now)
            .execution_options(synchronize_session=False)
        )


def _put_back(taken: _Taken, code: str, now: datetime, retry_after: float | None) -> None:
    wait = wait_after(taken.attempts, retry_after, random.random())  # noqa: S311 - spreads the load
    with transaction() as session:
        session.execute(
            update(RegistryWrite)
            .where(*_still_ours(taken))
            .values(error=code[:40], not_before=now + timedelta(seconds=wait))
            .execution_options(synchronize_session=False)
        )


def _refused(taken: _Taken, code: str, now: datetime) -> None:
    log.error("write %d (%s) was refused: %s", taken.id, taken.kind, code)
    with transaction() as session:
        person_id = session.execute(
            update(RegistryWrite)
            .where(*_still_ours(taken))
            .values(status="refused", error=code, done_at=now)
            .returning(RegistryWrite.person_id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        contact_id = None if person_id is None else _contact_of(session, person_id)
        if contact_id is not None:
            what = {"write": taken.id, "kind": taken.kind, "code": code}
            # By the key that the registry saw: one that is refused again after it was mended is work again.
            cause = f"registry_write:{taken.outside_key}"
            open_task(session, TASK, what, contact_id=contact_id, message_id=cause, person_id=person_id)


def _still_ours(taken: _Taken) -> tuple[Any, ...]:
    return (
        RegistryWrite.id == taken.id,
        RegistryWrite.status == "waiting",
        RegistryWrite.not_before == taken.lease,
    )


def _contact_of(session: Session, person_id: int) -> int | None:
    """Who looks after a person; nobody may, of those whom staff imported."""
    bond = select(ContactPerson.contact_id).where(ContactPerson.person_id == person_id).order_by(ContactPerson.id)
    return session.execute(bond.limit(1)).scalar_one_or_none()
