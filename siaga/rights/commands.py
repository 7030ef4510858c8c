"""``siaga person``: what is kept of somebody, for them; and erasing it. Numbers are read from standard input."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.people.tables import Contact
from siaga.rights import farewell, listed
from siaga.rights.again import erase_again
from siaga.rights.erasing import KEPT, Receipt, erase
from siaga.rights.exporting import as_html, as_json, export
from siaga.rights.retrying import again_if_deadlocked
from siaga.rights.subjects import NotANumber, Subject, find, open_erasure
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
    quietly: Annotated[bool, typer.Option("--quietly", help="Send them no receipt.")] = False,
) -> None:
    """Erase somebody everywhere, and send a contact the receipt. Without --yes nothing is changed."""
    number = _asked()
    try:
        receipt, is_sent = again_if_deadlocked(partial(_erase, number, by, really=yes, quietly=quietly))
    except OperationalError:
        _stop("somebody is working on the same data just now, or the database is away: nothing was erased; try again")
    if receipt is None:
        _stop(_NOBODY)
    _show(receipt, done=yes)
    if yes:
        typer.echo("Tanda terima ini dikirim ke WhatsApp-nya." if is_sent else "Tidak ada tanda terima yang dikirim.")


@app.command("erased")
def erased_command(
    to: Annotated[Path, typer.Option("--to", help="A new file for the list.")],
) -> None:
    """Write the list of who was erased, by keyed hashes: to be kept apart from the database and its backups."""
    try:
        to.touch(mode=0o600, exist_ok=False)
        with transaction() as session:
            lines = [entry.written() for entry in listed.entries(session)]
        to.write_text("".join(lines))
    except OSError as problem:
        _stop(f"{to}: {problem.strerror}; it must be a new file")
    typer.echo(f"{len(lines)} lines: {to}")


@app.command("erase-again")
def erase_again_command(
    by: By,
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A list, as often as there are any; without it, the one that is kept here."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else only who would be erased is counted.")] = False,
) -> None:
    """After a backup was restored: erase again who was erased since. Without --yes nothing is changed."""
    # All are read before anybody is erased; who stands in several is erased once.
    entries = list(dict.fromkeys(entry for file in files or [listed.path()] for entry in _read(file)))
    try:
        done = erase_again(entries, by, datetime.now(timezone.utc), really=yes)
    except OperationalError:
        _stop("somebody is working on the same data just now, or the database is away; do it again, it goes on")
    typer.echo("Erased again:" if yes else "Would be erased again (nothing was changed; add --yes):")
    typer.echo(f"  {done.contacts} contacts, {done.persons} persons; {done.absent} of {len(entries)} are not there")


def _erase(number: str, by: str, *, really: bool, quietly: bool) -> tuple[Receipt | None, bool]:
    """The receipt, and whether it is sent: to a contact only, as a person who is erased by their NIK has no chat."""
    now = datetime.now(timezone.utc)
    is_sent = False
    with transaction() as session:
        subject = _found(session, number)
        contact = subject.contact_id and session.get(
            Contact, subject.contact_id, with_for_update=True, populate_existing=True
        )
        gone = farewell.remember(session, contact) if contact else None
        receipt = erase(session, subject, now, number=open_erasure(number))
        if receipt is not None and really:
            # A message that cannot go would keep their number for days.
            if gone is not None and not quietly and gone.may_be_told(now):
                is_sent = farewell.say_goodbye(session, gone, receipt, now)
            note(session, by[:80], "person.erase", receipt.for_audit())
        if not really:
            session.rollback()
        return receipt, is_sent


def _read(file: Path) -> list[listed.Entry]:
    try:
        with file.open(encoding="utf-8") as lines:
            return listed.read(lines)
    except OSError as problem:
        _stop(f"{file}: {problem.strerror}")
    except UnicodeDecodeError:
        _stop(f"{file}: this is no list of who was erased")
    except listed.BadLine as problem:
        _stop(f"{file}: {problem}; nothing was erased")


def _asked() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("WhatsApp number, NIK, or number of a request", hide_input=True))
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
