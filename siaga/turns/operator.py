"""What an operator sees of the turns, and may do: nothing here shows what somebody wrote, but masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, defer

from siaga.media.tables import ReceivedMedia
from siaga.people.tables import Contact
from siaga.privacy import mask_text
from siaga.turns.lanes import leased
from siaga.turns.roads import FIRST
from siaga.turns.tables import OPEN, ChannelState, Dispatch, InboundMessage, Lane, OutboundMessage, Quarantine
from siaga.turns.wake import INBOX, OUTBOX, notify


class UnknownTurn(LookupError):
    """There is no parked turn with this number."""


@dataclass(frozen=True)
class Parked:
    """A turn that failed too often. ``turn`` names it; ``contact`` is the contact's key."""

    turn: int
    contact: str
    received_at: datetime
    messages: int
    kinds: tuple[str, ...]
    attempts: int
    error: str | None


def overview(session: Session) -> dict[str, Any]:
    """How much waits and since when (seconds), what is worked, and what needs somebody's attention."""

    def count(table: Any, *where: Any) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def longest(column: Any, *where: Any) -> float:
        seconds = session.scalar(select(func.extract("epoch", func.now() - func.min(column))).where(*where))
        return round(float(seconds or 0), 1)

    waiting = InboundMessage.status == "waiting"
    news = Quarantine.reason.startswith("field ")
    to_send = OutboundMessage.status.in_(OPEN)
    paused = session.execute(
        select(ChannelState.channel, ChannelState.pause_code, ChannelState.paused_since, ChannelState.paused_until)
        .where(ChannelState.paused_until > func.now())
        .order_by(ChannelState.channel)
    )
    by_others = (
        select(Dispatch.our_number, func.count())
        .where(Dispatch.ready_at.is_not(None), Dispatch.our_number != FIRST)
        .group_by(Dispatch.our_number)
    )
    return {
        "waiting": count(InboundMessage, waiting),
        "oldest_waiting_seconds": longest(InboundMessage.received_at, waiting),
        "lanes_in_work": count(Lane, leased()),
        "lanes_resting_after_a_failure": count(Lane, Lane.failures > 0),
        "parked": session.scalar(
            select(func.count(func.coalesce(InboundMessage.turn_id, InboundMessage.id).distinct())).where(
                InboundMessage.status == "parked"
            )
        ),
        "to_send": count(OutboundMessage, to_send),
        "oldest_to_send_seconds": longest(OutboundMessage.created_at, to_send),
        "fate_unknown": count(OutboundMessage, OutboundMessage.status == "unknown"),
        "to_send_by_other_numbers": {number: count for number, count in session.execute(by_others)},
        "contacts_who_blocked_us": count(Dispatch, Dispatch.blocked_at.is_not(None)),
        "channels_paused": [
            {"channel": channel, "code": code, "since": since.isoformat(), "until": until.isoformat()}
            for channel, code, since, until in paused
        ],
        "files_to_fetch": count(ReceivedMedia, ReceivedMedia.status == "waiting"),
        "quarantine": count(Quarantine, ~news),
        "news_of_the_account": count(Quarantine, news),
    }


def parked(session: Session) -> list[Parked]:
    """The parked turns, oldest first."""
    rows = session.execute(
        select(InboundMessage, Contact.key)
        .options(defer(InboundMessage.content))
        .join(Contact, Contact.id == InboundMessage.contact_id)
        .where(InboundMessage.status == "parked")
        .order_by(InboundMessage.id)
    ).all()
    turns: dict[int, list[tuple[InboundMessage, str]]] = {}
    for row, key in rows:
        turns.setdefault(row.turn_id or row.id, []).append((row, key))
    return [
        Parked(
            turn,
            messages[0][1],
            messages[0][0].received_at,
            len(messages),
            tuple(row.kind for row, _ in messages),
            messages[0][0].attempts,
            messages[0][0].last_error,
        )
        for turn, messages in turns.items()
    ]


def shown(session: Session, turn: int) -> list[dict[str, Any]]:
    """What a parked turn's messages hold, with NIK, numbers, names and the like masked.

    Raises:
        UnknownTurn
    """
    return [{"kind": row.kind, "at": row.at.isoformat(), "content": _readable(row)} for row in _rows(session, turn)]


def replay(session: Session, turn: int) -> None:
    """Have a parked turn tried again, as if it had just come.

    Raises:
        UnknownTurn
    """
    rows = _rows(session, turn)
    _set(session, rows, status="waiting", attempts=0, replayed_at=func.now())
    # Whoever works the lane already sees it when they give it back.
    session.execute(
        update(Lane)
        .where(Lane.contact_id == rows[0].contact_id)
        .values(ready_at=func.coalesce(Lane.ready_at, func.now()))
        .execution_options(synchronize_session=False)
    )
    notify(session, INBOX)


def drop(session: Session, turn: int) -> None:
    """Give a parked turn up for good; its content is forgotten.

    Raises:
        UnknownTurn
    """
    _set(session, _rows(session, turn), status="done", content=None)


def leave(session: Session, number: str, *, is_first: bool = False) -> int:
    """A number of ours is no further one any more: who wrote to it last is the first's; how many they are.

    To the first they are somebody who has not written: what waits for them goes as a template, or not at all. Not so
    where it has become the first itself (``is_first``).
    """
    as_strangers = {} if is_first else {"last_inbound_at": None, "blocked_at": None}
    moved = session.execute(
        update(Dispatch)
        .where(Dispatch.our_number == number)
        .values(our_number=FIRST, **as_strangers)
        .execution_options(synchronize_session=False)
    )
    notify(session, OUTBOX)
    return int(moved.rowcount)


def set_aside(session: Session, limit: int = 50) -> list[dict[str, Any]]:
    """The newest of what could not be understood: what it is like, not what it says."""
    rows = session.scalars(select(Quarantine).order_by(Quarantine.id.desc()).limit(limit))
    return [
        {
            "id": row.id,
            "received_at": row.received_at.isoformat(),
            "channel": row.channel,
            "reason": row.reason,
            "shape": shape(row.content),
        }
        for row in rows
    ]


def shape(value: Any) -> Any:
    """A JSON value with its keys, and the types of what lies under them."""
    if isinstance(value, dict):
        return {str(key): shape(part) for key, part in list(value.items())[:50]}
    if isinstance(value, list):
        return [shape(part) for part in value[:3]]
    return type(value).__name__


def _rows(session: Session, turn: int) -> list[InboundMessage]:
    rows = list(
        session.scalars(
            select(InboundMessage)
            .options(defer(InboundMessage.content))
            .where(func.coalesce(InboundMessage.turn_id, InboundMessage.id) == turn, InboundMessage.status == "parked")
            .order_by(InboundMessage.id)
            .with_for_update()
        )
    )
    if not rows:
        raise UnknownTurn(f"there is no parked turn {turn}")
    return rows


def _set(session: Session, rows: list[InboundMessage], **values: Any) -> None:
    session.execute(
        update(InboundMessage)
        .where(InboundMessage.id.in_([row.id for row in rows]))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _readable(row: InboundMessage) -> Any:
    """What a message holds, masked; ``{"unreadable": <class of the exception>}`` where it cannot be deciphered."""
    try:
        return _masked(_known(row.content or {}))
    except Exception as error:
        return {"unreadable": type(error).__name__}


def _known(content: dict[str, Any]) -> dict[str, Any]:
    """Without the channel's id of the message, which holds the phone number."""
    return {key: value for key, value in content.items() if key not in ("wamid", "media_id")}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: _masked(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    return value
