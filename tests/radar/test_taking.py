"""Files on their way into the radar: each is held against what really stands, even where two come at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.radar import sample, store
from siaga.radar.figures import Measure
from siaga.radar.importing import Refused, Row, Table, Wanted
from siaga.radar.taking import Brought, bring, standing

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 3, tzinfo=timezone.utc)


def _csv(total: int, back: int = 1, code: str = "35.78") -> bytes:
    day = TODAY - timedelta(days=back)
    return f"kode,tanggal,penyakit,ukuran,jenis,jumlah\n{code},{day},covid19,konfirmasi,total,{total}\nAKHIR\n".encode()


def _bring(session: Session, content: bytes, source: str = "uji", *, correction: bool = False) -> Brought:
    return bring(session, content, file="uji.csv", today=TODAY, at=AT, source=source, correction=correction)


def _in(work: Callable[[Session], Brought]) -> Brought:
    with transaction() as session:
        return work(session)


def _total(back: int = 1) -> int | None:
    with transaction() as session:
        found = store.figures(session, ["35.78"], "covid19").get("35.78")
        return found and found.trail("confirmed").total(TODAY - timedelta(days=back))


def test_a_total_that_falls_is_refused_and_the_last_good_one_stands(database: str) -> None:
    _in(lambda session: _bring(session, _csv(1000, back=2)))
    with pytest.raises(Refused):
        _in(lambda session: _bring(session, _csv(900)))
    assert (_total(back=2), _total()) == (1000, None)
    _in(lambda session: _bring(session, _csv(900), correction=True))
    assert _total() == 900


def test_of_the_same_day_what_came_last_is_what_a_file_is_held_against(database: str) -> None:
    _in(lambda session: _bring(session, _csv(1000, back=2)))
    _in(lambda session: _bring(session, _csv(900, back=2), correction=True))
    _in(lambda session: _bring(session, _csv(950)))
    assert _total() == 950


def test_what_was_taken_back_is_made_up_or_anothers_is_no_measure(database: str) -> None:
    first = _in(lambda session: _bring(session, _csv(5000, back=2)))
    assert first.taken is not None
    with transaction() as session:
        assert store.undo(session, first.taken.import_id, AT)
        sample.load(session, TODAY, AT)
    _in(lambda session: _bring(session, _csv(1000)))
    assert _total() == 1000
    _in(lambda session: _bring(session, _csv(7), source="lain"))
    _in(lambda session: _bring(session, _csv(8), source=sample.SOURCE))


def test_the_totals_that_stand_are_those_of_the_files_source_disease_and_regions(database: str) -> None:
    _in(lambda session: _bring(session, _csv(10, back=2)))
    _in(lambda session: _bring(session, _csv(3, code="35.15")))
    with transaction() as session:
        regions = frozenset({"35.78", "35.15", "11.01"})
        totals = standing(session).totals(Wanted("uji", "covid19", regions, TODAY, TODAY))
        assert totals == {
            ("35.78", "confirmed"): {TODAY - timedelta(days=2): 10},
            ("35.15", "confirmed"): {TODAY - timedelta(days=1): 3},
        }
        assert not standing(session).totals(Wanted("uji", "dengue", regions, TODAY, TODAY))
        assert not standing(session).totals(Wanted("lain", "covid19", regions, TODAY, TODAY))
        assert not standing(session).totals(Wanted("uji", "covid19", frozenset(), TODAY, TODAY))


_DAYS = st.integers(0, 12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    figures=st.dictionaries(st.tuples(_DAYS, st.sampled_from(["confirmed", "deaths"])), st.integers(0, 99), max_size=9),
    first=_DAYS,
    more=_DAYS,
)
def test_of_the_days_around_a_file_the_nearest_on_both_sides_are_read(
    figures: dict[tuple[int, Measure], int], first: int, more: int, database: str
) -> None:
    last, day_zero = first + more, date(2026, 1, 1)
    rows = tuple(
        Row("35.78", measure, "total", day_zero + timedelta(days=day), value)
        for (day, measure), value in figures.items()
    )
    with transaction() as session:
        if rows:
            store.take_in(session, Table("csv", "uji", "Uji", "covid19", rows), digest="0", file="", at=AT)
        of = frozenset({"35.78"})
        totals = standing(session).totals(
            Wanted("uji", "covid19", of, day_zero + timedelta(days=first), day_zero + timedelta(days=last))
        )
        for measure in ("confirmed", "deaths"):
            days = sorted(day for day, of in figures if of == measure)
            wanted = {day for day in days if first <= day <= last}
            wanted |= {*[day for day in days if day < first][-1:], *[day for day in days if day > last][:1]}
            expected = {day_zero + timedelta(days=day): figures[day, measure] for day in wanted}
            assert totals.get(("35.78", measure), {}) == expected
        session.rollback()


def test_of_two_files_at_once_the_second_is_held_against_the_first(database: str) -> None:
    ended = threading.Event()
    refused: list[Refused] = []

    def second() -> None:
        try:
            _in(lambda session: _bring(session, _csv(900)))
        except Refused as problem:
            refused.append(problem)
        ended.set()

    other = threading.Thread(target=second)
    with transaction() as session:
        _bring(session, _csv(1000, back=2))
        other.start()
        assert not ended.wait(0.5)
    other.join(20)
    assert refused and _total() is None


def test_the_same_bytes_once_more_change_nothing_though_they_were_a_correction(database: str) -> None:
    _in(lambda session: _bring(session, _csv(1000, back=2)))
    first = _in(lambda session: _bring(session, _csv(900), correction=True))
    _in(lambda session: _bring(session, _csv(5000, back=1), correction=True))
    again = _in(lambda session: _bring(session, _csv(900)))
    assert again.taken is not None and first.taken is not None
    assert (again.taken.already, again.taken.import_id) == (True, first.taken.import_id)
    assert _total() == 5000
    _in(lambda session: _bring(session, _csv(7000, back=2), source="lain"))
    with pytest.raises(Refused):  # as another's it is news, and held against what that one said
        _in(lambda session: _bring(session, _csv(900), source="lain"))


def test_days_are_held_against_days_that_stand(database: str) -> None:
    def days(many: int, back: int) -> bytes:
        day = TODAY - timedelta(days=back)
        return f"kode,tanggal,penyakit,konfirmasi_harian\n35.78,{day},dbd,{many}\nAKHIR\n".encode()

    _in(lambda session: _bring(session, days(14, 2)))
    with pytest.raises(Refused, match="jauh di atas"):
        _in(lambda session: _bring(session, days(10432, 1)))
    assert _in(lambda session: _bring(session, days(140, 1))).table.rows[0].value == 140
