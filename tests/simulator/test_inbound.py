"""What programs may leave out of a citizen's message, and what is too unclear to be delivered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator.conftest import Running
from tests.simulator.stub_bot import StubBot, text, until

WA = "628000000001"


def delivered(simulator: Running, bot: StubBot, form: dict[str, Any]) -> dict[str, Any]:
    message_id = simulator.post(f"/api/contacts/{WA}/messages", form)["id"]
    return until(lambda: [message for message in bot.messages if message["id"] == message_id])[0]


def test_a_reply_to_ones_own_message_names_oneself(simulator: Running, bot: StubBot) -> None:
    own = simulator.says(WA, "halo")
    bot.post({"to": f"+{WA}", **text("Halo")})
    theirs = simulator.chat(WA)[-1]["id"]
    assert delivered(simulator, bot, {**text("eh"), "context": {"id": own}})["context"] == {"from": WA, "id": own}
    context = delivered(simulator, bot, {**text("ya"), "context": {"id": theirs}})["context"]
    assert context == {"from": "628000000000", "id": theirs}


def test_a_forwarded_message_quotes_nothing(simulator: Running, bot: StubBot) -> None:
    message = delivered(simulator, bot, {**text("sebarkan"), "context": {"frequently_forwarded": True}})
    assert message["context"] == {"frequently_forwarded": True}


def test_the_answer_of_a_flow_is_a_json_string(simulator: Running, bot: StubBot) -> None:
    reply = {"type": "nfm_reply", "nfm_reply": {"response_json": {"nama": "Warga Uji 001"}}}
    message = delivered(simulator, bot, {"type": "interactive", "interactive": reply})
    block = message["interactive"]["nfm_reply"]
    assert (block["name"], block["body"]) == ("flow", "Sent")
    assert json.loads(block["response_json"]) == {"nama": "Warga Uji 001"}


def test_a_templates_button_quotes_the_template(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    components = [
        {"type": "BODY", "text": "Besok jadwal posyandu."},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Saya datang"}]},
    ]
    form = {"name": "ingat", "language": "id", "category": "UTILITY", "components": components}
    simulator.post("/api/templates", form)
    bot.post({"to": f"+{WA}", "type": "template", "template": {"name": "ingat", "language": {"code": "id"}}})
    offer = simulator.chat(WA)[-1]
    assert offer["shown"] == {"body": "Besok jadwal posyandu.", "buttons": ["Saya datang"]}
    message = delivered(simulator, bot, {"type": "button", "button": {"text": "Saya datang"}})
    assert message["button"] == {"payload": "Saya datang", "text": "Saya datang"}
    assert message["context"]["id"] == offer["id"]


def test_kinds_that_are_not_known_yet_pass(simulator: Running, bot: StubBot) -> None:
    assert delivered(simulator, bot, {"type": "hologram", "hologram": {"id": 7}})["hologram"] == {"id": 7}
    assert delivered(simulator, bot, {"type": "request_welcome"})["type"] == "request_welcome"
    assert delivered(simulator, bot, {"type": "unknown"})["errors"][0]["code"] == 131051


@pytest.mark.parametrize(
    "form",
    [
        {"type": "text", "text": {"body": 7}},
        {"type": "text", "text": []},
        {"type": "location", "location": {"latitude": "-7", "longitude": 112}},
        {"type": "location", "location": []},
        {"type": "contacts", "contacts": []},
        {"type": "contacts", "contacts": {"phones": []}},
        {"type": "interactive", "interactive": {"type": "poll", "poll": {}}},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "o1"}}},
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": 1}}},
        {"type": "interactive", "interactive": []},
        {"type": "order", "order": {"catalog_id": "1"}},
        {"type": "button", "button": {}},
        {"type": "reaction", "reaction": {"emoji": "👍"}},
        {"type": "edit", "edit": {"original_message_id": "x"}},
        {"type": "edit", "edit": {"original_message_id": "x", "message": {"type": "text"}}},
        {"type": "revoke", "revoke": {}},
        {"type": "unsupported", "code": 7},
        {"type": "image", "image": [1]},
        {**text("x"), "context": {}},
        {**text("x"), "context": {"id": 7}},
        {**text("x"), "context": []},
        {**text("x"), "referral": "iklan"},
        {**text("x"), "age": []},
    ],
)
def test_unclear_messages_are_refused_in_words(simulator: Running, form: dict[str, Any]) -> None:
    answer = simulator.client.post(f"/api/contacts/{WA}/messages", json=form)
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"]
    assert simulator.get("/api/contacts") == []
