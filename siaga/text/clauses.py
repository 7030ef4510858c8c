"""Cutting a message into the parts that may each ask for something."""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.text.words import split_words

# Where one request may end and the next begin: an end of a sentence or line, or a word that leads to something more.
_CUT = re.compile(
    r"(?:[\n;]+|[?!]+|(?<!\d)\.+(?=\s|$)|,?\s+(?:"
    r"(?:oh?\s?(?:iya?|y|ya)|btw|by\s+the\s+way|satu\s+lagi|1\s+lagi|selain\s+itu|habis\s+itu|abis\s+itu|setelah\s+itu|lalu|lantas"
    r"|terus|trus|trs|truss|tros|teros|njuk|banjur|lajeng|terusan|sekalian|sklian|sekalia|sklan|sakliyane|plus|and\s+also|also"
    r"|(?:dan|sama|sm|n|&|karo|kalih|and|tapi|tp)(?=\s+(?:\w+\s+){0,2}?(?:juga|jg|jga|mau|mo|pengen|pgn|ingin|minta|mnta|tanya|nanya|tny|kalau|kalo|klo|apa|apakah|bagaimana|gimana|gmn|"
    r"piye|pripun|tanglet|takon|takok|nyuwun|arep|badhe|pundi|pira|piro|dimana|dmn|di\s+mana|kapan|kpn|berapa|brp|cek|tolong|tlg|bisa|bs|daftar|how|where|when|is|what))"
    r"|(?:mau|mo|pgn|pengen|ingin)\s+(?:tanya|nanya|tny)\s+(?:juga|jg))(?=\s|,|$)))",
    re.IGNORECASE,
)  # fmt: skip
MOST = 4
"""A message with more parts is a story: it is read as a whole."""
_SHORTEST = 2
_LONGEST = 600


@dataclass(frozen=True)
class Clause:
    """A part of a message, with its place in the text."""

    text: str
    start: int
    end: int


def split_clauses(text: str) -> list[Clause]:
    """The parts of a message of two words and more, in order; empty when there is only one, or more than ``MOST``.

    >>> [part.text for part in split_clauses("mau daftar vaksin, terus efek sampingnya apa?")]
    ['mau daftar vaksin', 'efek sampingnya apa?']
    """
    text = text[:_LONGEST]
    parts: list[Clause] = []
    start = 0
    for cut in [*_CUT.finditer(text), None]:
        # A question mark belongs to what it ends.
        mark = "" if cut is None else re.match(r"[?!]*", cut.group())[0]  # type: ignore[index]
        end = len(text) if cut is None else cut.start() + len(mark)
        part = text[start:end]
        stripped = part.strip(" \t\n,.;:-")
        if len(split_words(stripped)) >= _SHORTEST:
            offset = start + part.index(stripped)
            parts.append(Clause(stripped, offset, offset + len(stripped)))
        if cut is not None:
            start = cut.end()
    return parts if 2 <= len(parts) <= MOST else []
