"""``pytest bench``: the checker of the soak can fail."""

from __future__ import annotations

from random import Random

import pytest

from bench import checker, words
from bench.checker import Arrived, Kept, Records, Reply, Written, check


def test_the_checker_sees_each_kind_of_fault() -> None:
    checker.prove()


def test_a_checker_that_sees_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "_check_arrivals", lambda records, found: None)
    with pytest.raises(AssertionError, match="did not arrive"):
        checker.prove()


@pytest.mark.parametrize("fault", ["lost", "doubled", "out_of_order"])
def test_one_fault_among_ten_thousand_is_found(fault: str) -> None:
    count = 10_000
    contacts = [f"c{number % 100}" for number in range(count)]
    written = [Written(f"m{n}", contacts[n], n) for n in range(count)]
    kept = [Kept(f"m{n}", contacts[n], n, n, "done") for n in range(count)]
    replies = [Reply(f"r{n}", contacts[n], n, n, f"t{n}") for n in range(count)]
    arrived = [Arrived(f"r{n}", contacts[n], n / 10) for n in range(count)]
    assert check(Records(written, kept, replies, arrived)).clean

    one = Random(fault).randrange(200, count)
    if fault == "lost":
        del arrived[one]
    elif fault == "doubled":
        arrived.append(Arrived(f"r{one}", contacts[one], count / 10))
    else:
        arrived[one] = Arrived(f"r{one}", contacts[one], one / 10 - 15)
    found = check(Records(written, kept, replies, arrived))

    assert len(getattr(found, fault)) == 1
    assert sum(map(len, (found.lost, found.doubled, found.out_of_order, found.sent_again))) == 1


def test_hardly_two_questions_are_alike() -> None:
    chance = Random(1)
    written = [words.question(chance) for _ in range(2000)]
    assert len(set(written)) > 1950
