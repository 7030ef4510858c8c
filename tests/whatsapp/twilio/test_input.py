"""The webhook over real HTTP: what is let in is committed before it is acknowledged."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from rasa.core.run import create_http_input_channels
from sanic import Sanic
from sqlalchemy import func, select

import siaga.whatsapp
from siaga import media
from siaga.db import transaction
from siaga.doors.forged import AT_ONCE
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact
from siaga.turns import outbox
from siaga.turns.intake import Intake
from siaga.turns.messages import Draft, message_key
from siaga.turns.tables import InboundMessage, OutboundMessage, Quarantine
from siaga.whatsapp.input import WhatsAppInput
from siaga.whatsapp.twilio.access import NAME
from siaga.whatsapp.twilio.input import TwilioInput
from siaga.whatsapp.twilio.media import address
from tests.whatsapp.twilio.api import PUBLIC, Twilio
from tests.whatsapp.twilio.webhooks import STATUS, WEBHOOK, message, sid, signed, status

Sanic.test_mode = True


@asynccontextmanager
async def serving(agent: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The channel in a Sanic server, set up as Rasa does it from ``credentials.yml``."""
    app = Sanic(f"twilio_{time.monotonic_ns()}", configure_logging=False)
    register([siaga.whatsapp.TwilioInput.from_credentials({})], app, route="/webhooks/")
    app.ctx.agent = agent
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
        yield client
    await server.before_stop()
    server.close()
    await server.wait_closed()


@pytest.fixture
async def door(twilio: Twilio, database: str) -> AsyncIterator[httpx.AsyncClient]:
    """The channel; the agent has no model, so that no turn is run."""
    async with serving(Agent()) as client:
        yield client


async def _post(door: httpx.AsyncClient, path: str, fields: dict[str, str], **how: str) -> httpx.Response:
    body, headers = signed(path, fields, **how)
    return await door.post(path, content=body, headers=headers)


def _count(table: Any = InboundMessage) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_credentials_name_the_channels(tmp_path: Path, twilio: Twilio) -> None:
    credentials = tmp_path / "credentials.yml"
    credentials.write_text("siaga.whatsapp.TwilioInput: {}\nsiaga.whatsapp.WhatsAppInput: {}\n")
    assert [type(found) for found in create_http_input_channels(None, str(credentials))] == [TwilioInput, WhatsAppInput]


def test_naming_the_package_does_not_import_rasa() -> None:
    script = "import sys, siaga.whatsapp, siaga.schema; assert not {'rasa', 'sanic'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    with pytest.raises(AttributeError):
        _ = siaga.whatsapp.LainInput


async def test_a_signed_message_is_committed_when_it_is_acknowledged(door: httpx.AsyncClient) -> None:
    answer = await _post(door, WEBHOOK, message(Body="Pagi, é 🙏", ExternalUserId="whatsapp:ID.4566"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    with transaction() as session:
        row = session.scalar(select(InboundMessage))
        assert (row.key, row.status, row.content["text"]) == (message_key(sid()), "waiting", "Pagi, é 🙏")
        contact = session.scalar(select(Contact))
        assert (contact.phone, contact.user_id) == ("628000000001", "ID.4566")


async def test_forged_ones_are_turned_away_and_genuine_ones_never(door: httpx.AsyncClient) -> None:
    tried = [(await door.post(WEBHOOK, data=message())).status_code for _ in range(AT_ONCE)]
    assert tried == [403] * AT_ONCE
    assert 429 in [(await door.get("/webhooks/twilio/media/tebakan")).status_code for _ in range(20)]
    assert (await _post(door, WEBHOOK, message())).status_code == 200


@pytest.mark.parametrize("how", [{"token": "lain"}, {"url": "https://lain.test"}, {"url": f"{PUBLIC}/x"}])
async def test_without_a_good_signature_nothing_is_stored(door: httpx.AsyncClient, how: dict[str, str]) -> None:
    assert (await _post(door, WEBHOOK, message(), **how)).status_code == 403
    assert (await door.post(WEBHOOK, data=message())).status_code == 403
    assert _count() == 0


async def test_the_signature_covers_each_field_the_empty_ones_too(door: httpx.AsyncClient) -> None:
    body, headers = signed(WEBHOOK, message(Label=""))
    assert (await door.post(WEBHOOK, content=body, headers=headers)).status_code == 200
    assert (await door.post(WEBHOOK, content=body + b"&Body2=x", headers=headers)).status_code == 403
    assert (await door.post(WEBHOOK, content=body.replace(b"halo", b"hola"), headers=headers)).status_code == 403
    assert (await door.post(WEBHOOK + "?x=1", content=body, headers=headers)).status_code == 403
    assert _count() == 1


async def test_an_address_with_connection_overrides(door: httpx.AsyncClient) -> None:
    body, headers = signed(WEBHOOK + "#rc=5&rp=all", message())
    assert (await door.post(WEBHOOK, content=body, headers=headers)).status_code == 200


async def test_the_same_webhook_many_times_is_one_message(door: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(_post(door, WEBHOOK, message()) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert _count() == 1


async def test_what_could_not_be_kept_is_not_acknowledged(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object) -> None:
        raise RuntimeError("rahasia dapur")

    monkeypatch.setattr(Intake, "_keep", gone)
    assert (await _post(door, WEBHOOK, message())).status_code == 503
    assert "rahasia" not in caplog.text
    assert "628" not in caplog.text


async def test_signed_nonsense_is_acknowledged_and_set_aside_once(door: httpx.AsyncClient) -> None:
    for _ in range(2):
        assert (await _post(door, WEBHOOK, {"Body": "apa ini"})).status_code == 200
        assert (await _post(door, STATUS, {"MessageStatus": "hilang"})).status_code == 200
    assert _count() == 0
    assert _count(Quarantine) == 2


async def test_far_too_much_is_refused(door: httpx.AsyncClient) -> None:
    assert (await _post(door, WEBHOOK, message(Body="x" * 300_000))).status_code == 413
    assert (await _post(door, WEBHOOK, {f"f{n}": "x" for n in range(1000)})).status_code == 403


@pytest.mark.parametrize(("word", "kept"), [("sent", "sent"), ("delivered", "delivered"), ("read", "read")])
async def test_statuses_reach_the_outbox_by_our_own_key(door: httpx.AsyncClient, word: str, kept: str) -> None:
    with transaction() as session:
        contact_id = ensure_contact(session, phone="628000000001").id
        (key,) = outbox.put_all(session, contact_id, [Draft({"Body": "x"})], channel=NAME)
    assert (await _post(door, f"{STATUS}?key={key}", status(sid(9), word))).status_code == 200
    with transaction() as session:
        row = session.execute(select(OutboundMessage.status, OutboundMessage.channel_key)).one()
    assert row == (kept, message_key(sid(9)))


async def test_outside_the_window_the_template_goes_in_its_place(door: httpx.AsyncClient) -> None:
    with transaction() as session:
        contact_id = ensure_contact(session, phone="628000000001").id
        template = {"type": "template", "template": {"name": "pengingat"}}
        (key,) = outbox.put_all(session, contact_id, [Draft({"Body": "x"})], channel=NAME, template=template)
    failed = status(sid(9), "undelivered", ErrorCode="63016")
    assert (await _post(door, f"{STATUS}?key={key}", failed)).status_code == 200
    with transaction() as session:
        row = session.get(OutboundMessage, key)
        assert (row.status, row.payload, row.template, row.error_code) == ("queued", None, template, 63016)


async def test_a_picture_is_there_for_whoever_has_its_address(door: httpx.AsyncClient) -> None:
    with transaction() as session:
        reference = media.put(session, b"\x89PNG", "image/png")
    path = address("", reference)
    answer = await door.get(path)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"\x89PNG", "image/png")
    assert (await door.get(path[:-1] + "x")).status_code == 404
    assert (await door.get(address("", "media:" + "0" * 64))).status_code == 404
    assert (await door.get(address("", reference, now=0))).status_code == 410


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_signed_webhook_is_a_server_error(data: st.DataObject, twilio: Twilio, database: str) -> None:
    known = st.sampled_from([*message(), "Latitude", "Longitude", "ListId", "InteractiveData", "MediaUrl0"])
    text = st.text(st.characters(blacklist_categories=("Cs",)), max_size=50)
    posts = data.draw(st.lists(st.dictionaries(known, text, max_size=6), min_size=1, max_size=4))

    async def post() -> None:
        async with serving(Agent()) as door:
            for fields in posts:
                assert (await _post(door, WEBHOOK, {**message(), **fields})).status_code == 200
                assert (await _post(door, f"{STATUS}?key=%00", fields)).status_code == 200

    asyncio.run(post())
