"""Cutting a text into words that know where they stood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from siaga.text.once import once

_UNREADABLE = re.compile("[\0\ud800-\udfff\u0130\u0131\u017f]")
# Patterns that pass over upper and lower case take these for an i and an s; to lower them does not make them one.
_READ_AS = {"\u0130": "I", "\u0131": "i", "\u017f": "s"}
# Numbers keep their inner marks (17/08/1954, 08.30); covid-19 and c-19 stay whole; everything else is letters and
# digits.
_WORD = re.compile(r"[^\W_]+-\d+(?![\w/.-]*\d)|\d+(?:[./:,\-]\d+)*\w*|[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Word:
    """A word as written, with its place in the text."""

    text: str
    start: int
    end: int

    @cached_property
    def lower(self) -> str:
        return self.text.lower()


def split_words(text: str) -> list[Word]:
    """The words of a text; marks, emoji and spaces are left out."""
    return list(_words(text))


@once
def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(text))


def clean(text: str) -> str:
    """The text without lone surrogates and NUL, which break encoders, and without letters of other alphabets that look
    like an i or an s; length and offsets stay."""
    return _UNREADABLE.sub(lambda match: _READ_AS.get(match.group(), " "), text)
