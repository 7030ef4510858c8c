"""The search finds what was asked, offers what is near, and says when it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from siaga.content.vectors import vectors_of
from siaga.knowledge import Far, Knowledge, Near, Sure, search
from siaga.knowledge.calibration import held_out, leave_one_out
from siaga.text.vectors import E5, USE, Encoder

QUESTIONS = Path(__file__).with_name("questions.tsv")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load()


@pytest.fixture
def known_vectors(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the search was made of is asked with the vectors that are known: all of them anew take half a minute."""
    ways = [way for answer in knowledge.answers for way in answer.ways_to_ask]
    known = {encoder: dict(zip(ways, vectors_of(encoder, ways), strict=True)) for encoder in (USE, E5)}
    monkeypatch.setattr(Encoder, "vector", lambda encoder, text: known[encoder][text])


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
    # Written when there were 54 answers; the four whose subject has an answer of its own by now name that one.
    assert measured.first >= 0.85
    assert measured.sure_right + measured.offered >= 0.87
    assert measured.sure_wrong <= 0.03
    assert measured.off_topic_sure <= 0.06


def test_questions_left_out_of_the_files_are_found(knowledge: Knowledge) -> None:
    measured = leave_one_out(knowledge)
    assert measured.first >= 0.80
    assert measured.sure_wrong <= 0.02


@pytest.mark.usefixtures("known_vectors")
def test_leaving_out_is_what_a_search_without_the_row_would_give(knowledge: Knowledge) -> None:
    places = range(0, len(knowledge.asked), 10)
    scores = list(knowledge.scores_left_out(places))
    assert {each.shape for each in scores} == {(len(knowledge.answers) + 1,)}
    asked = [knowledge.asked[place] for place in places]
    own = [each[right] for each, right in zip(scores, asked, strict=True)]
    with_it = [knowledge.scores(knowledge.answers[right].question)[right] for right in set(asked)]
    assert sum(own) / len(own) < sum(with_it) / len(with_it)


@pytest.mark.usefixtures("known_vectors")
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
        ("vksin byr g kak", "vaksin-biaya"),
        ("busui bs vaksin gk", "vaksin-menyusui"),
        ("saturasi 91 gmn", "covid-saturasi"),
    ],
)
def test_slang_and_slips_are_understood(knowledge: Knowledge, text: str, expected: str) -> None:
    found = knowledge.ask(text)
    assert isinstance(found, Sure)
    assert found.answer.id == expected


def test_a_question_that_names_nothing_is_asked_back(knowledge: Knowledge) -> None:
    # Of what: the vaccine, a test, a medicine?
    found = knowledge.ask("efek sampingnya apa sih min 🙏")
    assert isinstance(found, Near)
    assert found.answers[0].id == "vaksin-efek-samping"


def test_two_meanings_are_offered(knowledge: Knowledge) -> None:
    found = knowledge.ask("ibu hamil punya tensi tinggi boleh suntik?")
    assert isinstance(found, Near)
    assert {answer.id for answer in found.answers} == {"vaksin-hamil", "vaksin-komorbid"}


def test_a_known_topic_favours_its_answers(knowledge: Knowledge) -> None:
    text = "anak demam gimana"
    plain_scores = knowledge.scores(text)
    assert isinstance(knowledge.ask(text, "covid"), Sure | Near)
    assert knowledge.ask(text, "covid").score >= float(plain_scores.max())


def test_words_alone_find_what_vectors_would(knowledge: Knowledge) -> None:
    # As where the encoders' packages are missing.
    by_words = Knowledge(knowledge.answers, encoders=())
    found = by_words.ask("vaksin halal ga?")
    assert isinstance(found, Sure)
    assert found.answer.id == "vaksin-halal"
    assert isinstance(by_words.ask("cara masak rendang"), Far)


def test_a_question_of_nothing_here_is_far_though_its_words_are_known(knowledge: Knowledge) -> None:
    assert isinstance(knowledge.ask("berapa biaya kirim paket ke medan"), Far)
    without = Knowledge(knowledge.answers, elsewhere=())
    assert without.ask("berapa biaya kirim paket ke medan").score > 0


def test_a_shortlist_finds_what_looking_at_all_does(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", 100)
    shortlisted = Knowledge(knowledge.answers)
    ways = [way for answer in knowledge.answers for way in answer.ways_to_ask][::25]
    same = [shortlisted.ranked(way, 1) == knowledge.ranked(way, 1) for way in ways]
    assert sum(same) >= 0.98 * len(same)


@pytest.mark.parametrize("text", ["", "   ", "…", "🙏🙏", "1234567890123456", "\ud83d", "a" * 20_000, "xyzzy plugh"])
def test_what_is_no_question_is_far(knowledge: Knowledge, text: str) -> None:
    assert isinstance(knowledge.ask(text), Far)
