"""``siaga db``."""

from __future__ import annotations

import typer

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
