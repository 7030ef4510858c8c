"""Finding the answer to a question by the letters and words it is asked in.

Every way to ask, every pointing word and every short answer is a row of TF-IDF weights (letters in groups of two to
four inside words, words alone and in pairs), and a ridge regression over the rows gives each answer a score: about 1
for a question it holds, about 0 for anything else. Unlike the nearest row, the regression learns which words tell
answers apart ("menyusui") and which stand everywhere ("boleh vaksin ga").

How sure is sure enough was measured by leaving out each question in turn (``siaga knowledge calibrate``): see the
thresholds.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from siaga.knowledge.answers import DIRECTORY, Answer, load_answers
from siaga.text.normalise import normalise

SURE = 0.40
"""The least score to answer straight away …"""
LEAD = 0.20
"""… and by how much it must lead the next. See ``docs/commands.md`` for what was measured."""
NEAR = 0.25
"""The least score to offer as a choice."""
CHOICES = 3
TOPIC = 0.05
"""What an answer gains when it has the topic that the question is known to have."""
LONGEST = 400
"""Characters of a message that are looked at."""

_RIDGE = 0.3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Sure:
    """This is what was asked. ``score`` is about 1 for a question that is in the file."""

    answer: Answer
    score: float


@dataclass(frozen=True)
class Near:
    """One of these, the likeliest first: ask which."""

    answers: list[Answer]
    score: float


@dataclass(frozen=True)
class Far:
    """Nothing here answers that."""

    score: float = 0.0


Found = Sure | Near | Far


def plain(text: str) -> str:
    """The words of a question, normalised, without marks."""
    return " ".join(_WORD.findall(normalise(text[:LONGEST])))


class _Weights:
    """TF-IDF of one kind of feature. What was never seen weighs as the rarest does: it makes a text less alike."""

    def __init__(self, analyzer: str, lengths: tuple[int, int]) -> None:
        self._vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=lengths, sublinear_tf=True, lowercase=False)
        self._vectorizer.token_pattern = _WORD.pattern

    def fit(self, texts: list[str]) -> sparse.csr_matrix:
        rows = self._vectorizer.fit_transform(texts)
        self._features = self._vectorizer.build_analyzer()
        self._known: dict[str, int] = self._vectorizer.vocabulary_
        self._idf = self._vectorizer.idf_
        return rows

    def _seen(self, text: str) -> float:
        """The part of the text's length that is made of known features, 0 to 1."""
        known = every = 0.0
        for feature, count in Counter(self._features(text)).items():
            column = self._known.get(feature)
            idf = self._idf.max() if column is None else self._idf[column]
            weight = ((1 + np.log(count)) * idf) ** 2
            every += weight
            known += weight if column is not None else 0.0
        return float(np.sqrt(known / every)) if every else 0.0

    def transform(self, text: str) -> sparse.csr_matrix:
        return self._vectorizer.transform([text]) * self._seen(text)


class Knowledge:
    """The answers of a directory, ready to be asked. Holds no connection; a process loads it once."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers
        self._by_id = {answer.id: answer for answer in answers}
        rows = [(at, way) for at, answer in enumerate(answers) for way in answer.ways_to_ask]
        self.asked = [at for at, _ in rows]
        """For each way to ask, in order, the place of its answer in ``answers``."""
        rows += [(at, text) for at, answer in enumerate(answers) for text in (*answer.words, answer.short)]
        texts = [plain(text) for _, text in rows]
        self._weights = (_Weights("char_wb", (2, 4)), _Weights("word", (1, 2)))
        self._rows = sparse.hstack([weights.fit(texts) for weights in self._weights]).tocsr() / np.sqrt(2)
        self._targets = np.zeros((len(rows), len(answers)))
        self._targets[np.arange(len(rows)), [at for at, _ in rows]] = 1
        alike = (self._rows @ self._rows.T).toarray()
        self._inverse = np.linalg.inv(alike + _RIDGE * np.eye(len(rows)))
        self._model = self._rows.T @ (self._inverse @ self._targets)

    @classmethod
    def load(cls, directory: Path = DIRECTORY) -> Knowledge:
        """The answers in ``directory``.

        Raises:
            AnswerFileError: a file is wrong.
        """
        return cls(load_answers(directory))

    def by_id(self, answer_id: str) -> Answer | None:
        """The answer of that id."""
        return self._by_id.get(answer_id)

    def scores(self, text: str) -> np.ndarray:
        """A score for each of ``answers``."""
        words = plain(text)
        row = sparse.hstack([weights.transform(words) for weights in self._weights]) / np.sqrt(2)
        return np.asarray(row @ self._model).ravel()

    def scores_left_out(self) -> np.ndarray:
        """For each way to ask, the scores it would get were it not in the files: exact, by the ridge's own algebra."""
        count = len(self.asked)
        pull = self._inverse @ self._targets / np.diag(self._inverse)[:, None]
        return np.asarray((self._targets - pull)[:count])

    def ask(self, text: str, topic: str | None = None) -> Found:
        """The answer to a question as people type it, a choice of up to three, or none.

        ``topic`` (vaccine, covid, service), when it is known, favours the answers that have it.
        """
        scores = self.scores(text)
        if topic:
            scores = scores + TOPIC * np.array([answer.topic == topic for answer in self.answers])
        return decide(scores, self.answers)


def decide(scores: np.ndarray, answers: list[Answer]) -> Found:
    """What to do with the scores of the answers."""
    order = np.argsort(-scores)[:CHOICES]
    best = float(scores[order[0]])
    next_best = float(scores[order[1]]) if len(order) > 1 else 0.0
    if best >= SURE and best - next_best >= LEAD:
        return Sure(answers[order[0]], best)
    if best < NEAR:
        return Far(best)
    # A choice of one is a choice too: "is it this that you mean?"
    return Near([answers[at] for at in order if scores[at] >= best / 2], best)
