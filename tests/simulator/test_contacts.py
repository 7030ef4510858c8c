"""Citizens who move to another number, hide it, block the bot, opt out; and webhooks of any kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.conftest import Running
from tests.simulator.stub_bot import StubBot, members, text, until

WA = "628000000001"
NEW = "628000000101"


def system(bot: StubBot) -> dict[str, Any]:
    return until(lambda: [message for message in bot.messages if message["type"] == "system"])[-1]


def error_of(bot: StubBot) -> int:
    failed = until(lambda: [status for status in bot.statuses if status["status"] == "failed"])[-1]
    return failed["errors"][0]["code"]


def test_a_chat_goes_on_under_a_new_number(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    before = until(lambda: bot.messages)[0]
    moved = simulator.post(f"/api/contacts/{WA}/number", {"to": f"+{NEW}"})
    assert (moved["wa_id"], moved["messages"]) == (NEW, 1)
    told = system(bot)
    assert told["from"] == WA
    assert told["system"]["type"] == "user_changed_number"
    assert told["system"]["wa_id"] == NEW
    assert told["system"]["previous_user_id"] == before["from_user_id"]
    assert told["system"]["user_id"] == moved["user_id"] != before["from_user_id"]
    webhook = next(webhook for webhook in bot.webhooks if members(webhook, "messages")[0]["type"] == "system")
    assert "contacts" not in webhook["entry"][0]["changes"][0]["value"]

    simulator.says(NEW, "ini nomor baru saya")
    after = until(lambda: [message for message in bot.messages if message.get("from") == NEW])[0]
    assert after["from_user_id"] == moved["user_id"]
    assert len(simulator.chat(NEW)) == 2
    assert simulator.chat(WA) == []


def test_whoever_takes_the_old_number_is_somebody_else(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    simulator.post(f"/api/contacts/{WA}/number", {"to": NEW})
    simulator.says(WA, "saya pemilik baru nomor ini")
    until(lambda: len(bot.messages) == 3)
    first, second = [message for message in bot.messages if message["type"] == "text"]
    assert first["from"] == second["from"] == WA
    assert first["from_user_id"] != second["from_user_id"]
    assert len(simulator.chat(WA)) == 1


def test_nobody_is_reached_under_the_old_number(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    user_id = until(lambda: bot.messages)[0]["from_user_id"]
    simulator.post(f"/api/contacts/{WA}/number", {"to": NEW})
    assert bot.post({"to": f"+{WA}", **text("Halo")}).status_code == 200
    assert error_of(bot) == 131026
    assert bot.post({"recipient": user_id, **text("Halo")}).json()["error"]["code"] == 131026
    assert bot.post({"to": f"+{NEW}", **text("Halo")}).status_code == 200
    assert [entry["direction"] for entry in simulator.chat(NEW)] == ["in", "out"]


def test_a_hidden_contact_tells_only_its_user_ids(simulator: Running, bot: StubBot) -> None:
    hidden = simulator.post("/api/contacts", {"hidden": True})["wa_id"]
    simulator.says(hidden, "halo")
    moved = simulator.post(f"/api/contacts/{hidden}/number")
    told = system(bot)
    assert told["system"]["type"] == "user_changed_user_id"
    assert told["system"]["user_id"] == moved["user_id"]
    raw = b"".join(bot.raw)
    assert hidden.encode() not in raw and moved["wa_id"].encode() not in raw


@pytest.mark.parametrize(
    ("by", "fields"),
    [("system", ["messages"]), ("user_id_update", ["user_id_update"]), ("both", ["messages", "user_id_update"])],
)
def test_a_new_user_id_is_told_in_one_way_or_both(simulator: Running, bot: StubBot, by: str, fields: list[str]) -> None:
    simulator.says(WA, "halo")
    until(lambda: bot.messages)
    simulator.post(f"/api/contacts/{WA}/number", {"to": NEW, "by": by, "previous": False})
    until(lambda: len(bot.webhooks) == 1 + len(fields))
    changes = [webhook["entry"][0]["changes"][0] for webhook in bot.webhooks[1:]]
    assert [change["field"] for change in changes] == fields
    if "messages" in fields:
        assert "previous_user_id" not in changes[0]["value"]["messages"][0]["system"]
    if "user_id_update" in fields:
        told = changes[-1]["value"]["user_id_update"][0]["user_id"]
        assert told["previous"] == bot.messages[0]["from_user_id"] != told["current"]


def test_what_was_under_way_arrives_before_the_news_of_the_number(simulator: Running, bot: StubBot) -> None:
    bot.statuses_to_give = [503, 503]
    simulator.says(WA, "satu")
    simulator.post(f"/api/contacts/{WA}/number", {"to": NEW})
    simulator.says(NEW, "dua")
    until(lambda: len(bot.messages) == 3)
    assert [message["type"] for message in bot.messages] == ["text", "system", "text"]


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        (f"{WA}/number", {"to": "628000000002"}, 409),
        (f"{WA}/number", {"to": "budi"}, 422),
        (f"{WA}/number", {"to": NEW, "by": "surat"}, 422),
        (f"{NEW}/number", {}, 404),
        (f"{WA}/preferences", {"value": "mungkin"}, 422),
        (f"{NEW}/preferences", {"value": "stop"}, 404),
        (f"{WA}/block", {}, 422),
        (f"{WA}/block", {"blocked": True, "code": 7}, 422),
        (NEW, {"name": "Warga Uji 101"}, 404),
        (WA, {}, 422),
        (WA, {"hidden": "ya"}, 422),
        (WA, {"name": 1}, 422),
    ],
)
def test_unclear_changes_are_refused_in_words(simulator: Running, path: str, content: Any, status: int) -> None:
    simulator.says(WA, "halo")
    simulator.says("628000000002", "halo")
    answer = simulator.client.post(f"/api/contacts/{path}", json=content)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_contact_takes_another_name_and_a_user_name(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    user_id = until(lambda: bot.messages)[0]["from_user_id"]
    changed = simulator.post(f"/api/contacts/{WA}", {"name": "Warga Uji 007", "hidden": True})
    assert (changed["name"], changed["hidden"]) == ("Warga Uji 007", True)
    simulator.says(WA, "lagi")
    until(lambda: len(bot.messages) == 2)
    assert "from" not in bot.messages[1]
    assert bot.messages[1]["from_user_id"] == user_id
    contact = bot.webhooks[1]["entry"][0]["changes"][0]["value"]["contacts"][0]
    assert contact == {"profile": {"name": "Warga Uji 007", "username": "warga0001"}, "user_id": user_id}
    # Who is written to by number is named by number.
    told = bot.post({"to": f"+{WA}", **text("Halo")}).json()["contacts"][0]
    assert told["wa_id"] == WA


def test_a_contact_who_blocked_the_bot_is_not_reached(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    assert simulator.post(f"/api/contacts/{WA}/block", {"blocked": True})["blocked"] is True
    assert bot.post({"to": f"+{WA}", **text("Halo")}).status_code == 200
    assert error_of(bot) == 130403
    assert simulator.chat(WA)[-1]["status"] == "failed"
    refused = simulator.client.post(f"/api/contacts/{WA}/messages", json=text("x"))
    assert refused.status_code == 422
    simulator.post(f"/api/contacts/{WA}/block", {"blocked": False})
    assert simulator.says(WA, "halo lagi")
    bot.post({"to": f"+{WA}", **text("Halo")})
    until(lambda: simulator.chat(WA)[-1]["status"] == "read")


def test_stopped_marketing_is_told_and_not_delivered(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    for name, category in (("kabar", "MARKETING"), ("jadwal", "UTILITY")):
        body = {"type": "BODY", "text": "Ada posyandu besok."}
        simulator.post("/api/templates", {"name": name, "language": "id", "category": category, "components": [body]})
    assert simulator.post(f"/api/contacts/{WA}/preferences", {"value": "stop"})["opted_out"] is True
    change = until(lambda: bot.webhooks[1:])[0]["entry"][0]["changes"][0]
    assert change["field"] == "user_preferences"
    assert change["value"]["user_preferences"][0]["value"] == "stop"
    assert change["value"]["contacts"][0]["wa_id"] == WA

    def sends(name: str) -> Any:
        template = {"name": name, "language": {"code": "id"}}
        return bot.post({"to": f"+{WA}", "type": "template", "template": template})

    assert sends("kabar").status_code == 200
    assert error_of(bot) == 131050
    assert sends("jadwal").status_code == 200
    until(lambda: simulator.chat(WA)[-1]["status"] == "read")
    simulator.post(f"/api/contacts/{WA}/preferences", {"value": "resume"})
    sends("kabar")
    until(lambda: simulator.chat(WA)[-1]["status"] == "read")


def test_numbers_blocks_and_undelivered_news_survive_a_restart(launch: Callable[..., Running], bot: StubBot) -> None:
    first = launch()
    first.says(WA, "halo")
    until(lambda: bot.messages)
    bot.statuses_to_give = [503] * 1000
    moved = first.post(f"/api/contacts/{WA}/number", {"to": NEW})
    first.post(f"/api/contacts/{NEW}/block", {"blocked": True})
    first.stop()
    bot.statuses_to_give = []
    second = launch()
    assert system(bot)["system"]["wa_id"] == NEW
    contact = second.get("/api/contacts")[0]
    assert (contact["wa_id"], contact["user_id"], contact["blocked"]) == (NEW, moved["user_id"], True)
    until(lambda: second.get("/api/queue")["waiting"] == 0)
    second.stop()
    third = launch()
    assert third.get("/api/queue")["waiting"] == 0
    assert len([message for message in bot.messages if message["type"] == "system"]) == 1


# ---- any webhook ----------------------------------------------------------------------------------------------------


def test_any_webhook_is_delivered_as_it_is(simulator: Running, bot: StubBot) -> None:
    odd = b'{"object":"whatsapp_business_account",  "entry":[]}'
    answer = simulator.client.post("/api/webhooks", content=odd)
    assert answer.json() == {"status": 200}
    assert bot.raw == [odd]
    assert bot.bad_signatures == 0
    assert simulator.client.post("/api/webhooks?signed=false", content=odd).json() == {"status": 403}
    assert bot.bad_signatures == 1


def test_a_value_is_put_into_metas_envelope(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/webhooks?field=account_alerts", {"alert_type": "OBA_APPROVED"})
    entry = bot.webhooks[0]["entry"][0]
    assert entry["changes"] == [{"field": "account_alerts", "value": {"alert_type": "OBA_APPROVED"}}]
    assert isinstance(entry["time"], int)
    assert json.loads(bot.raw[0])["object"] == "whatsapp_business_account"


def test_a_bot_that_is_away_is_told(launch: Callable[..., Running], bot: StubBot) -> None:
    simulator = launch(webhook_url="http://127.0.0.1:9/")
    assert simulator.client.post("/api/webhooks", content=b"x").json() == {"status": None}
