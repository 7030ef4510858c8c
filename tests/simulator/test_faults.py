"""Statuses out of turn, webhooks of other versions, a queue of seven days, several receivers, media gone wrong."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.simulator.conftest import Running
from tests.simulator.stub_bot import TOKEN, StubBot, members, text, until

WA = "628000000001"
AUTH = {"Authorization": f"Bearer {TOKEN}"}


def statuses_of(simulator: Running, bot: StubBot, count: int, **faults: Any) -> list[dict[str, Any]]:
    """What the bot is told of one message that it sends under these faults."""
    simulator.says(WA, "halo")
    simulator.post("/api/faults", faults)
    assert bot.post({"to": f"+{WA}", **text("Halo"), "biz_opaque_callback_data": "k"}).status_code == 200
    return until(lambda: len(bot.statuses) >= count and bot.statuses)


# ---- statuses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ladder",
    [
        ["read", "delivered", "sent"],
        ["delivered", "read", "sent", "delivered"],
        ["read"],
        ["sent", "delivered", "failed"],
        ["failed", "sent"],
        ["sent", "delivered", "played"],
    ],
)
def test_statuses_come_in_any_order(simulator: Running, bot: StubBot, ladder: list[str]) -> None:
    told = statuses_of(simulator, bot, len(ladder), statuses=ladder)
    assert [status["status"] for status in told] == ladder
    assert len({status["id"] for status in told}) == 1
    assert {status["biz_opaque_callback_data"] for status in told} == {"k"}
    for status in told:
        assert ("errors" in status) is (status["status"] == "failed")


def test_the_phone_does_not_go_back(simulator: Running, bot: StubBot) -> None:
    statuses_of(simulator, bot, 3, statuses=["read", "sent", "failed"], status_error=131049)
    assert simulator.chat(WA)[-1]["status"] == "read"
    assert bot.statuses[-1]["errors"][0]["code"] == 131049


def test_statuses_can_be_late(simulator: Running, bot: StubBot) -> None:
    started = time.monotonic()
    statuses_of(simulator, bot, 3, status_delay=0.5)
    assert time.monotonic() - started >= 0.5


def test_one_of_delivered_and_read_says_that_it_is_charged(simulator: Running, bot: StubBot) -> None:
    told = statuses_of(simulator, bot, 2, statuses=["sent", "read"])
    assert ["pricing" in status for status in told] == [True, True]
    bot.webhooks.clear()
    told = statuses_of(simulator, bot, 3)
    assert ["pricing" in status for status in told] == [True, True, False]


# ---- other versions of webhooks -------------------------------------------------------------------------------------


def test_statuses_without_contacts(simulator: Running, bot: StubBot) -> None:
    statuses_of(simulator, bot, 3, no_contacts=True)
    values = [webhook["entry"][0]["changes"][0]["value"] for webhook in bot.webhooks]
    assert all(("contacts" in value) is ("messages" in value) for value in values)


def test_webhooks_without_numbers(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"no_phone": True})
    simulator.says(WA, "halo")
    message = until(lambda: bot.messages)[0]
    assert message["from_user_id"].startswith("ID.")
    bot.post({"recipient": message["from_user_id"], **text("Halo")})
    until(lambda: len(bot.statuses) == 3)
    assert not any(WA.encode() in raw for raw in bot.raw)


def test_webhooks_without_user_ids(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"no_user_id": True})
    simulator.says(WA, "halo")
    until(lambda: bot.messages)
    bot.post({"to": f"+{WA}", **text("Halo")})
    until(lambda: len(bot.statuses) == 3)
    assert not any(b"user_id" in raw for raw in bot.raw)
    assert bot.messages[0]["from"] == bot.statuses[0]["recipient_id"] == WA


def test_times_in_milliseconds(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"milliseconds": True})
    simulator.says(WA, "halo")
    stamp = until(lambda: bot.messages)[0]["timestamp"]
    assert len(stamp) == 13
    assert abs(int(stamp) / 1000 - time.time()) < 5


def test_raw_utf8_is_signed_as_it_is(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"raw_utf8": True})
    simulator.says(WA, "halo 👋 é")
    until(lambda: bot.messages)
    assert "halo 👋 é".encode() in bot.raw[0]
    assert bot.bad_signatures == 0
    half = b'{"type":"text","text":{"body":"x\\ud83d"}}'
    simulator.client.post(f"/api/contacts/{WA}/messages", content=half)
    until(lambda: len(bot.messages) == 2)


# ---- errors ---------------------------------------------------------------------------------------------------------


def test_errors_say_when_to_come_again(simulator: Running, bot: StubBot) -> None:
    simulator.says(WA, "halo")
    error = {"code": 130429, "retry_after": 90, "status": 429}
    simulator.post("/api/faults", {"errors": [error, {"code": 131016}]})
    refused = bot.post({"to": f"+{WA}", **text("x")})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "90"
    assert '"estimated_time_to_regain_access": 2' in refused.headers["X-Business-Use-Case-Usage"]
    later = bot.post({"to": f"+{WA}", **text("x")})
    assert later.status_code == 500
    assert "Retry-After" not in later.headers


def test_errors_meet_the_requests_they_are_meant_for(simulator: Running, bot: StubBot) -> None:
    message_id = simulator.says(WA, "halo")
    errors = [{"code": 131016, "on": "read"}, {"code": 131000, "on": "media", "times": 2}]
    simulator.post("/api/faults", {"errors": errors})
    assert bot.post({"to": f"+{WA}", **text("x")}).status_code == 200
    assert bot.post({"status": "read", "message_id": message_id}).json()["error"]["code"] == 131016
    assert bot.post({"status": "read", "message_id": message_id}).json() == {"success": True}
    simulator.post(f"/api/contacts/{WA}/messages", {"type": "image", "image": {}})
    media = until(lambda: bot.messages[1:])[0]["image"]
    assert simulator.client.get(f"/v25.0/{media['id']}", headers=AUTH).json()["error"]["code"] == 131000
    assert simulator.client.get(media["url"], headers=AUTH).json()["error"]["code"] == 131000
    assert simulator.client.get(media["url"], headers=AUTH).status_code == 200
    assert simulator.get("/api/faults")["errors"] == []


def test_faults_can_be_handed_back_as_they_were_shown(simulator: Running) -> None:
    wanted = {
        "statuses": ["read", "sent"],
        "errors": [{"code": 4, "times": 2, "by": "answer", "on": "media", "retry_after": 3.0}],
        "media": {"expired": 1, "corrupt": 0, "large": 2},
        "templates": "REJECTED",
        "hold": True,
    }
    shown = simulator.post("/api/faults", wanted)
    assert wanted.items() <= shown.items()
    assert simulator.post("/api/faults", shown) == shown


@pytest.mark.parametrize(
    "faults",
    [
        {"statuses": ["dikirim"]},
        {"statuses": [{}]},
        {"statuses": "read"},
        {"drop_status": {}},
        {"media": {"lost": 1}},
        {"media": 1},
        {"templates": "MAYBE"},
        {"errors": [{"code": True}]},
        {"errors": [{"code": 1, "on": "moon"}]},
        {"errors": [{"code": 1, "by": []}]},
        {"errors": [{"code": 1, "status": 200}]},
        {"timeout": []},
        {"delay": True},
    ],
)
def test_unclear_faults_are_refused_in_words(simulator: Running, faults: object) -> None:
    answer = simulator.client.post("/api/faults", json=faults)
    assert answer.status_code == 422
    assert answer.json()["detail"]


# ---- old messages, and the queue ------------------------------------------------------------------------------------


def test_a_message_may_have_been_written_long_ago(simulator: Running, bot: StubBot) -> None:
    simulator.post(f"/api/contacts/{WA}/messages", {**text("halo"), "age": "2h"})
    message = until(lambda: bot.messages)[0]
    assert abs(time.time() - int(message["timestamp"]) - 7200) < 5
    assert set(message) == {"from", "from_user_id", "id", "timestamp", "type", "text"}
    refused = simulator.client.post(f"/api/contacts/{WA}/messages", json={**text("x"), "age": "lama"})
    assert refused.status_code == 422
    # The window is counted from when it was written.
    simulator.post("/api/clock", {"advance": "23h"})
    assert bot.post({"to": f"+{WA}", **text("x")}).json()["error"]["code"] == 131047


def test_the_queue_follows_the_clock(launch: Callable[..., Running], bot: StubBot) -> None:
    simulator = launch(retry_delays=(3600.0,))
    bot.statuses_to_give = [503]
    simulator.says(WA, "halo")
    waits = until(lambda: [row for row in simulator.get("/api/queue")["updates"] if row["next_at"]])[0]
    assert (waits["kind"], waits["field"], waits["tries"]) == ("message", "messages", 1)
    simulator.says(WA, "masih ada orang?")
    assert simulator.get("/api/queue")["waiting"] == 2
    assert [row["tries"] for row in simulator.get("/api/queue")["updates"]] == [1, 0]
    assert len(simulator.get("/api/queue", most=1)["updates"]) == 1
    assert bot.messages == []
    simulator.post("/api/clock", {"advance": "61m"})
    until(lambda: len(bot.messages) == 2)
    assert time.time() - int(bot.messages[0]["timestamp"]) < 60
    # The bot has it a moment before the simulator has the bot's answer.
    until(lambda: simulator.get("/api/queue") == {"waiting": 0, "dropped": 0, "updates": []})


def test_what_is_older_than_seven_days_is_dropped(launch: Callable[..., Running], bot: StubBot) -> None:
    simulator = launch(retry_delays=(3600.0,))
    bot.statuses_to_give = [503]
    lost = simulator.says(WA, "halo")
    until(lambda: simulator.get("/api/queue")["updates"][0]["next_at"])
    simulator.post("/api/clock", {"advance": "8d"})
    until(lambda: simulator.get("/api/queue")["dropped"] == 1)
    kept = simulator.says(WA, "halo lagi")
    until(lambda: bot.messages)
    assert [message["id"] for message in bot.messages] == [kept] != [lost]
    until(lambda: [entry["status"] for entry in simulator.chat(WA)] == ["sent", "delivered"])


def test_a_clock_put_back_does_not_keep_webhooks_waiting(launch: Callable[..., Running], bot: StubBot) -> None:
    simulator = launch(retry_delays=(0.3,))
    simulator.post("/api/clock", {"advance": "2d"})
    bot.statuses_to_give = [503]
    simulator.says(WA, "halo")
    until(lambda: simulator.get("/api/queue")["updates"][0]["next_at"])
    simulator.post("/api/clock", {"offset": 0})
    until(lambda: bot.messages)


def test_held_webhooks_arrive_together_when_they_are_old(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"hold": True})
    ids = [simulator.says(WA, str(number)) for number in range(3)]
    simulator.post("/api/clock", {"advance": "2d"})
    assert simulator.get("/api/queue")["waiting"] == 3
    assert bot.messages == []
    simulator.post("/api/faults", {})
    until(lambda: len(bot.messages) == 3)
    assert [message["id"] for message in bot.messages] == ids
    assert time.time() + 2 * 86400 - int(bot.messages[0]["timestamp"]) > 86400


# ---- several receivers ----------------------------------------------------------------------------------------------


@pytest.fixture
def other() -> Iterator[StubBot]:
    stub = StubBot()
    yield stub
    stub.close()


def test_receivers_take_turns(launch: Callable[..., Running], bot: StubBot, other: StubBot) -> None:
    simulator = launch(webhook_url=f"{bot.url}, {other.url}")
    for number in range(6):
        simulator.says(f"62800000100{number}", "halo")
    until(lambda: len(bot.messages) + len(other.messages) == 6)
    assert len(bot.messages) == len(other.messages) == 3


def test_a_receiver_that_is_away_is_passed_over(launch: Callable[..., Running], bot: StubBot, other: StubBot) -> None:
    other.statuses_to_give = [503] * 1000
    simulator = launch(webhook_url=f"{other.url},{bot.url},http://127.0.0.1:9/", retry_delays=(3600.0,))
    ids = [simulator.says(WA, str(number)) for number in range(6)]
    until(lambda: len(bot.messages) == 6)
    assert [message["id"] for message in bot.messages] == ids
    assert other.messages == []


# ---- media ----------------------------------------------------------------------------------------------------------


def test_downloads_go_wrong_on_demand(simulator: Running, bot: StubBot) -> None:
    simulator.post(f"/api/contacts/{WA}/messages", {"type": "image", "image": {}})
    media_id = until(lambda: bot.messages)[0]["image"]["id"]
    simulator.post("/api/faults", {"media": {"expired": 1, "large": 1, "corrupt": 1}})

    def fetch() -> tuple[dict[str, Any], Any]:
        described = simulator.client.get(f"/v25.0/{media_id}", headers=AUTH).json()
        return described, simulator.client.get(described["url"], headers=AUTH)

    assert fetch()[1].status_code == 404
    described, large = fetch()
    assert described["file_size"] == len(large.content) > 100 * 1024 * 1024
    described, corrupt = fetch()
    assert hashlib.sha256(corrupt.content).hexdigest() != described["sha256"]
    described, good = fetch()
    assert hashlib.sha256(good.content).hexdigest() == described["sha256"]


def test_media_are_asked_for_by_their_own_number(simulator: Running, bot: StubBot) -> None:
    simulator.post(f"/api/contacts/{WA}/messages", {"type": "image", "image": {}})
    path = f"/v25.0/{until(lambda: bot.messages)[0]['image']['id']}"
    known = simulator.client.get(path, headers=AUTH, params={"phone_number_id": "100000000000001"})
    assert known.status_code == 200
    strange = simulator.client.get(path, headers=AUTH, params={"phone_number_id": "1"})
    assert strange.json()["error"]["error_subcode"] == 33


def test_citizens_send_files_that_businesses_may_not(simulator: Running, bot: StubBot) -> None:
    zipped = simulator.client.post(
        "/api/media", content=b"PK\x03\x04", headers={"Content-Type": "application/zip"}
    ).json()
    document = {"id": zipped["id"], "filename": "data.zip"}
    simulator.post(f"/api/contacts/{WA}/messages", {"type": "document", "document": document})
    block = until(lambda: bot.messages)[0]["document"]
    assert (block["mime_type"], block["filename"]) == ("application/zip", "data.zip")
    assert simulator.client.post("/api/media", content=b"").status_code == 422


def test_a_batch_holds_each_contact_of_its_own(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"batch": 1000})
    numbers = [f"62800000{1000 + number}" for number in range(100)]
    for wa_id in numbers:
        simulator.says(wa_id, "halo")
    until(lambda: len(bot.messages) == 100)
    for webhook in bot.webhooks:
        for change in webhook["entry"][0]["changes"]:
            senders = {message["from"] for message in members({"entry": [{"changes": [change]}]}, "messages")}
            assert senders == {contact["wa_id"] for contact in change["value"]["contacts"]}
