"""Whatever a stranger does, in whatever order: what they see does not depend on whether a NIK is anybody's."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from siaga.db import transaction
from siaga.identity import CodeAsked, answer, start
from siaga.people.tables import Notice
from tests.identity.given import BORN, person
from tests.registration.given import NOW, contact, nik

# A step: (who, ("ask", of which NIK, which birth date) or ("try", which of their checks, which code), after how long,
# whether the turn runs twice).
_WHO = st.integers(0, 2)
_WAIT = st.sampled_from([timedelta(0), timedelta(minutes=1), timedelta(minutes=11), timedelta(hours=13)])
_ASK = st.tuples(st.just("ask"), st.integers(0, 2), st.sampled_from([BORN, date(1954, 8, 2)]))
_TRY = st.tuples(st.just("try"), st.integers(0, 5), st.sampled_from(["000000", "123456", ""]))
STEPS = st.lists(st.tuples(_WHO, _ASK | _TRY, _WAIT, st.booleans()), min_size=1, max_size=14)


class _Undo(Exception):
    """Takes back what a run has written."""


def _seen(steps: list[Any], on_file: set[int], with_phone: bool) -> tuple[list[Any], int]:
    """What strangers see of these steps if the people with these numbers are on file, and how many codes are sent."""
    seen: list[Any] = []
    codes = 0
    run = uuid.uuid4().hex
    try:
        with transaction() as session:
            keys = [contact(session, number + 1) for number in range(3)]
            for number in on_file:
                person(session, number + 1, phone=f"62800000099{number}" if with_phone else None)
            now = NOW
            checks: dict[int, list[int]] = {0: [], 1: [], 2: []}
            for place, (who, (kind, which, what), wait, again) in enumerate(steps):
                now += wait
                for _ in range(2 if again else 1):
                    if kind == "ask":
                        outcome = start(session, keys[who], nik(which + 1), what, message_id=f"{run}{place}", now=now)
                        if isinstance(outcome, CodeAsked):
                            if outcome.check_id not in checks[who]:
                                checks[who].append(outcome.check_id)
                            seen.append(("code asked", checks[who].index(outcome.check_id), outcome.until))
                        else:
                            seen.append(outcome)
                    elif which < len(checks[who]):
                        tried = answer(
                            session, keys[who], checks[who][which], what, message_id=f"{run}{place}", now=now
                        )
                        seen.append(tried)
            codes = len(session.scalars(select(Notice.id)).all())
            raise _Undo
    except _Undo:
        pass
    return seen, codes


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_stranger_sees_the_same_whoever_is_on_file(database: str, steps: list[Any]) -> None:
    nobody, none_sent = _seen(steps, set(), False)
    assert none_sent == 0
    assert _seen(steps, {0, 1, 2}, True)[0] == nobody
    assert _seen(steps, {0, 2}, False) == (nobody, 0)
    assert _seen(steps, {1}, True)[0] == nobody


def test_the_comparison_would_notice(database: str) -> None:
    """The same steps do send codes where there is somebody to send them to: else the law would hold of nothing."""
    steps = [(0, ("ask", 0, BORN), timedelta(0), False), (0, ("ask", 1, BORN), timedelta(0), False)]
    assert _seen(steps, {0, 1, 2}, True)[1] == 2


def test_the_same_statements_run_for_somebody_and_for_nobody(database: str) -> None:
    """What takes time in a check are the statements: as many, and of the same kinds, in each case."""
    from sqlalchemy import event

    from siaga.db import engine

    def statements(number: str, born: date) -> list[str]:
        ran: list[str] = []

        def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
            ran.append(" ".join(statement.split()[:3]))

        with transaction() as session:
            key = contact(session)
            event.listen(engine(), "before_cursor_execute", note)
            try:
                start(session, key, number, born, message_id=uuid.uuid4().hex, now=NOW)
                session.flush()
            finally:
                event.remove(engine(), "before_cursor_execute", note)
        return [one for one in ran if "SAVEPOINT" not in one]

    with transaction() as session:
        person(session, phone="628000000990")
    expected = statements(nik(1), BORN)
    assert statements(nik(9), BORN) == expected
    assert statements(nik(1), date(1954, 8, 2)) == expected
