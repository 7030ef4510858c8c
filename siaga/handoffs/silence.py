"""What is due in a hand-off in which nothing happens: no wait without an end, and none without a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from siaga.front import Hours, is_open, opens
from siaga.handoffs.state import HELD, WAITING

Due = Literal["give_back", "requeue", "callback"]
"""``give_back``: to the bot, as nobody says anything any more; ``requeue``: who holds it does not answer; ``callback``:
the office has closed, and it is to be said when somebody writes."""


@dataclass(frozen=True)
class Standing:
    """How a hand-off stands. ``answered_at``: when whoever holds it last wrote, None if not since they took it;
    ``unanswered_at``: the first word of the citizen's after that."""

    state: str
    held_at: datetime | None = None
    answered_at: datetime | None = None
    unanswered_at: datetime | None = None
    callback_at: datetime | None = None


@dataclass(frozen=True)
class Patience:
    """After how long without a word of anybody's a conversation is over, and how long a citizen may wait for one."""

    silence: timedelta
    reply: timedelta


def due(standing: Standing, now: datetime, hours: Hours | None, patience: Patience) -> Due | None:
    """What is to be done now; nothing, where all goes its way."""
    if standing.state == HELD and standing.held_at is not None:
        return _due_of_held(standing, standing.held_at, now, patience)
    if standing.state == WAITING and hours is not None and not is_open(hours, now) and opens(hours, now) is not None:
        # One promise stands until its time has come.
        promised = standing.callback_at is not None and standing.callback_at > now
        return None if promised else "callback"
    return None


def _due_of_held(standing: Standing, held_at: datetime, now: datetime, patience: Patience) -> Due | None:
    if standing.answered_at is None:
        # However long the citizen has waited before: this person has their time, too.
        return "requeue" if now - held_at >= patience.reply else None
    if standing.unanswered_at is None:
        return "give_back" if now - standing.answered_at >= patience.silence else None
    return "requeue" if now - max(held_at, standing.unanswered_at) >= patience.reply else None
