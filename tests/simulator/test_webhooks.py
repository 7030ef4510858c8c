"""What the bot receives: form, signature, order, retries, faults."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from tests.simulator.conftest import Running
from tests.simulator.stub_bot import StubBot, buttons, members, text, until

WA = "628000000001"


def test_a_message_arrives_signed_escaped_and_complete(simulator: Running, bot: StubBot) -> None:
    message_id = simulator.says(WA, "halo 👋 é")
    message = until(lambda: bot.messages)[0]
    assert bot.bad_signatures == 0
    assert b"\\ud83d\\udc4b \\u00e9" in bot.raw[0]
    assert message["id"] == message_id
    assert message["from"] == WA
    assert message["text"] == {"body": "halo 👋 é"}
    assert abs(int(message["timestamp"]) - time.time()) < 5
    value = bot.webhooks[0]["entry"][0]["changes"][0]["value"]
    assert value["messaging_product"] == "whatsapp"
    assert value["metadata"]["phone_number_id"] == "100000000000001"
    contact = value["contacts"][0]
    assert contact["wa_id"] == WA
    assert contact["user_id"] == message["from_user_id"]
    assert contact["user_id"].startswith("ID.")
    assert contact["profile"]["name"] == "Warga Uji 001"


def test_an_option_tapped_quotes_the_message_that_offered_it(simulator: Running, bot: StubBot) -> None:
    bot.rule = lambda message: [buttons("Setuju?", "Ya", "Tidak")] if message["type"] == "text" else []
    simulator.says(WA, "daftar")
    offer = until(lambda: [entry for entry in simulator.chat(WA) if entry["direction"] == "out"])[0]
    reply = {
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": "o1", "title": "Tidak"}},
    }
    simulator.post(f"/api/contacts/{WA}/messages", reply)
    tapped = until(lambda: [message for message in bot.messages if message["type"] == "interactive"])[0]
    assert tapped["context"] == {"from": "628000000000", "id": offer["id"]}
    assert tapped["interactive"]["button_reply"] == {"id": "o1", "title": "Tidak"}
    simulator.post(f"/api/contacts/{WA}/messages", {**reply, "context": {"message_id": "wamid.lain"}})
    again = until(lambda: [message for message in bot.messages if message["type"] == "interactive"][1:])[0]
    assert again["context"]["id"] == "wamid.lain"


@pytest.mark.parametrize("kind", ["image", "audio", "video", "document", "sticker"])
def test_media_have_an_id_that_can_be_fetched(simulator: Running, bot: StubBot, kind: str) -> None:
    simulator.post(f"/api/contacts/{WA}/messages", {"type": kind, kind: {}})
    block = until(lambda: bot.messages)[0][kind]
    assert block["mime_type"]
    assert len(block["sha256"]) == 44
    assert simulator.client.get(f"/api/media/{block['id']}").content


def test_a_contact_with_a_user_name_shows_no_number(simulator: Running, bot: StubBot) -> None:
    bot.rule = lambda message: [text("Halo")]
    wa_id = simulator.post("/api/contacts", {"hidden": True})["wa_id"]
    simulator.says(wa_id, "halo")
    until(lambda: len(bot.statuses) >= 3)
    assert not any(wa_id.encode() in raw for raw in bot.raw)
    message = bot.messages[0]
    assert "from" not in message
    assert message["from_user_id"].startswith("ID.")
    assert "wa_id" not in bot.answers[0].json()["contacts"][0]


def test_statuses_follow_with_the_callback_data(simulator: Running, bot: StubBot) -> None:
    bot.rule = lambda message: [{**text("Halo"), "biz_opaque_callback_data": "keluar-7"}]
    simulator.says(WA, "halo")
    statuses = until(lambda: len(bot.statuses) >= 3 and bot.statuses)
    assert [status["status"] for status in statuses] == ["sent", "delivered", "read"]
    assert {status["biz_opaque_callback_data"] for status in statuses} == {"keluar-7"}
    assert {status["id"] for status in statuses} == {bot.answers[0].json()["messages"][0]["id"]}
    assert {status["recipient_id"] for status in statuses} == {WA}
    assert "pricing" in statuses[0]


def test_a_webhook_that_is_not_answered_200_comes_again_in_order(simulator: Running, bot: StubBot) -> None:
    bot.statuses_to_give = [503, 500, 404]
    ids = [simulator.says(WA, f"pesan {number}") for number in range(5)]
    until(lambda: len(bot.messages) >= 5)
    assert [message["id"] for message in bot.messages] == ids


def test_many_contacts_keep_their_own_order(simulator: Running, bot: StubBot) -> None:
    numbers = [f"62800000100{number}" for number in range(5)]
    for turn in range(10):
        for wa_id in numbers:
            simulator.says(wa_id, str(turn))
    until(lambda: len(bot.messages) == 50)
    for wa_id in numbers:
        said = [message["text"]["body"] for message in bot.messages if message["from"] == wa_id]
        assert said == [str(turn) for turn in range(10)]


def test_ticks_of_the_citizens_message(simulator: Running, bot: StubBot) -> None:
    bot.statuses_to_give = [500] * 3
    message_id = simulator.says(WA, "halo")
    assert simulator.chat(WA)[0]["status"] == "sent"
    until(lambda: simulator.chat(WA)[0]["status"] == "delivered")
    answer = bot.post({"status": "read", "message_id": message_id, "typing_indicator": {"type": "text"}})
    assert answer.json() == {"success": True}
    assert simulator.chat(WA)[0]["status"] == "read"
    assert simulator.get(f"/api/contacts/{WA}/typing")["seconds"] > 20
    bot.post({"to": WA, **text("Halo")})
    assert simulator.get(f"/api/contacts/{WA}/typing")["seconds"] == 0
    assert bot.post({"status": "read", "message_id": "wamid.tidak"}).json()["error"]["code"] == 100


def test_the_bot_may_react_to_a_message(simulator: Running, bot: StubBot) -> None:
    message_id = simulator.says(WA, "terima kasih")
    bot.post({"to": WA, "type": "reaction", "reaction": {"message_id": message_id, "emoji": "🙏"}})
    assert simulator.chat(WA)[0]["reaction"] == "🙏"


# ---- the 24-hour window ----------------------------------------------------------------------------------------------


def test_free_text_is_refused_once_24_hours_have_passed(simulator: Running, bot: StubBot) -> None:
    stranger = bot.post({"to": "628000000009", **text("halo")})
    assert stranger.json()["error"]["code"] == 131047
    simulator.says(WA, "halo")
    simulator.post("/api/clock", {"advance": "23h"})
    assert bot.post({"to": WA, **text("masih")}).status_code == 200
    simulator.post("/api/clock", {"advance": "61m"})
    assert bot.post({"to": WA, **text("terlambat")}).json()["error"]["code"] == 131047
    body = {"type": "BODY", "text": "Besok jadwal posyandu."}
    simulator.post("/api/templates", {"name": "ingat", "language": "id", "category": "UTILITY", "components": [body]})
    template = {"type": "template", "template": {"name": "ingat", "language": {"code": "id"}}}
    assert bot.post({"to": WA, **template}).status_code == 200
    simulator.says(WA, "halo lagi")
    assert bot.post({"to": WA, **text("halo")}).status_code == 200


def test_messages_carry_the_simulators_time(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/clock", {"advance": "2d"})
    simulator.says(WA, "besok lusa")
    message = until(lambda: bot.messages)[0]
    assert abs(int(message["timestamp"]) - time.time() - 2 * 86400) < 5
    assert simulator.client.post("/api/clock", json={"advance": "besok"}).status_code == 422


# ---- faults ----------------------------------------------------------------------------------------------------------


def test_duplicates(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"duplicate": 4})
    message_id = simulator.says(WA, "halo")
    until(lambda: len(bot.messages) >= 5)
    time.sleep(0.1)
    assert [message["id"] for message in bot.messages] == [message_id] * 5
    assert len(simulator.chat(WA)) == 1


def test_disorder(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"reorder": True})
    ids = [simulator.says(WA, str(number)) for number in range(4)]
    until(lambda: len(bot.messages) == 4)
    assert [message["id"] for message in bot.messages] == ids[::-1]


def test_batches(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"batch": 10})
    for number in range(3):
        simulator.says(WA, str(number))
    simulator.says("628000000002", "x")
    until(lambda: len(bot.messages) == 4)
    assert len(bot.webhooks) == 1
    assert [len(change["value"]["messages"]) for change in bot.webhooks[0]["entry"][0]["changes"]] == [3, 1]


def test_delay(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"delay": 0.4})
    started = time.monotonic()
    simulator.says(WA, "halo")
    until(lambda: bot.messages)
    assert time.monotonic() - started >= 0.4


def test_planned_errors_are_used_up(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    planned = [{"code": 131056, "times": 2}, {"code": 131016, "times": 1, "to": "628000000002"}]
    simulator.post("/api/faults", {"errors": planned})
    codes = [bot.post({"to": WA, **text("x")}).json().get("error", {}).get("code") for _ in range(3)]
    assert codes == [131056, 131056, None]
    assert simulator.get("/api/faults")["errors"] == [
        {"code": 131016, "times": 1, "to": "628000000002", "by": "answer"}
    ]
    assert len(simulator.chat(WA)) == 2


def test_an_error_may_come_by_webhook(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    simulator.post("/api/faults", {"errors": [{"code": 131026, "by": "webhook"}]})
    assert bot.post({"to": WA, **text("x")}).status_code == 200
    status = until(lambda: bot.statuses)[0]
    assert status["status"] == "failed"
    assert status["errors"][0]["code"] == 131026
    assert "recipient_user_id" not in status
    assert simulator.chat(WA)[-1]["status"] == "failed"
    webhook = next(webhook for webhook in bot.webhooks if members(webhook, "statuses"))
    assert "contacts" not in webhook["entry"][0]["changes"][0]["value"]


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_that_never_comes(simulator: Running, bot: StubBot, accepted: bool) -> None:
    simulator.says(WA, "halo")
    simulator.post("/api/faults", {"timeout": {"times": 1, "accepted": accepted}})
    with pytest.raises(httpx.ReadTimeout):
        bot.post({"to": WA, **text("sampai?")}, timeout=0.3)
    assert [entry["direction"] for entry in simulator.chat(WA)] == (["in", "out"] if accepted else ["in"])
    assert bot.post({"to": WA, **text("lagi")}).status_code == 200


def test_statuses_can_be_dropped(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    simulator.post("/api/faults", {"drop_status": ["sent", "read"]})
    bot.post({"to": WA, **text("x")})
    until(lambda: bot.statuses)
    until(lambda: simulator.chat(WA)[-1]["status"] == "read")
    time.sleep(0.2)
    assert [status["status"] for status in bot.statuses] == ["delivered"]


def test_an_empty_set_clears_the_faults(simulator: Running) -> None:
    simulator.post("/api/faults", {"duplicate": 2, "delay": 3})
    assert simulator.post("/api/faults", {})["duplicate"] == 0
    assert simulator.get("/api/faults")["delay"] == 0


@pytest.mark.parametrize("faults", [{"dupe": 1}, {"duplicate": -1}, {"errors": [1]}, {"drop_status": ["x"]}, []])
def test_unclear_faults_are_refused_in_words(simulator: Running, faults: object) -> None:
    answer = simulator.client.post("/api/faults", json=faults)
    assert answer.status_code == 422
    assert answer.json()["detail"]


# ---- the end -----------------------------------------------------------------------------------------------------


def test_it_stops_at_once_with_open_streams(launch: Callable[..., Running], bot: StubBot) -> None:
    simulator = launch()
    with httpx.stream("GET", simulator.url + "/api/events", timeout=5, trust_env=False) as stream:
        next(stream.iter_lines())
        started = time.monotonic()
        simulator.stop()
        assert time.monotonic() - started < 2
