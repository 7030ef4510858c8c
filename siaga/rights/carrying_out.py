"""Carrying out what contacts want with their data, and what a rule says, each in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, true, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.people.data_requests import Kind
from siaga.people.tables import Contact, DataRequest, Task
from siaga.people.tasks import open_task
from siaga.rights import farewell, seeing
from siaga.rights.erasing import erase
from siaga.rights.retrying import again_if_deadlocked, is_deadlock
from siaga.rights.saying import say
from siaga.rights.subjects import of_contact
from siaga.turns.lanes import leased
from siaga.turns.tables import OPEN, InboundMessage, Lane, OutboundMessage
from siaga.whatsapp.reply import Reply

BY_RULE = "siaga.rule"
BY_CITIZEN = "siaga.citizen"
"""Who did it, in the audit log."""
TASK = "data_request"
"""The kind of the task by which staff are asked to do what failed too often."""
PATIENCE = timedelta(seconds=60)
"""So long an erasure waits for the answer that announced it, and for the turn under way, to end."""
LOOK_AGAIN = 0.5
"""Seconds between two looks at one that waits."""
MOST_ATTEMPTS = 5
REST = timedelta(seconds=15)
"""After the first failure; it doubles with each."""
HANDED_OVER = {
    "see": "Maaf, berkas data Anda belum berhasil saya buat. Permintaan *{number}* sudah saya teruskan ke petugas; "
    "mereka yang akan menyiapkannya untuk Anda.",
    "erase": "Maaf, data Anda belum berhasil saya hapus, dan belum ada yang terhapus. Permintaan *{number}* sudah saya "
    "teruskan ke petugas; mereka yang akan mengerjakannya untuk Anda.",
}

log = logging.getLogger(__name__)


def carry_out(now: datetime) -> float | None:
    """Do what is wished for and may be done now; seconds until something else may be, None if nothing waits.

    Any number of processes may do so at once.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away; what was not done is done another time.
    """
    seen: set[int] = set()
    while True:
        try:
            found = again_if_deadlocked(partial(_next, now, seen))
        except _Failed as failed:
            _count(failed, now)
            seen.add(failed.request_id)
            continue
        if found is None:
            return _until_next(now)
        seen.add(found)


def erase_by_rule(contact_id: int, now: datetime, *, only_if: Any = None) -> bool:
    """Erase a contact, as nobody has written for too long; no receipt is sent. Whether they were there to be erased.

    Args:
        only_if: a condition on ``Contact`` that must still hold once the contact is locked, as they may have written
            since they were found.

    Raises:
        sqlalchemy.exc.OperationalError: the database is away.
    """

    def work() -> bool:
        with transaction() as session:
            contact = _locked(session, contact_id, true() if only_if is None else only_if)
            receipt = contact and erase(session, of_contact(session, contact), now, by="rule")
            if not receipt:
                return False
            note(session, BY_RULE, "person.erase", receipt.for_audit())
            return True

    return again_if_deadlocked(work)


# ---------------------------------------------------------------------- one wish
class _Failed(Exception):
    """A wish could not be carried out, for what it is: ``problem`` is the class of the exception."""

    def __init__(self, request_id: int, problem: str) -> None:
        super().__init__(problem)
        self.request_id = request_id
        self.problem = problem


def _next(now: datetime, seen: Collection[int]) -> int | None:
    """Carry out the oldest wish that may be now, and has not been ``seen``; its id, None if there is none."""
    request_id = None
    try:
        with transaction() as session:
            request = _claim(session, "erase", now, seen) or _claim(session, "see", now, seen)
            if request is None:
                return None
            request_id = int(request.id)
            if _is_still_wished(session, request_id, now):
                (_see if request.kind == "see" else _erase)(session, request, now)
        return request_id
    except Exception as problem:
        if request_id is None or _is_away(problem):
            raise
        raise _Failed(request_id, type(problem).__name__) from problem


def _claim(session: Session, kind: Kind, now: datetime, seen: Collection[int]) -> Any:
    """A wish whose contact nobody else has locked; the contact is locked, before all that hangs on it.

    While a file is drawn, the contact's messages are taken in.
    """
    return session.execute(
        select(DataRequest.id, DataRequest.kind, DataRequest.number, DataRequest.contact_id)
        .join(Contact, Contact.id == DataRequest.contact_id)
        .where(DataRequest.kind == kind, _open(), _rested(now), _may_begin(), DataRequest.id.not_in(list(seen)))
        .order_by(DataRequest.asked_at, DataRequest.id)
        .limit(1)
        .with_for_update(of=Contact, skip_locked=True, key_share=kind == "see")
    ).one_or_none()


def _is_still_wished(session: Session, request_id: int, now: datetime) -> bool:
    """Asked once the contact is locked: somebody else may have done it between our reading and our locking.

    What is locked is the contact, and PostgreSQL reads again no other row than those that it locks.
    """
    which = select(DataRequest.id).where(DataRequest.id == request_id, _open(), _rested(now))
    return session.execute(which).first() is not None


def _open() -> Any:
    return and_(DataRequest.done_at.is_(None), DataRequest.attempts < MOST_ATTEMPTS)


def _rested(now: datetime) -> Any:
    return or_(DataRequest.not_before.is_(None), DataRequest.not_before <= now)


def _may_begin() -> Any:
    """The answer that announces it has been given; before an erasure, it has been sent, too, and no turn is run."""
    asked = InboundMessage.key == DataRequest.caused_by
    answering = exists().where(asked, InboundMessage.status == "waiting")
    announcing = exists().where(asked, OutboundMessage.caused_by == InboundMessage.id, OutboundMessage.status.in_(OPEN))
    working = exists().where(Lane.contact_id == DataRequest.contact_id, leased())
    waits = or_(answering, and_(DataRequest.kind == "erase", or_(announcing, working)))
    return or_(~waits, DataRequest.asked_at <= func.now() - PATIENCE)


def _see(session: Session, request: Any, now: datetime) -> None:
    counts = seeing.send(session, request.contact_id, request.number, now)
    _done(session, DataRequest.id == request.id, now)
    note(session, BY_CITIZEN, "person.export", {"request": request.number, "rows": counts})


def _erase(session: Session, request: Any, now: datetime) -> None:
    contact = session.get(Contact, request.contact_id, populate_existing=True)
    gone = farewell.remember(session, contact)
    receipt = erase(session, of_contact(session, contact), now, by="citizen", number=request.number)
    if receipt is not None:
        farewell.say_goodbye(session, gone, receipt, now)
        # At the end: whoever writes to the audit log waits for this transaction from here on.
        note(session, BY_CITIZEN, "person.erase", receipt.for_audit())


def _locked(session: Session, contact_id: int, which: Any) -> Any:
    return session.execute(
        select(Contact)
        .where(Contact.id == contact_id, which)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def _done(session: Session, which: Any, now: datetime) -> None:
    session.execute(update(DataRequest).where(which).values(done_at=now).execution_options(synchronize_session=False))


# ---------------------------------------------------------------------- when it goes wrong
def _count(failed: _Failed, now: datetime) -> None:
    """Count a failure; after too many, staff are asked to do it, and the contact is told."""
    log.error("a wish for somebody's data, number %d, failed: %s", failed.request_id, failed.problem)
    with transaction() as session:
        request = session.get(DataRequest, failed.request_id)
        if request is None:
            return
        if (
            session.execute(
                select(Contact.id).where(Contact.id == request.contact_id).with_for_update(key_share=True)
            ).first()
            is None
        ):
            return
        session.refresh(request, with_for_update=True)
        request.attempts += 1
        request.not_before = now + REST * 2 ** (request.attempts - 1)
        if request.attempts == MOST_ATTEMPTS:
            _hand_over(session, request)


def _hand_over(session: Session, request: Any) -> None:
    data = {"wish": request.kind, "number": request.number}
    open_task(session, TASK, data, contact_id=request.contact_id, message_id=request.number)
    say(session, request.contact_id, Reply(text=HANDED_OVER[request.kind].format(number=request.number)))


def _until_next(now: datetime) -> float | None:
    """Seconds until something may be done that may not be now."""
    with transaction() as session:
        _close_handed_over(session, now)
        waits, rests_until = session.execute(
            select(
                func.count().filter(_rested(now)), func.min(DataRequest.not_before).filter(DataRequest.not_before > now)
            ).where(_open())
        ).one()
    if waits:
        return LOOK_AGAIN
    return None if rests_until is None else max(LOOK_AGAIN, (rests_until - now).total_seconds())


def _close_handed_over(session: Session, now: datetime) -> None:
    """What staff were asked to do, and have done or refused, is done: it may be wished for again."""
    at_desk = exists().where(Task.caused_by == DataRequest.number + f":{TASK}", Task.status == "open")
    _done(session, and_(DataRequest.done_at.is_(None), DataRequest.attempts >= MOST_ATTEMPTS, ~at_desk), now)


def _is_away(problem: Exception) -> bool:
    """Whether the database is, rather than something being wrong with what it was told."""
    if isinstance(problem, OperationalError):
        return not is_deadlock(problem)
    if isinstance(problem, (InterfaceError, PoolExhausted)):
        return True
    return isinstance(problem, DBAPIError) and bool(problem.connection_invalidated)
