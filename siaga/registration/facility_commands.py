"""``siaga facilities``: the places that vaccinate, for programme staff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from siaga.db import transaction
from siaga.registration import facilities
from siaga.registration.import_files import FileUnreadable, Imported, Refused
from siaga.text.files import shown

app = typer.Typer(no_args_is_help=True, help="The places that vaccinate.")

ACTOR = "siaga"
"""Stands in the audit log for who did not tell a name."""
By = Annotated[str, typer.Option(help="Who does it, for the audit log.")]
# Typer reads these at run time, where Python 3.10 and it agree on Optional only.
Value = Annotated[Optional[str], typer.Option()]  # noqa: UP045
Report = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help="Where to write what was refused, as CSV; beside the file unless told otherwise."),
]


@app.callback()
def _group() -> None:
    """The places that vaccinate."""


@app.command("import")
def import_command(file: Path, report: Report = None, by: By = ACTOR) -> None:
    """Take the places of a CSV file: what is right is taken, what is refused goes into a report with its line."""
    with told_plainly(), transaction() as session:
        done = facilities.import_facilities(session, file, actor=by)
    finish_import(done, report or beside(file))


@app.command("list")
def list_command(regency: Annotated[str, typer.Option(help="Code of a kabupaten/kota or province.")] = "") -> None:
    """All places, or those of a region, one JSON line each."""
    with transaction() as session:
        for row in facilities.listed(session, regency or None):
            echo(asdict(row))


@app.command()
def show(code: str) -> None:
    """One place."""
    with told_plainly(facilities.UnknownFacility), transaction() as session:
        echo(asdict(facilities.show(session, code)))


@app.command()
def edit(
    code: str,
    name: Value = None,
    regency_code: Value = None,
    district_code: Value = None,
    lat: Value = None,
    lon: Value = None,
    address: Value = None,
    phone: Value = None,
    opening: Value = None,
    igd: Annotated[Optional[str], typer.Option(help="Has an emergency department: ya or tidak.")] = None,  # noqa: UP045
    by: By = ACTOR,
) -> None:
    """Change some of a place's values; '' takes one away."""
    given = {
        "name": name,
        "regency_code": regency_code,
        "district_code": district_code,
        "lat": lat,
        "lon": lon,
        "address": address,
        "phone": phone,
        "opening": opening,
        "igd": igd,
    }
    changes = {column: " ".join(value.split()) for column, value in given.items() if value is not None}
    with told_plainly(facilities.UnknownFacility), transaction() as session:
        echo(asdict(facilities.edit(session, code, changes, actor=by)))


@app.command("close")
def close_command(code: str, by: By = ACTOR) -> None:
    """Let nobody book here any more. Its sessions are not called off: see `siaga sessions cancel`."""
    with told_plainly(facilities.UnknownFacility), transaction() as session:
        row = facilities.set_open(session, code, False, actor=by)
    echo(asdict(row))
    if row.booked:
        typer.echo(
            f"{row.booked} people still hold a place here: call their sessions off with `siaga sessions cancel`.",
            err=True,
        )


@app.command("open")
def open_command(code: str, by: By = ACTOR) -> None:
    """Let people book here again."""
    with told_plainly(facilities.UnknownFacility), transaction() as session:
        echo(asdict(facilities.set_open(session, code, True, actor=by)))


# ---------------------------------------------------------------------- shared with ``siaga sessions``
def echo(row: dict[str, Any]) -> None:
    """One JSON line."""
    typer.echo(json.dumps(row, ensure_ascii=False, default=str))


@contextmanager
def told_plainly(*problems: type[Exception]) -> Iterator[None]:
    """Tell a refusal, or one of ``problems``, in a sentence, with exit code 1."""
    plain: tuple[type[Exception], ...] = (FileUnreadable, *problems)
    try:
        yield
    except Refused as refused:
        where = f"{refused.column} " if refused.column else ""
        typer.echo(f"{where}{refused.reason}", err=True)
    except plain as problem:
        typer.echo(str(problem), err=True)
    else:
        return
    raise typer.Exit(1)


def beside(file: Path) -> Path:
    """Where the report on a file is written: ``tempat.csv`` -> ``tempat.refused.csv``."""
    return file.with_name(f"{file.stem}.refused.csv")


def finish_import(done: Imported, report: Path) -> None:
    """Tell what came of a file, and write the report if anything was refused; exit code 1 then."""
    counts = {change.value: number for change, number in done.counts.items()}
    echo({**counts, "refused": len(done.refusals)})
    if done.refusals:
        if leave(report, done.report()):
            typer.echo(f"{len(done.refusals)} lines were refused; why is in {shown(report)}", err=True)
        raise typer.Exit(1)


def leave(report: Path, told: str) -> bool:
    """Write a report, or show it where it cannot be written: what it tells is nowhere else."""
    try:
        report.write_text(told, encoding="utf-8")
    except OSError as problem:
        typer.echo(f"{shown(report)} cannot be written ({problem.strerror}). What was refused:\n{told}", err=True)
        return False
    return True
