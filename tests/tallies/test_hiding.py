"""No hidden number can be found, by whoever knows all that is shown, and how it was decided what is."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.tallies.hiding import FEWEST, Shown, alone, each, parts, tens, ways

values = st.lists(st.integers(0, 12) | st.integers(0, 500), max_size=8)


@pytest.mark.parametrize(
    ("given_", "shown", "total"),
    [
        ([10, 20, 0], (10, 20, 0), 30),
        ([10, 20, 3], (None, 20, None), 33),
        ([10, 20, 3, 1], (None, 20, None, None), 34),
        ([10, 10, 20, 3], (None, None, 20, None), 43),
        ([3, 50], (None, None), 53),
        ([3], (None,), None),
        ([1, 2], (None, None), None),
        ([3, 0, 3], (None, 0, None), 6),
        ([4, 4], (None, None), None),
        ([1, 1, 1, 1, 1], (None,) * 5, None),
        ([], (), 0),
        ([0, 0], (0, 0), 0),
    ],
)
def test_what_is_shown_of_parts(given_: list[int], shown: tuple[int | None, ...], total: int | None) -> None:
    found = parts(given_)
    assert (found.values, found.total) == (shown, total)


@pytest.mark.parametrize(("value", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (100, 100)])
def test_a_number_alone(value: int, shown: int | None) -> None:
    assert alone(value) == shown
    assert each([value]).values == (shown,)


@given(values)
def test_tens_tell_nothing_below_ten_and_are_never_more_than_there_was(filled: list[int]) -> None:
    for value, real in zip(tens(filled).values, filled, strict=True):
        assert (value is None) == (0 < real < 10)
        assert value is None or (value % 10 == 0 and value <= real < value + 10)
    assert tens(filled).total is None


@lru_cache(maxsize=1)
def _all_that_looks_the_same() -> dict[Shown, list[tuple[int, ...]]]:
    """All ways to fill up to four cells so that what is in them is at most 18 together, by what is shown of them."""
    alike = defaultdict(list)
    for size in range(5):
        for filled in product(range(19), repeat=size):
            if sum(filled) <= 18:
                alike[parts(filled)].append(filled)
    return alike


def test_whatever_is_hidden_could_be_another_number() -> None:
    alike = _all_that_looks_the_same()
    assert len(alike) > 100
    for shown, fillings in alike.items():
        for place, value in enumerate(shown.values):
            possible = {filling[place] for filling in fillings}
            assert possible == {value} if value is not None else len(possible) > 1, (shown, fillings[:5])


@given(values)
def test_no_small_number_and_no_lie(filled: list[int]) -> None:
    shown = parts(filled)
    assert all(value is None or value == real for value, real in zip(shown.values, filled, strict=True))
    assert all(value is None or value == 0 or value >= FEWEST for value in (*shown.values, shown.total))
    assert shown.total in (None, sum(filled))


@given(values)
def test_a_single_number_is_never_the_difference(filled: list[int]) -> None:
    shown = parts(filled)
    if shown.total is not None:
        assert sum(value is None for value in shown.values) != 1


@given(values, st.randoms())
def test_what_is_hidden_depends_on_the_numbers_and_not_on_their_places(filled: list[int], random: object) -> None:
    """The reason why nothing is betrayed by the choice: hidden numbers that change places look the same."""
    shown = parts(filled)
    hidden = [place for place, value in enumerate(shown.values) if value is None]
    moved = list(hidden)
    random.shuffle(moved)  # type: ignore[attr-defined]
    other = list(filled)
    for source, target in zip(hidden, moved, strict=True):
        other[target] = filled[source]
    assert parts(other) == shown
    if shown.beside:
        assert len({filled[place] for place in hidden}) > 1, "and they are not all the same"


@given(values)
def test_what_is_enough_is_not_hidden_without_need(filled: list[int]) -> None:
    if not any(0 < value < FEWEST for value in filled):
        assert parts(filled).values == tuple(filled)


@given(st.integers(0, 40), st.data())
def test_ways_to_take_a_total_apart_do_not_tell_of_each_other(total: int, data: st.DataObject) -> None:
    tables = {name: _apart(total, data.draw(st.lists(st.integers(0, total), max_size=6))) for name in ("day", "place")}
    shown = ways(tables)
    if all(parts(filled).total is not None for filled in tables.values()):
        assert shown == {name: parts(filled) for name, filled in tables.items()}
    else:
        assert all(one.total is None for one in shown.values())
        assert all(set(one.values) <= {0, None} for one in shown.values())


def _apart(total: int, cuts: list[int]) -> list[int]:
    places = [0, *sorted(cuts), total]
    return [right - left for left, right in pairwise(places)]
