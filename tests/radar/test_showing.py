"""Which weeks and which map a picture shows, from figures that are whole, sparse, old, corrected or not there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.radar.drawing.alt import alt, number
from siaga.radar.drawing.view import Tile
from siaga.radar.figures import Colour, Figures, Published, Source, Trail
from siaga.radar.levels import Transmission
from siaga.radar.showing import DAYS, Known, _mark, _span, map_around, map_codes, show, trend_of, which_map
from siaga.radar.situation import Situation

TODAY = date(2021, 7, 15)
LAST = date(2021, 7, 14)
OFFICE = Source("jatim", "Dinkes Jawa Timur")
TASK_FORCE = Source("satgas", "Satgas COVID-19")


def figures(trail: Trail, source: Source = OFFICE) -> Figures:
    return Figures("35.78", "covid19", source, {"confirmed": trail})


def daily(values: list[int | None]) -> Trail:
    """New ones of the days that end with ``LAST``; None where nothing was published."""
    return Trail(news={LAST - timedelta(days=ago): new for ago, new in enumerate(reversed(values)) if new is not None})


def told(
    code: str,
    *,
    level: int | None = None,
    colour: Colour | None = None,
    rate: float | None = None,
    day: date | None = LAST,
    old_colour: bool = False,
    source: Source = OFFICE,
) -> Known:
    """What is known of a place, as a situation says it."""
    return Known(
        None,
        Situation(
            code,
            "covid19",
            source,
            day=day,
            per_100k=rate,
            transmission=Transmission(level, ("confirmed",), ("confirmed", "deaths")) if level else None,
            colour=Published(colour, LAST, TASK_FORCE) if colour else None,
            colour_old=old_colour,
        ),
    )


def square(code: str, around: dict[str, Known], of: str = "35.78") -> Tile:
    shown, _ = map_around(of, around)
    assert shown
    return next(tile for tile in shown.tiles if tile.code == code)


# ---------------------------------------------------------------- the trend
def test_days_are_told_as_they_were_published_and_unknown_ones_stay_unknown() -> None:
    shown = trend_of(figures(daily([3, None, 0, 5])), "confirmed", TODAY)

    assert shown and shown.new == (3, None, 0, 5)
    assert (shown.first, shown.last, shown.title) == (date(2021, 7, 11), LAST, "Kasus baru per hari")
    assert shown.mean == (None,) * 4


def test_totals_give_the_days_between_them() -> None:
    totals = {LAST - timedelta(days=ago): 100 - ago * 3 for ago in range(10)}
    shown = trend_of(figures(Trail(totals=totals)), "confirmed", TODAY)

    assert shown and shown.new == (3,) * 9
    assert shown.mean == (None,) * 6 + (3.0,) * 3


def test_it_goes_back_no_farther_than_its_days() -> None:
    shown = trend_of(figures(daily([1] * 200)), "confirmed", TODAY)

    assert shown and len(shown.new) == DAYS and shown.last == LAST


def test_days_to_come_are_not_shown() -> None:
    trail = Trail(news={day: 9 for day in (LAST, TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=400))})
    shown = trend_of(figures(trail), "confirmed", TODAY)

    assert shown and shown.last == TODAY and shown.new == (9, 9)


def test_a_mean_with_what_was_taken_back_is_left_out() -> None:
    shown = trend_of(figures(daily([10] * 10 + [-500] + [10] * 10)), "confirmed", TODAY)

    assert shown and shown.new[10] == -500
    assert shown.mean[9] == 10 and shown.mean[10:17] == (None,) * 7 and shown.mean[17] == 10


def test_totals_of_every_week_are_told_by_the_week() -> None:
    totals = {LAST - timedelta(days=7 * ago): 400 - 25 * ago for ago in range(6)}
    shown = trend_of(figures(Trail(totals=totals)), "confirmed", TODAY)

    assert shown and shown.every == 7 and shown.new == (25,) * 5
    assert shown.title == "Kasus baru per minggu" and shown.last == LAST and shown.mean == (None,) * 5


@pytest.mark.parametrize("trail", [Trail(), Trail(totals={LAST: 5}), daily([4]), Trail(nows={LAST: 3})])
def test_of_a_single_day_there_is_no_trend(trail: Trail) -> None:
    assert trend_of(figures(trail), "confirmed", TODAY) is None


def test_another_measure_has_its_own_name() -> None:
    own = Figures("35.78", "covid19", OFFICE, {"deaths": daily([1, 2])})
    shown = trend_of(own, "deaths", TODAY)

    assert shown and shown.title == "Meninggal per hari"
    assert trend_of(own, "confirmed", TODAY) is None
    with pytest.raises(ValueError):
        trend_of(own, "beds", TODAY)  # type: ignore[arg-type]


@given(st.lists(st.none() | st.integers(-100, 5000), max_size=90))
def test_whatever_is_published_what_is_shown_is_it(values: list[int | None]) -> None:
    shown = trend_of(figures(daily(values)), "confirmed", TODAY)

    if shown is None or shown.every != 1:
        return
    trail = daily(values)
    for place, new in enumerate(shown.new):
        assert new == trail.news.get(shown.day(place))


# ---------------------------------------------------------------- the map
def test_levels_are_told_by_their_number_with_what_they_were_made_of() -> None:
    around = {"35.78": told("35.78", level=4, rate=200), "35.07": told("35.07", level=1, rate=2)}
    shown, sources = map_around("35.78", around)

    assert shown and shown.title == "Tingkat penularan, Jawa Timur" and shown.asked == "35.78"
    assert shown.note == "hitungan Siaga dari kasus baru dan kematian sepekan, sampai 14 Juli 2021"
    assert [square(code, around).shade for code in ("35.78", "35.07", "35.25")] == ["4", "1", None]
    assert len(shown.tiles) == 38 and sources == (OFFICE,)


def test_published_colours_are_shown_as_such_and_never_with_levels() -> None:
    around = {
        "35.78": told("35.78", level=4, colour="yellow"),
        "35.07": told("35.07", level=1, colour="red"),
        "35.25": told("35.25", level=2),
    }
    shown, sources = map_around("35.78", around)

    assert shown and shown.title == "Warna zona, Jawa Timur"
    assert shown.note == "menurut Satgas COVID-19, 14 Juli 2021" and sources == (TASK_FORCE,)
    assert [square(code, around).shade for code in around] == ["yellow", "red", None]
    assert {shade.sign for shade in shown.shades} == {"H", "K", "O", "M"}


def test_an_old_colour_is_not_shown() -> None:
    around = {"35.78": told("35.78", level=3, colour="green", old_colour=True)}

    assert square("35.78", around).shade == "3"
    assert map_around("35.78", {"35.78": told("35.78", colour="green", old_colour=True)}) == (None, ())


def test_one_colour_among_many_levels_does_not_empty_the_map() -> None:
    around = {code: told(code, level=2) for code in ("35.01", "35.02", "35.03")}

    assert square("35.01", {**around, "35.78": told("35.78", colour="red")}).shade == "2"


def test_without_levels_rates_are_shown_with_their_figures() -> None:
    rates = {"35.78": 0.0, "35.07": 4.26, "35.25": 61.3, "35.01": 18.0}
    around = {code: told(code, rate=rate) for code, rate in rates.items()}
    shown, _ = map_around("35.78", around)

    assert shown and shown.title == "Kasus baru per 100.000 orang, Jawa Timur"
    assert [shade.words for shade in shown.shades] == ["di bawah 10", "10 sampai 20", "20 sampai 50", "50 lebih"]
    assert [(square(code, around).shade, square(code, around).mark) for code in rates] == [
        ("0", "0"), ("0", "4,3"), ("3", "61"), ("1", "18"),
    ]  # fmt: skip
    assert square("35.02", around).mark == ""


def test_figures_of_long_before_the_others_are_unknown() -> None:
    around = {
        "35.78": told("35.78", level=3),
        "35.07": told("35.07", level=1, day=LAST - timedelta(days=3)),
        "35.25": told("35.25", level=1, day=LAST - timedelta(days=4)),
    }

    assert [square(code, around).shade for code in around] == ["3", "1", None]
    shown, _ = map_around("35.78", around)
    assert shown and shown.note.endswith("sampai 11–14 Juli 2021")


def test_nothing_known_is_no_map() -> None:
    assert map_around("35.78", {}) == (None, ())
    assert map_around("35.78", {"35.78": told("35.78", day=None)}) == (None, ())


def test_a_district_lies_in_its_regencys_square() -> None:
    shown, _ = map_around("35.78.04", {"35.78": told("35.78", level=2)})

    assert shown and shown.asked == "35.78"


def test_a_province_of_whose_regencies_nothing_is_known_is_shown_on_indonesias_map() -> None:
    around = {"91": told("91", level=2), "35": told("35", level=3)}
    shown, _ = map_around("91", around)

    assert which_map("91", around) == "ID"
    assert shown and shown.title == "Tingkat penularan, Indonesia" and shown.asked == "91"
    assert not any(tile.city for tile in shown.tiles)
    assert which_map("91", {"91.71": told("91.71", level=1)}) == "91"


def test_a_province_that_was_divided_has_no_map() -> None:
    assert map_codes("91-2022") == ()
    assert which_map("91-2022", {"91": told("91", level=1)}) != "91"


@pytest.mark.parametrize(
    ("rate", "mark"),
    [(0, "0"), (0.01, "0+"), (0.06, "0,1"), (0.44, "0,4"), (9.94, "9,9"), (9.96, "10"), (105.4, "105"), (999.4, "999"),
     (999.6, "1rb"), (2600, "3rb"), (200_000, "99rb")],
)  # fmt: skip
def test_a_rate_is_written_in_little_room(rate: float, mark: str) -> None:
    assert _mark(rate) == mark
    assert rate == 0 or mark != "0"


def test_days_that_differ_are_told_as_a_span() -> None:
    assert _span([LAST, LAST]) == "14 Juli 2021"
    assert _span([date(2021, 6, 30), LAST]) == "30 Juni 2021–14 Juli 2021"
    assert _span([]) == ""


# ---------------------------------------------------------------- all of it
def test_a_view_says_what_it_is_of() -> None:
    own = Known(
        figures(daily([5, 6, 7])),
        Situation("35.78", "covid19", OFFICE, day=LAST, days_old=9, stale=True),
    )
    shown = show("35.78", own, {"35.07": told("35.07", colour="red")}, disease="COVID-19", today=TODAY)

    assert shown and (shown.place, shown.until) == ("Kota Surabaya, Jawa Timur", LAST)
    assert shown.source == "Dinkes Jawa Timur · Satgas COVID-19"
    assert shown.note == "Data terakhir 9 hari yang lalu: keadaan sekarang bisa berbeda"
    assert not shown.sample
    assert "Kota Surabaya belum ada data" in alt(shown)


@pytest.mark.parametrize("of_map", [False, True])
def test_made_up_figures_anywhere_mark_all_of_it(of_map: bool) -> None:
    made_up = Source("contoh", "data contoh", sample=True)
    own = Known(figures(daily([5, 6, 7]), OFFICE if of_map else made_up))
    around = {"35.07": told("35.07", level=1, source=made_up if of_map else OFFICE)}
    shown = show("35.78", own, around, disease="COVID-19", today=TODAY)

    assert shown and shown.sample


def test_of_nothing_there_is_no_picture() -> None:
    assert show("35.78", Known(), {}, disease="COVID-19", today=TODAY) is None


def test_numbers_of_classes_are_written_as_in_indonesia() -> None:
    shown, _ = map_around("35.78", {"35.78": told("35.78", rate=0.3)})

    assert shown and [shade.words for shade in shown.shades] == [
        "di bawah 0,2", "0,2 sampai 0,5", "0,5 sampai 1", "1 lebih",
    ]  # fmt: skip
    assert number(0.2) == "0,2"
