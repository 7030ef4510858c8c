"""A contact's wish to see what is known of them, or to have it erased: asked for in the chat, carried out beside it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.people.notices import CHANNEL
from siaga.people.tables import Contact, DataRequest

Kind = Literal["see", "erase"]
PREFIX = {"see": "DS", "erase": "HD"}
SEE_AGAIN = timedelta(hours=1)
"""A file that was sent is not made again for so long: it still stands in the chat."""


@dataclass(frozen=True)
class Asked:
    """``number`` is what the contact may name it by; not ``is_new``: it is on its way, or was sent just before."""

    number: str
    is_new: bool
    is_done: bool


def new_number(kind: Kind) -> str:
    """``HD-`` or ``DS-`` and twelve random hexadecimal digits: it tells nothing of anybody."""
    return f"{PREFIX[kind]}-{secrets.token_hex(6).upper()}"


def ask(session: Session, contact_key: str, kind: Kind, *, message_id: str, now: datetime) -> Asked:
    """Write the wish down and wake who carries it out; the same message, or one wished for already, adds nothing.

    Raises:
        LookupError: there is no such contact.
    """
    # A second wish of the same contact waits here for the first.
    contact_id = session.execute(
        select(Contact.id).where(Contact.key == contact_key).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if contact_id is None:
        raise LookupError("no such contact")
    recent = session.execute(
        select(DataRequest)
        .where(
            DataRequest.contact_id == contact_id,
            DataRequest.kind == kind,
            (DataRequest.done_at.is_(None)) | (DataRequest.done_at > now - SEE_AGAIN),
        )
        .order_by(DataRequest.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if recent is not None:
        is_new = recent.caused_by == message_id and recent.done_at is None
        return Asked(recent.number, is_new, recent.done_at is not None)
    number = new_number(kind)
    # By the database's clock: it is waited for from here on, however long ago the message was written.
    asked_at = func.now()
    session.add(DataRequest(contact_id=contact_id, kind=kind, number=number, caused_by=message_id, asked_at=asked_at))
    session.execute(select(func.pg_notify(CHANNEL, "")))
    return Asked(number, True, False)


def waiting_for(session: Session, contact_key: str, kind: Kind) -> str | None:
    """The number of a wish of this contact's that has not been carried out yet; None if there is none."""
    query = (
        select(DataRequest.number)
        .join(Contact, Contact.id == DataRequest.contact_id)
        .where(Contact.key == contact_key, DataRequest.kind == kind, DataRequest.done_at.is_(None))
        .order_by(DataRequest.id.desc())
        .limit(1)
    )
    number: str | None = session.execute(query).scalar_one_or_none()
    return number
