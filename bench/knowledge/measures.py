"""What a search found, and shares of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.knowledge.questions import Question


@dataclass(frozen=True)
class Given:
    """What a search says to a question: ids, the likeliest first, and whether it would answer with the first."""

    ids: tuple[str, ...]
    sure: bool


@dataclass(frozen=True)
class Shares:
    """Each 0 to 1; ``first``, ``three`` and ``unsure`` of the questions that have an answer, ``wrong`` of all."""

    answered: int
    unanswered: int
    first: float
    """hit@1: a right answer is the likeliest"""
    three: float
    """hit@3"""
    wrong: float
    """Wrongly sure: answers, and it is not a right answer, or there is none."""
    unsure: float
    """Wrongly unsure: a right answer is the likeliest, and it is not told straight away."""


def judge(questions: Sequence[Question], given: Sequence[Given]) -> Shares:
    """Compare what was found with what is right."""
    pairs = list(zip(questions, given, strict=True))
    answered = [(question.right, found) for question, found in pairs if question.right]
    hits = [_among(right, found.ids[:1]) for right, found in answered]
    count = max(1, len(answered))
    return Shares(
        len(answered),
        len(pairs) - len(answered),
        sum(hits) / count,
        sum(_among(right, found.ids[:3]) for right, found in answered) / count,
        sum(found.sure and not _among(question.right, found.ids[:1]) for question, found in pairs) / max(1, len(pairs)),
        sum(hit and not found.sure for hit, (_, found) in zip(hits, answered, strict=True)) / count,
    )


def _among(right: Sequence[str], ids: Sequence[str]) -> bool:
    return any(one in right for one in ids)
