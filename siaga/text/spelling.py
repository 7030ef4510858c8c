"""What a misspelt word was meant to be: letters left out ("prtnyaan"), one slip of the thumb ("batuj", "kmau").

Only for words that nothing else explains. The nearest everyday word wins; of several, the most frequent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_VOWELS = re.compile(r"[aeiou]")
_SHORTEST_SLIP = 4
"""In a shorter word letters may only have changed places: with fewer, everything is near everything."""
_SHORTEST_SKELETON = 3
_TWO_SLIPS = 9
"""Words of so many letters may have two slips."""


class Speller:
    """Finds the everyday word that a misspelt one stands for.

    Args:
        words: everyday words in plain spelling, the most frequent first.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._by_skeleton: dict[str, list[str]] = {}
        for word in self._words:
            self._by_skeleton.setdefault(_skeleton(word), []).append(word)

    def correct(self, word: str) -> str | None:
        """The word that was meant by one in lower case, or None."""
        if not word.isalpha():
            return None
        return self._filled(word) or self._slip(word)

    def _filled(self, word: str) -> str | None:
        """The word with its vowels: all consonants are there, and the vowels that are there stand in order."""
        if len(_skeleton(word)) < _SHORTEST_SKELETON or len(_VOWELS.findall(word)) > len(word) // 3:
            return None
        return next((full for full in self._by_skeleton.get(_skeleton(word), ()) if _is_part(word, full)), None)

    def _slip(self, word: str) -> str | None:
        """The word that is a slip away; letters that only changed places may have done so twice."""
        slips = 2 if len(word) >= _TWO_SLIPS else 1 if len(word) >= _SHORTEST_SLIP else 0
        letters = sorted(word)
        likely = [
            (distance, place, full)
            for full, distance, place in process.extract(
                word, self._words, scorer=OSA.distance, score_cutoff=2 if len(word) > 4 else 1, limit=20
            )
            # The first letter is seldom wrong, unless it changed places with the second.
            if (full[0] == word[0] or sorted(full[:2]) == sorted(word[:2]))
            and (distance <= slips or sorted(full) == letters)
        ]
        return min(likely)[2] if likely else None


def _skeleton(word: str) -> str:
    """The consonants; the first letter counts as one."""
    return word[:1] + _VOWELS.sub("", word[1:])


def _is_part(short: str, full: str) -> bool:
    """Whether a word's letters stand in another in order."""
    letters = iter(full)
    return all(letter in letters for letter in short)
