"""``siaga handoffs``: conversations that are on their way to a person, for operators; nothing about anybody."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from sqlalchemy import select

from siaga.db import transaction
from siaga.handoffs.state import CLOSED
from siaga.handoffs.tables import HandOff

app = typer.Typer(no_args_is_help=True, help="Conversations that are on their way to a person.")

_SHOWN = (
    HandOff.id,
    HandOff.state,
    HandOff.reason,
    HandOff.urgency,
    HandOff.waiting_since,
    HandOff.callback_at,
    HandOff.held_by,
    HandOff.first_reply_at,
    HandOff.closed_at,
    HandOff.closed_why,
)


@app.callback()
def _group() -> None:
    """Conversations that are on their way to a person, or with one."""


@app.command("list")
def list_command(
    closed: Annotated[bool, typer.Option("--all", help="Also those that are closed, the last first.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
) -> None:
    """Open hand-offs, the most urgent first, one JSON line each; without who, and without what was said."""
    query = select(*_SHOWN)
    if closed:
        query = query.order_by(HandOff.id.desc())
    else:
        query = query.where(HandOff.state != CLOSED).order_by(HandOff.urgency.desc(), HandOff.waiting_since, HandOff.id)
    with transaction() as session:
        for row in session.execute(query.limit(limit)):
            typer.echo(json.dumps(dict(row._mapping), default=str))
