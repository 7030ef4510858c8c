"""Comparing people's names as two hands wrote them: titles, abbreviations, order, a letter. Pure functions.

What counts as the same is wide enough for ``Hj. St. Aminah`` and ``AMINAH, SITI``, and never takes one word for
another, nor one number for another. It says nothing alone: names are compared where the NIK is the same, or the birth
date is.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from siaga.privacy import blind_index

LONG_WORD = 5
"""Letters: in a word this long one letter may be wrong, missing or one too many."""

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"['’‘`´]")
# Before a name: hajj, nobility that cards leave out, academic and medical. As words without dots.
_LEADING = frozenset(
    "h hj hajah haji hajjah dr dra drs drg drh ir prof kh ust ustadz ustadzah rd rr tn ny sdr sdri".split()
)
# After it, written with dots: "S.Pd." comes as the words s, pd.
_TRAILING = re.compile(
    r"[\s,]+(?:S\.?\s?(?:Pd|Kom|Kep|Sos|Farm|Ked|Psi|Ag|Si|IP|Gz|Tr|AP|Hum)\b\.?(?:\.?\s?I\b\.?)?|S\.\s?[EHTPK]\b\.?"
    r"|M\.\s?(?:Pd|Kom|Kes|Si|Sc|Hum|Ag|M|H|T|Kep)\b\.?|A\.\s?Md\.?(?:\s?\.?\s?Ke[pb])?\b\.?|Ph\.?\s?D\b\.?"
    r"|Sp\.?\s?[A-Z]{1,3}\b\.?|Ns\b\.?|Amd\b\.?|M\.?B\.?A\b\.?)(?=[\s,.]|$)",
    re.IGNORECASE,
)
# After a comma hardly anything but a degree is that short: "Warga Uji, SE".
_AFTER_COMMA = re.compile(r",\s*(?:S\.?[EHT]|M\.?[MHT])\b\.?", re.IGNORECASE)
_ALIKE: dict[str, str] = {}
for _name, _written in {
    "muhammad": "mu md moh mohd moch muh much mhd mohamad mohammad mohamed mohammed muhamad muhamat muhammat "
    "mochamad mochammad muchamad muchammad",
    "ahmad": "achmad akhmad ahmat ach akh",
    "abdul": "abd abdoel",
    "siti": "st sitti",
    "nur": "noer noor nor",
}.items():
    _ALIKE.update(dict.fromkeys(_written.split(), _name))
# Spelling until 1947 and 1972, which old names keep.
_OLD_SPELLING = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("nj", "ny"))


def _words(name: str, titles: bool) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    if not titles:
        plain = _TRAILING.sub(" ", _AFTER_COMMA.sub(" ", plain))
    words = _WORD.findall(_APOSTROPHES.sub("", plain).casefold())
    while not titles and len(words) > 1 and words[0] in _LEADING:
        words = words[1:]
    return tuple(_modern(_ALIKE.get(word, word)) for word in words)


def _modern(word: str) -> str:
    for old, new in _OLD_SPELLING:
        word = word.replace(old, new)
    return word


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name without what two hands write differently: ``"Hj. St. Aminah"`` and ``"AMINAH SITI"`` -> ``"aminah siti"``.

    Abbreviations of names other than the commonest stay as they are; ``same_name`` sees through those.
    """
    # "m": nearly always Muhammad; ``same_name`` takes it for any initial.
    return " ".join(sorted("muhammad" if word == "m" else word for word in _words(name, titles=False)))


def same_name(one: str, other: str) -> bool:
    """Whether two writings may be the same person's name; it does not matter which comes first."""
    return any(
        _same_words(first, second)
        for first in {_words(one, titles=False), _words(one, titles=True)}
        for second in {_words(other, titles=False), _words(other, titles=True)}
    )


def _same_words(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or not other:
        return False
    # "Nurhayati", "Nur Hayati"
    return "".join(one) == "".join(other) or (len(one) == len(other) and _pairs(one, other, typos=1, whole=False))


def _pairs(one: tuple[str, ...], other: tuple[str, ...], typos: int, whole: bool) -> bool:
    """Whether each word has its own counterpart; initials alone are no name, so one pair must be ``whole`` words."""
    if not one:
        return whole
    first, rest = one[0], one[1:]
    for index, word in enumerate(other):
        left = other[:index] + other[index + 1 :]
        if first == word:
            if _pairs(rest, left, typos, whole or len(first) > 1):
                return True
        elif _is_initial(first, word):
            if _pairs(rest, left, typos, whole):
                return True
        elif typos and _one_letter_off(first, word) and _pairs(rest, left, typos - 1, True):
            return True
    return False


def _is_initial(one: str, other: str) -> bool:
    return min(len(one), len(other)) == 1 and one[0] == other[0] and one[0].isalpha()


def _one_letter_off(one: str, other: str) -> bool:
    """One letter changed, missing or too many, in a long word; digits must be the same."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) < LONG_WORD or len(other) - len(one) > 1 or any(c.isdigit() for c in one + other):
        return False
    start = next((index for index, letter in enumerate(one) if letter != other[index]), len(one))
    return one[start:] == other[start + 1 :] or (len(one) == len(other) and one[start + 1 :] == other[start + 1 :])


def name_birth_index(name: str, birth_date: date | str) -> bytes:
    """The blind index under which people of one name, plainly written, and one birth date meet."""
    born = birth_date if isinstance(birth_date, str) else birth_date.isoformat()
    return blind_index(f"{plain_name(name)}\0{born}", "person.name_birth")
