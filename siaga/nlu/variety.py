"""How varied the examples of an intent are: many people write in many ways, one writer does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from siaga.text.normalise import normalise_words
from siaga.text.words import split_words

ENOUGH = 40
"""Examples that each intent should have at least."""
_MOST_FREQUENT, _OPENINGS, _EVERYDAY, _PLAIN, _JAVANESE = 0.2, 0.5, 0.25, 0.2, 0.1


@dataclass(frozen=True)
class Variety:
    """An intent's examples in figures; shares are of its examples."""

    intent: str
    n: int
    openings: int
    """Different beginnings, of two plain words."""
    frequent_opening: str
    frequent_opening_share: float
    everyday: float
    """With an abbreviation, slang, a slip or a Javanese word."""
    javanese: float
    """With a Javanese word."""

    @property
    def lacks(self) -> list[str]:
        """What is missing: ``examples``, ``openings``, ``other_openings``, ``everyday``, ``plain``, ``javanese``."""
        weak = {
            "examples": self.n < ENOUGH,
            "openings": self.openings < _OPENINGS * self.n,
            "other_openings": self.frequent_opening_share > _MOST_FREQUENT,
            "everyday": self.everyday < _EVERYDAY,
            "plain": 1 - self.everyday < _PLAIN,
            "javanese": self.javanese < _JAVANESE,
        }
        return [name for name, missing in weak.items() if missing]


def variety(intent: str, texts: list[str]) -> Variety:
    """The figures of one intent's examples."""
    written = [[word.lower for word in split_words(text)] for text in texts]
    plain = [normalise_words(words) for words in written]
    openings = Counter(" ".join(" ".join(words).split()[:2]) for words in plain)
    opening, most = openings.most_common(1)[0]
    n = len(texts)
    return Variety(
        intent=intent,
        n=n,
        openings=len(openings),
        frequent_opening=opening,
        frequent_opening_share=round(most / n, 3),
        everyday=round(sum(some != other for some, other in zip(written, plain, strict=True)) / n, 3),
        javanese=round(sum(any(word in _javanese() for word in words) for words in written) / n, 3),
    )


@lru_cache(maxsize=1)
def _javanese() -> frozenset[str]:
    text = resources.files("siaga.text").joinpath("data/javanese.tsv").read_text(encoding="utf-8")
    return frozenset(line.split("\t")[0] for line in text.splitlines() if line and not line.startswith("#"))
