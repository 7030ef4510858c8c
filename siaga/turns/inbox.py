"""Taking messages in, each once, and giving them out in the order in which they came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import takewhile
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, Text, any_, case, cast, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.bulk import columns_of, given_rows
from siaga.db.prepared import Prepared, given, given_all
from siaga.handoffs import recording
from siaga.media import received
from siaga.people.contacts import Alias, ensure_contacts, stay
from siaga.settings import settings
from siaga.turns import crowd, lanes
from siaga.turns.messages import Incoming, message_key
from siaga.turns.roads import FIRST
from siaga.turns.tables import Dispatch, InboundMessage
from siaga.turns.wake import INBOX, notify

# Where a message's own id, and what the channel says about the message, lie in its encrypted content.
_WAMID = "wamid"
_AROUND = "around"
# Nobody answers these; an edit becomes a text where it comes too late.
_SILENT = frozenset({"ignored", "edit", "revoke"})
# The channel's own news, and what is said in groups: no contact is made for these, and no window opened.
_NOBODY_WROTE = frozenset({"group", "system"})
# What the desk has to tell: it is nobody's message.
_DESK = "desk"
# People send these in a row: half sentences, photos of an album.
_IN_A_ROW = frozenset({"text", "edit", "media"})
_CONTENT = InboundMessage.__table__.c.content.type
# More than anyone types before a turn begins; what is beyond has the next one.
MOST_IN_A_TURN = 200


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message that has not had its turn; ``age`` is in seconds since it was written, ``waited`` since it arrived.

    ``number`` is that of ours which it came by. ``turn_id`` is the id of its turn's first message, once the turn has
    been opened. ``problem`` is the class of the
    exception with which its content could not be read; then it is of the kind ``unreadable``.
    """

    id: int
    key: str
    wamid: str = field(repr=False)
    contact_id: int
    at: datetime
    kind: str
    content: dict[str, Any] = field(repr=False)
    around: dict[str, Any] = field(default_factory=dict, repr=False)
    attempts: int = 0
    turn_id: int | None = None
    age: float = 0.0
    waited: float = 0.0
    problem: str | None = None
    number: str = FIRST


# Made once: each is asked for every message, or every turn.
_NEW = given_rows(
    "new",
    **{
        name: InboundMessage.__table__.c[name].type
        for name in ("key", "our_number", "contact_id", "at", "kind", "content", "status")
    },
)
_KEEP = Prepared(
    insert(InboundMessage)
    .from_select(_NEW.c.keys(), select(*_NEW.c))
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(InboundMessage.key)
)
_HEARD_NEW = given_rows("heard", contact_id=BigInteger, our_number=Text, last_inbound_at=UtcDateTime)
_HEARD_INSERT = insert(Dispatch).from_select(
    [*_HEARD_NEW.c.keys(), "channel"], select(*_HEARD_NEW.c, cast(given("channel", Text), Text))
)
_IS_LATE = _HEARD_INSERT.excluded.last_inbound_at < Dispatch.last_inbound_at
_HEARD = Prepared(
    _HEARD_INSERT.on_conflict_do_update(
        index_elements=[Dispatch.contact_id],
        set_={
            "channel": _HEARD_INSERT.excluded.channel,
            # What was written before the last message, and comes after it, moves nobody back to another number.
            "our_number": case((_IS_LATE, Dispatch.our_number), else_=_HEARD_INSERT.excluded.our_number),
            "last_inbound_at": func.greatest(Dispatch.last_inbound_at, _HEARD_INSERT.excluded.last_inbound_at),
            "blocked_at": None,
        },
    )
)
_OPEN = Prepared(
    update(InboundMessage)
    .where(InboundMessage.id == any_(given_all("ids", BigInteger)))
    .values(turn_id=given("turn_id", BigInteger))
)
_WAITING = Prepared(
    select(
        InboundMessage.id,
        InboundMessage.key,
        InboundMessage.contact_id,
        InboundMessage.at,
        InboundMessage.kind,
        InboundMessage.attempts,
        InboundMessage.turn_id,
        InboundMessage.our_number,
        type_coerce(InboundMessage.content, LargeBinary).label("sealed"),
        func.extract("epoch", func.now() - func.coalesce(InboundMessage.replayed_at, InboundMessage.at)).label("age"),
        func.extract("epoch", func.now() - InboundMessage.received_at).label("waited"),
    )
    .where(InboundMessage.contact_id == given("contact", BigInteger), InboundMessage.status == "waiting")
    .order_by(InboundMessage.id)
    .limit(given("limit", Integer))
)
_FINISH = Prepared(
    update(InboundMessage)
    .where(InboundMessage.id == any_(given_all("ids", BigInteger)), InboundMessage.status == "waiting")
    .values(status="done", content=None, last_error=None)
)

Gather = Callable[[Sequence[Waiting]], int]
"""How many of the first waiting messages make one turn, at least one."""


def receive(session: Session, messages: Sequence[Incoming], channel: str = "whatsapp") -> int:
    """Keep the messages not seen before, and wake the workers; returns how many were new.

    Within one delivery the messages' own times decide the order. The caller commits: nothing may be acknowledged
    before that.
    """
    messages = [message for message in messages if message.content.get("event") not in _NOBODY_WROTE]
    if not messages:
        return 0
    contacts = ensure_contacts(session, [Alias(message.phone, message.user_id) for message in messages])
    by_key: dict[str, tuple[int, Incoming]] = {}
    for message in sorted(messages, key=lambda message: message.at):
        by_key.setdefault(message_key(message.wamid), (contacts[Alias(message.phone, message.user_id)], message))
    left = crowd.unread(session, by_key)
    rows = [_row(key, contact_id, message, left=key in left) for key, (contact_id, message) in by_key.items()]
    new = set(_KEEP.scalars(session, **columns_of(rows, _NEW.c.keys())))
    kept = {key: found for key, found in by_key.items() if key in new}
    stay(session, {contact_id for contact_id, _ in kept.values()})
    if any(message.kind in ("edit", "revoke") for _, message in kept.values()):
        # So that no turn is opened with what is just being changed.
        lanes.lock(session, {contact_id for contact_id, _ in kept.values()})
    settle: dict[int, bool] = {}
    urgent: set[int] = set()
    for key, (contact_id, message) in kept.items():
        more_may_follow = message.kind in _IN_A_ROW
        if message.kind in ("edit", "revoke"):
            waits = _change(session, contact_id, key, message, left=key in left)
        else:
            waits = message.kind not in _SILENT and key not in left
        if waits:
            settle[contact_id] = settle.get(contact_id, True) and more_may_follow
            if crowd.tells_of_danger(message):
                urgent.add(contact_id)
    config = settings()
    lanes.arrive(session, channel, settle, lanes.Settling(config.pause_seconds, config.longest_pause_seconds), urgent)
    crowd.note(session, [contact_id for key, (contact_id, _) in kept.items() if key in left])
    _heard_from(session, channel, kept.values())
    received.expect(
        session,
        [
            received.Expected(contact_id, key, channel, message.content)
            for key, (contact_id, message) in kept.items()
            if message.kind == "media" and message.content.get("media_id") and key not in left
        ],
    )
    if settle:
        notify(session, INBOX)
    return len(new)


def _row(key: str, contact_id: int, message: Incoming, *, left: bool) -> dict[str, Any]:
    silent = message.kind in _SILENT or left
    content = {**message.content, _WAMID: message.wamid}
    if message.around:
        content[_AROUND] = message.around
    return {
        "key": key,
        "our_number": message.number,
        "contact_id": contact_id,
        "at": message.at,
        "kind": message.kind,
        "content": None if silent else content,
        "status": "ignored" if silent else "waiting",
    }


def _change(session: Session, contact_id: int, key: str, message: Incoming, *, left: bool) -> bool:
    """Carry out an edit or a revocation on a message that nobody has begun to answer; whether it has to be answered.

    A text edited after that is a new text: a correction, unless there are too many to read.
    """
    original = session.scalar(
        select(InboundMessage)
        .where(
            InboundMessage.key == message.content.get("original"),
            InboundMessage.contact_id == contact_id,
            InboundMessage.status == "waiting",
            InboundMessage.turn_id.is_(None),
        )
        .with_for_update()
    )
    text = message.content.get("text")
    if message.kind == "revoke":
        _withdraw(session, contact_id, message.content.get("original"))
    if original is None and (message.kind == "revoke" or text):
        _expect_no_more(session, contact_id, message)
    if original is not None:
        if message.kind == "revoke":
            original.status, original.content = "ignored", None
        elif text:
            original.content = {**(original.content or {}), "text": text}
        session.flush()
        return False
    if message.kind == "revoke" or not text or left:
        return False
    session.execute(
        update(InboundMessage)
        .where(InboundMessage.key == key)
        .values(kind="text", status="waiting", content={"text": text, _WAMID: message.wamid})
        .execution_options(synchronize_session=False)
    )
    return True


def _withdraw(session: Session, contact_id: int, key: str | None) -> None:
    """What came with a message that its sender has taken back is not kept: its file, and what was parked of it."""
    received.withdraw(session, contact_id, key or "")
    recording.withdraw(session, contact_id, key or "")
    session.execute(
        update(InboundMessage)
        .where(InboundMessage.key == key, InboundMessage.contact_id == contact_id, InboundMessage.status == "parked")
        .values(status="ignored", content=None)
        .execution_options(synchronize_session=False)
    )


def _expect_no_more(session: Session, contact_id: int, message: Incoming) -> None:
    """An original that has not come yet, as the channel keeps no order, is not answered any more when it does."""
    row = {
        "key": message.content["original"],
        "our_number": message.number,
        "contact_id": contact_id,
        "at": message.at,
        "kind": "ignored",
        "content": None,
        "status": "ignored",
    }
    _KEEP.all(session, **columns_of([row], _NEW.c.keys()))


def _heard_from(session: Session, channel: str, kept: Iterable[tuple[int, Incoming]]) -> None:
    """Note when each contact wrote last, and to which number: that opens the window for answers, and ends a block."""
    latest: dict[int, tuple[datetime, str]] = {}
    now = datetime.now(timezone.utc)
    for contact_id, message in kept:
        # A clock that runs ahead, as the simulator's may, keeps no window open.
        at = min(message.at, now)
        if contact_id not in latest or at >= latest[contact_id][0]:
            latest[contact_id] = at, message.number
    if not latest:
        return
    contacts = sorted(latest)
    _HEARD.run(
        session,
        channel=channel,
        contact_id=contacts,
        our_number=[latest[one][1] for one in contacts],
        last_inbound_at=[latest[one][0] for one in contacts],
    )


def open_turn(session: Session, contact_id: int, gather: Gather, *, stale_after: float) -> list[Waiting]:
    """The messages of the contact's next turn, oldest first; none when nothing waits.

    What a turn is made of is written down the first time, so that it is run again with the same messages. Those
    written more than ``stale_after`` seconds ago make one turn all together, however often they have been tried; one
    that cannot be read stands alone.
    """
    rows = waiting(session, contact_id)
    if not rows:
        return []
    first = rows[0]
    if first.kind == _DESK:
        turn = [first]
    elif first.age > stale_after and first.problem is None:
        turn = list(takewhile(lambda row: row.age > stale_after and row.problem is None and row.kind != _DESK, rows))
    elif first.turn_id is not None:
        # What was committed later than its neighbours may have come to lie between them.
        turn = [row for row in rows if row.turn_id == first.turn_id]
    else:
        turn = rows[: gather(list(takewhile(lambda row: row.turn_id is None, rows)))]
    others = [row.id for row in turn if row.turn_id != first.id]
    if others:
        _OPEN.run(session, ids=others, turn_id=first.id)
    return turn


def waiting(session: Session, contact_id: int, limit: int = MOST_IN_A_TURN) -> list[Waiting]:
    """The contact's messages that have not had their turn, oldest first."""
    return [_waiting(row) for row in _WAITING.all(session, contact=contact_id, limit=limit)]


def _waiting(row: Any) -> Waiting:
    kind, problem = row.kind, None
    # Opened one by one: one that cannot be read, as with a key that is gone, must not hold up all others.
    try:
        content = dict(_CONTENT.process_result_value(row.sealed, None) or {})
    except Exception as error:
        content, kind, problem = {}, "unreadable", type(error).__name__
    return Waiting(
        id=row.id,
        key=row.key,
        wamid=content.pop(_WAMID, ""),
        contact_id=row.contact_id,
        at=row.at,
        kind=kind,
        around=content.pop(_AROUND, {}),
        content=content,
        attempts=row.attempts,
        turn_id=row.turn_id,
        age=float(row.age),
        waited=float(row.waited),
        problem=problem,
        number=row.our_number,
    )


def rest(session: Session, contact_id: int, *, at_once: bool = False) -> float | None:
    """Seconds to wait before the contact's next turn, since more may be being typed; None when nothing waits.

    ``at_once``: a person has the conversation, and reads each message as it comes.
    """
    rows = waiting(session, contact_id)
    if not rows:
        return None
    config = settings()
    if at_once or any(row.kind not in _IN_A_ROW or row.turn_id is not None for row in rows):
        return 0.0
    pause = min(config.pause_seconds - rows[-1].waited, config.longest_pause_seconds - rows[0].waited)
    return max(0.0, pause)


def finish(session: Session, turn: Sequence[Waiting]) -> None:
    """The turn of these messages is over: their content is forgotten.

    Raises:
        LeaseLost: it was over already.
    """
    if _FINISH.run(session, ids=[message.id for message in turn]) != len(turn):
        raise lanes.LeaseLost


def fail(session: Session, turn: Sequence[Waiting], error: str, *, limit: int) -> bool:
    """Count a failed run; at the limit the turn's messages are parked. Returns whether they were.

    ``error`` is the name of an exception's class, never its text.
    """
    failed = session.execute(
        update(InboundMessage)
        .where(InboundMessage.id.in_([message.id for message in turn]), InboundMessage.status == "waiting")
        .values(
            attempts=InboundMessage.attempts + 1,
            last_error=error[:80],
            status=case((InboundMessage.attempts + 1 >= limit, "parked"), else_=InboundMessage.status),
        )
        .returning(InboundMessage.status)
        .execution_options(synchronize_session=False)
    ).scalars()
    statuses = list(failed)
    if len(statuses) != len(turn):
        raise lanes.LeaseLost
    return "parked" in statuses
