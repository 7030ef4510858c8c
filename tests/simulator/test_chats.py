"""Chats for programs: contacts, cursors, waiting for the bot, keeping over restarts."""

from __future__ import annotations

import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from siaga.settings import Settings
from siaga.simulator.chats import NUMBERS, Chats, NumbersUsedUp
from siaga.simulator.config import NotInProduction, from_settings
from siaga.simulator.journal import Journal
from siaga.start.environment import PREVIEW_NUMBERS
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import StubBot, buttons, text, until

WA = "628000000001"


def test_new_contacts_get_the_reserved_numbers_in_turn(simulator: Running) -> None:
    first, second = simulator.post("/api/contacts"), simulator.post("/api/contacts", {"name": "Warga Uji 099"})
    assert [first["wa_id"], second["wa_id"]] == ["628000000001", "628000000002"]
    assert [first["name"], second["name"]] == ["Warga Uji 001", "Warga Uji 099"]
    program = simulator.post("/api/contacts", {"kind": "programs"})
    assert program["wa_id"] == "628000001000"
    simulator.says("628000001001", "sudah ada")
    assert simulator.post("/api/contacts", {"kind": "programs"})["wa_id"] == "628000001002"
    assert len(simulator.get("/api/contacts")) == 5


def test_numbers_are_not_given_twice_even_after_a_reset(simulator: Running) -> None:
    given = simulator.post("/api/contacts", {"kind": "programs"})["wa_id"]
    simulator.post("/api/reset")
    assert simulator.get("/api/contacts") == []
    assert simulator.post("/api/contacts", {"kind": "programs"})["wa_id"] == str(int(given) + 1)


def test_who_previews_has_a_number_that_the_start_makes_known() -> None:
    assert all(f"62800000{last:04d}".startswith(PREVIEW_NUMBERS) for last in NUMBERS["preview"])
    others = [*NUMBERS["people"], *NUMBERS["programs"]]
    assert not any(f"62800000{last:04d}".startswith(PREVIEW_NUMBERS) for last in others)


def test_when_all_numbers_are_given_there_is_a_clear_end() -> None:
    chats = Chats()
    chats.given["people"] = 899
    with pytest.raises(NumbersUsedUp):
        chats.next_number("people")


def test_a_cursor_reads_on_from_where_it_was(simulator: Running, bot: StubBot) -> None:
    assert simulator.get(f"/api/contacts/{WA}/messages") == {"cursor": 0, "ended": None, "messages": []}
    simulator.says(WA, "satu")
    cursor = simulator.get(f"/api/contacts/{WA}/messages")["cursor"]
    simulator.says(WA, "dua")
    rest = simulator.get(f"/api/contacts/{WA}/messages", after=cursor)
    assert [entry["message"]["text"]["body"] for entry in rest["messages"]] == ["dua"]
    assert rest["messages"][0]["direction"] == "in"
    assert rest["messages"][0]["at"].endswith("Z")


@pytest.mark.parametrize(
    "message",
    [[], {}, {"type": "text"}, {"type": "image", "image": {"id": "404"}}, {"type": "text", "text": {}, "context": "x"}],
)
def test_unclear_messages_are_refused_in_words(simulator: Running, message: Any) -> None:
    answer = simulator.client.post(f"/api/contacts/{WA}/messages", json=message)
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize("number", ["budi", "12", "628000000000"])
def test_a_contact_is_a_phone_number_and_not_the_bots(simulator: Running, number: str) -> None:
    answer = simulator.client.post(f"/api/contacts/{number}/messages", json={"type": "text", "text": {"body": "x"}})
    assert answer.status_code == 422


def test_half_a_character_passes_through(simulator: Running, bot: StubBot) -> None:
    simulator.client.post(
        f"/api/contacts/{WA}/messages",
        content=b'{"type":"text","text":{"body":"x\\ud83d"}}',
        headers={"Content-Type": "application/json"},
    )
    assert until(lambda: bot.messages)[0]["text"]["body"] == "x\ud83d"
    assert simulator.chat(WA)[0]["message"]["text"]["body"] == "x\ud83d"


# ---- restarts --------------------------------------------------------------------------------------------------------


def test_chats_media_clock_and_undelivered_messages_survive_a_restart(
    launch: Callable[..., Running], bot: StubBot
) -> None:
    bot.rule = lambda message: [buttons("Setuju?", "Ya")] if message["type"] == "text" else []
    first = launch()
    first.says(WA, "halo")
    until(lambda: first.chat(WA)[-1]["status"] == "read" and len(first.chat(WA)) == 2)
    bot.rule = lambda message: []
    first.post(f"/api/contacts/{WA}/messages", {"type": "image", "image": {}})
    until(lambda: first.chat(WA)[-1]["status"] == "delivered")
    first.post("/api/clock", {"advance": "25h"})
    bot.statuses_to_give = [503] * 1000
    undelivered = first.says(WA, "masih di jalan")
    before = first.chat(WA)
    first.stop()

    # Refused until the second one runs: by then an attempt of the first that was on its way has been answered, too.
    second = launch()
    bot.statuses_to_give = []
    until(lambda: undelivered in [message["id"] for message in bot.messages])
    after = second.chat(WA)
    assert [entry["id"] for entry in after] == [entry["id"] for entry in before]
    assert after[:3] == before[:3]
    assert second.get("/api/clock")["offset"] == 25 * 3600
    assert second.client.get(f"/api/media/{after[2]['message']['image']['id']}").status_code == 200
    assert [message["id"] for message in bot.messages].count(undelivered) == 1


def test_a_line_torn_by_a_crash_is_left_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"event": "clock", "offset": 1})
    journal.close()
    with (tmp_path / "chats.jsonl").open("a") as file:
        file.write('{"event":"clo')
    again = Journal(tmp_path)
    again.append({"event": "clock", "offset": 2})
    assert [event["offset"] for event in again.events()] == [1, 2]


def test_a_reset_forgets_chats_media_faults_and_clock(simulator: Running, bot: StubBot) -> None:
    simulator.post(f"/api/contacts/{WA}/messages", {"type": "image", "image": {}})
    media = simulator.chat(WA)[0]["message"]["image"]["id"]
    simulator.post("/api/clock", {"advance": 60})
    simulator.post("/api/faults", {"duplicate": 3})
    simulator.post("/api/reset")
    assert simulator.chat(WA) == []
    assert simulator.client.get(f"/api/media/{media}").status_code == 404
    assert simulator.get("/api/clock")["offset"] == 0
    assert simulator.get("/api/faults")["duplicate"] == 0
    assert simulator.says(WA, "halo")


# ---- waiting for the end of a turn -----------------------------------------------------------------------------------


@pytest.fixture
def told_idle(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Stands in for the bot's database: True in the list means that the turn has ended."""
    said = [True]

    class Transaction:
        def __enter__(self) -> None:
            return None

        def __exit__(self, *args: object) -> None:
            return None

    idle = types.ModuleType("siaga.turns.idle")
    idle.idle = lambda session, phone: said[-1]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "siaga.turns.idle", idle)
    if "siaga.turns" not in sys.modules:
        monkeypatch.setitem(sys.modules, "siaga.turns", types.ModuleType("siaga.turns"))
    monkeypatch.setattr("siaga.db.transaction", Transaction)
    return said


def test_waiting_ends_with_the_turn(launch: Callable[..., Running], bot: StubBot, told_idle: list[bool]) -> None:
    told_idle.append(False)

    def rule(message: dict[str, Any]) -> list[dict[str, Any]]:
        time.sleep(0.3)
        bot.post({"to": message["from"], **text("satu")})
        bot.post({"to": message["from"], **text("dua")})
        told_idle.append(True)
        return []

    bot.rule = rule
    simulator = launch(database=True)
    simulator.says(WA, "halo")
    started = time.monotonic()
    answer = simulator.get(f"/api/contacts/{WA}/messages", after=1, wait=10)
    assert 0.25 < time.monotonic() - started < 2
    assert answer["ended"] is True
    assert [entry["message"]["text"]["body"] for entry in answer["messages"]] == ["satu", "dua"]


def test_waiting_has_a_limit(launch: Callable[..., Running], bot: StubBot, told_idle: list[bool]) -> None:
    told_idle.append(False)
    simulator = launch(database=True)
    simulator.says(WA, "halo")
    started = time.monotonic()
    assert simulator.get(f"/api/contacts/{WA}/messages", wait=0.3)["ended"] is False
    assert time.monotonic() - started < 1


def test_a_turn_has_not_ended_while_its_webhook_is_on_the_way(
    launch: Callable[..., Running], bot: StubBot, told_idle: list[bool]
) -> None:
    simulator = launch(database=True)
    bot.statuses_to_give = [503] * 4
    simulator.says(WA, "halo")
    assert simulator.get(f"/api/contacts/{WA}/messages", wait=5)["ended"] is True
    assert len(bot.messages) == 1


def test_without_a_database_silence_after_a_reply_ends_the_turn(simulator: Running, bot: StubBot) -> None:
    bot.rule = lambda message: [text("Halo")]
    simulator.says(WA, "halo")
    answer = simulator.get(f"/api/contacts/{WA}/messages", wait=5)
    assert answer["ended"] is True
    assert len(answer["messages"]) == 2
    bot.rule = lambda message: []
    simulator.says(WA, "halo?")
    assert simulator.get(f"/api/contacts/{WA}/messages", wait=0.3)["ended"] is False


# ---- production ------------------------------------------------------------------------------------------------------


def test_it_does_not_start_in_production() -> None:
    with pytest.raises(NotInProduction):
        from_settings(Settings(environment="production"))


def test_webhooks_go_to_rasa_on_this_machine_unless_told_otherwise(tmp_path: Path) -> None:
    default = from_settings(Settings(home=tmp_path, receive_port=5999))
    assert default.webhook_url == "http://127.0.0.1:5999/webhooks/whatsapp/webhook"
    assert default.home == tmp_path / "simulator"
    other = from_settings(Settings(simulator_webhook_url="http://127.0.0.1:9/x"))
    assert other.webhook_url == "http://127.0.0.1:9/x"
