"""Numbers in words, Indonesian and Javanese: "enam puluh tujuh", "seribu sembilan ratus lima puluh empat", "rong
puluh"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.text.once import once
from siaga.text.words import Word, split_words

_UNITS = {
    "nol": 0, "kosong": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "tuju": 7, "lapan": 8, "sambilan": 9, "ampat": 4, "anam": 6, "duwa": 2,
    # Javanese, free and before a noun
    "siji": 1, "setunggal": 1, "loro": 2, "rong": 2, "telu": 3, "telung": 3, "tigo": 3, "tigang": 3, "papat": 4,
    "patang": 4,
    "sekawan": 4, "limo": 5, "limang": 5, "gangsal": 5, "enem": 6, "nem": 6, "nenem": 6, "pitu": 7, "pitung": 7,
    "wolu": 8, "wolung": 8, "songo": 9, "sanga": 9, "sangang": 9, "kalih": 2,
    "tujh": 7, "dlapan": 8, "smbilan": 9, "empt": 4,
}  # fmt: skip
_WHOLE = {"sepuluh": 10, "sebelas": 11, "sedoso": 10, "sedasa": 10, "rolas": 12, "telulas": 13, "patbelas": 14,
          "limolas": 15, "nembelas": 16, "pitulas": 17, "wolulas": 18, "songolas": 19, "sewelas": 11,
          "selawe": 25, "seket": 50, "sewidak": 60, "suwidak": 60}  # fmt: skip
_TEN = {"puluh", "puluhan", "dasa", "doso"}
_TEEN = {"belas", "welas"}
_HUNDRED = {"ratus", "atus"}
_THOUSAND = {"ribu", "ewu"}
_ONE_OF = {"seratus": 100, "satus": 100, "seribu": 1000, "sewu": 1000}

_WORDS = set(_UNITS) | set(_WHOLE) | _TEN | _TEEN | _HUNDRED | _THOUSAND | set(_ONE_OF)


@dataclass(frozen=True)
class Number:
    """A whole number with its place in the text; ``in_words`` when it was not written in digits."""

    value: int
    start: int
    end: int
    in_words: bool


def words_to_number(words: list[str]) -> int | None:
    """The value of number words in lower case; None when they make no number.

    >>> words_to_number("enam puluh tujuh".split())
    67
    >>> words_to_number("dua ribu dua puluh satu".split())
    2021
    """
    if not words:
        return None
    total = group = 0
    unit: int | None = None
    for word in words:
        if word in _UNITS:
            if unit is not None:
                return None
            unit = _UNITS[word]
        elif word in _WHOLE:
            if unit is not None:
                return None
            unit = _WHOLE[word]
        elif word in _TEEN and unit is not None and unit < 10:
            unit += 10
        elif word in _TEN and unit is not None and unit < 10:
            group, unit = group + unit * 10, None
        elif word in _HUNDRED and unit is not None and unit < 10:
            group, unit = group + unit * 100, None
        elif word in _THOUSAND and (unit is not None or group):
            total, group, unit = (group + (unit or 0)) * 1000, 0, None
        elif word in _ONE_OF and unit is None:
            if _ONE_OF[word] == 1000:
                total += 1000
            else:
                group += 100
        else:
            return None
    return total + group + (unit or 0)


def find_numbers(text: str) -> list[Number]:
    """Whole numbers below a million in digits or words, from left to right. Digits inside longer tokens are no
    number."""
    return list(_numbers(text))


@once
def _numbers(text: str) -> tuple[Number, ...]:
    found: list[Number] = []
    run: list[Word] = []

    def close() -> None:
        # The longest reading first: "dua tiga" are two numbers, "dua puluh tiga" is one.
        while run:
            for size in range(len(run), 0, -1):
                value = words_to_number([word.lower for word in run[:size]])
                if value is not None:
                    found.append(Number(value, run[0].start, run[size - 1].end, True))
                    del run[:size]
                    break
            else:
                del run[0]

    for word in split_words(text):
        if word.lower in _WORDS and not (run and text[run[-1].end : word.start].strip()):
            run.append(word)
            continue
        close()
        if word.lower in _WORDS:
            run.append(word)
        elif re.fullmatch(r"[0-9]{1,6}", word.text):
            found.append(Number(int(word.text), word.start, word.end, False))
    close()
    return tuple(found)


def read_number(text: str) -> int | None:
    """The only number in a short answer ("67", "enam puluh tujuh", "yang ke 2"); None when there is none or several."""
    numbers = find_numbers(text)
    return numbers[0].value if len(numbers) == 1 else None
