"""What stands in the database at a time, what is being worked on, and what was there before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from siaga.content.files import Entry, parse_entry
from siaga.content.kinds import DIRECTORY, KINDS, Entries
from siaga.content.layout import read_head, split
from siaga.content.tables import ContentFile, ContentRelease, ContentVersion
from siaga.content.versions import OPEN


@dataclass(frozen=True)
class Standing:
    """What stands at a time: versions in the order of their files, and the files' texts by kind and name."""

    versions: tuple[ContentVersion, ...]
    files: dict[tuple[str, str], str]

    def of(self, kind: str) -> tuple[ContentVersion, ...]:
        """The versions of a kind."""
        return tuple(version for version in self.versions if version.kind == kind)

    def entries(self, kind: str) -> Entries:
        """A kind's entries.

        Raises:
            ContentError: a text cannot be read.
        """
        heads = heads_of(kind, self.files)
        return Entries(
            [read_version(version, heads.get(version.file)) for version in self.of(kind)], list(heads.values())
        )


def standing(session: Session, at: datetime, preview: bool = False, *, lasting: bool = False) -> Standing:
    """What stands at a time; with ``preview`` with the latest version that is not published yet on top of each, and
    ``lasting`` as if nothing stood for a time only."""
    versions = select(ContentVersion).where(ContentVersion.id.in_(standing_ids(at, preview, lasting=lasting)))
    ordered = versions.order_by(ContentVersion.kind, ContentVersion.file, ContentVersion.place, ContentVersion.key)
    return Standing(tuple(session.execute(ordered).scalars()), file_texts(session))


def current(session: Session, kind: str, key: str, preview: bool = False) -> ContentVersion | None:
    """What stands of an entry now; with ``preview`` the latest that is not published yet, if there is one."""
    at = datetime.now(timezone.utc)
    return session.execute(
        select(ContentVersion).where(
            ContentVersion.kind == kind,
            ContentVersion.key == key,
            ContentVersion.id.in_(standing_ids(at, preview)),
        )
    ).scalar_one_or_none()


def standing_ids(at: datetime, preview: bool = False, *, lasting: bool = False) -> select:
    """The ids of the versions that stand at a time, as a statement; of entries that are taken away none."""
    version, release = ContentVersion, ContentRelease
    stands = and_(
        version.state == "published",
        release.undone_at.is_(None),
        or_(version.starts_at.is_(None), version.starts_at <= at),
        version.ends_at.is_(None) if lasting else or_(version.ends_at.is_(None), version.ends_at > at),
    )
    # An open version has no release, and comes before all that have one.
    first = case((version.release_id.is_(None), 0), else_=1)
    ranked = (
        select(
            version.id,
            version.body.is_not(None).label("there"),
            func.row_number()
            .over(
                partition_by=(version.kind, version.key),
                order_by=(first, version.release_id.desc(), version.id.desc()),
            )
            .label("rank"),
        )
        .outerjoin(release, release.id == version.release_id)
        .where(or_(stands, version.state.in_(OPEN)) if preview else stands)
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.rank == 1, ranked.c.there)


def file_texts(session: Session) -> dict[tuple[str, str], str]:
    """The files' texts as they were read last (that release not being undone), by kind and name."""
    newest = (
        select(ContentFile)
        .join(ContentRelease)
        .where(ContentRelease.undone_at.is_(None))
        .distinct(ContentFile.kind, ContentFile.name)
        .order_by(ContentFile.kind, ContentFile.name, ContentFile.release_id.desc())
    )
    found = session.execute(newest).scalars()
    return {(file.kind, file.name): file.text for file in found if file.text is not None}


def next_change(session: Session, at: datetime) -> datetime | None:
    """When the next published version starts or ends after ``at``; None if none does."""
    times = [
        select(func.min(column))
        .join(ContentRelease, ContentRelease.id == ContentVersion.release_id)
        .where(ContentRelease.undone_at.is_(None), column > at)
        for column in (ContentVersion.starts_at, ContentVersion.ends_at)
    ]
    found = [time for statement in times if (time := session.execute(statement).scalar_one()) is not None]
    return min(found, default=None)


def history(session: Session, kind: str, key: str) -> list[ContentVersion]:
    """All versions of an entry, the newest first; each with its ``release``, if it was published."""
    return list(
        session.execute(
            select(ContentVersion)
            .where(ContentVersion.kind == kind, ContentVersion.key == key)
            .order_by(ContentVersion.id.desc())
        ).scalars()
    )


def open_versions(session: Session, kind: str | None = None) -> list[ContentVersion]:
    """Drafts, and what waits to be looked at or published; the oldest first."""
    statement = select(ContentVersion).where(ContentVersion.state.in_(OPEN)).order_by(ContentVersion.id)
    if kind is not None:
        statement = statement.where(ContentVersion.kind == kind)
    return list(session.execute(statement).scalars())


def released(session: Session, release_id: int) -> list[ContentVersion]:
    """The versions that were published with a release, in the order of their kinds and keys."""
    statement = select(ContentVersion).where(ContentVersion.release_id == release_id)
    return list(session.execute(statement.order_by(ContentVersion.kind, ContentVersion.key)).scalars())


def releases(session: Session, most: int = 50) -> list[ContentRelease]:
    """What was published, the newest first."""
    return list(session.execute(select(ContentRelease).order_by(ContentRelease.id.desc()).limit(most)).scalars())


# ------------------------------------------------------------------ reading versions
def heads_of(kind: str, files: dict[tuple[str, str], str]) -> dict[str, Entry]:
    """What each of a kind's files says beside its entries, by the file's name; nothing where the file is the entry.

    Raises:
        ContentError: a file cannot be read.
    """
    heads: dict[str, Entry] = {}
    list_key = KINDS[kind].list_key
    for (of_kind, name), text in files.items():
        if of_kind == kind and list_key is not None:
            heads[name] = _head(text, DIRECTORY / KINDS[kind].folder / name, list_key)
    return heads


def read_version(version: ContentVersion, head: Entry | None) -> Entry:
    """The entry that a version holds.

    Raises:
        ContentError: as ``read_body``.
    """
    return read_body(version.kind, version.key, version.file, version.body, head)


def read_body(kind: str, key: str, file: str, body: str, head: Entry | None) -> Entry:
    """An entry by its text; its path names file and entry, its lines count from the entry's first.

    Raises:
        ContentError: it cannot be read.
    """
    path = KINDS[kind].path(file, key)
    parsed = _parsed(body, path)
    entry = Entry(parsed)
    entry.path, entry.line, entry.lines, entry.head = path, parsed.line, parsed.lines, head
    if KINDS[kind].whole:
        entry.text = body
    return entry


# Reading YAML is slow, and after a change nearly all is what it was before.
@lru_cache(maxsize=20_000)
def _parsed(body: str, path: Path) -> Entry:
    return parse_entry(body, path)


@lru_cache(maxsize=200)
def _head(text: str, path: Path, list_key: str) -> Entry:
    return read_head(split(text, path, list_key).head, path)
