"""Citizens who wait for a person, and what they say; synthetic persons only."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select, update

from siaga.db import transaction
from siaga.handoffs import opening, recording, state
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.privacy import blind_index
from siaga.turns import inbox, outbox
from siaga.turns.messages import Incoming, message_key
from siaga.turns.tables import Dispatch, OutboundMessage

NIK = "3578011708909001"
NAME = "Warga Uji 001"


def now() -> datetime:
    """This moment."""
    return datetime.now(timezone.utc)


def phone(number: int) -> str:
    """The phone number of a citizen."""
    return f"62800000{number:05}"


def waiting(number: int = 1, *texts: str, reason: str = "asked", ago: timedelta = timedelta(), **more: Any) -> int:
    """A citizen asks for a person, and writes; the number of their hand-off. ``ago``: they wrote so long ago."""
    at = now() - ago
    with transaction() as session:
        contact_id = ensure_contact(session, phone=phone(number)).id
        opened = opening.ask(session, contact_id, reason, message_id=f"ask{number}", at=at, **more)
    # Somebody whose first message was that: their window is open.
    say(opened.id, *(texts or ("halo, mau tanya",)), at=at)
    return opened.id


def say(hand_off_id: int, *texts: str, at: datetime | None = None, kind: str = "text", **content: Any) -> list[str]:
    """The citizen writes, as the channel would tell; the keys of the messages."""
    when = at or now()
    keys: list[str] = []
    for place, text in enumerate(texts or ("",)):
        wamid = f"wamid.{hand_off_id}.{when.timestamp()}.{place}.{len(keys)}{text[:9]}"
        told = {"text": text} if kind == "text" else content
        with transaction() as session:
            hand_off = state.get(session, hand_off_id, lock=True)
            incoming = Incoming(wamid, when, kind, told, phone=_phone(session, hand_off.contact_id))  # type: ignore[arg-type]
            inbox.receive(session, [incoming])
            message = {"key": message_key(wamid), "at": when, "kind": kind, "content": told, "wamid": wamid}
            recording.citizen_said(session, hand_off, [message], when)
        set_last_word(hand_off_id, when)
        keys.append(message_key(wamid))
    return keys


def _phone(session: Any, contact_id: int) -> str:
    return str(session.get(Contact, contact_id).phone)


def set_last_word(hand_off_id: int, at: datetime) -> None:
    """The window is open from then on."""
    with transaction() as session:
        contact_id = session.scalar(select(HandOff.contact_id).where(HandOff.id == hand_off_id))
        session.execute(update(Dispatch).where(Dispatch.contact_id == contact_id).values(last_inbound_at=at))


def looks_after(hand_off_id: int) -> int:
    """The citizen looks after somebody; the person's id."""
    with transaction() as session:
        person = Person(
            nik=NIK,
            nik_index=blind_index(NIK, "person.nik"),
            name=NAME,
            birth_date="1990-08-17",
            sex="F",
            regency_code="35.78",
        )
        session.add(person)
        session.flush()
        contact_id = state.get(session, hand_off_id).contact_id
        session.add(ContactPerson(contact_id=contact_id, person_id=person.id, relation="self"))
        return int(person.id)


def row(hand_off_id: int) -> HandOff:
    """A hand-off as it is stored."""
    with transaction() as session:
        return session.get(HandOff, hand_off_id)


def told(hand_off_id: int, *authors: str) -> list[str]:
    """What these have said in a hand-off, in order."""
    query = select(HandOffMessage).where(HandOffMessage.hand_off_id == hand_off_id).order_by(HandOffMessage.id)
    with transaction() as session:
        return [str(one.content.get("text")) for one in session.scalars(query) if not authors or one.author in authors]


def outbound(hand_off_id: int) -> list[Any]:
    """What the outbox holds for the citizen, in order."""
    with transaction() as session:
        contact_id = session.scalar(select(HandOff.contact_id).where(HandOff.id == hand_off_id))
        query = select(OutboundMessage).where(OutboundMessage.contact_id == contact_id).order_by(OutboundMessage.seq)
        return list(session.scalars(query))


def key() -> str:
    """A key for a form."""
    return outbox.new_key()
