"""Reading a text once, however many ask: a dozen rules cut the same message into words, or look for its numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")

LAST = 16
"""Of so many texts what was found stays in memory, for the message at hand and its parts: they are somebody's words."""


def once(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """A pure function of a text that remembers its last answers. Everybody is given the same: it must be nothing that
    can be changed."""
    return lru_cache(maxsize=LAST)(read)  # type: ignore[return-value]
