"""``siaga fetch``."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING

import typer

from siaga.settings import settings
from siaga.watch.logs import set_up
from siaga.watch.process import watched
from siaga.whatsapp.access import SecretsMissing
from siaga.whatsapp.channels import Channel, ChannelOption, chosen
from siaga.whatsapp.fetcher import Fetcher
from siaga.whatsapp.media import MediaClient

if TYPE_CHECKING:
    from siaga.whatsapp.twilio.files import TwilioFiles

app = typer.Typer(help="Fetch the files that citizens sent.")


def _source(channel: Channel) -> MediaClient | TwilioFiles:
    if channel is Channel.TWILIO:
        from siaga.whatsapp.twilio import access, files

        return files.TwilioFiles(access.access())
    return MediaClient()


async def _run(channel: Channel) -> None:
    client = _source(channel)
    fetcher = Fetcher(client, document_mb=settings().media_document_mb, channel=channel.value)
    loop = asyncio.get_running_loop()
    watch = watched("fetcher")

    def stop() -> None:
        watch.drain()
        fetcher.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        with watch.beating():
            await fetcher.run()
    finally:
        await client.close()


@app.command()
def fetch(channel: ChannelOption = None) -> None:
    """Fetch the files that citizens sent, until stopped."""
    set_up("fetcher")
    # httpx logs each request at INFO, address and all.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        asyncio.run(_run(chosen(channel)))
    except SecretsMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None
