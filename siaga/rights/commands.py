"""``siaga person``: what is kept of somebody, for them; and erasing it. Numbers are read from standard input."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.rights.erasing import KEPT, Receipt, erase
from siaga.rights.exporting import as_html, as_json, export
from siaga.rights.subjects import NotANumber, Subject, find
from siaga.rights.words import TABLES

app = typer.Typer(no_args_is_help=True, help="What is kept of somebody: give it to them, or erase it.")

_NOBODY = "nobody has this number: nothing is kept of them"

By = Annotated[str, typer.Option(help="Who does it, for the audit log.")]


@app.callback()
def _group() -> None:
    """A person's rights. The WhatsApp number or NIK is typed in, or piped: never written behind the command."""


@app.command("export")
def export_command(
    folder: Annotated[Path, typer.Option("--to", help="A new folder for the files.")],
    by: By,
) -> None:
    """Write all that somebody may have of what is kept of them: data.html, data.json and their files."""
    number = _asked()
    try:
        folder.mkdir(mode=0o700)
    except OSError as problem:
        _stop(f"{folder}: {problem.strerror}; it must be a new folder")
    try:
        with transaction() as session:
            made = export(session, _found(session, number), datetime.now(timezone.utc))
            note(session, by[:80], "person.export", {"rows": made.counts, "files": len(made.files)})
        _write(folder / "data.html", as_html(made).encode())
        _write(folder / "data.json", as_json(made).encode())
        if made.files:
            (folder / "berkas").mkdir(mode=0o700)
        for name, content in made.files.items():
            _write(folder / "berkas" / name, content)
    except typer.Exit:
        folder.rmdir()
        raise
    typer.echo(f"{sum(made.counts.values())} rows and {len(made.files)} files: {folder}")


@app.command("erase")
def erase_command(
    by: By,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else only what would be erased is counted.")] = False,
) -> None:
    """Erase somebody everywhere. Without --yes nothing is changed."""
    number = _asked()
    try:
        with transaction() as session:
            receipt = erase(session, _found(session, number), datetime.now(timezone.utc))
            if receipt is not None and yes:
                note(session, by[:80], "person.erase", receipt.for_audit())
            if not yes:
                session.rollback()
    except OperationalError:
        _stop("somebody is working on the same data just now, or the database is away: nothing was erased; try again")
    if receipt is None:
        _stop(_NOBODY)
    _show(receipt, done=yes)


def _asked() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("WhatsApp number or NIK", hide_input=True))
    return sys.stdin.readline().strip()


def _found(session: Session, number: str) -> Subject:
    try:
        subject = find(session, number)
    except NotANumber as problem:
        _stop(str(problem))
    if subject is None:
        _stop(_NOBODY)
    return subject


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _show(receipt: Receipt, *, done: bool) -> None:
    if done:
        typer.echo(f"Tanda terima {receipt.number}, {receipt.at:%d-%m-%Y %H.%M} UTC")
    typer.echo("Dihapus:" if done else "Akan dihapus (belum ada yang diubah; ulangi dengan --yes):")
    for table, count in receipt.erased.items():
        typer.echo(f"  {count:5}  {TABLES.get(table, table)} ({table})")
    if receipt.places_given_back:
        typer.echo(f"Tempat jadwal yang dikembalikan: {receipt.places_given_back}")
    for name, count in receipt.kept.items():
        typer.echo(f"Tetap ada ({count}): {KEPT[name]}")
