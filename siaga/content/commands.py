"""``siaga content``: what staff do with the content, from a draft to its publication and back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import click
import typer
from sqlalchemy.orm import Session

from siaga.content import ContentError, checking, editing, importing, live, store
from siaga.content.choosing import Choice, each
from siaga.content.files import read_file
from siaga.content.kinds import DIRECTORY, KINDS, Entries
from siaga.content.layout import entry_of
from siaga.content.sentences import as_entry, domain_responses
from siaga.content.store import StoreError
from siaga.content.tables import ContentVersion
from siaga.content.times import TimeError, moment, shown
from siaga.db import transaction

app = typer.Typer(no_args_is_help=True, help="All that staff write, from answers to rules: change and publish.")

By = Annotated[str, typer.Option("--by", help="Who does it: a name, kept with the version and in the audit log.")]
Remark = Annotated[str, typer.Option(help="Why, for whoever looks at it later.")]
KindName = Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")]
Versions = Annotated[list[int] | None, typer.Argument(metavar="[NUMBER]...", help="The versions' numbers.")]
All = Annotated[bool, typer.Option("--all", help="All that this can be done with, instead of numbers.")]
OfKind = Annotated[str | None, typer.Option("--kind", help="The same, of one kind: answer, hoax, …")]
OfFile = Annotated[str | None, typer.Option("--file", help="The same, of one file, such as answers/vaccine.yml.")]
Directory = Annotated[Path, typer.Option("--directory", "-d", help="The folder with answers/, hoaxes/, …")]
FORMATS = ("yaml", "html")
LISTS = ("open", "draft", "review", "approved", "standing", "releases")
STATES = {
    "draft": "draf",
    "review": "menunggu diperiksa",
    "approved": "disetujui, belum terbit",
    "published": "terbit",
    "dropped": "dibatalkan",
}


@app.callback()
def _group() -> None:
    """Change what the bot tells while it runs. A day's work with it: docs/content.md."""


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What is wrong in a sentence, instead of a traceback."""
    try:
        yield
    except (StoreError, ContentError, TimeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@contextmanager
def _session() -> Iterator[Session]:
    with _told_plainly(), transaction() as session:
        yield session


def _kind(name: str) -> str:
    if name not in KINDS:
        raise StoreError(f"There is no kind “{name}”. Kinds: {', '.join(KINDS)}.")
    return name


def _line(version: ContentVersion) -> str:
    """One version in a line: number, entry, state, who and when."""
    parts = [f"{version.id:>6}  {version.kind}/{version.key}", STATES[version.state], version.made_by]
    parts.append(shown(version.made_at))
    if version.reviewed_by:
        parts.append(f"diperiksa {version.reviewed_by}")
    if version.release is not None:
        undone = ", ditarik" if version.release.undone_at else ""
        parts.append(f"terbitan {version.release_id} oleh {version.release.by}{undone}")
    if version.starts_at:
        parts.append(f"mulai {shown(version.starts_at)}")
    if version.ends_at:
        parts.append(f"sampai {shown(version.ends_at)}")
    if version.body is None:
        parts.append("DIHAPUS")
    return "  ".join(parts) + (f"  “{version.remark}”" if version.remark else "")


# ------------------------------------------------------------------ files
@app.command()
def check(
    directory: Directory = DIRECTORY,
    stored: Annotated[bool, typer.Option("--stored", help="What stands in the database, drafts included.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="What is only to be looked at fails, too.")] = False,
) -> None:
    """Everything that is wrong with the content, each with file, line and what to do; ends with 1 if something is."""
    with _told_plainly():
        if stored:
            with transaction() as session:
                found = checking.check_stored(session)
        else:
            found = checking.check_files(directory)
    grave = checking.tell(found, typer.echo)
    errors = sum(finding.grave for finding in found)
    typer.echo(f"{errors} error{'' if errors == 1 else 's'}, {len(found) - errors} to look at.")
    if grave or (strict and found):
        raise typer.Exit(1)


def _standing(kind: str, *, preview: bool) -> Entries:
    return live.entries(kind, preview=preview)


@app.command("import")
def import_command(
    by: By = importing.BY,
    directory: Directory = DIRECTORY,
    over: Annotated[
        bool, typer.Option("--over", help="Take the files' text where staff have changed it, too.")
    ] = False,
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="Do not take away what is no longer in the files.")
    ] = False,
) -> None:
    """Takes what is new in the files into the database, as one release. Doing it again changes nothing."""
    if not directory.is_dir():
        typer.echo(f"There is no folder {directory}.", err=True)
        raise typer.Exit(1)
    with _session() as session:
        report = importing.import_files(session, directory, by, over=over, keep_missing=keep_missing)
    for told in report.conflicts:
        typer.echo(
            f"{told.at}: “{told.key}” was changed here, and by {told.by} meanwhile; theirs stands. Look at it with "
            f"“siaga content show {told.kind} {told.key}”. Then either import --over, for the file's text, or write "
            "theirs into the file by hand, or with export, which overwrites what the file says.",
            err=True,
        )
    for problem in report.refused:
        typer.echo(f"Nothing of this kind was taken: {problem}", err=True)
    if report.release is None:
        typer.echo("Nothing new.")
    else:
        what = f"{len(report.taken)} taken, {len(report.gone)} taken away"
        typer.echo(f"Release {report.release}: {what if report.taken or report.gone else 'only comments and layout'}.")
    if report.conflicts or report.refused:
        raise typer.Exit(1)


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="A folder for yaml (content/ itself is fine); a file for html.")],
    format: Annotated[
        str, typer.Option("--format", click_type=click.Choice(FORMATS), help="yaml, or one document to review.")
    ] = "yaml",
    preview: Annotated[bool, typer.Option("--preview", help="html: with what is not published yet.")] = False,
) -> None:
    """Writes what stands into files: yaml for `import`; html for a health worker who reviews all of it."""
    if format == "html":
        from siaga.content.document import write_document

        with _told_plainly():
            content = {name: _standing(name, preview=preview) for name in KINDS}
            text = write_document(content, datetime.now(timezone.utc), preview=preview)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            typer.echo(f"{target} cannot be written: {error.strerror}.", err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{target} written. Open it in a browser, and print it from there.")
        return
    with _session() as session:
        done = importing.export_files(session, target)
    for name in done.written:
        typer.echo(f"written  {name}")
    for name in done.removed:
        typer.echo(f"removed  {name}")
    for told in done.passing:
        typer.echo(f"{told.kind}/{told.key} stands for a time only: left out of {told.file}.")
    typer.echo(f"{len(done.written)} files written, {len(done.removed)} removed, {len(done.same)} as they were.")


# ------------------------------------------------------------------ a change, step by step
@app.command()
def draft(
    kind: KindName,
    key: Annotated[str, typer.Argument(help="The entry's id.")],
    file: Annotated[Path | None, typer.Argument(help="The entry as YAML; “-” reads it from standard input.")] = None,
    into: Annotated[str | None, typer.Option("--into", help="For a new entry: its file, such as vaccine.yml.")] = None,
    away: Annotated[bool, typer.Option("--away", help="The entry is to be taken away.")] = False,
    remark: Remark = "",
    *,
    by: By,
) -> None:
    """Writes an entry anew, or takes it away: a draft, which nobody sees but who previews. Prints its number."""
    with _told_plainly():
        if away == (file is not None):
            raise StoreError("Give the file with the new text, or --away to take the entry away.")
        _kind(kind)
        body = None if away or file is None else entry_of(_text_of(file), key, KINDS[kind], file)
        with transaction() as session:
            wrong = [] if body is None else editing.check_text(session, kind, key, body, file=into)
            number = store.draft(session, kind, key, body, by=by, file=into, remark=remark)
    typer.echo(f"Draft {number}: {kind}/{key}. Next: siaga content submit {number}")
    if checking.tell(wrong, lambda line: typer.echo(line, err=True)):
        typer.echo("The draft is kept, but cannot be published like this: correct it, and draft it again.", err=True)


def _text_of(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else read_file(file)
    except UnicodeDecodeError:
        raise StoreError(f"The file {file} is not UTF-8 text; save it as UTF-8.") from None
    except ContentError as error:
        raise StoreError(str(error)) from None


@app.command()
def show(
    kind: KindName,
    key: Annotated[str, typer.Argument(help="The entry's id.")],
    version: Annotated[int | None, typer.Option(help="A version by its number; else what stands now.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="The latest that is not published yet, if any.")] = False,
) -> None:
    """Prints an entry as YAML, to be changed and given to `draft`."""
    with _session() as session:
        if version is not None:
            found = session.get(ContentVersion, version)
            if found is not None and (found.kind, found.key) != (_kind(kind), key):
                found = None
        else:
            standing = store.standing(session, datetime.now(timezone.utc), preview=preview)
            found = next((one for one in standing.of(_kind(kind)) if one.key == key), None)
        if found is None and version is None and kind == "sentence" and key in domain_responses():
            typer.echo(as_entry(key, domain_responses()[key][0]).rstrip())
            return
        if found is None:
            raise StoreError(_missing(session, kind, key, version))
        typer.echo((found.body or "# taken away").rstrip())


def _missing(session: Session, kind: str, key: str, version: int | None) -> str:
    """Why an entry is not shown, and what may have been meant."""
    if version is not None:
        return (
            f"There is no version {version} of {kind} “{key}”: “siaga content history {kind} {key}” shows its versions."
        )
    if written := store.history(session, kind, key):
        last = written[0]
        when = f", from {shown(last.starts_at)}" if last.state == "published" and last.starts_at else ""
        return (
            f"{kind} “{key}” does not stand now. Its last version is {last.id} ({store.STATES[last.state]}{when}): "
            f"siaga content show {kind} {key} --version {last.id}"
        )
    standing = store.standing(session, datetime.now(timezone.utc), preview=True)
    known = [*(one.key for one in standing.of(kind)), *(domain_responses() if kind == "sentence" else ())]
    alike = get_close_matches(key, known, 3)
    meant = (
        f" Did you mean {' or '.join(alike)}?" if alike else f" “siaga content list {kind} --state standing” shows all."
    )
    return f"There is no {kind} “{key}” in the database.{meant}"


def _each(choice: Choice, state: Sequence[str], do: Callable[[Session, int], None], said: str, then: str = "") -> None:
    """Do it with each version that is chosen, and tell of each; ends with 1 if one was refused.

    ``said`` of what was done; ``then`` is the command that comes next, if one does.
    """
    with _session() as session:
        result = each(session, choice.of(session, *state), lambda number: do(session, number))
    for number, name in result.done.items():
        typer.echo(f"Version {number} ({name}) {said}.")
    for refusal in result.refused:
        typer.echo(refusal, err=True)
    if then and result.done:
        typer.echo(f"Next{then} {' '.join(map(str, result.done))}")
    if result.refused:
        if result.done:
            typer.echo(f"{len(result.done)} done, {len(result.refused)} not.", err=True)
        raise typer.Exit(1)


@app.command()
def submit(
    versions: Versions = None, everything: All = False, kind: OfKind = None, file: OfFile = None, *, by: By
) -> None:
    """Has drafts looked at by somebody else. With --all, --kind or --file: your own ones."""
    choice = Choice(versions or (), everything, kind, file, written_by=by)
    _each(
        choice,
        ("draft",),
        lambda session, number: store.submit(session, number, by=by),
        "waits to be looked at",
        ", by somebody else: siaga content approve",
    )


@app.command()
def approve(
    versions: Versions = None, everything: All = False, kind: OfKind = None, file: OfFile = None, *, by: By
) -> None:
    """Finds right what somebody else wrote; what you wrote yourself is refused, and the rest is done."""
    _each(
        Choice(versions or (), everything, kind, file),
        ("review",),
        lambda session, number: store.approve(session, number, by=by),
        "is approved",
        ": siaga content publish",
    )


@app.command("send-back")
def send_back(
    versions: Versions = None,
    everything: All = False,
    kind: OfKind = None,
    file: OfFile = None,
    *,
    remark: Annotated[str, typer.Option(help="What is to be changed.")],
    by: By,
) -> None:
    """Gives back what is not right yet, with a remark."""
    _each(
        Choice(versions or (), everything, kind, file),
        ("review",),
        lambda session, number: store.send_back(session, number, by=by, remark=remark),
        "is a draft again",
    )


@app.command()
def drop(
    versions: Versions = None, everything: All = False, kind: OfKind = None, file: OfFile = None, *, by: By
) -> None:
    """Gives up what is not published. With --all, --kind or --file: your own drafts."""
    choice = Choice(versions or (), everything, kind, file, written_by=by)
    _each(choice, ("draft",), lambda session, number: store.drop(session, number, by=by), "is given up")


@app.command()
def publish(
    versions: Versions = None,
    everything: All = False,
    kind: OfKind = None,
    file: OfFile = None,
    starts: Annotated[
        str | None, typer.Option("--from", help="When it begins to stand: “2026-12-24 08:00” (WIB); else now.")
    ] = None,
    ends: Annotated[
        str | None,
        typer.Option(
            "--until", help="When it stops, such as “2026-12-31 23:59”; what stood before stands again. Else never."
        ),
    ] = None,
    over: Annotated[bool, typer.Option("--over", help="Also over what others published meanwhile.")] = False,
    remark: Remark = "",
    *,
    by: By,
) -> None:
    """Lets approved versions stand, all of them or none: every process tells them within five seconds."""
    with _told_plainly():
        begins = moment(starts) if starts else None
        # A day alone would end as it begins, which nobody means.
        finishes = moment(ends, with_time=True) if ends else None
    with _session() as session:
        release = store.publish(
            session,
            Choice(versions or (), everything, kind, file).of(session, "approved"),
            by=by,
            starts_at=begins,
            ends_at=finishes,
            remark=remark,
            over=over,
        )
        entries = [f"{one.kind}/{one.key}" for one in store.released(session, release)]
    span = f" from {shown(begins)}" if begins else ""
    span += f" until {shown(finishes)}" if finishes else ""
    typer.echo(
        f"Release {release} is published{span}: {', '.join(entries)}. To take it back: siaga content undo {release}"
    )


@app.command()
def undo(release: Annotated[int, typer.Argument(help="The release's number.")], *, by: By) -> None:
    """Takes a release back in one step: what stood before stands again."""
    with _session() as session:
        store.undo(session, release, by)
    typer.echo(f"Release {release} is undone. To let it stand again: siaga content redo {release}")


@app.command()
def redo(release: Annotated[int, typer.Argument(help="The release's number.")], *, by: By) -> None:
    """Lets a release stand again that was undone."""
    with _session() as session:
        store.redo(session, release, by)
    typer.echo(f"Release {release} stands again.")


# ------------------------------------------------------------------ looking
@app.command()
def history(kind: KindName, key: Annotated[str, typer.Argument(help="The entry's id.")]) -> None:
    """All versions of an entry, the newest first: who wrote, looked at and published it, and when."""
    with _session() as session:
        found = store.history(session, _kind(kind), key)
        if not found:
            raise StoreError(f"There is no {kind} “{key}” in the database.")
        for version in found:
            typer.echo(_line(version))


@app.command("list")
def list_command(
    kind: Annotated[str | None, typer.Argument(help="Of one kind only.")] = None,
    state: Annotated[
        str,
        typer.Option(
            click_type=click.Choice(LISTS),
            help="open: all that is not published; standing: what stands now; releases: what was published.",
        ),
    ] = "open",
) -> None:
    """What is being worked on, what stands, or what was published."""
    with _session() as session:
        chosen = _kind(kind) if kind else None
        if state == "releases":
            for release in store.releases(session):
                undone = f"  ditarik {shown(release.undone_at)} oleh {release.undone_by}" if release.undone_at else ""
                count = len(store.released(session, int(release.id)))
                remark = f"  “{release.remark}”" if release.remark else ""
                typer.echo(f"{release.id:>6}  {shown(release.at)}  {release.by}  {count} naskah{undone}{remark}")
            return
        if state == "standing":
            standing = store.standing(session, datetime.now(timezone.utc)).versions
            found = [version for version in standing if chosen in (None, version.kind)]
        else:
            found = [one for one in store.open_versions(session, chosen) if state in ("open", one.state)]
        for version in found:
            typer.echo(_line(version))
        if not found:
            typer.echo("Tidak ada.")
