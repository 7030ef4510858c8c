"""What became of every message: from the database and from what reached the Graph API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.graph import Arrival
from bench.stack import Stack
from bench.traffic import Sent
from siaga.turns.messages import message_key


@dataclass(frozen=True)
class Answered:
    """A message and its turn's first reply; ``seconds`` from its webhook to the reply at the Graph API."""

    sent: Sent
    at: float
    seconds: float


@dataclass
class Outcome:
    """How the messages of a run ended."""

    answered: list[Answered] = field(default_factory=list)
    waiting: int = 0

    def within(self, start: float, end: float) -> list[Answered]:
        """Those answered in this time."""
        return [one for one in self.answered if start <= one.at < end]


def read_outcome(stack: Stack, sent: Sequence[Sent], arrivals: Sequence[Arrival]) -> Outcome:
    """Match messages with their replies through the database, which knows what caused what."""
    first: dict[str, float] = {}
    for arrival in arrivals:
        first.setdefault(arrival.key, arrival.at)
    # Messages of one turn share its answer.
    turn = "turn_id" if _has_turns(stack) else "id"
    replies: dict[str, list[str]] = defaultdict(list)
    for key, reply in stack.rows(
        f"SELECT i.key, o.id FROM inbound_message i JOIN inbound_message f ON coalesce(i.{turn}, i.id) = "
        f"coalesce(f.{turn}, f.id) JOIN outbound_message o ON o.caused_by = f.id"
    ):
        replies[key].append(reply)
    outcome = Outcome()
    for one in sent:
        times = [first[reply] for reply in replies[message_key(one.wamid)] if reply in first]
        if times:
            outcome.answered.append(Answered(one, min(times), min(times) - one.at))
        else:
            outcome.waiting += 1
    return outcome


def _has_turns(stack: Stack) -> bool:
    return bool(
        stack.rows(
            "SELECT 1 FROM information_schema.columns WHERE table_name = 'inbound_message' AND column_name = 'turn_id'"
        )
    )
