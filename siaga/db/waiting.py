"""``siaga wait``."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import typer

from siaga.db import level

app = typer.Typer(help="Wait for the database, then run something.")


@app.command(context_settings={"ignore_unknown_options": True})
def wait(
    command: Annotated[Optional[list[str]], typer.Argument(help="What to run then, in place of this process.")] = None,  # noqa: UP045
    seconds: Annotated[float, typer.Option(help="How long to wait at most.")] = 300.0,
) -> None:
    """Wait until the database answers and is migrated as far as this code needs; exit code 1 if it is not in time.

    `siaga wait -- siaga send` starts the sender then. Nothing is migrated by this.
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
