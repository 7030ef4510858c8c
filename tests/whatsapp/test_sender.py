"""The outbox is emptied in order, whatever the Graph API answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from siaga import media
from siaga.db import transaction
from siaga.media.tables import Media
from siaga.turns import outbox
from siaga.turns.messages import Delivery, Draft
from siaga.turns.tables import OutboundMessage
from siaga.whatsapp import sender as sender_module
from siaga.whatsapp.client import GraphClient, Refused
from siaga.whatsapp.sender import Sender, pause_after
from tests.turns import people
from tests.turns.outgoing import correspondent
from tests.whatsapp.graph import Graph, running


@pytest.fixture
def graph() -> Iterator[Graph]:
    with running() as graph:
        yield graph


@asynccontextmanager
async def _sending(graph: Graph, *, resend_after: float = 30) -> AsyncIterator[Sender]:
    client = GraphClient(graph.access, answer_seconds=0.5)
    sender = Sender(client, rate=80, resend_after=resend_after)
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await asyncio.wait_for(task, 10)
        await client.close()


def _put(body: str, phone: str = "628000000001", payload: dict[str, object] | None = None) -> str:
    with transaction() as session:
        contact = correspondent(session, phone)
        (key,) = outbox.put_all(session, contact, [Draft(payload or {"type": "text", "text": {"body": body}})])
        return key


def _status(key: str) -> str:
    with transaction() as session:
        return session.scalar(select(OutboundMessage.status).where(OutboundMessage.id == key))


async def _until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.03)


async def test_messages_go_out_in_order(database: str, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "ORDER_SECONDS", 0.05)
    async with _sending(graph):
        for number in range(6):
            await asyncio.to_thread(_put, str(number), f"62800000000{number % 2}")
        await _until(lambda: len(graph.sent) == 6)
    for phone in ("+628000000000", "+628000000001"):
        bodies = [request["text"]["body"] for request in graph.sent if request["to"] == phone]
        assert bodies == sorted(bodies)


async def test_a_refusal_that_passes_is_tried_again(
    database: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "pause_after", lambda *_: 0.1)
    graph.refuse(131000, 500)
    graph.refuse(131056)
    key = _put("halo")
    async with _sending(graph):
        await _until(lambda: _status(key) == "accepted")
    assert len(graph.sent) == 3


async def test_a_refusal_for_good_does_not_hold_up_the_next(database: str, graph: Graph) -> None:
    graph.refuse(131026)
    first, second = _put("1"), _put("2")
    async with _sending(graph):
        await _until(lambda: _status(second) == "accepted")
    assert _status(first) == "failed"


async def test_a_broken_token_stops_everything_for_a_while(
    database: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "CHANNEL_PAUSE", 0.5)
    graph.refuse(190, 401)
    key = _put("halo")
    async with _sending(graph):
        await _until(lambda: len(graph.sent) == 1)
        await asyncio.sleep(0.2)
        assert len(graph.sent) == 1
        await _until(lambda: _status(key) == "accepted")


async def test_an_unanswered_message_whose_status_comes_is_not_sent_again(database: str, graph: Graph) -> None:
    graph.answers.append(1.0)
    key = _put("halo")
    async with _sending(graph, resend_after=0.5):
        await _until(lambda: _status(key) == "unknown")
        with transaction() as session:
            outbox.record(session, [Delivery("wamid.1", "sent", people.AT, key)])
        await asyncio.sleep(1.5)
    assert len(graph.sent) == 1
    assert _status(key) == "sent"


async def test_an_unanswered_message_without_a_status_is_sent_again(database: str, graph: Graph) -> None:
    graph.answers.append(1.0)
    key = _put("halo")
    async with _sending(graph, resend_after=0.3):
        await _until(lambda: _status(key) == "accepted")
    assert [request["biz_opaque_callback_data"] for request in graph.sent] == [key, key]


async def test_a_graph_api_that_is_away_is_waited_for(database: str, graph: Graph) -> None:
    key = _put("halo")
    away = Graph()
    away.url = "http://127.0.0.1:9"
    async with _sending(away):
        await asyncio.sleep(0.5)
        assert _status(key) == "queued"


async def test_a_picture_is_uploaded_once(database: str, graph: Graph) -> None:
    with transaction() as session:
        reference = media.put(session, b"\x89PNG gambar", "image/png")
    keys = [
        _put("", "628000000001", {"type": "image", "image": {"id": reference, "caption": "tiket"}}),
        _put("", "628000000002", {"type": "image", "image": {"id": reference}}),
        _put(
            "",
            "628000000003",
            {
                "type": "interactive",
                "interactive": {"header": {"type": "image", "image": {"id": reference}}, "body": {"text": "x"}},
            },
        ),
    ]
    async with _sending(graph):
        await _until(lambda: all(_status(key) == "accepted" for key in keys))
    assert len(graph.uploads) == 1
    names = {(request.get("image") or request["interactive"]["header"]["image"])["id"] for request in graph.sent}
    with transaction() as session:
        assert names == {session.scalar(select(Media.graph_id))}


async def test_an_expired_picture_is_uploaded_anew(database: str, graph: Graph) -> None:
    with transaction() as session:
        reference = media.put(session, b"\x89PNG gambar", "image/png")
    key = _put("", payload={"type": "image", "image": {"id": reference}})
    graph.answers += [(200, {"id": "alt"}, {})]
    graph.refuse(131053)
    async with _sending(graph):
        await _until(lambda: _status(key) == "accepted")
    assert len(graph.uploads) == 2
    assert graph.sent[-1]["image"]["id"] != "alt"


async def test_stopping_lets_what_is_under_way_arrive(database: str, graph: Graph) -> None:
    graph.answers.append(0.3)
    key = _put("halo")
    async with _sending(graph):
        await _until(lambda: len(graph.sent) == 1)
    assert _status(key) == "accepted"


@pytest.mark.parametrize(
    ("code", "attempts", "expected"),
    [(131056, 1, 4), (131056, 3, 64), (131000, 1, 2), (131000, 9, 300), (131048, 1, 3600)],
)
def test_pauses_grow(code: int, attempts: int, expected: float) -> None:
    assert pause_after(Refused(code, 400), attempts) == expected


def test_the_api_may_name_the_pause() -> None:
    assert pause_after(Refused(130429, 429, 7.0), 1) == 7.0
