"""What a self-check gives: the next question, or how urgent it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

Level = Literal["emergency", "doctor", "isolate", "watch", "none"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""The gravest first."""


@dataclass(frozen=True)
class Ask:
    """The next question. ``text`` may hold ``{who}``, to be filled with "Anda", "ibu Anda" …

    ``question_id`` is the fact that an answer gives. ``kind`` is ``danger`` (signs, several may be chosen), ``several``
    (symptoms, illnesses), ``yesno``, ``choice``, or ``number``; ``options`` are (value, label), values as the fact
    takes them. In danger and several the last option is "Tidak ada", with the value "none".
    """

    question_id: str
    kind: str
    text: str
    options: tuple[tuple[Any, str], ...]
    example: str
    why: str


@dataclass(frozen=True)
class Result:
    """How urgent it is (``level``), why, what to do, and from where that is known.

    ``again_after``: when to check again, None if somebody else now decides. ``valid_for``: how long the result counts.
    ``danger`` are the danger signs told. ``until`` is the last day of isolating, or of staying away from others, when
    that is asked for. ``version`` names the rule set.
    """

    level: Level
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    sources: tuple[str, ...]
    again_after: timedelta | None
    valid_for: timedelta
    version: str
    danger: tuple[str, ...] = ()
    until: date | None = None
