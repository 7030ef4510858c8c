"""The next dose, on both sides of each boundary, and the laws that hold for every history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from siaga.doses import Given, HistoryError, Next, next_dose, rules_in_force
from siaga.doses.rules import VACCINES, all_rules

ADULT = date(1980, 1, 1)
ELDERLY = date(1950, 1, 1)
NOW = date(2023, 3, 1)


def after(vaccine: str | None, given_on: date | None, number: int = 1) -> list[Given]:
    return [Given(number, vaccine, given_on)]


@pytest.mark.parametrize(
    ("day", "vaccine", "born", "start", "until"),
    [
        # early 2021: 14 days below 60, 28 days from 60
        (date(2021, 2, 11), "sinovac", ADULT, 14, 28),
        (date(2021, 6, 30), "sinovac", ADULT, 14, 28),
        (date(2021, 6, 30), "sinovac", ELDERLY, 28, 28),
        (date(2021, 7, 1), "sinovac", ADULT, 28, 28),
        (date(2021, 7, 1), "astrazeneca", ADULT, 56, 84),
        (date(2021, 7, 1), "pfizer", ADULT, 21, 28),
        (date(2021, 7, 1), "moderna", ADULT, 28, 28),
        (date(2021, 7, 1), "sinopharm", ADULT, 21, 21),
        (date(2021, 7, 1), "other", ADULT, 28, 28),
        (NOW, "astrazeneca", ELDERLY, 56, 84),
        (NOW, "pfizer", ELDERLY, 21, 28),
    ],
)
def test_the_second_dose(day: date, vaccine: str, born: date, start: int, until: int) -> None:
    found = next_dose(after(vaccine, day), born, day)
    assert (found.kind, found.dose, found.number) == ("due", "dose_2", 2)
    assert found.start == day + timedelta(days=start)
    assert found.until == day + timedelta(days=until)
    assert found.brands == (() if vaccine == "other" else ((vaccine, "full"),))
    assert found.sources and found.reasons


@pytest.mark.parametrize(
    ("day", "late_days", "kind", "any_brand", "told"),
    [
        (date(2022, 9, 29), 0, "due", None, None),  # 1 + 28 days
        (date(2022, 9, 30), 1, "due", True, "merek lain boleh"),
        (date(2023, 3, 1), 153, "due", True, "merek lain boleh"),  # six months to the day
        (date(2023, 3, 2), 154, "restart", True, "diulang dari dosis pertama"),
    ],
)
def test_a_late_second_dose(day: date, late_days: int, kind: str, any_brand: bool | None, told: str | None) -> None:
    found = next_dose(after("sinovac", date(2022, 9, 1)), ADULT, day)
    assert (found.kind, found.late_days, found.any_brand) == (kind, late_days, any_brand)
    assert (told in (found.advice or "")) if told else found.advice is None
    if kind == "restart":
        assert (found.dose, found.start) == ("dose_1", date(2023, 3, 2))


def test_before_february_2022_a_late_second_dose_is_of_the_same_brand_and_never_begun_again() -> None:
    found = next_dose(after("sinovac", date(2021, 4, 1)), ADULT, date(2022, 2, 12))
    assert (found.kind, found.any_brand) == ("due", False)
    assert "tidak perlu diulang" in (found.advice or "")
    assert next_dose(after("sinovac", date(2021, 4, 1)), ADULT, date(2022, 2, 13)).kind == "restart"


def test_a_child_below_12_is_not_offered_another_brand() -> None:
    first = after("sinovac", date(2022, 9, 1))
    assert next_dose(first, date(2012, 1, 1), date(2022, 11, 1)).any_brand is False
    assert next_dose(first, date(2010, 11, 1), date(2022, 11, 1)).any_brand is True  # 12 that day
    assert next_dose(first, date(2010, 11, 2), date(2022, 11, 1)).any_brand is False  # a day before


@pytest.mark.parametrize(
    ("day", "born", "start"),
    [
        (date(2022, 1, 11), ADULT, None),
        (date(2022, 1, 12), ADULT, date(2022, 4, 10)),
        (date(2022, 2, 21), ELDERLY, date(2022, 4, 10)),
        (date(2022, 2, 22), ELDERLY, date(2022, 1, 10)),
        (date(2022, 2, 24), ADULT, date(2022, 4, 10)),
        (date(2022, 2, 25), ADULT, date(2022, 1, 10)),
        (NOW, ADULT, date(2022, 1, 10)),
    ],
)
def test_the_first_booster(day: date, born: date, start: date | None) -> None:
    found = next_dose(after("sinovac", date(2021, 10, 10), 2), born, day)
    assert (found.kind, found.start) == (("due", start) if start else ("complete", None))
    assert found.number == (3 if start else None)


def test_who_turns_60_while_waiting_has_the_booster_of_the_elderly() -> None:
    second, day = after("sinovac", date(2021, 12, 1), 2), date(2022, 2, 22)
    assert next_dose(second, date(1962, 4, 1), day).start == date(2022, 4, 1)
    assert next_dose(second, date(1962, 7, 1), day).start == date(2022, 6, 1)


@pytest.mark.parametrize(
    ("day", "born", "group", "kind"),
    [
        (date(2022, 7, 28), ADULT, "health_worker", "complete"),
        (date(2022, 7, 29), ADULT, "health_worker", "due"),
        (date(2022, 7, 29), ADULT, None, "complete"),
        (date(2022, 11, 21), ELDERLY, None, "complete"),
        (date(2022, 11, 22), ELDERLY, None, "due"),
        (date(2022, 11, 22), date(1962, 11, 22), None, "due"),
        (date(2022, 11, 22), date(1962, 11, 23), None, "too_young"),
        (date(2023, 1, 23), ADULT, None, "too_young"),
        (date(2023, 1, 24), ADULT, None, "due"),
        (date(2023, 1, 24), date(2005, 1, 24), None, "due"),
        (date(2023, 1, 24), date(2005, 1, 25), None, "too_young"),
    ],
)
def test_the_second_booster(day: date, born: date, group: str | None, kind: str) -> None:
    found = next_dose(after("pfizer", date(2022, 1, 20), 3), born, day, group=group)
    assert found.kind == kind
    if kind == "due":
        assert (found.dose, found.number) == ("booster_2", 4)
        # Six months after the first, or the birthday that lets them have it.
        assert found.start == (date(2022, 7, 20) if born in (ADULT, ELDERLY) else day)


def test_that_health_workers_have_it_already_is_told() -> None:
    found = next_dose(after("pfizer", date(2022, 1, 20), 3), ADULT, date(2022, 8, 1))
    assert (found.kind, found.group) == ("complete", "health_worker")
    assert "tenaga kesehatan" in found.reasons[0]


def test_after_the_second_booster_there_is_nothing() -> None:
    found = next_dose([Given(4)], ADULT, NOW)
    assert found.kind == "complete" and found.sources


@pytest.mark.parametrize(
    ("day", "vaccine", "brands"),
    [
        (date(2022, 1, 26), "astrazeneca", {"moderna": "half", "pfizer": "half"}),
        (date(2022, 1, 27), "astrazeneca", {"moderna": "half", "pfizer": "half", "astrazeneca": "full"}),
        (date(2022, 2, 27), "sinovac", {"astrazeneca": "half", "pfizer": "half"}),
        (date(2022, 2, 28), "sinovac", {"astrazeneca": "half", "pfizer": "half", "moderna": "full"}),
        (date(2022, 2, 27), "pfizer", {}),
        (date(2022, 2, 28), "pfizer", {"pfizer": "full", "moderna": "half", "astrazeneca": "full"}),
        (date(2022, 2, 28), "moderna", {"moderna": "half"}),
        (date(2022, 2, 28), "sinopharm", {"sinopharm": "full"}),
    ],
)
def test_the_brands_of_the_first_booster(day: date, vaccine: str, brands: dict[str, str]) -> None:
    assert dict(next_dose(after(vaccine, date(2021, 7, 1), 2), ADULT, day).brands) == brands


@pytest.mark.parametrize("vaccine", [name for name in VACCINES if name not in ("indovac", "inavac")])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("born", [ADULT, ELDERLY, date(2013, 1, 1), date(2018, 1, 1)])
def test_what_is_not_distributed_any_more_is_known_and_never_offered(vaccine: str, number: int, born: date) -> None:
    """AstraZeneca above all (BPOM, 9 May 2024); since 2024 the programme has IndoVac and InaVac."""
    for ago in (30, 120, 2000):
        today = date(2026, 11, 23)
        found = next_dose(after(vaccine, today - timedelta(days=ago), number), born, today)
        assert {brand for brand, _ in found.brands} <= {"indovac", "inavac"}
        # The dose counts: after two or more it never begins again, whatever it was.
        assert number == 1 or found.kind in ("due", "complete", "too_young")


def test_who_had_astrazeneca_goes_on_with_what_is_there() -> None:
    today = date(2026, 11, 23)
    boosted = next_dose(after("astrazeneca", date(2021, 10, 1), 2), ADULT, today)
    assert (boosted.kind, boosted.dose, boosted.brands) == ("due", "booster_1", (("indovac", "full"),))
    again = next_dose(after("astrazeneca", date(2021, 10, 1), 1), ADULT, today)
    assert (again.kind, again.any_brand) == ("restart", True)
    # Within 8 to 12 weeks the interval is still that of AstraZeneca; with what, staff say.
    second = next_dose(after("astrazeneca", today, 1), ADULT, today)
    assert (second.start, second.brands) == (today + timedelta(weeks=8), ())
    assert next_dose(after("inavac", today, 1), ADULT, today).brands == (("inavac", "full"),)


def test_the_brands_of_the_second_booster_go_by_the_first() -> None:
    history = [Given(2, "sinovac", date(2021, 8, 1)), Given(3, "moderna", date(2022, 4, 1))]
    assert dict(next_dose(history, ADULT, NOW).brands) == {"moderna": "half", "pfizer": "half"}


def test_a_mixed_primary_series_has_no_brands_of_ours() -> None:
    history = [Given(1, "sinovac", date(2021, 8, 1)), Given(2, "pfizer", date(2021, 12, 1))]
    found = next_dose(history, ADULT, NOW)
    assert (found.kind, found.brands) == ("due", ())


def test_one_dose_of_janssen_is_the_whole_series() -> None:
    first = after("janssen", date(2022, 1, 1))
    before = next_dose(first, ADULT, date(2022, 1, 11))
    assert before.kind == "complete" and before.reasons == ("Janssen cukup satu dosis.",)
    boosted = next_dose(first, ADULT, NOW)
    assert (boosted.dose, boosted.number, boosted.start) == ("booster_1", 2, date(2022, 4, 1))
    assert dict(boosted.brands) == {"moderna": "half"}
    again = next_dose([*first, Given(2, "moderna", date(2022, 5, 1))], ADULT, NOW)
    assert (again.dose, again.number, again.start) == ("booster_2", 3, date(2022, 11, 1))


@pytest.mark.parametrize(
    ("day", "born", "kind"),
    [
        (date(2021, 6, 30), date(2003, 6, 30), "due"),
        (date(2021, 6, 30), date(2003, 7, 1), "too_young"),
        (date(2021, 7, 1), date(2009, 7, 1), "due"),
        (date(2021, 7, 1), date(2009, 7, 2), "too_young"),
        (date(2021, 12, 14), date(2015, 12, 14), "due"),
        (date(2021, 12, 14), date(2015, 12, 15), "too_young"),
    ],
)
def test_the_first_dose_by_age(day: date, born: date, kind: str) -> None:
    found = next_dose([], born, day)
    assert (found.kind, found.dose, found.number) == (kind, "dose_1", 1)
    assert found.start == (day if kind == "due" else day + timedelta(days=1))


@pytest.mark.parametrize(("born", "brands"), [(date(2012, 1, 1), {"sinovac": "full"}), (date(2010, 1, 1), {})])
def test_the_first_dose_of_a_child(born: date, brands: dict[str, str]) -> None:
    assert dict(next_dose([], born, NOW).brands) == brands


@pytest.mark.parametrize(
    ("history", "born", "asks"),
    [
        (None, ADULT, "doses_received"),
        ([Given(1)], ADULT, "last_vaccine"),
        ([Given(1, "sinovac")], ADULT, "last_dose_on"),
        ([Given(2, "sinovac")], ADULT, "last_dose_on"),
        ([Given(2, "sinovac", date(2021, 8, 1))], None, "birth_date"),
        ([Given(2, None, date(2021, 8, 1))], ADULT, None),
        ([Given(4)], None, None),
    ],
)
def test_what_must_be_asked(history: list[Given] | None, born: date | None, asks: str | None) -> None:
    assert next_dose(history, born, NOW).asks == asks


def test_a_vaccine_without_a_rule_is_not_guessed() -> None:
    assert next_dose(after("pfizer", date(2021, 3, 1)), ADULT, date(2021, 3, 2)).kind == "no_rule"
    assert next_dose(after("sputnik", date(2023, 2, 1)), ADULT, NOW).kind == "no_rule"


@pytest.mark.parametrize(
    "history",
    [
        [Given(0, "sinovac")],
        [Given(1, "sinovac"), Given(1, "pfizer")],
        [Given(10, "sinovac")],
        [Given(1, "sinovac", date(2022, 1, 2)), Given(2, "sinovac", date(2022, 1, 1))],
        [Given(1, "sinovac", NOW + timedelta(days=1))],
        [Given(1, "sinopharma", NOW)],
    ],
)
def test_a_history_that_cannot_be_is_refused(history: list[Given]) -> None:
    with pytest.raises(HistoryError):
        next_dose(history, ADULT, NOW)


# ---------------------------------------------------------------- laws
BRANDS = ("sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen", "other")
DAYS = st.dates(date(2021, 2, 11), date(2027, 12, 31))
BIRTHS = st.dates(date(1930, 1, 1), date(2014, 12, 31))


@st.composite
def histories(draw: st.DrawFn, most: int = 4) -> tuple[list[Given], date]:
    """A possible history, and a day on or after its last dose."""
    days = sorted(draw(st.lists(DAYS, max_size=most)))
    day = draw(st.dates(days[-1] if days else date(2021, 2, 11), date(2027, 12, 31)))
    doses = [Given(at, draw(st.sampled_from(BRANDS)), given_on) for at, given_on in enumerate(days, start=1)]
    return doses, day


@given(histories(), BIRTHS)
@settings(max_examples=300)
def test_never_earlier_than_the_interval(case: tuple[list[Given], date], born: date) -> None:
    history, day = case
    found = next_dose(history, born, day)
    if found.kind not in ("due", "too_young") or not history or history[-1].given_on is None:
        return
    spans = [
        rule.start.after(history[-1].given_on)
        for rule in rules_in_force(day).intervals
        if rule.dose == found.dose and rule.start and (not rule.after or history[-1].vaccine in rule.after)
    ]
    assert found.start is not None and found.start >= min(spans)
    assert found.until is None or found.until >= found.start
    assert found.late_days == (max(0, (day - found.until).days) if found.until else 0)


@given(histories(), BIRTHS, st.integers(0, 400))
@settings(max_examples=300)
def test_within_one_rule_set_the_day_asked_moves_nothing_but_lateness(
    case: tuple[list[Given], date], born: date, later: int
) -> None:
    history, day = case
    then = day + timedelta(days=later)
    assume(rules_in_force(then) is rules_in_force(day))
    now, after_a_while = next_dose(history, born, day), next_dose(history, born, then)
    order = ("too_young", "due", "restart")
    if now.kind in order:
        assert order.index(after_a_while.kind) >= order.index(now.kind)
    else:
        assert after_a_while.kind == now.kind
    if history and now.dose == after_a_while.dose:
        assert now.start == after_a_while.start
    assert after_a_while.late_days >= now.late_days


@given(histories(3), BIRTHS, st.integers(0, 800), st.sampled_from(BRANDS))
@settings(max_examples=300)
def test_one_more_dose_leads_on_and_never_back(
    case: tuple[list[Given], date], born: date, wait: int, vaccine: str
) -> None:
    history, day = case
    given_on = day + timedelta(days=wait)
    more = [*history, Given(len(history) + 1, vaccine, given_on)]
    found = next_dose(more, born, given_on)
    if found.kind in ("due", "too_young"):
        assert found.number == len(more) + 1
        assert found.start is not None and found.start > given_on


@given(histories(4), BIRTHS, st.data())
@settings(max_examples=200)
def test_what_is_known_of_earlier_doses_does_not_move_the_next(
    case: tuple[list[Given], date], born: date, data: st.DataObject
) -> None:
    """Telling or recording when an earlier dose was given changes no date; a first dose of Janssen counts for two."""
    history, day = case
    assume(len(history) >= 2 and history[0].vaccine != "janssen")
    vague = [Given(dose.number, dose.vaccine) if data.draw(st.booleans()) else dose for dose in history[:-1]]
    known, less = next_dose(history, born, day), next_dose([*vague, history[-1]], born, day)
    assert (known.kind, known.start, known.until) == (less.kind, less.start, less.until)


@given(histories(), BIRTHS)
def test_every_answer_can_be_traced(case: tuple[list[Given], date], born: date) -> None:
    history, day = case
    found: Next = next_dose(history, born, day)
    assert found.version.startswith(str(rules_in_force(day).valid_from))
    assert found.sources or found.kind in ("no_rule", "unknown")


def test_every_file_answers_for_the_usual_histories() -> None:
    for rules in all_rules():
        day = rules.valid_from
        for vaccine in ("sinovac", "astrazeneca"):
            for number in (1, 2, 3):
                found = next_dose(after(vaccine, day, number), ADULT, day)
                assert found.kind in ("due", "complete", "too_young")
