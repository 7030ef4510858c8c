"""``siaga receive``: webhooks are taken in by a small process of its own.

Rasa's processes can do it as well, at the same addresses, but are busy with turns, and away while they start.
"""

from __future__ import annotations

import logging
from typing import Annotated

import typer
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, text

from siaga.doors.plain import be_plain
from siaga.settings import settings
from siaga.turns.intake import Intake
from siaga.watch.logs import set_up
from siaga.watch.process import watched
from siaga.watch.sanic_app import be_watched
from siaga.whatsapp import routes as meta
from siaga.whatsapp.access import SecretsMissing, access
from siaga.whatsapp.channels import Channel, ChannelOption, chosen
from siaga.whatsapp.flows.keys import FlowKeyUnusable

app = typer.Typer(help="Receive webhooks.")


def application(channel: Channel) -> Sanic:
    """The webhooks of a channel, at the addresses that they have in Rasa: ``/webhooks/<channel>/webhook``.

    Raises:
        SecretsMissing: in production without secrets.
        ValueError: the setting for proxies has something that is no address.
    """
    server = Sanic("siaga_receive", configure_logging=False)
    be_plain(server)
    server.blueprint(_routes(channel), url_prefix=f"/webhooks/{channel.value}")

    @server.get("/")
    async def health(_: Request) -> HTTPResponse:
        return text("ok")

    return server


def _routes(channel: Channel) -> Blueprint:
    intake = Intake(channel.value)
    if channel is Channel.TWILIO:
        from siaga.whatsapp.twilio import access as twilio
        from siaga.whatsapp.twilio import routes

        return routes.routes(twilio.access(), intake)
    return meta.routes(access(), intake)


@app.command()
def receive(
    channel: ChannelOption = None,
    interface: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; SIAGA_RECEIVE_PORT unless given.")] = 0,
) -> None:
    """Receive webhooks, until stopped."""
    set_up("receiver")
    logging.getLogger("sanic.root").setLevel(logging.WARNING)
    try:
        server = application(chosen(channel))
    except (SecretsMissing, FlowKeyUnusable, ValueError) as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None
    be_watched(server, watched("receiver"))
    server.run(host=interface, port=port or settings().receive_port, access_log=False)
