"""Volunteers with accounts, and conversations that are open: synthetic persons only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count

from siaga.db import transaction
from siaga.desk import accounts, sessions
from siaga.handoffs import attendants, claiming, opening, recording, state
from siaga.people.contacts import ensure_contact
from siaga.turns import inbox
from siaga.turns.messages import Incoming, message_key

SAID_BEFORE = 10
"""Messages that stand in each conversation when the measuring begins."""
WAITING = 0.2
"""The share of the conversations that nobody holds."""

_numbers = count(1)


@dataclass(frozen=True)
class Volunteer:
    """Somebody at the desk, with what their browser is signed in by."""

    login: str
    name: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Conversation:
    """A hand-off, and who holds it, if anybody."""

    id: int
    phone: str
    holder: str | None


def now() -> datetime:
    """This moment."""
    return datetime.now(timezone.utc)


def volunteers(number: int) -> list[Volunteer]:
    """So many who are signed in."""
    made = []
    for at in range(1, number + 1):
        login, name = f"relawan.{at:03}", f"Relawan Uji {at:03}"
        with transaction() as session:
            account = accounts.create(session, login, name, ["volunteer"], by="command")
            token = sessions.begin(session, account.id, now())
            attendants.seen(session, login, name, now())
        made.append(Volunteer(login, name, token))
    return made


def conversations(number: int, held_by: list[Volunteer]) -> list[Conversation]:
    """So many that are open: the first ones held, by one after the other, the rest waiting."""
    held = round(number * (1 - WAITING))
    made = []
    for at in range(number):
        phone = f"628000000{at + 1:05}"
        when = now() - timedelta(seconds=number - at)
        first = Incoming(f"wamid.bench.{at}", when, "text", {"text": "mau bicara dengan petugas"}, phone=phone)
        with transaction() as session:
            # As the channel does it, so that they may be written to.
            inbox.receive(session, [first])
            contact_id = ensure_contact(session, phone=phone).id
            opened = opening.ask(session, contact_id, "asked", message_id=message_key(first.wamid), at=when)
        holder = held_by[at % len(held_by)].login if at < held else None
        if holder is not None:
            with transaction() as session:
                claiming.claim(session, opened.id, holder, now())
        conversation = Conversation(opened.id, phone, holder)
        for place in range(SAID_BEFORE):
            say(conversation, f"Pesan sebelum ini, yang ke-{place}, kira-kira sepanjang ini.")
        made.append(conversation)
    return made


def say(conversation: Conversation, text: str) -> None:
    """The citizen says something: recorded as at the end of a turn, in a transaction of its own."""
    at = now()
    wamid = f"wamid.bench.said.{next(_numbers)}"
    message = {"key": message_key(wamid), "at": at, "kind": "text", "content": {"text": text}, "wamid": wamid}
    with transaction() as session:
        hand_off = state.get(session, conversation.id, lock=True)
        recording.citizen_said(session, hand_off, [message], at)
