"""``siaga sessions``: when the places vaccinate, for programme staff."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Optional

import typer

from siaga.db import transaction
from siaga.registration import closing, sessions
from siaga.registration.facility_commands import ACTOR, By, Report, beside, echo, finish_import, told_plainly

app = typer.Typer(no_args_is_help=True, help="When the places vaccinate.")


@app.callback()
def _group() -> None:
    """When the places vaccinate. Days and hours are on the clocks of the place."""


def _now() -> datetime:
    return datetime.now(timezone.utc)


@app.command("import")
def import_command(file: Path, report: Report = None, by: By = ACTOR) -> None:
    """Take the sessions of a CSV file: what is right is taken, what is refused goes into a report with its line."""
    with told_plainly(), transaction() as session:
        done = sessions.import_sessions(session, file, actor=by, now=_now())
    finish_import(done, report or beside(file))


@app.command("list")
def list_command(
    facility: Annotated[Optional[str], typer.Option(help="Code of a place.")] = None,  # noqa: UP045
    days: Annotated[int, typer.Option(min=1, max=366)] = 14,
    cancelled: Annotated[bool, typer.Option("--cancelled", help="Also those that were called off.")] = False,
) -> None:
    """The sessions of the coming days, one JSON line each."""
    with transaction() as session:
        for row in sessions.listed(session, now=_now(), days=days, facility_code=facility, cancelled=cancelled):
            echo(asdict(row))


@app.command()
def add(facility: str, date: str, start: str, end: str, vaccine: str, quota: str, by: By = ACTOR) -> None:
    """Add a session: `siaga sessions add PKM-JAGIR 2026-11-30 08.00 11.00 sinovac 40`."""
    cells = {
        "facility_code": facility,
        "date": date,
        "start": start,
        "end": end,
        "vaccine": vaccine,
        "quota": quota,
    }
    with told_plainly(), transaction() as session:
        echo(asdict(sessions.add(session, cells, actor=by, now=_now())))


@app.command()
def edit(
    number: int,
    quota: Annotated[Optional[str], typer.Option(help="Places; never fewer than are taken.")] = None,  # noqa: UP045
    start: Annotated[Optional[str], typer.Option(help="Such as 08.00.")] = None,  # noqa: UP045
    end: Annotated[Optional[str], typer.Option(help="Such as 11.00.")] = None,  # noqa: UP045
    by: By = ACTOR,
) -> None:
    """Change a session's places or hours. Whoever holds a place in it is told of other hours."""
    with told_plainly(sessions.UnknownSession), transaction() as session:
        echo(asdict(sessions.edit(session, number, quota=quota, start=start, end=end, actor=by, now=_now())))


@app.command()
def cancel(
    number: int,
    reason: Annotated[str, typer.Option(help="Why, for the audit log; name nobody.")],
    by: By = ACTOR,
) -> None:
    """Call a session off: whoever holds a place in it is moved and told. Run it again if it was interrupted."""
    with told_plainly(sessions.UnknownSession, closing.SessionOver, closing.NoReason):
        echo(asdict(closing.cancel(number, reason, actor=by, now=_now())))
