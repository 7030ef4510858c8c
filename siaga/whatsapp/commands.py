"""``siaga send``."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import typer

from siaga.content import live
from siaga.settings import settings
from siaga.watch.logs import set_up
from siaga.watch.process import watched
from siaga.whatsapp.access import SecretsMissing, access
from siaga.whatsapp.channels import Channel, ChannelOption, chosen
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.errors import hint
from siaga.whatsapp.pictures import Pictures
from siaga.whatsapp.sender import Sender

if TYPE_CHECKING:
    from siaga.whatsapp.twilio.client import TwilioClient

app = typer.Typer(help="Send what waits in the outbox.")


def _door(channel: Channel) -> tuple[GraphClient | TwilioClient, Callable[[int | None], str]]:
    """The way to send, and what an operator should look at by the code of a refusal."""
    if channel is Channel.TWILIO:
        from siaga.whatsapp.twilio import access as twilio
        from siaga.whatsapp.twilio import client, errors

        return client.TwilioClient(twilio.access()), errors.hint
    return GraphClient(access()), hint


async def run(channel: Channel = Channel.WHATSAPP) -> None:
    """Send until the process is told to stop."""
    client, explain = _door(channel)
    sender = Sender(
        client,
        rate=settings().number_rate,
        resend_after=settings().resend_seconds,
        channel=channel.value,
        # Twilio fetches pictures by itself.
        pictures=partial(Pictures, client) if isinstance(client, GraphClient) else None,
        explain=explain,
    )
    loop = asyncio.get_running_loop()
    watch = watched("sender")

    def stop() -> None:
        watch.drain()
        sender.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        with watch.beating():
            await sender.run()
    finally:
        await client.close()


@app.command()
def send(channel: ChannelOption = None) -> None:
    """Send what waits in the outbox, until stopped."""
    set_up("sender")
    # httpx logs each request at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Who is erased by a rule gives places to others, whose reminders go by the dose rules that are published.
    live.watch()
    try:
        asyncio.run(run(chosen(channel)))
    except SecretsMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None
