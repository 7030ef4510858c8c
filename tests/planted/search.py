"""Finding a planted value again, in whatever way it may have been written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from siaga.privacy.folding import folded
from tests.planted.values import Planted, ways


def traces(one: Planted, text: str) -> list[str]:
    """What of a planted value stands in a text: the value in any of its usual forms, or as it was written."""
    plain = folded(text).casefold()
    digits = re.sub(r"\D", "", plain)
    found = [way for way in needles(one) if (way in digits if way.isdigit() else way in plain)]
    return found + ([one.written] if one.written in text else [])


def needles(one: Planted) -> Iterator[str]:
    """What to search for: digits for texts of which nothing but digits is left, else words in small letters."""
    if one.kind == "nik":
        # With the mask's first and last four left out.
        yield one.value
        yield one.value[2:14]
    elif one.kind == "phone":
        yield one.value[2:]
    elif one.kind == "date":
        yield from ways(date.fromisoformat(one.value))
    else:
        yield one.value.casefold()
        # Of a name masked in part the rest would tell it.
        last = one.value.casefold().split()[-1]
        if not last.isdigit():
            yield last
