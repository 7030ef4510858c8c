"""How fast the channel lets us send, as token buckets kept in the database and shared by all senders.

Meta's pair rate is one message in six seconds to one contact, of which 45 may be sent at once and are then owed
(error 131056 beyond that); a number sends and receives 80 messages a second together (130429). Meta's pages
"throughput" and "pair rate limits", read in November 2026.
"""

from __future__ import annotations

from datetime import datetime

PAIR_BURST = 45.0
PAIR_SECONDS = 6.0


def pair_tokens(tokens: float | None, since: datetime | None, now: datetime) -> float:
    """Messages that may be sent to one contact at once."""
    if tokens is None or since is None:
        return PAIR_BURST
    return min(PAIR_BURST, tokens + max(0.0, (now - since).total_seconds()) / PAIR_SECONDS)


def pair_wait(tokens: float) -> float:
    """Seconds until the next message to the contact may be sent."""
    return max(0.0, (1 - tokens) * PAIR_SECONDS)


def number_tokens(tokens: float, since: datetime, now: datetime, rate: float, received: int) -> float:
    """Messages that the number may send at once, at most a quarter of a second's worth; what it received is taken off.

    With a smaller bucket than Meta's ours is empty first. More received than may be sent is not owed for more than a
    second.
    """
    refilled = tokens + max(0.0, (now - since).total_seconds()) * rate - received
    return min(max(1.0, rate / 4), max(-rate, refilled))


def number_wait(tokens: float, rate: float) -> float:
    """Seconds until the number may send again: a tenth of a second's worth at once, not each message by itself."""
    return max(0.0, (max(1.0, rate / 10) - tokens) / rate)
