"""A text as a row of words that patterns can be tried on, without losing where each word stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from siaga.text.normalise import normalise_words
from siaga.text.words import Word, split_words

_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
# Words that mean something else than what the normaliser makes of them: "kesel" is tired in Javanese, annoyed here.
_KEPT = frozenset({"kesel", "sumpek", "panas", "enak", "keju", "bapuk", "butuk", "batur", "batua", "picek"})


@dataclass(frozen=True)
class Span:
    """A name given to the words from ``first`` to ``last``. ``rank`` is 0 for a reading of the words as written;
    ``intact`` says that the named thing is not so."""

    name: Any
    first: int
    last: int
    rank: int = 0
    intact: bool = False


@dataclass(frozen=True)
class View:
    """``string`` holds each word in the form of ``forms``, one space or the marks of the text between them."""

    words: list[Word]
    forms: list[str]
    gaps: list[str]
    """What stands before each word, and after the last."""
    string: str
    starts: list[int]
    """Where each word begins in ``string``."""

    def span(self, match: re.Match[str], name: Any, rank: int, intact: bool = False) -> Span | None:
        """The words that a match in ``string`` covers; None when it covers none."""
        first = bisect_right(self.starts, match.start()) - 1
        last = bisect_right(self.starts, max(match.start(), match.end() - 1)) - 1
        return Span(name, first, last, rank, intact) if 0 <= first <= last else None


def _view(text: str, words: list[Word], forms: list[str]) -> View:
    gaps: list[str] = []
    starts: list[int] = []
    parts: list[str] = []
    end = length = 0
    for word, form in zip(words, forms, strict=True):
        gap = text[end : word.start]
        gaps.append(gap)
        shown = gap if gap.strip(" \t\u00a0-") or not parts else " "
        parts += [shown, form]
        starts.append(length + len(shown))
        length += len(shown) + len(form)
        end = word.end
    gaps.append(text[end:])
    parts.append(gaps[-1])
    return View(words, forms, gaps, "".join(parts), starts)


def written(text: str) -> View:
    """The words as written, in lower case, without elongations."""
    words = split_words(text)
    return _view(text, words, [_REPEATED.sub(r"\1", word.lower) for word in words])


def normalised(text: str) -> View:
    """The words in plain Indonesian."""
    words = split_words(text)
    plain = normalise_words([word.text for word in words])
    forms = [word.lower if word.lower in _KEPT else form for word, form in zip(words, plain, strict=True)]
    return _view(text, words, forms)
