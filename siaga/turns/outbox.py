"""Messages on their way out: each is put behind the others of its contact."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.turns.messages import Draft
from siaga.turns.tables import Dispatch, OutboundMessage
from siaga.turns.wake import OUTBOX, notify


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
) -> list[str]:
    """Queue messages behind the contact's others, and wake the senders; returns their keys.

    The one with options gets ``key``, with which the ids of the options begin. ``template`` is sent in place of the
    last one when the contact has been silent for too long; it may also be all there is. What has not been sent by
    ``until`` is not sent any more.
    """
    if not drafts and template is None:
        return []
    count = max(1, len(drafts))
    new = insert(Dispatch).values(contact_id=contact_id, channel=channel, last_seq=count, ready_at=func.now())
    last = session.execute(
        new.on_conflict_do_update(
            index_elements=[Dispatch.contact_id],
            set_={
                "last_seq": Dispatch.last_seq + count,
                "channel": new.excluded.channel,
                "ready_at": func.coalesce(Dispatch.ready_at, new.excluded.ready_at),
            },
        ).returning(Dispatch.last_seq)
    ).scalar_one()
    rows = []
    for place, draft in enumerate(drafts or [None], 1):
        options = draft.options if draft else ()
        rows.append(
            {
                "id": key if key and (options or count == 1) else new_key(),
                "contact_id": contact_id,
                "channel": channel,
                "seq": last - count + place,
                "caused_by": caused_by,
                "unasked": unasked,
                "payload": draft.payload if draft else None,
                "template": template if place == count else None,
                "options": [asdict(option) for option in options] or None,
                "until": until,
                "status": "queued",
            }
        )
    session.execute(insert(OutboundMessage).values(rows))
    notify(session, OUTBOX)
    return [row["id"] for row in rows]
