"""What a scenario file says, and what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

UNTIL = re.compile(r"(until|tomorrow) ([01]?\d|2[0-3])[.:]([0-5]\d)")
"""A time of day to wait for, in Jakarta: ``until 09.00``, the next there is; ``tomorrow 09.00``, the next day's."""


@dataclass(frozen=True)
class Turn:
    """One thing the citizen does, and what is expected of the bot.

    ``action`` is ``user``, ``forward``, ``tap``, ``location``, ``wait`` or a kind of media; ``value`` is the file's,
    checked.
    """

    line: int
    action: str
    value: Any
    bot: tuple[re.Pattern[str], ...] = ()
    never: tuple[re.Pattern[str], ...] = ()
    options: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The citizen's part in one line, for a report."""
        return f"{self.action}: {self.value}" if self.value is not None else self.action


@dataclass(frozen=True)
class Scenario:
    """A dialogue. Without ``contact``, somebody writes who has never written before."""

    file: str
    line: int
    name: str
    contact: str | None
    turns: tuple[Turn, ...]

    @property
    def moves_clock(self) -> bool:
        """Whether it must be played alone, since the clock is everybody's."""
        return any(turn.action == "wait" for turn in self.turns)


@dataclass(frozen=True)
class Failure:
    """One expectation that was not met, in one turn (counted from 1)."""

    turn: int
    line: int
    said: str
    expected: str
    came: str


@dataclass(frozen=True)
class Result:
    """How a scenario went. Empty ``failures``: it passed."""

    scenario: Scenario
    contact: str
    seconds: float
    failures: list[Failure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.scenario.name,
            "file": self.scenario.file,
            "line": self.scenario.line,
            "contact": self.contact,
            "passed": not self.failures,
            "seconds": round(self.seconds, 3),
            "failures": [vars(failure) for failure in self.failures],
        }
