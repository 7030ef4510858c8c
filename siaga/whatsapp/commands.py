"""``siaga send``."""

from __future__ import annotations

import asyncio
import logging
import signal

import typer

from siaga.settings import settings
from siaga.whatsapp.access import SecretsMissing, access
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.sender import Sender

app = typer.Typer(help="Send what waits in the outbox.")


async def _run() -> None:
    client = GraphClient(access())
    sender = Sender(client, rate=settings().number_rate, resend_after=settings().resend_seconds)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, sender.stop)
    try:
        await sender.run()
    finally:
        await client.close()


@app.command()
def send() -> None:
    """Send what waits in the outbox, until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # httpx logs each request at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        asyncio.run(_run())
    except SecretsMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None
