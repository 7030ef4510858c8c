"""``siaga retention``: what is old enough to be forgotten, and forgetting it now."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Annotated

import typer

from siaga.db import transaction
from siaga.db.audit import note
from siaga.privacy.map import data_map
from siaga.retention.planning import Planned, without_rule
from siaga.retention.planning import plan as planned
from siaga.retention.sweeping import sweep as swept

_NUMBER = re.compile(r"[\d,]+( [dh])?")

app = typer.Typer(no_args_is_help=True, help="What is old enough to be forgotten, and forgetting it now.")


@app.callback()
def _group() -> None:
    """How long what is kept stays, by table. The sender sweeps by itself, every ten minutes."""


@app.command()
def plan() -> None:
    """Count what the rules would take now, table by table; nothing is changed."""
    for line in _aligned(
        [("rows", "oldest", "table", "rule", "kept"), *map(_row, planned(datetime.now(timezone.utc)))]
    ):
        typer.echo(line)
    typer.echo("\nNo rule of time:")
    for line in _aligned([*without_rule(data_map())]):
        typer.echo(f"  {line}")


@app.command()
def sweep(by: Annotated[str, typer.Option(help="Who does it, for the audit log.")]) -> None:
    """Carry the rules out now, all of it. Exit code 1 if another process is at it."""
    done = swept(most=None)
    if done is None:
        typer.echo("another process is sweeping just now: nothing was done", err=True)
        raise typer.Exit(1)
    rows = {name: count for name, count in done.items() if count}
    with transaction() as session:
        note(session, by[:80], "retention.sweep", {"rows": rows})
    for line in _aligned([(str(count), name) for name, count in rows.items()]):
        typer.echo(line)
    typer.echo(f"{sum(rows.values())} rows by {len(rows)} rules.")


def _row(one: Planned) -> tuple[str, ...]:
    rule = one.rule
    words = f"{rule.in_words()} ({rule.elsewhere})" if rule.elsewhere else rule.in_words()
    return f"{one.rows:,}", _age(one.age), rule.table_name, rule.name, words


def _age(age: timedelta | None) -> str:
    if age is None:
        return "-"
    return f"{age.days} d" if age.days else f"{age.seconds // 3600} h"


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their widest cell; numbers and ages to the right."""
    cells = list(rows)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))] if cells else []
    return [
        "  ".join(
            cell.rjust(width) if _NUMBER.fullmatch(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]
