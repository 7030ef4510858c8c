"""The answers of ``content/answers``: each with its source, the ways it is asked for, and when to look at it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from siaga.content import ContentError, Entry, only_keys, read_entry, take_entries, take_review, take_text, take_texts
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "answers"
TOPICS = ("vaccine", "covid", "service")
FEWEST_VARIANTS = 6
SHORT = 600
"""Characters that can be read on a phone without scrolling."""
MORE = 900
"""Characters of what is told on request: with its head and source it has to fit a message with buttons (1,024)."""
WHY = 500
"""Characters of the reason, and of what differs for somebody: each follows an answer that has been read already."""
MOST_RELATED = 3
"""As many buttons as a message has."""
LABEL = 20
"""Characters on a WhatsApp button."""
QUESTION = 72
"""Characters in the second line of a WhatsApp list's row."""

Audience = Literal["pregnant", "breastfeeding", "child", "teenager", "elderly", "ill"]
"""Whom an answer may differ for; "ill" is somebody with another illness, not somebody who has COVID-19."""
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

_KEYS = (
    "id", "label", "question", "variants", "words", "short", "more", "why", "for", "audience", "related", "source",
    "checked", "review_by",
)  # fmt: skip
_WORD = re.compile(r"\w+")


class AnswerFileError(ContentError):
    """An answer file that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Answer:
    """What is told about one question.

    ``label`` fits a button, ``question`` a list's row; ``words`` point here whatever stands around them; ``more`` (what
    is told on request) and ``why`` (the reason) may be empty.
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
    why: str = ""
    audiences: Mapping[Audience, str] = field(default_factory=dict, hash=False)
    """What differs for somebody; who is not in it is told ``short``."""
    audience: Audience | None = None
    """Whom the answer itself is about, where it is about one of them only."""
    related: tuple[str, ...] = ()
    """ids of what is asked next"""

    @property
    def ways_to_ask(self) -> tuple[str, ...]:
        """The question and its variants."""
        return (self.question, *self.variants)

    @property
    def text(self) -> str:
        """What it is found by beside the ways to ask: the short answer."""
        return self.short


def _topic(entry: Entry) -> str:
    """The topic at the head of the entry's file."""
    head = entry.head
    if head is None:
        raise entry.error("its file has no “topic”.", kind=AnswerFileError)
    topic = take_text(head, "topic", AnswerFileError)
    if topic not in TOPICS:
        raise head.error(f"“topic” must be one of {', '.join(TOPICS)}.", "topic", AnswerFileError)
    return topic


def _audiences(entry: Entry) -> dict[Audience, str]:
    given = entry.get("for")
    if given is None:
        return {}
    if not isinstance(given, Entry) or not given:
        raise entry.error("“for” must have lines such as “pregnant: …”.", "for", AnswerFileError)
    only_keys(given, AUDIENCES, AnswerFileError)
    return {each: take_text(given, each, AnswerFileError, WHY) for each in AUDIENCES if each in given}


def _audience(entry: Entry) -> Audience | None:
    given = take_text(entry, "audience", AnswerFileError, optional=True)
    if not given:
        return None
    for each in AUDIENCES:
        if given == each:
            return each
    raise entry.error(f"“audience” must be one of {', '.join(AUDIENCES)}.", "audience", AnswerFileError)


def _related(entry: Entry) -> tuple[str, ...]:
    given = entry.get("related", [])
    if not isinstance(given, list) or not all(isinstance(each, str) and each.strip() for each in given):
        raise entry.error("“related” must be a list of ids, such as [vaksin-hamil].", "related", AnswerFileError)
    ids = tuple(each.strip() for each in given)
    if len(ids) > MOST_RELATED:
        raise entry.error(f"“related” has {len(ids)} ids; at most {MOST_RELATED} fit.", "related", AnswerFileError)
    if len(set(ids)) < len(ids):
        raise entry.error("“related” has the same id twice.", "related", AnswerFileError)
    if entry.get("id") in ids:
        raise entry.error("“related” leads back to this answer itself.", "related", AnswerFileError)
    return ids


def _answer(entry: Entry) -> Answer:
    only_keys(entry, _KEYS, AnswerFileError)
    checked, review_by = take_review(entry, AnswerFileError)
    return Answer(
        id=take_text(entry, "id", AnswerFileError),
        topic=_topic(entry),
        label=take_text(entry, "label", AnswerFileError, LABEL),
        question=take_text(entry, "question", AnswerFileError, QUESTION),
        variants=take_texts(entry, "variants", FEWEST_VARIANTS, AnswerFileError, what="ways to ask this"),
        words=tuple(
            word.strip()
            for word in take_text(entry, "words", AnswerFileError, optional=True).split(",")
            if word.strip()
        ),
        short=take_text(entry, "short", AnswerFileError, SHORT),
        more=take_text(entry, "more", AnswerFileError, MORE, optional=True),
        why=take_text(entry, "why", AnswerFileError, WHY, optional=True),
        audiences=_audiences(entry),
        audience=_audience(entry),
        related=_related(entry),
        source=take_text(entry, "source", AnswerFileError),
        checked=checked,
        review_by=review_by,
    )


def _asked(way: str) -> str:
    """A way to ask without capitals and marks: what makes two of them one."""
    return " ".join(_WORD.findall(way.casefold()))


def read_answers(entries: Sequence[Entry]) -> list[Answer]:
    """The answers that the entries of files, or of the content store, hold; in their order.

    Raises:
        AnswerFileError: an entry is wrong, two have the same id or are asked for in the same words, or one leads to an
            answer that is not there.
    """
    answers: list[Answer] = []
    where: dict[str, str] = {}
    ways: dict[str, str] = {}
    labels: dict[str, str] = {}
    for entry in entries:
        answer = _answer(entry)
        if answer.id in where:
            raise entry.error(f"“{answer.id}” is already an id in {where[answer.id]}.", "id", AnswerFileError)
        where[answer.id] = entry.path.name
        # Two buttons of one message must not say the same.
        if (other := labels.setdefault(answer.label.casefold(), answer.id)) != answer.id:
            raise entry.error(f"“{answer.label}” is already the label of {other}.", "label", AnswerFileError)
        for way in answer.ways_to_ask:
            if (other := ways.setdefault(_asked(way), answer.id)) != answer.id:
                raise entry.error(f"“{way}” is already asked in {other}.", "variants", AnswerFileError)
        answers.append(answer)
    for entry, answer in zip(entries, answers, strict=True):
        for each in answer.related:
            if each not in where:
                raise entry.error(f"“related” leads to “{each}”, which is no answer.", "related", AnswerFileError)
    return answers


def load_answers(directory: Path = DIRECTORY) -> list[Answer]:
    """Every answer of the directory's files, in their order.

    Raises:
        AnswerFileError: a file is wrong, or see `read_answers`.
    """
    paths = sorted(directory.glob("*.yml"))
    if not paths:
        raise AnswerFileError(directory / "*.yml", 1, "there is no answer file.")
    entries: list[Entry] = []
    for path in paths:
        content = read_entry(path, AnswerFileError)
        only_keys(content, ("topic", "answers"), AnswerFileError)
        entries += take_entries(content, "answers", AnswerFileError)
    return read_answers(entries)


def to_review(answers: Iterable[Answer], day: date) -> list[Answer]:
    """The answers whose review date has come."""
    return [answer for answer in answers if answer.review_by <= day]
