"""Pictures are drawn once for a state of the data, by whoever asks first."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga import media
from siaga.db import transaction
from siaga.radar import pictures, store
from siaga.radar.drawing.png import draw
from siaga.radar.figures import NATION
from siaga.radar.importing.table import ColourRow, Row, Table
from siaga.radar.pictures import KEPT, Of, alt, picture, view
from siaga.radar.tables import RadarPicture

TODAY = date(2021, 7, 15)
AT = datetime(2021, 7, 15, 2, tzinfo=timezone.utc)
SURABAYA = Of("35.78", "covid19", TODAY)


def bring(session: Session, code: str = "35.78", daily: int = 10, days: int = 20, *, sample: bool = False) -> int:
    """Totals that grow by so many a day until yesterday, with a yellow zone."""
    last = TODAY - timedelta(days=1)
    rows = tuple(
        Row(code, "confirmed", "total", last - timedelta(days=ago), 100 + (days - ago) * daily) for ago in range(days)
    )
    colours = (ColourRow(code, last, "yellow"),)
    table = Table("simple", "jatim", "Dinkes Jawa Timur", "covid19", rows, colours, ())
    digest = hashlib.sha256(f"{code} {daily} {days} {sample}".encode()).hexdigest()
    return store.take_in(session, table, digest=digest, file="angka.csv", at=AT, sample=sample).import_id


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was drawn; the drawing itself is real."""
    seen: list[Any] = []

    def counted(shown: Any) -> bytes:
        seen.append(shown)
        return draw(shown)

    monkeypatch.setattr(pictures, "draw", counted)
    return seen


def rows() -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(RadarPicture)) or 0)


def test_it_is_drawn_once_and_found_again(database: str, drawn: list[Any]) -> None:
    with transaction() as session:
        bring(session)
        first = picture(session, SURABAYA, at=AT)
    with transaction() as session:
        assert picture(session, SURABAYA, at=AT + timedelta(hours=9)) == first
        assert first and media.get(session, first).mime == "image/png"
        said = alt(session, first)

    assert len(drawn) == 1 and rows() == 1
    assert "Kota Surabaya, Jawa Timur, data sampai 14 Juli 2021" in said and "zona kuning" in said
    assert "DATA CONTOH" not in said


def test_new_figures_give_a_new_picture_and_taking_them_back_the_old_one(database: str, drawn: list[Any]) -> None:
    with transaction() as session:
        bring(session)
        first = picture(session, SURABAYA, at=AT)
        later = bring(session, daily=50)
        second = picture(session, SURABAYA, at=AT)
        store.undo(session, later, AT)
        again = picture(session, SURABAYA, at=AT)

    assert first == again != second
    assert len(drawn) == 2


def test_each_place_disease_measure_and_day_has_its_own(database: str, drawn: list[Any]) -> None:
    with transaction() as session:
        bring(session)
        bring(session, "35.07")
        of = [
            SURABAYA,
            Of("35.07", "covid19", TODAY),
            Of("35.78", "covid19", TODAY, "deaths"),
            Of("35.78", "covid19", TODAY + timedelta(days=30)),
        ]
        references = [picture(session, each, at=AT) for each in of]

    assert None not in references and len(set(references)) == len(of) == rows()


def test_the_key_fits_its_column() -> None:
    longest = Of("35.78.04", "x" * 20, TODAY, "suspected")
    assert len(longest.key) <= 80


def test_where_nothing_is_known_there_is_no_picture_and_none_is_noted(database: str) -> None:
    with transaction() as session:
        assert picture(session, SURABAYA, at=AT) is None
        bring(session)
        assert picture(session, Of("33.74", "covid19", TODAY), at=AT) is None
        assert picture(session, Of("35.78", "dengue", TODAY), at=AT) is None
    assert rows() == 0


def test_a_neighbours_figures_are_a_map_though_of_the_place_nothing_is_known(database: str) -> None:
    with transaction() as session:
        bring(session)
        shown = view(session, Of("35.07", "covid19", TODAY))

    assert shown and shown.trend is None and shown.map and shown.map.asked == "35.07"
    assert {tile.shade for tile in shown.map.tiles} == {"yellow", None}


def test_a_province_alone_is_shown_on_indonesias_map(database: str) -> None:
    with transaction() as session:
        bring(session, "91")
        shown = view(session, Of("91", "covid19", TODAY))
        nation = view(session, Of(NATION, "covid19", TODAY))

    assert shown and shown.map and (shown.map.asked, len(shown.map.tiles)) == ("91", 38)
    assert nation and nation.map and nation.map.asked == NATION


def test_made_up_figures_are_marked(database: str) -> None:
    with transaction() as session:
        bring(session, sample=True)
        reference = picture(session, SURABAYA, at=AT)
        assert reference and alt(session, reference).startswith("DATA CONTOH")


def test_old_ones_are_forgotten_and_their_bytes_later(database: str, drawn: list[Any]) -> None:
    later = AT + KEPT + timedelta(seconds=1)
    with transaction() as session:
        bring(session)
        first = picture(session, SURABAYA, at=AT)
        bring(session, "35.07")
        picture(session, Of("35.07", "covid19", TODAY), at=later)
        keys = set(session.scalars(select(RadarPicture.of)))
        assert keys == {Of("35.07", "covid19", TODAY).key}
        assert first and media.get(session, first).forget_after > later + timedelta(days=5)
        # Asked again all the same, it is drawn again, and kept longer.
        assert picture(session, SURABAYA, at=later)
    assert len(drawn) == 3


def test_one_that_is_nearly_forgotten_is_not_given_out(database: str, drawn: list[Any]) -> None:
    with transaction() as session:
        bring(session)
        first = picture(session, SURABAYA, at=AT)
        again = picture(session, SURABAYA, at=AT + KEPT + timedelta(seconds=1))
        assert first == again
        assert again and media.get(session, again).forget_after >= AT + 2 * KEPT
    assert len(drawn) == 2 and rows() == 1


def test_two_at_once_draw_one(database: str, drawn: list[Any]) -> None:
    with transaction() as session:
        bring(session)
    together = Barrier(4)

    def ask(_: int) -> str | None:
        together.wait(10)
        with transaction() as session:
            return picture(session, SURABAYA, at=AT)

    with ThreadPoolExecutor(4) as pool:
        references = list(pool.map(ask, range(4)))

    assert len(set(references)) == 1 and references[0]
    assert len(drawn) == 1 and rows() == 1
