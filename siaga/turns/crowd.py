"""When one contact sends more than anybody can answer: what of it is kept all the same.

Counted is what waits and what was kept within a minute. After so many (``waiting_messages``) only taps and danger are
kept, after some more only danger, and in the end nothing: so much danger has been told by then that more tells no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import BigInteger, and_, func, select
from sqlalchemy.orm import Session

from siaga.db.prepared import Prepared, given_all
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.text.danger import find_danger
from siaga.turns import lanes
from siaga.turns.messages import Incoming
from siaga.turns.tables import InboundMessage, Lane
from siaga.watch.metrics import RECEIVED

WITHIN = timedelta(minutes=1)
MORE_TAPS = 20
MORE_DANGER = 20
# Nobody answers these, however many they are.
_SILENT = frozenset({"ignored", "revoke"})

_contact, _message = Contact.__table__.c, InboundMessage.__table__.c
# What the desk put there nobody has sent.
_theirs = and_(_message.contact_id == _contact.id, _message.kind != "desk")
_waiting = select(func.count()).where(_theirs, _message.status == "waiting").scalar_subquery()
_lately = (
    select(func.count())
    .where(
        _theirs,
        _message.received_at > func.clock_timestamp() - WITHIN,
        _message.status.not_in(("waiting", "ignored")),
    )
    .scalar_subquery()
)
# Made once: it is asked for every delivery.
_COUNTS = Prepared(
    select(_contact.id, (_waiting + _lately).label("n")).where(
        _contact.id == func.any(given_all("contacts", BigInteger))
    )
)


def unread(session: Session, messages: Mapping[str, tuple[int, Incoming]]) -> set[str]:
    """The keys of what is not kept, of messages by key with their contact's id, in the order of their times.

    Of contacts from whom too much comes the row and the lane are locked until the transaction ends.
    """
    most = settings().waiting_messages
    by_contact: dict[int, list[str]] = {}
    for key, (contact_id, message) in messages.items():
        if message.kind not in _SILENT:
            by_contact.setdefault(contact_id, []).append(key)
    counts = _counts(session, by_contact)
    many = sorted(one for one, keys in by_contact.items() if counts.get(one, 0) + len(keys) > most)
    if not many:
        return set()
    session.execute(
        select(Contact.id).where(Contact.id.in_(many)).order_by(Contact.id).with_for_update(key_share=True)
    ).all()
    lanes.lock(session, many)
    # What others have just kept is seen now.
    counts = _counts(session, many)
    seen = _seen(session, (key for one in many for key in by_contact[one]))
    left: set[str] = set()
    for contact_id in many:
        count = counts.get(contact_id, 0)
        for key in by_contact[contact_id]:
            if key in seen:
                continue
            if count < most or count < _room(messages[key][1], most):
                count += 1
            else:
                left.add(key)
    return left


def note(session: Session, contacts: Iterable[int]) -> None:
    """Remember of whom something was not read, once for each such message: they are told when all else is answered."""
    counts: dict[int, int] = {}
    for contact_id in contacts:
        counts[contact_id] = counts.get(contact_id, 0) + 1
    RECEIVED.add("unread", n=sum(counts.values()))
    for contact_id, count in sorted(counts.items()):
        lane = session.get(Lane, contact_id, with_for_update=True, populate_existing=True)
        if lane is not None:
            lane.unread += count
    session.flush()


def tells_of_danger(message: Incoming) -> bool:
    """Whether what was typed tells of danger, by its words: such a message overtakes all others."""
    said = " ".join(str(message.content[name]) for name in ("text", "caption") if message.content.get(name))
    return bool(said) and find_danger(said) is not None


def _room(message: Incoming, most: int) -> int:
    """How many may have come before it."""
    if message.kind == "option":
        return most + MORE_TAPS
    return most + MORE_TAPS + MORE_DANGER if tells_of_danger(message) else most


def _counts(session: Session, contacts: Iterable[int]) -> dict[int, int]:
    """How many wait or were kept lately, by contact."""
    wanted = sorted(contacts)
    return {row.id: int(row.n) for row in _COUNTS.all(session, contacts=wanted)} if wanted else {}


def _seen(session: Session, keys: Iterable[str]) -> set[str]:
    return set(session.scalars(select(InboundMessage.key).where(InboundMessage.key.in_(list(keys)))))
