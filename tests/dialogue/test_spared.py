"""What Rasa is spared comes to the same as Rasa's own work: laws over made-up conversations, rules and answers."""

from __future__ import annotations

import copy
import json
import warnings
from abc import ABCMeta
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError, validate
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core import events as e
from rasa.shared.core import trackers
from rasa.shared.core.domain import ActionNotFoundException, Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

from siaga.dialogue import graphs, histories
from siaga.dialogue.rule_index import RuleIndex
from siaga.dialogue.spared import (
    _FewerSlots,
    _stock_extract,
    _stock_named,
    action_named,
    extract_slots,
    is_plain_answer,
    warn_of_unknown,
)

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet, ask, deny]
entities: [nik, place]
slots:
  shown: {type: text, influence_conversation: true, mappings: [{type: custom}]}
  felt: {type: categorical, values: [well, ill], influence_conversation: true, mappings: [{type: custom}]}
  begun: {type: bool, initial_value: true, influence_conversation: true, mappings: [{type: custom}]}
  silent: {type: any, influence_conversation: false, mappings: [{type: custom}]}
responses: {utter_a: [{text: a}]}
actions: [action_a, action_b]
forms: {some_form: {required_slots: []}}
""")


# ------------------------------------------------------------------ conversations
def _message(intent: str, entities: list[str]) -> e.Event:
    found = [{"entity": name, "value": "x"} for name in entities]
    return e.UserUttered("teks", {"name": intent, "confidence": 1.0}, found)


_listens = st.just("action_listen")
_names = st.sampled_from(["action_a", "action_b", "utter_a", "some_form"]) | _listens
EVENTS = st.one_of(
    st.builds(lambda name, hide: e.ActionExecuted(name, hide_rule_turn=hide), _names, st.booleans()),
    st.builds(_message, st.sampled_from(["greet", "ask"]), st.lists(st.sampled_from(["nik", "place"]), max_size=2)),
    st.builds(e.SlotSet, st.sampled_from(["shown", "silent"]), st.sampled_from(["x", None, "should_not_be_set"])),
    st.builds(e.SlotSet, st.just("felt"), st.sampled_from(["well", "ill", None])),
    st.builds(e.ActiveLoop, st.sampled_from(["some_form", None])),
    st.builds(e.LoopInterrupted, st.booleans()),
    st.builds(e.FollowupAction, st.just("action_b")),
    st.builds(e.DefinePrevUserUtteredFeaturization, st.booleans()),
    st.builds(lambda: e.ActionExecutionRejected("some_form")),
    st.builds(lambda: e.BotUttered("kata")),
    st.sampled_from([e.Restarted, e.SessionStarted, e.AllSlotsReset, e.UserUtteranceReverted, e.ActionReverted]).map(
        lambda kind: kind()
    ),
    st.sampled_from([e.ConversationPaused, e.ConversationResumed]).map(lambda kind: kind()),
)
STEPS = st.lists(st.lists(EVENTS, max_size=5), min_size=1, max_size=6)


@contextmanager
def _slots(*, shared: bool) -> Iterator[None]:
    """Trackers share their slots, or each has its own, as Rasa's have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trackers, "copy", SimpleNamespace(copy=histories.first_slot) if shared else copy)
        patch.setattr(DialogueStateTracker, "_reset_slots", histories.reset_slots if shared else histories._stock_reset)
        patch.setattr(DialogueStateTracker, "_set_slot", histories.set_slot if shared else histories._stock_set)
        yield


@pytest.fixture(autouse=True)
def spared() -> Iterator[None]:
    with _slots(shared=True):
        yield


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    kept = {name: value for name, value in vars(tracker).items() if not name.startswith("_siaga")}
    kept["slots"] = {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}
    kept["events"] = list(map(id, tracker.events))
    kept["latest_message"] = id(tracker.latest_message) if tracker.latest_message in tracker.events else "none"
    kept["latest_bot_utterance"] = getattr(tracker.latest_bot_utterance, "text", None)
    return kept


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_copy_is_what_replaying_all_events_gives_and_the_same_events_count(steps: list[list[e.Event]]) -> None:
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    for step in steps:
        for event in step:
            tracker.update(event)
        assert list(map(id, histories.applied_events(tracker))) == list(map(id, histories._stock_applied(tracker)))
        # Rasa clears it without an event, and a copy has it again.
        tracker.clear_followup_action()
        assert _state(histories.copied(tracker)) == _state(histories._stock_copy(tracker))


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_the_states_of_a_conversation_are_rasas(steps: list[list[e.Event]]) -> None:
    only = {"rule_only_slots": ["felt"], "rule_only_loops": ["some_form"]}
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    for step in steps:
        for event in step:
            tracker.update(event)
        for keywords in ({}, {"ignore_rule_only_turns": True, "rule_only_data": only}):
            wanted = histories._stock_states(DOMAIN, tracker, **keywords)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Domain, "_get_user_sub_state", histories._user_sub_state)
                found = histories.states_for_tracker_history(DOMAIN, tracker, **keywords)
            assert found == wanted
            for state in found:
                # Policies take words out of the states that they get.
                for part in ("user", "slots"):
                    state.get(part, {}).clear()


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_shared_slots_are_rasas_and_stay_as_they_are(steps: list[list[e.Event]]) -> None:
    happened = [event for step in steps for event in step]
    with _slots(shared=False):
        wanted = _state(DialogueStateTracker.from_events("somebody", happened, copy.deepcopy(DOMAIN.slots)))
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    at_first = _state(tracker)["slots"]
    for event in happened:
        before, slots = _state(tracker)["slots"], dict(tracker.slots)
        tracker.update(event)
        assert {name: (slot.value, slot.has_been_set) for name, slot in slots.items()} == before
    assert _state(tracker)["slots"] == wanted["slots"]
    assert _state(tracker.init_copy())["slots"] == at_first == _state(DialogueStateTracker("x", DOMAIN.slots))["slots"]


@settings(max_examples=100, deadline=None)
@given(STEPS, st.lists(EVENTS, max_size=3))
def test_what_a_form_looks_at_is_rasas(steps: list[list[e.Event]], more: list[e.Event]) -> None:
    form = FormAction("some_form", None)
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    for step in steps:
        for event in step:
            tracker.update(event)
        # As the processor has it: a copy, in which more may have happened.
        for each in (tracker, histories.copied(tracker)):
            found = histories.temporary_tracker(form, each, more, DOMAIN)
            wanted = histories._stock_temporary(form, each, more, DOMAIN)
            ours, rasas = _state(found), _state(wanted)
            for state in (ours, rasas):
                # The question and the form's run are events of their own in each.
                del state["events"][-2 - len(more) : len(state["events"]) - len(more)]
            assert ours == rasas


def test_a_copy_is_its_own() -> None:
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    tracker.update_with_events([e.ActiveLoop("some_form"), e.SlotSet("shown", "x")], DOMAIN)
    copied = histories.copied(tracker)
    copied.update_with_events([e.SlotSet("shown", "y"), e.ActionExecutionRejected("some_form")], DOMAIN)
    again = histories.copied(tracker)
    assert (again.get_slot("shown"), again.is_active_loop_rejected, len(again.events)) == ("x", False, 2)
    assert (tracker.get_slot("shown"), tracker.is_active_loop_rejected) == ("x", False)


def test_what_slots_show_is_rasas() -> None:
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    tracker.update_with_events([e.SlotSet("shown", "should_not_be_set"), e.SlotSet("silent", "x")], DOMAIN)
    for omit in (False, True):
        assert histories._slots_sub_state(tracker, omit) == histories._stock_slots(tracker, omit)


def test_what_a_message_shows_is_rasas_whatever_becomes_of_it() -> None:
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    for event in (
        _message("greet", ["nik"]),
        e.EntitiesAdded([{"entity": "place", "value": "x"}]),
        e.DefinePrevUserUtteredFeaturization(True),
        _message("ask", []),
        e.Restarted(),
    ):
        tracker.update(event)
        for domain in (DOMAIN, Domain.empty(), DOMAIN):
            shown = histories._user_sub_state(domain, tracker)
            assert shown == histories._stock_shown(domain, tracker)
            # Whoever gets it may take words out of it.
            shown.clear()


def test_an_event_is_of_the_kinds_that_it_is_of() -> None:
    class Ours(e.SlotSet):
        """One that was made later."""

    kinds = [e.Event, *all_subclasses(e.Event)]
    for each in (e.SlotSet("a", 1), e.UserUttered("a"), e.ActionExecuted("a"), Ours("a", 1), "a", None):
        for kind in kinds:
            assert histories._OfEvents.__instancecheck__(kind, each) == ABCMeta.__instancecheck__(kind, each)


# ------------------------------------------------------------------ actions
def test_the_action_of_a_name_is_rasas_and_made_once() -> None:
    domain = Domain.from_yaml(DOMAIN.as_yaml())
    first, second = EndpointConfig("http://a"), EndpointConfig("http://b")
    for name in domain.action_names_or_texts:
        for endpoint in (first, second, None):
            action = action_named(name, domain, endpoint)
            rasas = _stock_named(name, domain, endpoint)
            assert (type(action), vars(action)) == (type(rasas), vars(rasas))
            assert action_named(name, domain, endpoint) is action
    assert action_named("action_a", domain, first) is not action_named("action_a", DOMAIN, first)
    with pytest.raises(ActionNotFoundException):
        action_named("action_unheard", domain, first)


# ------------------------------------------------------------------ rules
_value = st.sampled_from(["a", "b", "should_not_be_set", ""])
_part = {
    "prev_action": st.fixed_dictionaries({"action_name": _value}),
    "user": st.fixed_dictionaries({}, optional={"intent": _value, "text": _value}),
    "slots": st.fixed_dictionaries({}, optional={"s": st.just("should_not_be_set") | st.lists(st.just(1.0))}),
}
STATES = st.lists(st.fixed_dictionaries({}, optional=_part), max_size=3)


@settings(max_examples=200, deadline=None)
@given(st.lists(STATES, max_size=8), STATES)
def test_every_rule_that_applies_is_a_candidate(rules: list[Any], states: list[Any]) -> None:
    lookup = {json.dumps(rule): "action_a" for rule in rules}
    policy: Any = SimpleNamespace(_rule_key_to_state=json.loads)
    policy._does_rule_match_state = RulePolicy._does_rule_match_state
    policy._is_rule_applicable = lambda *given: RulePolicy._is_rule_applicable(policy, *given)
    wanted = RulePolicy._get_possible_keys(policy, lookup, states)
    candidates = RuleIndex(lookup).candidates(states)
    assert RulePolicy._get_possible_keys(policy, dict.fromkeys(candidates), states) == wanted


def test_rules_of_another_end_are_no_candidates_and_lost_ones_are_noticed() -> None:
    said = [{"user": {"intent": intent}, "prev_action": {"action_name": "action_listen"}} for intent in ("a", "b")]
    lookup = {json.dumps([state]): "action_a" for state in said}
    index = RuleIndex(lookup)
    assert index.candidates([said[0]]) == {json.dumps([said[0]])}
    assert index.is_of(lookup)
    lookup.popitem()
    assert not index.is_of(lookup)


# ------------------------------------------------------------------ answers of actions
_event = st.fixed_dictionaries(
    {"event": st.sampled_from(["slot", "slot", "bot", 1])},
    optional={
        "name": st.sampled_from(["a", None, 1]),
        "value": st.none() | st.integers(),
        "timestamp": st.sampled_from([None, 1, 1.5, True, "x"]),
        "metadata": st.sampled_from([{}, None]),
    },
)
_answer = st.fixed_dictionaries(
    {}, optional={"events": st.none() | st.lists(_event, max_size=3), "responses": st.lists(st.just({}) | st.none())}
)


@settings(max_examples=300, deadline=None)
@given(_answer)
def test_rasas_schema_has_nothing_against_a_plain_answer(answer: Any) -> None:
    if is_plain_answer(answer):
        validate(answer, RemoteAction.action_response_format_spec())


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        ({"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": None}], "responses": [{}]}, True),
        ({"events": [{"event": "slot", "value": 1}]}, False),
        ({"events": [{"event": "followup", "name": "action_a"}]}, False),
        ([], False),
    ],
)
def test_which_answers_are_plain(answer: Any, plain: bool) -> None:
    assert is_plain_answer(answer) is plain
    if not plain and answer != {"events": [{"event": "followup", "name": "action_a"}]}:
        with pytest.raises(ValidationError):
            validate(answer, RemoteAction.action_response_format_spec())


@pytest.mark.parametrize(
    ("intent", "entity"), [("greet", "nik"), ("unheard", "nik"), ("greet", "unheard"), (None, "nik")]
)
def test_of_what_the_domain_does_not_know_it_is_warned(intent: str | None, entity: str) -> None:
    parsed = {"intent": {"name": intent}, "entities": [{"entity": entity}]}
    processor: Any = SimpleNamespace(domain=DOMAIN)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        warn_of_unknown(processor, parsed)
    assert [("unheard" in str(warning.message)) for warning in told] == [True] * ("unheard" in (intent, entity))


async def test_a_message_fills_the_slots_that_it_fills_in_rasa() -> None:
    filled = DOMAIN.merge(
        Domain.from_yaml("""
version: "3.1"
slots:
  told: {type: text, mappings: [{type: from_entity, entity: nik}]}
  greeted: {type: bool, mappings: [{type: custom}, {type: from_intent, intent: greet, value: true}]}
""")
    )
    for intent, entities in (("greet", ["nik"]), ("ask", ["place"]), ("ask", ["nik"])):
        tracker = DialogueStateTracker("somebody", filled.slots)
        tracker.update(_message(intent, entities))
        given = (ActionExtractSlots(None), None, None, tracker, filled)
        assert await extract_slots(*given) == await _stock_extract(*given)
    assert {slot.name for slot in _FewerSlots(filled).slots} >= {"told", "greeted"}
    assert "shown" not in {slot.name for slot in _FewerSlots(filled).slots}


# ------------------------------------------------------------------ graphs
class _Adds(GraphComponent):
    """Adds what it gets; raises what it is told to."""

    ran: list[str] = []

    def __init__(self, name: str, error: type[Exception] | None) -> None:
        self._name, self._error = name, error

    @classmethod
    def create(cls, config: Any, model_storage: Any, resource: Any, execution_context: Any) -> _Adds:
        return cls(execution_context.node_name, config.get("error"))

    def add(self, left: int, right: int) -> int:
        _Adds.ran.append(self._name)
        if self._error:
            raise self._error
        return left + right


def _runner(error: type[Exception] | None = None) -> DaskGraphRunner:
    def node(left: str, right: str, **config: Any) -> SchemaNode:
        return SchemaNode({"left": left, "right": right}, _Adds, "create", "add", config, eager=True)

    schema = GraphSchema(
        {
            "both": node("first", "second"),
            "second": node("first", "given", error=error),
            "aside": node("given", "given"),
            "first": node("given", "given"),
        }
    )
    return DaskGraphRunner(schema, None, ExecutionContext(schema))  # type: ignore[arg-type]


def test_a_graph_runs_what_its_target_needs_once_and_in_order() -> None:
    runner = _runner()
    for number in (1, 2):
        _Adds.ran.clear()
        assert graphs.run(runner, {"given": number}, ["both"]) == {"both": 5 * number}
        assert _Adds.ran == ["first", "second", "both"]
    assert graphs.run(runner, {"given": 1}, ["first", "aside"]) == {"first": 2, "aside": 2}


def test_a_graph_fails_as_rasas_does() -> None:
    with pytest.raises(GraphRunError, match="clashes"):
        graphs.run(_runner(), {"given": 1, "first": 2}, ["both"])
    with pytest.raises(GraphRunError, match="Missing input"):
        graphs.run(_runner(), {}, ["first"])
    with pytest.raises(GraphComponentException):
        graphs.run(_runner(RuntimeError), {"given": 1}, ["both"])
