"""Content in versions: written, looked at by somebody else, published together, and taken back in one step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from siaga.content.files import ContentError, Entry, parse_entry
from siaga.content.kinds import DIRECTORY, KINDS, Entries
from siaga.content.layout import read_head, split, tidy
from siaga.content.tables import ContentFile, ContentRelease, ContentVersion
from siaga.db import audit
from siaga.settings import settings

CHANNEL = "siaga_content"
"""What is notified with each change, when it commits."""
OPEN = ("draft", "review", "approved")
"""States of versions that are not published yet; a preview shows them."""

_LOCK = 0x51A6_0008
"""Of publishing: one after the other, so that each sees what the one before did."""
STATES = {
    "draft": "a draft",
    "review": "waiting to be looked at",
    "approved": "approved",
    "published": "published",
    "dropped": "given up",
}
"""How a version's state is told."""
_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,70}\.yml")
_KEY = 80


class StoreError(ValueError):
    """What cannot be done with a version or release, and why: one sentence for whoever tried."""


class FourEyesError(StoreError):
    """Somebody would approve what they wrote themselves."""


class OutdatedError(StoreError):
    """The entry has been changed by another release since this version was written."""


# ------------------------------------------------------------------ writing
def draft(
    session: Session,
    kind: str,
    key: str,
    body: str | None,
    *,
    by: str,
    file: str | None = None,
    remark: str = "",
) -> int:
    """Write an entry anew, and return the version's id; what the same person had under way for it is dropped.

    Args:
        body: the entry as one YAML mapping whose ``id`` is ``key``; None: it is to be taken away.
        file: where it stands when it is exported. Needed for a new entry of a kind that has several files.

    Raises:
        StoreError: there is no such kind or file, or nothing to take away.
        ContentError: ``body`` cannot be read, or has another id.
    """
    _known(kind)
    last = _last(session, kind, key)
    if body is None and (last is None or last.body is None):
        raise StoreError(f"There is no entry “{key}” to take away.")
    name, place = _where(session, kind, last, file)
    if body is not None:
        body = _checked(kind, key, name, body)
    for old in _open(session, kind, key):
        if old.made_by == by:
            old.state = "dropped"
    version = ContentVersion(
        kind=kind,
        key=key,
        file=name,
        place=place,
        body=body,
        base_id=last.id if last else None,
        state="draft",
        made_by=by,
        remark=remark,
    )
    session.add(version)
    session.flush()
    notify(session)
    return int(version.id)


def take_away(session: Session, kind: str, key: str, *, by: str, remark: str = "") -> int:
    """A draft that, published, takes the entry away. It is looked at and published like any other.

    Raises:
        StoreError: there is no such entry.
    """
    return draft(session, kind, key, None, by=by, remark=remark)


def submit(session: Session, version_id: int, *, by: str) -> None:
    """Have a draft looked at.

    Raises:
        StoreError: it is not a draft.
    """
    version = _version(session, version_id, "draft")
    version.state = "review"
    audit.note(session, by, "content_submit", _named(version))
    notify(session)


def approve(session: Session, version_id: int, *, by: str) -> None:
    """Somebody else than who wrote it finds it right (unless ``SIAGA_CONTENT_ONE_PERSON`` is set).

    Raises:
        FourEyesError: ``by`` wrote it.
        StoreError: it is not waiting to be looked at.
    """
    version = _version(session, version_id, "review")
    if version.made_by.casefold() == by.casefold() and not settings().content_one_person:
        raise FourEyesError(
            f"Version {version_id} of “{version.key}”: {by} wrote it, so somebody else has to approve it."
        )
    version.state = "approved"
    version.reviewed_at = _now()
    version.reviewed_by = by
    audit.note(session, by, "content_approve", _named(version))
    notify(session)


def send_back(session: Session, version_id: int, *, by: str, remark: str) -> None:
    """What was looked at is not right yet: it is a draft again, with a remark on what to change.

    Raises:
        StoreError: it is neither waiting to be looked at nor approved.
    """
    version = _version(session, version_id, "review", "approved")
    version.state = "draft"
    version.reviewed_at = _now()
    version.reviewed_by = by
    version.remark = remark
    audit.note(session, by, "content_send_back", _named(version))
    notify(session)


def drop(session: Session, version_id: int, *, by: str) -> None:
    """Give up a version that is not published.

    Raises:
        StoreError: it is published, or dropped already.
    """
    version = _version(session, version_id, *OPEN)
    version.state = "dropped"
    audit.note(session, by, "content_drop", _named(version))
    notify(session)


# ------------------------------------------------------------------ publishing
def publish(
    session: Session,
    version_ids: Sequence[int],
    *,
    by: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    remark: str = "",
    over: bool = False,
) -> int:
    """Let approved versions stand, all at once, from ``starts_at`` (now) until ``ends_at`` (for good).

    After the end what stood before stands again. With ``over`` also over what others published meanwhile.

    Returns:
        The release, by which all of it can be undone.

    Raises:
        OutdatedError: an entry was changed by another release after its version was written.
        StoreError: a version is not approved, two are of one entry, or the times make no sense.
        ContentError: with these versions the kind's entries could not be read.
    """
    alone(session)
    now = _now()
    if ends_at is not None and ends_at <= max(now, starts_at or now):
        raise StoreError("The end is before the start, or has passed.")
    if not version_ids:
        raise StoreError("There is nothing to publish.")
    ready = OPEN if settings().content_one_person else ("approved",)
    versions = [_version(session, version_id, *ready) for version_id in dict.fromkeys(version_ids)]
    seen: dict[tuple[str, str], int] = {}
    for version in versions:
        other = seen.setdefault((version.kind, version.key), version.id)
        if other != version.id:
            raise StoreError(
                f"Versions {other} and {version.id} are both of “{version.key}”: publish one, and drop the other."
            )
        last = _last(session, version.kind, version.key)
        if not over and (last.id if last else None) != version.base_id:
            who = f"release {last.release_id} by {last.release.by}" if last else "the release that was undone"
            raise OutdatedError(
                f"“{version.key}” is not what it was when this version was written ({who}): "
                "look at what stands now, and write the change anew."
            )
    at = max(now, starts_at or now)
    before = {kind: _problem(session, kind, at) for kind in {kind for kind, _ in seen}}
    release = ContentRelease(by=by, at=now, remark=remark)
    session.add(release)
    session.flush()
    for version in versions:
        version.state = "published"
        version.release_id = release.id
        version.starts_at = starts_at
        version.ends_at = ends_at
    session.flush()
    _refuse_new_problems(session, before, at)
    audit.note(session, by, "content_publish", {"release": release.id, "entries": len(versions)})
    notify(session)
    return int(release.id)


def undo(session: Session, release_id: int, by: str) -> None:
    """Take a release back: of each of its entries what stood before stands again.

    Raises:
        StoreError: there is no such release, it is undone already, or nothing would be left of a kind.
        ContentError: what is left could not be read without it; the release that needs it has to be undone first.
    """
    _set_undone(session, release_id, by, undone=True)


def redo(session: Session, release_id: int, by: str) -> None:
    """Let a release stand again that was undone.

    Raises:
        StoreError: there is no such release, or it is not undone.
        ContentError: with it the entries could not be read any more.
    """
    _set_undone(session, release_id, by, undone=False)


def _set_undone(session: Session, release_id: int, by: str, *, undone: bool) -> None:
    alone(session)
    now = _now()
    release = session.get(ContentRelease, release_id, populate_existing=True)
    if release is None:
        raise StoreError(f"There is no release {release_id}.")
    if (release.undone_at is not None) == undone:
        raise StoreError(f"Release {release_id} is {'undone already' if undone else 'not undone'}.")
    kinds = set(
        session.execute(select(ContentVersion.kind).where(ContentVersion.release_id == release_id)).scalars()
    ) | set(session.execute(select(ContentFile.kind).where(ContentFile.release_id == release_id)).scalars())
    before = {kind: _problem(session, kind, now) for kind in kinds}
    had = {kind: bool(standing(session, now).of(kind)) for kind in kinds}
    release.undone_at = now if undone else None
    release.undone_by = by if undone else None
    session.flush()
    left = standing(session, now)
    for kind in sorted(kinds):
        # A menu, sentences or a notice of the day may well be gone: the bot has others of its own.
        if had[kind] and not left.of(kind) and kind not in ("sentence", "front"):
            raise StoreError(f"Nothing of “{kind}” would be left without release {release_id}.")
    _refuse_new_problems(session, before, now)
    audit.note(session, by, "content_undo" if undone else "content_redo", {"release": release_id})
    notify(session)


# ------------------------------------------------------------------ looking
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
    """What each of a kind's files says beside its entries, by the file's name.

    Raises:
        ContentError: a file cannot be read.
    """
    heads: dict[str, Entry] = {}
    for (of_kind, name), text in files.items():
        if of_kind == kind:
            heads[name] = _head(text, DIRECTORY / KINDS[kind].folder / name, KINDS[kind].list_key)
    return heads


def read_version(version: ContentVersion, head: Entry | None) -> Entry:
    """The entry that a version holds; its path names file and entry, its lines count from the entry's first.

    Raises:
        ContentError: it cannot be read.
    """
    path = DIRECTORY / KINDS[version.kind].folder / f"{version.file}#{version.key}"
    parsed = _parsed(version.body, path)
    entry = Entry(parsed)
    entry.path, entry.line, entry.lines, entry.head = path, parsed.line, parsed.lines, head
    return entry


# Reading YAML is slow, and after a change nearly all is what it was before.
@lru_cache(maxsize=20_000)
def _parsed(body: str, path: Path) -> Entry:
    return parse_entry(body, path)


@lru_cache(maxsize=200)
def _head(text: str, path: Path, list_key: str) -> Entry:
    return read_head(split(text, path, list_key).head, path)


def notify(session: Session) -> None:
    """Have all processes look when this transaction commits."""
    session.execute(select(func.pg_notify(CHANNEL, "")))


def alone(session: Session) -> None:
    """Wait until nobody else is publishing, and hold others off until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


# ------------------------------------------------------------------ helpers
def _now() -> datetime:
    return datetime.now(timezone.utc)


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise StoreError(f"“{kind}” is no kind of content. There are: {', '.join(KINDS)}.")


def _named(version: ContentVersion) -> dict[str, str | int]:
    return {"version": version.id, "kind": version.kind, "key": version.key}


def _version(session: Session, version_id: int, *states: str) -> ContentVersion:
    version = session.execute(
        select(ContentVersion)
        .where(ContentVersion.id == version_id)
        .with_for_update(of=ContentVersion)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if version is None:
        raise StoreError(f"There is no version {version_id}.")
    if version.state not in states:
        raise StoreError(
            f"Version {version_id} of “{version.key}” is {STATES[version.state]}; "
            f"for this it would have to be {' or '.join(STATES[state] for state in states)}."
        )
    return version


def _last(session: Session, kind: str, key: str) -> ContentVersion | None:
    """The latest version of an entry that was published and not undone, begun and ended or not."""
    return session.execute(
        select(ContentVersion)
        .join(ContentRelease, ContentRelease.id == ContentVersion.release_id)
        .where(ContentVersion.kind == kind, ContentVersion.key == key, ContentRelease.undone_at.is_(None))
        .order_by(ContentVersion.release_id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _open(session: Session, kind: str, key: str) -> Iterable[ContentVersion]:
    return session.execute(
        select(ContentVersion)
        .where(ContentVersion.kind == kind, ContentVersion.key == key, ContentVersion.state.in_(OPEN))
        .with_for_update(of=ContentVersion)
        .execution_options(populate_existing=True)
    ).scalars()


def _where(session: Session, kind: str, last: ContentVersion | None, file: str | None) -> tuple[str, int]:
    """File and place of an entry: where it stands, else at the end of its file."""
    if last is not None and file in (None, last.file):
        return last.file, last.place
    if file is None:
        files = {name for of_kind, name in file_texts(session) if of_kind == kind}
        if len(files) > 1:
            raise StoreError(f"Say which file the entry belongs to: {', '.join(sorted(files))}.")
        file = files.pop() if files else f"{KINDS[kind].folder}.yml"
    if not _FILE.fullmatch(file):
        raise StoreError("A file's name has small letters, digits, - and _, and ends in .yml.")
    most = session.execute(
        select(func.max(ContentVersion.place)).where(ContentVersion.kind == kind, ContentVersion.file == file)
    ).scalar_one()
    return file, 0 if most is None else most + 1


def _checked(kind: str, key: str, file: str, body: str) -> str:
    path = DIRECTORY / KINDS[kind].folder / f"{file}#{key}"
    body = tidy(body, path)
    entry = parse_entry(body, path)
    if entry.get("id") != key or not key.strip():
        raise entry.error(f"“id” must be “{key}”.", "id")
    if len(key) > _KEY:
        raise entry.error(f"“id” has {len(key)} characters; at most {_KEY} fit.", "id")
    return body


def _problem(session: Session, kind: str, at: datetime) -> str | None:
    """Why what stands of a kind cannot be read; None if it can, or if nothing stands."""
    try:
        _read(session, kind, at)
    except ContentError as error:
        return str(error)
    return None


def _read(session: Session, kind: str, at: datetime) -> None:
    if entries := standing(session, at).entries(kind):
        KINDS[kind].read(entries)


def _refuse_new_problems(session: Session, before: dict[str, str | None], at: datetime) -> None:
    """What could not be read before either is no reason to refuse a change: it may be the first of two that mend it."""
    for kind, old in before.items():
        try:
            _read(session, kind, at)
        except ContentError as error:
            if str(error) != old:
                raise
