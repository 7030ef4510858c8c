"""A text in the pieces that the model has learned: of all ways to part it, the likeliest (SentencePiece's unigram)."""

from __future__ import annotations

import re
from array import array

from siaga.text.e5.weights import Pieces

_SPACE = "\u2581"
"""What stands for a space in a piece, and before the first word."""
_WORD_BEGINS = _SPACE.encode()
_SPACES = re.compile("  +")
_LESS_LIKELY = 10.0
"""By how much a letter of no piece is less likely than the least likely piece."""


class Tokens:
    """Parts texts."""

    def __init__(self, pieces: Pieces) -> None:
        self._places = {text: place for place, text in enumerate(pieces.texts) if text and place != pieces.unknown}
        self._scores = array("f", pieces.scores.tobytes())
        self._longest = max(map(len, pieces.texts))
        self._unlikely = min(self._scores) - _LESS_LIKELY
        self._written = pieces.written
        self._begin, self._end, self._unknown = pieces.begin, pieces.end, pieces.unknown

    def of(self, text: str, most: int) -> list[int]:
        """The places of a text's pieces, between those that stand for its beginning and end: at most ``most``."""
        return [self._begin, *self._parted(text)[: most - 2], self._end]

    def _parted(self, text: str) -> list[int]:
        plain = _SPACES.sub(" ", text.translate(self._written))
        letters = [letter.encode(errors="replace") for letter in self._marked(plain)]
        best = [0.0] + [float("-inf")] * len(letters)
        came: list[tuple[int, int]] = [(0, 0)] * (len(letters) + 1)
        word_ends = 0
        for start in range(len(letters)):
            if start == word_ends:
                word_ends = _next(letters, start + 1)
            likely, piece = best[start], b""
            # No piece goes on into the next word.
            for stop in range(start + 1, word_ends + 1):
                piece += letters[stop - 1]
                if len(piece) > self._longest:
                    break
                place = self._places.get(piece)
                if place is not None and (score := likely + self._scores[place]) > best[stop]:
                    best[stop], came[stop] = score, (start, place)
            if (score := likely + self._unlikely) > best[start + 1]:
                best[start + 1], came[start + 1] = score, (start, self._unknown)
        found = []
        at = len(letters)
        while at:
            at, place = came[at]
            found.append(place)
        return found[::-1]

    @staticmethod
    def _marked(plain: str) -> str:
        return (plain if plain.startswith(" ") else " " + plain).replace(" ", _SPACE)


def _next(letters: list[bytes], start: int) -> int:
    """Where the next word begins, from ``start`` on."""
    try:
        return letters.index(_WORD_BEGINS, start)
    except ValueError:
        return len(letters)
