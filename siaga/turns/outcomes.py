"""What became of sending a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from siaga.turns import pauses
from siaga.turns.held import Held, hold, let_pass, write
from siaga.turns.messages import Verdict, message_key
from siaga.turns.roads import FIRST, road
from siaga.turns.tables import ON_THE_WAY
from siaga.turns.wake import OUTBOX, notify

# A message that was accepted but not yet reported sent holds the contact's next one back for so long:
# the channel does not promise to deliver in the order of acceptance.
ORDER_SECONDS = 1.0
# A message that was refused so that it has to rest is tried again after so long.
LATE_SECONDS = 900.0
# These say how one number of ours stands with the contact, not how they do.
_OF_THE_NUMBER = frozenset({Verdict.WINDOW, Verdict.BLOCKED})


def accepted(session: Session, key: str, wamid: str, number: str = FIRST) -> None:
    """The channel took the message and calls it ``wamid``; a status that was faster is kept."""
    accept_all(session, {key: wamid}, number)


def accept_all(session: Session, wamids: Mapping[str, str], number: str = FIRST) -> None:
    """The channel took these messages by one of our numbers; given is what it calls each. A faster status is kept."""
    held = [row for row in hold(session, wamids) if row.status in ON_THE_WAY]
    changes = [
        replace(row, status="accepted", error_code=None, channel_key=message_key(wamids[row.id])) for row in held
    ]
    write(session, changes)
    let_pass(session, {row.contact_id for row in held}, ORDER_SECONDS)
    _works(session, held, number)


def retry(
    session: Session,
    key: str,
    *,
    seconds: float,
    error_code: int | None,
    channel_works: bool = False,
    number: str = FIRST,
) -> None:
    """Not sent: try again after ``seconds``. ``channel_works`` when only this message, or its contact, was meant."""
    held = _hold_sending(session, key)
    write(session, [replace(row, status="queued", error_code=error_code, again_in=seconds) for row in held])
    if channel_works:
        _works(session, held, number)


def unknown(session: Session, key: str, *, seconds: float) -> None:
    """Perhaps sent: wait ``seconds`` for a status before sending again."""
    write(session, [replace(row, status="unknown", again_in=seconds) for row in _hold_sending(session, key)])


def failed(
    session: Session, key: str, error_code: int | None, verdict: Verdict = Verdict.DROP, number: str = FIRST
) -> None:
    """Refused for good; or, when only the window has closed, the template goes in its place.

    ``number`` is that of ours which was refused: somebody may write to another meanwhile, and is answered by that.
    """
    held = _hold_sending(session, key)
    write(session, [refused(row, error_code, verdict, number) for row in held])
    let_pass(session, {row.contact_id for row in held})
    _works(session, held, number)
    if held:
        notify(session, OUTBOX)


def refused(row: Held, error_code: int | None, verdict: Verdict, number: str = FIRST) -> Held:
    """The message after ``number`` was refused for good; or, when only the window has closed, with its template to go.

    What only says that the contact has turned from that number to another has the message go by the other.
    """
    if number != row.number and verdict in _OF_THE_NUMBER and (row.has_payload or row.has_template):
        return replace(row, status="queued", error_code=error_code, again_in=0.0)
    if verdict is Verdict.WINDOW and row.has_payload and row.has_template:
        return replace(row, status="queued", error_code=error_code, has_payload=False, again_in=0.0)
    return replace(
        row,
        status="failed",
        error_code=error_code,
        has_payload=False,
        has_template=False,
        blocked=verdict is Verdict.BLOCKED and number == row.number,
        opted_out=verdict is Verdict.OPTED_OUT,
    )


def _works(session: Session, held: Sequence[Held], number: str) -> None:
    """The channel took these messages: a trouble that began before they were sent is over."""
    for channel in sorted({row.channel for row in held}):
        pauses.end(session, road(channel, number), max(row.status_at for row in held if row.channel == channel))


def _hold_sending(session: Session, key: str) -> list[Held]:
    """The message, if it is being sent."""
    return [row for row in hold(session, [key]) if row.status == "sending"]
