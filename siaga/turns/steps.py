"""What happens to a contact's street that is ready, and to the first message in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from siaga.turns import rates

# A sender that has not finished after so long is taken for dead.
SENDING_SECONDS = 60.0
# How long after a contact's last message the channel lets us answer freely.
WINDOW = timedelta(hours=24)
# What has not been sent a day after it was written is old news, and is not sent any more.
STALE = timedelta(hours=24)


@dataclass(frozen=True)
class Outgoing:
    """A claimed message, with where it goes; ``key`` is our id of it, ``error_code`` why the last attempt failed.

    ``trace`` is the key of the message that it answers; ``waited`` is in seconds since it was written.
    """

    key: str
    contact_id: int
    payload: dict[str, Any] = field(repr=False)
    attempts: int
    phone: str | None = field(repr=False)
    user_id: str | None = field(repr=False)
    error_code: int | None = None
    trace: str | None = None
    waited: float = 0.0


@dataclass(frozen=True)
class Step:
    """What happens to a street and to its first message, if anything."""

    contact_id: int
    ready_at: datetime | None
    key: str | None = None
    status: str | None = None
    outgoing: Outgoing | None = None
    tokens: float | None = None


def next_step(row: Any, now: datetime, resend_after: float) -> Step:
    """What to do about a street that is ready."""
    contact_id = row.contact_id
    if row.id is None:
        return Step(contact_id, None)
    if row.sending_since is not None and row.sending_since + timedelta(seconds=SENDING_SECONDS) > now:
        # Another of the contact's messages is on its way, and this one waits for it.
        return Step(contact_id, row.sending_since + timedelta(seconds=SENDING_SECONDS))
    if row.status == "sending":
        # Its sender died.
        return Step(contact_id, now + timedelta(seconds=resend_after), row.id, "unknown")
    payload = _fitting(row, now)
    if payload is None:
        return Step(contact_id, now, row.id, "failed")
    tokens = rates.pair_tokens(row.tokens, row.tokens_at, now)
    if tokens < 1:
        return Step(contact_id, now + timedelta(seconds=rates.pair_wait(tokens)))
    outgoing = Outgoing(
        key=row.id,
        contact_id=contact_id,
        payload=payload,
        attempts=row.attempts + 1,
        phone=row.phone,
        user_id=row.user_id,
        error_code=row.error_code,
        trace=row.trace,
        waited=(now - row.created_at).total_seconds(),
    )
    return Step(contact_id, now + timedelta(seconds=SENDING_SECONDS), row.id, "sending", outgoing, tokens - 1)


def _fitting(row: Any, now: datetime) -> dict[str, Any] | None:
    """What of a message may be sent now: its own words while the window is open, its template after that."""
    if row.blocked_at or (row.opted_out_at and row.unasked) or row.created_at + STALE <= now:
        return None
    if row.until is not None and row.until <= now:
        return None
    if row.of_channel != row.channel:
        # They write by the other road now, which cannot carry what was made for this one.
        return None
    is_open = row.last_inbound_at is not None and now < row.last_inbound_at + WINDOW
    payload: dict[str, Any] | None = row.payload if row.payload is not None and is_open else row.template
    return payload
