"""Inside 24 hours our own words go out, after that the template; a tap on either is the same option."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, update

from siaga.db import transaction
from siaga.dialogue import work
from siaga.dialogue.reading import read
from siaga.reminders.sending import send_due
from siaga.simulator.catalogue import Template as Held
from siaga.simulator.catalogue import check_use, checked_form
from siaga.turns import inbox, lanes
from siaga.turns.messages import Incoming
from siaga.turns.tables import Dispatch, OutboundMessage
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.inbound.content import content
from siaga.whatsapp.sender import Sender
from siaga.whatsapp.templates import templates
from tests.reminders.given import NINE, contact, outgoing, planned
from tests.whatsapp.graph import Graph, running


@pytest.fixture
def graph() -> Iterator[Graph]:
    with running() as graph:
        yield graph


async def _deliver(graph: Graph, count: int = 1) -> list[dict[str, Any]]:
    client = GraphClient(graph.access)
    sender = Sender(client, rate=80, resend_after=30)
    task = asyncio.create_task(sender.run())
    deadline = time.monotonic() + 30
    while len(graph.sent) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    sender.stop()
    await asyncio.wait_for(task, 30)
    await client.close()
    return graph.sent


def _plan(silent_for: timedelta = timedelta(0), kind: str = "appointment_day_before") -> None:
    with transaction() as session:
        planned(session, contact(session), kind)
        session.execute(update(Dispatch).values(last_inbound_at=func.now() - silent_for))
    assert send_due(NINE).messages == 1


async def test_inside_the_window_our_own_words(database: str, graph: Graph) -> None:
    await asyncio.to_thread(_plan)
    (sent,) = await _deliver(graph)

    assert sent["type"] == "interactive"
    assert "*Warga* punya janji vaksin *besok*" in sent["interactive"]["body"]["text"]
    labels = [button["reply"]["title"] for button in sent["interactive"]["action"]["buttons"]]
    assert labels == ["Saya datang", "Ganti jadwal", "Tidak bisa datang"]


async def test_after_it_the_template(database: str, graph: Graph) -> None:
    await asyncio.to_thread(_plan, timedelta(hours=25))
    (sent,) = await _deliver(graph)

    assert (sent["type"], sent["template"]["name"]) == ("template", "pengingat_janji_vaksin")
    definition = templates()["pengingat_janji_vaksin", "id"].definition()
    check_use(Held(id="1", status="APPROVED", **checked_form(definition)), sent["template"])


async def test_the_template_when_the_window_turns_out_to_be_closed(database: str, graph: Graph) -> None:
    graph.refuse(131047)
    await asyncio.to_thread(_plan)
    first, second = await _deliver(graph, 2)

    assert (first["type"], second["type"]) == ("interactive", "template")


async def test_what_the_outbox_could_not_send_in_time_is_not_sent(database: str, graph: Graph) -> None:
    await asyncio.to_thread(_plan)
    with transaction() as session:
        session.execute(update(OutboundMessage).values(until=func.now() - timedelta(seconds=1)))
    assert await _deliver(graph, 0) == []
    with transaction() as session:
        assert [message.status for message in outgoing(session)] == ["failed"]


def _answered(raw: dict[str, Any]) -> Any:
    """What the next turn reads when this message of Meta's comes in."""
    kind, found = content(raw)
    now = datetime.now(timezone.utc)
    message = Incoming(
        wamid=f"wamid.{raw['type']}", at=now, kind=kind, content=found, phone="628000000001", user_id=None
    )
    with transaction() as session:
        inbox.receive(session, [message], "whatsapp")
    config = SimpleNamespace(pause_seconds=0, stale_seconds=3600)
    with transaction() as session:
        (lease,) = lanes.claim(session, "test", 1, 30, channel="whatsapp")
        found_work = work.open_work(session, lease, config)
        assert found_work is not None and not found_work.problem
        return read(found_work.turn, found_work.tapped, found_work.offered)


@pytest.mark.parametrize("form", ["button", "button without payload", "option", "typed", "typed yes"])
def test_each_way_to_answer_is_the_same_option(database: str, form: str) -> None:
    _plan()
    with transaction() as session:
        (message,) = outgoing(session)
    forms: dict[str, dict[str, Any]] = {
        "button": {"type": "button", "button": {"text": "Saya datang", "payload": f"{message.id}.1"}},
        "button without payload": {"type": "button", "button": {"text": "Saya datang"}},
        "option": {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": f"{message.id}.1", "title": "Saya datang"}},
        },
        "typed": {"type": "text", "text": {"body": "saya datang"}},
        "typed yes": {"type": "text", "text": {"body": "iya min"}},
    }
    heard = _answered(forms[form])

    assert (heard.kind, heard.parse_data["intent"]["name"]) == ("option", "choose_option")
    assert heard.parse_data["entities"][0]["value"] == "come=SG-7K3M-9Q"
