"""The trace of a message: its key, carried along its way, so that one search in the logs shows all of it.

A key is 32 hex digits and says nothing of who wrote or what (``siaga.turns.messages.message_key``): just the shape of
a trace's id in W3C's `traceparent`.
"""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar
from typing import Any

HEADER = "traceparent"
_FORM = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_KEY = re.compile(r"[0-9a-f]{32}")
_NOTHING = "0" * 32

WAY = "siaga.way"
"""The logger of the stations of a message's way: silent unless logs are JSON."""

_way = logging.getLogger(WAY)
_way.setLevel(logging.WARNING)
_trace: ContextVar[str | None] = ContextVar("trace", default=None)


def follow(key: str | None) -> None:
    """What this task does from here on belongs to this message; None: to none."""
    _trace.set(key if key and _KEY.fullmatch(key) else None)


def current() -> str | None:
    """The key of the message that this task works on."""
    return _trace.get()


def header() -> dict[str, str]:
    """The header for a call that belongs to this task's message; empty if there is none."""
    key = _trace.get()
    return {HEADER: f"00-{key}-{secrets.token_hex(8)}-01"} if key else {}


def read(value: str | None) -> str | None:
    """The key in a header's value; None for anything else."""
    found = _FORM.fullmatch(value or "")
    return found.group(1) if found and found.group(1) != _NOTHING else None


def is_told() -> bool:
    """Whether the stations are written down at all."""
    return _way.isEnabledFor(logging.INFO)


def station(name: str, key: str | None = None, **more: Any) -> None:
    """Write down that a message has come to a station: ``key``'s, or the one that this task works on.

    ``more`` may hold what ``siaga.watch.logs`` lets through: counts, keys of ours, names from closed sets.
    """
    if _way.isEnabledFor(logging.INFO):
        _way.info(name, extra={"trace": key or _trace.get(), **more})
