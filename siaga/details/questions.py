"""The questions of ``content/details/questions.yml``, and reading what is answered to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter

from siaga.content import ContentError, Entry, only_keys, read_entry, take_entries, take_text
from siaga.settings import ROOT
from siaga.text.normalise import normalise

FILE = ROOT / "content" / "details" / "questions.yml"
LABEL = 24
"""The characters that fit on a row of a WhatsApp list."""
OPTIONS = 9
"""As many fit on one page of a list, beside the way out."""
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class DetailFileError(ContentError):
    """A file of questions that is refused: which line, and what is wrong."""


@dataclass(frozen=True)
class Question:
    """One question. ``ask`` may hold ``{who}`` and ``{who_start}``; ``options`` are value to label.

    ``many``: several options may hold, except ``none`` with another.
    """

    id: str
    ask: str
    why: str
    options: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    many: bool

    def read(self, text: str) -> tuple[str, ...]:
        """The options that a text names, by label or word, longer words first; empty if none.

        "darah tinggi sama gula" names two; where only one may hold, the one named first.
        """
        said = f" {normalise(text)} "
        raw = f" {_plain(text)} "
        found: dict[str, int] = {}
        for word, value in sorted(self._known(), key=lambda pair: -len(pair[0])):
            for among in (raw, said):
                at = among.find(f" {word} ")
                if at >= 0:
                    found.setdefault(value, at)
                    # What has been understood is not read again as a shorter word.
                    raw = raw.replace(f" {word} ", " " + "·" * len(word) + " ")
                    said = said.replace(f" {word} ", " " + "·" * len(word) + " ")
                    break
        values = sorted(found, key=lambda value: found[value])
        if self.many:
            return tuple(value for value in values if value != "none") or tuple(values)
        return tuple(values[:1])

    def _known(self) -> list[tuple[str, str]]:
        pairs = [(_plain(label), value) for value, label in self.options.items()]
        pairs += [(_plain(word), value) for value, words in self.words.items() for word in words]
        return [(word, value) for word, value in pairs if word]


@dataclass(frozen=True)
class Details:
    """All that is asked; ``purpose`` and ``kept`` are told before the first question, in words of ``version``."""

    version: str
    purpose: str
    kept: str
    questions: tuple[Question, ...]

    def by_id(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.id == name), None)


def _plain(words: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", words.casefold()))


def _ask(entry: Entry) -> str:
    text = take_text(entry, "ask", DetailFileError)
    try:
        fields = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError:
        fields = {"{"}
    if fields - {"who", "who_start"}:
        raise entry.error("“ask” may hold {who} and {who_start}, and no other braces.", "ask", DetailFileError)
    return text


def _options(entry: Entry) -> dict[str, str]:
    given = entry.get("options")
    if not isinstance(given, Entry) or not 2 <= len(given) <= OPTIONS:
        raise entry.error(f"“options” must be 2 to {OPTIONS} lines “value: label”.", "options", DetailFileError)
    for value in given:
        if not _NAME.match(value):
            raise given.error(f"“{value}” may only hold small letters, digits and _.", value, DetailFileError)
    return {value: take_text(given, value, DetailFileError, LABEL) for value in given}


def _words(entry: Entry, options: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    given = entry.get("words")
    if given is None:
        return {}
    if not isinstance(given, Entry):
        raise entry.error("“words” must be lines “value: word, word”.", "words", DetailFileError)
    only_keys(given, options, DetailFileError)
    seen: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    for value in given:
        own = tuple(_plain(word) for word in take_text(given, value, DetailFileError).split(","))
        for word in own:
            if seen.setdefault(word, value) != value:
                raise given.error(f"“{word}” already stands for {seen[word]}.", value, DetailFileError)
        words[value] = own
    return words


def _question(entry: Entry) -> Question:
    only_keys(entry, ("id", "ask", "why", "many", "options", "words"), DetailFileError)
    name = take_text(entry, "id", DetailFileError)
    if not _NAME.match(name):
        raise entry.error("“id” may only hold small letters, digits and _.", "id", DetailFileError)
    many = take_text(entry, "many", DetailFileError, optional=True)
    if many not in ("", "yes", "no"):
        raise entry.error("“many” is yes or no.", "many", DetailFileError)
    options = _options(entry)
    return Question(
        name, _ask(entry), take_text(entry, "why", DetailFileError), options, _words(entry, options), many == "yes"
    )


def load(path: Path = FILE) -> Details:
    """The questions of a file.

    Raises:
        DetailFileError: the file is wrong.
    """
    content = read_entry(path, DetailFileError)
    only_keys(content, ("version", "purpose", "kept", "questions"), DetailFileError)
    entries = take_entries(content, "questions", DetailFileError)
    questions: list[Question] = []
    for entry in entries:
        question = _question(entry)
        if any(question.id == other.id for other in questions):
            raise entry.error(f"“{question.id}” is the id of another question.", "id", DetailFileError)
        questions.append(question)
    return Details(
        take_text(content, "version", DetailFileError, 20),
        take_text(content, "purpose", DetailFileError),
        take_text(content, "kept", DetailFileError),
        tuple(questions),
    )


@lru_cache(maxsize=4)
def _cached(path: Path, _written: int) -> Details:
    return load(path)


def asked_now(path: Path = FILE) -> Details:
    """What is asked now; a changed file is read anew.

    Raises:
        DetailFileError: the file is wrong.
    """
    return _cached(path, path.stat().st_mtime_ns)
