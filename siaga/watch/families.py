"""Figures whose labels take a few words that are written down beforehand, and nothing else.

So no label can hold what a citizen has written, and each figure is there, with 0, before it is first counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

OTHER = "other"
"""What stands where a word is none of those."""

REGISTRY = CollectorRegistry(auto_describe=True)

Labels = Mapping[str, Sequence[str]]


class _Family:
    """The children of a metric, one for each way to choose a word for each label."""

    def __init__(self, metric: Any, labels: Labels) -> None:
        self._words = [frozenset((*words, OTHER)) for words in labels.values()]
        ways = product(*((*words, OTHER) for words in labels.values())) if labels else [()]
        self._children = {way: metric.labels(*way) if way else metric for way in ways}

    def child(self, chosen: tuple[str, ...]) -> Any:
        """The one for these words, of which unknown ones are taken for `other`."""
        found = self._children.get(chosen)
        if found is not None:
            return found
        return self._children[
            tuple(word if word in words else OTHER for word, words in zip(chosen, self._words, strict=True))
        ]


class Counts:
    """How often something has happened."""

    def __init__(self, name: str, told: str, labels: Labels | None = None) -> None:
        labels = labels or {}
        self.labels = tuple(labels)
        self._family = _Family(Counter(name, told, list(labels), registry=REGISTRY), labels)

    def add(self, *chosen: str, n: int = 1) -> None:
        """It has happened again, ``n`` times."""
        self._family.child(chosen).inc(n)


class Spread:
    """How large something was, each time."""

    def __init__(self, name: str, told: str, bounds: Sequence[float], labels: Labels | None = None) -> None:
        labels = labels or {}
        self.labels = tuple(labels)
        self._family = _Family(Histogram(name, told, list(labels), buckets=bounds, registry=REGISTRY), labels)

    def see(self, value: float, *chosen: str) -> None:
        """It was this large; less than nothing, as between two clocks, counts as nothing."""
        self._family.child(chosen).observe(max(0.0, value))

    @contextmanager
    def timed(self, *chosen: str) -> Iterator[None]:
        """See how many seconds the block takes, however it ends."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.see(time.perf_counter() - began, *chosen)
