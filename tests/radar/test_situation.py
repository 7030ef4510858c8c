"""What figures mean: changes, rates, levels and lists that say no more than is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.radar.figures import Colour, Figures, Measure, Published, Source, Trail
from siaga.radar.levels import LevelRules, rules_in_force
from siaga.radar.situation import (
    COLOUR_DAYS,
    STALE_DAYS,
    Correction,
    Situation,
    compare,
    per_100k,
    ranking,
    situation,
)

DAY = date(2021, 7, 20)
SOURCE = Source("jatim", "Dinas Kesehatan")


def rules() -> LevelRules:
    found = rules_in_force(DAY, "covid19")
    assert found is not None
    return found


def back(days: int) -> date:
    return DAY - timedelta(days=days)


def counted(news: list[int], start: int = 1000) -> Trail:
    """Totals that grow by ``news``, the last of them on DAY."""
    totals = {back(len(news)): start}
    for ago, new in zip(reversed(range(len(news))), news, strict=True):
        totals[back(ago)] = totals[back(ago + 1)] + new
    return Trail(totals=totals)


def figures(code: str = "35.78", **measures: Trail) -> Figures:
    return Figures(code, "covid19", SOURCE, measures)  # type: ignore[arg-type]


def told(
    found: Figures, today: date = DAY, population: int | None = 100_000, colour: Published | None = None
) -> Situation:
    return situation(found, today, population=population, colour=colour, rules=rules())


def published(colour: Colour, days: int) -> Published:
    return Published(colour, back(days), SOURCE)


# ------------------------------------------------------------------------------------------------ of one day
def test_all_that_is_known_of_a_day() -> None:
    found = told(
        figures(
            confirmed=counted([10] * 7 + [20] * 7),
            deaths=counted([0] * 13 + [2], start=50),
            hospital=counted([1] * 14),
            active=Trail(nows={DAY: 77}),
        )
    )
    assert (found.day, found.days_old, found.stale) == (DAY, 0, False)
    assert found.total == {"confirmed": 1210, "deaths": 52, "hospital": 1014}
    assert found.new == {"confirmed": 20, "deaths": 2, "hospital": 1}
    assert found.now == {"active": 77}
    assert (found.week, found.week_before, found.change, found.unsure, found.trend) == (140, 70, 1.0, None, "up")
    assert found.per_100k == 140
    assert found.transmission is not None
    assert (found.transmission.level, found.transmission.by, found.transmission.complete) == (
        3,
        ("confirmed", "deaths"),
        True,
    )
    assert (found.corrections, found.latest, found.level_unsure) == ((), {}, False)


def test_nothing_is_known_of_nothing() -> None:
    found = told(figures())
    assert (found.day, found.days_old, found.week, found.change, found.per_100k, found.transmission) == (None,) * 6
    assert (found.stale, found.trend, found.unsure) == (False, "unknown", "missing")
    assert (found.total, found.new, found.now) == ({}, {}, {})


def test_a_number_of_another_day_is_not_told_as_of_this_one() -> None:
    found = told(figures(confirmed=counted([5] * 14), deaths=Trail(totals={back(1): 40, back(2): 39})))
    assert found.total == {"confirmed": 1070}
    assert found.new == {"confirmed": 5}
    assert found.latest == {"deaths": back(1)}


def test_a_first_total_has_no_day_before_it() -> None:
    found = told(figures(confirmed=Trail(totals={DAY: 1000})))
    assert (found.total, found.new, found.week, found.per_100k, found.transmission) == (
        {"confirmed": 1000},
        {},
        None,
        None,
        None,
    )


def test_how_old_figures_are() -> None:
    found = figures(confirmed=counted([5] * 14))
    assert [(told(found, DAY + timedelta(days=days)).stale) for days in (0, STALE_DAYS, STALE_DAYS + 1)] == [
        False,
        False,
        True,
    ]
    late = told(found, DAY + timedelta(days=30))
    assert (late.day, late.days_old) == (DAY, 30)
    weekly = situation(found, DAY + timedelta(days=9), population=None, colour=None, rules=None, stale_days=10)
    assert not weekly.stale


def test_a_day_that_is_yet_to_come_is_not_known() -> None:
    ahead = counted([5] * 14)
    later = Trail(totals={**ahead.totals, DAY + timedelta(days=3): 9999})
    assert told(figures(confirmed=later)) == told(figures(confirmed=ahead))


# ------------------------------------------------------------------------------------------------ changes
@pytest.mark.parametrize(
    ("week", "before", "expected"),
    [
        (150, 100, (0.5, None, "up")),
        (50, 100, (-0.5, None, "down")),
        (110, 100, (0.1, None, "same")),
        (111, 100, (0.11, None, "up")),
        (90, 100, (-0.1, None, "same")),
        (89, 100, (-0.11, None, "down")),
        (33, 30, (0.1, None, "same")),
        (0, 10, (-1.0, None, "down")),
        # Among few, a ratio says more than there is.
        (9, 9, (None, "few", "same")),
        (30, 9, (None, "few", "up")),
        (3, 1, (None, "few", "same")),
        (4, 1, (None, "few", "up")),
        (1, 0, (None, "few", "up")),
        (0, 1, (None, "few", "down")),
        (0, 0, (None, "few", "same")),
        # What cannot be compared is not.
        (None, 5, (None, "missing", "unknown")),
        (5, None, (None, "missing", "unknown")),
        (-5, 50, (None, "corrected", "unknown")),
        (50, -5, (None, "corrected", "unknown")),
    ],
)
def test_changes(week: int | None, before: int | None, expected: tuple[float | None, str | None, str]) -> None:
    change, unsure, trend = compare(week, before)
    assert (None if change is None else round(change, 9), unsure, trend) == expected


@given(week=st.integers(-50, 10**7), before=st.integers(-50, 10**7))
def test_a_change_never_says_the_opposite_of_the_numbers(week: int, before: int) -> None:
    change, unsure, trend = compare(week, before)
    assert (change is None) == (unsure is not None)
    if trend == "up":
        assert week > before and (change is None or change > 0)
    if trend == "down":
        assert week < before and (change is None or change < 0)
    if change is not None:
        assert before >= 10 and change >= -1


def test_a_gap_makes_no_week() -> None:
    totals = dict(counted([10] * 14).totals)
    del totals[back(7)]
    found = told(figures(confirmed=Trail(totals=totals)))
    assert (found.week, found.week_before, found.per_100k, found.trend) == (None, None, None, "unknown")
    # A gap in between takes nothing from the week.
    totals = dict(counted([10] * 14).totals)
    del totals[back(3)]
    assert told(figures(confirmed=Trail(totals=totals))).week == 70


# ------------------------------------------------------------------------------------------------ taken back
def test_corrections_of_the_last_two_weeks_are_listed() -> None:
    found = told(
        figures(
            confirmed=counted([-9, *[30] * 12, -1, 30]),
            deaths=counted([*[1] * 14, -2]),
            recovered=Trail(news={DAY: -4}),
        )
    )
    assert found.corrections == (
        Correction("confirmed", back(1), -1),
        Correction("deaths", DAY, -2),
        Correction("recovered", DAY, -4),
    )
    assert found.new["deaths"] == -2


def test_a_small_correction_changes_no_level() -> None:
    found = told(figures(confirmed=counted([*[10] * 13, -2])))
    assert (found.week, found.transmission and found.transmission.level, found.level_unsure) == (58, 3, False)
    assert found.trend == "down"


def test_a_level_that_hangs_on_a_correction_is_left_open() -> None:
    # 480 new ones, 470 of other days taken back: not a calm week, nor one of which is known how bad.
    found = told(figures(confirmed=counted([*[80] * 13, -470])))
    assert (found.week, found.transmission, found.level_unsure) == (10, None, True)
    # Fewer than before either way; how many fewer, nobody knows.
    assert (found.change, found.unsure, found.trend) == (None, "corrected", "down")
    assert found.corrections == (Correction("confirmed", DAY, -470),)


def test_a_trend_that_hangs_on_a_correction_is_left_open() -> None:
    found = told(figures(confirmed=counted([*[80] * 7, *[120] * 6, -400])))
    assert (found.change, found.unsure, found.trend) == (None, "corrected", "unknown")


def test_a_week_below_zero_has_no_rate() -> None:
    found = told(figures(confirmed=counted([*[10] * 13, -470])))
    assert (found.week, found.per_100k, found.transmission, found.level_unsure) == (-410, None, None, True)


def test_what_was_taken_back_from_the_totals_alone_is_seen_too() -> None:
    news = {back(ago): 40 for ago in range(14)}
    totals = {back(ago): 5000 - 40 * ago for ago in range(7, 15)} | {back(ago): 4730 - 5 * ago for ago in range(7)}
    found = told(figures(confirmed=Trail(totals=totals, news=news)))
    assert (found.week, found.transmission, found.level_unsure, found.trend) == (10, None, True, "unknown")


@given(news=st.lists(st.integers(-300, 300), min_size=14, max_size=14), population=st.integers(1, 500_000))
def test_a_correction_never_calms(news: list[int], population: int) -> None:
    """A level that is told is at least the one that the week's new ones make."""
    found = told(figures(confirmed=counted(news, start=10_000)), population=population)
    added = sum(max(new, 0) for new in news[7:])
    if found.transmission is not None:
        assert found.transmission.level >= rules().level("confirmed", per_100k(added, population))


# ------------------------------------------------------------------------------------------------ rates and levels
def test_a_rate_that_meets_a_threshold_meets_it_exactly() -> None:
    for population in (15_000, 35_000, 1_234_565, 2_874_315):
        for rate in (20, 50, 150):
            people = rate * population / 100_000
            if people == int(people):
                assert per_100k(int(people), population) == rate
    assert per_100k(30, 100_000) == 30  # 30 / 100,000 * 100,000 is a little less
    found = told(figures(confirmed=counted([0] * 13 + [3])), population=15_000)
    assert (found.per_100k, found.transmission and found.transmission.level) == (20, 2)


@pytest.mark.parametrize("population", [None, 0])
def test_without_a_population_there_is_no_rate(population: int | None) -> None:
    found = told(figures(confirmed=counted([10] * 14)), population=population)
    assert (found.week, found.population, found.per_100k, found.transmission) == (70, None, None, None)


def test_without_thresholds_there_is_no_level() -> None:
    found = situation(figures(confirmed=counted([10] * 14)), DAY, population=100_000, colour=None, rules=None)
    assert (found.per_100k, found.transmission, found.level_unsure) == (70, None, False)


def test_beds_that_are_taken_are_no_admissions() -> None:
    found = told(figures(confirmed=counted([1] * 14), hospital=Trail(nows={back(ago): 900 for ago in range(14)})))
    assert found.transmission is not None
    assert (found.transmission.level, found.transmission.known) == (1, ("confirmed",))


def test_a_colour_is_no_level_and_a_level_no_colour() -> None:
    calm = figures(confirmed=counted([0] * 14))
    red = told(calm, colour=published("red", 3))
    assert red.colour is not None and red.transmission is not None
    assert (red.colour.colour, red.colour_days_old, red.colour_old, red.transmission.level) == ("red", 3, False, 1)
    assert told(calm).colour is None
    assert told(figures(), colour=published("red", 3)).transmission is None


def test_an_old_colour_is_said_to_be_old() -> None:
    found = [told(figures(), colour=published("red", days)) for days in (COLOUR_DAYS, COLOUR_DAYS + 1)]
    assert [each.colour_old for each in found] == [False, True]
    assert told(figures(), colour=published("red", -1)).colour is None


# ------------------------------------------------------------------------------------------------ lists
def place(
    code: str, news: list[int], ago: int = 0, colour: Published | None = None, people: int = 100_000
) -> Situation:
    trail = counted(news)
    moved = Trail(totals={day - timedelta(days=ago): total for day, total in trail.totals.items()})
    return told(figures(code, confirmed=moved), population=people, colour=colour)


def codes(situations: object) -> list[str]:
    return [getattr(each, "situation", each).region_code for each in situations]  # type: ignore[attr-defined]


def test_the_highest_first_and_what_is_even_by_code() -> None:
    places = [place("35.01", [1] * 14), place("35.03", [9] * 14), place("35.02", [9] * 14), place("35.04", [50] * 14)]
    found = ranking(places, "week")
    assert codes(found.listed) == ["35.04", "35.02", "35.03", "35.01"]
    assert [each.value for each in found.listed] == [350, 63, 63, 7]
    assert codes(ranking(places, "week", highest=False).listed) == ["35.01", "35.02", "35.03", "35.04"]
    assert codes(ranking(places, "new", limit=1).listed) == ["35.04"]
    assert (found.day, found.oldest, found.unknown) == (DAY, DAY, ())


def test_a_place_of_which_nothing_is_known_is_not_calm() -> None:
    places = [place("35.01", [1] * 14), told(figures("35.02")), place("35.03", [5] * 13 + [-200])]
    found = ranking(places, "week", highest=False)
    assert (codes(found.listed), codes(found.unknown)) == (["35.01"], ["35.02", "35.03"])


def test_days_far_apart_are_not_compared() -> None:
    places = [place("35.01", [9] * 14), place("35.02", [99] * 14, ago=STALE_DAYS), place("35.03", [50] * 14, ago=4)]
    found = ranking(places, "total")
    assert (codes(found.listed), codes(found.unknown)) == (["35.02", "35.01"], ["35.03"])
    assert (found.day, found.oldest) == (DAY, back(STALE_DAYS))


def test_where_it_is_red() -> None:
    places = [
        place("35.01", [1] * 14, colour=published("red", 7)),
        place("35.02", [99] * 14, colour=published("orange", 7)),
        place("35.03", [99] * 14, colour=published("red", 60)),
        place("35.04", [99] * 14),
        replace(told(figures("35.05"), colour=published("red", 1))),
    ]
    found = ranking(places, "colour", colour="red")
    assert (codes(found.listed), codes(found.unknown)) == (["35.01", "35.05"], ["35.03", "35.04"])
    assert (found.day, found.oldest) == (back(1), back(7))
    assert codes(ranking(places, "colour").listed) == ["35.01", "35.05", "35.02"]


def test_those_of_a_level_by_another_number() -> None:
    places = [place("35.01", [30] * 14), place("35.02", [40] * 14), place("35.03", [1] * 14), told(figures("35.04"))]
    assert codes(ranking(places, "week", level=4).listed) == ["35.02", "35.01"]
    found = ranking(places, "level", level=1)
    assert (codes(found.listed), codes(found.unknown)) == (["35.03"], ["35.04"])
    small = [place("35.01", [30] * 14, people=10**7), place("35.02", [3] * 14, people=10**5)]
    assert codes(ranking(small, "per_100k").listed) == ["35.02", "35.01"]


def test_other_measures_can_be_ranked() -> None:
    measures: tuple[Measure, ...] = ("deaths", "active")
    one = told(figures("35.01", confirmed=counted([1] * 14), deaths=counted([2] * 14, 5), active=Trail(nows={DAY: 4})))
    two = told(figures("35.02", confirmed=counted([1] * 14), deaths=counted([1] * 14, 50), active=Trail(nows={DAY: 9})))
    assert [codes(ranking([one, two], by, measure=measures[0]).listed)[0] for by in ("new", "total")] == [
        "35.01",
        "35.02",
    ]  # type: ignore[arg-type]
    assert codes(ranking([one, two], "now", measure=measures[1]).listed) == ["35.02", "35.01"]
    assert codes(ranking([one, two], "now").unknown) == ["35.01", "35.02"]
