"""``siaga db``."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import typer

from siaga.db import level
from siaga.migrations import differences, seal_audit, upgrade, write_revision

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.callback()
def _group() -> None:
    """The database."""


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    upgrade()
    if sealed := seal_audit():
        typer.echo(f"The audit log is chained now: {sealed} older rows were sealed.")
    typer.echo("The database is up to date.")


@app.command(context_settings={"ignore_unknown_options": True})
def wait(
    command: Annotated[Optional[list[str]], typer.Argument(help="What to run then, in place of this process.")] = None,  # noqa: UP045
    seconds: Annotated[float, typer.Option(help="How long to wait at most.")] = 300.0,
) -> None:
    """Wait until the database answers and is migrated as far as this code needs; exit code 1 if it is not in time.

    `siaga db wait -- siaga send` starts the sender then. Nothing is migrated by this.
    """
    try:
        level.wait(seconds, lambda line: typer.echo(f"siaga: {line}", err=True))
    except level.NotMigrated as problem:
        typer.echo(f"siaga: {problem}", err=True)
        raise typer.Exit(1) from None
    if not command:
        typer.echo("The database is ready.")
        return
    try:
        os.execvp(command[0], command)  # noqa: S606 - what the operator wants to run
    except OSError as problem:
        typer.echo(f"siaga: {command[0]} cannot be run: {(problem.strerror or 'unknown').lower()}.", err=True)
        raise typer.Exit(127) from None


@app.command()
def revision(message: str = typer.Option(..., "--message", "-m", help="What changes, in a few words.")) -> None:
    """Write the migration that the tables in the code need, and show where it is: read it before you commit it."""
    typer.echo(write_revision(message))


@app.command()
def check() -> None:
    """Say whether the database and the tables in the code agree; exit code 1 if they do not."""
    found = differences()
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("The database and the tables agree.")
