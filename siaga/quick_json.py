"""JSON of what is long and written down at every turn: conversations. The same values as with Python's own module."""

from __future__ import annotations

import json
from typing import Any

import orjson

# What Python's module does not know, is a programmer's error here, too.
_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def dumped(value: Any) -> bytes:
    """A value as JSON in UTF-8.

    Raises:
        TypeError, ValueError: it is none.
    """
    try:
        return orjson.dumps(value, option=_STRICT)
    except TypeError:
        # Half of a surrogate pair, a number that is too long, a key that is no text: Python's module writes them.
        return json.dumps(value).encode()


def loaded(written: bytes) -> Any:
    """The value that was written.

    Raises:
        ValueError: this is no JSON.
    """
    try:
        return orjson.loads(written)
    except ValueError:
        return json.loads(written)
