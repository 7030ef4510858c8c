"""The search finds what was asked, offers what is near, and says when it does not know."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from siaga.knowledge import Far, Knowledge, Near, Sure
from siaga.knowledge.calibration import held_out, leave_one_out

QUESTIONS = Path(__file__).with_name("questions.tsv")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load()


def pairs() -> list[tuple[str, str]]:
    """(answer id or "-", question): written before the variants, and never copied into them."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()[1:]
    return [(right, text) for right, text in (line.split("\t") for line in lines)]


def test_the_held_out_questions_are_not_in_the_files(knowledge: Knowledge) -> None:
    known = {way.casefold() for answer in knowledge.answers for way in answer.ways_to_ask}
    asked = pairs()
    assert len(asked) >= 60
    assert sum(right == "-" for right, _ in asked) >= 15
    assert all(right == "-" or knowledge.by_id(right) for right, _ in asked)
    assert not [text for _, text in asked if text.casefold() in known]


def test_held_out_questions_are_found(knowledge: Knowledge) -> None:
    measured = held_out(knowledge, pairs())
    assert measured.first >= 0.85
    assert measured.sure_right + measured.offered >= 0.88
    assert measured.sure_wrong <= 0.05
    assert measured.off_topic_sure <= 0.06


def test_questions_left_out_of_the_files_are_found(knowledge: Knowledge) -> None:
    measured = leave_one_out(knowledge)
    assert measured.first >= 0.82
    assert measured.sure_wrong <= 0.04


def test_leaving_out_is_what_a_search_without_the_row_would_give(knowledge: Knowledge) -> None:
    # The shortcut is exact but for the weights of words that only the left-out row has: here, none.
    scores = knowledge.scores_left_out()
    assert scores.shape == (len(knowledge.asked), len(knowledge.answers))
    own = [scores[row, right] for row, right in enumerate(knowledge.asked)]
    with_it = [knowledge.scores(knowledge.answers[right].question)[right] for right in set(knowledge.asked)]
    assert sum(own) / len(own) < sum(with_it) / len(with_it)


def test_every_way_to_ask_in_the_files_leads_to_its_answer(knowledge: Knowledge) -> None:
    for answer in knowledge.answers:
        for way in answer.ways_to_ask:
            found = knowledge.ask(way)
            assert not isinstance(found, Far), way
            first = found.answer if isinstance(found, Sure) else found.answers[0]
            assert first.id == answer.id, way


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VAKSIN HALAL GA???", "vaksin-halal"),
        ("efek sampingnya apa sih min 🙏", "vaksin-efek-samping"),
        ("vksin byr g kak", "vaksin-biaya"),
        ("busui bs vaksin gk", "vaksin-menyusui"),
        ("saturasi 91 gmn", "covid-saturasi"),
    ],
)
def test_slang_and_slips_are_understood(knowledge: Knowledge, text: str, expected: str) -> None:
    found = knowledge.ask(text)
    assert isinstance(found, Sure)
    assert found.answer.id == expected


def test_two_meanings_are_offered(knowledge: Knowledge) -> None:
    found = knowledge.ask("hamil darah tinggi vaksin")
    assert isinstance(found, Near)
    assert {answer.id for answer in found.answers} == {"vaksin-hamil", "vaksin-komorbid"}


def test_a_known_topic_favours_its_answers(knowledge: Knowledge) -> None:
    text = "anak demam gimana"
    plain_scores = knowledge.scores(text)
    assert isinstance(knowledge.ask(text, "covid"), Sure | Near)
    assert knowledge.ask(text, "covid").score >= float(plain_scores.max())


@pytest.mark.parametrize("text", ["", "   ", "…", "🙏🙏", "1234567890123456", "\ud83d", "a" * 20_000, "xyzzy plugh"])
def test_what_is_no_question_is_far(knowledge: Knowledge, text: str) -> None:
    assert isinstance(knowledge.ask(text), Far)


def test_it_loads_and_answers_in_time() -> None:
    def seconds(work: Callable[[], object]) -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    # The best of a few: the machine may be busy with something else.
    assert min(seconds(Knowledge.load) for _ in range(4)) < 1
    knowledge = Knowledge.load()
    assert min(seconds(lambda: knowledge.ask("busui bs vaksin gk kak")) for _ in range(10)) < 0.05
