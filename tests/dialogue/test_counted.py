"""What is counted of a turn: names, each once, and nothing that anybody wrote."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import ActionExecuted
from rasa.shared.utils.io import read_yaml_file
from rasa.utils.endpoints import EndpointConfig

from siaga.dialogue import turn as turns
from siaga.dialogue.broker import TurnBroker
from siaga.dialogue.counted import _ACTIONS, _SAID, About, counted, named
from siaga.dialogue.turn import Named
from siaga.settings import ROOT
from siaga.tallies.capabilities import capabilities
from siaga.turns.trackers import Stored
from tests import plain_yaml

AT = datetime(2026, 11, 23, 3, 0, tzinfo=timezone.utc)
SECRET = "Warga Uji 001 3578011708549001"
Event = dict[str, Any]
Broker = TypeVar("Broker", bound=EventBroker)


def _user(intent: str) -> Event:
    return {"event": "user", "text": SECRET, "parse_data": {"intent": {"name": intent}, "text": SECRET}}


def _action(name: str) -> Event:
    return {"event": "action", "name": name}


def _loop(name: str | None) -> Event:
    return {"event": "active_loop", "name": name}


def _bot(response: str) -> Event:
    return {"event": "bot", "text": SECRET, "metadata": {"utter_action": response}}


def _slot(name: str, value: Any) -> Event:
    return {"event": "slot", "name": name, "value": value}


LISTEN = _action("action_listen")
REFUSED = {"event": "action_execution_rejected", "name": "registration_form"}
IN_FORM = [_user("register_vaccination"), _action("registration_form"), _loop("registration_form"), LISTEN]


def _counted(
    before: list[Event], events: list[Event], *, previous: timedelta | None = timedelta(minutes=1), **about: int
) -> tuple[dict[tuple[str, str], int], str | None]:
    names = [name for event in events if (name := named(event))]
    known = About(about.get("messages", 1), about.get("answers", 1), AT, AT - previous if previous else None)
    counts, home = counted(before, names, known, capabilities())
    assert len({(one.what, one.key) for one in counts}) == len(counts)
    return {(one.what, one.key): one.n for one in counts}, home


def _which(before: list[Event], events: list[Event]) -> str:
    found = [key for what, key in _counted(before, events)[0] if what == "turn"]
    assert len(found) == 1
    return found[0]


def test_the_first_turn_of_somebody() -> None:
    events = [_action("action_session_start"), LISTEN, _user("greet"), _action("action_greet"), _bot("utter_greet")]
    counts, home = _counted([], events, previous=None, messages=2, answers=3)
    assert counts == {
        ("message", ""): 2,
        ("answer", ""): 3,
        ("conversation", ""): 1,
        ("turn", "other"): 1,
        ("use", "other"): 1,
    }
    assert home is None


@pytest.mark.parametrize(("silence", "is_new"), [(59, False), (60, True), (600, True)])
def test_a_conversation_begins_after_an_hours_silence(silence: int, is_new: bool) -> None:
    counts, _ = _counted(IN_FORM, IN_FORM, previous=timedelta(minutes=silence))
    assert (("conversation", "") in counts) is is_new
    assert (("use", "registration") in counts) is is_new, "the same matter in a new conversation is a use of its own"


@pytest.mark.parametrize(
    ("before", "events", "which"),
    [
        ([], [_user("ask_case_data"), _action("action_tell_radar")], "radar"),
        ([], IN_FORM, "registration"),
        # An answer to a form's question, whatever it looks like.
        (IN_FORM, [_user("report_symptoms"), _action("registration_form"), LISTEN], "registration"),
        (IN_FORM, [_user("nlu_fallback"), _action("registration_form"), LISTEN], "registration"),
        # Something else in the middle of it.
        (IN_FORM, [_user("ask_tips"), _action("action_tell_tips"), _action("registration_form")], "tips"),
        (IN_FORM, [_user("emergency"), _action("action_emergency"), _action("registration_form")], "emergency"),
        # What belongs to nothing by itself belongs to the form.
        (IN_FORM, [_user("cancel"), _action("action_cancel"), _loop(None)], "registration"),
        (IN_FORM, [REFUSED, _user("ask_why"), _action("action_explain_question")], "registration"),
        ([*IN_FORM, _loop(None)], [_user("thanks"), _action("action_thanks")], "other"),
        ([], [_user("an_intent_of_tomorrow"), _action("action_of_tomorrow")], "other"),
    ],
)
def test_what_a_turn_is_about(before: list[Event], events: list[Event], which: str) -> None:
    assert _which(before, events) == which


def test_turns_in_a_row_about_one_thing_are_one_use() -> None:
    answer = [_user("affirm"), _action("registration_form"), LISTEN]
    assert ("use", "registration") not in _counted(IN_FORM, answer)[0]
    beside = [_user("ask_tips"), _action("action_tell_tips"), _action("registration_form"), LISTEN]
    assert ("use", "tips") in _counted([*IN_FORM, *answer], beside)[0]
    assert ("use", "registration") in _counted([*IN_FORM, *answer, *beside], answer)[0]


@pytest.mark.parametrize(
    ("before", "events", "expected"),
    [
        ([], [_user("nlu_fallback"), _action("action_unsure")], True),
        ([], [_user("greet"), _action("action_default_fallback")], True),
        ([], [_user("greet"), _action("action_greet")], False),
        (IN_FORM, [_user("nlu_fallback"), _action("registration_form")], False),
        (IN_FORM, [_user("nlu_fallback"), _slot("attempts", None), _action("registration_form")], False),
        (IN_FORM, [_user("nlu_fallback"), _slot("attempts", 1), _action("registration_form")], True),
        (IN_FORM, [_user("nlu_fallback"), REFUSED, _action("action_unsure")], True),
        (IN_FORM, [_user("affirm"), _slot("attempts", 1), _action("registration_form")], False),
    ],
)
def test_not_understood(before: list[Event], events: list[Event], expected: bool) -> None:
    assert (("not_understood", "") in _counted(before, events)[0]) is expected


@pytest.mark.parametrize(
    ("events", "what"),
    [
        ([_user("out_of_scope"), _action("action_out_of_scope")], "out_of_scope"),
        ([_user("emergency"), _action("action_emergency"), _action("action_emergency")], "emergency"),
        ([_user("stop_messages"), _action("action_stop_messages"), _bot("utter_stop_messages")], "opted_out"),
        ([_user("start_messages"), _action("action_start_messages"), _bot("utter_start_messages")], "opted_in"),
    ],
)
def test_what_is_counted_by_itself(events: list[Event], what: str) -> None:
    assert _counted([], events)[0][what, ""] == 1
    assert (what, "") not in _counted([], [_user("greet"), _action("action_greet")])[0]


def test_a_self_check_is_counted_by_its_level() -> None:
    events = [_user("affirm"), _action("selfcheck_form"), _loop(None), _action("action_finish_selfcheck")]
    counts, _ = _counted([], [*events, _bot("utter_selfcheck_isolate"), _bot("utter_monitoring_started")])
    assert counts["selfcheck", "isolate"] == 1
    assert not any(what == "selfcheck" for what, _ in _counted([], events)[0])


def test_what_is_counted_by_its_name_is_in_the_domain() -> None:
    assert set(_SAID) <= set(plain_yaml.domain()["responses"])
    assert set(_ACTIONS) <= set(plain_yaml.domain()["actions"])


def test_to_stop_what_was_stopped_is_not_counted_again() -> None:
    events = [_user("stop_messages"), _action("action_stop_messages"), _bot("utter_stop_messages_already")]
    assert ("opted_out", "") not in _counted([], events)[0]


def test_a_message_to_a_person_is_a_message_that_no_bot_answered() -> None:
    counts, _ = _counted(IN_FORM, [], answers=0)
    assert counts == {("message", ""): 1, ("turn", "handoffs"): 1, ("held", ""): 1}
    counts, _ = _counted(IN_FORM, [], answers=0, previous=timedelta(hours=2))
    assert ("use", "handoffs") in counts


def test_a_page_that_is_turned_belongs_to_what_was_before() -> None:
    counts, _ = _counted(IN_FORM, [], answers=1)
    assert counts == {("message", ""): 1, ("answer", ""): 1, ("turn", "registration"): 1}


@pytest.mark.parametrize(
    ("before", "events", "home"),
    [
        ([], [_slot("residence", "35.78.04")], "35.78"),
        ([], [_slot("residence", "35.78")], "35.78"),
        ([], [_slot("residence", "35.99.04")], None),
        ([], [_slot("residence", "***")], None),
        ([], [_slot("residence", None)], None),
        ([_slot("residence", "35.78.04"), _slot("residence", None)], [_user("greet")], "35.78"),
        ([_slot("residence", "35.78.04")], [_slot("residence", "35.79.01")], "35.79"),
        # A place that was only asked about is nobody's home.
        ([], [_slot("radar_topic", {"question": {"places": [["35.78"]]}}), _slot("facility_near", "35.78")], None),
    ],
)
def test_where_somebody_is_at_home(before: list[Event], events: list[Event], home: str | None) -> None:
    assert _counted(before, [*events, _user("greet")])[1] == home


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_nothing_that_was_written_leaves_an_event(value: Any) -> None:
    for event in (
        {**_user("greet"), "text": value, "entities": value, "metadata": value},
        {"event": "bot", "text": value, "data": value, "metadata": {"utter_action": "utter_greet", "text": value}},
        {"event": "slot", "name": "full_name", "value": value},
        {"event": "action", "name": "action_greet", "action_text": value},
    ):
        name = named(event)
        assert name is None or name in (
            Named("user", "greet"),
            Named("bot", "utter_greet"),
            Named("action", "action_greet"),
        )
    home = named({"event": "slot", "name": "residence", "value": value})
    assert home is not None
    assert home.value is None or (len(home.value) == 5 and str(value).startswith(home.value))


async def test_the_broker_is_the_one_that_endpoints_name() -> None:
    broker = await EventBroker.create(EndpointConfig.from_dict(read_yaml_file(ROOT / "endpoints.yml")["event_broker"]))
    assert isinstance(broker, TurnBroker)


class _Others(EventBroker):
    """Somebody else's, which is shown all that is published."""

    def __init__(self) -> None:
        self.seen: list[Event] = []

    def publish(self, event: Event) -> None:
        self.seen.append(event)


def _published_to(agent: Agent, broker: Broker) -> Broker:
    """Let the agent's own store publish to this broker, as where one is named in endpoints.yml."""
    agent.tracker_store._tracker_store.event_broker = broker
    return broker


def _turn(key: str = "warga") -> turns.Turn:
    turn = turns.Turn(key, Stored([], 0))
    turns.begin(turn)
    return turn


async def _say(agent: Agent, body: str) -> None:
    try:
        await agent.handle_message(UserMessage(body, sender_id="warga"))
    finally:
        turns.end()


async def test_rasa_publishes_each_event_of_a_turn_once_and_masked(agent: Agent) -> None:
    broker = _published_to(agent, _Others())
    first = _turn()
    await _say(agent, "daftar")
    kept = [{"sender_id": "warga", **event} for event in first.kept or []]
    assert broker.seen == kept
    second = turns.Turn("warga", Stored(first.kept or [], 1))
    turns.begin(second)
    await _say(agent, SECRET)
    assert broker.seen[len(kept) :] == [{"sender_id": "warga", **event} for event in (second.kept or [])[len(kept) :]]
    assert "3578011708549001" not in json.dumps(broker.seen)


async def test_a_turn_has_the_names_of_its_events(agent: Agent) -> None:
    _published_to(agent, TurnBroker())
    turn = _turn()
    await _say(agent, "daftar")
    assert Named("user", "daftar") in turn.events
    assert [each.name for each in turn.events].count("uji_form") == 2, "the action and the loop"
    assert SECRET not in repr(turn)


def test_outside_of_its_turn_nothing_is_kept_of_an_event() -> None:
    broker = TurnBroker()
    broker.publish({"sender_id": "warga", **_user("greet")})
    turn = _turn("another")
    try:
        broker.publish({"sender_id": "warga", **_user("greet")})
        broker.publish({"sender_id": "another", **LISTEN})
    finally:
        turns.end()
    assert turn.events == [Named("action", "action_listen")]


async def test_saving_again_publishes_only_what_is_new(agent: Agent) -> None:
    broker = _published_to(agent, _Others())
    _turn()
    try:
        store = agent.tracker_store
        tracker = await store.get_or_create_tracker("warga")
        await store.save(tracker)
        tracker.update(ActionExecuted("action_greet"))
        await store.save(tracker)
    finally:
        turns.end()
    assert [event["name"] for event in broker.seen] == ["action_listen", "action_greet"]
