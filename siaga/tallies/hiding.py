"""Small numbers about people, hidden so that they cannot be computed from the others either.

A number from 1 to 4 may be somebody who can be told by it. Where a table shows a total, one hidden number would be the
difference; so the smallest of the others is hidden with them, all of them if several are equal, and all that is hidden
looks the same. Which numbers are hidden depends on the numbers alone and not on their places: whoever knows these rules
still finds that each hidden number could be one of at least two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FEWEST = 5
"""From so many on, a number is shown."""
TEN = 10


@dataclass(frozen=True)
class Shown:
    """What may be shown of numbers and their total; None is hidden.

    ``beside``: something is hidden that is not small by itself.
    """

    values: tuple[int | None, ...]
    total: int | None
    beside: bool = False


def is_small(value: int) -> bool:
    """Whether a number of people is too small to be shown. Nobody is nobody."""
    return 0 < value < FEWEST


def alone(value: int) -> int | None:
    """A number that stands by itself, None if it is hidden."""
    return None if is_small(value) else value


def each(values: Iterable[int]) -> Shown:
    """Numbers of which no total is shown anywhere, nor follows from anything that is."""
    return Shown(tuple(alone(value) for value in values), None)


def tens(values: Iterable[int]) -> Shown:
    """Numbers rounded down to tens, those below hidden: for what is published again and again.

    Who keeps what was published could otherwise compute a day's number from two totals, or find one that was shown
    before it had to be hidden.
    """
    return Shown(tuple(None if 0 < value < TEN else value // TEN * TEN for value in values), None)


def parts(values: Sequence[int]) -> Shown:
    """Numbers that make up a total, which is shown if that betrays none of them."""
    total = sum(values)
    small = [value for value in values if is_small(value)]
    if not small:
        return Shown(tuple(values), total)
    others = [value for value in values if value >= FEWEST]
    if others:
        least = min(others)
        shown = tuple(None if is_small(value) or value == least else value for value in values)
        return Shown(shown, total, beside=True)
    # All that there is, is small: the total betrays them where they can only be all ones, or all fours, or one alone.
    betrays = is_small(total) or len(small) == 1 or total in (len(small), (FEWEST - 1) * len(small))
    return Shown(tuple(alone(value) for value in values), None if betrays else total)


def ways(tables: Mapping[str, Sequence[int]]) -> dict[str, Shown]:
    """Several ways to take the same total apart: where one of them cannot bear that it is shown, none tells it."""
    shown = {name: parts(values) for name, values in tables.items()}
    if all(one.total is not None for one in shown.values()):
        return shown
    return {
        name: Shown(tuple(None if value else 0 for value in values), None, beside=any(v >= FEWEST for v in values))
        for name, values in tables.items()
    }
