"""Which report is looked at first: a pure order."""

from __future__ import annotations

from datetime import datetime

from siaga.reports.kinds import Kind
from siaga.text.danger import find_danger

URGENT, NORMAL = "urgent", "normal"


def priority(kind: Kind, text: str) -> str:
    """``urgent`` for who needs help, and for words of danger to life whatever the kind; else ``normal``."""
    return URGENT if kind.needs_help or find_danger(text) is not None else NORMAL


def order(needs_help: bool, rank: int, created_at: datetime) -> tuple[bool, int, datetime]:
    """What reports are sorted by: those that need help, then as the kinds stand in their file, then the oldest.

    Args:
        rank: the kind's place in the file, 0 for the first.
    """
    return (not needs_help, rank, created_at)
