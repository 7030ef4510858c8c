"""Finding the entry that a text asks for, by what it means and by the words it is asked in.

Every way to ask, every pointing word and the entry's own text is a row: n-grams (``ngrams``) and what it means
(``meaning``, learned from two sentence vectors).
A question is compared with all of them (with more than ``FEW`` rows: with those of a shortlist), and a kernel
regression over the ``NEAREST`` rows gives each entry a score: about 1 for a question it holds, about 0 for any other.
Unlike the nearest row, the regression learns which words tell entries apart ("menyusui") and which stand everywhere
("boleh vaksin ga"). Among the rows are examples of what nothing here answers (``data/elsewhere.txt``), so that a
question of that kind finds itself there.

How sure is sure enough was measured by leaving out each way to ask in turn, and on other examples of what nothing here
answers (``siaga knowledge calibrate``): see the thresholds, and ``docs/commands.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

from siaga.knowledge.answers import DIRECTORY, Answer, load_answers
from siaga.knowledge.meaning import Meaning
from siaga.knowledge.ngrams import Ngrams, Row, all_of, plain

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

    from siaga.text.vectors import Encoder

SURE, LEAD = 0.45, 0.30
"""The least score to answer straight away, and by how much it must lead the next, and what is answered nowhere here."""
SURE_BY_WORDS, LEAD_BY_WORDS = 0.50, 0.30
"""The same where there are no sentence vectors: words alone take more for the same."""
NEAR = 0.15
"""The least score to offer as a choice."""
CHOICES = 3
TOPIC = 0.05
"""What an entry gains when it is of the kind that the question is known to be about."""
FEW = 10_000
"""So many rows are all compared with a question; of more, those of a shortlist of entries."""
NEAREST = 128
"""So many rows are weighed against each other. Measured: 100 to 300 find as much as all."""

_RIDGE = 0.2
_ELSEWHERE = Path(__file__).parent / "data" / "elsewhere.txt"


class Findable(Protocol):
    """What can be searched."""

    @property
    def id(self) -> str:
        """Its name, once in a search."""

    @property
    def ways_to_ask(self) -> tuple[str, ...]:
        """Sentences that mean this entry."""

    @property
    def words(self) -> tuple[str, ...]:
        """Words that point here whatever stands around them; may be empty."""

    @property
    def text(self) -> str:
        """What the entry tells; may be empty."""


T = TypeVar("T", bound=Findable)


@dataclass(frozen=True)
class Sure(Generic[T]):
    """This is what was asked. ``score`` is about 1 for a question that is in the file."""

    answer: T
    score: float


@dataclass(frozen=True)
class Near(Generic[T]):
    """One of these, the likeliest first: ask which."""

    answers: list[T]
    score: float


@dataclass(frozen=True)
class Far:
    """Nothing here answers that."""

    score: float = 0.0


Found = Sure[T] | Near[T] | Far


@lru_cache(maxsize=1)
def read_elsewhere() -> tuple[str, ...]:
    """Examples of what nothing here answers."""
    lines = _ELSEWHERE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class Finder(Generic[T]):
    """Entries, ready to be asked for. Holds no connection; made anew when one of them changes."""

    def __init__(
        self,
        entries: Iterable[T],
        *,
        elsewhere: Sequence[str] | None = None,
        encoders: Sequence[Encoder] | None = None,
        sure: tuple[float, float] = (SURE, LEAD),
    ) -> None:
        """What is computed once: some seconds for a thousand rows whose vectors are not known yet, else parts of one.

        Args:
            entries: at least one.
            elsewhere: texts that none of them answers; those of ``data/elsewhere.txt`` if not given.
            encoders: none: by words only. Whose package is missing is left out, and the log says so once.
            sure: the least score and lead to be sure, where there are sentence vectors.
        """
        self._sure = sure
        self.entries = tuple(entries)
        self._by_id = {entry.id: entry for entry in self.entries}
        texts: list[str] = []
        owners: list[int] = []
        ways: list[int] = []
        for place, entry in enumerate(self.entries):
            ways += range(len(texts), len(texts) + len(entry.ways_to_ask))
            rows = [text for text in (*entry.ways_to_ask, *entry.words, entry.text) if text.strip()]
            texts += rows
            owners += [place] * len(rows)
        others = read_elsewhere() if elsewhere is None else elsewhere
        texts += others
        self._owners = np.array(owners + [len(self.entries)] * len(others))
        self._starts = np.searchsorted(self._owners, np.arange(len(self.entries) + 2))
        self._ways = ways
        self.asked = [owners[way] for way in ways]
        """For each way to ask, in order, the place of its entry in ``entries``."""
        self._ngrams = Ngrams([_plain(text) for text in texts])
        self._meaning = _meaning(texts, encoders, self._owners, len(self.entries))
        self._ridge = _RIDGE * (1 + (self._meaning.weight if self._meaning else 0))
        self._shortlist = None
        if len(texts) > FEW:
            from siaga.knowledge.shortlist import Shortlist

            meant = self._meaning.rows if self._meaning else None
            self._shortlist = Shortlist(self._ngrams.rows, meant, self._owners, len(self.entries))

    @property
    def size(self) -> int:
        """Bytes that the rows take in memory."""
        rows = self._ngrams.rows
        held = rows.data.nbytes + rows.indices.nbytes + (self._meaning.rows.nbytes if self._meaning else 0)
        return int(held + (self._shortlist.size if self._shortlist else 0))

    def by_id(self, entry_id: str) -> T | None:
        """The entry of that id."""
        return self._by_id.get(entry_id)

    def find(self, text: str, favoured: Callable[[T], bool] | None = None) -> Found[T]:
        """The entry that a text asks for, a choice of up to three, or none.

        Args:
            text: as people type it.
            favoured: entries that are likelier, because it is known what the question is about.
        """
        scores = self._scores(text)
        if favoured:
            for place in np.flatnonzero(scores[:-1] > 0):
                scores[place] += TOPIC * favoured(self.entries[place])
        return self.decide(scores)

    def decide(self, scores: np.ndarray) -> Found[T]:
        """What to do with the scores of the entries; the last score is that of elsewhere."""
        sure, lead = self._sure if self._meaning else (SURE_BY_WORDS, LEAD_BY_WORDS)
        elsewhere = float(scores[-1])
        order = _best(scores[:-1], CHOICES)
        best = float(scores[order[0]])
        next_best = float(scores[order[1]]) if len(order) > 1 else 0.0
        if best < NEAR or elsewhere > best:
            return Far(best)
        if best >= sure and best - max(next_best, elsewhere) >= lead:
            return Sure(self.entries[order[0]], best)
        # A choice of one is a choice too: "is it this that you mean?"
        return Near([self.entries[at] for at in order if scores[at] >= best / 2], best)

    def ranked(self, text: str, count: int = CHOICES) -> list[T]:
        """The likeliest entries, the likeliest first, however unlikely: for measuring."""
        return [self.entries[place] for place in _best(self.scores(text), count)]

    def scores(self, text: str) -> np.ndarray:
        """A score for each of ``entries``."""
        return self._scores(text)[:-1]

    def scores_left_out(self, asked: Iterable[int] | None = None) -> Iterator[np.ndarray]:
        """For each way to ask the scores it would get were it not there; at the end, that of elsewhere.

        ``asked`` are the places in ``self.asked`` of the ways that are wanted; all if not given.
        """
        for way in self._ways if asked is None else (self._ways[place] for place in asked):
            yield self._weigh(self._ngrams.row_of(way), self._meaning.rows[way] if self._meaning else None, way)

    def _scores(self, text: str) -> np.ndarray:
        """A score for each entry, and at the end that of elsewhere."""
        words = plain(text)
        if not words:
            return np.zeros(len(self.entries) + 1)
        return self._weigh(self._ngrams.row(words), self._meaning.vector(text) if self._meaning else None)

    def _weigh(self, row: Row, meant: np.ndarray | None, left_out: int | None = None) -> np.ndarray:
        # Such small matrices gain nothing by a second thread, which waits for a processor that others need.
        with _threads().limit(limits=1, user_api="blas"):
            return self._weigh_alone(row, meant, left_out)

    def _weigh_alone(self, row: Row, meant: np.ndarray | None, left_out: int | None) -> np.ndarray:
        places = self.compared(row, meant)
        rows = self._ngrams.rows if places is None else self._ngrams.rows[places]
        alike = self._ngrams.alike(row, rows)
        held = None
        if self._meaning is not None and meant is not None:
            held = self._meaning.rows if places is None else self._meaning.rows[places]
            alike += self._meaning.alike(held @ meant)
        if left_out is not None:
            alike[left_out if places is None else places == left_out] = -np.inf
        nearest = np.argpartition(-alike, NEAREST)[:NEAREST] if len(alike) > NEAREST else np.arange(len(alike))
        nearest = nearest[alike[nearest] > -np.inf]
        among = self._ngrams.among(rows[nearest])
        if self._meaning is not None and held is not None:
            near = held[nearest]
            among += self._meaning.alike(near @ near.T)
        among[np.diag_indices_from(among)] += self._ridge
        pull = np.linalg.solve(among, alike[nearest])
        owners = self._owners[nearest if places is None else places[nearest]]
        return np.bincount(owners, weights=pull, minlength=len(self.entries) + 1)

    def compared(self, row: Row, meant: np.ndarray | None) -> np.ndarray | None:
        """The rows that a question is compared with: those of a shortlist, and of elsewhere; none: all of them."""
        if self._shortlist is None:
            return None
        chosen = [*self._shortlist.choose(row, meant), len(self.entries)]
        return all_of(self._starts, np.array(chosen))


_plain = lru_cache(maxsize=20_000)(plain)
"""The same for texts of the content, of which hardly any are new when a search is made anew."""


def _best(scores: np.ndarray, count: int) -> np.ndarray:
    """The places of the highest scores, the highest first, of equal ones the first; nearly all are zero in a search."""
    found = np.flatnonzero(scores > 0)
    if len(found) < count:
        found = np.arange(len(scores))
    return found[np.argsort(-scores[found], kind="stable")[:count]]


def _meaning(
    texts: Sequence[str], encoders: Sequence[Encoder] | None, owners: np.ndarray, count: int
) -> Meaning | None:
    if encoders is None:
        from siaga.text.vectors import E5, USE

        encoders = (USE, E5)
    if not (working := [encoder for encoder in encoders if encoder.works]):
        return None
    from siaga.content.vectors import vectors_of

    return Meaning.learn(working, [vectors_of(encoder, texts) for encoder in working], owners, count)


class Knowledge(Finder[Answer]):
    """The answers, ready to be asked."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """All of them, in the order of the files."""
        return self.entries

    @classmethod
    def load(cls, directory: Path = DIRECTORY) -> Knowledge:
        """The answers in ``directory``.

        Raises:
            AnswerFileError: a file is wrong.
        """
        return cls(load_answers(directory))

    def ask(self, text: str, topic: str | None = None) -> Found[Answer]:
        """The answer to a question as people type it, a choice of up to three, or none.

        ``topic`` (vaccine, covid, service), when it is known, favours the answers that have it.
        """
        return self.find(text, (lambda answer: answer.topic == topic) if topic else None)
