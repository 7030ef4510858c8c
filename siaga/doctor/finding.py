"""What the doctor says of one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Level(str, Enum):
    """How bad it is."""

    OK = "ok"
    LOOK = "look"
    BROKEN = "broken"


_ORDER = (Level.OK, Level.LOOK, Level.BROKEN)


@dataclass(frozen=True)
class Finding:
    """``check`` is its fixed name, ``says`` what was found, ``do`` what to do about it, empty where all is well."""

    check: str
    level: Level
    says: str
    do: str = ""


def ok(check: str, says: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Level.OK, says)


def look(check: str, says: str, do: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding(check, Level.LOOK, says, do)


def broken(check: str, says: str, do: str) -> Finding:
    """It does not work, or harms somebody if it goes on."""
    return Finding(check, Level.BROKEN, says, do)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst of them."""
    return max((finding.level for finding in findings), key=_ORDER.index, default=Level.OK)


def span(seconds: float) -> str:
    """A time in the unit that fits: ``40 s``, ``5 min``, ``7 h``, ``3 days``."""
    for unit, name in ((86_400 * 2, "days"), (3_600 * 2, "h"), (120, "min")):
        if seconds >= unit:
            return f"{seconds / {'days': 86_400, 'h': 3_600, 'min': 60}[name]:.0f} {name}"
    return f"{seconds:.0f} s"


def size(count: float) -> str:
    """Bytes in the unit that fits."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count / 1e3:.0f} kB"
