"""Masks for what people must recognise and nobody else may read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from siaga.privacy import dates, names, numbers
from siaga.privacy.folding import folded
from siaga.privacy.ordinary import is_ordinary

MASK = "*"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ROUNDS = 8
_SHORT = 2
"""So few letters are no name that tells who somebody is."""


def mask_nik(nik: str) -> str:
    """``3578011708549001`` -> ``3578********9001``: the region and the serial stay."""
    return nik[:4] + MASK * (len(nik) - 8) + nik[-4:] if len(nik) > 8 else MASK * len(nik)


def mask_phone(phone: str) -> str:
    """``6280000001234`` -> ``628******1234``."""
    return phone[:3] + MASK * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else MASK * len(phone)


def mask_name(name: str) -> str:
    """``Warga Uji 001`` -> ``W**** U** 0**``."""
    return " ".join(word[0] + MASK * (len(word) - 1) for word in name.split())


def mask_numbers(text: str) -> str:
    """Free text with long numbers masked: NIK, phones, cards, in whatever way they are written."""
    return _settled(text, _numbers_masked)


def mask_text(text: str) -> str:
    """Free text with long numbers, full dates and what is called a name masked; everything else stays as written.

    Masked twice it is as masked once. It is not longer than before.
    """
    return _settled(text, _text_masked)


def mask_strange(text: str, harmless: Collection[str] = ()) -> str:
    """As ``mask_text``, and every word masked that is not an ordinary one: what may be a name without being called one.

    For what nobody has to read word by word: slips and foreign words are masked, too.

    Args:
        harmless: words in lower case that may stay, such as those of a town's name.
    """

    def mask(said: str) -> str:
        plain = folded(said)
        strange = [
            match.span()
            for match in _WORD.finditer(said)
            if len(match.group()) > _SHORT
            and not is_ordinary(match.group().lower())
            and match.group().lower() not in harmless
        ]
        return _replaced(said, plain, numbers.find(plain), [*dates.find(plain), *names.find(said), *strange])

    return _settled(text, mask)


def _settled(text: str, mask: Callable[[str], str]) -> str:
    """The text masked until there is nothing left to mask: a mask may bring what was apart together."""
    for _ in range(_ROUNDS):
        masked = mask(text)
        if masked == text:
            break
        text = masked
    return text


def _numbers_masked(text: str) -> str:
    plain = folded(text)
    return _replaced(text, plain, numbers.find(plain), ())


def _text_masked(text: str) -> str:
    plain = folded(text)
    return _replaced(text, plain, numbers.find(plain), [*dates.find(plain), *names.find(text)])


def _replaced(text: str, plain: str, long: Iterable[tuple[int, int]], whole: Iterable[tuple[int, int]]) -> str:
    """The text with the places ``long`` shown as long numbers are, and the places ``whole`` not shown at all."""
    hidden = numbers.merged(list(whole))
    # A number that is part of a date, or a date of a number, is hidden as one.
    spans = [(start, end, True) for start, end in hidden]
    for start, end in long:
        inside = [one for one in hidden if one[0] < end and start < one[1]]
        spans.append((start, end, bool(inside)))
    made, done = [], 0
    for start, end, as_whole in sorted(spans):
        if start < done:
            start = done
            as_whole = True
        if end <= start:
            continue
        made += [text[done:start], MASK * (end - start) if as_whole else _shown(plain[start:end])]
        done = end
    return "".join(made) + text[done:]


def _shown(written: str) -> str:
    """A long number with its first and last digits, as NIK are shown; a shorter one is hidden."""
    if any(character.isalpha() for character in written):
        return MASK * len(written)
    digits = "".join(character for character in written if character.isdigit())
    return mask_nik(digits) if len(digits) >= 12 else MASK * len(digits)
