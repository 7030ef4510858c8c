"""``siaga registration``."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from siaga.db import transaction
from siaga.places.timezone import zone
from siaga.registration.export import export
from siaga.registration.gateways import access
from siaga.registration.seed import DAYS_AHEAD, seed
from siaga.registration.validation import AT_ONCE, validate_all

app = typer.Typer(no_args_is_help=True, help="Registrations: sample places, validation, export.")

_CAPITAL = "31"


@app.callback()
def _group() -> None:
    """Registrations: sample places, validation, export."""


@app.command("seed")
def seed_command() -> None:
    """Put sample places in the database and top up their sessions; bookings stay as they are."""
    with transaction() as session:
        done = seed(session, datetime.now(zone(_CAPITAL)).date())
    typer.echo(f"{done.facilities} sample places, {done.new_sessions} sessions added for the next {DAYS_AHEAD} days.")


@app.command("export")
def export_command(
    out: Annotated[Path, typer.Argument(help="The CSV file to write; it must not exist.")],
    actor: Annotated[str, typer.Option(help="Who asks for it; goes to the audit log.")],
    names: Annotated[bool, typer.Option(help="With NIK, name and day of birth.")] = False,
    reason: Annotated[str | None, typer.Option(help="What names are needed for.")] = None,
    regency: Annotated[str | None, typer.Option(help="Only of people who live there: 35.78.")] = None,
    since: Annotated[str | None, typer.Option(help="Only those registered from this day on: YYYY-MM-DD, WIB.")] = None,
) -> None:
    """Writes registrations as CSV, without names by default; each export is noted in the audit log."""
    capital = zone(_CAPITAL)
    try:
        from_day = datetime.combine(date.fromisoformat(since), datetime.min.time(), capital) if since else None
    except ValueError:
        raise typer.BadParameter("write YYYY-MM-DD", param_hint="--since") from None
    if names and not (reason or "").strip():
        raise typer.BadParameter("names are only given out for a reason", param_hint="--reason")
    if out.exists():
        raise typer.BadParameter(f"{out.name} exists already")
    day = datetime.now(timezone.utc).astimezone(capital).date()
    # Nobody else on this machine needs to read it.
    out.touch(mode=0o600)
    with transaction() as session, out.open("w", encoding="utf-8", newline="") as file:
        done = export(
            session, file, actor=actor, day=day, names=names, reason=reason, regency_code=regency, since=from_day
        )
    typer.echo(f"{done.rows} registrations, columns: {', '.join(done.columns)}.")


@app.command("validate")
def validate_command(
    batch: Annotated[int, typer.Option(help="Registrations a transaction.")] = AT_ONCE,
) -> None:
    """Compare registrations that wait with the official lists, and the outside registry; tell their contacts."""
    lookup = access.for_queue().lookup if access.is_outside() else None
    done = validate_all(datetime.now(timezone.utc), lookup=lookup, batch=batch)
    typer.echo(f"{done.agreed} agree, {done.differed} do not, {done.waiting} go on waiting.")
