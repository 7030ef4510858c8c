"""The webhook over real HTTP: what is let in is committed before it is acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.settings import settings
from siaga.turns import intake, outbox
from siaga.turns.messages import Draft, message_key
from siaga.turns.tables import Dispatch, InboundMessage, OutboundMessage, Quarantine
from siaga.whatsapp.signature import HEADER, sign
from tests.whatsapp.door import PATH, serving
from tests.whatsapp.webhooks import OTHER_PHONE, OTHER_USER_ID, WEBHOOKS, body, message, status, webhook


@pytest.fixture
async def door(database: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving() as address, httpx.AsyncClient(base_url=address) as client:
        yield client


async def _post(door: httpx.AsyncClient, content: bytes, signature: str | None = None) -> int:
    signature = sign(content, settings().whatsapp_app_secret) if signature is None else signature
    return (await door.post(PATH, content=content, headers={HEADER: signature} if signature else {})).status_code


def _count(table: Any = InboundMessage) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table))


async def test_verification(door: httpx.AsyncClient) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "siaga-lokal"}
    answer = await door.get(PATH, params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert (await door.get(PATH, params=query | {"hub.verify_token": "lain"})).status_code == 403
    assert (await door.get(PATH, params=query | {"hub.mode": "unsubscribe"})).status_code == 403
    assert (await door.get(PATH)).status_code == 403


async def test_a_signed_message_is_committed_when_it_is_acknowledged(door: httpx.AsyncClient) -> None:
    assert await _post(door, body(webhook([message(content={"body": "Pagi, é 🙏"})]))) == 200
    with transaction() as session:
        row = session.scalar(select(InboundMessage))
        assert (row.status, row.content["text"]) == ("waiting", "Pagi, é 🙏")


@pytest.mark.parametrize("signature", ["", "sha256=" + "0" * 64, "sha256", "md5=x"])
async def test_without_a_good_signature_nothing_is_stored(door: httpx.AsyncClient, signature: str) -> None:
    assert await _post(door, body(webhook([message()])), signature) == 403
    assert _count() == 0


async def test_the_signature_is_of_the_bytes_not_of_their_meaning(door: httpx.AsyncClient) -> None:
    content = webhook([message(content={"body": "é"})])
    signature = sign(json.dumps(content).encode(), settings().whatsapp_app_secret)
    assert await _post(door, json.dumps(content, ensure_ascii=False).encode(), signature) == 403


async def test_500_times_the_same_webhook_is_one_message(door: httpx.AsyncClient) -> None:
    content = body(webhook([message()]))
    for _ in range(10):
        assert set(await asyncio.gather(*(_post(door, content) for _ in range(50)))) == {200}
    assert _count() == 1


async def test_a_batch_of_a_thousand(door: httpx.AsyncClient) -> None:
    batch = [message(wamid=f"wamid.{n}", **{"from": f"6280000{n % 50:05}"}) for n in range(1000)]
    assert await _post(door, body(webhook(batch))) == 200
    assert _count() == 1000


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"entry": 5}', b"[" * 100_000])
async def test_signed_nonsense_is_acknowledged_and_set_aside_once(door: httpx.AsyncClient, content: bytes) -> None:
    for _ in range(2):
        assert await _post(door, content) == 200
    assert _count() == 0
    assert _count(Quarantine) == 1


async def test_more_than_meta_sends_is_refused(door: httpx.AsyncClient) -> None:
    assert await _post(door, b"x" * (3 * 1024 * 1024)) == 200
    assert await _post(door, b"x" * (4 * 1024 * 1024)) == 413


async def test_a_bad_member_does_not_cost_the_others(door: httpx.AsyncClient) -> None:
    batch = [message(wamid="wamid.1"), {"id": "wamid.2"}, message("hologram", {}, wamid="wamid.3"), 5]
    assert await _post(door, body(webhook(batch, statuses=[{"status": "deleted"}]))) == 200
    assert _count() == 2
    assert _count(Quarantine) == 4


async def test_what_could_not_be_kept_is_not_acknowledged(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object) -> None:
        raise RuntimeError("rahasia dapur")

    monkeypatch.setattr(intake, "keep", gone)
    assert await _post(door, body(webhook([message()]))) == 503
    assert "rahasia" not in caplog.text


async def test_statuses_reach_the_outbox(door: httpx.AsyncClient) -> None:
    with transaction() as session:
        contact = ensure_contact(session, phone="628000000001")
        (key,) = outbox.put_all(session, contact.id, [Draft({"type": "text"})])
    assert await _post(door, body(webhook(statuses=[status(name="read", biz_opaque_callback_data=key)]))) == 200
    with transaction() as session:
        row = session.execute(select(OutboundMessage.status, OutboundMessage.channel_key)).one()
    assert row == ("read", message_key("wamid.out"))


async def test_a_contact_who_changes_the_number_stays_the_same(door: httpx.AsyncClient) -> None:
    assert await _post(door, body(WEBHOOKS["text"])) == 200
    assert await _post(door, body(WEBHOOKS["new number and id"])) == 200
    later = message(wamid="wamid.2", **{"from": OTHER_PHONE, "from_user_id": OTHER_USER_ID})
    assert await _post(door, body(webhook([later]))) == 200
    with transaction() as session:
        assert len(set(session.scalars(select(InboundMessage.contact_id)))) == 1


async def test_who_stops_unasked_messages_is_noted(door: httpx.AsyncClient) -> None:
    assert await _post(door, body(WEBHOOKS["text"])) == 200
    assert await _post(door, body(WEBHOOKS["preference"])) == 200
    with transaction() as session:
        assert session.scalar(select(Dispatch.opted_out_at)) is not None
