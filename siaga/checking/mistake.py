"""One mistake, and how it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_NAMED = re.compile("“([^”]+)”")
_GUESSED = re.compile(r"Maksud Anda “([^”]+)”\?$")


@dataclass(frozen=True, order=True)
class Mistake:
    """Where something is wrong, and what to do. One that is not ``grave`` only has to be looked at.

    ``file`` is told from the project's folder, ``line`` from 1; ``kind`` is a word for programs.
    """

    file: str
    line: int
    kind: str
    sentence: str
    grave: bool = True

    def __str__(self) -> str:
        mark = "" if self.grave else "perlu dilihat: "
        return f"{self.file}:{self.line}: {mark}{self.sentence}"

    @property
    def about(self) -> str:
        """The name that the sentence is about: the first that it quotes."""
        return match[1] if (match := _NAMED.search(self.sentence)) else ""

    @property
    def guess(self) -> str:
        """The name that was probably meant; empty if nothing is like it."""
        return match[1] if (match := _GUESSED.search(self.sentence)) else ""

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return {
            "file": self.file,
            "line": self.line,
            "kind": self.kind,
            "sentence": self.sentence,
            "grave": self.grave,
        }


def meant(name: str, known: Iterable[str]) -> str:
    """A question to put behind the sentence about a name that nobody knows; empty if nothing is like it."""
    alike = get_close_matches(name, list(known), 1, cutoff=0.75)
    return f" Maksud Anda “{alike[0]}”?" if alike else ""
