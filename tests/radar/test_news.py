"""What is news to a subscriber, and how it is told: pure."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.places import regions
from siaga.radar.levels import MEASURES
from siaga.radar.news import LONGEST, Change, Told, change, news
from siaga.radar.standing import NOTHING, Standing
from siaga.radar.words import words

DAY = date(2026, 11, 21)
CONFIRMED, ALL = ("confirmed",), MEASURES


def _at(level: int, measures: tuple = CONFIRMED, day: date = DAY, said_by: str = "Dinas Uji") -> Standing:
    return Standing(level=level, measures=measures, day=day, said_by=said_by)


def _painted(colour: str, day: date = DAY) -> Standing:
    return Standing(colour=colour, colour_day=day, colour_said_by="Satgas Uji")  # type: ignore[arg-type]


def _told(
    code: str = "35.78", level: int | None = None, colour: str | None = None, measures: tuple = CONFIRMED
) -> Told:
    return Told(code, "covid19", level, measures if level else (), colour)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "now", "is_news"),
    [
        (_told(level=2), _at(3), True),
        (_told(level=3), _at(2), True),
        (_told(level=2), _at(2), False),
        (_told(), _at(1), True),
        (_told(level=2), NOTHING, False),
        (_told(), NOTHING, False),
        # A lower one from less: what lacks may be what raised it.
        (_told(level=3, measures=ALL), _at(2), False),
        (_told(level=3, measures=ALL), _at(2, ALL), True),
        (_told(level=3), _at(2, ALL), True),
        (_told(level=3, measures=ALL), _at(4), True),
        # A colour counts only where no level is known, and is no level.
        (_told(colour="red"), _painted("orange"), True),
        (_told(colour="red"), _painted("red"), False),
        (_told(), _painted("green"), True),
        (_told(level=3), _painted("green"), False),
        (_told(level=3, colour="red"), _painted("orange"), True),
        (_told(level=3, colour="red"), Standing(3, CONFIRMED, DAY, "x", "green", DAY, "y"), False),
        (_told(colour="red"), _at(1), True),
    ],
)
def test_what_is_news(told: Told, now: Standing, is_news: bool) -> None:
    assert (change(told, now) is not None) is is_news


def _said(*changes: tuple[Told, Standing]) -> str:
    found = news(Change(told, now) for told, now in changes)
    assert found
    return found.values["kabar"]


def test_the_words() -> None:
    assert _said((_told(level=2), _at(3))) == "Kota Surabaya tingkat penularan 3 dari 4 (tinggi), naik dari tingkat 2"
    assert (
        _said((_told("ID", level=4), _at(1))) == "Indonesia tingkat penularan 1 dari 4 (rendah), turun dari tingkat 4"
    )
    assert (
        _said((_told(), _at(4)))
        == "Kota Surabaya tingkat penularan 4 dari 4 (sangat tinggi), sebelumnya belum diketahui"
    )
    assert _said((_told(colour="yellow"), _painted("red"))) == "Kota Surabaya zona merah, sebelumnya zona kuning"
    assert _said((_told(), _painted("green"))) == "Kota Surabaya zona hijau, sebelumnya belum diketahui"


def test_several_are_told_in_fewer_words() -> None:
    assert _said((_told(level=2), _at(4)), (_told("35.25", level=3), _at(2)), (_told("35.07"), _at(1))) == (
        "Kota Surabaya tingkat 4 (naik dari 2); Kab. Gresik tingkat 2 (turun dari 3); "
        "Kab. Malang tingkat 1 (sebelumnya belum diketahui)"
    )
    assert _said((_told(colour="red"), _painted("green")), (_told("35.25", colour="green"), _painted("yellow"))) == (
        "Kab. Gresik zona kuning (sebelumnya hijau); Kota Surabaya zona hijau (sebelumnya merah)"
    )


def test_figures_come_with_date_and_source() -> None:
    found = news([Change(_told(level=2), _at(3))])
    assert found and found.values["tanggal"] == "21 November 2026" and found.values["sumber"] == "Dinas Uji"
    assert found.values["penyakit"] == "COVID-19" and all(found.values.values())


def test_what_got_worse_comes_first_and_then_what_is_worst() -> None:
    changes = [
        Change(_told("35.15", level=3), _at(2)),
        Change(_told("35.25", level=1), _at(2)),
        Change(_told("35.07", level=3), _at(4)),
    ]
    found = news(changes)
    assert found and [each.told.code for each in found.changes] == ["35.07", "35.25", "35.15"]


def test_a_message_is_of_one_day_and_one_publisher() -> None:
    changes = [
        Change(_told("35.15", level=3), _at(4)),
        Change(_told("35.25", level=1), _at(2, day=date(2026, 11, 20))),
        Change(_told("35.07", level=1), _at(2, said_by="Lain")),
        Change(_told("35.78", colour="green"), _painted("red")),
    ]
    found = news(changes)
    assert found and [each.told.code for each in found.changes] == ["35.15"]


def test_nothing_is_no_news() -> None:
    assert news([]) is None


def test_what_it_means_goes_with_it() -> None:
    two = [Change(_told(level=1), _at(4)), Change(_told("35.25", level=1), _at(2))]
    found, painted = news(two), news([Change(_told(), _painted("red"))])
    assert found and found.values["saran"] == words().levels[4].means, "of the worst"
    said = news([Change(_told(level=3), _at(2))]), news([Change(_told(level=3), _at(2, ALL))])
    assert [one and one.values["saran"] for one in said] == [
        f"Dihitung dari kasus saja. {words().levels[2].means}",
        words().levels[2].means,
    ]
    assert painted and painted.values["saran"] == "Zona merah: risiko tinggi."


@given(st.lists(st.tuples(st.sampled_from(regions.regencies()), st.integers(1, 4), st.none() | st.integers(1, 4))))
def test_the_words_always_fit_and_tell_at_least_one(drawn: list[tuple[str, int, int | None]]) -> None:
    changes = [Change(_told(code, level=before), _at(now)) for code, now, before in drawn if now != before]
    found = news(changes)
    assert (found is None) is (not changes)
    if found:
        assert found.changes and all(len(value) <= LONGEST for value in found.values.values())
        assert len(found.values["kabar"].split("; ")) == len(found.changes)
