"""What a seal is made of. A row is taken as the database writes it, never as Python understands it: two values that
Python reads alike (0.1 and 0.10, a time before and one after a change of the driver) have different seals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from siaga.privacy.cipher import blind_index

COLUMNS = """id, encode(timestamptz_send(at), 'hex') AS at, actor, action, detail::text AS detail"""
"""For a SELECT; the fields of ``Row`` from ``id`` on. JSON as ``jsonb`` writes it has one order of keys."""
START = b""
"""What the first row has for the seal before it."""

_PURPOSE = "audit"
_EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)
_HEAD = re.compile(r"(?<![0-9])([0-9]{1,18}):([0-9a-f]{64})(?![0-9a-f])")


class Row(NamedTuple):
    """A row of the log; ``at`` is microseconds since 2000, UTC, as sixteen hexadecimal digits."""

    place: int
    id: int
    at: str
    actor: str
    action: str
    detail: str


class Head(NamedTuple):
    """How far the chain goes: written down elsewhere, it later shows whether the end was cut off."""

    place: int
    seal: bytes

    def __str__(self) -> str:
        return f"{self.place}:{self.seal.hex()}"


def seal_of(row: Row, before: bytes) -> bytes:
    """The seal (32 bytes) of a row that comes after the seal ``before``; nobody makes it without the index key."""
    return blind_index(json.dumps([before.hex(), *row]), _PURPOSE)


def moment(at: str) -> datetime | None:
    """The time that a row's ``at`` stands for; None if no calendar has it."""
    try:
        return _EPOCH + timedelta(microseconds=int.from_bytes(bytes.fromhex(at), "big", signed=True))
    except OverflowError:
        return None


def heads_in(lines: Iterable[str]) -> Iterator[Head]:
    """The heads (``1234:`` and 64 hexadecimal digits) in lines of text, for example of a log."""
    for line in lines:
        for place, seal in _HEAD.findall(line):
            yield Head(int(place), bytes.fromhex(seal))
