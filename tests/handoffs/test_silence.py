"""What is due where nothing happens: rules on times, without a database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.front import Hours
from siaga.handoffs import telling
from siaga.handoffs.silence import Patience, Standing, due
from tests.handoffs.given import NIGHT, NOW, WEEKDAYS, minutes

PATIENCE = Patience(silence=minutes(30), reply=minutes(15))
NEVER = Hours("WIB", ((),) * 7, {})


def _held(answered: float | None = None, unanswered: float | None = None, held: float = -60) -> Standing:
    moments = [None if at is None else NOW + minutes(at) for at in (answered, unanswered)]
    return Standing("held", NOW + minutes(held), *moments)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (_held(answered=-29), None),
        (_held(answered=-30), "give_back"),
        (_held(answered=-50, unanswered=-14), None),
        (_held(answered=-50, unanswered=-15), "requeue"),
        (_held(held=-14), None),
        (_held(held=-15), "requeue"),
        (_held(answered=-50, unanswered=-20, held=-5), None),
        (Standing("closed", NOW - minutes(99)), None),
        (Standing("waiting"), None),
    ],
)
def test_while_somebody_is_there(standing: Standing, expected: str | None) -> None:
    assert due(standing, NOW, WEEKDAYS, PATIENCE) == expected
    assert due(standing, NOW, None, PATIENCE) == expected


def test_out_of_hours_who_waits_is_promised_something_once() -> None:
    assert due(Standing("waiting"), NIGHT, WEEKDAYS, PATIENCE) == "callback"
    assert due(Standing("waiting", callback_at=NIGHT + minutes(1)), NIGHT, WEEKDAYS, PATIENCE) is None
    assert due(Standing("waiting", callback_at=NIGHT - minutes(600)), NIGHT, WEEKDAYS, PATIENCE) == "callback"
    assert due(Standing("waiting"), NIGHT, None, PATIENCE) is None
    assert due(Standing("waiting"), NIGHT, NEVER, PATIENCE) is None, "nothing can be promised"


@given(
    answered=st.none() | st.integers(-500, 0),
    unanswered=st.none() | st.integers(-500, 0),
    held=st.integers(-500, 0),
    later=st.integers(0, 500),
)
def test_what_is_due_stays_due_until_it_is_done(
    answered: int | None, unanswered: int | None, held: int, later: int
) -> None:
    standing = _held(answered, unanswered if answered is not None else None, held)
    first = due(standing, NOW, WEEKDAYS, PATIENCE)
    assert first is None or due(standing, NOW + minutes(later), WEEKDAYS, PATIENCE) == first
    assert due(standing, NOW + timedelta(days=1), WEEKDAYS, PATIENCE) is not None, "nobody waits for ever"


def test_an_opening_is_told_in_the_offices_time() -> None:
    opening = datetime.fromisoformat("2026-11-24T00:30:00+00:00")
    assert telling.opening(opening, WEEKDAYS) == "Selasa 24 November, mulai 07.30 WIB"
    assert telling.opening(opening, Hours("WIT", WEEKDAYS.days, {})) == "Selasa 24 November, mulai 09.30 WIT"
