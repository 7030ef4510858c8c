"""Figures are taken in whole, taken back without a trace, and read as one series."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from siaga.db import engine, transaction
from siaga.radar import store
from siaga.radar.figures import Colour, Count, Measure, Source
from siaga.radar.importing.table import ColourRow, Row, Table
from siaga.radar.store import CannotUndo, Contradiction

AT = datetime(2021, 7, 10, 9, 30, tzinfo=timezone.utc)
DAY = date(2021, 7, 9)
SURABAYA, MALANG = "35.78", "35.07"


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with transaction() as session:
        yield session


def row(value: int, back: int = 0, code: str = SURABAYA, measure: Measure = "confirmed", count: Count = "total") -> Row:
    return Row(code, measure, count, DAY - timedelta(days=back), value)


def table(
    *rows: Row, colours: Iterable[ColourRow] = (), source: str = "jatim", said_by: str = "", disease: str = "covid19"
) -> Table:
    return Table("csv", source, said_by or f"Dinas {source}", disease, rows, tuple(colours), ("satu catatan",))


_numbers = iter(range(1, 10**9))


def take(
    session: Session, made: Table, at: datetime = AT, digest: str | None = None, sample: bool = False
) -> store.Taken:
    return store.take_in(session, made, digest=digest or f"{next(_numbers):064x}", file="uji.csv", at=at, sample=sample)


def total(session: Session, code: str = SURABAYA, back: int = 0, disease: str = "covid19") -> int | None:
    found = store.figures(session, [code], disease).get(code)
    return found.trail("confirmed").total(DAY - timedelta(days=back)) if found else None


def count(session: Session, table_name: str) -> int:
    return int(session.scalar(text(f"SELECT count(*) FROM {table_name}")))


# ------------------------------------------------------------------------------------------------ bringing in
def test_what_is_taken_in_is_read_with_its_source(session: Session) -> None:
    taken = take(
        session,
        table(
            row(100, 1),
            row(110),
            row(9, measure="deaths"),
            row(10, count="new"),
            row(30, 0, measure="active", count="now"),
        ),
    )
    assert (taken.taken, taken.already) == (5, False)
    found = store.figures(session, [SURABAYA, MALANG], "covid19")
    assert list(found) == [SURABAYA]
    own = found[SURABAYA]
    assert own.source == Source("jatim", "Dinas jatim", False, AT)
    assert (own.newest, own.region_code, own.disease) == (DAY, SURABAYA, "covid19")
    assert (own.trail("confirmed").total(DAY), own.trail("confirmed").new(DAY)) == (110, 10)
    assert own.trail("deaths").total(DAY) == 9
    assert own.trail("active").now(DAY) == 30
    assert own.trail("recovered").newest is None


def test_an_import_is_listed(session: Session) -> None:
    first = take(session, table(row(100, 3), row(110)))
    second = take(session, table(row(5, code=MALANG), disease="dbd"), at=AT + timedelta(hours=1))
    newest, oldest = store.imports(session, 10)
    assert (newest.id, oldest.id) == (second.import_id, first.import_id)
    assert (oldest.first_day, oldest.last_day, oldest.taken) == (DAY - timedelta(days=3), DAY, 2)
    assert (oldest.file, oldest.shape, oldest.source, oldest.said_by) == ("uji.csv", "csv", "jatim", "Dinas jatim")
    assert (oldest.notes, oldest.sample, oldest.undone_at, oldest.arrived_at) == (("satu catatan",), False, None, AT)
    assert [each.id for each in store.imports(session, 1)] == [second.import_id]


def test_the_same_bytes_are_taken_in_once(session: Session) -> None:
    first = take(session, table(row(100)), digest="a" * 64)
    again = take(session, table(row(100)), digest="a" * 64)
    assert again == store.Taken(first.import_id, 1, already=True)
    assert count(session, "radar_figure") == 1
    other_source = take(session, table(row(100), source="nasional"), digest="a" * 64)
    assert not other_source.already


def test_an_old_file_that_arrives_once_more_does_not_win(session: Session) -> None:
    take(session, table(row(100)), digest="a" * 64)
    take(session, table(row(90)))
    take(session, table(row(100)), digest="a" * 64)
    assert total(session) == 90


def test_what_was_taken_back_can_come_again(session: Session) -> None:
    first = take(session, table(row(100)), digest="a" * 64)
    assert store.undo(session, first.import_id, AT)
    assert total(session) is None
    again = take(session, table(row(100)), digest="a" * 64)
    assert (again.already, total(session)) == (False, 100)


def test_a_file_taken_for_another_disease_is_said(session: Session) -> None:
    take(session, table(row(100)), digest="a" * 64)
    with pytest.raises(Contradiction, match="for covid19"):
        take(session, table(row(100), disease="dbd"), digest="a" * 64)


@pytest.mark.parametrize(
    "bad",
    [
        table(),
        table(row(100), row(101)),
        table(row(100), row(-1, code=MALANG)),
        table(row(100), row(-1, code=MALANG, measure="active", count="now")),
        table(row(100), row(5, code="Surabaya")),
        table(row(100), row(5, code="3578")),
        table(colours=[ColourRow(SURABAYA, DAY, "red"), ColourRow(SURABAYA, DAY, "green")]),
        table(colours=[ColourRow("SBY", DAY, "red")]),
        table(colours=[ColourRow(SURABAYA, DAY, "black")]),  # type: ignore[arg-type]
        table(row(100, measure="cured")),  # type: ignore[arg-type]
        table(row(100, count="sum")),  # type: ignore[arg-type]
        table(row(100), disease="COVID-19"),
    ],
    ids=[
        "empty",
        "twice",
        "negative total",
        "negative now",
        "name",
        "no dots",
        "two colours",
        "colour of nowhere",
        "colour",
        "measure",
        "count",
        "disease",
    ],
)
def test_what_contradicts_itself_changes_nothing(session: Session, bad: Table) -> None:
    take(session, table(row(50)))
    before = store.version(session)
    with pytest.raises(Contradiction):
        take(session, bad)
    assert (count(session, "radar_import"), total(session), store.version(session)) == (1, 50, before)


def test_a_row_that_stands_twice_is_one(session: Session) -> None:
    assert take(session, table(row(100), row(100))).taken == 1


def test_a_day_may_be_negative(session: Session) -> None:
    take(session, table(row(-5, count="new")))
    assert store.figures(session, [SURABAYA], "covid19")[SURABAYA].trail("confirmed").new(DAY) == -5


def test_nothing_is_there_when_the_caller_fails(database: str) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        take(session, table(row(100), colours=[ColourRow(SURABAYA, DAY, "red")]))
        raise RuntimeError
    with transaction() as session:
        assert total(session) is None
        assert [count(session, name) for name in ("radar_import", "radar_figure", "radar_colour")] == [0, 0, 0]


def test_two_at_once_with_the_same_bytes_become_one(database: str) -> None:
    many = table(*(row(1000 - back, back) for back in range(200)))
    taken: list[store.Taken] = []
    start = threading.Barrier(4)

    def bring() -> None:
        start.wait()
        with transaction() as session:
            found = take(session, many, digest="b" * 64)
        taken.append(found)

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.already for each in taken) == [False, True, True, True]
    assert len({each.import_id for each in taken}) == 1
    with transaction() as session:
        assert count(session, "radar_figure") == 200


def test_many_rows_come_in_several_statements(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_AT_ONCE", 7)
    take(session, table(*(row(1000 - back, back) for back in range(50))))
    found = store.figures(session, [SURABAYA], "covid19")[SURABAYA].trail("confirmed").totals
    assert found == {DAY - timedelta(days=back): 1000 - back for back in range(50)}


# ------------------------------------------------------------------------------------------------ taking back
def test_after_an_undo_the_figures_are_those_of_before(session: Session) -> None:
    take(session, table(row(90, 1), row(100), colours=[ColourRow(SURABAYA, DAY, "red")]))
    before = store.figures(session, [SURABAYA], "covid19"), store.colours(session, [SURABAYA], "covid19")
    version = store.version(session)
    wrong = take(session, table(row(9000), row(7, measure="deaths"), colours=[ColourRow(SURABAYA, DAY, "green")]))
    assert (total(session), store.version(session) != version) == (9000, True)
    assert store.undo(session, wrong.import_id, AT)
    after = store.figures(session, [SURABAYA], "covid19"), store.colours(session, [SURABAYA], "covid19")
    assert (after, store.version(session)) == (before, version)
    assert store.imports(session, 1)[0].undone_at == AT
    assert (count(session, "radar_figure"), count(session, "radar_colour")) == (2, 1)


def test_an_earlier_import_can_be_taken_back_alone(session: Session) -> None:
    first = take(session, table(row(90, 1), row(100)))
    take(session, table(row(101)))
    store.undo(session, first.import_id, AT)
    assert (total(session), total(session, back=1)) == (101, None)


def test_what_is_not_there_or_gone_is_not_undone(session: Session) -> None:
    taken = take(session, table(row(100)))
    assert store.undo(session, taken.import_id, AT)
    assert not store.undo(session, taken.import_id, AT)
    assert not store.undo(session, 4711, AT)


def test_an_undo_has_its_time(session: Session) -> None:
    taken = take(session, table(row(100)))
    last = AT + timedelta(days=store.UNDO_DAYS)
    with pytest.raises(CannotUndo, match="30 days"):
        store.undo(session, taken.import_id, last + timedelta(seconds=1))
    assert total(session) == 100
    assert store.undo(session, taken.import_id, last)


def test_what_is_put_aside_is_dropped_when_nothing_can_bring_it_back(session: Session) -> None:
    red = [ColourRow(SURABAYA, DAY, "red")]
    take(session, table(row(90, 1), row(100), colours=red))
    take(session, table(row(101), colours=red), at=AT + timedelta(days=20))
    # The first is long past undoing, but what put it aside is not.
    assert store.tidy(session, AT + timedelta(days=45)) == 0
    assert store.tidy(session, AT + timedelta(days=51)) == 2
    assert (total(session), total(session, back=1)) == (101, 90)
    assert store.colours(session, [SURABAYA], "covid19")[SURABAYA].colour == "red"
    assert store.tidy(session, AT + timedelta(days=52)) == 0


def test_what_an_undo_can_still_bring_back_is_kept(session: Session) -> None:
    take(session, table(row(100), row(1, code=MALANG)))
    take(session, table(row(2, code=MALANG)), at=AT + timedelta(days=1))
    take(session, table(row(3, code=MALANG)), at=AT + timedelta(days=2))
    wrong = take(session, table(row(900)), at=AT + timedelta(days=20))
    later = AT + timedelta(days=40)
    assert store.tidy(session, later) == 2  # of Malang, all but the last
    assert store.figures(session, [MALANG], "covid19")[MALANG].trail("confirmed").totals == {DAY: 3}
    assert store.undo(session, wrong.import_id, later)
    assert total(session) == 100


def test_only_the_same_series_puts_aside(session: Session) -> None:
    take(session, table(row(100)))
    take(session, table(row(101), source="nasional"))
    take(session, table(row(102)), sample=True)
    take(session, table(row(103), disease="dbd"))
    assert store.tidy(session, AT + timedelta(days=400)) == 0


def test_what_was_taken_back_puts_nothing_aside(session: Session) -> None:
    take(session, table(row(100)))
    wrong = take(session, table(row(900)))
    store.undo(session, wrong.import_id, AT)
    assert store.tidy(session, AT + timedelta(days=400)) == 0
    assert total(session) == 100


# ------------------------------------------------------------------------------------------------ one source a region
def test_the_source_with_the_newest_confirmed_is_read(session: Session) -> None:
    take(session, table(row(80, 2), row(90, 1), row(3, 0, measure="deaths")))
    take(session, table(row(105), source="nasional"))
    found = store.figures(session, [SURABAYA], "covid19")[SURABAYA]
    assert (found.source.name, dict(found.trail("confirmed").totals)) == ("nasional", {DAY: 105})
    assert found.trail("deaths").newest is None  # never mixed


def test_of_two_as_new_the_one_with_more_days_is_read(session: Session) -> None:
    take(session, table(row(90, 1), row(100)))
    take(session, table(row(105), row(5, count="new"), row(4, measure="deaths"), source="nasional"))
    assert store.figures(session, [SURABAYA], "covid19")[SURABAYA].source.name == "jatim"


def test_each_region_has_its_own_source(session: Session) -> None:
    take(session, table(row(100), row(50, 5, MALANG)))
    take(session, table(row(99, 1), row(55, 0, MALANG), source="nasional"))
    found = store.figures(session, [SURABAYA, MALANG], "covid19")
    assert {code: own.source.name for code, own in found.items()} == {SURABAYA: "jatim", MALANG: "nasional"}


def test_without_confirmed_any_measure_serves(session: Session) -> None:
    take(session, table(row(9, 2, measure="deaths")))
    take(session, table(row(8, 1, measure="deaths"), source="nasional"))
    found = store.figures(session, [SURABAYA], "covid19")[SURABAYA]
    assert (found.source.name, found.newest) == ("nasional", DAY - timedelta(days=1))


def test_who_said_the_newest_is_told(session: Session) -> None:
    take(session, table(row(100), said_by="Dinkes"))
    later = AT + timedelta(hours=3)
    take(session, table(row(80, 5), said_by="Kemenkes"), at=later)
    assert store.figures(session, [SURABAYA], "covid19")[SURABAYA].source.said_by == "Dinkes"
    take(session, table(row(101), said_by="Kemenkes"), at=later)
    source = store.figures(session, [SURABAYA], "covid19")[SURABAYA].source
    assert (source.said_by, source.arrived_at) == ("Kemenkes", later)


def test_only_the_last_days_where_no_more_is_wanted(session: Session) -> None:
    take(
        session, table(*(row(100 - back, back) for back in range(30)), *(row(50 - b, b + 5, MALANG) for b in range(30)))
    )
    found = store.figures(session, [SURABAYA, MALANG], "covid19", days=8)
    assert sorted(found[SURABAYA].trail("confirmed").totals) == [
        DAY - timedelta(days=back) for back in reversed(range(8))
    ]
    assert max(found[MALANG].trail("confirmed").totals) == DAY - timedelta(days=5)
    assert found[MALANG].trail("confirmed").week(DAY - timedelta(days=5)) == 7
    assert len(found[MALANG].trail("confirmed").totals) == 8


def test_other_diseases_stay_apart(session: Session) -> None:
    take(session, table(row(100)))
    take(session, table(row(7), disease="dbd"))
    assert (total(session), total(session, disease="dbd"), total(session, disease="campak")) == (100, 7, None)
    assert store.diseases(session) == ["covid19", "dbd"]


# ------------------------------------------------------------------------------------------------ samples
def test_made_up_figures_are_passed_over_as_soon_as_there_are_real_ones(session: Session) -> None:
    take(session, table(row(1, code=MALANG), colours=[ColourRow(MALANG, DAY, "red")], source="contoh"), sample=True)
    assert store.figures(session, [MALANG], "covid19")[MALANG].source.sample
    assert store.colours(session, [MALANG], "covid19")[MALANG].source.sample
    real = take(session, table(row(100)))
    assert store.figures(session, [MALANG], "covid19") == {}
    assert store.colours(session, [MALANG], "covid19") == {}
    assert not store.figures(session, [SURABAYA], "covid19")[SURABAYA].source.sample
    store.undo(session, real.import_id, AT)
    assert store.figures(session, [MALANG], "covid19")[MALANG].source.sample


def test_made_up_figures_never_mix_with_real_ones_of_the_same_name(session: Session) -> None:
    take(session, table(row(1, 1), row(2)), sample=True)
    take(session, table(row(100)))
    take(session, table(row(3, 0), row(4, 2)), sample=True)
    found = store.figures(session, [SURABAYA], "covid19")[SURABAYA]
    assert dict(found.trail("confirmed").totals) == {DAY: 100}


def test_real_figures_of_another_disease_leave_samples_alone(session: Session) -> None:
    take(session, table(row(1)), sample=True)
    take(session, table(row(7), disease="dbd"))
    assert total(session) == 1


# ------------------------------------------------------------------------------------------------ colours
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_newest_colour_counts_whenever_it_came(session: Session, order: tuple[int, int]) -> None:
    said: list[tuple[int, Colour]] = [(7, "red"), (0, "orange")]
    for which in order:
        back, colour = said[which]
        take(session, table(colours=[ColourRow(SURABAYA, DAY - timedelta(days=back), colour)]))
    found = store.colours(session, [SURABAYA, MALANG], "covid19")
    assert {code: (one.colour, one.day) for code, one in found.items()} == {SURABAYA: ("orange", DAY)}
    assert found[SURABAYA].source == Source("jatim", "Dinas jatim", False, AT)


def test_of_the_same_day_the_later_colour_counts(session: Session) -> None:
    take(session, table(colours=[ColourRow(SURABAYA, DAY, "red")]))
    take(session, table(colours=[ColourRow(SURABAYA, DAY, "yellow")]))
    assert store.colours(session, [SURABAYA], "covid19")[SURABAYA].colour == "yellow"
    assert store.colours(session, [SURABAYA], "dbd") == {}


# ------------------------------------------------------------------------------------------------ version, known
def test_the_version_tells_each_change(session: Session) -> None:
    versions = [store.version(session)]
    first = take(session, table(row(100)), digest="c" * 64)
    versions.append(store.version(session))
    take(session, table(row(100)), digest="c" * 64)
    assert store.version(session) == versions[-1]
    take(session, table(row(101)))
    versions.append(store.version(session))
    store.undo(session, first.import_id, AT)
    versions.append(store.version(session))
    assert len(set(versions)) == len(versions)
    assert all(len(each) <= 40 for each in versions)
    store.tidy(session, AT + timedelta(days=400))
    assert store.version(session) == versions[-1]


def test_the_version_tells_of_an_import_that_began_before_and_ended_after(database: str) -> None:
    with engine().connect() as connection:
        slow = Session(connection, future=True)
        take(slow, table(row(1, code=MALANG)))
        with transaction() as session:
            take(session, table(row(100)))
        with transaction() as session:
            before = store.version(session)
        slow.commit()
    with transaction() as session:
        assert store.version(session) != before


# ------------------------------------------------------------------------------------------------ the law
Step = tuple[str, int, dict[tuple[str, int], int]]
_values = st.dictionaries(
    st.tuples(st.sampled_from([SURABAYA, MALANG]), st.integers(0, 2)), st.integers(0, 5), min_size=1, max_size=4
)
_steps = st.lists(st.tuples(st.sampled_from(["take", "take", "undo", "tidy"]), st.integers(0, 7), _values), max_size=9)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_what_is_read_is_what_the_imports_that_stand_say(database: str, steps: list[Step]) -> None:
    """Whatever was taken in, taken back and tidied up, in whatever order: the last that stands counts, value by
    value."""
    with transaction() as session:
        session.execute(text("TRUNCATE radar_import CASCADE"))
        standing: dict[int, tuple[datetime, dict[tuple[str, int], int]]] = {}
        now = AT
        for kind, number, values in steps:
            now += timedelta(days=number * 2)
            if kind == "take":
                made = table(*(row(value, back, code) for (code, back), value in values.items()))
                standing[take(session, made, at=now).import_id] = now, values
            elif kind == "tidy":
                store.tidy(session, now)
            elif standing:
                chosen = sorted(standing)[number % len(standing)]
                if now - standing[chosen][0] <= timedelta(days=store.UNDO_DAYS):
                    assert store.undo(session, chosen, now)
                    del standing[chosen]
                else:
                    with pytest.raises(CannotUndo):
                        store.undo(session, chosen, now)
        expected: dict[tuple[str, int], int] = {}
        for import_id in sorted(standing):
            expected |= standing[import_id][1]
        found = {
            (code, (DAY - day).days): value
            for code, own in store.figures(session, [SURABAYA, MALANG], "covid19").items()
            for day, value in own.trail("confirmed").totals.items()
        }
        assert found == expected


def test_a_days_figure_that_later_totals_say_otherwise_is_not_told(session: Session) -> None:
    take(session, table(row(1000, 1), row(1500), row(500, count="new")))
    first = take(session, table(row(1005)))
    trail = store.figures(session, [SURABAYA], "covid19")[SURABAYA].trail("confirmed")
    assert (trail.total(DAY), trail.new(DAY)) == (1005, 5)
    take(session, table(row(7, count="new")))
    assert store.figures(session, [SURABAYA], "covid19")[SURABAYA].trail("confirmed").new(DAY) == 7
    assert store.undo(session, first.import_id, AT)
    assert store.figures(session, [SURABAYA], "covid19")[SURABAYA].trail("confirmed").total(DAY) == 1500
