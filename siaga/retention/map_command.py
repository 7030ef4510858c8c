"""``siaga privacy``: what is known of people, where, and for how long."""

from __future__ import annotations

import typer

from siaga.privacy.map import data_map, markdown
from siaga.retention.rules import in_words

app = typer.Typer(no_args_is_help=True, help="What is known of people, where, and for how long.")


@app.callback()
def _group() -> None:
    """What is known of people, where, and for how long."""


@app.command("map")
def map_command() -> None:
    """The map of personal data as Markdown: the tables of docs/privacy.md."""
    typer.echo(markdown(data_map(), in_words()), nl=False)
