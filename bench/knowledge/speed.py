"""How long a question takes among the answers there are, and among 120, 1,000 and 10,000 entries.

The latter are made up of words drawn by chance, for speed only, and so are their vectors: what they say means nothing.
A question's own vectors are computed before, as the understanding of a message does it: what is timed comes on top.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np

from bench.measures import Spread
from siaga.knowledge import Answer
from siaga.knowledge.search import Finder
from siaga.text.normalise import roots
from siaga.text.vectors import E5, USE, Encoder

SIZES = (120, 1_000, 10_000)


@dataclass(frozen=True)
class MadeUp:
    """An entry that says nothing, as long as real ones are."""

    id: str
    ways_to_ask: tuple[str, ...]
    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Speed:
    """Of a search among ``entries``: seconds to make it, bytes that it holds, milliseconds a question."""

    entries: int
    seconds: float
    size: int
    took: Spread
    processor: Spread
    """The part of ``took`` in which it was computed: the rest it waited for a processor that something else had."""


def made_up(count: int, chance: Random) -> list[MadeUp]:
    """Entries whose words are as often the same as in a language: a few in every text, most in hardly any."""
    words = sorted(roots())
    chance.shuffle(words)

    def some(least: int, most: int) -> str:
        places = (int(len(words) ** chance.random()) - 1 for _ in range(chance.randint(least, most)))
        return " ".join(words[place] for place in places)

    return [
        MadeUp(str(number), tuple(some(3, 9) for _ in range(10)), tuple(some(1, 2) for _ in range(6)), some(40, 70))
        for number in range(count)
    ]


def _by_chance(encoder: Encoder, texts: Sequence[str]) -> np.ndarray:
    rows = np.random.default_rng(len(texts)).standard_normal((len(texts), encoder.dimensions), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def measure(entries: int, questions: Sequence[str], chance: Random) -> Speed:
    """Make a search among so many entries, and ask it."""
    many = made_up(entries, chance)
    with patch("siaga.content.vectors.vectors_of", _by_chance):
        return _measured(lambda: Finder(many), questions)


def measure_answers(answers: Sequence[Answer], questions: Sequence[str]) -> Speed:
    """Make the search of the answers there are once their vectors are known, as after a change, and ask it."""
    Finder(answers)
    return _measured(lambda: Finder(answers), questions)


def _measured(make: Callable[[], Finder[Any]], questions: Sequence[str]) -> Speed:
    began = time.perf_counter()
    finder = make()
    seconds = time.perf_counter() - began
    took, processor = [], []
    for text in questions:
        for encoder in (USE, E5):
            encoder.vector(text)
        began, used = time.perf_counter(), time.thread_time()
        finder.find(text)
        processor.append(time.thread_time() - used)
        took.append(time.perf_counter() - began)
    warm = len(took) // 10
    return Speed(len(finder.entries), seconds, finder.size, Spread.of(took[warm:]), Spread.of(processor[warm:]))
