"""The searches that are compared: ours, ours without sentence vectors, and plain BM25."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import bm25s
import numpy as np

from bench.knowledge.measures import Given
from siaga.knowledge import Answer, Knowledge, Sure

Search = Callable[[str], Given]
_WORD = re.compile(r"\w+")


def ours(answers: Sequence[Answer], vectors: bool = True) -> Search:
    """The search of this house, as it is or by words only."""
    knowledge = Knowledge(answers) if vectors else Knowledge(answers, encoders=())

    def search(text: str) -> Given:
        return Given(tuple(answer.id for answer in knowledge.ranked(text)), isinstance(knowledge.ask(text), Sure))

    return search


def bm25(answers: Sequence[Answer]) -> Search:
    """Plain BM25 over the same texts, one document an answer. It has no notion of being sure: it always answers."""
    documents = [" ".join((*one.ways_to_ask, *one.words, one.text)) for one in answers]
    index = bm25s.BM25()
    index.index([_words(document) for document in documents], show_progress=False)
    ids = [one.id for one in answers]

    def search(text: str) -> Given:
        scores = index.get_scores(_words(text)) if _words(text) else np.zeros(len(ids))
        order = np.argsort(-scores, kind="stable")[:3]
        return Given(tuple(ids[place] for place in order), bool(scores[order[0]] > 0))

    return search


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
