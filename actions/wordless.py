"""Messages without a word: "?", "...", "😭😭😭"."""

from __future__ import annotations

from siaga.text.words import split_words

_SAD = frozenset("😭😢🥺😞😔😟😥😓😩😫😖😣😿💔☹🙁😰😨")
PRESENT, COMFORT = "utter_wordless", "utter_wordless_sad"


def wordless_answer(text: str) -> str | None:
    """The response to a message without a word; None if it has one."""
    if split_words(text):
        return None
    return COMFORT if _SAD & set(text) else PRESENT
