"""What bench/knowledge counts, on rows made up for it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bench.knowledge.__main__ import tables
from bench.knowledge.measures import Given, judge
from bench.knowledge.questions import Question, read_questions
from bench.knowledge.searches import bm25
from bench.knowledge.speed import made_up
from siaga.knowledge import load_answers
from siaga.knowledge.search import Finder


def test_questions_are_read_and_mistakes_told(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("id\tquestion\nsatu\tapa ini\n-\tapa itu\n", encoding="utf-8")
    assert read_questions([file], {"satu"}) == [Question("apa ini", ("satu",)), Question("apa itu")]
    with pytest.raises(ValueError, match=r"a.tsv, line 2: there is no answer satu"):
        read_questions([file], set())
    file.write_text("id\tquestion\nsatu apa ini\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a.tsv, line 2"):
        read_questions([file], {"satu"})


def test_a_question_may_have_several_right_answers(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("id\tquestion\nsatu|dua\tapa ini\n", encoding="utf-8")
    assert read_questions([file], {"satu", "dua"}) == [Question("apa ini", ("satu", "dua"))]
    with pytest.raises(ValueError, match=r"a.tsv, line 2: there is no answer dua\."):
        read_questions([file], {"satu"})


def test_any_of_several_right_answers_is_a_hit() -> None:
    both = ("x", "y")
    questions = [Question("a", both), Question("b", both), Question("c", both), Question("d", both)]
    given = [
        Given(("y", "z"), True),
        Given(("x", "y"), False),
        Given(("z", "q", "y"), False),
        Given(("z", "q", "r", "y"), True),
    ]
    shares = judge(questions, given)
    assert (shares.first, shares.three, shares.wrong, shares.unsure) == (0.5, 0.75, 0.25, 0.25)


def test_shares_are_counted() -> None:
    questions = [*(Question(text, ("x",)) for text in "abcd"), Question("e")]
    given = [
        Given(("x", "y"), True),
        Given(("x", "y"), False),
        Given(("y", "x"), False),
        Given(("y", "z"), True),
        Given(("y",), True),
    ]
    shares = judge(questions, given)
    assert (shares.answered, shares.unanswered) == (4, 1)
    assert (shares.first, shares.three, shares.wrong, shares.unsure) == (0.5, 0.75, 0.4, 0.25)


def test_each_set_has_its_table_and_all_together_one() -> None:
    sets = {"lama": [Question("a", ("x",))], "baru": [Question("b", ("x",)), Question("c")]}
    given = [Given(("x",), True), Given(("y",), False), Given(("y",), False)]
    lines = tables(sets, {"ours": given, "theirs": "not trained"})
    assert [line for line in lines if line.startswith(("lama", "baru", "together", "| ours", "| theirs"))] == [
        "lama: 1 questions that one of them answers, 0 that none does.\n",
        "| ours | 100.0% | 100.0% | 0.0% | 0.0% |",
        "| theirs | not trained | | | |",
        "baru: 1 questions that one of them answers, 1 that none does.\n",
        "| ours | 0.0% | 0.0% | 0.0% | 0.0% |",
        "| theirs | not trained | | | |",
        "together: 2 questions that one of them answers, 1 that none does.\n",
        "| ours | 50.0% | 50.0% | 0.0% | 0.0% |",
        "| theirs | not trained | | | |",
    ]
    assert not any(line.startswith("together") for line in tables({"lama": sets["lama"]}, {"ours": given[:1]}))


def test_bm25_finds_by_words() -> None:
    search = bm25(load_answers())
    assert "vaksin-halal" in search("vaksin halal ga?").ids
    assert not search("xyzzy").sure


def test_many_made_up_entries_are_found_by_a_shortlist() -> None:
    entries = made_up(500, Random(1))
    finder = Finder(entries, encoders=())
    assert finder.size > 0
    found = [finder.ranked(entry.ways_to_ask[3], 1)[0].id == entry.id for entry in entries[::10]]
    assert sum(found) >= 0.95 * len(found)
