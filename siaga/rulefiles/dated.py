"""Rule sets that are files named after the day from which they hold: one is in force until the next begins."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from siaga.content import ContentError, Entry, take_date, take_text
from siaga.content.files import read_file, whole_entry
from siaga.content.kinds import Entries

R = TypeVar("R")

QUESTIONS = "questions.yml"
"""Stands beside the dated files, and is none of them."""
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class RuleFileError(ContentError):
    """A rule file that is refused: which file, which line, and what is wrong, for whoever wrote it."""


class NoRules(LookupError):
    """No rule set was in force on that day."""


# ------------------------------------------------------------------ what the files of all kinds say alike
def valid_from(content: Entry) -> date:
    """The day from which a file holds, after which it is named.

    Raises:
        RuleFileError: it says another than its name.
    """
    day = take_date(content, "valid_from", RuleFileError)
    if content.path.stem != day.isoformat():
        raise content.error(f"the file is named {content.path.name}, but says {day}.", "valid_from", RuleFileError)
    return day


def take_name(entry: Entry) -> str:
    """A rule's id.

    Raises:
        RuleFileError: it is missing, or written otherwise than in small letters.
    """
    name = take_text(entry, "id", RuleFileError)
    if not _NAME.match(name):
        raise entry.error("“id” may only hold small letters, digits and _.", "id", RuleFileError)
    return name


def no_twins(entries: Iterable[Entry]) -> None:
    """Refuse two rules of one id.

    Raises:
        RuleFileError: with the line of the second.
    """
    seen: dict[str, int] = {}
    for entry in entries:
        name = str(entry.get("id"))
        if name in seen:
            raise entry.error(f"“{name}” is already the id of line {seen[name]}.", "id", RuleFileError)
        seen[name] = entry.lines.get("id", entry.line)


def version_of(day: date, *files: Entry) -> str:
    """The day and the exact wording of the files, by which an outcome can be traced to what was in force."""
    wording = "".join(file.text or "" for file in files)
    return f"{day}.{hashlib.sha256(wording.encode()).hexdigest()[:8]}"


# ------------------------------------------------------------------ of all days
@dataclass(frozen=True)
class Dated(Generic[R]):
    """Rule sets with the days from which they hold, the oldest first."""

    days: tuple[date, ...]
    sets: tuple[R, ...]

    def __iter__(self) -> Iterator[R]:
        return iter(self.sets)

    def on(self, day: date) -> R:
        """The rule set in force on ``day``.

        Raises:
            NoRules: ``day`` is before the first.
        """
        place = bisect_right(self.days, day)
        if not place:
            raise _none_yet(day, self.days)
        return self.sets[place - 1]


@dataclass(frozen=True)
class RuleFiles(Generic[R]):
    """How the dated files of a capability are read, from the content store or from a directory.

    ``read`` makes a rule set of one of them; where it ``asks``, of the questions beside them too, as the second. Both
    know their text.
    """

    directory: Path
    read: Callable[..., R]
    asks: bool = False

    def read_all(self, entries: Entries) -> Dated[R]:
        """All rule sets, of files that each are an entry.

        Raises:
            RuleFileError: a file is wrong, or named otherwise, or there is none.
        """
        questions = next((entry for entry in entries if self.asks and entry.path.name == QUESTIONS), None)
        dated = {_day(entry.path): entry for entry in entries if entry is not questions}
        if self.asks and questions is None:
            raise RuleFileError(self.directory / QUESTIONS, 1, "there is no “questions”, which all rules need.")
        if not dated:
            raise RuleFileError(self.directory, 1, "there is no rule file.")
        beside = (questions,) if questions is not None else ()
        days = tuple(sorted(dated))
        return Dated(days, tuple(self.read(dated[day], *beside) for day in days))

    def load(self, path: Path) -> R:
        """The rule set of one file of a directory.

        Raises:
            RuleFileError: it is wrong, or the questions beside it are.
        """
        return self.read(*(whole_entry(read_file(file, RuleFileError), file, RuleFileError) for file in self._of(path)))

    def in_force(self, directory: Path, day: date) -> R:
        """The rule set of a directory that is in force on ``day``; a changed file is read anew.

        Raises:
            NoRules: ``day`` is before the first file.
            RuleFileError: the file of that day is wrong.
        """
        path = file_in_force(directory, day)
        found: R = _loaded(self, path, tuple(file.stat().st_mtime_ns for file in self._of(path)))
        return found

    def all_of(self, directory: Path) -> list[R]:
        """Every rule set of a directory, the oldest first.

        Raises:
            RuleFileError: a file is wrong.
        """
        return [self.load(path) for _, path in dated_files(directory)]

    def _of(self, path: Path) -> tuple[Path, ...]:
        return (path, path.parent / QUESTIONS) if self.asks else (path,)


@lru_cache(maxsize=192)
def _loaded(files: RuleFiles[Any], path: Path, _written: tuple[int, ...]) -> Any:
    return files.load(path)


# ------------------------------------------------------------------ in a directory
def dated_files(directory: Path, pattern: str = "*.yml") -> list[tuple[date, Path]]:
    """The rule files with the day each begins, oldest first. ``pattern`` leaves out what stands beside them.

    Raises:
        RuleFileError: a file is not named after a day.
    """
    return sorted((_day(path), path) for path in directory.glob(pattern) if path.name != QUESTIONS)


def file_in_force(directory: Path, day: date, pattern: str = "*.yml") -> Path:
    """The file of the rule set in force on ``day``, of those that ``dated_files`` finds.

    Raises:
        NoRules: ``day`` is before the first rule set.
        RuleFileError: a file is not named after a day.
    """
    files = dated_files(directory, pattern)
    path = next((path for start, path in reversed(files) if start <= day), None)
    if path is None:
        raise _none_yet(day, [start for start, _ in files])
    return path


def _day(path: Path) -> date:
    try:
        return date.fromisoformat(path.stem)
    except ValueError:
        raise RuleFileError(path, 1, "name the file after the day it starts, such as 2023-01-24.yml.") from None


def _none_yet(day: date, days: Iterable[date]) -> NoRules:
    first = next(iter(days), None)
    return NoRules(
        f"no rules were in force on {day}; {f'the first rules are of {first}' if first else 'there is no rule file'}"
    )
