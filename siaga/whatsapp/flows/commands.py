"""``siaga flows``."""

from __future__ import annotations

import typer

app = typer.Typer(help="The registration form as a WhatsApp Flow.", no_args_is_help=True)


@app.callback()
def flows() -> None:
    """Keeps ``json`` a subcommand, though it is the only one."""


@app.command(name="json")
def json_() -> None:
    """Print the Flow JSON to hand in to Meta."""
    # pywa takes a second to import.
    from siaga.whatsapp.flows.screens import flow_json

    typer.echo(flow_json())
