"""Where the training examples are weak: contradictions, confusions, doubtful places, thin intents, repeats.

Everything here is counting: the guesses come from ``siaga.nlu.cross_validation``, the words from ``siaga.text``.
``siaga.nlu.weak_report`` says it to a designer.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from siaga.nlu.cross_validation import (
    FOLDS,
    Guesses,
    Learn,
    guess_unlearned,
    our_classifier,
    plain_words,
    written_words,
)
from siaga.nlu.examples import Example, UnreadableExamples, read_examples
from siaga.nlu.likeness import letters, pairs
from siaga.nlu.variety import Variety, variety
from siaga.settings import ROOT
from siaga.text.vectors import E5, KEPT

LETTERS_ALIKE = 0.9
"""From this cosine of their letters two examples are nearly the same text."""
MEANING_ALIKE = 0.9
"""From this cosine of their sentence vectors two examples mean the same to the model."""
REPEATED = 0.95
"""From this cosine of their letters, as written, the second of two examples of one intent adds nothing."""
_DENIALS = frozenset("tidak bukan belum jangan tanpa batal off not don't".split())
_ZEROS = re.compile("00+")
"""Any long number (``as_read`` writes zeros): two messages with a NIK are not alike for that."""
_NEAR = 0.3
_CLEAREST = 3


@dataclass(frozen=True)
class Contradiction:
    """Examples of two intents that say the same; ``how`` is ``same`` (plain words), ``letters`` or ``meaning``."""

    how: str
    likeness: float
    first: list[Example]
    second: list[Example]
    first_read_as: str
    """The plain words that are read in the examples of the first intent."""
    second_read_as: str

    @property
    def intents(self) -> tuple[str, str]:
        return self.first[0].intent, self.second[0].intent


@dataclass(frozen=True)
class Doubt:
    """An example as a model sees that has not learned it: how likely its own intent is, and the likeliest other."""

    example: Example
    own_share: float
    other: str
    other_share: float
    nearest: Example | None = None
    """The example of the other intent that is written most like it."""

    @property
    def margin(self) -> float:
        """How far its own intent is ahead; below zero it is taken for the other."""
        return self.own_share - self.other_share


@dataclass(frozen=True)
class Confusion:
    """Two intents that are taken for each other, and the clearest cases of both directions."""

    first: str
    second: str
    first_n: int
    first_as_second: int
    second_n: int
    second_as_first: int
    clearest: list[Doubt]

    @property
    def share(self) -> float:
        """The shares of both intents' examples that are taken for the other, added up: fair to small intents."""
        return self.first_as_second / self.first_n + self.second_as_first / self.second_n


@dataclass(frozen=True)
class Repeat:
    """Two examples of one intent of which one is enough."""

    first: Example
    second: Example
    likeness: float


@dataclass(frozen=True)
class WeakSpots:
    """All that was found, the worst first, nothing cut off."""

    examples: int
    intents: int
    right: float
    """The share of examples that are guessed rightly without having been learned."""
    contradictions: list[Contradiction] = field(default_factory=list)
    confusions: list[Confusion] = field(default_factory=list)
    misplaced: list[Doubt] = field(default_factory=list)
    unsure: list[Doubt] = field(default_factory=list)
    thin: list[Variety] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)


@dataclass(frozen=True)
class Prepared:
    """The examples with what is compared, one a row."""

    examples: list[Example]
    plain: list[str]
    """Their plain words (``cross_validation.plain_words``)."""
    written: list[str]
    """Their words as written, in lower case."""
    meanings: np.ndarray
    """Their sentence vectors; rows of zeros when there are none."""
    guesses: Guesses


class TooFew(Exception):
    """There are too few examples to leave some out and learn from the rest."""


def weak_spots_of(data: Path, alike: float, intent: str | None = None) -> WeakSpots:
    """The weak spots of a file or folder of NLU examples, as our own classifier sees them.

    Raises:
        UnreadableExamples: they cannot be read, or have no such intent.
        TooFew: there are too few to leave some out.
    """
    examples = read_examples(data, ROOT)
    known = sorted({example.intent for example in examples})
    if intent is not None and intent not in known:
        near = difflib.get_close_matches(intent, known, n=1)
        hint = f" Mungkin yang Anda cari {near[0]}?" if near else f" Yang ada: {', '.join(known)}."
        raise UnreadableExamples(f"Tidak ada maksud bernama {intent}.{hint}")
    texts = [example.text for example in examples]
    return find_weak_spots(prepare(examples, E5.vectors(texts, KEPT), our_classifier, alike), intent)


def prepare(examples: list[Example], meanings: np.ndarray, learn: Learn, alike: float) -> Prepared:
    """Asks about each example a model that has not learned it.

    Args:
        examples: all of them, doubles included.
        meanings: their sentence vectors.
        learn: makes a model, once a fold.
        alike: as for ``guess_unlearned``.

    Raises:
        TooFew: there are fewer than two intents, or one with enough examples.
    """
    labels = [example.intent for example in examples]
    counts = Counter(labels)
    if len(counts) < 2 or counts.most_common(2)[1][1] < FOLDS:
        raise TooFew(f"Perlu paling sedikit dua maksud dengan {FOLDS} contoh.")
    texts = [example.text for example in examples]
    guesses = guess_unlearned(texts, labels, learn, alike)
    return Prepared(examples, plain_words(texts), written_words(texts), meanings, guesses)


def find_weak_spots(prepared: Prepared, intent: str | None = None) -> WeakSpots:
    """Everything weak about the examples; with ``intent``, only what concerns that one."""
    examples = prepared.examples
    doubts = _doubts(prepared)
    wrong = [doubt for doubt in doubts if doubt.margin < 0]
    shown = [doubt for doubt in doubts if intent in (None, doubt.example.intent, doubt.other)]
    by_intent: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_intent[example.intent].append(example.text)
    varieties = [variety(name, texts) for name, texts in sorted(by_intent.items()) if intent in (None, name)]
    return WeakSpots(
        examples=len(examples),
        intents=len(by_intent),
        right=1 - len(wrong) / len(examples),
        contradictions=[found for found in contradictions(prepared) if intent is None or intent in found.intents],
        confusions=[found for found in confusions(doubts) if intent in (None, found.first, found.second)],
        misplaced=sorted((doubt for doubt in shown if doubt.margin < 0), key=lambda doubt: doubt.margin),
        unsure=sorted(shown, key=lambda doubt: (abs(doubt.margin), doubt.own_share)),
        thin=sorted((some for some in varieties if some.lacks or intent), key=_neediness),
        repeats=[found for found in repeats(prepared) if intent in (None, found.first.intent)],
    )


def contradictions(prepared: Prepared) -> list[Contradiction]:
    """What is said under two intents: first in the same words, then the most alike by letters, then by meaning.

    Examples that are read as the same words count as one. A text and its denial are never alike.
    """
    examples, plain = prepared.examples, prepared.plain
    features = letters([_ZEROS.sub("0", text) for text in plain])
    close = [(pair, "letters") for pair in pairs(features, LETTERS_ALIKE)]
    close += [(pair, "meaning") for pair in pairs(prepared.meanings, MEANING_ALIKE)]
    likeness: dict[tuple[str, ...], tuple[str, float]] = {}
    rows: dict[tuple[str, ...], tuple[dict[int, None], dict[int, None]]] = defaultdict(lambda: ({}, {}))
    for pair, how in close:
        places = sorted((pair.first, pair.second), key=lambda row: examples[row].intent)
        key = tuple(said for row in places for said in (examples[row].intent, plain[row]))
        if key[0] == key[2] or _denials(key[1]) != _denials(key[3]):
            continue
        likeness.setdefault(key, ("same" if key[1] == key[3] else how, round(pair.likeness, 3)))
        for some, row in zip(rows[key], places, strict=True):
            some[row] = None
    order = ("same", "letters", "meaning")
    found = [
        Contradiction(
            *likeness[key], [examples[row] for row in first], [examples[row] for row in second], key[1], key[3]
        )
        for key, (first, second) in rows.items()
    ]
    return sorted(found, key=lambda some: (order.index(some.how), -some.likeness, -len(some.first) - len(some.second)))


def _denials(plain: str) -> frozenset[str]:
    return _DENIALS.intersection(plain.split())


def confusions(doubts: Iterable[Doubt]) -> list[Confusion]:
    """The pairs of intents that examples are taken for each other in, the most confused first."""
    cases: dict[tuple[str, str], list[Doubt]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for doubt in doubts:
        counts[doubt.example.intent] += 1
        if doubt.margin < 0:
            first, second = sorted((doubt.example.intent, doubt.other))
            cases[first, second].append(doubt)
    found = []
    for (first, second), some in cases.items():
        own = Counter(doubt.example.intent for doubt in some)
        clearest = sorted(some, key=lambda doubt: doubt.margin)[:_CLEAREST]
        found.append(Confusion(first, second, counts[first], own[first], counts[second], own[second], clearest))
    return sorted(found, key=lambda some: -some.share)


def repeats(prepared: Prepared) -> list[Repeat]:
    """The examples that say again, in the same letters, what another of their intent says."""
    examples = prepared.examples
    found = [
        Repeat(examples[pair.first], examples[pair.second], round(pair.likeness, 3))
        for pair in pairs(letters(prepared.written), REPEATED)
        if examples[pair.first].intent == examples[pair.second].intent
    ]
    return sorted(found, key=lambda some: -some.likeness)


def _neediness(some: Variety) -> tuple[bool, int, int]:
    """Sorts intents with too few examples first, then those that lack most."""
    return "examples" not in some.lacks, -len(some.lacks), some.n


def _doubts(prepared: Prepared) -> list[Doubt]:
    """Each example with its likeliest other intent."""
    features = letters(prepared.plain)
    guesses = prepared.guesses
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(prepared.examples):
        rows_of[example.intent].append(row)
    written = {intent: features[rows] for intent, rows in rows_of.items()}
    found = []
    for row, example in enumerate(prepared.examples):
        other, other_share = guesses.best_but(row, example.intent)
        own_share = guesses.share(row, example.intent)
        nearest = None
        if own_share < other_share:
            close = (written[other] @ features[row].T).toarray().ravel()
            if close.max() >= _NEAR:
                nearest = prepared.examples[rows_of[other][int(close.argmax())]]
        found.append(Doubt(example, round(own_share, 3), other, round(other_share, 3), nearest))
    return found
