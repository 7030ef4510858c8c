"""Cutting long text into the fewest messages, where a reader would pause.

Between paragraphs if the number of messages allows it, else between lines, sentences, words. What belongs together is
not torn: *bold* words, `code`, web addresses, a letter and its marks, an emoji and its parts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from siaga.whatsapp.writing import clusters, length

# How good a place is, the best first. Inside a mark, and inside a word, only when these are longer than a message.
PARAGRAPH, LINE, SENTENCE, WORD, INSIDE = range(5)

# A space that keeps two words together is no place to cut.
_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")
_TOGETHER = re.compile(r"```.+?```|(?<![\w*_~`])([*_~`])(?=\S)(?:(?!\1)[^\n])+(?<=\S)\1(?![\w*_~`])", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*_~`]*$")
# These end with a full stop, and the sentence goes on.
_ABBREVIATIONS = frozenset(
    """
    a.n. alm. almh. bd. blk. bpk. d.a. dr. dra. drg. drs. ext. gd. gg. h. hj. hlm. hp. ir. jend. jl. jln. kab. kec. kel.
    kep. km. kompl. kp. lt. nn. no. ns. ny. pkl. pkm. prof. prov. psw. pt. pusk. r.a. rs. rsia. rsj. rsu. rsud. rsup.
    s.d. sdr. sdri. st. telp. tgl. tlp. tn. u.p. ust. vol. yth.
    """.split()
)
_OPENING = "\"'“‘([*_~`"


@dataclass(frozen=True)
class _Break:
    """A place to cut: the part before ends at ``end``, the next begins at ``start``; between them is only space."""

    end: int
    start: int
    level: int


def split(text: str, limit: int, *, first: int | None = None, last: int | None = None) -> list[str]:
    """The text in as few parts as possible, each within ``limit``.

    ``first`` and ``last`` are smaller limits of the first and the last part, which then both stand in the result, even
    if nothing fits in there: then they are empty. All else holds something. Nothing is lost but space between parts.
    """
    text = text.strip()
    if not text:
        return [""] * ((first is not None) + (last is not None))
    if first is None and length(text) <= (last or limit):
        return [text]
    return _Splitter(text, limit, last).parts(first)


class _Splitter:
    """The places of one text, and how few parts follow after each."""

    def __init__(self, text: str, limit: int, last: int | None) -> None:
        self._text = text
        self._limit = limit
        self._has_last = last is not None
        # UTF-16 units before each character.
        self._units = [0, *accumulate(1 + (character > "\uffff") for character in text)]
        self._breaks = _breaks(text, limit)
        self._starts = [0, *(place.start for place in self._breaks)]
        self._ends = [*(self._units[place.end] for place in self._breaks), self._units[-1]]
        self._count = len(self._starts)
        self._last = last or limit
        # Whether even the last piece alone is too long for the last part.
        self._nothing_last = self._ends[-1] - self._units[self._starts[-1]] > self._last
        self._fewest = self._count_parts()

    def parts(self, first: int | None) -> list[str]:
        """The parts, of which the first is within ``first``."""
        parts, at = [], 0
        if first is not None:
            if not self._has_last and self._ends[-1] <= first:
                return [self._text]
            furthest = self._furthest(0, first)
            at = self._nicest(0, furthest) if furthest else 0
            parts.append(self._part(0, at))
        while self._fewest[at] > 1:
            following = self._nicest(at, self._furthest(at, self._limit))
            # A space that keeps words together may stand alone between two that fill a part each.
            if part := self._part(at, following):
                parts.append(part)
            at = following
        return [*parts, self._part(at, self._count)]

    def _part(self, at: int, following: int) -> str:
        if at == following:
            return ""
        end = self._breaks[following - 1].end if following < self._count else len(self._text)
        return self._text[self._starts[at] : end].strip()

    def _furthest(self, at: int, limit: int) -> int:
        """The latest piece before which a part that begins with piece ``at`` may end; ``at`` itself if none."""
        found = bisect_right(self._ends, self._units[self._starts[at]] + limit)
        # Something must be left for the last part, unless nothing fits there.
        return found if found < self._count or self._nothing_last else self._count - 1

    def _count_parts(self) -> list[int]:
        """How many parts there must be from each piece on, and after the last piece."""
        fewest = [1] * (self._count + 1)
        for at in reversed(range(self._count)):
            if self._ends[-1] - self._units[self._starts[at]] > self._last:
                # The later a part ends, the less is left: never more parts.
                fewest[at] = 1 + fewest[self._furthest(at, self._limit)]
        return fewest

    def _nicest(self, at: int, furthest: int) -> int:
        """Where the next part should begin, with no more parts than if it began at ``furthest``."""
        left = self._fewest[furthest]
        places = [place for place in range(at + 1, furthest + 1) if self._fewest[place] <= left]
        best = min(self._level(place) for place in places)
        nicest = [place for place in places if self._level(place) == best]
        # A part is filled as far as it goes; before a last part of its own, that one is.
        return nicest[0] if self._has_last and left == 1 else nicest[-1]

    def _level(self, place: int) -> int:
        return self._breaks[place - 1].level if place < self._count else PARAGRAPH


def _breaks(text: str, limit: int) -> list[_Break]:
    """All places to cut, so that no piece between two of them is longer than ``limit``."""
    kept_together = [match.span() for match in _TOGETHER.finditer(text)]
    marks = [start for start, _ in kept_together]
    good, inside = [], []
    for space in _SPACE.finditer(text):
        mark = bisect_right(marks, space.start()) - 1
        if mark >= 0 and space.start() < kept_together[mark][1]:
            inside.append(_Break(*space.span(), INSIDE))
        else:
            good.append(_Break(*space.span(), _level(text, *space.span())))
    return _no_longer_than(limit, text, _no_longer_than(limit, text, good, inside), None)


def _no_longer_than(limit: int, text: str, places: list[_Break], more: list[_Break] | None) -> list[_Break]:
    """``places``, and where the pieces between them are too long, those of ``more``, or between characters."""
    found = []
    start = 0
    for place in [*places, _Break(len(text), len(text), PARAGRAPH)]:
        if length(text[start : place.end]) > limit:
            if more is None:
                found += _between_characters(text, start, place.end, limit)
            else:
                found += [extra for extra in more if start < extra.end and extra.start < place.end]
        found.append(place)
        start = place.start
    return found[:-1]


def _between_characters(text: str, start: int, end: int, limit: int) -> list[_Break]:
    found, at, used = [], start, 0
    for cluster in clusters(text[start:end]):
        for piece in [cluster] if length(cluster) <= limit else list(cluster):
            if used + length(piece) > limit:
                found.append(_Break(at, at, INSIDE))
                used = 0
            used += length(piece)
            at += len(piece)
    return found


def _level(text: str, start: int, end: int) -> int:
    lines = text.count("\n", start, end)
    if lines:
        return PARAGRAPH if lines > 1 else LINE
    return SENTENCE if _ends_sentence(text, start, end) else WORD


def _ends_sentence(text: str, start: int, end: int) -> bool:
    near = max(0, start - 60)
    before = text[max(text.rfind("\n", near, start) + 1, near) : start]
    if not _SENTENCE_END.search(before) or text[end : end + 1].islower():
        return False
    *earlier, word = before.split()
    bare = word.lstrip(_OPENING).casefold()
    # "M. Yunus", and "2." in front of a list's line.
    initial = len(bare) == 2 and bare[0].isalpha() and bare[1] == "."
    numbering = not earlier and bare[:-1].isdigit()
    return not (bare in _ABBREVIATIONS or initial or numbering)
