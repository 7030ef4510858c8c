"""By which of our numbers: one installation may have several, each with its own rate, pauses and windows."""

from __future__ import annotations

FIRST = ""
"""The number that the installation began with, and a channel's only one; others go by the channel's id of them."""
NUMBER_LENGTH = 30


def road(channel: str, number: str = FIRST) -> str:
    """How rates and pauses are kept apart: ``whatsapp`` for the first number, ``whatsapp:<id>`` for another."""
    return f"{channel}:{number}" if number else channel
