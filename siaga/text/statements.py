"""Whether a statement in plain words says something, or says that it is not so."""

from __future__ import annotations

import re


def any_of(words: str) -> re.Pattern[str]:
    """One of the words or phrases, separated by commas; a phrase may hold a pattern."""
    return re.compile(r"\b(?:" + "|".join(word.strip() for word in words.split(",")) + r")(?!\w)")


NOT = any_of("tidak, bukan, belum, tanpa, jangan, gak, ga, nggak, ndak, ora, mboten, kagak")


def said(pattern: re.Pattern[str], statement: str) -> bool:
    """Whether the statement says it, and not that it is not so."""
    return any(not NOT.search(statement[: match.start()]) for match in pattern.finditer(statement))
