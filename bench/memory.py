"""Whether processes keep their memory: what each holds over time, and how much it has grown. The judgement is pure."""

from __future__ import annotations

import contextlib
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psutil

Sample = tuple[float, float]
"""Seconds, and megabytes held then."""

# Within the stretch that is judged a process may grow by this share, and by this many megabytes in any case: caches
# fill, and the allocator keeps what a burst took.
SHARE, ALWAYS_MB = 0.10, 12.0
# A process that has just begun loads what it needs, and after that fills its caches: no sign of anything.
_BEGINS_SECONDS = 120.0
_JUDGED = 0.5
_FEWEST = 6


@dataclass(frozen=True)
class Growth:
    """What a process held: in the middle of the judged stretch, by how much it grew over it, at most; megabytes."""

    middle: float
    grown: float
    most: float
    seconds: float

    @property
    def per_hour(self) -> float:
        """Megabytes an hour at this pace."""
        return self.grown / self.seconds * 3600 if self.seconds else 0.0

    @property
    def is_flat(self) -> bool:
        """Whether that is no more than caches and bursts explain."""
        return self.grown <= max(ALWAYS_MB, SHARE * self.middle)

    def __str__(self) -> str:
        return f"{self.middle:.0f} MB, {self.grown:+.1f} MB in {self.seconds / 60:.1f} min, at most {self.most:.0f}"


def growth(samples: Sequence[Sample]) -> Growth | None:
    """How much the later half of the samples rises, by the median of the slopes between its halves; None if too few.

    The first two minutes of a process do not count. A single burst, or a single low reading, decides nothing.
    """
    ordered = sorted(samples)
    ordered = [one for one in ordered if one[0] >= ordered[0][0] + _BEGINS_SECONDS]
    if len(ordered) < 2 * _FEWEST:
        return None
    begin = ordered[0][0] + _JUDGED * (ordered[-1][0] - ordered[0][0])
    judged = [one for one in ordered if one[0] >= begin]
    if len(judged) < _FEWEST:
        return None
    half = len(judged) // 2
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in zip(judged[:half], judged[-half:], strict=True)
    ]
    seconds = judged[-1][0] - judged[0][0]
    held = [megabytes for _, megabytes in judged]
    return Growth(statistics.median(held), statistics.median(slopes) * seconds, max(one[1] for one in samples), seconds)


class Watch:
    """What processes hold, read now and then; a process that was started anew is another."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, int], list[Sample]] = defaultdict(list)

    def look(self, at: float, processes: Iterable[tuple[str, int]]) -> None:
        """Read each process, by its name and id."""
        for name, pid in processes:
            with contextlib.suppress(psutil.Error):
                self._samples[name, pid].append((at, psutil.Process(pid).memory_info().rss / 1e6))

    def grown(self) -> dict[str, Growth]:
        """By name: of the process that lived longest, if that was long enough."""
        longest: dict[str, list[Sample]] = {}
        for (name, _), samples in self._samples.items():
            if len(samples) > len(longest.get(name, ())):
                longest[name] = samples
        return {name: found for name, samples in sorted(longest.items()) if (found := growth(samples))}
