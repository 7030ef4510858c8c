"""Hoaxes: claims that are told around, what is true of them, and a queue for those that nobody has checked.

The search brings numeric libraries along; it is imported when it is first asked for, since the tables here are read by
every process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siaga.hoaxes.claims import VERDICTS, Claim, ClaimFileError, load_claims, read_claims
    from siaga.hoaxes.matching import Checker, Far, Found, Near, Sure, check, checker
    from siaga.hoaxes.passages import asks_to_check, is_rumour, names_nothing, says_enough

__all__ = [
    "VERDICTS",
    "Checker",
    "Claim",
    "ClaimFileError",
    "Far",
    "Found",
    "Near",
    "Sure",
    "asks_to_check",
    "check",
    "checker",
    "is_rumour",
    "load_claims",
    "names_nothing",
    "read_claims",
    "says_enough",
]

_CLAIMS = {"VERDICTS", "Claim", "ClaimFileError", "load_claims", "read_claims"}
_PASSAGES = {"asks_to_check", "is_rumour", "names_nothing", "says_enough"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "claims" if name in _CLAIMS else "passages" if name in _PASSAGES else "matching"
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
