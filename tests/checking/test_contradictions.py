"""When two rules, or a story and the rules, say different things; and when they only seem to."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    "rules",
    [
        [_rule("1", GREET_A), _rule("2", GREET_B)],
        [_rule("1", GREET_A, IN_FORM), _rule("2", GREET_B, IN_FORM)],
        [_rule("1", GREET_A, HIGH), _rule("2", GREET_B, HIGH)],
        # One of two alternatives
        [_rule("1", "{or: [{intent: greet}, {intent: thanks}]}, {action: action_a}"), _rule("2", GREET_B)],
        # The same beginning, and then another end
        [_rule("1", GREET_A), _rule("2", f"{GREET_A}, {{action: action_b}}")],
        [_rule("1", f"{OPENS}, {{action: action_a}}"), _rule("2", f"{OPENS}, {{action: action_b}}")],
    ],
)
def test_rules_that_say_different_things_of_the_same(rules: list[dict[str, object]]) -> None:
    found = _found(rules)
    assert len(found) == 1
    assert "Aturan “2” melanjutkan dengan" in found[0].sentence
    assert "aturan “1” (data/x.yml:1)" in found[0].sentence


@pytest.mark.parametrize(
    "rules",
    [
        [_rule("1", GREET_A), _rule("2", GREET_A)],
        [_rule("1", GREET_A), _rule("2", "{intent: thanks}, {action: action_b}")],
        # One that names more than the other holds before it.
        [_rule("1", GREET_A), _rule("2", GREET_B, IN_FORM)],
        [_rule("1", GREET_A, NO_FORM), _rule("2", GREET_B, IN_FORM)],
        [_rule("1", GREET_A, HIGH), _rule("2", GREET_B, LOW)],
        # The form is still open, or is over at once.
        [_rule("1", OPENS), _rule("2", "{intent: greet}, {action: ask_form}, {active_loop: null}, {action: action_a}")],
        [_rule("1", GREET_A, wait_for_user_input=False), _rule("2", f"{GREET_A}, {{action: action_b}}")],
    ],
)
def test_rules_that_hold_at_different_times(rules: list[dict[str, object]]) -> None:
    assert not _found(rules)


RULES = [_rule("salam", GREET_A), _rule("dalam", GREET_B, IN_FORM), _rule("buka", "{intent: thanks}, " + OPENS[17:])]


@pytest.mark.parametrize(
    ("story", "other"),
    [
        (GREET_B, "salam"),
        (f"{GREET_A}, {{action: action_b}}", "salam"),
        ("{intent: thanks}, {action: ask_form}, {active_loop: ask_form}, {intent: greet}, {action: action_a}", "dalam"),
    ],
)
def test_a_story_that_goes_otherwise_than_the_rules(story: str, other: str) -> None:
    found = _found(RULES, story)
    assert len(found) == 1
    assert f"aturan “{other}”" in found[0].sentence
    assert found[0].sentence.startswith("Cerita “s”")
    assert _found(RULES, story, "tests/stories/test_x.yml")[0].sentence.startswith("Cerita uji “s”")


@pytest.mark.parametrize(
    "story",
    [
        GREET_A,
        # What the policy says by itself; and the form that is open comes first, and asks again.
        f"{GREET_A}, {{action: utter_danger_hint}}",
        "{intent: thanks}, {action: ask_form}, {active_loop: ask_form}, {intent: greet}, {action: ask_form}",
        "{intent: thanks}, {action: ask_form}, {active_loop: ask_form}, {intent: greet}, {action: action_b}, "
        "{action: ask_form}",
        # Nothing is known of what comes after a checkpoint.
        "{checkpoint: c}, {action: action_b}",
    ],
)
def test_a_story_that_the_rules_allow(story: str) -> None:
    assert not _found(RULES, story)
