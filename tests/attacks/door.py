"""The receiver's doors over real HTTP, and what has come of what was thrown at them."""

from __future__ import annotations

import asyncio
import http.client
import math
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sanic import Sanic
from sqlalchemy import select

from siaga.db import transaction
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.turns import inbox
from siaga.turns.tables import InboundMessage, Quarantine
from siaga.whatsapp.channels import Channel
from siaga.whatsapp.receiver import application
from siaga.whatsapp.signature import HEADER, sign

Sanic.test_mode = True
PATH = "/webhooks/whatsapp/webhook"


@dataclass(frozen=True)
class Door:
    """A receiver that is listening."""

    address: str

    def post(self, content: bytes, headers: list[tuple[str, bytes]], path: str = PATH) -> int:
        """Post bytes as they are, with headers as they are, some of them twice if need be; the status."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            connection.putrequest("POST", path)
            for name, value in [*headers, ("Content-Length", str(len(content)).encode())]:
                connection.putheader(name, value)
            connection.endheaders(content)
            return connection.getresponse().status
        finally:
            connection.close()

    def signed(self, content: bytes) -> int:
        """Post bytes with Meta's own signature."""
        return self.post(content, [(HEADER, sign(content, settings().whatsapp_app_secret).encode())])


@contextmanager
def open_door(channel: Channel = Channel.WHATSAPP) -> Iterator[Door]:
    """A receiver in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[Any, str]:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        server = await application(channel).create_server(sock=listener, return_asyncio_server=True)
        await server.startup()
        await server.before_start()
        await server.start_serving()
        return server, f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def stop() -> None:
        server.close()
        await server.wait_closed()

    server, address = asyncio.run_coroutine_threadsafe(start(), loop).result(30)
    try:
        yield Door(address)
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def answered() -> list[str]:
    """Give everything that waits its turn, each message one of its own, and end it; the texts, in order."""
    said: list[str] = []
    with transaction() as session:
        for contact_id in session.scalars(select(Contact.id).order_by(Contact.id)).all():
            while turn := inbox.open_turn(session, contact_id, lambda rows: 1, stale_after=math.inf):
                said += [str(message.content.get("text") or message.content.get("title") or "") for message in turn]
                inbox.finish(session, turn)
    return said


def received() -> int:
    """How many messages are known."""
    with transaction() as session:
        return len(session.scalars(select(InboundMessage.id)).all())


def set_aside() -> list[str]:
    """Why something was set aside, each once."""
    with transaction() as session:
        return sorted(session.scalars(select(Quarantine.reason)))
