"""Messages on their way out: each is put behind the others of its contact."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Text, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.bulk import columns_of, given_rows
from siaga.db.prepared import Prepared, given
from siaga.turns.messages import Draft
from siaga.turns.tables import Dispatch, OutboundMessage
from siaga.turns.wake import OUTBOX

# What is urgent is as if it had waited for so long, which nothing else does: a day later it would not be sent.
_AHEAD_SECONDS = 2 * 86_400.0


def _queue_up() -> Prepared:
    new = insert(Dispatch).values(
        contact_id=given("contact", BigInteger),
        channel=given("channel", Text),
        last_seq=given("count", BigInteger),
        ready_at=func.now() - given("ahead", Float) * timedelta(seconds=1),
    )
    # A street whose message is on its way, or rests, stays as it is.
    ready_at = case(
        (Dispatch.ready_at > func.now(), Dispatch.ready_at),
        else_=func.least(Dispatch.ready_at, new.excluded.ready_at),
    )
    return Prepared(
        new.on_conflict_do_update(
            index_elements=[Dispatch.contact_id],
            set_={
                "last_seq": Dispatch.last_seq + new.excluded.last_seq,
                "channel": new.excluded.channel,
                "ready_at": ready_at,
            },
            # The senders are woken when the transaction commits.
        ).returning(Dispatch.last_seq, func.pg_notify(OUTBOX, ""))
    )


# Made once: each is asked for every turn.
_QUEUE_UP = _queue_up()
_columns = OutboundMessage.__table__.c
_NEW = given_rows("new", **{name: _columns[name].type for name in ("id", "seq", "payload", "template", "options")})
_OF_ALL = {
    "contact_id": given("contact", BigInteger),
    "channel": given("channel", Text),
    "caused_by": given("caused_by", BigInteger),
    "unasked": given("unasked", Boolean),
    "until": given("until", UtcDateTime),
    "status": literal("queued"),
}
_PUT = Prepared(
    insert(OutboundMessage).from_select(
        [*_NEW.c.keys(), *_OF_ALL], select(*_NEW.c, *(cast(one, one.type) for one in _OF_ALL.values()))
    )
)


def new_key() -> str:
    """A fresh id for an outgoing message."""
    return secrets.token_hex(12)


def put_all(
    session: Session,
    contact_id: int,
    drafts: Sequence[Draft],
    key: str | None = None,
    *,
    channel: str = "whatsapp",
    caused_by: int | None = None,
    unasked: bool = False,
    template: dict[str, Any] | None = None,
    until: datetime | None = None,
    urgent: bool = False,
) -> list[str]:
    """Queue messages behind the contact's others, and wake the senders; returns their keys.

    The one with options gets ``key``, with which the ids of the options begin. ``template`` is sent in place of the
    last one when the contact has been silent for too long; it may also be all there is. What has not been sent by
    ``until`` is not sent any more. What is ``urgent`` overtakes what is for others.
    """
    if not drafts and template is None:
        return []
    count = max(1, len(drafts))
    ahead = _AHEAD_SECONDS if urgent else 0.0
    last = _QUEUE_UP.scalar(session, contact=contact_id, channel=channel, count=count, ahead=ahead)
    rows = []
    for place, draft in enumerate(drafts or [None], 1):
        options = draft.options if draft else ()
        rows.append(
            {
                "id": key if key and (options or count == 1) else new_key(),
                "seq": last - count + place,
                "payload": draft.payload if draft else None,
                "template": template if place == count else None,
                "options": [vars(option) for option in options] or None,
            }
        )
    _PUT.run(
        session,
        **columns_of(rows, _NEW.c.keys()),
        contact=contact_id,
        channel=channel,
        caused_by=caused_by,
        unasked=unasked,
        until=until,
    )
    return [row["id"] for row in rows]
