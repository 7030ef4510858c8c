"""The channel in a Sanic server, set up as Rasa does it; the agent has no model, so that no turn is run."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from sanic import Sanic

from siaga.whatsapp.input import WhatsAppInput

Sanic.test_mode = True
PATH = "/webhooks/whatsapp/webhook"


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """The server's address, while it runs in this event loop."""
    app = Sanic(f"door_{time.monotonic_ns()}", configure_logging=False)
    register([WhatsAppInput.from_credentials({})], app, route="/webhooks/")
    app.ctx.agent = Agent()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()


@contextmanager
def serving_beside() -> Iterator[str]:
    """The same in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    door = serving()
    try:
        yield asyncio.run_coroutine_threadsafe(door.__aenter__(), loop).result(30)
    finally:
        asyncio.run_coroutine_threadsafe(door.__aexit__(None, None, None), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
