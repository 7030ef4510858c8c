"""While a person has a conversation the bot is silent, all is written down once, and nothing gets lost in between."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from sqlalchemy import func, select, text, update

from siaga.db import transaction
from siaga.dialogue import attended
from siaga.dialogue import turn as turns
from siaga.dialogue.worker import Worker
from siaga.handoffs import claiming, closing, opening, queue, recording, state
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.media.tables import ReceivedMedia
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.turns import inbox, lanes, outbox, resume, trackers
from siaga.turns.messages import Draft, Incoming, Option, message_key
from siaga.turns.tables import Dispatch, InboundMessage, Lane, OutboundMessage
from siaga.unclear.tables import UnclearMessage
from tests.dialogue.standing_in import StandIn
from tests.handoffs.given import keep_hours
from tests.turns import people
from tests.whatsapp.graph import Graph

PHONE = "628000000001"
ANSWERED = "Warga menulis tanda bahaya. Bot sudah menjawab dengan pertolongan darurat (119)."
UNANSWERED = "Warga menulis tanda bahaya. Bot belum bisa menjawabnya."
Start = Callable[..., Awaitable[Worker]]


class Bot(StandIn):
    """In Rasa's place: understands danger by one word, says what it heard, and remembers how."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[UserMessage] = []
        self.before_it_answers: Callable[[], None] | None = None
        self.is_down = self.understands_nothing = False
        self.offers: list[dict[str, str]] = []

    @property
    def texts(self) -> list[str]:
        return [str(message.text) for message in self.heard]

    @property
    def intents(self) -> list[str | None]:
        return [(message.parse_data or {})["intent"]["name"] for message in self.heard]

    async def parse(self, message: UserMessage) -> dict[str, Any]:
        if self.understands_nothing:
            raise ValueError("no model")
        name = "emergency" if "sesak" in str(message.text) else "greet"
        return {"text": message.text, "intent": {"name": name, "confidence": 1.0}, "entities": []}

    async def handle_message(self, message: UserMessage) -> None:
        self.heard.append(message)
        if self.is_down:
            raise turns.ActionServerDown
        if self.before_it_answers:
            await asyncio.to_thread(self.before_it_answers)
        said: dict[str, Any] = {"text": f"Anda: {message.text}"}
        await self.say(message, {**said, "buttons": self.offers} if self.offers else said)


@pytest.fixture
def bot(database: str, monkeypatch: pytest.MonkeyPatch) -> Bot:
    keep_hours(monkeypatch, None)
    return Bot()


# ---------------------------------------------------------------- what happens
def _now() -> datetime:
    return datetime.now(timezone.utc)


def _receive(*messages: Incoming) -> None:
    with transaction() as session:
        inbox.receive(session, list(messages))


def _write(body: str) -> None:
    _receive(people.text(body, PHONE))


def _send(kind: Any, content: dict[str, Any]) -> None:
    _receive(Incoming(f"wamid.{kind}.{time.monotonic_ns()}", people.AT, kind, content, PHONE))


def _contact() -> int:
    with transaction() as session:
        return ensure_contact(session, phone=PHONE).id


def _ask() -> int:
    who = _contact()
    with transaction() as session:
        return opening.ask(session, who, "asked", message_id=f"m{time.monotonic_ns()}", at=_now()).id


def _claim(hand_off_id: int) -> int:
    with transaction() as session:
        claiming.claim(session, hand_off_id, "ani", _now())
    return hand_off_id


def _held() -> int:
    return _claim(_ask())


def _give_back(hand_off_id: int) -> None:
    with transaction() as session:
        resume.give_back(session, hand_off_id, by="ani", why="solved", at=_now())


def _offer(*payloads: str) -> str:
    """The key of a message with these options."""
    key = outbox.new_key()
    options = tuple(Option(f"{key}.{n}", payload.strip("/"), payload) for n, payload in enumerate(payloads, 1))
    who = _contact()
    with transaction() as session:
        outbox.put_all(session, who, [Draft({"type": "text", "text": {"body": "Pilih:"}}, options)], key)
    return key


# ---------------------------------------------------------------- what came of it
def _said() -> list[str]:
    """What the bot has answered to somebody's message."""
    answers = select(OutboundMessage).where(OutboundMessage.caused_by.is_not(None)).order_by(OutboundMessage.seq)
    with transaction() as session:
        return [_body(row.payload) for row in session.scalars(answers)]


def _body(payload: dict[str, Any]) -> str:
    return payload["text"]["body"] if "text" in payload else payload["interactive"]["body"]["text"]


def _recorded(*authors: str) -> list[tuple[str, str, str]]:
    """Who said what, of which kind; all but the desk's own doings unless named."""
    wanted = authors or ("citizen", "bot")
    with transaction() as session:
        return [
            (row.author, row.kind, str(row.content.get("text") or row.content.get("title") or ""))
            for row in session.scalars(select(HandOffMessage).order_by(HandOffMessage.id))
            if row.author in wanted
        ]


def _hand_off(hand_off_id: int) -> HandOff:
    with transaction() as session:
        return state.get(session, hand_off_id)


def _statuses() -> set[str]:
    with transaction() as session:
        return set(session.scalars(select(InboundMessage.status)))


async def _until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.02)


async def _worked() -> None:
    """All turns have ended."""

    def ended() -> bool:
        with transaction() as session:
            waits = session.scalar(select(select(InboundMessage).where(InboundMessage.status == "waiting").exists()))
            return not waits and not session.scalar(select(select(Lane).where(lanes.leased()).exists()))

    await _until(ended)


# ---------------------------------------------------------------- waiting
async def test_while_somebody_waits_the_bot_answers_and_both_are_recorded(bot: Bot, start_worker: Start) -> None:
    hand_off_id = _ask()
    bot.offers = [{"title": "Menu", "payload": "/show_menu"}]
    await start_worker(bot)
    _write("halo")
    await _worked()
    assert _said() == ["Anda: halo"]
    assert _recorded() == [("citizen", "text", "halo"), ("bot", "text", "Anda: halo")]
    assert bot.heard[0].metadata["hand_off"] == "waiting"
    with transaction() as session:
        citizen, answer = recording.messages(session, hand_off_id)
        assert answer.content["options"] == ["Menu"]
        assert answer.status == "queued"
        assert citizen.message_key == session.scalar(select(InboundMessage.key))
        assert citizen.content["wamid"].startswith("wamid.")
    assert _hand_off(hand_off_id).last_citizen_at == people.AT


async def test_the_turn_that_calls_a_person_is_the_first_that_they_read(bot: Bot, start_worker: Start) -> None:
    bot.before_it_answers = lambda: bot.texts == ["mau sama petugas"] and _ask()
    await start_worker(bot)
    _write("mau sama petugas")
    await _worked()
    assert _recorded() == [("citizen", "text", "mau sama petugas"), ("bot", "text", "Anda: mau sama petugas")]
    assert "hand_off" not in bot.heard[0].metadata


async def test_without_a_hand_off_nothing_is_recorded(bot: Bot, start_worker: Start) -> None:
    _give_back(_ask())
    await start_worker(bot)
    _write("halo")
    await _worked()
    assert _said() == ["Anda: halo"]
    assert _recorded() == []


# ---------------------------------------------------------------- held
async def test_while_a_person_has_it_the_bot_is_silent(bot: Bot, start_worker: Start, graph: Graph) -> None:
    await start_worker(bot)
    _write("halo")
    await _worked()
    hand_off_id = _held()
    with transaction() as session:
        session.execute(update(Contact).values(last_message_at=people.AT - timedelta(hours=1)))
    _write("pusing sejak kemarin")
    await _worked()
    assert bot.texts == ["halo"]
    assert _said() == ["Anda: halo"]
    assert _recorded() == [("citizen", "text", "pusing sejak kemarin")]
    with transaction() as session:
        assert set(session.execute(select(InboundMessage.status, InboundMessage.content))) == {("done", None)}
        contact = session.scalar(select(Contact))
        assert contact.last_message_at == people.AT
        assert trackers.load(session, contact.key).version == 1, "the conversation with the bot stands still"
        assert session.scalar(select(func.count()).select_from(UnclearMessage)) == 0
    assert (_hand_off(hand_off_id).urgency, _hand_off(hand_off_id).danger_at) == (0, None)
    await asyncio.sleep(0.1)
    assert len(graph.requests) == 1, "nothing shows that the bot is writing"


async def test_files_places_and_old_buttons_are_the_persons_too(bot: Bot, start_worker: Start) -> None:
    hand_off_id = _held()
    key = _offer("/tanya", "/back_to_bot")
    _send("media", {"media_kind": "image", "media_id": "m1", "mime": "image/jpeg", "caption": "ruamnya"})
    _send("location", {"lat": -7.25, "lon": 112.75})
    _send("contacts", {"phones": ["628000000009"]})
    _send("form", {"fields": {"nik": "3578011708549001"}})
    _send("option", {"id": f"{key}.1", "title": "Tanya dulu"})
    _write("2")
    await start_worker(bot)
    await _worked()
    assert bot.heard == [], "nor does a number that answers the person stand for a button of the bot's"
    assert _recorded() == [
        ("citizen", "media", ""),
        ("citizen", "location", ""),
        ("citizen", "contacts", ""),
        ("citizen", "form", ""),
        ("citizen", "option", "Tanya dulu"),
        ("citizen", "text", "2"),
    ]
    with transaction() as session:
        said = recording.messages(session, hand_off_id)
        file = session.scalar(select(ReceivedMedia.message_key))
        by_kind = {one.kind: one for one in said}
        assert by_kind["media"].message_key == file, "the desk finds the file by it"
        assert by_kind["media"].content["caption"] == "ruamnya"
        assert by_kind["location"].content["lat"] == -7.25
        assert "fields" not in by_kind["form"].content


@pytest.mark.parametrize("body", ["sesak napas banget", "kok saya sesak ya balik ke bot aja"])
async def test_danger_is_answered_and_the_person_alarmed(
    bot: Bot, start_worker: Start, graph: Graph, body: str
) -> None:
    hand_off_id = _held()
    await start_worker(bot)
    _write(body)
    await _worked()
    assert bot.intents == ["emergency"]
    assert bot.heard[0].metadata["hand_off"] == "held"
    assert _said() == [f"Anda: {body}"]
    assert _recorded("citizen", "bot", "system")[-3:] == [
        ("citizen", "text", body),
        ("bot", "text", f"Anda: {body}"),
        ("system", "text", ANSWERED),
    ]
    hand_off = _hand_off(hand_off_id)
    assert (hand_off.state, hand_off.urgency, hand_off.danger_at) == ("held", 2, people.AT)
    await _until(lambda: bool(graph.requests))


async def test_in_words_or_by_its_button_the_bot_is_called_back(bot: Bot, start_worker: Start) -> None:
    _held()
    key = _offer("/back_to_bot")
    _write("balik ke bot aja min")
    _send("option", {"id": f"{key}.1", "title": "Kembali ke bot"})
    _write("bot nya error")
    await start_worker(bot)
    await _worked()
    assert bot.intents == ["back_to_bot", "back_to_bot"]
    assert _recorded("citizen")[-1] == ("citizen", "text", "bot nya error")


async def test_the_wish_for_the_bot_is_understood_without_a_person_too(bot: Bot, start_worker: Start) -> None:
    await start_worker(bot)
    _write("kembali ke bot")
    await _worked()
    assert bot.intents == ["back_to_bot"]


async def test_who_waits_and_asks_after_the_person_calls_again_and_nobody_else_does(
    bot: Bot, start_worker: Start
) -> None:
    await start_worker(bot)
    _write("masih lama ga?")
    await _worked()
    _ask()
    _write("masih lama ga?")
    await _worked()
    assert bot.intents == ["greet", "talk_to_human"]


async def test_what_came_late_is_the_persons_unless_it_tells_of_danger(bot: Bot, start_worker: Start) -> None:
    hand_off_id = _held()
    old = people.AT - timedelta(hours=3)
    _receive(*(replace(people.text(body, PHONE), at=old) for body in ("halo", "balik ke bot")))
    await start_worker(bot)
    await _worked()
    assert bot.heard == []
    assert [body for _, _, body in _recorded()] == ["halo", "balik ke bot"]
    assert _hand_off(hand_off_id).last_citizen_at > people.AT - timedelta(hours=1), "nobody could have read it before"
    _receive(*(replace(people.text(body, PHONE), at=old) for body in ("ayah kejang", "tolong")))
    await _worked()
    assert bot.intents == ["late_messages"]
    assert _hand_off(hand_off_id).urgency == 2


# ---------------------------------------------------------------- what somebody wants done with their data
MARK = ("system", "text", "Warga ini minta datanya dihapus. Tutup percakapan dulu, lalu bot menanyakan kepastiannya.")


async def _wished(start_worker: Start, bot: Bot, *bodies: str) -> int:
    """Written to a person: the bot says nothing."""
    hand_off_id = _held()
    await start_worker(bot)
    for body in bodies:
        _write(body)
        await _worked()
    assert (bot.heard, _said()) == ([], [])
    return hand_off_id


async def test_a_wish_is_noted_once_and_the_bot_takes_it_up_when_it_is_back(bot: Bot, start_worker: Start) -> None:
    hand_off_id = await _wished(
        start_worker, bot, "tolong hapus data saya", "HAPUS DATA SAYA", "stop", "hapus yang tadi"
    )
    assert _recorded("system").count(MARK) == 1
    with transaction() as session:
        (row,) = queue.rows(session, [hand_off_id])
        assert row.labels == ("minta berhenti pesan", "minta hapus data"), "it is seen in the list, too"
    _give_back(hand_off_id)
    await _worked()
    # What cannot be undone comes last.
    assert bot.intents == ["desk_closed", "stop_messages", "delete_my_data"]
    assert bot.texts[-1] == "hapus data saya"
    assert bot.heard[-1].metadata["silence"] is None and bot.heard[-1].metadata["kind"] == "desk"
    _give_back(hand_off_id)
    await _worked()
    assert len(bot.heard) == 3


async def test_the_volunteer_may_have_closed_it_by_silence_long_after(bot: Bot, start_worker: Start) -> None:
    """The bot may not speak then; the question is open when they write again."""
    hand_off_id = await _wished(start_worker, bot, "cabut persetujuan saya")
    with transaction() as session:
        session.execute(update(Dispatch).values(last_inbound_at=_now() - timedelta(days=2)))
        resume.give_back(session, hand_off_id, by="silence", why="silence", at=_now())
    await _worked()
    assert bot.intents == ["withdraw_consent"]


async def test_a_wish_is_taken_up_when_the_citizen_ends_it(bot: Bot, start_worker: Start) -> None:
    hand_off_id = await _wished(start_worker, bot, "hapus data saya")

    def close() -> None:
        with transaction() as session:
            closing.close(session, hand_off_id, by="citizen", why="back_to_bot", at=_now())

    bot.before_it_answers = close
    _write("balik ke bot")
    await _worked()
    assert bot.intents == ["back_to_bot", "delete_my_data"]


async def test_a_wish_is_not_lost_where_the_next_person_comes_first(bot: Bot, start_worker: Start) -> None:
    hand_off_id = await _wished(start_worker, bot, "hapus data saya")
    # In one transaction, so that the bot has no moment in between.
    with transaction() as session:
        resume.give_back(session, hand_off_id, by="ani", why="solved", at=_now())
        asked = opening.ask(session, state.get(session, hand_off_id).contact_id, "asked", message_id="next", at=_now())
        claiming.claim(session, asked.id, "ani", _now())
    await _worked()
    assert bot.heard == [] and _recorded("system").count(MARK) == 2
    _give_back(asked.id)
    await _worked()
    assert bot.intents == ["desk_closed", "delete_my_data"]


async def test_a_wish_in_a_conversation_with_the_bot_is_the_bots(bot: Bot, start_worker: Start) -> None:
    hand_off_id = _ask()
    await start_worker(bot)
    _write("hapus data saya")
    await _worked()
    _give_back(_claim(hand_off_id))
    await _worked()
    assert bot.intents == ["greet", "desk_closed"]
    assert MARK not in _recorded("system")


# ---------------------------------------------------------------- changes of hands, at any moment
async def test_closed_while_a_silent_turn_runs_the_bot_answers(
    bot: Bot, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_off_id = _held()
    real = attended.is_for_person

    def just_then(parse_data: Any) -> bool:
        _give_back(hand_off_id)
        return real(parse_data)

    monkeypatch.setattr(attended, "is_for_person", just_then)
    await start_worker(bot)
    _write("halo")
    await _worked()
    assert bot.texts == ["halo", "[percakapan petugas selesai]"]
    assert _said() == ["Anda: halo", "Anda: [percakapan petugas selesai]"]
    assert _recorded() == []


async def test_claimed_while_the_bot_answers_both_are_recorded(bot: Bot, start_worker: Start) -> None:
    hand_off_id = _ask()
    bot.before_it_answers = lambda: _claim(hand_off_id) and None
    await start_worker(bot)
    _write("halo")
    _write("masih di sana?")
    await _worked()
    assert _said() == ["Anda: halo"]
    assert [body for _, _, body in _recorded()] == ["halo", "Anda: halo", "masih di sana?"]


async def test_given_back_the_bot_hears_it_once_and_in_order(bot: Bot, start_worker: Start) -> None:
    hand_off_id = _held()
    _write("makasih")
    _give_back(hand_off_id)
    _write("lanjut daftar")
    with transaction() as session:
        heard_at = session.scalar(select(Dispatch.last_inbound_at))
    await start_worker(bot)
    await _worked()
    assert bot.texts == ["makasih", "[percakapan petugas selesai]", "lanjut daftar"]
    told = bot.heard[1]
    assert (told.metadata["kind"], told.metadata["silence"], told.parse_data["intent"]["name"]) == (
        "desk",
        None,
        "desk_closed",
    )
    assert told.parse_data["entities"][0]["value"] == {"why": "solved", "by_name": "ani"}
    with transaction() as session:
        assert session.scalar(select(Dispatch.last_inbound_at)) == heard_at
        assert session.scalar(select(Contact.last_message_at)) == people.AT


async def test_what_the_desk_tells_counts_as_nobodys_message(bot: Bot, start_worker: Start, graph: Graph) -> None:
    who = _contact()
    with transaction() as session:
        session.add(Dispatch(contact_id=who, channel="whatsapp", last_inbound_at=_now()))
    _give_back(_held())
    with transaction() as session:
        session.execute(update(InboundMessage).values(at=_now() - timedelta(hours=3)))
    await start_worker(bot)
    await _worked()
    assert bot.intents == ["desk_closed"], "however late, it is not taken for something that was written"
    with transaction() as session:
        assert session.scalar(select(Contact.last_message_at)) is None
    await asyncio.sleep(0.1)
    assert graph.requests == []


async def test_old_messages_are_not_gathered_across_what_the_desk_tells(bot: Bot) -> None:
    hand_off_id = _held()
    old = people.AT - timedelta(hours=3)
    _receive(replace(people.text("satu", PHONE), at=old))
    with transaction() as session:
        session.execute(update(Dispatch).values(last_inbound_at=_now()))
    _give_back(hand_off_id)
    _receive(replace(people.text("dua", PHONE), at=old))
    with transaction() as session:
        session.execute(update(InboundMessage).values(at=old))
    kinds = []
    while True:
        with transaction() as session:
            turn = inbox.open_turn(session, _contact(), len, stale_after=3600)
            if not turn:
                break
            kinds.append([message.kind for message in turn])
            inbox.finish(session, turn)
    assert kinds == [["text"], ["desk"], ["text"]]


async def test_who_is_with_the_next_person_is_not_told_of_the_last(bot: Bot, start_worker: Start) -> None:
    who = _contact()
    with transaction() as session:
        session.add(Dispatch(contact_id=who, channel="whatsapp", last_inbound_at=_now()))
    _give_back(_held())
    _held()
    await start_worker(bot)
    await _worked()
    assert bot.heard == []
    assert _recorded() == []
    assert _statuses() == {"done"}


async def test_however_often_it_changes_hands_no_message_is_lost(
    bot: Bot, start_worker: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is answered by the bot, or read by a person, or both; none twice."""
    await start_worker(bot, lanes=2)
    await start_worker(bot, lanes=2)
    _write("00")
    ends = threading.Event()

    def change_hands() -> None:
        while not ends.is_set():
            hand_off_id = _held()
            with transaction() as session:
                claiming.release(session, hand_off_id, "ani", _now())
            _claim(hand_off_id)
            _give_back(hand_off_id)

    hands = threading.Thread(target=change_hands)
    hands.start()
    for number in range(1, 40):
        await asyncio.to_thread(_write, f"{number:02}")
        await asyncio.sleep(0.02)
    ends.set()
    await asyncio.to_thread(hands.join, 10)
    await _worked()
    answered = [body.removeprefix("Anda: ") for body in _said()]
    answered = [body for body in answered if not body.startswith("[")]
    read = [body for _, _, body in _recorded("citizen")]
    assert {*answered, *read} == {f"{number:02}" for number in range(40)}
    assert answered == sorted(set(answered))
    assert read == sorted(set(read))
    assert _statuses() == {"done"}
    assert "cut off" not in caplog.text, "nobody waits in a circle"


# ---------------------------------------------------------------- when something fails
async def test_a_silent_turn_needs_no_action_server_and_danger_is_seen_meanwhile(bot: Bot, start_worker: Start) -> None:
    hand_off_id = _held()
    bot.is_down = True
    await start_worker(bot)
    _write("halo")
    await _worked()
    assert _recorded() == [("citizen", "text", "halo")]
    _write("sesak napas")
    await _until(lambda: len(bot.heard) > 1)
    await _until(lambda: ("system", "text", UNANSWERED) in _recorded("system"))
    assert _hand_off(hand_off_id).urgency == 2
    assert [body for _, _, body in _recorded("citizen")] == ["halo", "sesak napas"]
    bot.is_down = False
    await _worked()
    assert [body for _, _, body in _recorded("citizen")] == ["halo", "sesak napas"], "recorded once"
    assert _recorded("system").count(("system", "text", UNANSWERED)) == 1
    assert _said() == ["Anda: sesak napas"]


async def test_a_model_that_fails_does_not_stand_between_two_people(bot: Bot, start_worker: Start) -> None:
    _held()
    bot.understands_nothing = True
    await start_worker(bot)
    for body in ("halo", "balik ke bot", "ibu saya kejang"):
        _write(body)
        await _worked()
    assert [body for _, _, body in _recorded("citizen")] == ["halo", "balik ke bot", "ibu saya kejang"]
    assert bot.intents == ["back_to_bot", "emergency"]


async def test_what_cannot_be_read_at_all_is_seen_and_not_apologised_for(
    bot: Bot, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "turn_attempts", 1)
    _held()
    _write("halo")
    with transaction() as session:
        session.execute(text("update inbound_message set content = '\\x00'"))
    await start_worker(bot)
    await _worked()
    assert _statuses() == {"parked"}
    assert _recorded() == [("citizen", "unreadable", "")]
    assert _said() == []
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(OutboundMessage)) == 0


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize(
    "where",
    [
        (attended, "heard"),
        (lanes, "hold"),
        (recording, "citizen_said"),
        (inbox, "finish"),
        (lanes, "free"),
    ],
    ids=lambda place: place[1],
)
async def test_a_silent_turn_killed_anywhere_is_recorded_once(
    bot: Bot, start_worker: Start, monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str]
) -> None:
    module, name = where
    real = getattr(module, name)
    deaths = 1

    def die(*arguments: Any, **keywords: Any) -> Any:
        nonlocal deaths
        if deaths:
            deaths -= 1
            raise Killed
        return real(*arguments, **keywords)

    _held()
    monkeypatch.setattr(module, name, die)
    await start_worker(bot, lease=0.3)
    _write("halo")
    _write("halo lagi")
    await _worked()
    assert deaths == 0
    assert _said() == []
    assert [body for _, _, body in _recorded()] == ["halo", "halo lagi"]
    assert _statuses() == {"done"}


async def test_what_is_taken_back_is_gone_from_the_desk_too(bot: Bot, start_worker: Start) -> None:
    _held()
    await start_worker(bot)
    message = people.text("salah kirim", PHONE)
    _receive(message)
    await _worked()
    _send("revoke", {"original": message_key(message.wamid)})
    assert _recorded() == [("citizen", "withdrawn", "")]
