"""``siaga simulator``."""

from __future__ import annotations

import dataclasses
import socket
from typing import Annotated

import typer

from siaga.doors.addresses import is_loopback
from siaga.settings import settings
from siaga.simulator.config import NotInProduction, from_settings
from siaga.whatsapp.templates import Template, TemplateFileError, load

app = typer.Typer(add_completion=False, help="The local Graph API with its chat page.")


def _check_port_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            typer.echo(f"Port {port} is in use; give another with --port or SIAGA_SIMULATOR_PORT.", err=True)
            raise typer.Exit(1) from None


def _ours() -> list[Template]:
    """The templates in content/templates; none while one of them has a mistake, which is said."""
    try:
        return load()
    except TemplateFileError as mistake:
        typer.echo(f"No template is approved: {mistake}", err=True)
        return []


@app.command()
def simulator(
    port: int = typer.Option(None, help="Port to listen on; SIAGA_SIMULATOR_PORT otherwise."),
    host: str = typer.Option("127.0.0.1", help="Address to listen on. There is no access control: keep it local."),
    pair_rate: bool = typer.Option(True, help="Hold Meta's limit of messages to one contact."),
    throughput: int = typer.Option(80, min=0, help="Messages a second before sends are refused; 0 for no limit."),
    name: Annotated[list[str] | None, typer.Option(help="A name by which other machines may ask for it.")] = None,
    templates: bool = typer.Option(True, help="Take the templates of content/templates for approved."),
) -> None:
    """Run the local Graph API with its chat page until it is stopped."""
    from siaga.simulator.app import SimulatorServer

    chosen = port or settings().simulator_port
    try:
        config = from_settings(settings(), base_url=f"http://127.0.0.1:{chosen}")
    except NotInProduction as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    approved = tuple(template.definition() for template in _ours()) if templates else ()
    config = dataclasses.replace(
        config,
        pair_rate=pair_rate,
        throughput=throughput,
        templates=approved,
        from_elsewhere=host != "localhost" and not is_loopback(host),
        hosts=(host, *(name or ())),
    )
    _check_port_free(host, chosen)
    typer.echo(f"The chat page is at http://127.0.0.1:{chosen}/")
    SimulatorServer(config, host=host, port=chosen).run()
