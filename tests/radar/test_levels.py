"""Levels of transmission: each threshold on both of its sides, joined by the highest, and none made up."""

from __future__ import annotations

import math
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.radar.levels import (
    DIRECTORY,
    MEASURES,
    LevelRules,
    Transmission,
    all_levels,
    rules_in_force,
    transmission,
)
from siaga.rulefiles.dated import RuleFileError

DAY = date(2021, 7, 20)
NAME = "2021-07-01.yml"


@pytest.fixture(scope="module")
def rules() -> LevelRules:
    found = rules_in_force(DAY, "covid19")
    assert found is not None
    return found


# KMK HK.01.07/MENKES/4805/2021, new ones a week per 100,000: below 20, 20 to below 50, 50 to 150, above 150; in
# hospital below 5, 5 to below 10, 10 to 30, above 30; dead below 1, 1 to below 2, 2 to 5, above 5.
@pytest.mark.parametrize(
    ("measure", "rate", "level"),
    [
        ("confirmed", 0, 1),
        ("confirmed", 19.99, 1),
        ("confirmed", 20, 2),
        ("confirmed", 49.99, 2),
        ("confirmed", 50, 3),
        ("confirmed", 150, 3),
        ("confirmed", 150.01, 4),
        ("hospital", 4.99, 1),
        ("hospital", 5, 2),
        ("hospital", 9.99, 2),
        ("hospital", 10, 3),
        ("hospital", 30, 3),
        ("hospital", 30.01, 4),
        ("deaths", 0.99, 1),
        ("deaths", 1, 2),
        ("deaths", 1.99, 2),
        ("deaths", 2, 3),
        ("deaths", 5, 3),
        ("deaths", 5.01, 4),
    ],
)
def test_each_threshold_on_both_sides(rules: LevelRules, measure: str, rate: float, level: int) -> None:
    rates: dict[str, float] = dict.fromkeys(MEASURES, 0.0) | {measure: rate}
    found = transmission(rates["confirmed"], rates["hospital"], rates["deaths"], rules)
    assert found is not None
    assert (found.level, found.complete) == (level, True)
    assert found.by == (MEASURES if level == 1 else (measure,))


def test_the_highest_decides(rules: LevelRules) -> None:
    # The ministry's own example: 35 in hospital make it level 4, whatever the others say.
    assert transmission(27, 35, 4, rules) == Transmission(4, ("hospital",), MEASURES)
    assert transmission(60, 12, 0, rules) == Transmission(3, ("confirmed", "hospital"), MEASURES)


def test_what_is_missing_is_said(rules: LevelRules) -> None:
    found = transmission(30, None, 0.5, rules)
    assert found == Transmission(2, ("confirmed",), ("confirmed", "deaths"))
    assert found is not None and not found.complete
    # Nothing could raise the highest.
    highest = transmission(200, None, None, rules)
    assert highest is not None and highest.complete


@pytest.mark.parametrize("rates", [(None, None, None), (None, 4, 0), (None, 12, 3), (-3, 0, 0), (math.nan, 1, 1)])
def test_without_the_confirmed_no_place_is_called_calm(
    rules: LevelRules, rates: tuple[float | None, float | None, float | None]
) -> None:
    assert transmission(*rates, rules) is None


def test_without_the_confirmed_the_highest_still_holds(rules: LevelRules) -> None:
    assert transmission(None, 31, None, rules) == Transmission(4, ("hospital",), ("hospital",))


def test_a_week_below_zero_is_not_known(rules: LevelRules) -> None:
    assert transmission(30, -1, -0.2, rules) == Transmission(2, ("confirmed",), ("confirmed",))


_rates = st.none() | st.floats(-10, 400)


@given(confirmed=_rates, hospital=_rates, deaths=_rates, more=st.floats(0, 100))
def test_more_is_never_a_lower_level(
    confirmed: float | None, hospital: float | None, deaths: float | None, more: float
) -> None:
    rules = rules_in_force(DAY, "covid19")
    assert rules is not None
    before = transmission(confirmed, hospital, deaths, rules)
    if before is None:
        return
    for measure in before.known:
        rates = dict(zip(MEASURES, (confirmed, hospital, deaths), strict=True))
        rates[measure] = (rates[measure] or 0) + more
        after = transmission(rates["confirmed"], rates["hospital"], rates["deaths"], rules)
        assert after is not None and after.level >= before.level


def test_no_level_is_made_up() -> None:
    assert rules_in_force(date(2021, 6, 30), "covid19") is None
    assert rules_in_force(DAY, "dbd") is None


def test_the_files_are_as_they_should_be() -> None:
    assert all_levels()
    found = rules_in_force(date(2026, 1, 1), "covid19")
    assert found is not None and found.source == "KMK HK.01.07/MENKES/4805/2021"
    assert found.version.startswith("2021-07-01.")


# ------------------------------------------------------------------------------------------------ files
@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the real thresholds, to be spoilt."""
    (tmp_path / "levels").mkdir()
    shutil.copy(DIRECTORY / NAME, tmp_path / "levels")
    return tmp_path / "levels"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('level_2: "from 20"', 'level_2: "20"', "“from 20” or “above 150”"),
        ('level_2: "from 20"', 'level_2: "from 60"', "a higher rate"),
        ('level_2: "from 20"', 'level_2: "from 0"', "a higher rate"),
        ('level_2: "from 20", ', "", "“level_2” is missing"),
        ('level_2: "from 20"', 'level_1: "from 20"', "“level_1” is not known"),
        ("hospital: {", "hospitals: {", "“hospitals” is not known"),
        ("    deaths: {", "    # deaths: {", "“deaths” must say where"),
        ("valid_from: 2021-07-01", "valid_from: 2021-07-02", "named 2021-07-01.yml"),
        ("id: covid19", "id: COVID-19", "small letters"),
        ("    source:", "    sauce:", "“sauce” is not known"),
        ("    seen_in:", "    # seen_in:", "“seen_in” is missing"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(files: Path, old: str, new: str, told: str) -> None:
    path = files / NAME
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"levels/2021-07-01.yml, line \d+: ") as refused:
        rules_in_force(DAY, "covid19", files)
    assert told in str(refused.value)


def test_a_disease_stands_once(files: Path) -> None:
    path = files / NAME
    written = path.read_text(encoding="utf-8")
    path.write_text(written + written[written.index("  - id:") :], encoding="utf-8")
    with pytest.raises(RuleFileError, match="stands here twice"):
        rules_in_force(DAY, "covid19", files)


def test_a_new_file_holds_from_its_day(files: Path) -> None:
    written = (files / NAME).read_text(encoding="utf-8")
    later = written.replace("2021-07-01", "2023-01-01", 1).replace("valid_from: 2021-07-01", "valid_from: 2023-01-01")
    (files / "2023-01-01.yml").write_text(later.replace('"from 20"', '"from 10"'), encoding="utf-8")
    rates = (15.0, 0.0, 0.0)
    for day, level in ((date(2022, 12, 31), 1), (date(2023, 1, 1), 2)):
        rules = rules_in_force(day, "covid19", files)
        assert rules is not None
        found = transmission(*rates, rules)
        assert found is not None and found.level == level


def test_a_changed_file_is_read_anew_and_words_may_stand_beside(files: Path) -> None:
    (files / "words.yml").write_text("level_1: rendah", encoding="utf-8")
    before = rules_in_force(DAY, "covid19", files)
    path = files / NAME
    path.write_text(path.read_text(encoding="utf-8").replace('"from 20"', '"from 21.5"'), encoding="utf-8")
    after = rules_in_force(DAY, "covid19", files)
    assert before is not None and after is not None
    assert (before.bounds["confirmed"][0].rate, after.bounds["confirmed"][0].rate) == (20, 21.5)
    assert before.version != after.version


def test_a_file_that_is_named_wrongly_is_refused(files: Path) -> None:
    (files / "2023-1-1.yml").write_text("", encoding="utf-8")
    with pytest.raises(RuleFileError, match="name the file after the day"):
        rules_in_force(DAY, "covid19", files)
