"""Which source is read, held against all that stands; and that no table is read whole for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from siaga.db import engine, transaction
from siaga.places import regions
from siaga.radar import store
from siaga.radar.figures import MEASURES, Colour, Count, Measure
from siaga.radar.importing.table import ColourRow, Row, Table
from siaga.radar.knowing import RECENT, look
from tests.radar.given import GRESIK, NOON, SIDOARJO, SURABAYA, TODAY, bring


class File(NamedTuple):
    """What one import says."""

    source: str
    sample: bool
    disease: str
    figures: Mapping[tuple[str, Measure, Count, int], int]
    colours: Mapping[tuple[str, int], Colour]


def _take(session: Session, number: int, file: File) -> int:
    rows = tuple(
        Row(code, measure, count, TODAY - timedelta(days=back), value)
        for (code, measure, count, back), value in file.figures.items()
    )
    colours = tuple(
        ColourRow(code, TODAY - timedelta(days=back), colour) for (code, back), colour in file.colours.items()
    )
    table = Table("uji", file.source, f"Dinas {file.source}", file.disease, rows, colours)
    return store.take_in(session, table, digest=f"{number:064x}", file="uji.csv", at=NOON, sample=file.sample).import_id


CODES = (SURABAYA, GRESIK)
_keys = st.tuples(
    st.sampled_from(CODES),
    st.sampled_from(("confirmed", "confirmed", "deaths", "active")),
    st.sampled_from(("total", "new")),
    st.integers(0, 4),
)
_files = st.builds(
    File,
    st.sampled_from(("jatim", "kota", "nasional")),
    st.sampled_from((False, False, True)),
    st.sampled_from(("covid19", "covid19", "covid19", "dbd")),
    st.dictionaries(_keys, st.integers(0, 9), min_size=1, max_size=7),
    st.dictionaries(
        st.tuples(st.sampled_from(CODES), st.integers(0, 3)), st.sampled_from(("green", "red")), max_size=2
    ),
)


def _expected(standing: Mapping[int, File], code: str, days: int | None) -> tuple[str, dict[Any, int]] | None:
    """The source that is to be read of a region, and its values: the law, word by word."""
    files = {number: file for number, file in standing.items() if file.disease == "covid19"}
    real = any(not file.sample for file in files.values())
    files = {number: file for number, file in files.items() if file.sample is not real}
    for measures in (("confirmed",), MEASURES):
        held: dict[str, set[int]] = {}
        last: dict[str, int] = {}
        for number in sorted(files):
            for region, measure, _, back in files[number].figures:
                if region == code and measure in measures:
                    held.setdefault(files[number].source, set()).add(back)
                    last[files[number].source] = number
        if held:
            source = max(held, key=lambda one: (-min(held[one]), len(held[one]), last[one], one))
            oldest = min(held[source]) + (days or 1000) - 1
            values: dict[Any, tuple[int, int]] = {}
            for number in sorted(files):
                if files[number].source == source:
                    values |= {
                        key: (number, n)
                        for key, n in files[number].figures.items()
                        if key[0] == code and key[3] <= oldest
                    }
            return source, {key: n for key, (_, n) in values.items() if not _overtaken(key, values)}
    return None


def _overtaken(key: Any, values: Mapping[Any, tuple[int, int]]) -> bool:
    """Whether a figure of a day is another than what totals say that came later."""
    region, measure, count, back = key
    own, before = (values.get((region, measure, "total", at)) for at in (back, back + 1))
    if count != "new" or own is None or before is None:
        return False
    number, new = values[key]
    return max(own[0], before[0]) > number and own[1] - before[1] != new


def _expected_colour(standing: Mapping[int, File], code: str) -> tuple[Colour, int] | None:
    """The newest colour, and how many days old it is."""
    files = {number: file for number, file in standing.items() if file.disease == "covid19"}
    real = any(not file.sample for file in files.values())
    given = [
        (-back, number, colour)
        for number, file in files.items()
        if file.sample is not real
        for (region, back), colour in file.colours.items()
        if region == code
    ]
    return (max(given)[2], -max(given)[0]) if given else None


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(_files, max_size=6), undone=st.sets(st.integers(0, 5), max_size=2), days=st.sampled_from((None, 2))
)
def test_of_a_region_one_source_is_read(database: str, files: list[File], undone: set[int], days: int | None) -> None:
    with transaction() as session:
        session.execute(text("TRUNCATE radar_import CASCADE"))
        taken = [_take(session, number, file) for number, file in enumerate(files)]
        for number in undone:
            if number < len(taken):
                assert store.undo(session, taken[number], NOON)
        standing = {taken[number]: file for number, file in enumerate(files) if number not in undone}
        found = store.figures(session, CODES, "covid19", days=days)
        colours = store.colours(session, CODES, "covid19")
        for code in CODES:
            own = colours.get(code)
            assert (own and (own.colour, (TODAY - own.day).days)) == _expected_colour(standing, code)
            expected = _expected(standing, code, days)
            read = found.get(code)
            assert (read and read.source.name) == (expected and expected[0])
            if read and expected:
                assert expected[1] == {
                    (code, measure, count, (TODAY - day).days): value
                    for measure, trail in read.measures.items()
                    for count, values in (("total", trail.totals), ("new", trail.news), ("now", trail.nows))
                    for day, value in values.items()
                }
                assert read.source.sample is all(file.sample for file in standing.values() if file.disease == "covid19")


# ---------------------------------------------------------------------- plans
@pytest.fixture
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database."""
    heard: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        heard.append((statement, values))

    event.listen(engine(), "before_cursor_execute", hear)
    yield heard
    event.remove(engine(), "before_cursor_execute", hear)


def _read_whole(node: Mapping[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _read_whole(child)


def _history(codes: Iterable[str]) -> dict[tuple[str, Measure, Count, int], int]:
    return {(code, measure, "total", back): 1 for code in codes for measure in MEASURES for back in range(60)}


def test_no_answer_reads_all_figures(database: str, statements: list[tuple[str, Any]]) -> None:
    """Even where the database's statistics are of the time when one city was all there is."""
    codes = ("35", *regions.regencies("35"))
    colours: dict[tuple[str, int], Colour] = {(code, back): "red" for code in codes for back in range(120)}
    with transaction() as session:
        _take(session, 0, File("surabaya", False, "covid19", _history([SURABAYA]), {(SURABAYA, 0): "red"}))
        session.execute(text("ANALYZE radar_figure, radar_colour, radar_import"))
    with transaction() as session:
        for number, source in enumerate(("jatim", "kota"), start=1):
            _take(session, number, File(source, False, "covid19", _history(codes), colours))
        statements.clear()
        for days in (RECENT, None):
            look(session, [SURABAYA], "covid19", TODAY, days=days)
        look(session, [f"{SURABAYA}.04"], "covid19", TODAY, days=RECENT)
        asked = list(statements)
        assert len(asked) > 10
        for statement, values in asked:
            plan = session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
            assert not {"radar_figure", "radar_colour"} & set(_read_whole(plan[0]["Plan"])), statement


def test_an_ordinary_answer_asks_the_database_four_times(database: str, statements: list[tuple[str, Any]]) -> None:
    with transaction() as session:
        bring(session, {SURABAYA: 2, SIDOARJO: 3, GRESIK: 1})
        statements.clear()
        told = look(session, [SURABAYA], "covid19", TODAY, days=RECENT)
    assert {place.code for place in told[0].neighbours} == {SIDOARJO, GRESIK}
    # One more for neighbours without confirmed.
    assert len(statements) <= 5
