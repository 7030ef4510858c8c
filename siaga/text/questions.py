"""Telling a question from an answer."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\?|\b(?:apa|apakah|opo|nopo|kenapa|knp|ngapa|mengapa|gimana|gmn|bagaimana|bgmn|piye|pripun|kapan|kpn|berapa|brp|piro|"
    r"siapa|dimana|dmn|mana|kok|emang|bener(?:an)?\s+(?:ga|gak|nggak))\b|\b(?:ga|gak|nggak|kah|ngga|ya|yo|sih)\s*$",
    re.IGNORECASE,
)
_SHORTEST = 2


def is_question(text: str) -> bool:
    """Whether a text asks something: a question mark, a question word, or a tag at the end ("bisa hilang ga").

    One word alone is a question only with its mark.
    """
    return "?" in text or (len(text.split()) >= _SHORTEST and bool(_ASKS.search(text)))
