"""Which words are ordinary, and whose name a word may be: all that can be told of a word by itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """First names that are common here, many of which are words, too."""
    return _list("given_names.txt")


@lru_cache(maxsize=1)
def no_names() -> frozenset[str]:
    """Words that are no part of any name, and end one."""
    return _list("no_names.txt")


def _list(name: str) -> frozenset[str]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=20_000)
def is_known_word(word: str) -> bool:
    """Whether a word, in lower case, is one of the language as it is typed here."""
    # Read when it is needed: most who mask nothing but numbers need no dictionary.
    from siaga.text.normalise import is_known

    return is_known(word)


def is_ordinary(word: str) -> bool:
    """Whether a word, in lower case, is known, and no common first name."""
    return word not in given_names() and is_known_word(word)
