"""An answer file that is wrong is refused, with the file, the line and the reason in plain words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from siaga.knowledge import AnswerFileError, Knowledge, load_answers
from siaga.knowledge.answers import DIRECTORY, to_review

NAME = "vaccine.yml"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the real answers, to be spoilt."""
    return Path(shutil.copytree(DIRECTORY, tmp_path / "answers"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("topic: vaccine", "topic: vaksin", "“topic” must be one of vaccine, covid, service"),
        ("    label: Halal atau tidak?", "    label: Apakah halal atau tidak?", "at most 20"),
        ("    source: ", "    sources: ", "“sources” is not known here"),
        ("    checked: 2026-11-22", "    checked: kemarin", "must be a date"),
        ("    review_by: 2027-05-22", "    review_by: 2026-11-22", "must be after “checked”"),
        ("  - id: vaksin-efek-samping", "  - id: vaksin-halal", "already an id in vaccine.yml"),
        ("    variants:", "    variants: []\n    other:", "not known here"),
        (
            '    question: "Apakah vaksin COVID-19 aman?"',
            '    question: "Vaksin halal ga?"',
            "already asked in vaksin-halal",
        ),
    ],
)
def test_a_wrong_answer_is_told_with_its_line(files: Path, old: str, new: str, told: str) -> None:
    path = files / NAME
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnswerFileError) as error:
        load_answers(files)
    assert str(error.value).startswith(f"answers/{NAME}, line ")
    assert told in str(error.value)


def test_the_line_is_that_of_the_mistake(files: Path) -> None:
    path = files / NAME
    text = path.read_text(encoding="utf-8")
    line = text[: text.index("    label: Efek samping")].count("\n") + 1
    path.write_text(text.replace("    label: Efek samping", "    label: " + "x" * 21, 1), encoding="utf-8")
    with pytest.raises(AnswerFileError, match=f"line {line}:"):
        load_answers(files)


def test_too_few_ways_to_ask_and_too_long_an_answer_are_told(files: Path) -> None:
    head = 'topic: covid\nanswers:\n  - id: x\n    label: x\n    question: "x?"\n'
    tail = '    source: "x"\n    checked: 2026-01-01\n    review_by: 2027-01-01\n'
    (files / "z.yml").write_text(head + "    variants: [a, b]\n    short: x\n" + tail, encoding="utf-8")
    with pytest.raises(AnswerFileError, match=r"z.yml, line 6: .* at least 6 ways"):
        load_answers(files)
    long = f"    variants: [a1, b1, c1, d1, e1, f1]\n    short: {'x' * 601}\n"
    (files / "z.yml").write_text(head + long + tail, encoding="utf-8")
    with pytest.raises(AnswerFileError, match=r"z.yml, line 7: .* 601 characters"):
        load_answers(files)


def test_no_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError, match="no answer file"):
        Knowledge.load(tmp_path)


def test_answers_come_up_for_review() -> None:
    answers = load_answers()
    assert to_review(answers, date(2026, 11, 22)) == []
    assert len(to_review(answers, date(2030, 1, 1))) == len(answers)
