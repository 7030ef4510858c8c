"""``siaga reports``: what citizens report, for staff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from siaga.db import transaction
from siaga.reports import staff
from siaga.reports.codes import find_code
from siaga.reports.kinds import KindFileError, load
from siaga.reports.status import STATUSES, UnknownReport, set_status

app = typer.Typer(no_args_is_help=True, help="What citizens report.")

By = Annotated[str, typer.Option(help="Who does it, for the audit log.")]


@app.callback()
def _group() -> None:
    """What citizens report: who needs help comes first."""


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _echo(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What is wrong in a sentence, instead of a traceback."""
    try:
        yield
    except (UnknownReport, KindFileError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _code(number: str) -> str:
    code = find_code(number)
    if code is None:
        raise UnknownReport("this is no number of a report; one looks like LP-7K2M-9Q")
    return code


@app.command("list")
def list_command(
    region: Annotated[str, typer.Option(help="Code of a province, kabupaten/kota or kecamatan.")] = "",
    ended: Annotated[bool, typer.Option("--all", help="Also those that are done or closed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
) -> None:
    """Open reports, those first that need help, one JSON line each; without what was told."""
    with _told_plainly(), transaction() as session:
        for row in staff.listed(session, region=region or None, ended=ended, limit=limit):
            _echo(asdict(row))


@app.command()
def show(
    number: str,
    by: By,
    picture: Annotated[Optional[Path], typer.Option(help="Where to write the picture, if there is one.")] = None,  # noqa: UP045
) -> None:
    """One report with what was told, as JSON; the audit log notes who looked."""
    with _told_plainly(), transaction() as session:
        shown = staff.show(session, _code(number), actor=by, now=_now())
    told = asdict(shown)
    content = told.pop("picture")
    if picture is not None and content is not None:
        picture.write_bytes(content)
    _echo({**told.pop("row"), **told})


@app.command("set")
def set_command(
    number: str,
    status: Annotated[str, typer.Argument(help=", ".join(STATUSES))],
    by: By,
    answer: Annotated[Optional[str], typer.Option(help="What the reporter is told; name nobody.")] = None,  # noqa: UP045
    group: Annotated[bool, typer.Option("--group", help="All reports of the same thing, too.")] = False,
) -> None:
    """Say what has become of a report; its reporter is told, unless they stayed unknown."""
    with _told_plainly(), transaction() as session:
        changed = set_status(session, _code(number), status, answer, actor=by, now=_now(), whole_group=group)
    _echo({"changed": changed})


@app.command()
def check() -> None:
    """Reads the file of kinds, and tells the first mistake with its line."""
    with _told_plainly():
        kinds = load()
    for kind in kinds.all:
        typer.echo(f"{kind.id}: {kind.label}, {len(kind.words)} words{', needs help' if kind.needs_help else ''}")
