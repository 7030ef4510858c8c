"""An action server that fails is noticed, and nothing it repeats is logged."""

from __future__ import annotations

import pytest
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from siaga.dialogue import turn as turns
from siaga.dialogue.action_endpoint import action_url, guarded
from siaga.settings import Settings
from siaga.turns.trackers import Stored
from tests.dialogue.actions import Actions

CALL = {"next_action": "action_reply", "tracker": {"latest_message": {"text": "halo"}, "slots": {}}}


async def _call(actions: Actions, url: str | None = None) -> object:
    endpoint = guarded(
        EndpointConfig(url=url or actions.url), Settings(action_seconds=0.5, action_url=url or actions.url)
    )
    return await endpoint.request(json=CALL, method="post")


@pytest.fixture
def in_a_turn() -> object:
    turns.begin(turns.Turn("k", Stored([], 0)))
    yield
    turns.end()


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_server_that_is_away_is_an_outage(in_a_turn: None, actions: Actions, status: int) -> None:
    actions.always = (status, {})
    with pytest.raises(turns.ActionServerDown):
        await _call(actions)


async def test_nobody_there_is_an_outage(in_a_turn: None, actions: Actions) -> None:
    with pytest.raises(turns.ActionServerDown):
        await _call(actions, "http://127.0.0.1:9/webhook")


async def test_no_answer_in_time_is_an_outage(in_a_turn: None, actions: Actions) -> None:
    actions.plan = [1.0]
    with pytest.raises(turns.ActionServerDown):
        await _call(actions)


@pytest.mark.parametrize("answer", [(500, {"error": "x"}), (404, {}), (400, {"error": "Invalid body"}), (200, [])])
async def test_an_action_that_breaks_is_a_failure(
    in_a_turn: None, actions: Actions, answer: tuple[int, object]
) -> None:
    actions.always = answer
    with pytest.raises(turns.ActionFailed):
        await _call(actions)


async def test_an_action_that_does_not_want_to_run_is_normal(in_a_turn: None, actions: Actions) -> None:
    actions.always = (400, {"action_name": "a", "error": "x"})
    with pytest.raises(ClientResponseError) as caught:
        await _call(actions)
    assert caught.value.status == 400


async def test_outside_a_turn_errors_are_rasas_to_handle_but_say_nothing(actions: Actions) -> None:
    actions.always = (500, {"error": "x", "request_body": "NIK saya 3578011708549001"})
    with pytest.raises(ClientResponseError) as caught:
        await _call(actions)
    assert "3578011708549001" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("configured", "config", "expected"),
    [
        ("http://127.0.0.1:5055/webhook", {}, "http://127.0.0.1:5055/webhook"),
        ("http://127.0.0.1:5055/webhook", {"action_port": 6055}, "http://127.0.0.1:6055/webhook"),
        ("http://actions:5055/webhook", {"action_port": 6055}, "http://actions:5055/webhook"),
        ("http://actions:5055/webhook", {"action_url": "http://x/webhook"}, "http://x/webhook"),
    ],
)
def test_where_the_action_server_is(configured: str, config: dict[str, object], expected: str) -> None:
    assert action_url(configured, Settings(**config)) == expected
