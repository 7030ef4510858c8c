"""``siaga registration``."""

from __future__ import annotations

from datetime import datetime

import typer

from siaga.db import transaction
from siaga.places.timezone import zone
from siaga.registration.seed import DAYS_AHEAD, seed

app = typer.Typer(no_args_is_help=True, help="Sample places and sessions.")

_CAPITAL = "31"


@app.callback()
def _group() -> None:
    """Sample places and sessions."""


@app.command("seed")
def seed_command() -> None:
    """Put sample places in the database and top up their sessions; bookings stay as they are."""
    with transaction() as session:
        done = seed(session, datetime.now(zone(_CAPITAL)).date())
    typer.echo(f"{done.facilities} sample places, {done.new_sessions} sessions added for the next {DAYS_AHEAD} days.")
