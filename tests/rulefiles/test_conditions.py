"""What is known only in part settles a condition when nothing more can change it, and only then."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest

from siaga.rulefiles.conditions import AtLeast, ConditionError, Partly, Unknown, check, parse_condition
from siaga.rulefiles.facts import Fact

NAMES = ("a", "b", "c")
FACTS = {
    "list": Fact("list", "several", NAMES),
    "count": Fact("count", "number", most=9),
    "age": Fact("age", "number", most=99),
    "sex": Fact("sex", "choice", ("L", "P")),
    "heat": Fact("heat", "decimal", most=45, least=30),
    "pressure": Fact("pressure", "pressure"),
}
DAY = date(2022, 2, 1)
ASKED: dict[str, Any] = dict.fromkeys(FACTS)


def holds(text: str, **known: Any) -> bool | str:
    found = check(parse_condition(text, FACTS), known, DAY, ASKED)
    return found.fact if isinstance(found, Unknown) else found


@pytest.mark.parametrize("text", ["list is a", "list is a or b", "list is any", "list is not a", "list is not a or b"])
@pytest.mark.parametrize("there", [(), ("a",), ("b",), ("a", "c")])
@pytest.mark.parametrize("not_there", [(), ("a",), ("b", "c"), ("a", "b", "c")])
def test_a_list_known_in_part(text: str, there: tuple[str, ...], not_there: tuple[str, ...]) -> None:
    missing = [name for name in NAMES if name not in there and name not in not_there]
    more = chain.from_iterable(combinations(missing, size) for size in range(len(missing) + 1))
    possible = {holds(text, list=frozenset(there) | frozenset(each)) for each in more}
    denied = frozenset(not_there) - frozenset(there)
    found = holds(text, list=Partly(frozenset(there), denied))
    assert found == (possible.pop() if len(possible) == 1 else "list")


@pytest.mark.parametrize("text", ["count >= 3", "count > 3", "count < 3", "count <= 3", "count is 3", "count is not 3"])
@pytest.mark.parametrize("least", range(6))
def test_a_number_of_which_the_least_is_known(text: str, least: int) -> None:
    possible = {holds(text, count=number) for number in range(least, 10)}
    assert holds(text, count=AtLeast(least)) == (possible.pop() if len(possible) == 1 else "count")


def test_what_is_false_already_asks_for_nothing() -> None:
    assert holds("list is a and age < 5", age=5) is False
    assert holds("list is a and age < 5") == "list"
    assert holds("list is a and age < 5", list=frozenset("a")) == "age"
    assert holds("list is a and age < 5", list=frozenset("a"), age=4) is True


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lst is a", "“lst” is not a fact"),
        ("list is d", "any of a, b, c"),
        ("list > 2", "cannot be compared"),
        ("sex is any", "one of L, P"),
        ("age above 12/9", "cannot be compared"),
        ("age at least 5", "cannot be read"),
        ("age < 200", "can only be a slip: age lies between 0 and"),
        ("heat > 375", "can only be a slip: heat lies between 30 and 45"),
        ("pressure above 18/110", "can only be a slip: the first number is the higher one"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, told: str) -> None:
    with pytest.raises(ConditionError, match=told):
        parse_condition(text, FACTS)
