"""Pictures are there before somebody asks for them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from siaga import media
from siaga.db import transaction
from siaga.places import regions
from siaga.radar import ahead, pictures, store
from siaga.radar.ahead import Ahead, wanted
from siaga.radar.drawing.png import draw
from siaga.radar.figures import NATION, Measure
from siaga.radar.pictures import KEPT, UNASKED, Of, picture
from siaga.radar.process import Process
from siaga.radar.tables import RadarPicture
from tests.radar.given import GRESIK, NOON, SIDOARJO, SURABAYA, TODAY, bring

SURABAYA_NAME = "Kota Surabaya, Jawa Timur"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The places drawn, ahead and on demand; the drawing itself is real."""
    seen: dict[str, list[str]] = {"ahead": [], "asked": []}

    def counted(kind: str) -> Callable[[Any], bytes]:
        def drawing(shown: Any) -> bytes:
            seen[kind].append(shown.place)
            return draw(shown)

        return drawing

    monkeypatch.setattr(ahead, "draw", counted("ahead"))
    monkeypatch.setattr(pictures, "draw", counted("asked"))
    return seen


def ask(code: str, at: datetime = NOON, measure: Measure = "confirmed") -> str | None:
    with transaction() as session:
        return picture(session, Of(code, "covid19", at.date(), measure), at=at)


def figures_come(*codes: str, at: datetime = NOON, level: int = 2) -> None:
    with transaction() as session:
        bring(session, {code: level for code in codes}, at=at)


def row(code: str, at: datetime = NOON) -> RadarPicture:
    key = Of(code, "covid19", at.date()).key
    with transaction() as session:
        found = session.scalars(select(RadarPicture).where(RadarPicture.of == key)).all()
    assert len(found) == 1
    return found[0]


def test_new_figures_are_drawn_before_somebody_asks(database: str, drawn: dict[str, list[str]]) -> None:
    figures_come(SURABAYA)
    before = ask(SURABAYA)
    one = Ahead(settling=0)
    assert one.draw(NOON) == 1, "East Java, by its map; Surabaya is there, and of others nothing is known"
    assert drawn["ahead"] == ["Jawa Timur"]

    figures_come(SURABAYA, at=NOON + HOUR, level=4)
    assert one.draw(NOON + HOUR) == 2
    assert drawn["ahead"] == ["Jawa Timur", SURABAYA_NAME, "Jawa Timur"], "what was asked for comes first"
    assert ask(SURABAYA, NOON + 2 * HOUR) != before
    assert drawn["asked"] == [SURABAYA_NAME], "it was there"
    assert one.draw(NOON + 2 * HOUR) == 0


def test_another_day_is_drawn_anew(database: str, drawn: dict[str, list[str]]) -> None:
    figures_come(SURABAYA)
    ask(SURABAYA)
    one = Ahead(settling=0)
    one.draw(NOON)
    # A quarter past midnight in Jakarta.
    midnight = NOON + timedelta(hours=12, minutes=15)
    assert one.draw(midnight) == 2
    assert row(SURABAYA, midnight + DAY).asked_at is None
    assert ask(SURABAYA, midnight + timedelta(hours=8)) and len(drawn["asked"]) == 1


def test_what_was_asked_for_last_comes_first_then_the_country(database: str) -> None:
    figures_come(SURABAYA, GRESIK, SIDOARJO)
    ask(GRESIK)
    ask(SURABAYA, NOON + HOUR, "deaths")
    ask(SIDOARJO, NOON + 2 * HOUR)
    ask(GRESIK, NOON + 3 * HOUR)
    with transaction() as session:
        found = wanted(session, NOON + 3 * HOUR)
    assert [(of.code, of.measure) for of in found[:4]] == [
        (GRESIK, "confirmed"),
        (SIDOARJO, "confirmed"),
        (SURABAYA, "deaths"),
        (NATION, "confirmed"),
    ]
    assert {of.code for of in found[3:]} == {NATION, *regions.provinces()}
    assert {of.day for of in found} == {TODAY} and len(set(found)) == len(found)


def test_what_nobody_has_asked_for_in_days_is_left(database: str, drawn: dict[str, list[str]]) -> None:
    figures_come(SURABAYA)
    ask(SURABAYA)
    one = Ahead(settling=0)
    for days in range(1, 6):
        one.draw(NOON + days * DAY)
    # That it was drawn ahead is no sign that somebody wants it.
    assert drawn["ahead"].count(SURABAYA_NAME) == KEPT.days
    with transaction() as session:
        left = {Of.read(key) for key in session.scalars(select(RadarPicture.of))}
    assert {of.code for of in left} == {"35"} and {of.day for of in left} <= {TODAY + 4 * DAY, TODAY + 5 * DAY}


def test_one_drawn_ahead_is_kept_longer_once_it_is_asked_for(database: str) -> None:
    figures_come(SURABAYA)
    Ahead(settling=0).draw(NOON)
    drawn_ahead = row("35")
    with transaction() as session:
        before = media.get(session, drawn_ahead.reference).forget_after
    assert drawn_ahead.asked_at is None and NOON + UNASKED < before < NOON + 2 * UNASKED

    at = NOON + timedelta(hours=10)
    assert ask("35", at) == drawn_ahead.reference
    with transaction() as session:
        after = media.get(session, drawn_ahead.reference).forget_after
    assert row("35").asked_at == at and after > at + KEPT
    # Noted once an hour at most, so that askers do not wait for each other.
    ask("35", at + HOUR / 2)
    assert row("35").asked_at == at
    ask("35", at + 2 * HOUR)
    assert row("35").asked_at == at + 2 * HOUR


def test_who_asks_does_not_wait_for_what_is_drawn_ahead(
    database: str, drawn: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    figures_come(SURABAYA)
    given: list[str | None] = []

    def slow(shown: Any) -> bytes:
        given.append(ask("35"))  # in the midst of it, in a transaction of its own
        return draw(shown)

    monkeypatch.setattr(ahead, "draw", slow)
    Ahead(settling=0).draw(NOON)
    assert drawn["asked"] == ["Jawa Timur"] and given == [row("35").reference]
    assert row("35").asked_at == NOON, "that it was asked for stays noted"


def test_one_that_cannot_be_drawn_keeps_no_other_from_it(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    figures_come(SURABAYA, "33.74")

    def failing(shown: Any) -> bytes:
        if shown.place == "Jawa Tengah":
            raise ZeroDivisionError
        return draw(shown)

    monkeypatch.setattr(ahead, "draw", failing)
    one = Ahead(settling=0)
    with caplog.at_level(logging.ERROR):
        assert one.draw(NOON) == 1
    assert [record.getMessage() for record in caplog.records] == [f"no picture of 33 covid19 confirmed {TODAY}"]
    assert row("35") and one.draw(NOON) == 0, "it is not tried again until something is another"


def test_it_draws_for_a_while_and_goes_on_the_next_time(database: str) -> None:
    figures_come(SURABAYA, "33.74", "32.73")
    one = Ahead(settling=0, at_once=0.05)
    assert one.draw(NOON, lambda: True) == 0
    rounds = [one.draw(NOON) for _ in range(60)]
    assert max(rounds) == 1 and sum(rounds) == 3


def test_a_system_that_starts_is_left_alone(database: str) -> None:
    figures_come(SURABAYA)
    assert Ahead(settling=60).draw(NOON) == 0


def test_figures_that_come_while_they_are_read_are_not_noted_as_those_before(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures_come(SURABAYA)
    real, brought = pictures.view, []

    def while_it_is_read(session: Any, of: Of) -> Any:
        if not brought:
            figures_come(SURABAYA, at=NOON + HOUR, level=4)
            with transaction() as other:
                brought.append(store.imports(other, 1)[0].id)
        return real(session, of)

    monkeypatch.setattr(pictures, "view", while_it_is_read)
    high = ask(SURABAYA)
    with transaction() as session:
        assert store.undo(session, brought[0], NOON + HOUR)
    assert ask(SURABAYA) != high


def test_the_process_does_it(database: str, drawn: dict[str, list[str]]) -> None:
    figures_come(SURABAYA)
    Process([], ahead=Ahead(settling=0)).round(NOON)
    assert drawn["ahead"] == ["Jawa Timur"]
