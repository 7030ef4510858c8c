"""A rule file that is wrong is refused, with the file, the line and the reason in plain words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from siaga.doses.rules import DIRECTORY, Span, all_rules, rules_in_force
from siaga.rulefiles.dated import NoRules, RuleFileError

NAME = "2023-01-24.yml"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the real rules, to be spoilt."""
    return Path(shutil.copytree(DIRECTORY, tmp_path / "doses"))


def spoil(path: Path, old: str, new: str) -> int:
    """Replace ``old`` where it first stands; the line it stood in."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("dose: dose_2", "dose: dose_3", "one of dose_1, dose_2, booster_1, booster_2"),
        ("from: 8 weeks", "from: 8 wks", "“28 days”, “8 weeks” or “6 months”"),
        ("from: 8 weeks", "from: 13 weeks", "“until” is before “from”"),
        ("after: astrazeneca", "after: astra", "“astra” is no vaccine"),
        ("after: astrazeneca", "after: sinovac", "the same people and dose as “dose_2_astrazeneca”"),
        ("age: 6 and over", "age: from 6", "“18 and over”, “under 60” or “12 to 17”"),
        ("age: 6 and over", "age: 17 to 12", "“18 and over”, “under 60” or “12 to 17”"),
        ("reason: ", "reasn: ", "“reasn” is not known here"),
        ("id: dose_2_pfizer", "id: dose_2_28_days", "already the id of line"),
        ("id: dose_2_pfizer", "id: Dose two", "small letters"),
        ("then: restart", "then: again", "one of continue, restart"),
        ("brand: any", "brand: all", "one of same, any"),
        ("up_to: 6 months", "up_to: soon", "“28 days”, “8 weeks” or “6 months”"),
        ("moderna: half", "moderna: some", "one of full, half"),
        ("moderna: half", "modern: half", "“modern” is no vaccine that can be given"),
        ("vaccine: janssen", "vaccine: johnson", "one of sinovac"),
        ("valid_from: 2023-01-24", "valid_from: 2023-01-25", "the file is named 2023-01-24.yml"),
        ("seen_in: ", "seen_at: ", "“seen_at” is not known here"),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(files: Path, old: str, new: str, told: str) -> None:
    line = spoil(files / NAME, old, new)
    with pytest.raises(RuleFileError) as error:
        rules_in_force(date(2023, 2, 1), files)
    assert told in str(error.value)
    assert str(error.value).startswith(f"doses/{NAME}, line ")
    told_line = int(str(error.value).split("line ")[1].split(":")[0])
    # An entry's own mistakes are told with the line of the key; those of two entries with the second's first line.
    assert abs(told_line - line) <= 8


def test_no_rule_gives_a_vaccine_that_is_not_available(files: Path) -> None:
    newest = files / "2024-01-01.yml"
    line = spoil(newest, "      indovac: full", "      astrazeneca: full")
    with pytest.raises(RuleFileError, match="“astrazeneca” is not among “available”") as error:
        rules_in_force(date(2026, 11, 23), files)
    assert f"2024-01-01.yml, line {line - 1}" in str(error.value)


def test_an_available_vaccine_is_one_we_know(files: Path) -> None:
    spoil(files / "2024-01-01.yml", "available: indovac or inavac", "available: indovac or innavac")
    with pytest.raises(RuleFileError, match="“innavac” is no vaccine"):
        rules_in_force(date(2026, 11, 23), files)


def test_a_dose_that_nobody_may_have_cannot_be_late(files: Path) -> None:
    spoil(files / "2021-02-11.yml", "intervals:", "late:\n  - id: late\n    dose: booster_1\n    then: continue\n"
          "    brand: any\n    say: x\n    source: x\n    seen_in: x\n\nintervals:")  # fmt: skip
    with pytest.raises(RuleFileError, match="“intervals” has nothing for booster_1"):
        rules_in_force(date(2021, 3, 1), files)


def test_a_file_must_be_named_after_its_day(files: Path) -> None:
    (files / "new.yml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(RuleFileError, match="name the file after the day"):
        all_rules(files)


def test_a_changed_file_is_read_anew_and_has_another_version(files: Path) -> None:
    before = rules_in_force(date(2023, 2, 1), files)
    assert rules_in_force(date(2023, 2, 1), files) is before
    spoil(files / NAME, "from: 8 weeks", "from: 9 weeks ")
    after = rules_in_force(date(2023, 2, 1), files)
    assert after.version != before.version
    assert Span(9, "week") in {interval.start for interval in after.intervals}


def test_before_the_first_file_there_are_no_rules() -> None:
    with pytest.raises(NoRules, match="2021-02-11"):
        rules_in_force(date(2021, 2, 10))


def test_every_rule_has_a_source_and_reports_that_gave_it() -> None:
    found = all_rules()
    assert [rules.valid_from for rules in found] == sorted(rules.valid_from for rules in found)
    for rules in found:
        assert all(each.source for each in (*rules.intervals, *rules.late, *rules.regimens, *rules.single_dose))
