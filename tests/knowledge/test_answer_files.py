"""An answer file that is wrong is refused, with the file, the line and the reason in plain words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from siaga.content import read_entry, take_entries
from siaga.knowledge import AnswerFileError, Knowledge, load_answers
from siaga.knowledge.answers import read_answers, to_review

NAME = "vaccine.yml"
SOURCE = "    source: "
PLAIN = """topic: vaccine
answers:
  - id: vaksin-halal
    label: Halal atau tidak?
    question: "Apakah vaksin COVID-19 halal?"
    variants: [vaksin halal ga, vaksin haram ga, hukum vaksin, fatwa vaksin, sinovac halal, az halal]
    short: Ada yang halal.
    source: "Fatwa MUI"
    checked: 2026-11-22
    review_by: 2027-05-22
  - id: vaksin-efek-samping
    label: Efek samping
    question: "Apakah vaksin COVID-19 aman?"
    variants: [efeknya apa, kipi itu apa, demam habis vaksin, lengan pegal, pusing habis vaksin, awak panas]
    short: Biasanya ringan.
    source: "Kemenkes"
    checked: 2026-11-22
    review_by: 2027-05-22
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two right answers, to be spoilt."""
    directory = tmp_path / "answers"
    directory.mkdir()
    (directory / NAME).write_text(PLAIN, encoding="utf-8")
    return directory


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("topic: vaccine", "topic: vaksin", "“topic” must be one of vaccine, covid, service"),
        ("    label: Halal atau tidak?", "    label: Apakah halal atau tidak?", "at most 20"),
        ("    source: ", "    sources: ", "“sources” is not known here"),
        ("    checked: 2026-11-22", "    checked: kemarin", "must be a date"),
        ("    review_by: 2027-05-22", "    review_by: 2026-11-22", "must be after “checked”"),
        ("  - id: vaksin-efek-samping", "  - id: vaksin-halal", "already an id in vaccine.yml"),
        ("    variants:", "    other:", "“other” is not known here"),
        (
            '    question: "Apakah vaksin COVID-19 aman?"',
            '    question: "Vaksin halal ga?"',
            "already asked in vaksin-halal",
        ),
        ("    label: Efek samping", "    label: Halal atau Tidak?", "already the label of vaksin-halal"),
        (SOURCE, "    related: vaksin-hamil\n" + SOURCE, "must be a list of ids"),
        (SOURCE, "    related: [vaksin-halal]\n" + SOURCE, "leads back to this answer itself"),
        (SOURCE, "    related: [vaksin-bulan]\n" + SOURCE, "leads to “vaksin-bulan”, which is no answer"),
        (SOURCE, "    related: [a, b, c, d]\n" + SOURCE, "has 4 ids; at most 3 fit"),
        (SOURCE, "    related: [a, a]\n" + SOURCE, "the same id twice"),
        (SOURCE, "    for: hamil\n" + SOURCE, "“for” must have lines such as “pregnant: …”"),
        (SOURCE, "    for:\n      bumil: x\n" + SOURCE, "“bumil” is not known here. Known: pregnant, breastfeeding"),
        (SOURCE, "    for:\n      ill: " + "x" * 501 + "\n" + SOURCE, "“ill” has 501 characters; at most 500 fit"),
        (SOURCE, "    audience: bumil\n" + SOURCE, "“audience” must be one of pregnant, breastfeeding"),
        (SOURCE, "    why: " + "x" * 501 + "\n" + SOURCE, "“why” has 501 characters; at most 500 fit"),
        (SOURCE, "    more: " + "x" * 901 + "\n" + SOURCE, "“more” has 901 characters; at most 900 fit"),
    ],
    ids=lambda value: value[:30],
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


def test_ways_that_differ_in_marks_and_capitals_only_are_one(files: Path) -> None:
    path = files / NAME
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("efeknya apa,", "'Vaksin, HALAL ga…',", 1), encoding="utf-8")
    with pytest.raises(AnswerFileError, match="line 14: “Vaksin, HALAL ga…” is already asked in vaksin-halal"):
        load_answers(files)


def test_what_an_answer_may_have_besides(files: Path) -> None:
    path = files / NAME
    besides = """    why: |-
      Karena bahannya.
    for:
      pregnant: Tanyakan ke bidan.
      child: Sama.
    audience: ill
    related: [vaksin-efek-samping]
"""
    path.write_text(PLAIN.replace(SOURCE, besides + SOURCE, 1), encoding="utf-8")
    first, second = load_answers(files)
    assert first.why == "Karena bahannya."
    assert first.audiences == {"pregnant": "Tanyakan ke bidan.", "child": "Sama."}
    assert first.audience == "ill"
    assert first.related == ("vaksin-efek-samping",)
    assert (second.why, second.audiences, second.audience, second.related) == ("", {}, None, ())
    assert len({first, second}) == 2, "an answer can be a key, whomever it differs for"


def test_entries_from_elsewhere_are_read_alike(files: Path) -> None:
    content = read_entry(files / NAME)
    entries = take_entries(content, "answers")
    assert read_answers(entries) == load_answers(files)
    entries[0].head = None
    with pytest.raises(AnswerFileError, match="line 3: its file has no “topic”"):
        read_answers(entries)


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
