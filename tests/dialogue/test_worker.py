"""Turns are run one at a time per contact, and each has all of its effects or none, once."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from siaga.db import transaction
from siaga.dialogue import attended, backlog
from siaga.dialogue import turn as turns
from siaga.dialogue import worker as worker_module
from siaga.dialogue.worker import Worker
from siaga.people.contacts import find_contact
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.turns import claims, inbox, lanes, outbox, trackers
from siaga.turns.idle import idle
from siaga.turns.messages import Incoming, message_key
from siaga.turns.tables import InboundMessage, Lane, OutboundMessage
from tests.dialogue.actions import Actions
from tests.dialogue.standing_in import StandIn
from tests.turns import people
from tests.whatsapp.graph import Graph

PHONE = "628000000001"
Start = Callable[..., Awaitable[Worker]]


def _receive(*messages: Incoming) -> None:
    with transaction() as session:
        inbox.receive(session, list(messages))


def _write(body: str, phone: str = PHONE) -> None:
    _receive(people.text(body, phone))


def _tap(option_id: str, title: str) -> None:
    _receive(
        Incoming(f"wamid.tap.{time.monotonic_ns()}", people.AT, "option", {"id": option_id, "title": title}, PHONE)
    )


def _rows(phone: str = PHONE) -> list[OutboundMessage]:
    with transaction() as session:
        contact = find_contact(session, phone=phone)
        return list(
            session.scalars(
                select(OutboundMessage).where(OutboundMessage.contact_id == contact.id).order_by(OutboundMessage.seq)
            )
        )


def _said(phone: str = PHONE) -> list[str]:
    return [_body(row.payload) for row in _rows(phone)]


def _body(payload: dict[str, Any]) -> str:
    return payload["text"]["body"] if "text" in payload else payload["interactive"]["body"]["text"]


def _waiting() -> int:
    with transaction() as session:
        return session.scalar(
            select(func.count()).select_from(InboundMessage).where(InboundMessage.status == "waiting")
        )


async def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.03)


async def _worked() -> None:
    """All turns have ended; replies stay queued, as no sender runs."""

    def ended() -> bool:
        with transaction() as session:
            return not session.scalar(select(select(Lane).where(lanes.leased()).exists()))

    await _until(lambda: _waiting() == 0 and ended())


# ---------------------------------------------------------------- a turn
async def test_a_message_is_answered(start_worker: Start, agent: Agent, actions: Actions, graph: Graph) -> None:
    await start_worker(agent)
    _write("halo")
    await _worked()
    assert _said() == ["Anda: halo"]
    with transaction() as session:
        row = session.scalar(select(InboundMessage))
        assert (row.status, row.content) == ("done", None)
        contact = session.scalar(select(Contact))
        assert contact.last_message_at == people.AT
        assert trackers.load(session, contact.key).version == 1
    call = actions.calls[0]
    assert call["sender_id"] == contact.key
    assert call["tracker"]["latest_message"]["metadata"] | {"model_id": 0, "assistant_id": 0} == {
        "message_id": row.key,
        "at": people.AT.isoformat(),
        "kind": "text",
        "phone": True,
        "silence": None,
        "forwarded": None,
        "files": [],
        "model_id": 0,
        "assistant_id": 0,
    }
    await _until(lambda: bool(graph.requests))
    assert message_key(graph.requests[0]["message_id"]) == row.key, "the read mark needs the channel's own id"
    assert "typing_indicator" in graph.requests[0]


async def test_a_read_mark_that_fails_changes_nothing(start_worker: Start, agent: Agent, graph: Graph) -> None:
    graph.refuse(131000, 500, times=10)
    await start_worker(agent)
    _write("halo")
    await _worked()
    assert _said() == ["Anda: halo"]


async def test_several_responses_are_one_message(start_worker: Start, agent: Agent) -> None:
    await start_worker(agent)
    for body in ("daftar", "halal ga"):
        _write(body)
    await _worked()
    assert _said() == ["Berapa NIK Anda?", "Anda: halal ga\n\nBerapa NIK Anda?"]
    assert [option["label"] for option in _rows()[1].options] == ["Untuk apa NIK?", "Batal"]


async def test_an_option_works_tapped_by_number_and_by_label(start_worker: Start, agent: Agent) -> None:
    await start_worker(agent)
    _write("daftar")
    await _worked()
    _tap(_rows()[0].options[0]["id"], "Untuk apa NIK?")
    await _worked()
    _write("1.")
    await _worked()
    _write("untuk apa nik")
    await _worked()
    assert _said()[1:] == ["Anda: Untuk apa NIK?\n\nBerapa NIK Anda?"] * 3


async def test_an_option_of_somebody_elses_is_only_its_title(
    start_worker: Start, agent: Agent, actions: Actions
) -> None:
    await start_worker(agent)
    _write("daftar", "628000000002")
    await _worked()
    foreign = _rows("628000000002")[0].options[1]["id"]
    _write("halo")
    _tap(foreign, "halo juga")
    _tap('/daftar{"x": 1}', "/halo lagi")
    await _worked()
    assert actions.texts[-2:] == ["halo juga", "halo lagi"]
    assert _said() == ["Anda: halo", "Anda: halo juga", "Anda: halo lagi"]


@pytest.mark.parametrize("typed", ["/restart", '/greet{"option": "x"}', " / /restart", "/daftar"])
async def test_a_typed_command_is_only_text(start_worker: Start, agent: Agent, typed: str) -> None:
    await start_worker(agent)
    _write("daftar")
    _write(typed)
    await _worked()
    with transaction() as session:
        stored = trackers.load(session, session.scalar(select(Contact.key)))
    assert not any(event["event"] == "restart" for event in stored.events)
    last = [event for event in stored.events if event["event"] == "user"][-1]
    assert last["parse_data"]["intent"].get("confidence", 0) <= 1
    assert not last["text"].startswith("/")


async def test_a_pin_and_a_voice_message_have_their_turn(start_worker: Start, agent: Agent, actions: Actions) -> None:
    await start_worker(agent)
    _receive(
        Incoming("wamid.l", people.AT, "location", {"lat": -7.25, "lon": 112.75}, PHONE),
        Incoming("wamid.a", people.AT, "media", {"media_kind": "audio"}, PHONE),
    )
    await _worked()
    assert actions.texts == ["[lokasi]", "[audio]"]
    entities = actions.calls[0]["tracker"]["latest_message"]["entities"]
    assert entities[0]["value"] == {"lat": -7.25, "lon": 112.75}
    with transaction() as session:
        kept = trackers.load(session, session.scalar(select(Contact.key)))
    assert "112.75" not in str(kept.events)


async def test_no_content_is_logged(
    start_worker: Start,
    agent: Agent,
    actions: Actions,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.setattr(logging.getLogger("rasa"), "level", logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    actions.plan = [(500, {"error": "x", "request_body": "halo warga rahasia"})]
    await start_worker(agent)
    _write("halo warga rahasia")
    await _worked()
    assert _said() == ["Anda: halo warga rahasia"]
    printed = capsys.readouterr()
    assert "rahasia" not in caplog.text + printed.out + printed.err


# ---------------------------------------------------------------- order and fencing
class _Listener(StandIn):
    """In Rasa's place: notes who is heard when, and takes its time."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.heard: list[tuple[str, str]] = []
        self.now: dict[str, int] = defaultdict(int)
        self.seconds = seconds

    async def handle_message(self, message: UserMessage) -> None:
        assert self.now[message.sender_id] == 0, "two turns of one contact at once"
        self.now[message.sender_id] += 1
        await asyncio.sleep(random.uniform(0, 2 * self.seconds))
        self.heard.append((message.sender_id, message.text))
        await self.say(message, {"text": message.text})
        self.now[message.sender_id] -= 1


async def test_four_workers_keep_each_contacts_order(database: str, start_worker: Start) -> None:
    listener = _Listener(0.005)
    for number in range(200):
        _write(f"pesan {number:03}", f"62800000000{number % 9}")
    for _ in range(4):
        await start_worker(listener, lanes=3)
    await _worked()
    assert len(listener.heard) == 200
    by_contact = defaultdict(list)
    for key, body in listener.heard:
        by_contact[key].append(body)
    assert len(by_contact) == 9
    assert all(bodies == sorted(bodies) for bodies in by_contact.values())
    for number in range(9):
        said = _said(f"62800000000{number}")
        assert said == sorted(said)


async def test_a_worker_that_lost_its_lane_commits_nothing(database: str, start_worker: Start) -> None:
    slow = _Listener(0)
    release = asyncio.Event()

    async def hang(message: UserMessage) -> None:
        await release.wait()
        turns.current_turn().kept = []
        await message.output_channel.send_response("", {"text": "terlambat"})

    slow.handle_message = hang  # type: ignore[method-assign]
    await start_worker(slow, lease=60, lanes=1)
    _write("halo")
    with transaction() as session:
        pass

    def taken() -> bool:
        with transaction() as session:
            return bool(session.scalar(select(Lane.lease_owner)))

    await _until(taken)
    with transaction() as session:
        session.execute(update(Lane).values(ready_at=func.now() - text("interval '1 second'")))
    await start_worker(_Listener(), lease=60)
    await _worked()
    assert _said() == ["halo"]
    release.set()
    await asyncio.sleep(0.3)
    assert _said() == ["halo"]
    with transaction() as session:
        assert session.scalar(select(trackers.TrackerRow.version)) == 1


async def test_a_long_turn_keeps_its_lane(database: str, start_worker: Start) -> None:
    listener = _Listener()

    async def long(message: UserMessage) -> None:
        listener.heard.append((message.sender_id, message.text))
        await asyncio.sleep(1.5)
        turns.current_turn().kept = []

    listener.handle_message = long  # type: ignore[method-assign]
    for _ in range(2):
        await start_worker(listener, lease=0.5)
    _write("halo")
    await _worked()
    assert len(listener.heard) == 1


async def test_one_contact_does_not_keep_others_waiting(database: str, start_worker: Start) -> None:
    listener = _Listener()
    for number in range(10):
        _write(str(number))
    _write("giliran saya", "628000000002")
    for number in range(10, 40):
        _write(str(number))
    await start_worker(listener, lanes=1)
    await _worked()
    place = [body for _, body in listener.heard].index("giliran saya")
    assert place <= worker_module.TURNS_IN_A_ROW


@pytest.mark.parametrize("places", [1, 8])
async def test_nothing_that_is_ready_waits_until_it_is_looked_again(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    """Neither who had no place in the worker, nor what is left when a contact has had their turns in a row."""
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 60.0)
    monkeypatch.setattr(worker_module, "TURNS_IN_A_ROW", 1)
    listener = _Listener()
    for number in range(3):
        _write(f"halo {number}")
        _write("saya juga", f"62800000000{number + 2}")
    await start_worker(listener, lanes=places)
    await _worked()
    assert len(listener.heard) == 6


async def test_an_idle_worker_looks_once_for_each_message(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    claim = lanes.claim
    monkeypatch.setattr(lanes, "claim", lambda *args, **values: looked.append(1) or claim(*args, **values))
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 60.0)
    await start_worker(_Listener())
    await _until(lambda: len(looked) >= 1)
    await asyncio.sleep(0.3)
    before = len(looked)
    for number in range(3):
        _write(f"halo {number}")
        await _worked()
    # Once more perhaps, when it has begun to listen.
    assert len(looked) - before <= 4


async def test_who_sends_far_too_much_is_told_once_and_at_the_end(
    start_worker: Start, agent: Agent, actions: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "waiting_messages", 3)
    for number in range(10):
        _write(f"halo {number}")
    await start_worker(agent)
    await _worked()
    assert actions.texts == ["halo 0", "halo 1", "halo 2"]
    *answers, note = _said()
    assert answers == ["Anda: halo 0", "Anda: halo 1", "Anda: halo 2"]
    assert "7 yang terakhir tidak saya baca" in note and "119" in note
    with transaction() as session:
        assert session.scalar(select(Lane.unread)) == 0
    monkeypatch.setattr(settings(), "waiting_messages", 60)
    _write("halo lagi")
    await _worked()
    assert _said()[4:] == ["Anda: halo lagi"]


# ---------------------------------------------------------------- several messages in one turn
async def test_what_is_typed_in_a_row_is_one_turn(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "pause_seconds", 1.5)
    listener = _Listener()
    await start_worker(listener)
    for body in ("halo", "min", "mau daftar"):
        _write(body)
    await _worked()
    assert [body for _, body in listener.heard] == ["mau daftar"]
    assert len(_said()) == 1


async def test_what_is_typed_during_a_turn_settles_first(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "pause_seconds", 1.0)
    listener = _Listener(0.5)
    await start_worker(listener)
    _write("halo")
    await _until(lambda: bool(listener.now))
    _write("mau")
    _write("daftar")
    await _worked()
    assert [body for _, body in listener.heard] == ["halo", "mau\ndaftar"]


async def test_a_gathered_turn_that_dies_is_run_again_as_it_was(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "pause_seconds", 0.2)
    listener = _Listener()
    first_try = asyncio.Event()

    async def die_once(message: UserMessage) -> None:
        listener.heard.append((message.message_id or "", message.text or ""))
        if not first_try.is_set():
            first_try.set()
            raise Killed
        turns.current_turn().kept = []

    listener.handle_message = die_once  # type: ignore[method-assign]
    await start_worker(listener, lease=0.6)
    _write("satu")
    _write("dua")
    await first_try.wait()
    _write("tiga")
    await _worked()
    assert [body for _, body in listener.heard] == ["satu\ndua", "satu\ndua", "tiga"]
    assert listener.heard[0][0] == listener.heard[1][0], "what it causes carries the same id"


async def test_messages_from_before_an_outage_get_one_answer(database: str, start_worker: Start) -> None:
    long_ago = people.AT - timedelta(hours=5)
    old = [replace(people.text(f"pesan {n}"), at=long_ago + timedelta(minutes=n)) for n in range(20)]
    _receive(*old, replace(people.text("baru"), at=people.AT))
    listener = _Listener()
    await start_worker(listener)
    await _worked()
    assert [body for _, body in listener.heard] == ["[terlambat]", "baru"]


async def test_who_wrote_more_than_a_day_ago_may_be_sent_a_template(database: str, start_worker: Start) -> None:
    _receive(replace(people.text("halo"), at=people.AT - timedelta(hours=30)))
    await start_worker(_Listener())
    await _worked()
    (row,) = _rows()
    assert row.template["template"]["name"] == "kembali_setelah_gangguan"
    with transaction() as session:
        (outgoing,) = claims.claim(session, "whatsapp", 5, rate=0, resend_after=30).messages
    assert outgoing.payload == row.template


# ---------------------------------------------------------------- options
async def test_a_page_of_options_is_turned_without_asking_rasa(database: str, start_worker: Start) -> None:
    listener = _Listener()

    async def offer(message: UserMessage) -> None:
        listener.heard.append((message.sender_id, message.text))
        turns.current_turn().kept = []
        buttons = [{"title": f"Puskesmas {n}", "payload": f"/pilih{n}"} for n in range(1, 24)]
        await message.output_channel.send_response("", {"text": "Di mana?", "buttons": buttons})

    listener.handle_message = offer  # type: ignore[method-assign]
    await start_worker(listener)
    _write("daftar")
    await _worked()
    (first,) = _rows()
    turner = next(option for option in first.options if option["payload"].startswith("page:"))
    _tap(turner["id"], turner["label"])
    await _worked()
    assert len(listener.heard) == 1
    second = _rows()[1]
    titles = [row["title"] for row in second.payload["interactive"]["action"]["sections"][0]["rows"]]
    assert any("Puskesmas" in title for title in titles) and "Puskesmas 1" not in titles
    _tap(next(option["id"] for option in second.options if option["label"] == "Puskesmas 17"), "Puskesmas 17")
    await _worked()
    assert listener.heard[1][1] == "Puskesmas 17"


async def test_an_answer_that_quotes_an_older_question_answers_that(
    start_worker: Start, agent: Agent, actions: Actions
) -> None:
    await start_worker(agent)
    _write("daftar")
    await _worked()
    question = _rows()[0]
    with transaction() as session:
        session.execute(
            update(OutboundMessage).where(OutboundMessage.id == question.id).values(channel_key=message_key("wamid.q"))
        )
    _write("halo")
    await _worked()
    _receive(replace(people.text("1"), around={"quotes": message_key("wamid.q")}))
    await _worked()
    assert actions.texts[-1] == "Untuk apa NIK?"


# ---------------------------------------------------------------- when too many wait
async def test_who_waits_long_is_told_once_that_it_is_busy(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "busy_messages", 2)
    monkeypatch.setattr(settings(), "busy_seconds", 0.3)
    monkeypatch.setattr(backlog, "BUSY_EVERY_SECONDS", 0.1)
    listener = _Listener()
    release = asyncio.Event()

    async def hang(message: UserMessage) -> None:
        await release.wait()
        turns.current_turn().kept = []

    listener.handle_message = hang  # type: ignore[method-assign]
    await start_worker(listener, lanes=1)
    for number in range(1, 5):
        _write("halo", f"62800000000{number}")
    waiting = [f"62800000000{number}" for number in range(1, 5)]

    def told() -> list[int]:
        return [len(_rows(phone)) for phone in waiting]

    await _until(lambda: sum(told()) == 3)
    await asyncio.sleep(0.5)
    assert sorted(told()) == [0, 1, 1, 1], "the one whose turn runs is not told; the others once"
    assert "ramai" in next(body for phone in waiting for body in _said(phone))
    release.set()
    await _worked()


# ---------------------------------------------------------------- killed at any moment
class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize(
    "where",
    [
        (attended, "read"),
        (worker_module, "UserMessage"),
        (lanes, "hold"),
        (trackers, "write"),
        (outbox, "put_all"),
        (inbox, "finish"),
        (lanes, "free"),
    ],
    ids=lambda place: place[1],
)
async def test_a_turn_killed_anywhere_is_run_again_and_has_its_effects_once(
    start_worker: Start, agent: Agent, actions: Actions, monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str]
) -> None:
    module, name = where
    real = getattr(module, name)
    deaths = 2

    def die(*arguments: Any, **keywords: Any) -> Any:
        nonlocal deaths
        if deaths:
            deaths -= 1
            raise Killed
        return real(*arguments, **keywords)

    monkeypatch.setattr(module, name, die)
    await start_worker(agent, lease=0.4)
    _write("halo")
    _write("halo lagi")
    await _worked()
    assert deaths == 0
    assert _said() == ["Anda: halo", "Anda: halo lagi"]
    with transaction() as session:
        stored = trackers.load(session, session.scalar(select(Contact.key)))
        assert [event["text"] for event in stored.events if event["event"] == "user"] == ["halo", "halo lagi"]
        assert set(session.scalars(select(InboundMessage.status))) == {"done"}
        assert max(session.scalars(select(InboundMessage.attempts))) <= 2, "the deaths are all that was counted"


async def test_a_message_that_kills_its_worker_again_and_again_is_parked(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "turn_attempts", 3)
    listener = _Listener()
    hear = listener.handle_message

    async def die(message: UserMessage) -> None:
        if message.text == "racun":
            listener.heard.append(("", "racun"))
            raise Killed
        await hear(message)

    listener.handle_message = die  # type: ignore[method-assign]
    await start_worker(listener, lease=0.3)
    _write("racun")
    _write("halo")
    await _worked()
    assert [body for _, body in listener.heard] == ["racun"] * 3 + ["halo"]
    with transaction() as session:
        parked = session.scalar(select(InboundMessage).order_by(InboundMessage.id).limit(1))
        assert (parked.status, parked.last_error) == ("parked", "WorkerDied")


async def test_a_stopped_worker_gives_its_lanes_back_at_once(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "STOP_SECONDS", 0.1)
    stuck = _Listener()

    async def hang(_: UserMessage) -> None:
        stuck.heard.append(("", ""))
        await asyncio.sleep(60)

    stuck.handle_message = hang  # type: ignore[method-assign]
    worker = await start_worker(stuck, lease=60)
    _write("halo")
    await _until(lambda: bool(stuck.heard))
    await worker.stop()
    await start_worker(_Listener(), lease=60)
    await _worked()
    assert _said() == ["halo"]


async def test_the_database_may_cut_all_connections(database: str, start_worker: Start) -> None:
    listener = _Listener(0.02)
    await start_worker(listener, lease=1.0)
    for number in range(40):
        # As a webhook is kept: once more, if its connection had been cut.
        for attempt in range(2):
            try:
                _write(f"{number:02}", f"62800000000{number % 4}")
                break
            except OperationalError:
                assert attempt == 0
        if number in (10, 25):
            with transaction() as session:
                session.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity "
                        "where pid <> pg_backend_pid() and datname = current_database()"
                    )
                )
    await _worked()
    for number in range(4):
        said = _said(f"62800000000{number}")
        assert len(said) == 10
        assert said == sorted(said)


# ---------------------------------------------------------------- when actions fail
async def test_an_outage_is_told_once_and_the_message_answered_when_it_is_over(
    start_worker: Start, agent: Agent, actions: Actions
) -> None:
    actions.always = (503, {})
    await start_worker(agent)
    _write("halo")
    await _until(lambda: "Sedang ada gangguan." in _said())
    await asyncio.sleep(1)
    _write("halo?")
    calls = len(actions.calls)
    await _until(lambda: len(actions.calls) > calls + 1)
    assert _said() == ["Sedang ada gangguan."]
    with transaction() as session:
        assert not idle(session, PHONE)
        assert set(session.scalars(select(InboundMessage.attempts))) == {0}
    actions.always = None
    await _worked()
    assert _said() == ["Sedang ada gangguan.", "Anda: halo", "Anda: halo?"]
    with transaction() as session:
        assert session.execute(select(Lane.failures, Lane.outage_told_at)).one() == (0, None)
    actions.always = (503, {})
    _write("halo lagi")
    await _until(lambda: _said().count("Sedang ada gangguan.") == 2)
    actions.always = None
    await _worked()


async def test_danger_is_told_where_help_is_while_nothing_else_can_be_answered(
    start_worker: Start, agent: Agent, actions: Actions
) -> None:
    """At once, and again for who tells of it again; but not at each try."""
    actions.always = (503, {})
    await start_worker(agent)
    _write("halo tolong ibu saya sesak napas")
    await _until(lambda: _said() == ["Telepon 119 sekarang."])
    calls = len(actions.calls)
    await _until(lambda: len(actions.calls) > calls + 1)
    assert _said() == ["Telepon 119 sekarang."]
    _write("halo, ibu saya tidak sadar")
    await _until(lambda: len(_said()) > 1)
    assert _said() == ["Telepon 119 sekarang."] * 2
    actions.always = None
    await _worked()


async def test_a_server_that_is_only_restarted_is_not_spoken_of(
    start_worker: Start, agent: Agent, actions: Actions
) -> None:
    actions.plan = [(503, {})]
    await start_worker(agent)
    _write("halo")
    await _worked()
    assert _said() == ["Anda: halo"]


async def test_an_outage_of_the_second_action_keeps_nothing_of_the_first(
    start_worker: Start, agent: Agent, actions: Actions
) -> None:
    await start_worker(agent)
    _write("daftar")
    await _worked()
    # The form hands the question on, it is answered, and then the form cannot ask again.
    actions.plan = [(400, {"action_name": "validate_uji_form", "error": "x"}), 0.0, (503, {})]
    _write("halal ga")
    await _worked()
    assert _said() == ["Berapa NIK Anda?", "Anda: halal ga\n\nBerapa NIK Anda?"]
    with transaction() as session:
        stored = trackers.load(session, session.scalar(select(Contact.key)))
    assert sum(event["event"] == "user" for event in stored.events) == 2


async def test_a_message_that_always_fails_is_parked_and_the_lane_goes_on(
    start_worker: Start, agent: Agent, actions: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "turn_attempts", 3)
    actions.plan = [(500, {})] * 3
    await start_worker(agent)
    _write("halo yang sulit")
    _write("halo")
    await _worked()
    assert _said() == ["Belum berhasil saya proses.", "Anda: halo"]
    with transaction() as session:
        parked, done = session.scalars(select(InboundMessage).order_by(InboundMessage.id))
        assert (parked.status, parked.attempts, parked.last_error) == ("parked", 3, "ActionFailed")
        assert parked.content["text"] == "halo yang sulit"
        assert done.status == "done"


async def test_an_error_that_rasa_swallows_is_not_committed(
    start_worker: Start, agent: Agent, actions: Actions
) -> None:
    # An answer that is JSON, but none of an action server's.
    actions.plan = [(200, {"events": [{"event": "tak dikenal"}], "responses": []})]
    await start_worker(agent)
    _write("halo")
    await _worked()
    assert _said() == ["Anda: halo"]
    with transaction() as session:
        assert session.scalar(select(InboundMessage.attempts)) == 1


async def test_a_conversation_that_cannot_be_read_is_not_begun_anew(
    start_worker: Start, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "turn_attempts", 1)
    await start_worker(agent)
    _write("halo")
    await _worked()
    with transaction() as session:
        key = session.scalar(select(Contact.key))
        stored = trackers.load(session, key)
        trackers.write(session, key, [{"event": "tak dikenal"}, *stored.events], version=1)
    _write("halo")
    await _worked()
    assert _said() == ["Anda: halo", "Belum berhasil saya proses."]
    with transaction() as session:
        assert len(trackers.load(session, key).events) == len(stored.events) + 1


@pytest.mark.parametrize("what", ["message", "conversation", "contact"])
async def test_what_cannot_be_deciphered_is_parked_and_stops_nobody_else(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """As when a key has been lost."""
    monkeypatch.setattr(settings(), "turn_attempts", 2)
    _write("halo")
    listener = _Listener()
    worker = await start_worker(listener)
    await _worked()
    await worker.stop()
    _write("pertama")
    _write("tidak terbaca")
    with transaction() as session:
        contact = find_contact(session, phone=PHONE)
        last = session.scalar(select(func.max(InboundMessage.id)))
        session.execute(
            {
                "message": text("update inbound_message set content = 'rusak'::bytea where id = :last"),
                "conversation": text("update tracker set events = 'rusak'::bytea"),
                "contact": text("update contact set phone = 'rusak'::bytea"),
            }[what],
            {"last": last} if what == "message" else {},
        )
        contact_id = contact.id
    _write("orang lain", "628000000002")
    await start_worker(listener)
    await _worked()
    assert "orang lain" in _said("628000000002")
    with transaction() as session:
        statuses = list(
            session.scalars(
                select(InboundMessage.status).where(InboundMessage.contact_id == contact_id).order_by(InboundMessage.id)
            )
        )
    assert statuses == ["done", "done" if what == "message" else "parked", "parked"]
