"""How often the search is right: measured on questions that it has not seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from siaga.knowledge.answers import Answer
from siaga.knowledge.search import Far, Found, Knowledge, Near, Sure


@dataclass(frozen=True)
class Measurement:
    """Shares, 0 to 1, of ``questions`` that have an answer here and ``off_topic`` that have none."""

    questions: int
    off_topic: int
    first: float
    """The right answer scores highest."""
    sure_right: float
    sure_wrong: float
    offered: float
    """Not sure, and the right answer is among the choices."""
    far: float
    """Said to be unknown, though there is an answer."""
    off_topic_sure: float
    off_topic_near: float


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0


def _measure(asked: list[tuple[Found[Answer], str, bool]], off_topic: list[Found[Answer]]) -> Measurement:
    def sure(found: Found[Answer], right: str) -> bool:
        return isinstance(found, Sure) and found.answer.id == right

    return Measurement(
        len(asked),
        len(off_topic),
        _share(first for _, _, first in asked),
        _share(sure(found, right) for found, right, _ in asked),
        _share(isinstance(found, Sure) and not sure(found, right) for found, right, _ in asked),
        _share(isinstance(found, Near) and right in [each.id for each in found.answers] for found, right, _ in asked),
        _share(isinstance(found, Far) for found, _, _ in asked),
        _share(isinstance(found, Sure) for found in off_topic),
        _share(isinstance(found, Near) for found in off_topic),
    )


def leave_one_out(knowledge: Knowledge, off_topic: Iterable[str] = ()) -> Measurement:
    """Each way to ask in the files, scored as if it were not there; ``off_topic`` are texts that nothing answers."""
    asked = [
        (knowledge.decide(scores), knowledge.answers[right].id, int(np.argmax(scores[:-1])) == right)
        for scores, right in zip(knowledge.scores_left_out(), knowledge.asked, strict=True)
    ]
    return _measure(asked, [knowledge.ask(text) for text in off_topic])


def held_out(knowledge: Knowledge, questions: Iterable[tuple[str, str]]) -> Measurement:
    """Pairs of (answer id, question), the id "-" for a question that nothing answers."""
    pairs = list(questions)
    asked = [
        (knowledge.ask(text), right, knowledge.answers[int(np.argmax(knowledge.scores(text)))].id == right)
        for right, text in pairs
        if right != "-"
    ]
    return _measure(asked, [knowledge.ask(text) for right, text in pairs if right == "-"])
