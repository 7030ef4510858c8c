"""What a message asks of the radar, and what a next one changes of it."""

from __future__ import annotations

from datetime import date

from siaga.radar.question import COVID, Beyond, Count, Kind, Order, Question

__all__ = ["COVID", "Beyond", "Count", "Kind", "Order", "Question", "follow", "read_question"]


def read_question(text: str, today: date) -> Question:
    """What a message asks of the radar. A message that asks nothing is the plain question "how are things?"."""
    return Question()


def follow(text: str, today: date, before: Question) -> Question | None:
    """What a message asks after ``before``, of which it keeps what it does not say; None if it is about something
    else."""
    return None
