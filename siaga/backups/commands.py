"""``siaga backup``."""

from __future__ import annotations

import getpass
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from siaga.backups import BackupError, shelf
from siaga.backups.manifest import Manifest, missing_keys, read
from siaga.backups.restoring import Restored, check_fit
from siaga.backups.restoring import restore as restore_all
from siaga.db import engine
from siaga.db.engine import forget
from siaga.db.server import DatabaseUnavailable, DatabaseUnknown, start_embedded
from siaga.privacy.keys import KeysMissing, ring
from siaga.settings import settings

app = typer.Typer(no_args_is_help=True, help="Backups of the database: make, list, check, restore.")

By = Annotated[str | None, typer.Option(help="Who does it, for the audit log; the account here.")]
Folder = Annotated[Path | None, typer.Option("--in", help="The folder of the backups; SIAGA_BACKUPS otherwise.")]
Which = Annotated[Path | None, typer.Argument(metavar="[BACKUP]", help="Any of its files; the newest if absent.")]


@app.callback()
def _group() -> None:
    """Backups of the database: make, list, check, restore. What they hold and what not: docs/backup.md."""


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong in a sentence, instead of a traceback."""
    try:
        yield
    except (BackupError, KeysMissing, DatabaseUnavailable) as problem:
        _stop(str(problem))
    except SQLAlchemyError as problem:
        _stop(f"The database does not answer as it should ({type(problem).__name__}): see `siaga doctor`.")


@app.command()
def make(
    to: Annotated[Path | None, typer.Option(help="The folder of the backups; SIAGA_BACKUPS otherwise.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Delete older ones, so that so many stay in all.")] = None,
    by: By = None,
) -> None:
    """Make a backup while everything runs. No key is in it: keep those elsewhere, for as long as the backup."""
    from siaga.backups.making import make as make_one

    with _told():
        _bring_up()
        manifest, gone = make_one(to or shelf.folder(), by=by or getpass.getuser(), keep=keep)
    typer.echo(f"{manifest.name}: {_size(manifest)}, {sum(manifest.rows.values())} rows, in {to or shelf.folder()}")
    for name in gone:
        typer.echo(f"{name}: deleted")


@app.command()
def daily(
    to: Annotated[Path | None, typer.Option(help="The folder of the backups; SIAGA_BACKUPS otherwise.")] = None,
    keep: Annotated[int, typer.Option(min=1, help="So many stay in all.")] = 14,
    hour: Annotated[int, typer.Option(min=0, max=23, help="After this hour, UTC; 19 is 02:00 WIB.")] = 19,
) -> None:
    """Make a backup each night, until stopped, where no cron does; Sunday's is tried as by `check --try`, too."""
    from siaga.backups.daily import STUCK_SECONDS, keep_making
    from siaga.watch.logs import set_up
    from siaga.watch.process import watched

    set_up("backup")
    stop, watch = threading.Event(), watched("backup", alive_seconds=STUCK_SECONDS)

    def end(*_: object) -> None:
        watch.drain()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with _told():
        keep_making(to or shelf.folder(), hour=hour, keep=keep, stop=stop, beat=watch.beat)


@app.command("list")
def list_(
    place: Folder = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line each.")] = False,
) -> None:
    """The backups in the folder, the newest first, by their data sheets; the archives are not read."""
    oldest = datetime.now(timezone.utc) - timedelta(days=settings().erased_days)
    for sheet in shelf.sheets(place or shelf.folder()):
        with _told():
            manifest = read(sheet)
            opens = not missing_keys(manifest, ring())
        if as_json:
            typer.echo(json.dumps({**json.loads(manifest.written()), "opens": opens}))
            continue
        remarks = [] if opens else ["needs other keys"]
        if manifest.at < oldest:
            remarks.append("older than SIAGA_ERASED_DAYS: delete it")
        told = "  ".join([manifest.name, f"{manifest.at:%Y-%m-%d %H:%M} UTC", _size(manifest), *remarks])
        typer.echo(told)


@app.command()
def check(
    backup: Which = None,
    place: Folder = None,
    really: Annotated[bool, typer.Option("--try", help="Restore it into a PostgreSQL of its own, and count.")] = False,
) -> None:
    """Whether a backup is as it was made and our keys open it; with --try, that it can be restored. Exit code 1: no."""
    with _told():
        sheet = _sheet(backup, place)
        if really:
            from siaga.backups.trying import try_out

            manifest = try_out(sheet)
        else:
            manifest = shelf.check(sheet)
        check_fit(manifest)
    done = f"restored elsewhere, all {sum(manifest.rows.values())} rows are there" if really else "as it was made"
    typer.echo(f"{manifest.name}: {done}; our keys open it.")


@app.command()
def restore(
    backup: Which = None,
    place: Folder = None,
    over: Annotated[bool, typer.Option("--over", help="Although the database is not empty: all is deleted.")] = False,
    erased: Annotated[
        list[Path] | None, typer.Option(help="A list of who was erased, besides the one kept here; as often as needed.")
    ] = None,
    without_list: Annotated[
        bool, typer.Option("--without-erased-list", help="Nobody was erased since, or the list is lost.")
    ] = False,
    by: By = None,
) -> None:
    """Put a backup in the place of the database, while nothing else runs. Nothing that waited in it is sent."""
    with _told():
        sheet = _sheet(backup, place)
        _bring_up()
        done = restore_all(
            sheet,
            by=by or getpass.getuser(),
            now=datetime.now(timezone.utc),
            over=over,
            lists=erased or (),
            without_list=without_list,
        )
    for line in _what_next(done, datetime.now(timezone.utc)):
        typer.echo(line)
    if done.audit_breaks:
        raise typer.Exit(1)


def _bring_up() -> None:
    """Start the embedded server, where there is no other and it does not run."""
    if settings().database_url is not None:
        return
    try:
        with engine().connect():
            return
    except (DatabaseUnknown, OperationalError):
        forget()
        start_embedded()


def _sheet(given: Path | None, place: Path | None) -> Path:
    if given is not None:
        return shelf.sheet_of(given)
    found = shelf.sheets(place or shelf.folder())
    if not found:
        raise BackupError(f"There is no backup in {place or shelf.folder()}.")
    return found[0]


def _what_next(done: Restored, now: datetime) -> Iterator[str]:
    manifest, gone, again = done.manifest, done.given_up, done.again
    hours = (now - manifest.at).total_seconds() / 3600
    since = f"{manifest.at:%Y-%m-%d %H:%M} UTC"
    yield f"Restored: {manifest.name}, as of {since}, {hours:.1f} hours ago. What came after that is lost."
    yield f"  Given up, so that nobody is told twice: {gone.to_answer} messages to answer, {gone.to_send} to send,"
    yield f"  {gone.to_tell} notices that were due."
    yield f"  Erased again: {again.contacts} contacts, {again.persons} persons."
    yield (
        "  The audit log is whole." if not done.audit_breaks else "  THE AUDIT LOG IS BROKEN: see `siaga audit verify`."
    )
    yield "Next:"
    yield "  1. Start everything; then `siaga doctor`."
    yield f"  2. Do again what was done after {since}: desk accounts closed, content published, lists imported,"
    yield "     sessions called off. Look at the queue of the desk."
    yield "  3. Who wrote STOP since then is not known any more: the programme decides before `siaga remind run` tells"
    yield "     anybody anything unasked (`siaga remind list`)."
    yield "  4. `siaga backup make`, and note down the audit head of before, if you have it, with the reason."


def _size(manifest: Manifest) -> str:
    return f"{manifest.bytes / 1_000_000:.1f} MB"


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
