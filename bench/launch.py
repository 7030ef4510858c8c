"""The launch morning in figures: how many write when, who overtook whom, who was told to wait.

Pure, so that it can be tried. Times are seconds on one clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

# The task force's bot, 20 March 2020, 07:30 to 08:30: messages delivered and sent in an hour (docs/sizing.md).
LAUNCH_HOUR = 2_623_452


@dataclass(frozen=True)
class Morning:
    """Messages a second over a stretch of time: rising for a quarter of it, at the peak for a half, then falling."""

    seconds: float
    quiet: float
    peak: float

    def rate(self, at: float) -> float:
        """Messages a second ``at`` seconds from the beginning; before and after, the quiet ones."""
        if not 0 <= at <= self.seconds:
            return self.quiet
        edge = self.seconds / 4
        return self.quiet + (self.peak - self.quiet) * min(1.0, at / edge, (self.seconds - at) / edge)

    def moments(self, chance: Random) -> Iterator[float]:
        """When somebody writes: at random moments, so many a second as there should be then."""
        at, most = 0.0, max(self.peak, self.quiet)
        while (at := at + chance.expovariate(most)) < self.seconds:
            if chance.random() < self.rate(at) / most:
                yield at


def overtaken(pairs: Iterable[tuple[float, float]]) -> list[float]:
    """Of messages, written and answered: by how many seconds each was passed by a younger one; 0 where by none."""
    latest = -math.inf
    behind = []
    for written, _ in sorted(pairs, key=lambda pair: pair[1]):
        behind.append(max(0.0, latest - written))
        latest = max(latest, written)
    return behind


@dataclass(frozen=True)
class Told:
    """Of people who waited for their answer longer than it is due to say so: how many were told, and how well."""

    waited: int
    told: int
    twice: int
    """notes beyond the first within one wait, each of which is one too many"""
    needless: int
    """notes to people who were not waiting"""

    @property
    def honest(self) -> bool:
        """Nobody was told twice, or for nothing."""
        return not self.twice and not self.needless


def told(waits: Mapping[str, Sequence[tuple[float, float]]], notes: Mapping[str, Sequence[float]], due: float) -> Told:
    """Compare who waited with who was told.

    Args:
        waits: by person, when they wrote and when that was answered.
        notes: by person, when they were told that it is busy.
        due: so many seconds of waiting are worth a note.
    """
    waited = heard = twice = needless = 0
    for person, each in waits.items():
        rests = list(notes.get(person, ()))
        for written, answered in _spells(each):
            within = [at for at in rests if written <= at <= answered]
            rests = [at for at in rests if at not in within]
            waited += answered - written > due
            heard += bool(within) and answered - written > due
            twice += max(0, len(within) - 1)
        needless += len(rests)
    needless += sum(len(each) for person, each in notes.items() if person not in waits)
    return Told(waited, heard, twice, needless)


def _spells(each: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Stretches in which somebody waits for one answer or another."""
    begin = end = -math.inf
    for written, answered in sorted(each):
        if written > end:
            if end > begin:
                yield begin, end
            begin, end = written, answered
        end = max(end, answered)
    if end > begin:
        yield begin, end
