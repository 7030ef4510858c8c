"""``pytest bench``: the stock bot has what it is compared by."""

from __future__ import annotations

from random import Random

from bench.citizens import Heard
from bench.measures import Usage
from bench.stock.__main__ import Measured, questions
from bench.stock.project import ACTION, by_action, files

TEXTS = [("halo", "greet"), ("makasih", "thanks"), ("apa vaksin aman", "ask_vaccine_question"), ("batal", "cancel")]


def test_each_intent_has_a_rule_and_something_to_say() -> None:
    made = files(TEXTS, "http://127.0.0.1:1/webhook", {"type": "SQL"})
    rules = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in made["data/rules.yml"]["rules"]}
    domain = made["domain.yml"]
    assert set(domain["intents"]) == {intent for _, intent in TEXTS}
    assert set(rules) == {*domain["intents"], "nlu_fallback"}
    assert set(rules.values()) <= {*domain["responses"], *domain["actions"]}
    assert rules["ask_vaccine_question"] == ACTION
    assert by_action("check_hoax")
    assert not by_action("greet")


def test_it_has_rasas_own_pipeline_and_policies_with_all_their_epochs() -> None:
    config = files(TEXTS, "", {})["config.yml"]
    epochs = {part["name"]: part.get("epochs") for part in [*config["pipeline"], *config["policies"]]}
    assert [epochs[name] for name in ("DIETClassifier", "TEDPolicy", "UnexpecTEDIntentPolicy")] == [100, 100, 100]


def test_stories_name_only_intents_that_there_are() -> None:
    stories = files(TEXTS, "", {})["data/stories.yml"]["stories"]
    assert {step["intent"] for story in stories for step in story["steps"] if "intent" in step} <= {i for _, i in TEXTS}


def test_rounds_are_added_up_and_who_asks_is_left_out() -> None:
    measured = Measured()
    for replies in ([0.1, 0.2], [0.3]):
        measured.add(replies, Usage(2.0, {"rasa": 0.3, "bench": 9.0}))
    assert measured.rate == 3 / 4
    assert round(measured.ms()) == 200
    assert measured.replies == [0.1, 0.2, 0.3]


def test_questions_need_nothing_that_came_before() -> None:
    asked = questions(Random(1))
    first = next(asked)
    assert first["type"] == "text"
    assert all(one["type"] == "text" for one in iter(lambda: _send(asked), None))


def _send(asked: object) -> object:
    try:
        return asked.send(Heard())  # type: ignore[attr-defined]
    except StopIteration:
        return None
