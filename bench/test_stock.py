"""``pytest bench``: the stock bots have what they are compared by, and what they do is read right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from bench.citizens import Heard, tap, text
from bench.measures import Usage
from bench.stock import same
from bench.stock.asking import Load, Measured
from bench.stock.conversation import Conversation, is_payload, turns, understood_itself
from bench.stock.project import ACTION, by_action, files
from bench.stock.small import questions
from siaga.settings import ROOT

TEXTS = [("halo", "greet"), ("makasih", "thanks"), ("apa vaksin aman", "ask_vaccine_question"), ("batal", "cancel")]
NETWORKS = ("DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy")


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


def test_the_small_bot_has_rasas_own_pipeline_and_policies_with_all_their_epochs() -> None:
    assert _epochs(files(TEXTS, "", {})["config.yml"]) == dict.fromkeys(NETWORKS, 100)


def test_stories_name_only_intents_that_there_are() -> None:
    stories = files(TEXTS, "", {})["data/stories.yml"]["stories"]
    assert {step["intent"] for story in stories for step in story["steps"] if "intent" in step} <= {i for _, i in TEXTS}


def test_our_project_has_rasas_own_parts_which_differ_by_epochs_and_what_is_told_alone() -> None:
    full, config = files(TEXTS, "", {})["config.yml"], same.config(3)
    assert _epochs(config) == dict.fromkeys(NETWORKS, 3)
    *pipeline, told = config["pipeline"]
    assert told == {"name": "bench.stock.told.Told"}
    assert _names(pipeline) == _names(full["pipeline"])
    assert _names(config["policies"]) == _names(full["policies"])
    assert "RulePolicy" in _names(config["policies"])


def test_our_project_is_copied_whole_and_nothing_of_ours_runs_in_it(tmp_path: Path) -> None:
    same.write(tmp_path, 2, 1, stories=False)
    same.connect(tmp_path, "http://127.0.0.1:1/webhook", {"type": "SQL"})
    for name in ("domain.yml", "data/rules/registration.yml", "data/nlu/registration.yml"):
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()
    for name in ("config.yml", "credentials.yml", "endpoints.yml"):
        assert "siaga." not in (tmp_path / name).read_text(encoding="utf-8")


def test_a_model_is_kept_as_long_as_nothing_that_it_is_made_of_changes(tmp_path: Path) -> None:
    same.write(tmp_path, 2, 1, stories=False)
    before = same._digest(tmp_path)
    same.connect(tmp_path, "http://127.0.0.1:1/webhook", {"type": "SQL"})
    assert same._digest(tmp_path) == before
    seen = {before}
    for name in ("config.yml", "domain.yml", "data/nlu/people.yml", "data/rules/people.yml"):
        path = tmp_path / name
        path.write_text(path.read_text(encoding="utf-8") + "\nmore: 1\n", encoding="utf-8")
        seen.add(same._digest(tmp_path))
    assert len(seen) == 5


def test_stories_are_made_of_rules_that_hold_everywhere_and_have_one_answer() -> None:
    def rule(number: int, **more: object) -> dict[str, Any]:
        return {"rule": str(number), "steps": [{"intent": f"i{number}"}, {"action": f"a{number}"}], **more}

    rules = [rule(number) for number in range(5)]
    form = {"rule": "f", "steps": [{"intent": "f"}, {"action": "form"}, {"active_loop": "form"}]}
    stories = list(same.of_rules([rule(9, condition=[{"active_loop": None}]), *rules[:2], form, *rules[2:]]))
    said = [[step["intent"] for step in story["steps"] if "intent" in step] for story in stories]
    assert said == [["i0", "i1", "i2", "i3"], ["i4"]]
    assert stories[0]["steps"][1] == {"action": "a0"}


def test_an_option_is_posted_as_what_it_stands_for_whether_tapped_or_written() -> None:
    conversation = Conversation()
    said = conversation.hear(
        [{"text": "Halo."}, {"text": "Sehat?", "buttons": [_button("Sehat", "1"), _button("Sakit", "2")]}]
    )
    assert said.body == "Halo.\n\nSehat?"
    assert conversation.asks(tap(said, "Sakit")) == _button("Sakit", "2")["payload"]
    assert conversation.asks(text("sehat")) == _button("Sehat", "1")["payload"]
    assert conversation.asks(text("/entahlah ya")) == "entahlah ya"


def test_options_that_were_not_offered_last_are_not_meant_by_a_number() -> None:
    conversation = Conversation()
    conversation.hear([{"text": "Sehat?", "buttons": [_button("Sehat", "1")]}])
    assert conversation.asks(text("1")) == _button("Sehat", "1")["payload"]
    conversation.hear([{"text": "Baik."}])
    assert conversation.asks(text("1")) == "1"


def test_a_page_is_turned_without_the_bot() -> None:
    conversation = Conversation()
    said = conversation.hear([{"text": "Di mana?", "buttons": [_button(f"Tempat {n}", str(n)) for n in range(15)]}])
    more = next(option for option in said.options if not option[1].startswith("Tempat"))
    shown = conversation.asks(tap(said, more[1]))
    assert isinstance(shown, Heard)
    assert "Tempat 14" in {title for _, title in shown.options}
    assert conversation.asks(tap(shown, "Tempat 14")) == _button("", "14")["payload"]


def test_what_was_done_is_read_by_message_without_words() -> None:
    said = {"event": "bot", "text": "Berapa NIK Warga Uji 001?", "metadata": {"utter_action": "utter_ask_nik"}}
    events: list[dict[str, Any]] = [
        {"event": "action", "name": "action_session_start"},
        _user("a"),
        {"event": "action", "name": "registration_form"},
        {"event": "slot", "name": "requested_slot", "value": "nik"},
        {"event": "slot", "name": "consent", "value": True},
        said,
        {"event": "action", "name": "action_listen"},
        _user("b"),
        {"event": "action", "name": "action_answer_question"},
        {"event": "bot", "text": "Aman.", "metadata": {}},
    ]
    assert turns(events) == {
        "a": ("registration_form", "asks nik", "utter_ask_nik"),
        "b": ("action_answer_question", "says"),
    }


def test_taps_tell_nothing_of_what_the_stock_pipeline_understands() -> None:
    events: list[dict[str, Any]] = [
        _user("a", "halo", ranked="greet", told="greet"),
        _user("b", "apa kabar", ranked="nlu_fallback", told="greet"),
        _user("c", "/choose_option{}", ranked="choose_option", told="choose_option"),
        {"event": "action", "name": "action_greet"},
    ]
    assert understood_itself(events) == (1, 2)
    assert is_payload('/choose_option{"option": "a=b"}')
    assert not is_payload("…")


def test_each_round_has_people_of_its_own() -> None:
    load = Load(citizens=24, seconds=1.0, warm_up=1.0, seed=1)
    seen = Counter(number for round_ in range(3) for number in load.people(round_))
    assert set(seen.values()) == {1}
    assert len(seen) == 3 * load.each


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


def _epochs(config: dict[str, Any]) -> dict[str, int]:
    parts = [*config["pipeline"], *config["policies"]]
    return {part["name"]: part["epochs"] for part in parts if "epochs" in part}


def _names(parts: list[dict[str, Any]]) -> list[Any]:
    return [part["name"] for part in parts]


def _button(title: str, value: str) -> dict[str, str]:
    return {"title": title, "payload": f'/choose_option{{"option": "facility={value}"}}'}


def _user(message: str, said: str = "halo", ranked: str = "greet", told: str = "greet") -> dict[str, Any]:
    parsed = {"intent": {"name": told}, "intent_ranking": [{"name": ranked}]}
    return {"event": "user", "text": said, "parse_data": parsed, "metadata": {"message_id": message}}
