"""``siaga people``: official lists of people."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from siaga.db import transaction
from siaga.places.timezone import zone
from siaga.registration.facility_commands import leave
from siaga.registration.roster import RosterError, import_roster, opened, read_roster, report_of
from siaga.text.files import name_of, shown

app = typer.Typer(no_args_is_help=True, help="Official lists of people.")

_CAPITAL = "31"


@app.callback()
def _group() -> None:
    """Official lists of people, against which registrations are validated."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV with columns nik, name, birth_date, and more.")],
    list_name: Annotated[str, typer.Option("--list", help="Its name; the group of rows that name none.")],
    report: Annotated[Path | None, typer.Option(help="Where to write what was refused; beside the file.")] = None,
    by: Annotated[str | None, typer.Option(help="Who imports it, for the audit log; the account here.")] = None,
) -> None:
    """Import a list; rows that cannot be right are refused and reported, the others kept."""
    try:
        checked = read_roster(opened(file), datetime.now(zone(_CAPITAL)).date(), name=name_of(file))
    except (OSError, RosterError) as problem:
        typer.echo(f"{name_of(file)}: {problem.strerror}" if isinstance(problem, OSError) else str(problem), err=True)
        raise typer.Exit(2) from None
    with transaction() as session:
        done = import_roster(
            session, checked, list_name=list_name, file_name=name_of(file), actor=(by or getpass.getuser())[:80]
        )
    typer.echo(f"{done.added} added, {done.changed} changed, {done.unchanged} as before, {done.refused} refused.")
    if checked.refused:
        written = report or file.with_name(f"{file.stem}.refused.csv")
        if leave(written, report_of(checked.refused)):
            typer.echo(f"What was refused, and why: {shown(written)}")
        raise typer.Exit(1)
