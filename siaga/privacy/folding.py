"""One reading of the many ways in which the same characters are written; a text keeps its length, so places hold."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LOOKS = str.maketrans("oOlI", "0011")
# "35780l1708549OO1", "O812": letters that look like digits, among mostly digits.
_MIXED = re.compile(r"(?<![0-9a-zA-Z])[0-9oOlI]{2,}(?![0-9a-zA-Z])")
_SURE = 4
"""A token with so many digits is a number, whatever letters stand between them."""
# "covid-19 2021" holds one number, and not six digits.
_DISEASE = re.compile(r"(covid|c|corona|virus)([ -]?)19(?!\d)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    wide = unicodedata.normalize("NFKC", character)
    return wide if len(wide) == 1 else character


def folded(text: str) -> str:
    """The text with digits of every script as 0 to 9, wide letters as usual ones, and O, l for 0, 1 in numbers."""
    if not text.isascii():
        text = "".join(map(_plain, text))
    text = _DISEASE.sub(r"\1\2xx", text)
    return _MIXED.sub(lambda match: _digits(match.group()), text)


def _digits(token: str) -> str:
    sure = sum(character.isdigit() for character in token)
    return token.translate(_LOOKS) if 2 * sure >= len(token) or sure >= _SURE else token
