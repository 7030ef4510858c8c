"""``siaga audit``: the log of who did what, and whether it is as it was written."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Optional

import typer
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit, note, verifying
from siaga.db.audit.chain import Head, heads_in

app = typer.Typer(no_args_is_help=True, help="The log of who did what, and whether it is as it was written.")

# Typer reads these at run time, where Python 3.10 and it agree on Optional only.
Heads = Annotated[Optional[list[str]], typer.Option(help="PLACE:HEX, as noted before; any number of times.")]  # noqa: UP045
File = Annotated[Optional[Path], typer.Option(help="Text in which such heads stand, a log for example; - reads them.")]  # noqa: UP045
By = Annotated[Optional[str], typer.Option(help="Who looks, for the log; the account here.")]  # noqa: UP045


@app.callback()
def _group() -> None:
    """The log of who did what, and whether it is as it was written."""


@app.command()
def verify(head: Heads = None, heads: File = None) -> None:
    """Walk the whole chain, and say where it is broken, a line each; exit code 1 if it is.

    That its end was cut off only shows against a head noted before: `siaga remind run` logs one a day.
    """
    noted = [*_given(head or []), *_filed(heads)]
    with transaction() as session:
        found = verifying.verify(session, heads=noted)
    for line in found.breaks:
        typer.echo(line)
    if found.broken > len(found.breaks):
        typer.echo(f"and {found.broken - len(found.breaks)} more")
    if found.nothing_fits:
        typer.echo("No seal at all fits: is this the SIAGA_INDEX_KEY that the log was written with?", err=True)
    span = f" from {_time(found.first)} to {_time(found.last)}" if found.rows else ""
    against = f", {len(noted)} heads noted before looked up" if noted else ""
    told = "broken" if found.broken else "ok"
    typer.echo(f"{told}: {found.rows} rows{span}, head {found.head or 'none'}{against}")
    if found.broken:
        raise typer.Exit(1)


@app.command()
def head() -> None:
    """Print how far the chain goes, to note it elsewhere: PLACE:HEX. It is nothing personal."""
    with transaction() as session:
        found = verifying.head(session)
    if found is None:
        typer.echo("there is no row yet", err=True)
        raise typer.Exit(1)
    typer.echo(str(found))


@app.command("list")
def list_command(
    who: Annotated[str, typer.Option(help="Only what this login, or command, did.")] = "",
    what: Annotated[str, typer.Option(help="Only this action: report.show, or report.* for all such.")] = "",
    since: Annotated[str, typer.Option(help="Only from then on: 2026-11-23, or with a time; UTC unless it says.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    by: By = None,
) -> None:
    """The last entries, the newest at the end: time (UTC), who, what, details as JSON. That you looked is noted."""
    query = select(Audit).order_by(Audit.id.desc()).limit(limit)
    if who:
        query = query.where(Audit.actor == who)
    if what:
        query = query.where(
            Audit.action.startswith(what[:-1], autoescape=True) if what[-1] == "*" else Audit.action == what
        )
    if since:
        query = query.where(Audit.at >= _since(since))
    with transaction() as session:
        rows = session.execute(query).scalars().all()
        note(session, (by or getpass.getuser())[:80], "audit.list", {"entries": len(rows)})
    for row in reversed(rows):
        typer.echo("\t".join([_time(row.at), row.actor, row.action, json.dumps(row.detail, ensure_ascii=False)]))


def _given(heads: list[str]) -> list[Head]:
    read = [list(heads_in([one])) for one in heads]
    if not all(read):
        raise typer.BadParameter("a head is a number, a colon and 64 hexadecimal digits", param_hint="--head")
    return [one for found in read for one in found]


def _filed(path: Path | None) -> list[Head]:
    if path is None:
        return []
    try:
        found = list(heads_in(sys.stdin if str(path) == "-" else path.read_text(errors="replace").splitlines()))
    except OSError as problem:
        raise typer.BadParameter(f"{path}: {problem.strerror}", param_hint="--heads") from None
    if not found:
        raise typer.BadParameter("there is no head in it", param_hint="--heads")
    return found


def _since(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("write 2026-11-23, or 2026-11-23T08:00", param_hint="--since") from None
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC" if at else "no time"
