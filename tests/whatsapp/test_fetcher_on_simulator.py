"""The simulator's media are ours to fetch: what a citizen sends there ends up here, and expires there as at Meta."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from siaga.media.received import Received
from siaga.settings import Settings
from siaga.simulator.config import Config
from siaga.simulator.samples import MIME, sample
from siaga.whatsapp.download import Gone
from siaga.whatsapp.media import MediaClient
from tests.media.test_received import contact, expect
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import NUMBER, SECRET, TOKEN, StubBot, free_port, until
from tests.whatsapp.test_fetcher import content, fetching_with, look, settled

WA = "628000000001"


class Phone:
    """A citizen's phone, on a simulator."""

    def __init__(self, simulator: Running, bot: StubBot) -> None:
        self.simulator = simulator
        self.bot = bot

    def send(self, kind: str) -> dict[str, str]:
        """Send a sample; what the webhook says about it."""
        sent = self.simulator.post(f"/api/contacts/{WA}/messages", {"type": kind, kind: {}})["id"]
        message = until(lambda: next((m for m in self.bot.messages if m["id"] == sent), None))
        return dict(message[kind])

    def client(self) -> MediaClient:
        return MediaClient(Settings(graph_url=self.simulator.url, whatsapp_access_token=TOKEN))


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    bot = StubBot()
    port = free_port()
    config = Config(
        home=tmp_path,
        webhook_url=bot.url,
        app_secret=SECRET,
        access_token=TOKEN,
        phone_number_id=NUMBER,
        base_url=f"http://127.0.0.1:{port}",
        database=False,
    )
    simulator = Running(config, port)
    yield Phone(simulator, bot)
    simulator.stop()
    bot.close()


async def test_every_kind_is_brought_in(database: str, phone: Phone) -> None:
    one = contact()
    for kind in MIME:
        block = phone.send(kind)
        sha256 = base64.b64decode(block["sha256"]).hex()
        expect(one, kind, kind=kind, media_id=block["id"], mime=block["mime_type"], sha256=sha256)
    async with fetching_with(phone.client()):
        assert await settled(*MIME) == [("kept", None)] * len(MIME)
    found: list[Received] = [look(kind) for kind in MIME]
    assert {file.message_key: file.mime for file in found} == MIME
    assert all(content(kind) == sample(kind) for kind in MIME)


async def test_after_a_week_it_is_gone(phone: Phone) -> None:
    media_id = phone.send("image")["id"]
    client = phone.client()
    assert (await client.download(media_id, 5_000_000)).content == sample("image")
    phone.simulator.post("/api/clock", {"advance": "8d"})
    with pytest.raises(Gone):
        await client.download(media_id, 5_000_000)
    await client.close()
