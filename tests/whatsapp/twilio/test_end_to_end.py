"""From Twilio's webhook through Rasa to Twilio's API and back to the status, each over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit

import httpx
import pytest
from rasa.core.agent import Agent
from sqlalchemy import select

from siaga.db import transaction
from siaga.turns import outbox
from siaga.turns.messages import Draft
from siaga.turns.tables import OutboundMessage
from siaga.whatsapp.sender import Sender
from siaga.whatsapp.twilio.access import NAME
from siaga.whatsapp.twilio.client import TwilioClient
from siaga.whatsapp.twilio.errors import hint
from tests.dialogue.actions import Actions
from tests.turns.outgoing import correspondent
from tests.whatsapp.twilio.api import PUBLIC, Twilio
from tests.whatsapp.twilio.test_input import serving
from tests.whatsapp.twilio.webhooks import STATUS, WEBHOOK, message, sid, signed, status


@contextlib.asynccontextmanager
async def _sending(twilio: Twilio) -> AsyncIterator[None]:
    client = TwilioClient(twilio.access())
    sender = Sender(client, channel=NAME, rate=0, resend_after=30, explain=hint)
    running = asyncio.create_task(sender.run())
    yield
    sender.stop()
    await running
    await client.close()


@pytest.fixture
async def door(twilio: Twilio, agent: Agent, database: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(agent) as client, _sending(twilio):
        yield client


async def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.03)


async def _deliver(door: httpx.AsyncClient, path: str, fields: dict[str, str]) -> None:
    body, headers = signed(path, fields)
    assert (await door.post(path, content=body, headers=headers)).status_code == 200


def _statuses() -> list[str]:
    with transaction() as session:
        return list(
            session.scalars(select(OutboundMessage.status).order_by(OutboundMessage.contact_id, OutboundMessage.seq))
        )


async def test_a_message_is_answered_and_its_status_comes_back(
    door: httpx.AsyncClient, twilio: Twilio, actions: Actions
) -> None:
    await _deliver(door, WEBHOOK, message(Body="halo"))
    await _until(lambda: len(twilio.messages) == 1)
    sent = twilio.messages[0]
    assert (sent["To"], sent["Body"]) == ("whatsapp:+628000000001", "Anda: halo")
    assert actions.calls[0]["tracker"]["latest_input_channel"] == NAME
    # Faster than Twilio's answer, or later: found by our own key.
    back = urlsplit(sent["StatusCallback"])
    assert f"{back.scheme}://{back.netloc}" == PUBLIC
    path = f"{back.path}?{back.query}"
    assert path.startswith(STATUS)
    for word in ("sent", "read", "delivered"):
        await _deliver(door, path, status(sid(77), word))
    await _until(lambda: _statuses() == ["read"])


async def test_a_tap_is_understood(door: httpx.AsyncClient, twilio: Twilio) -> None:
    await _deliver(door, WEBHOOK, message(1, Body="daftar"))
    await _until(lambda: len(twilio.messages) == 1)
    assert twilio.contents[0]["types"].keys() == {"twilio/quick-reply"}
    values = json.loads(twilio.messages[0]["ContentVariables"])
    assert (values["1"], values["2"]) == ("Berapa NIK Anda?", "Untuk apa NIK?")
    tap = {"Body": values["2"], "ButtonText": values["2"], "ButtonPayload": values["3"]}
    await _deliver(door, WEBHOOK, message(2, **tap, MessageType="interactive"))
    await _until(lambda: len(twilio.messages) == 2)
    # Two responses are one message: the question that was tapped, and the form's own again.
    values = json.loads(twilio.messages[1]["ContentVariables"])
    assert (values["1"], values["2"]) == ("Anda: Untuk apa NIK?", "Berapa NIK Anda?")
    assert twilio.messages[1]["ContentSid"] != twilio.messages[0]["ContentSid"]


async def test_where_there_are_no_templates_the_number_is_typed(door: httpx.AsyncClient, twilio: Twilio) -> None:
    twilio.content_answers.append((403, {"code": 20403}, {}))
    await _deliver(door, WEBHOOK, message(1, Body="daftar"))
    await _until(lambda: len(twilio.messages) == 1)
    assert "1. Untuk apa NIK?\n2. Batal" in twilio.messages[0]["Body"]
    await _deliver(door, WEBHOOK, message(2, Body="1"))
    await _until(lambda: len(twilio.messages) == 2)
    assert twilio.messages[1]["Body"].startswith("Anda: Untuk apa NIK?\n\nBerapa NIK Anda?")


async def test_what_an_operator_should_look_at(twilio: Twilio, database: str, caplog: pytest.LogCaptureFixture) -> None:
    twilio.refuse(20003, 401)
    with transaction() as session:
        outbox.put_all(session, correspondent(session), [Draft({"Body": "halo"})], channel=NAME)
    async with _sending(twilio):
        await _until(lambda: "SIAGA_TWILIO_AUTH_TOKEN" in caplog.text)
    assert _statuses() == ["queued"]
    assert "628" not in caplog.text


async def test_the_command_sends_what_waits_for_twilio_only(twilio: Twilio, database: str) -> None:
    with transaction() as session:
        outbox.put_all(session, correspondent(session), [Draft({"Body": "halo"})], channel=NAME)
        theirs = correspondent(session, "628000000002")
        outbox.put_all(session, theirs, [Draft({"type": "text", "text": {"body": "halo"}})])
    given = {f"SIAGA_{name.upper()}": str(value) for name, value in twilio.settings().dict().items()}
    environment = {name: value for name, value in given.items() if name.startswith("SIAGA_TWILIO_")}
    environment["SIAGA_TWILIO_TEMPLATES"] = "{}"
    command = [sys.executable, "-m", "siaga.cli", "send", "--channel", "twilio"]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        await _until(lambda: _statuses() == ["accepted", "queued"])
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 20) == 0
    finally:
        process.kill()
        process.wait()
    assert [sent["Body"] for sent in twilio.messages] == ["halo"]
