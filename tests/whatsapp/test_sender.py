"""The outbox is emptied in order, whatever the Graph API answers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from siaga import media
from siaga.db import transaction
from siaga.media.tables import Media
from siaga.turns import outbox, outcomes, pauses, statuses, steps
from siaga.turns.messages import Delivery, Draft
from siaga.turns.tables import Dispatch, OutboundMessage
from siaga.whatsapp import sender as sender_module
from siaga.whatsapp.client import GraphClient, Refused
from siaga.whatsapp.errors import verdict
from siaga.whatsapp.pictures import Pictures
from siaga.whatsapp.sender import Sender, at_once, pause_of_channel, wait_of_message
from tests.turns import people
from tests.turns.outgoing import correspondent
from tests.whatsapp.graph import Graph, running


@pytest.fixture
def graph() -> Iterator[Graph]:
    with running() as graph:
        yield graph


@asynccontextmanager
async def _sending(
    graph: Graph, *, resend_after: float = 30, rate: float = 80, answer_seconds: float = 10
) -> AsyncIterator[Sender]:
    client = GraphClient(graph.access, answer_seconds=answer_seconds)
    sender = Sender(client, rate=rate, resend_after=resend_after, pictures=partial(Pictures, client))
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await asyncio.wait_for(task, 30)
        await client.close()


def _put(body: str, phone: str = "628000000001", payload: dict[str, object] | None = None) -> str:
    with transaction() as session:
        contact = correspondent(session, phone)
        (key,) = outbox.put_all(session, contact, [Draft(payload or {"type": "text", "text": {"body": body}})])
        return key


def _status(key: str) -> str:
    with transaction() as session:
        return session.scalar(select(OutboundMessage.status).where(OutboundMessage.id == key))


async def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.03)


async def test_messages_go_out_in_order(database: str, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "ORDER_SECONDS", 0.05)
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
    monkeypatch.setattr(sender_module, "wait_of_message", lambda *_: 0.1)
    monkeypatch.setattr(sender_module, "BREATH_SECONDS", 0.1)
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


@pytest.mark.parametrize(("code", "status"), [(190, 401), (130429, 429), (131048, 400)])
async def test_trouble_of_the_number_stops_all_senders_until_one_message_gets_through(
    database: str,
    graph: Graph,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    code: int,
    status: int,
) -> None:
    monkeypatch.setattr(pauses, "PAUSE_SECONDS", 1.0)
    monkeypatch.setattr(outcomes, "LATE_SECONDS", 0.5)
    monkeypatch.setattr(sender_module, "BREATH_SECONDS", 1.0)
    graph.refuse(code, status, times=2)
    keys = [_put("halo")]
    async with _sending(graph), _sending(graph):
        await _until(lambda: len(graph.sent) == 1)
        await _until(lambda: _status(keys[0]) == "queued")
        keys += [_put("halo", f"6280000001{number:02}") for number in range(10)]
        await _until(lambda: len(graph.sent) == 2)
        await _until(lambda: _status(keys[0]) == "queued")
        assert len(graph.sent) == 2, "one message was enough to see that the trouble goes on"
        await _until(lambda: all(_status(key) == "accepted" for key in keys))
    assert len(graph.sent) == 13
    told = [record for record in caplog.records if "sent" in record.message and str(code) in record.message]
    if code != 130429:
        assert 1 <= len([record for record in told if record.levelname == "ERROR"]) <= 2, "once for each sender"
    assert "62800" not in caplog.text


async def test_a_sender_that_cannot_reach_the_channel_does_not_stop_the_others(database: str, graph: Graph) -> None:
    away = Graph()
    away.url = "http://127.0.0.1:9"
    keys = [_put("halo", f"6280000001{number:02}") for number in range(10)]
    async with _sending(away), _sending(graph):
        await _until(lambda: all(_status(key) == "accepted" for key in keys))
    assert len(graph.sent) == 10


async def test_an_unanswered_message_whose_status_comes_is_not_sent_again(database: str, graph: Graph) -> None:
    graph.answers.append(1.0)
    key = _put("halo")
    async with _sending(graph, resend_after=0.5, answer_seconds=0.5):
        await _until(lambda: _status(key) == "unknown")
        with transaction() as session:
            statuses.record(session, [Delivery("wamid.1", "sent", people.AT, key)])
        await asyncio.sleep(1.5)
    assert len(graph.sent) == 1
    assert _status(key) == "sent"


async def test_an_unanswered_message_without_a_status_is_sent_again(database: str, graph: Graph) -> None:
    graph.answers.append(1.0)
    key = _put("halo")
    async with _sending(graph, resend_after=0.3, answer_seconds=0.5):
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


async def test_a_file_is_uploaded_like_a_picture_and_keeps_its_name(database: str, graph: Graph) -> None:
    with transaction() as session:
        reference = media.put(session, b"%PDF-1.4 surat", "application/pdf")
    plain = {"id": reference, "filename": "surat.pdf"}
    header = {"header": {"type": "document", "document": plain}, "body": {"text": "x"}}
    keys = [
        _put("", "628000000001", {"type": "document", "document": plain}),
        _put("", "628000000002", {"type": "interactive", "interactive": header}),
    ]
    async with _sending(graph):
        await _until(lambda: all(_status(key) == "accepted" for key in keys))
    assert len(graph.uploads) == 1
    with transaction() as session:
        graph_id = session.scalar(select(Media.graph_id))
    sent = [request.get("document") or request["interactive"]["header"]["document"] for request in graph.sent]
    assert sent == [{"id": graph_id, "filename": "surat.pdf"}] * 2


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


async def test_several_senders_use_one_upload(database: str, graph: Graph) -> None:
    with transaction() as session:
        reference = media.put(session, b"\x89PNG gambar", "image/png")

    def put_some(tens: int) -> list[str]:
        payload = {"type": "image", "image": {"id": reference}}
        return [_put("", f"628000000{tens}{number:02}", payload) for number in range(10)]

    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(_sending(graph))
        first = await asyncio.to_thread(put_some, 1)
        await _until(lambda: all(_status(key) == "accepted" for key in first))
        assert 1 <= len(graph.uploads) <= 3, "at most one by each sender that met it first"
        uploads = len(graph.uploads)
        more = await asyncio.to_thread(put_some, 2)
        await _until(lambda: all(_status(key) == "accepted" for key in more))
        assert len(graph.uploads) == uploads
    with transaction() as session:
        kept = session.scalar(select(Media.graph_id))
    assert {request["image"]["id"] for request in graph.sent} == {kept}


async def test_a_picture_that_was_gone_by_a_status_is_uploaded_anew(database: str, graph: Graph) -> None:
    with transaction() as session:
        reference = media.put(session, b"\x89PNG gambar", "image/png")
    key = _put("", payload={"type": "image", "image": {"id": reference}})
    async with _sending(graph):
        await _until(lambda: _status(key) == "accepted")
        failed = Delivery("wamid.graph.2", "failed", people.AT, key, 131053, verdict(131053))
        with transaction() as session:
            statuses.record(session, [failed])
        await _until(lambda: len(graph.sent) == 2)
        await _until(lambda: _status(key) == "accepted")
    assert len(graph.uploads) == 2


async def test_what_was_accepted_is_written_down_though_the_database_was_away(
    database: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept_all, calls = outcomes.accept_all, []

    def away_at_first(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("", {}, Exception())
        accept_all(*arguments)

    monkeypatch.setattr(outcomes, "accept_all", away_at_first)
    monkeypatch.setattr(sender_module, "DATABASE_SECONDS", 0.05)
    key = _put("halo")
    async with _sending(graph):
        await _until(lambda: _status(key) == "accepted")
    assert len(graph.sent) == 1


async def test_what_is_accepted_at_about_the_same_time_is_written_down_together(
    database: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept_all, written = outcomes.accept_all, []

    def note(session: Any, wamids: dict[str, str], number: str) -> None:
        written.append(len(wamids))
        accept_all(session, wamids, number)

    monkeypatch.setattr(outcomes, "accept_all", note)
    monkeypatch.setattr(sender_module, "GATHER_SECONDS", 0.8)
    graph.answers += [0.1, 0.2, 0.3]
    keys = [_put("halo", f"62800000000{number}") for number in range(3)]
    async with _sending(graph, rate=0):
        await _until(lambda: all(_status(key) == "accepted" for key in keys))
    assert len(written) == 1, written


_SENDER_PROCESS = """
import asyncio
from siaga.whatsapp.commands import run
asyncio.run(run())
"""


async def test_a_sender_killed_in_the_middle_of_a_request_loses_nothing(
    database: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph.answers.append(3.0)
    keys = [_put("satu"), _put("dua")]
    process = subprocess.Popen(
        [sys.executable, "-c", _SENDER_PROCESS], env={**os.environ, "SIAGA_GRAPH_URL": graph.url}
    )
    try:
        await _until(lambda: len(graph.sent) == 1, 60)
    finally:
        process.kill()
        process.wait()
    assert _status(keys[0]) == "sending"
    monkeypatch.setattr(steps, "SENDING_SECONDS", 0.5)
    monkeypatch.setattr(outcomes, "ORDER_SECONDS", 0.05)
    with transaction() as session:
        session.execute(update(Dispatch).values(ready_at=func.now()))
    async with _sending(graph, resend_after=0.2):
        await _until(lambda: all(_status(key) == "accepted" for key in keys))
    assert [request["text"]["body"] for request in graph.sent] == ["satu", "satu", "dua"]
    assert graph.sent[0]["biz_opaque_callback_data"] == graph.sent[1]["biz_opaque_callback_data"]


@pytest.mark.parametrize(
    ("code", "attempts", "expected"),
    [(131056, 1, 4), (131056, 3, 64), (131000, 1, 2), (131000, 9, 300), (131048, 1, 900), (190, 1, 0)],
)
def test_a_message_waits_longer_each_time(code: int, attempts: int, expected: float) -> None:
    assert wait_of_message(Refused(code, 400), attempts) == expected


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (Refused(130429, 429, 7.0), 7.0),
        (Refused(130429, 429), 1.0),
        (Refused(190, 401), 60.0),
        (Refused(190, 401, 9999.0), 3600.0),
        (Refused(131056, 400), 0.0),
        (Refused(100, 400), 0.0),
        (Refused(100, 400, subcode=33), 60.0),
    ],
)
def test_a_refusal_of_the_number_pauses_the_channel(refusal: Refused, expected: float) -> None:
    assert pause_of_channel(refusal) == expected


@pytest.mark.parametrize(("rate", "expected"), [(1, 16), (80, 80), (1000, 128), (0, 128)])
def test_as_many_at_once_as_the_rate_needs(rate: float, expected: int) -> None:
    assert at_once(rate) == expected
