"""``siaga send``."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from siaga.content import live
from siaga.settings import settings
from siaga.turns.roads import FIRST
from siaga.turns.wake import OUTBOX, Wake
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


# Threads for the database of one number's sender, and of those of several numbers together: fewer than connections.
THREADS, MOST_THREADS = 8, 16


class NumberUnknown(ValueError):
    """None of our numbers has this id."""


def _doors(
    channel: Channel, only: Collection[str]
) -> tuple[list[GraphClient | TwilioClient], Callable[[int | None], str]]:
    """The ways to send, one for each of our numbers (or those ``only``), and what a refusal's code asks an operator."""
    if channel is Channel.TWILIO:
        from siaga.whatsapp.twilio import access as twilio
        from siaga.whatsapp.twilio import client, errors

        return [client.TwilioClient(twilio.access())], errors.hint
    way = access()
    ids = {number or way.first: number for number in way.numbers}
    if unknown := sorted(set(only) - ids.keys()):
        raise NumberUnknown(f"no number of ours: {', '.join(unknown)}")
    return [GraphClient(way.by(number)) for own_id, number in ids.items() if not only or own_id in only], hint


@asynccontextmanager
async def senders(channel: Channel, only: Collection[str] = ()) -> AsyncIterator[list[Sender]]:
    """A sender for each of our numbers, or those with these ids, to be run; afterwards what they share is closed.

    Raises:
        SecretsMissing: in production without secrets.
        NumberUnknown: an id is none of ours.
    """
    clients, explain = _doors(channel, only)
    threads = ThreadPoolExecutor(THREADS if len(clients) == 1 else MOST_THREADS, thread_name_prefix="outbox")
    try:
        async with Wake(OUTBOX) as wake:
            yield [
                Sender(
                    client,
                    rate=settings().number_rate,
                    resend_after=settings().resend_seconds,
                    channel=channel.value,
                    # Twilio fetches pictures by itself.
                    pictures=partial(Pictures, client) if isinstance(client, GraphClient) else None,
                    explain=explain,
                    number=client.number if isinstance(client, GraphClient) else FIRST,
                    threads=threads,
                    wake=wake.beside(),
                )
                for client in clients
            ]
    finally:
        threads.shutdown()
        for client in clients:
            await client.close()


async def run(channel: Channel = Channel.WHATSAPP, only: Collection[str] = ()) -> None:
    """Send by all our numbers, or those with these ids, until the process is told to stop."""
    async with senders(channel, only) as all_of_them:
        loop = asyncio.get_running_loop()
        watch = watched("sender")

        def stop() -> None:
            watch.drain()
            for sender in all_of_them:
                sender.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        with watch.beating():
            await asyncio.gather(*(sender.run() for sender in all_of_them))


@app.command()
def send(
    channel: ChannelOption = None,
    number: Annotated[
        Optional[list[str]],  # noqa: UP045 - read by typer at run time, where Python 3.10 and it agree on Optional only
        typer.Option(
            help="By this phone number alone (Meta's id of it; several may be named); all of ours unless given."
        ),
    ] = None,
) -> None:
    """Send what waits in the outbox, until stopped."""
    set_up("sender")
    # httpx logs each request at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Who is erased by a rule gives places to others, whose reminders go by the dose rules that are published.
    live.watch()
    try:
        asyncio.run(run(chosen(channel), number or ()))
    except (SecretsMissing, NumberUnknown) as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None
