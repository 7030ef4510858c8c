"""``siaga turns``."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from typing import Annotated, Any, Optional

import typer
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.settings import settings
from siaga.turns import operator

app = typer.Typer(help="What waits, what failed and was parked, what was not understood.")


# Typer reads this at run time, where Python 3.10 and it agree on Optional only.
Turns = Annotated[Optional[list[int]], typer.Argument()]  # noqa: UP045
By = Annotated[Optional[str], typer.Option(help="Who does it, for the audit log; the account here.")]  # noqa: UP045


def _print(rows: Any) -> None:
    for row in rows if isinstance(rows, list) else [rows]:
        typer.echo(json.dumps(row, ensure_ascii=False, default=str))


def _refuse(problem: Exception) -> typer.Exit:
    typer.echo(str(problem), err=True)
    return typer.Exit(1)


@app.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """What waits, what failed and was parked, what was not understood; by itself the same as `status`."""
    if context.invoked_subcommand is None:
        status()


@app.command()
def status() -> None:
    """How much waits and for how long, what is parked, whether sending is paused."""
    with transaction() as session:
        typer.echo(json.dumps(operator.overview(session), indent=2))


@app.command()
def parked() -> None:
    """The turns that failed too often, oldest first, one JSON line each."""
    with transaction() as session:
        _print([asdict(turn) for turn in operator.parked(session)])


@app.command()
def show(turn: int, by: By = None) -> None:
    """What a parked turn holds, masked; the audit log notes who looked."""
    try:
        with transaction() as session:
            held = operator.shown(session, turn)
            _note(session, by, "turns.show", [turn])
        _print(held)
    except operator.UnknownTurn as problem:
        raise _refuse(problem) from None


@app.command()
def replay(turns: Turns = None, every: bool = typer.Option(False, "--all"), by: By = None) -> None:
    """Have parked turns tried again: those named, or all."""
    _each(turns, every, operator.replay, "tried again", by, "turns.replay")


@app.command()
def drop(turns: Turns = None, every: bool = typer.Option(False, "--all"), by: By = None) -> None:
    """Give parked turns up for good."""
    _each(turns, every, operator.drop, "given up", by, "turns.drop")


@app.command()
def quarantine(limit: int = 50) -> None:
    """The newest of what could not be understood: its shape, never its content."""
    with transaction() as session:
        _print(operator.set_aside(session, limit))


@app.command()
def leave(number: str, by: By = None) -> None:
    """Give up a further phone number (Meta's id) that the settings name no more: the first has its citizens."""
    is_first = number == settings().whatsapp_phone_number_id
    if not is_first and number in (one.strip() for one in settings().whatsapp_other_numbers.split(",")):
        typer.echo("take it out of SIAGA_WHATSAPP_OTHER_NUMBERS first, and restart all processes", err=True)
        raise typer.Exit(1)
    with transaction() as session:
        moved = operator.leave(session, number, is_first=is_first)
        note(session, (by or getpass.getuser())[:80], "turns.leave", {"contacts": moved})
    typer.echo(f"{moved} contacts are the first number's now")


def _each(turns: list[int] | None, every: bool, work: Any, done: str, by: str | None, action: str) -> None:
    if bool(turns) == every:
        typer.echo("name the turns, or say --all", err=True)
        raise typer.Exit(2)
    try:
        with transaction() as session:
            chosen = [turn.turn for turn in operator.parked(session)] if every else list(turns or ())
            for turn in chosen:
                work(session, turn)
            if chosen:
                _note(session, by, action, chosen)
    except operator.UnknownTurn as problem:
        raise _refuse(problem) from None
    typer.echo(f"{len(chosen)} {done}")


def _note(session: Session, by: str | None, action: str, turns: list[int]) -> None:
    note(session, (by or getpass.getuser())[:80], action, {"turns": turns})
