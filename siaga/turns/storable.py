"""Making anything that JSON can hold fit for the database, for encryption, and for whoever reads it later."""

from __future__ import annotations

import json
import math
import re
from typing import Any

# Nested deeper than this, a value is no longer looked into.
DEPTH = 40
# A value of more parts than this is described, not kept.
PARTS = 20_000
# The same for its JSON, in bytes.
SIZE = 64 * 1024
# Longer names than this no format has.
NAME_LENGTH = 256
CUT = "…"

_LARGEST = 2**63
_SHAPE_DEPTH = 3
_SHAPE_NAMES = 20

# Lone surrogates cannot be written as UTF-8, NUL cannot be stored in PostgreSQL.
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")


class TooMuch(ValueError):
    """A value that is too large to be kept."""


def clean(text: str, length: int | None = None) -> str:
    """Text that can be stored: without lone surrogates and NUL, and no longer than ``length``."""
    return _UNWRITABLE.sub("", text[:length])


def loads(content: bytes) -> Any:
    """Read JSON of any origin: a number that no double or 64-bit integer holds stays the text that it was.

    Of several members with one name, the last counts.

    Raises:
        ValueError: it is not JSON, or not UTF-8.
        RecursionError: it is nested too deeply to be read.
    """
    return json.loads(content, parse_int=_integer, parse_constant=str)


def _integer(digits: str) -> int | str:
    # Python refuses to read integers of thousands of digits, and would with them refuse all that they came with.
    return int(digits) if len(digits) <= 18 else digits[:NAME_LENGTH]


def storable(value: Any) -> Any:
    """A copy of a JSON value in which every text can be written, every number is finite, and nothing is too deep.

    Raises:
        TooMuch: it has too many parts, or its JSON is too long.
    """
    kept = _Copy().of(value, 0)
    if len(json.dumps(kept)) > SIZE:
        raise TooMuch
    return kept


def kept_or_shape(value: Any) -> Any:
    """``storable``; of what is too large a short description, ``{"too large": {"entry": "list of 1", …}}``."""
    try:
        return storable(value)
    except TooMuch:
        return {"too large": _shape(value, 0)}


class _Copy:
    """One copying; it counts the parts."""

    def __init__(self) -> None:
        self._parts = 0

    def of(self, value: Any, depth: int) -> Any:
        self._parts += 1
        if self._parts > PARTS:
            raise TooMuch
        if isinstance(value, str):
            return clean(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value if -_LARGEST <= value < _LARGEST else hex(value)[:NAME_LENGTH]
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if depth >= DEPTH:
            return CUT
        if isinstance(value, dict):
            copy: dict[str, Any] = {}
            for key, part in value.items():
                copy[_free(clean(str(key), NAME_LENGTH), copy)] = self.of(part, depth + 1)
            return copy
        if isinstance(value, (list, tuple)):
            return [self.of(part, depth + 1) for part in value]
        return clean(str(value), NAME_LENGTH)


def _free(name: str, taken: dict[str, Any]) -> str:
    """``name``, or, where cleaning has made two names alike, one beside it."""
    while name in taken:
        name += "'"
    return name


def _shape(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        if depth == _SHAPE_DEPTH:
            return f"object of {len(value)}"
        names = list(value)[:_SHAPE_NAMES]
        return {clean(str(name), 40): _shape(value[name], depth + 1) for name in names}
    if isinstance(value, (list, tuple)):
        first = _shape(value[0], depth + 1) if value and depth < _SHAPE_DEPTH else None
        return {f"list of {len(value)}": first}
    return f"text of {len(value)}" if isinstance(value, str) else type(value).__name__
