"""Which of many patterns may match a text: most are out by the letters that it has not.

A pattern of words matches only where some of their letters stand in a row. Which, is read from the pattern itself once;
a text is then looked through once for all patterns, and only those that are left are tried.
"""

from __future__ import annotations

import re
import sre_parse
from collections.abc import Iterable, Sequence
from sre_constants import ASSERT, ASSERT_NOT, AT, BRANCH, IN, LITERAL, MAX_REPEAT, MIN_REPEAT, SUBPATTERN
from typing import Any

_ROW = 4
"""So many letters in a row are looked for."""
_MOST_WORDS = 400
"""A part of a pattern that stands for more words than this is looked at by its own parts."""

Words = frozenset[str]


class Sieve:
    """Keeps of patterns those that may match."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._needed: list[int] = []
        self._shown: dict[str, int] = {}
        """by row of letters, which needs it meets, one bit each"""
        bits = 0
        for pattern in patterns:
            needed = 0
            for words in _needs(pattern):
                for word in words:
                    self._shown[word[:_ROW]] = self._shown.get(word[:_ROW], 0) | 1 << bits
                needed |= 1 << bits
                bits += 1
            self._needed.append(needed)
        self._lengths = sorted({len(row) for row in self._shown})

    def left(self, text: str) -> list[int]:
        """The places of the patterns that may match somewhere in the text, in their order."""
        met = 0
        for length in self._lengths:
            rows = {text[at : at + length] for at in range(len(text) - length + 1)}
            for row in self._shown.keys() & rows:
                met |= self._shown[row]
        return [place for place, needed in enumerate(self._needed) if met & needed == needed]


def _needs(pattern: re.Pattern[str]) -> list[Words]:
    """Sets of words: of each, one at least stands in whatever the pattern matches."""
    return [] if pattern.flags & re.IGNORECASE else _of_row(sre_parse.parse(pattern.pattern, pattern.flags).data)


def _of_row(parts: Iterable[tuple[Any, Any]]) -> list[Words]:
    """What is needed by parts that follow each other."""
    found: list[Words] = []
    words = frozenset({""})
    for part in parts:
        here = _words(part)
        if here is not None and len(words) * len(here) <= _MOST_WORDS:
            words = _joined(words, here)
            continue
        found.append(words)
        words = here or frozenset({""})
        if here is None:
            found += _of_part(*part)
    return [one for one in (*found, words) if "" not in one]


def _of_part(kind: Any, what: Any) -> list[Words]:
    """What is needed by a part that stands for too much to be written out."""
    if kind is SUBPATTERN:
        return [] if what[1] & re.IGNORECASE else _of_row(what[-1])
    if kind in (MAX_REPEAT, MIN_REPEAT):
        return _of_row(what[2]) if what[0] else []
    if kind is BRANCH:
        ways = [_of_row(way) for way in what[1]]
        return [frozenset().union(*(min(way, key=_weight) for way in ways))] if all(ways) else []
    return []


def _weight(words: Words) -> tuple[int, int]:
    """Less, the more such a need keeps out: long words, and few."""
    return -min(min(map(len, words)), _ROW), len(words)


def _words(part: tuple[Any, Any]) -> Words | None:
    """All that a part can stand for, None if that is too much."""
    kind, what = part
    if kind in (AT, ASSERT, ASSERT_NOT):
        return frozenset({""})
    if kind is LITERAL:
        return frozenset({chr(what)})
    if kind is IN:
        return frozenset(chr(one) for _, one in what) if all(sort is LITERAL for sort, _ in what) else None
    if kind is SUBPATTERN:
        return None if what[1] & re.IGNORECASE else _all_words(what[-1])
    if kind is BRANCH:
        ways = [words for way in what[1] if (words := _all_words(way)) is not None]
        return _few(frozenset().union(*ways)) if len(ways) == len(what[1]) else None
    if kind in (MAX_REPEAT, MIN_REPEAT) and what[1] == 1:
        once = _all_words(what[2])
        return once if once is None or what[0] else once | {""}
    return None


def _all_words(parts: Iterable[tuple[Any, Any]]) -> Words | None:
    words: Words | None = frozenset({""})
    for part in parts:
        here = _words(part)
        words = None if here is None or words is None else _few(_joined(words, here))
    return words


def _joined(first: Words, then: Words) -> Words:
    return frozenset(one + other for one in first for other in then)


def _few(words: Words) -> Words | None:
    return words if len(words) <= _MOST_WORDS else None
