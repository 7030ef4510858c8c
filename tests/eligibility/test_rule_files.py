"""A rule file that is wrong is refused, with the file, the line and the reason in plain words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from siaga.eligibility import RuleFileError, rules_in_force
from siaga.eligibility.rules import DIRECTORY, all_rules

NAME = "2023-01-24.yml"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the real rules, to be spoilt."""
    return Path(shutil.copytree(DIRECTORY, tmp_path / "eligibility"))


def spoil(path: Path, old: str, new: str) -> int:
    """Replace ``old`` where it first stands; the line it stood in."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("if: age < 6", "if: agee < 6", "“agee” is not a fact"),
        ("if: age < 6", "if: age under 6", "“age under 6” cannot be read"),
        ("if: age < 6", "if: sex < 6", "cannot be compared this way"),
        ("if: health_now is ill", "if: health_now is sick", "one of well, ill, covid"),
        ("if: doses_received >= 4", "if: last_dose_on is 4", "less than … ago"),
        ("then: not_eligible", "then: forbidden", "postpone, refer, not_eligible"),
        ("until: last_dose_on + 6 months", "until: last_dose_on and 6 months", "last_dose_on + 28 days"),
        ("until: last_dose_on + 6 months", "until: covid_recovered_on + 6 months", "does not look at"),
        ("until: pregnancy_weeks reaches 13", "until: age reaches 13", "pregnancy_weeks reaches 13"),
        ("reason: ", "reasn: ", "“reasn” is not known here"),
        ("id: too_young", "id: Too Young", "small letters"),
        ("id: complete", "id: too_young", "already the id of line"),
        ("valid_from: 2023-01-24", "valid_from: 2023-01-25", "the file is named 2023-01-24.yml"),
        ("valid_from: 2023-01-24", "valid_from: soon", "must be a date"),
        ("comorbidity is heart or kidney", "comorbidity is heart or gout", "any of hypertension, diabetes"),
        ("comorbidity is heart or kidney or liver or cancer", "comorbidity > 2", "cannot be compared this way"),
        ("if: comorbidity is diabetes", "if: comorbidities is diabetes", "“comorbidities” is not a fact"),
        ("last_vaccine is zifivax", "last_vaccine is zivivax", "one of sinovac, astrazeneca"),
        ("say: ", "says: ", "“says” is not known here"),
        ("id: diabetes", "id: immunosuppressed", "already the id of line"),
        ("notes:", "nots:", "“nots” is not known here"),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(files: Path, old: str, new: str, told: str) -> None:
    line = spoil(files / NAME, old, new)
    with pytest.raises(RuleFileError) as error:
        rules_in_force(date(2023, 2, 1), files)
    assert str(error.value).startswith(f"eligibility/{NAME}, line {line}: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("well: Sehat", "fine: Sehat", "one of well, ill, covid"),
        ("well: Sehat", "well: Sehat walafiat tanpa keluhan", "at most 20"),
        ("asked_if: age >= 60", "asked_if: condition is none", "must stand above"),
        ("Berapa umur {who}?", "Berapa umur {name}?", "{who}, and no other"),
        ("Berapa umur {who}?", "Berapa umur {who?", "{who}, and no other"),
        ("id: frail", "id: fragile", "is not a fact"),
    ],
)
def test_a_wrong_question_is_told_with_its_line(files: Path, old: str, new: str, told: str) -> None:
    line = spoil(files / "questions.yml", old, new)
    with pytest.raises(RuleFileError) as error:
        rules_in_force(date(2023, 2, 1), files)
    assert str(error.value).startswith(f"eligibility/questions.yml, line {line}: ")
    assert told in str(error.value)


def test_a_rule_without_a_question_is_told(files: Path) -> None:
    questions = files / "questions.yml"
    text = questions.read_text(encoding="utf-8")
    start = text.index("  - id: condition")
    questions.write_text(text[:start], encoding="utf-8")
    with pytest.raises(RuleFileError, match="no question for condition"):
        rules_in_force(date(2023, 2, 1), files)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "must start with names and values"),
        ("- 1\n- 2\n", "must start with names and values"),
        ("valid_from: [", "has to end with"),
        ("title: x\nvalid_from: 2023-02-30\n", "line 2: “2023-02-30” cannot be read"),
        ("valid_from: 2023-01-24\nvalid_from: 2023-01-24\n", "line 2: “valid_from” is given twice"),
        ("valid_from: 2023-01-24\ntitle: x\nsource: y\nrules: []\n", "line 4: “rules” must be a list"),
        ("a: \x07\n", "which YAML does not allow"),
    ],
)
def test_a_file_that_is_no_rule_file_is_told(files: Path, content: str, told: str) -> None:
    (files / NAME).write_text(content, encoding="utf-8")
    with pytest.raises(RuleFileError) as error:
        rules_in_force(date(2023, 2, 1), files)
    assert told in str(error.value)


def test_a_file_must_be_named_after_its_day(files: Path) -> None:
    (files / "new.yml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(RuleFileError, match="name the file after the day"):
        all_rules(files)


def test_a_changed_file_is_read_anew_and_has_another_version(files: Path) -> None:
    before = rules_in_force(date(2023, 2, 1), files)
    assert rules_in_force(date(2023, 2, 1), files) is before
    spoil(files / NAME, "if: age < 6", "if: age < 5 ")
    after = rules_in_force(date(2023, 2, 1), files)
    assert after.version != before.version
    assert after.rules[0].condition.text == "age < 5"
