"""A rule file that is wrong is refused, with the file, the line and the reason in plain words."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from siaga.selfcheck import NoRules, RuleFileError, assess, rules_in_force
from siaga.selfcheck.facts import SIGNS
from siaga.selfcheck.rules import BUTTON, DANGER, DIRECTORY, LABEL, ROWS, all_rules

NAME = "2022-01-17.yml"
DAY = date(2022, 2, 1)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the real rules, to be spoilt."""
    return Path(shutil.copytree(DIRECTORY, tmp_path / "selfcheck"))


def spoil(path: Path, old: str, new: str) -> int:
    """Replace ``old`` where it first stands; the line it stood in."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("if: oxygen < 90", "if: oxigen < 90", "“oxigen” is not a fact"),
        ("if: oxygen < 90", "if: oxygen under 90", "“oxygen under 90” cannot be read"),
        ("if: oxygen < 90", "if: pregnant < 90", "cannot be compared this way"),
        ("if: symptoms is breathlessness", "if: symptoms is breathless", "any of fever, chills"),
        ("if: symptoms is confusion", "if: symptoms is not confusion", "better to have more or graver signs"),
        ("if: symptom_count >= 3", "if: symptom_count < 3", "better to have more or graver signs"),
        ("if: symptom_count >= 3", "if: symptom_count is 3", "better to have more or graver signs"),
        ("if: symptom_count >= 3", "if: exposure_days is many", "a whole number"),
        ("if: severity is worse or severe", "if: severity is mild", "better to have more or graver signs"),
        ("if: severity is worse or severe", "if: severity is worse", "better to have more or graver signs"),
        ("if: severity is worse or severe", "if: severity is not mild", "better to have more or graver signs"),
        ("if: cough_days >= 14", "if: cough_days < 14", "better to have more or graver signs"),
        ("if: danger is any", "if: danger is breath", "danger is asked first"),
        ("then: watch", "then: doctor", "the gravest first"),
        ("then: isolate", "then: none", "one of emergency, doctor, isolate, watch"),
        ("then: isolate", "then: quarantine", "one of emergency, doctor, isolate, watch"),
        ("sign: low_oxygen", "sign: low_air", "must be one of breath"),
        ("until: positive_days reaches 10", "until: 10 days", "positive_days reaches 10"),
        ("until: positive_days reaches 10", "until: age reaches 10", "one of positive_days, symptom_days"),
        ("at_least: 3 days", "at_least: three days", "12 hours"),
        ("again_after: 2 hours", "again_after: soon", "12 hours"),
        ("again_after: 2 hours", "again_after: 0 hours", "12 hours"),
        ("valid_for: 6 hours", "valid_fr: 6 hours", "“valid_fr” is not known here"),
        ("reason: ", "reasn: ", "“reasn” is not known here"),
        ("id: oxygen_90", "id: Oxygen 90", "small letters"),
        ("id: oxygen_90", "id: confusion", "already the id of line"),
        ("valid_from: 2022-01-17", "valid_from: 2022-01-18", "the file is named 2022-01-17.yml"),
        ("unmeasured_fever: 38.5", "unmeasured_fever: 36", "from 37.5 to 42"),
        ("unmeasured_fever: 38.5", "unmeasured_fever: hot", "from 37.5 to 42"),
        ("- id: swelling", "- id: swollen", "is not a danger sign"),
        ("{signs}.", "{sign}.", "{signs} where"),
        ("di bawah 90 % adalah", "di bawah {signs} adalah", "{signs} where"),
        ("- \"Telepon *119* sekarang, atau bawa ke IGD terdekat.\"", "- \"{who}\"", "holds no braces"),
        ("levels:", "level:", "“level” is not known here"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_told_with_its_line(files: Path, old: str, new: str, told: str) -> None:
    line = spoil(files / NAME, old, new)
    with pytest.raises(RuleFileError) as error:
        rules_in_force(DAY, files)
    assert re.match(rf"selfcheck/{NAME}, line \d+: ", str(error.value))
    assert abs(error.value.line - line) <= 3, str(error.value)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fit: Kejang", "fits: Kejang", "any of breath"),
        ("fit: Kejang", "fit: Kejang-kejang yang tidak berhenti", f"at most {LABEL}"),
        ("mild: Ringan saja", "mild: Ringan saja, tidak berat", f"at most {BUTTON}"),
        ("      none: Tidak ada\n", "", "the last option must be “none”"),
        ("      none: Tidak ada\n", "      poison: Keracunan\n      none: Tidak ada\n", f"at most {ROWS}"),
        ("asked_if: age < 1", "asked_if: exposure is close", "must stand above"),
        ("asked_if: symptoms is any", "asked_if: symptoms is not fever", "better to have more or graver signs"),
        ("Berapa umur {who}?", "Berapa umur {name}?", "{who}, and no other"),
        ("id: comorbidity", "id: illness", "cannot be asked"),
        ("id: comorbidity", "id: symptom_count", "cannot be asked"),
        ("id: comorbidity", "id: age", "already the id of line"),
        ("    why: ", "    wy: ", "“wy” is not known here"),
    ],
)
def test_a_wrong_question_is_told_with_its_line(files: Path, old: str, new: str, told: str) -> None:
    line = spoil(files / "questions.yml", old, new)
    with pytest.raises(RuleFileError) as error:
        rules_in_force(DAY, files)
    assert str(error.value).startswith("selfcheck/questions.yml, line ")
    assert abs(error.value.line - line) <= 12, str(error.value)
    assert told in str(error.value)


@pytest.mark.parametrize("name", ["danger", "symptoms"])
def test_what_must_be_asked_is_missed(files: Path, name: str) -> None:
    path = files / "questions.yml"
    text = path.read_text(encoding="utf-8")
    without = re.sub(rf"  - id: {name}\n(?:    .*\n|\n)*", "", text)
    # What hangs on symptoms goes, too.
    without = without.replace("    asked_if: symptoms is any and positive_test is yes\n", "")
    without = without.replace("    asked_if: symptoms is any\n", "").replace("    asked_if: symptoms is fever\n", "")
    assert without != text
    path.write_text(without, encoding="utf-8")
    with pytest.raises(RuleFileError, match=f"no question for {name}"):
        rules_in_force(DAY, files)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "must start with names and values"),
        ("valid_from: [", "has to end with"),
        ("title: x\nvalid_from: 2022-02-30\n", "line 2: “2022-02-30” cannot be read"),
        ("valid_from: 2022-01-17\nvalid_from: 2022-01-17\n", "line 2: “valid_from” is given twice"),
    ],
)
def test_a_file_that_is_no_rule_file_is_told(files: Path, content: str, told: str) -> None:
    (files / NAME).write_text(content, encoding="utf-8")
    with pytest.raises(RuleFileError) as error:
        rules_in_force(DAY, files)
    assert told in str(error.value)


def test_a_sign_without_words_is_told(files: Path) -> None:
    path = files / NAME
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"  - id: swelling\n    name: .*\n", "", text), encoding="utf-8")
    with pytest.raises(RuleFileError, match="does not say what swelling is"):
        rules_in_force(DAY, files)


def test_a_level_without_advice_is_told(files: Path) -> None:
    path = files / NAME
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  watch:\n"), text.index("  none:\n    reason")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(RuleFileError, match="nothing for watch"):
        rules_in_force(DAY, files)


def test_a_file_must_be_named_after_its_day(files: Path) -> None:
    (files / "new.yml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(RuleFileError, match="name the file after the day"):
        all_rules(files)


def test_before_the_first_file_there_are_no_rules() -> None:
    with pytest.raises(NoRules, match="2020-07-13"):
        rules_in_force(date(2020, 7, 12))


def test_a_changed_file_is_read_anew_and_counts(files: Path) -> None:
    facts = {"oxygen": 91}
    before = rules_in_force(DAY, files)
    assert rules_in_force(DAY, files) is before
    assert not hasattr(assess(before, facts, DAY), "level")
    spoil(files / NAME, "if: oxygen < 90", "if: oxygen < 92")
    after = rules_in_force(DAY, files)
    assert after.version != before.version
    assert assess(after, facts, DAY).level == "emergency"


def test_what_citizens_read() -> None:
    for rules in all_rules():
        assert set(rules.signs) == set(SIGNS)
        texts = [*(rule.reason for rule in rules.rules), *(question.text for question in rules.questions.values())]
        texts += [question.why for question in rules.questions.values()]
        for stage in rules.stages.values():
            texts += stage.advice
        for each in (*rules.rules, *rules.signs.values()):
            texts += each.advice
        for text in texts:
            assert text[0].isupper() and text[-1] in ".?", text
            assert not re.search(r"\b(?:kamu|silakan|mg|tablet|dosis|obat)\b", text, re.IGNORECASE), text
        for name in DANGER:
            assert rules.questions[name].options[-1] == ("none", "Tidak ada")
        for question in rules.questions.values():
            assert "*" in question.example
        assert rules.stages["emergency"].advice[0].startswith("Telepon *119*")
