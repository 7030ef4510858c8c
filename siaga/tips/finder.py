"""Which situation a message means, by the words and n-grams that it shares with the ways to ask for each.

The search is that of the knowledge base (``siaga.knowledge``); when it is sure enough was measured for the tips by
themselves, each way to ask left out in turn: see ``docs/tips.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from siaga.content import live
from siaga.content.kinds import Entries
from siaga.knowledge import Answer
from siaga.knowledge.search import Finder
from siaga.text.normalise import normalise
from siaga.text.words import split_words
from siaga.tips.tips import (
    DIRECTORY,
    FollowUp,
    NoSituation,
    Tip,
    load_no_situation,
    load_tips,
    read_no_situation,
    read_tips,
)

SURE, LEAD = 0.40, 0.12
"""The least score to tell a tip straight away, and by how much it must lead the next."""
NEAR = 0.22
"""The least score to offer as a choice."""
FOLLOWS = 0.5
"""The least score of a follow-up: about 1 for one that stands in the file, less than 0.4 for another subject."""
CHOICES = 3


@dataclass(frozen=True)
class Sure:
    """This is the situation. ``score`` is about 1 for words that stand in the file."""

    tip: Tip
    score: float


@dataclass(frozen=True)
class Near:
    """One of these situations, the likeliest first: ask which."""

    tips: tuple[Tip, ...]
    score: float


@dataclass(frozen=True)
class Unknown:
    """No situation is told, or none that has a tip."""

    score: float = 0.0


Found = Sure | Near | Unknown


def _searched(key: str, ways: tuple[str, ...], words: tuple[str, ...], short: str, tip: Tip) -> Answer:
    """What the search takes: only what it is asked for in counts."""
    first, *others = ways
    return Answer(
        key, "covid", tip.label, first, tuple(others), words, short, "", tip.source, tip.checked, tip.review_by
    )


class Tips:
    """The tips of a directory, ready to be asked. Holds no connection; a process loads it once."""

    def __init__(self, tips: list[Tip], none: NoSituation | None = None) -> None:
        """What is most like one of the ways in ``none`` is unknown."""
        none = none or NoSituation()
        self.all = tuple(tips)
        self._by_id = {tip.id: tip for tip in tips}
        searched = [_searched(tip.id, (tip.title, *tip.variants), tip.words, tip.about, tip) for tip in tips]
        # A message of nothing but these tells no situation, though they stand in many ways to ask.
        self._general_words = {word for way in none.general for word in _words(way)}
        if ways := (*none.general, *none.elsewhere):
            searched.append(_searched("", ways, (), ways[0], tips[0]))
        self._search = _by_words(searched)
        self._follow_ups = {tip.id: _follow_up_search(tip) for tip in tips if tip.follow_ups}

    @classmethod
    def load(cls, directory: Path = DIRECTORY) -> Tips:
        """The tips in ``directory``.

        Raises:
            TipFileError: a file is wrong.
        """
        return cls(load_tips(directory), load_no_situation(directory))

    def by_id(self, tip_id: str) -> Tip | None:
        """The tip of that id."""
        return self._by_id.get(tip_id)

    def find(self, text: str) -> Found:
        """The situation a message means, a choice of up to three, or none."""
        if self.is_general(text):
            return Unknown()
        return self._decide(self._search.scores(text))

    def is_general(self, text: str) -> bool:
        """Whether a message asks for advice, and tells nothing of what for."""
        return set(_words(text)) <= self._general_words

    def likeliest(self, text: str) -> Tip:
        """The situation that scores highest, however little: for measuring."""
        return self.all[int(np.argmax(self._search.scores(text)[: len(self.all)]))]

    def left_out(self) -> Iterable[tuple[Tip, Found]]:
        """For each way to ask in the files its tip, and what would be found were that way not there."""
        for at, scores in zip(self._search.asked, self._search.scores_left_out(), strict=True):
            if at < len(self.all):
                yield self.all[at], self._decide(scores[:-1])

    def follow_up(self, tip: Tip, text: str) -> FollowUp | None:
        """The follow-up of a tip that a message asks, if it is one of those in the file."""
        search = self._follow_ups.get(tip.id)
        if search is None:
            return None
        scores = search.scores(text)
        best = int(np.argmax(scores))
        return tip.follow_ups[best] if scores[best] >= FOLLOWS else None

    def _decide(self, scores: np.ndarray) -> Found:
        none = scores[len(self.all) :]
        scores = scores[: len(self.all)]
        order = np.argsort(-scores)[:CHOICES]
        best = float(scores[order[0]])
        second = float(scores[order[1]]) if len(order) > 1 else 0.0
        if none.size and none[0] > best:
            return Unknown(best)
        if best >= SURE and best - second >= LEAD:
            return Sure(self.all[order[0]], best)
        if best < NEAR:
            return Unknown(best)
        return Near(tuple(self.all[at] for at in order if scores[at] >= best / 2), best)


def _words(text: str) -> list[str]:
    return [word.lower for word in split_words(normalise(text))]


def _by_words(searched: Sequence[Answer]) -> Finder[Answer]:
    # What is asked elsewhere stands among the situations themselves; the thresholds were measured without vectors.
    return Finder(searched, elsewhere=(), encoders=())


def _follow_up_search(tip: Tip) -> Finder[Answer]:
    return _by_words([_searched(str(at), one.asked, (), one.asked[0], tip) for at, one in enumerate(tip.follow_ups)])


def tips(preview: bool = False) -> Tips:
    """The tips that stand; with ``preview`` also what staff have not published yet."""
    return live.built("tip", _made, preview=preview)


def _made(entries: Entries) -> Tips:
    return Tips(read_tips(entries), read_no_situation(entries))
