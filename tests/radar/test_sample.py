"""The made-up figures: they add up, they stay what they were, and they give way to real ones."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.places import regions
from siaga.radar import sample, store
from siaga.radar.figures import NATION
from siaga.radar.importing.table import Row, Table
from siaga.radar.tables import RadarColour, RadarFigure, RadarImport
from siaga.start.system import prepare_database

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 3, tzinfo=timezone.utc)
EAST_JAVA = regions.regencies(sample.PROVINCE)


def _people(code: str) -> int:
    return 200_000 + int(code.replace(".", "")) * 577


def _values(table: Table) -> dict[tuple[str, str, str, date], int]:
    values = {(row.region_code, row.measure, row.count, row.day): row.value for row in table.rows}
    assert len(values) == len(table.rows)
    return values


@settings(max_examples=4, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2100, 12, 31)))
def test_on_any_day_the_figures_add_up(last: date) -> None:
    table = sample.made_up(last, _people)
    values = _values(table)
    codes = {NATION, *regions.provinces(), *EAST_JAVA}
    assert {row.region_code for row in table.rows} == codes
    days = [last - timedelta(days=back) for back in range(sample.DAYS)]
    assert {row.day for row in table.rows} == set(days)
    for code in codes:
        for measure in ("confirmed", "recovered", "deaths", "hospital"):
            totals = [values[code, measure, "total", day] for day in days]
            assert totals == sorted(totals, reverse=True) and totals[-1] >= 0
    for day in days:
        for code in codes:
            rest = [values[code, measure, "total", day] for measure in ("recovered", "deaths")]
            assert values[code, "confirmed", "total", day] - sum(rest) == values[code, "active", "now", day] >= 0
        for measure, count in {(row.measure, row.count) for row in table.rows}:
            of = {code: values[code, measure, count, day] for code in codes}
            assert of[sample.PROVINCE] == sum(of[code] for code in EAST_JAVA)
            assert of[NATION] == sum(of[code] for code in regions.provinces())


def test_a_day_has_the_same_figures_at_every_start() -> None:
    yesterday, week_before = (_values(sample.made_up(TODAY - timedelta(days=n), _people)) for n in (1, 8))
    shared = yesterday.keys() & week_before.keys()
    assert len(shared) > 0.9 * len(yesterday)
    assert all(yesterday[key] == week_before[key] for key in shared)


@pytest.mark.parametrize("months", range(0, 24, 3))
def test_there_is_something_of_most_levels_to_see(months: int) -> None:
    last = TODAY + timedelta(days=30 * months)
    values = _values(sample.made_up(last, _people))
    levels: Counter[int] = Counter()
    for code in EAST_JAVA:
        week = values[code, "confirmed", "total", last] - values[code, "confirmed", "total", last - timedelta(days=7)]
        levels[sum(week / _people(code) * 100_000 >= bound for bound in (20, 50, 150))] += 1
    assert len(levels) >= 3
    assert max(levels.values()) < 0.75 * len(EAST_JAVA)


def test_colours_are_those_of_mondays_in_east_java() -> None:
    table = sample.made_up(TODAY - timedelta(days=1), _people)
    assert {row.region_code for row in table.colours} == set(EAST_JAVA)
    assert {row.day.weekday() for row in table.colours} == {0}
    assert len({row.colour for row in table.colours}) >= 3
    assert len({(row.region_code, row.day) for row in table.colours}) == len(table.colours)


# ---------------------------------------------------------------------- in the database
def _kept() -> tuple[int, int, int]:
    with transaction() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(select(func.count()).select_from(table)) for table in (RadarImport, RadarFigure, RadarColour)
        )


def _refresh(today: date) -> int:
    with transaction() as session:
        return sample.refresh(session, today, AT)


def _real(disease: str = "covid19") -> int:
    row = Row("35.78", "confirmed", "total", TODAY - timedelta(days=1), 1234)
    table = Table("csv", "uji", "Dinas Uji", disease, (row,))
    with transaction() as session:
        return store.take_in(session, table, digest=disease, file="uji.csv", at=AT).import_id


def _confirmed(code: str) -> tuple[bool, int | None] | None:
    with transaction() as session:
        found = store.figures(session, [code], "covid19").get(code)
        return found and (found.source.sample, found.trail("confirmed").total(TODAY - timedelta(days=1)))


def test_an_empty_radar_is_filled_once(database: str) -> None:
    made = _refresh(TODAY)
    imports, figures, colours = _kept()
    assert imports == 1 and made == figures + colours > 40_000
    assert _refresh(TODAY) == 0
    assert _kept() == (imports, figures, colours)
    marked, total = _confirmed("35.78") or (None, None)
    assert marked is True and total is not None and total > 0


@pytest.mark.parametrize("sample_data", [True, False])
def test_a_start_fills_it_but_not_in_production(sample_data: bool, database: str) -> None:
    prepare_database(sample_data=sample_data)
    imports, figures, _ = _kept()
    assert (imports, figures > 0) == ((1, True) if sample_data else (0, False))


def test_the_next_day_they_are_renewed_and_the_old_ones_gone(database: str) -> None:
    _refresh(TODAY)
    before = _confirmed("35.78")
    with transaction() as session:
        version = store.version(session)
    assert _refresh(TODAY + timedelta(days=1)) > 0
    assert _kept()[0] == 1
    assert _confirmed("35.78") == before
    with transaction() as session:
        assert store.version(session) != version


def test_real_figures_push_them_aside_at_once_and_away_at_the_next_start(database: str) -> None:
    _refresh(TODAY)
    _real()
    assert _confirmed("35.78") == (False, 1234)
    assert _confirmed("35.15") is None
    assert _refresh(TODAY) == 0
    assert _kept() == (1, 1, 0)


def test_real_figures_of_another_disease_end_them_too_at_the_next_start(database: str) -> None:
    _refresh(TODAY)
    _real("dbd")
    assert _refresh(TODAY) == 0
    assert _confirmed("35.78") is None


def test_they_come_back_when_the_only_real_import_is_taken_back(database: str) -> None:
    number = _real()
    assert _refresh(TODAY) == 0
    with transaction() as session:
        assert store.undo(session, number, AT)
    assert _refresh(TODAY) > 0
    marked, _ = _confirmed("35.78") or (None, None)
    assert marked is True
