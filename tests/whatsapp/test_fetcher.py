"""Fetching what citizens sent: from a real server, into a real database."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from sqlalchemy import text

from siaga.db import transaction
from siaga.media import received
from siaga.media.checking import MB
from siaga.media.received import Received
from siaga.whatsapp import download
from siaga.whatsapp.access import SecretsMissing
from siaga.whatsapp.download import Gone
from siaga.whatsapp.fetcher import AT_ONCE, LONGEST_PAUSE, Fetcher, pause_after
from siaga.whatsapp.media import MediaClient, is_metas
from tests.media import files
from tests.media.test_received import contact, expect, make_due
from tests.whatsapp.media_server import TOKEN, MediaServer, running

PATIENCE = 30.0


@pytest.fixture
def server() -> Iterator[MediaServer]:
    with running() as media:
        yield media


@asynccontextmanager
async def fetching_with(
    client: MediaClient, document_mb: int = 20, channel: str = "whatsapp"
) -> AsyncIterator[Fetcher]:
    """A fetcher at work; it closes the client."""
    fetcher = Fetcher(client, document_mb=document_mb, channel=channel)
    work = asyncio.create_task(fetcher.run())
    try:
        yield fetcher
    finally:
        fetcher.stop()
        await work
        await client.close()


def fetching(server: MediaServer, document_mb: int = 20) -> AbstractAsyncContextManager[Fetcher]:
    """A fetcher at work on the server."""
    return fetching_with(MediaClient(server.settings()), document_mb)


def look(key: str) -> Received:
    with transaction() as session:
        found = received.get(session, key)
        assert found
        return found


def content(key: str) -> bytes | None:
    with transaction() as session:
        return received.content_of(session, key)


def attempts(key: str) -> int:
    with transaction() as session:
        return session.scalar(text("select attempts from received_media where message_key = :key"), {"key": key})


def put_off(key: str) -> float:
    """Seconds until the next try."""
    with transaction() as session:
        return float(
            session.scalar(
                text("select extract(epoch from next_try_at - now()) from received_media where message_key = :key"),
                {"key": key},
            )
        )


async def until(true: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < limit, "it did not come about"
        await asyncio.sleep(0.02)


async def settled(*keys: str) -> list[tuple[str, str | None]]:
    """The outcome for each file, once none waits any more."""
    await until(lambda: all(look(key).status != "waiting" for key in keys))
    return [(look(key).status, look(key).reason) for key in keys]


# ---------------------------------------------------------------- outcomes
async def test_a_picture_is_brought_in(database: str, server: MediaServer) -> None:
    picture = files.picture()
    server.put("id-a", picture, mime_type="image/jpeg")
    expect(contact(), "a", mime="image/jpeg", sha256=server.told["id-a"]["sha256"])
    async with fetching(server):
        assert await settled("a") == [("kept", None)]
    assert (look("a").mime, look("a").size, content("a")) == ("image/jpeg", len(picture), picture)
    assert (server.asked("id-a"), server.fetched("id-a"), server.strangers) == (1, 1, 0)


async def test_what_the_webhook_left_out_is_taken_from_the_graph_api(database: str, server: MediaServer) -> None:
    server.put("id-a", files.PDF, sha256="0" * 64)
    server.put("id-b", files.PDF, mime_type="text/plain")
    expect(contact(), "a", "b", kind="document")
    async with fetching(server):
        assert await settled("a", "b") == [("refused", "damaged"), ("refused", "type")]


@pytest.mark.parametrize(
    ("kind", "sent", "declared", "reason"),
    [
        ("image", files.EXE, "image/jpeg", "type"),
        ("document", files.HTML, "text/plain", "type"),
        ("document", files.archive("ktp.jpg"), "application/zip", "type"),
        ("image", files.picture("PNG"), "image/jpeg", "type"),
        ("image", b"", "image/jpeg", "damaged"),
    ],
)
async def test_what_may_not_be_kept_is_refused(
    database: str, server: MediaServer, kind: str, sent: bytes, declared: str, reason: str
) -> None:
    server.put("id-a", sent)
    expect(contact(), "a", kind=kind, mime=declared)
    async with fetching(server):
        assert await settled("a") == [("refused", reason)]
    assert content("a") is None


async def test_another_content_than_the_webhook_announced_is_refused(database: str, server: MediaServer) -> None:
    server.put("id-a", files.picture())
    expect(contact(), "a", sha256="1" * 64)
    async with fetching(server):
        assert await settled("a") == [("refused", "damaged")]


async def test_a_file_that_is_said_to_be_too_large_is_not_fetched(database: str, server: MediaServer) -> None:
    server.put("id-a", files.picture(), file_size=5 * MB + 1)
    expect(contact(), "a")
    async with fetching(server):
        assert await settled("a") == [("refused", "size")]
    assert server.fetched("id-a") == 0


@pytest.mark.parametrize("chunked", [False, True])
async def test_nor_is_more_read_of_one_that_turns_out_to_be(database: str, server: MediaServer, chunked: bool) -> None:
    server.chunked = chunked
    server.put("id-a", files.PDF + bytes(2 * MB), file_size=100)
    server.put("id-b", files.PDF, file_size=100)
    expect(contact(), "a", "b", kind="document")
    async with fetching(server, document_mb=1):
        assert await settled("a", "b") == [("refused", "size"), ("kept", None)]


async def test_what_whatsapp_has_no_more_is_gone(database: str, server: MediaServer) -> None:
    expect(contact(), "a", "b")
    server.answers = [None, (404, {}, {})]
    async with fetching(server):
        assert await settled("a", "b") == [("gone", "gone")] * 2


async def test_after_a_week_whatsapp_is_not_asked_any_more(database: str, server: MediaServer) -> None:
    expect(contact(), "a")
    with transaction() as session:
        session.execute(text("update received_media set received_at = now() - interval '8 days'"))
    async with fetching(server):
        assert await settled("a") == [("gone", "gone")]
    assert server.requests == []


async def test_an_address_that_has_expired_is_asked_for_again(database: str, server: MediaServer) -> None:
    server.put("id-a", files.PDF)
    server.downloads = [(404, {}, {})]
    expect(contact(), "a", kind="document")
    async with fetching(server):
        assert await settled("a") == [("kept", None)]
    assert (server.asked("id-a"), server.fetched("id-a"), attempts("a")) == (2, 2, 1)


async def test_a_file_that_is_not_at_its_addresses_is_tried_again_later(database: str, server: MediaServer) -> None:
    server.put("id-a", files.PDF)
    server.downloads = [(404, {}, {})] * 2
    expect(contact(), "a", kind="document")
    async with fetching(server):
        await until(lambda: server.fetched("id-a") == 2)
    assert look("a").status == "waiting"
    make_due()
    async with fetching(server):
        assert await settled("a") == [("kept", None)]


@pytest.mark.parametrize("where", ["answers", "downloads"])
@pytest.mark.parametrize("answer", [(500, {}, {}), (503, {}, {}), (429, {}, {"Retry_After": "1000"})])
async def test_when_meta_is_unwell_the_file_waits(
    database: str, server: MediaServer, where: str, answer: tuple[int, dict[str, object], dict[str, str]]
) -> None:
    server.put("id-a", files.PDF)
    setattr(server, where, [answer])
    expect(contact(), "a", kind="document")
    async with fetching(server):
        await until(lambda: attempts("a") == 1)
        await until(lambda: not getattr(server, where))
    assert look("a").status == "waiting"
    if "Retry_After" in answer[2]:
        assert 800 < put_off("a") <= 1000
    make_due()
    async with fetching(server):
        assert await settled("a") == [("kept", None)]
    assert attempts("a") == 2


@pytest.mark.parametrize(("code", "status"), [(1, 500), (4, 400), (131000, 500), (131052, 400), (100, 400)])
async def test_other_refusals_are_no_end(database: str, server: MediaServer, code: int, status: int) -> None:
    server.put("id-a", files.PDF)
    server.refuse(code, status)
    expect(contact(), "a", kind="document")
    async with fetching(server):
        await until(lambda: not server.answers)
    make_due()
    async with fetching(server):
        assert await settled("a") == [("kept", None)]


async def test_a_connection_that_breaks_off_is_no_end(database: str, server: MediaServer) -> None:
    server.put("id-a", files.picture(size=200))

    def break_off() -> None:
        server.held = lambda: None
        raise ConnectionResetError

    server.held = break_off
    expect(contact(), "a")
    async with fetching(server):
        await until(lambda: server.fetched("id-a") == 1)
        await until(lambda: put_off("a") < 100)
        make_due()
        assert await settled("a") == [("kept", None)]
    assert attempts("a") == 2


async def test_a_connection_that_falls_silent_is_no_end(
    database: str, server: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SILENT_SECONDS", 0.5)
    server.put("id-a", files.picture(size=200))
    heard = threading.Event()

    def fall_silent() -> None:
        server.held = lambda: None
        heard.wait(PATIENCE)

    server.held = fall_silent
    expect(contact(), "a")
    async with fetching(server):
        await until(lambda: server.fetched("id-a") == 1)
        await until(lambda: put_off("a") < 100)
        heard.set()
        make_due()
        assert await settled("a") == [("kept", None)]
    assert attempts("a") == 2


async def test_nobody_answers(database: str, server: MediaServer) -> None:
    server.put("id-a", files.PDF)
    expect(contact(), "a", kind="document")
    here, server.url = server.url, "http://127.0.0.1:9"
    async with fetching(server):
        await until(lambda: attempts("a") == 1 and put_off("a") < 100)
    server.url = here
    make_due()
    async with fetching(server):
        assert await settled("a") == [("kept", None)]


@pytest.mark.parametrize(("code", "status"), [(190, 401), (10, 403), (None, 401)])
async def test_without_access_nothing_more_is_tried_for_a_while(
    database: str, server: MediaServer, caplog: pytest.LogCaptureFixture, code: int | None, status: int
) -> None:
    server.put("id-a", files.PDF)
    server.answers = [(status, {"error": {"code": code}} if code else {}, {})]
    expect(contact(), "a", kind="document")
    async with fetching(server):
        await until(lambda: "no file can be fetched" in caplog.text)
        expect(contact(), "b", kind="document")
        make_due()
    assert (look("a").status, look("b").status) == ("waiting", "waiting")
    assert (attempts("a"), attempts("b"), len(server.requests)) == (1, 0, 1)


# ---------------------------------------------------------------- the token stays with Meta
@pytest.mark.parametrize(
    ("address", "metas"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://scontent.xx.fbcdn.net/v/t45.1", True),
        ("https://media-sin6-1.cdn.whatsapp.net/v/t62", True),
        ("https://graph.uji:8443/berkas/1", True),
        ("https://LOOKASIDE.fbsbx.com/1", True),
        ("http://lookaside.fbsbx.com/1", False),
        ("https://lookaside.fbsbx.com:8443/1", False),
        ("https://lookaside.fbsbx.com.contoh.id/1", False),
        ("https://lookaside.fbsbx.com@contoh.id/1", False),
        ("https://contoh.id@lookaside.fbsbx.com/1", False),
        ("https://contoh.id\\@lookaside.fbsbx.com/1", False),
        ("https://contoh.id/lookaside.fbsbx.com", False),
        ("https://xfbcdn.net/1", False),
        ("https://whatsapp.net/1", False),
        ("https://graph.uji/berkas/1", False),
        ("http://graph.uji:8443/berkas/1", False),
        ("//lookaside.fbsbx.com/1", False),
        ("file:///etc/passwd", False),
        ("", False),
        ("https://[::1", False),
    ],
)
def test_whose_address_it_is(address: str, metas: bool) -> None:
    assert is_metas(address, "https://graph.uji:8443") is metas


async def test_a_strange_address_is_never_called(
    database: str, server: MediaServer, caplog: pytest.LogCaptureFixture
) -> None:
    with running() as stranger:
        stranger.put("id-a", files.PDF)
        server.put("id-a", files.PDF, url=stranger.told["id-a"]["url"])
        server.put("id-b", files.PDF)
        server.downloads = [(302, {}, {"Location": stranger.told["id-a"]["url"]})]
        expect(contact(), "a", "b", kind="document")
        async with fetching(server):
            await until(lambda: caplog.text.count("the address is not Meta's") == 2)
        assert stranger.requests == []
    assert (look("a").status, look("b").status) == ("waiting", "waiting")


async def test_a_redirect_within_meta_is_followed_but_not_for_ever(database: str, server: MediaServer) -> None:
    server.put("id-a", files.PDF)
    server.put("id-b", files.PDF)
    onwards = (302, {}, {"Location": "/lookaside/id-b"})
    server.downloads = [onwards]
    expect(contact(), "a", kind="document")
    async with fetching(server):
        assert await settled("a") == [("kept", None)]
        server.downloads = [onwards] * 20
        expect(contact(), "b", kind="document")
        await until(lambda: attempts("b") == 1 and put_off("b") < 100)
    assert len(server.downloads) == 20 - 4


async def test_an_id_cannot_lead_elsewhere(database: str, server: MediaServer) -> None:
    client = MediaClient(server.settings())
    with pytest.raises(Gone):
        await client.download("../../lookaside/x?y", 100)
    await client.close()
    assert server.requests == ["/v25.0/..%2F..%2Flookaside%2Fx%3Fy"]


def test_the_simulators_token_is_not_used_in_production() -> None:
    from siaga.settings import Settings

    with pytest.raises(SecretsMissing):
        MediaClient(Settings(environment="production"))


async def test_nothing_of_a_file_is_logged(
    database: str, server: MediaServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.put("id-rahasia", files.PDF, url="https://contoh.id/rahasia")
    for key in ("rahasia1", "rahasia2", "rahasia3"):
        server.put(f"id-{key}", files.EXE)
        expect(contact(), key, kind="document", filename="rahasia.pdf", sha256="ab" * 32)
    server.told["id-rahasia1"]["url"] = "https://contoh.id/rahasia"
    server.refuse(131000, 500)
    async with fetching(server):
        await until(lambda: sum(attempts(f"rahasia{n}") for n in (1, 2, 3)) == 3)
        await until(lambda: len([one for one in caplog.records if one.name == "siaga.whatsapp.fetcher"]) >= 3)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("siaga")]
    assert ours
    assert not any(secret in line for line in ours for secret in ("rahasia", "http", "abab", TOKEN))


# ---------------------------------------------------------------- many, and death
async def test_two_fetchers_share_the_work(database: str, server: MediaServer) -> None:
    """All that two may fetch at once are under way together, and each file is fetched once."""
    keys = [f"k{number}" for number in range(4 * AT_ONCE)]
    for key in keys:
        server.put(f"id-{key}", files.PDF)
    together = threading.Barrier(2 * AT_ONCE, timeout=PATIENCE)
    server.held = lambda: together.wait() and None
    expect(contact(), *keys, kind="document")
    async with fetching(server), fetching(server):
        outcomes = await settled(*keys)
    assert outcomes == [("kept", None)] * len(keys)
    assert {server.fetched(f"id-{key}") for key in keys} == {1}


async def test_a_file_whose_fetcher_was_killed_is_fetched_by_another(database: str, server: MediaServer) -> None:
    server.put("id-a", files.PDF)
    expect(contact(), "a", kind="document")
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        go_on.wait(PATIENCE)

    server.held = hold
    environment = os.environ | {"SIAGA_GRAPH_URL": server.url, "SIAGA_WHATSAPP_ACCESS_TOKEN": TOKEN}
    command = [sys.executable, "-m", "siaga.cli", "fetch"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        await until(reached.is_set)
    finally:
        process.kill()
        _, said = process.communicate()
        go_on.set()
    assert b"id-a" not in said
    assert (look("a").status, attempts("a")) == ("waiting", 1)
    assert put_off("a") > 60, "until then it is the dead one's"
    make_due()
    async with fetching(server):
        assert await settled("a") == [("kept", None)]
    assert attempts("a") == 2


async def test_a_file_under_way_is_given_back_when_the_fetcher_is_told_to_stop(
    database: str, server: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.whatsapp.fetcher.STOP_SECONDS", 0.0)
    server.put("id-a", files.PDF)
    expect(contact(), "a", kind="document")
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        go_on.wait(PATIENCE)

    server.held = hold
    async with fetching(server):
        await until(reached.is_set)
    go_on.set()
    assert (look("a").status, attempts("a")) == ("waiting", 1)
    assert put_off("a") <= 0
    async with fetching(server):
        assert await settled("a") == [("kept", None)]


async def test_one_that_takes_too_long_is_tried_again(
    database: str, server: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.whatsapp.fetcher.DOWNLOAD_SECONDS", 0.2)
    server.put("id-a", files.PDF)
    expect(contact(), "a", kind="document")
    go_on = threading.Event()
    server.held = lambda: go_on.wait(PATIENCE) and None
    async with fetching(server):
        await until(lambda: attempts("a") == 1 and put_off("a") < 100)
    go_on.set()
    assert look("a").status == "waiting"


def test_the_pauses_double_up_to_an_hour() -> None:
    assert pause_after(3, told=7.0) == 7.0
    assert pause_after(3, told=1e9) == LONGEST_PAUSE
    assert 3.5 <= pause_after(1, None) <= 5.0
    assert 14.0 <= pause_after(3, None) <= 20.0
    assert 0.7 * LONGEST_PAUSE <= pause_after(10_000, None) <= LONGEST_PAUSE


async def test_a_message_with_a_picture_is_received_and_its_picture_fetched(database: str, server: MediaServer) -> None:
    from siaga.turns import inbox
    from siaga.turns.messages import Incoming, message_key
    from tests.turns.people import AT

    picture = files.picture()
    server.put("id-1", picture)
    sha256 = server.told["id-1"]["sha256"]
    brought = {"media_kind": "image", "media_id": "id-1", "mime": "image/jpeg", "sha256": sha256, "caption": "ini min"}
    with transaction() as session:
        inbox.receive(session, [Incoming("wamid.1", AT, "media", brought, "628000000001")])
    async with fetching(server):
        assert await settled(message_key("wamid.1")) == [("kept", None)]
    assert content(message_key("wamid.1")) == picture


async def test_each_channel_has_fetchers_of_its_own(database: str, server: MediaServer) -> None:
    server.put("id-a", files.PDF)
    expect(contact(), "a", kind="document")
    with transaction() as session:
        session.execute(text("update received_media set channel = 'twilio'"))
    client = MediaClient(server.settings())
    expect(contact(), "b", kind="document")
    async with fetching(server):
        assert await settled("b") == [("gone", "gone")]
    assert (look("a").status, attempts("a")) == ("waiting", 0)
    async with fetching_with(client, channel="twilio"):
        assert await settled("a") == [("kept", None)]
