"""Pauses of a number of ours: while there is trouble with it as a whole, nobody sends anything by it.

It is named as in ``siaga.turns.roads.road``: trouble with one is none of another's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.prepared import Prepared, given
from siaga.turns.tables import ChannelState
from siaga.turns.wake import OUTBOX, notify

# A pause for which somebody has to do something begins with this, and grows as the trouble lasts.
PAUSE_SECONDS = 60.0
LONGEST_PAUSE = 300.0
# After a pause one message is sent to see whether the channel works; its sender is given so long to tell.
PROBE_SECONDS = 20.0

_END = Prepared(
    update(ChannelState)
    .where(ChannelState.channel == given("channel", String), ChannelState.paused_since < given("sent_at", UtcDateTime))
    .values(paused_until=None, paused_since=None, pause_code=None)
)


def pause(session: Session, by: str, seconds: float, code: int | None) -> bool:
    """Nothing is sent by this number for ``seconds``, and for longer the longer the trouble has lasted.

    Returns whether the trouble is new. It is over when a message that was sent since it began gets through.
    """
    state = hold_channel(session, by)
    now = session.scalar(select(func.clock_timestamp()))
    new = state.paused_since is None
    if new:
        state.paused_since = now
    lasted = min((now - state.paused_since).total_seconds(), LONGEST_PAUSE)
    # What was there before may be no more than the time that a probe was given.
    state.paused_until = now + timedelta(seconds=max(seconds, lasted))
    state.pause_code = code
    session.flush()
    return new


def end(session: Session, by: str, sent_at: datetime) -> None:
    """The number got a message through that was sent at ``sent_at``: a trouble that began before that is over."""
    if _END.run(session, channel=by, sent_at=sent_at):
        notify(session, OUTBOX)


def hold_channel(session: Session, by: str) -> ChannelState:
    """The number's row, locked: its senders take turns at claiming."""
    find = (
        select(ChannelState)
        .where(ChannelState.channel == by)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    state = session.scalar(find)
    if state is None:
        session.execute(insert(ChannelState).values(channel=by).on_conflict_do_nothing())
        state = session.execute(find).scalar_one()
    return state
