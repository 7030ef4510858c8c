"""Test messages."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import count

from siaga.turns.messages import Incoming

# Just now: what was written long ago is treated as late.
AT = datetime.now(timezone.utc).replace(microsecond=0)
_numbers = count(1)


def text(body: str = "halo", phone: str | None = "628000000001", user_id: str | None = None) -> Incoming:
    """A typed message with a fresh id."""
    return Incoming(f"wamid.{next(_numbers)}", AT, "text", {"text": body}, phone, user_id)
