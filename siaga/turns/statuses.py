"""What the channel reports later of messages that it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from siaga.turns import pauses
from siaga.turns.held import Held, hold, let_pass, write
from siaga.turns.messages import Delivery, Verdict, message_key
from siaga.turns.outcomes import LATE_SECONDS, refused
from siaga.turns.roads import road
from siaga.turns.tables import ON_THE_WAY, OPEN
from siaga.turns.wake import OUTBOX, STATUSES, notify

# A message that only a status said had failed is tried so often.
MOST_TRIES_BY_STATUS = 5

# Failed lies between sent and delivered: what has been delivered did not fail, whichever status comes first.
_RANK = {"queued": 0, "sending": 1, "unknown": 2, "accepted": 3, "sent": 4, "failed": 5, "delivered": 6, "read": 7}
# Seconds until a message that had been accepted is tried again, by why it failed after all.
_TRIED_AGAIN = {
    Verdict.RETRY: 5.0,
    Verdict.RETRY_CONTACT: 60.0,
    Verdict.RETRY_LATE: LATE_SECONDS,
    Verdict.RETRY_ONCE: 0.0,
    Verdict.PAUSE: pauses.PAUSE_SECONDS,
}


def record(session: Session, deliveries: Sequence[Delivery], channel: str = "whatsapp") -> None:
    """Note how far messages have come; a status never goes back, and one for an unknown message is no error."""
    if not deliveries:
        return
    named = [(delivery, message_key(delivery.wamid)) for delivery in deliveries]
    held = hold(session, {delivery.key for delivery in deliveries if delivery.key}, names={name for _, name in named})
    before = {row.id: row for row in held}
    by_name = {row.channel_key: row.id for row in held if row.channel_key}
    after: dict[str, Held] = {}
    by: dict[str, str] = {}
    for delivery, name in named:
        key = by_name.get(name) or delivery.key
        row = after.get(key) or before.get(key) if key else None
        reached = _reached(row, delivery, name) if row else None
        if reached:
            after[reached.id], by[reached.id] = reached, delivery.number
    write(session, list(after.values()))
    done = [row for row in after.values() if row.status != "queued"]
    arrived = {row.contact_id for row in done if before[row.id].status in ON_THE_WAY}
    next_may_go = let_pass(session, arrived)
    others = {row.contact_id for row in done if before[row.id].status in ("queued", "accepted")} - arrived
    next_may_go |= let_pass(session, others, before_retries=False)
    for row in after.values():
        if row.pause is not None:
            pauses.pause(session, road(channel, by[row.id]), row.pause, row.error_code)
    if after:
        notify(session, STATUSES)
    if next_may_go or any(row.again_in is not None for row in after.values()):
        notify(session, OUTBOX)


def _reached(row: Held, delivery: Delivery, name: str) -> Held | None:
    """The message after a status that the channel gave under ``name``; None if it says nothing new.

    A message that was sent more than once has a name for each attempt. Of the attempts before the last nothing counts
    but that one was delivered after all. While it waits to be sent again, it has the name of the attempt that failed.
    """
    over = row.channel_key is not None and (
        row.channel_key != name if row.status not in OPEN else row.channel_key == name or row.status == "queued"
    )
    if over and delivery.status not in ("delivered", "read"):
        return None
    if _RANK[delivery.status] <= _RANK[row.status]:
        return None
    if delivery.status == "failed":
        return _failed_later(replace(row, channel_key=name), delivery)
    return replace(
        row, status=delivery.status, channel_key=name, error_code=None, has_payload=False, has_template=False
    )


def _failed_later(row: Held, delivery: Delivery) -> Held:
    """A message that had been accepted was not delivered after all; what can be mended by trying again is."""
    verdict = delivery.verdict or Verdict.DROP
    seconds = _TRIED_AGAIN.get(verdict)
    most = 2 if verdict is Verdict.RETRY_ONCE else MOST_TRIES_BY_STATUS
    if seconds is None or not (row.has_payload or row.has_template) or row.attempts >= most:
        return refused(row, delivery.error_code, verdict, delivery.number)
    wait = seconds * 2 ** max(0, row.attempts - 1)
    pause_for = pauses.PAUSE_SECONDS if verdict in (Verdict.PAUSE, Verdict.RETRY_LATE) else None
    return replace(row, status="queued", error_code=delivery.error_code, again_in=wait, pause=pause_for)
