"""Finding phone numbers inside a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from siaga.text.nik import digits_of, find_nik

# An Indonesian mobile (08…, 628…, +62 8…), or any number with a country code after a plus.
_INDONESIAN = re.compile(r"(?<![\d+])(?:\+?62[ .\-()]{0,2}0?|0)8\d(?:[ .\-]{0,2}\d){6,11}(?!\d)")
_FOREIGN = re.compile(r"(?<![\d+])\+(?!62)\d(?:[ .\-()]{0,2}\d){7,13}(?!\d)")


@dataclass(frozen=True)
class Phone:
    """A phone number: ``value`` is its E.164 digits without the plus, ``628…``."""

    value: str
    start: int
    end: int


def find_phones(text: str) -> list[Phone]:
    """Phone numbers from left to right; digits that are a NIK are none."""
    taken = [(nik.start, nik.end) for nik in find_nik(text) if nik.complete]
    found: list[Phone] = []
    for match in (*_INDONESIAN.finditer(text), *_FOREIGN.finditer(text)):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        written = match.group()
        digits = digits_of(written)
        if match.re is _INDONESIAN:
            value = "62" + re.sub(r"^(?:62)?0?", "", digits)
        else:
            try:
                if not phonenumbers.is_possible_number(phonenumbers.parse("+" + digits)):
                    continue
            except phonenumbers.NumberParseException:
                continue
            value = digits
        found.append(Phone(value, match.start(), match.end()))
    return sorted(found, key=lambda phone: phone.start)
