"""A contact's aliases change, and whoever turns out to be the same person becomes one contact with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Session

from siaga.handoffs import merging
from siaga.people import contacts
from siaga.people.contacts import Alias
from siaga.people.tables import Contact
from siaga.schema import Base
from siaga.turns import lanes, trackers
from siaga.turns.messages import AliasChange
from siaga.turns.tables import Dispatch, InboundMessage, Lane, OutboundMessage
from siaga.turns.wake import INBOX, OUTBOX, notify


def follow(session: Session, change: AliasChange, channel: str = "whatsapp") -> None:
    """Let a contact go by the new aliases; strangers are passed over. The caller commits."""
    followed = contacts.follow(
        session, Alias(change.phone, change.user_id), Alias(change.new_phone, change.new_user_id), change.at
    )
    if followed is not None:
        for contact_id in followed.same:
            merge(session, contact_id, followed.contact_id, channel)


def merge(session: Session, gone: int, stays: int, channel: str = "whatsapp") -> None:
    """Give everything of the contact ``gone`` to ``stays``, and delete ``gone`` with its conversation.

    Whoever is working a turn of ``gone`` loses the lease: the turn is run again in the lane of ``stays``. Where both
    have what there can be only one of, that of ``stays`` counts.
    """
    key = session.scalar(select(Contact.key).where(Contact.id == gone).with_for_update())
    if key is None:
        return
    ids = (gone, stays)
    _lock(session, Lane, ids)
    streets = _lock(session, Dispatch, ids)
    _move_messages(session, streets.get(gone), streets.get(stays), gone, stays)
    merging.merge(session, gone, stays)
    for table, column in _references():
        if table not in (Lane.__table__, Dispatch.__table__):
            _drop_doubles(session, table, column, gone, stays)
            session.execute(update(table).where(column == gone).values({column: stays}))
    _keep_silence(session, gone, stays)
    contacts.stay(session, [stays])
    trackers.forget(session, key)
    session.execute(delete(Contact).where(Contact.id == gone).execution_options(synchronize_session=False))
    session.expire_all()
    messages = select(InboundMessage.id).where(InboundMessage.contact_id == stays)
    if session.scalar(messages.limit(1)):
        # Also for what is parked, and may be tried again; a worker that finds nothing there goes on.
        lanes.arrive(session, channel, {stays: False}, lanes.Settling(0, 0))
        notify(session, INBOX)
    notify(session, OUTBOX)


def _keep_silence(session: Session, gone: int, stays: int) -> None:
    """Who has stopped the reminders anywhere has stopped them."""
    since = select(Contact.reminders_off_at).where(Contact.id == gone).scalar_subquery()
    session.execute(
        update(Contact)
        .where(Contact.id == stays)
        .values(reminders_off_at=func.greatest(Contact.reminders_off_at, since))
        .execution_options(synchronize_session=False)
    )


def _lock(session: Session, table: Any, ids: Sequence[int]) -> dict[int, Any]:
    rows = session.scalars(
        select(table)
        .where(table.contact_id.in_(ids))
        .order_by(table.contact_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.contact_id: row for row in rows}


def _move_messages(session: Session, from_: Dispatch | None, to: Dispatch | None, gone: int, stays: int) -> None:
    """Put the messages of one street behind those of another."""
    if from_ is None:
        return
    if to is None:
        # Nothing has ever been sent to, or heard from, the contact that stays.
        session.execute(update(Dispatch.__table__).where(Dispatch.contact_id == gone).values(contact_id=stays))
        return
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.contact_id == gone)
        .values(contact_id=stays, seq=OutboundMessage.seq + to.last_seq)
        .execution_options(synchronize_session=False)
    )
    told = [at for at in (from_.opted_out_at, to.opted_out_at) if at]
    to.last_seq += from_.last_seq
    if from_.last_inbound_at and (to.last_inbound_at is None or from_.last_inbound_at > to.last_inbound_at):
        to.our_number, to.last_inbound_at = from_.our_number, from_.last_inbound_at
    # Who wrote from the new number has not blocked us; who has opted out anywhere has opted out.
    to.blocked_at = from_.blocked_at
    to.opted_out_at = max(told, default=None)
    # While something of theirs is on its way, what comes after it waits for that.
    to.ready_at = to.ready_at or from_.ready_at
    session.flush()


def _references() -> Iterator[tuple[Table, Column]]:
    """The columns of the whole house that say to which contact a row belongs."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is Contact.__table__.c.id:
                yield table, key.parent


def _drop_doubles(session: Session, table: Table, column: Column, gone: int, stays: int) -> None:
    """Delete rows of ``gone`` that would be the second of their kind with ``stays``."""
    for columns, among in _unique(table):
        if column not in columns:
            continue
        theirs = table.alias()
        alike = [theirs.c[other.name] == other for other in columns if other is not column]
        # In each query the condition's names are those of its own rows.
        double = select(theirs).where(theirs.c[column.name] == stays, *alike, *among).exists()
        session.execute(delete(table).where(column == gone, double, *among))


def _unique(table: Table) -> Iterator[tuple[list[Column], list[Any]]]:
    """The sets of columns of which no two rows may have the same values, and among which rows; nothing: among all."""
    yield list(table.primary_key.columns), []
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield list(constraint.columns), []
    for index in table.indexes:
        if index.unique:
            among = index.dialect_options["postgresql"]["where"]
            yield list(index.columns), [] if among is None else [among]
