"""The way of the content between its files and the database, in both directions; nothing is lost on either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from siaga.content.files import ContentError, read_file
from siaga.content.kinds import KINDS, Kind
from siaga.content.layout import Layout, new_layout, split
from siaga.content.standing import file_texts, standing
from siaga.content.tables import ContentFile, ContentRelease, ContentVersion
from siaga.content.versions import alone, notify
from siaga.db import audit

BY = "berkas"
"""Who publishes what comes with the files."""


@dataclass(frozen=True)
class Told:
    """An entry of which something is told."""

    kind: str
    key: str
    file: str
    line: int = 1
    """where the file says it"""
    version: int | None = None
    """of a conflict, what stands instead"""
    by: str = ""
    """who wrote that"""

    @property
    def at(self) -> str:
        """Folder, file and line."""
        return f"{KINDS[self.kind].folder}/{self.file}, line {self.line}"


@dataclass
class Report:
    """What an import did. ``release`` is None when there was nothing new."""

    release: int | None = None
    taken: list[Told] = field(default_factory=list)
    """new or changed in the files, and published"""
    gone: list[Told] = field(default_factory=list)
    """not in the files any more, and taken away"""
    conflicts: list[Told] = field(default_factory=list)
    """changed in the files, but staff have changed them too: theirs stands"""
    refused: list[str] = field(default_factory=list)
    """kinds of which nothing was taken: the mistake, with its file and line"""


@dataclass
class Exported:
    """What an export did: files by their path under the directory."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    passing: list[Told] = field(default_factory=list)
    """entries that stand for a time only: what stands when it has passed was written"""


@dataclass(frozen=True)
class _Said:
    """What the files say of an entry."""

    file: str
    place: int
    body: str
    line: int


def import_files(
    session: Session, directory: Path, by: str = BY, *, over: bool = False, keep_missing: bool = False
) -> Report:
    """Take what is new in the files as one release. Doing it again changes nothing.

    New is what differs from what the files said when they were read last: what staff have undone does not come back. An
    entry that staff changed since keeps their text and is told as a conflict, each time until the files say the same.

    Args:
        directory: holds the folders of the kinds; a kind without a folder is left alone.
        over: take the files' text where staff have changed it too.
        keep_missing: do not take away what has vanished from the files.
    """
    alone(session)
    now = datetime.now(timezone.utc)
    report = Report()
    release: ContentRelease | None = None
    for kind in KINDS.values():
        if not (directory / kind.folder).is_dir():
            continue
        with session.begin_nested() as part:
            made = release
            if made is None:
                made = ContentRelease(by=by, at=now, remark="")
                session.add(made)
                session.flush()
            try:
                found = _take(session, kind, directory / kind.folder, made, now, over, keep_missing)
            except ContentError as error:
                part.rollback()
                report.refused.append(str(error))
                continue
            report.conflicts += found.report.conflicts
            if found.changed:
                release = made
                report.taken += found.report.taken
                report.gone += found.report.gone
            else:
                part.rollback()
        for version in found.agreed:
            # When staff undo it, the files do not bring it back.
            version.from_file = True
    if release is not None:
        report.release = int(release.id)
        counts = {"taken": len(report.taken), "gone": len(report.gone), "conflicts": len(report.conflicts)}
        audit.note(session, by, "content_import", {"release": release.id, **counts})
        notify(session)
    return report


@dataclass(frozen=True)
class _Taken:
    report: Report
    changed: bool
    agreed: list[ContentVersion]
    """what staff published and the files say by now"""


def _take(
    session: Session, kind: Kind, folder: Path, release: ContentRelease, now: datetime, over: bool, keep_missing: bool
) -> _Taken:
    """Put what is new of a kind into the release.

    Raises:
        ContentError: a file is wrong, or what would stand could not be read.
    """
    report = Report()
    texts, says = _read_folder(kind, folder)
    before = _last_from_files(session, kind)
    stands = _last_published(session, kind, now)
    made: list[ContentVersion] = []
    agreed: list[ContentVersion] = []

    def take(key: str, file: str, place: int, body: str | None, told: list[Told], line: int = 1) -> None:
        last, read = stands.get(key), before.get(key)
        if read is not None and (read.file, read.body) == (file, body):
            # Nothing new: staff's word stands, or what they have undone stays undone.
            if not over or last is None or (last.file, last.body) == (file, body):
                return
        elif last is not None and not last.from_file:
            if (last.file, last.body) == (file, body):
                agreed.append(last)
                return
            if not over:
                report.conflicts.append(Told(kind.name, key, file, line, int(last.id), last.made_by))
                return
        version = ContentVersion(
            kind=kind.name,
            key=key,
            file=file,
            place=place,
            body=body,
            base_id=last.id if last else None,
            state="published",
            release_id=release.id,
            from_file=True,
            made_at=now,
            made_by=release.by,
        )
        made.append(version)
        told.append(Told(kind.name, key, file, line))

    for key, said in says.items():
        take(key, said.file, said.place, said.body, report.taken, said.line)
    if not keep_missing:
        for key, read in before.items():
            if key not in says and read.body is not None:
                take(key, read.file, read.place, None, report.gone)
    session.add_all(made)
    changed = [*_files_changed(session, kind, texts, keep_missing)]
    session.add_all(ContentFile(release_id=release.id, kind=kind.name, name=name, text=text) for name, text in changed)
    session.flush()
    if not made and not changed:
        return _Taken(report, False, agreed)
    _follow_order(session, kind, says)
    entries = standing(session, now).entries(kind.name)
    if entries or kind.whole:
        kind.read(entries)
    return _Taken(report, True, agreed)


def _read_folder(kind: Kind, folder: Path) -> tuple[dict[str, str], dict[str, _Said]]:
    """The files' texts by name, and what they say of each entry.

    Raises:
        ContentError: a file is wrong, or two of them have an entry of the same id.
    """
    texts: dict[str, str] = {}
    says: dict[str, _Said] = {}
    for path in sorted(folder.glob("*.yml")):
        text = read_file(path)
        texts[path.name] = text
        for place, piece in enumerate(split(text, path, kind.list_key).pieces):
            if piece.key in says:
                there = f"{says[piece.key].file}, line {says[piece.key].line}"
                raise ContentError(path, piece.line, f"“{piece.key}” is already an id in {there}: give one another id.")
            says[piece.key] = _Said(path.name, place, piece.body, piece.line)
    return texts, says


def _last_from_files(session: Session, kind: Kind) -> dict[str, ContentVersion]:
    """What the files said of each entry when they last said something new, undone or not."""
    return _by_key(
        session,
        select(ContentVersion)
        .where(ContentVersion.kind == kind.name, ContentVersion.from_file)
        .distinct(ContentVersion.key)
        .order_by(ContentVersion.key, ContentVersion.release_id.desc()),
    )


def _last_published(session: Session, kind: Kind, now: datetime) -> dict[str, ContentVersion]:
    """Of each entry the latest version that is not undone and not over, though it may be still to begin."""
    return _by_key(
        session,
        select(ContentVersion)
        .join(ContentRelease, ContentRelease.id == ContentVersion.release_id)
        .where(
            ContentVersion.kind == kind.name,
            ContentRelease.undone_at.is_(None),
            or_(ContentVersion.ends_at.is_(None), ContentVersion.ends_at > now),
        )
        .distinct(ContentVersion.key)
        .order_by(ContentVersion.key, ContentVersion.release_id.desc()),
    )


def _by_key(session: Session, statement: select) -> dict[str, ContentVersion]:
    return {version.key: version for version in session.execute(statement).scalars()}


def _files_changed(
    session: Session, kind: Kind, texts: dict[str, str], keep_missing: bool
) -> Iterator[tuple[str, str | None]]:
    newest = (
        select(ContentFile)
        .where(ContentFile.kind == kind.name)
        .distinct(ContentFile.name)
        .order_by(ContentFile.name, ContentFile.release_id.desc())
    )
    known = {file.name: file.text for file in session.execute(newest).scalars()}
    for name, text in texts.items():
        if known.get(name) != text:
            yield name, text
    if not keep_missing:
        for name, old in known.items():
            if name not in texts and old is not None:
                yield name, None


def _follow_order(session: Session, kind: Kind, says: dict[str, _Said]) -> None:
    """Where an entry stands in its file is not a matter of wording: all of its versions follow."""
    places: dict[tuple[str, int], list[str]] = {}
    for key, said in says.items():
        places.setdefault((said.file, said.place), []).append(key)
    for (file, place), keys in places.items():
        session.execute(
            update(ContentVersion)
            .where(
                and_(
                    ContentVersion.kind == kind.name,
                    ContentVersion.file == file,
                    ContentVersion.key.in_(keys),
                    ContentVersion.place != place,
                )
            )
            .values(place=place)
            .execution_options(synchronize_session=False)
        )


def export_files(session: Session, directory: Path) -> Exported:
    """Write what stands for good into files. A file of which nothing has changed is the same to the last byte, and in
    another all that has not changed.

    What stands for a time only is left out, and what stands when that has passed is written.
    """
    now = datetime.now(timezone.utc)
    done = Exported()
    texts = file_texts(session)
    lasting = standing(session, now, lasting=True)
    done.passing = [
        Told(version.kind, version.key, version.file)
        for version in standing(session, now).versions
        if version.ends_at is not None
    ]
    for kind in KINDS.values():
        bodies: dict[str, dict[str, str]] = {name: {} for of_kind, name in texts if of_kind == kind.name}
        for version in lasting.of(kind.name):
            bodies.setdefault(version.file, {})[version.key] = version.body
        for name, entries in bodies.items():
            path = directory / kind.folder / name
            _write(path, _layout(kind, texts.get((kind.name, name)), path).join(entries), done)
        for path in sorted((directory / kind.folder).glob("*.yml")):
            if path.name not in bodies and _was_ours(session, kind, path.name):
                _write(path, None, done)
    return done


def _layout(kind: Kind, text: str | None, path: Path) -> Layout:
    return new_layout(kind.list_key) if text is None else split(text, path, kind.list_key)


def _was_ours(session: Session, kind: Kind, name: str) -> bool:
    return (
        session.execute(
            select(func.count()).select_from(ContentFile).where(ContentFile.kind == kind.name, ContentFile.name == name)
        ).scalar_one()
        > 0
    )


def _write(path: Path, text: str | None, done: Exported) -> None:
    name = f"{path.parent.name}/{path.name}"
    if text is None:
        if path.exists():
            path.unlink()
            done.removed.append(name)
        return
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        done.same.append(name)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    done.written.append(name)
