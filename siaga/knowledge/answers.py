"""The answers of ``content/answers``: each with its source, the ways it is asked for, and when to look at it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from siaga.content import ContentError, Entry, only_keys, read_entry, take_date, take_entries, take_text
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "answers"
TOPICS = ("vaccine", "covid", "service")
FEWEST_VARIANTS = 6
SHORT = 600
"""Characters that can be read on a phone without scrolling."""
LABEL = 20
"""Characters on a WhatsApp button."""
QUESTION = 72
"""Characters in the second line of a WhatsApp list's row."""

_KEYS = ("id", "label", "question", "variants", "words", "short", "more", "source", "checked", "review_by")


class AnswerFileError(ContentError):
    """An answer file that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Answer:
    """What is told about one question.

    ``label`` fits a button, ``question`` a list's row; ``words`` point here whatever stands around them; ``more`` may
    be empty.
    """

    id: str
    topic: str
    label: str
    question: str
    variants: tuple[str, ...]
    words: tuple[str, ...]
    short: str
    more: str
    source: str
    checked: date
    review_by: date

    @property
    def ways_to_ask(self) -> tuple[str, ...]:
        """The question and its variants."""
        return (self.question, *self.variants)


def _variants(entry: Entry) -> tuple[str, ...]:
    given = entry.get("variants")
    if not isinstance(given, list) or len(given) < FEWEST_VARIANTS:
        raise entry.error(
            f"“variants” must be a list of at least {FEWEST_VARIANTS} ways to ask this.", "variants", AnswerFileError
        )
    for variant in given:
        if not isinstance(variant, str) or not variant.strip():
            raise entry.error("every variant must be text; put it between quotes.", "variants", AnswerFileError)
    return tuple(variant.strip() for variant in given)


def _answer(entry: Entry, topic: str) -> Answer:
    only_keys(entry, _KEYS, AnswerFileError)
    checked = take_date(entry, "checked", AnswerFileError)
    review_by = take_date(entry, "review_by", AnswerFileError)
    if review_by <= checked:
        raise entry.error("“review_by” must be after “checked”.", "review_by", AnswerFileError)
    return Answer(
        take_text(entry, "id", AnswerFileError),
        topic,
        take_text(entry, "label", AnswerFileError, LABEL),
        take_text(entry, "question", AnswerFileError, QUESTION),
        _variants(entry),
        tuple(
            word.strip()
            for word in take_text(entry, "words", AnswerFileError, optional=True).split(",")
            if word.strip()
        ),
        take_text(entry, "short", AnswerFileError, SHORT),
        take_text(entry, "more", AnswerFileError, optional=True),
        take_text(entry, "source", AnswerFileError),
        checked,
        review_by,
    )


def load_answers(directory: Path = DIRECTORY) -> list[Answer]:
    """Every answer of the directory's files, in their order.

    Raises:
        AnswerFileError: a file is wrong, or two answers have the same id or are asked for in the same words.
    """
    paths = sorted(directory.glob("*.yml"))
    if not paths:
        raise AnswerFileError(directory / "*.yml", 1, "there is no answer file.")
    answers: list[Answer] = []
    ids: dict[str, str] = {}
    ways: dict[str, str] = {}
    for path in paths:
        content = read_entry(path, AnswerFileError)
        only_keys(content, ("topic", "answers"), AnswerFileError)
        topic = take_text(content, "topic", AnswerFileError)
        if topic not in TOPICS:
            raise content.error(f"“topic” must be one of {', '.join(TOPICS)}.", "topic", AnswerFileError)
        for entry in take_entries(content, "answers", AnswerFileError):
            answer = _answer(entry, topic)
            if answer.id in ids:
                raise entry.error(f"“{answer.id}” is already an id in {ids[answer.id]}.", "id", AnswerFileError)
            ids[answer.id] = path.name
            for way in answer.ways_to_ask:
                other = ways.setdefault(way.casefold(), answer.id)
                if other != answer.id:
                    raise entry.error(f"“{way}” is already asked in {other}.", "variants", AnswerFileError)
            answers.append(answer)
    return answers


def to_review(answers: Iterable[Answer], day: date) -> list[Answer]:
    """The answers whose review date has come."""
    return [answer for answer in answers if answer.review_by <= day]
