"""When two rules, or a story and the rules, say different things; and when they only seem to."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from siaga.checking.contradictions import contradictions
from siaga.checking.domain import Domain, Slot
from siaga.checking.mistake import Mistake
from siaga.checking.nodes import Value
from siaga.checking.steps import Used, read_flows

DOMAIN = Domain(
    intents={"greet": 1, "thanks": 1},
    actions={"action_a": 1, "action_b": 1, "utter_danger_hint": 1},
    slots={
        "level": Slot(1, "categorical", True, ("high", "low")),
        "note": Slot(1, "text", True),
        "unseen": Slot(1, "any", False),
    },
    forms={"ask_form": (1, ("note",)), "other_form": (1, ("note",))},
)
IN_FORM = [{"active_loop": "ask_form"}]
NO_FORM = [{"active_loop": None}]
HIGH, LOW = ([{"slot_was_set": [{"level": level}]}] for level in ("high", "low"))


def _value(plain: object) -> Value:
    if isinstance(plain, dict):
        return Value(1, "map", pairs=tuple((_value(key), _value(one)) for key, one in plain.items()))
    if isinstance(plain, list):
        return Value(1, "list", items=tuple(map(_value, plain)))
    return Value(1, "text", plain, None if plain is None else str(plain))


def _rule(name: str, steps: str, condition: object = None, **more: object) -> dict[str, object]:
    rule: dict[str, object] = {"rule": name, "steps": yaml.safe_load(f"[{steps}]"), **more}
    return rule | ({"condition": condition} if condition else {})


def _found(rules: list[dict[str, object]], story: str = "", file: str = "data/x.yml") -> list[Mistake]:
    stories = [{"story": "s", "steps": yaml.safe_load(f"[{story}]")}] if story else []
    mistakes: list[Mistake] = []
    flows = read_flows(_value({"rules": rules, "stories": stories}), file, DOMAIN, Used(), mistakes)
    assert not mistakes
    return contradictions(flows, DOMAIN)


GREET_A = "{intent: greet}, {action: action_a}"
GREET_B = "{intent: greet}, {action: action_b}"
OPENS = "{intent: greet}, {action: ask_form}, {active_loop: ask_form}"


DIFFERENT = [
    [_rule("1", GREET_A), _rule("2", GREET_B)],
    [_rule("1", GREET_A, IN_FORM), _rule("2", GREET_B, IN_FORM)],
    [_rule("1", GREET_A, HIGH), _rule("2", GREET_B, HIGH)],
    # One of two alternatives
    [_rule("1", "{or: [{intent: greet}, {intent: thanks}]}, {action: action_a}"), _rule("2", GREET_B)],
    # The same beginning, and then another end
    [_rule("1", GREET_A), _rule("2", f"{GREET_A}, {{action: action_b}}")],
    # One without a condition holds outside of a form, too.
    [_rule("1", GREET_A, NO_FORM), _rule("2", GREET_B)],
    # A form that has just asked waits.
    [_rule("1", GREET_A), _rule("2", OPENS.replace("greet", "thanks") + ", {action: action_b}")],
]


@pytest.mark.parametrize("rules", DIFFERENT)
def test_rules_that_say_different_things_of_the_same(rules: list[dict[str, object]]) -> None:
    found = _found(rules)
    assert len(found) == 1
    told = found[0].sentence
    assert (
        "Aturan “2” melanjutkan dengan" in told and "aturan “1” (data/x.yml:1)" in told
    ) or "menunggu jawaban" in told


APART = [
    [_rule("1", GREET_A), _rule("2", GREET_A)],
    [_rule("1", GREET_A), _rule("2", "{intent: thanks}, {action: action_b}")],
    # One that names more than the other holds before it.
    [_rule("1", GREET_A), _rule("2", GREET_B, IN_FORM)],
    [_rule("1", GREET_A, NO_FORM), _rule("2", GREET_B, IN_FORM)],
    [_rule("1", GREET_A, HIGH), _rule("2", GREET_B, LOW)],
    # The form is still open, or is over at once.
    [_rule("1", OPENS), _rule("2", "{intent: greet}, {action: ask_form}, {active_loop: null}, {action: action_a}")],
    [_rule("1", GREET_A, wait_for_user_input=False), _rule("2", f"{GREET_A}, {{action: action_b}}")],
]


@pytest.mark.parametrize("rules", APART)
def test_rules_that_hold_at_different_times(rules: list[dict[str, object]]) -> None:
    assert not _found(rules)


RULES = [_rule("salam", GREET_A), _rule("dalam", GREET_B, IN_FORM), _rule("buka", "{intent: thanks}, " + OPENS[17:])]


OTHERWISE = [
    (GREET_B, "salam"),
    (f"{GREET_A}, {{action: action_b}}", "salam"),
    ("{intent: thanks}, {action: ask_form}, {active_loop: ask_form}, {intent: greet}, {action: action_a}", "dalam"),
]


@pytest.mark.parametrize(("story", "other"), OTHERWISE)
def test_a_story_that_goes_otherwise_than_the_rules(story: str, other: str) -> None:
    found = _found(RULES, story)
    assert len(found) == 1
    assert f"aturan “{other}”" in found[0].sentence
    assert found[0].sentence.startswith("Cerita “s”")
    assert _found(RULES, story, "tests/stories/test_x.yml")[0].sentence.startswith("Cerita uji “s”")


ALLOWED = [
    GREET_A,
    # The form that is open comes first.
    "{intent: thanks}, {action: ask_form}, {active_loop: ask_form}, {intent: greet}, {action: ask_form}",
    # Nothing is known of what comes after a checkpoint.
    "{checkpoint: c}, {action: action_b}",
]
OURS = [
    # What our policy says by itself, and that the form asks again
    f"{GREET_A}, {{action: utter_danger_hint}}",
    "{intent: thanks}, {action: ask_form}, {active_loop: ask_form}, {intent: greet}, {action: action_b}, "
    "{action: ask_form}",
]


@pytest.mark.parametrize("story", ALLOWED)
def test_a_story_that_the_rules_allow(story: str) -> None:
    assert not _found(RULES, story)
    assert not _found(RULES, story, "tests/stories/test_x.yml")


@pytest.mark.parametrize("story", OURS)
def test_what_our_policy_does_beside_the_rules_can_be_tested_and_not_learned(story: str) -> None:
    assert len(_found(RULES, story)) == 1
    assert not _found(RULES, story, "tests/stories/test_x.yml")


# ---------------------------------------------------------------------- what Rasa itself says, when it learns
def refused_by_rasa(rules: list[dict[str, object]], story: str = "") -> bool:
    """Whether Rasa's own policy refuses to learn these."""
    from rasa.core.policies.rule_policy import InvalidRule, RulePolicy
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.core import domain as domains
    from rasa.shared.core.generator import TrainingDataGenerator
    from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
    from rasa.shared.core.training_data.structures import StoryGraph

    domain = domains.Domain.from_dict(AS_RASA_HAS_IT)
    stories = [{"story": "s", "steps": yaml.safe_load(f"[{story}]")}] if story else []
    written = yaml.safe_dump({"version": "3.1", "rules": rules, "stories": stories})
    graph = StoryGraph(YAMLStoryReader(domain).read_from_string(written))
    trackers = TrainingDataGenerator(graph, domain, augmentation_factor=0, remove_duplicates=False).generate()
    with TemporaryDirectory() as folder:
        storage, context = LocalModelStorage(Path(folder)), ExecutionContext(GraphSchema({}), "x")
        policy = RulePolicy(RulePolicy.get_default_config(), storage, Resource("r"), context)
        try:
            policy.train(trackers, domain)
        except InvalidRule:
            return True
    return False


CUSTOM = [{"type": "custom"}]
AS_RASA_HAS_IT = {
    "intents": ["greet", "thanks"],
    "actions": ["action_a", "action_b"],
    "responses": {"utter_danger_hint": [{"text": "!"}]},
    "slots": {
        "level": {"type": "categorical", "values": ["high", "low"], "mappings": CUSTOM},
        "note": {"type": "text", "mappings": CUSTOM},
        "unseen": {"type": "any", "mappings": CUSTOM},
    },
    "forms": {"ask_form": {"required_slots": ["note"]}, "other_form": {"required_slots": ["note"]}},
}


@pytest.mark.parametrize("rules", [*DIFFERENT, *APART])
def test_rasa_says_the_same_of_rules(rules: list[dict[str, object]]) -> None:
    assert refused_by_rasa(rules) is bool(_found(rules))


@pytest.mark.parametrize("story", [*(story for story, _ in OTHERWISE), *ALLOWED[:2], *OURS])
def test_rasa_says_the_same_of_stories(story: str) -> None:
    assert refused_by_rasa(RULES, story) is bool(_found(RULES, story))
