"""``siaga fetch``."""

from __future__ import annotations

import asyncio
import logging
import signal

import typer

from siaga.settings import settings
from siaga.whatsapp.access import SecretsMissing
from siaga.whatsapp.fetcher import Fetcher
from siaga.whatsapp.media import MediaClient

app = typer.Typer(help="Fetch the files that citizens sent.")


async def _run() -> None:
    client = MediaClient()
    fetcher = Fetcher(client, document_mb=settings().media_document_mb)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, fetcher.stop)
    try:
        await fetcher.run()
    finally:
        await client.close()


@app.command()
def fetch() -> None:
    """Fetch the files that citizens sent, until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # httpx logs each request at INFO, address and all.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        asyncio.run(_run())
    except SecretsMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None
