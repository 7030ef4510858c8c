"""``siaga db``."""

from __future__ import annotations

import typer

from siaga.migrations import upgrade

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.callback()
def _group() -> None:
    """The database."""


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    upgrade()
    typer.echo("The database is up to date.")
