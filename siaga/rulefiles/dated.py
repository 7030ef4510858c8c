"""Rule sets that are files named after the day from which they hold: one is in force until the next begins."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from siaga.content import ContentError

QUESTIONS = "questions.yml"
"""Stands beside the dated files, and is none of them."""


class RuleFileError(ContentError):
    """A rule file that is refused: which file, which line, and what is wrong, for whoever wrote it."""


class NoRules(LookupError):
    """No rule set was in force on that day."""


def dated_files(directory: Path, pattern: str = "*.yml") -> list[tuple[date, Path]]:
    """The rule files with the day each begins, oldest first. ``pattern`` leaves out what stands beside them.

    Raises:
        RuleFileError: a file is not named after a day.
    """
    files = []
    for path in directory.glob(pattern):
        if path.name == QUESTIONS:
            continue
        try:
            files.append((date.fromisoformat(path.stem), path))
        except ValueError:
            raise RuleFileError(path, 1, "name the file after the day it starts, such as 2023-01-24.yml.") from None
    return sorted(files)


def file_in_force(directory: Path, day: date, pattern: str = "*.yml") -> Path:
    """The file of the rule set in force on ``day``, of those that ``dated_files`` finds.

    Raises:
        NoRules: ``day`` is before the first rule set.
        RuleFileError: a file is not named after a day.
    """
    files = dated_files(directory, pattern)
    path = next((path for start, path in reversed(files) if start <= day), None)
    if path is None:
        first = f"the first rules are of {files[0][0]}" if files else "there is no rule file"
        raise NoRules(f"no rules were in force on {day}; {first}")
    return path
