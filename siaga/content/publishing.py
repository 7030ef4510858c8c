"""Versions published together, and taken back in one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.content.files import ContentError
from siaga.content.kinds import KINDS
from siaga.content.standing import standing
from siaga.content.tables import ContentFile, ContentRelease, ContentVersion
from siaga.content.versions import (
    OPEN,
    OutdatedError,
    StoreError,
    alone,
    last_published,
    notify,
    now_utc,
    version_in,
)
from siaga.db import audit
from siaga.settings import settings


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
    now = now_utc()
    if ends_at is not None and ends_at <= max(now, starts_at or now):
        raise StoreError("The end is before the start, or has passed.")
    if not version_ids:
        raise StoreError("There is nothing to publish.")
    ready = OPEN if settings().content_one_person else ("approved",)
    versions = [version_in(session, version_id, *ready) for version_id in dict.fromkeys(version_ids)]
    seen: dict[tuple[str, str], int] = {}
    for version in versions:
        other = seen.setdefault((version.kind, version.key), version.id)
        if other != version.id:
            raise StoreError(
                f"Versions {other} and {version.id} are both of “{version.key}”: publish one, and drop the other."
            )
        last = last_published(session, version.kind, version.key)
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
    now = now_utc()
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


def _problem(session: Session, kind: str, at: datetime) -> str | None:
    """Why what stands of a kind cannot be read; None if it can, or if nothing stands."""
    try:
        _read(session, kind, at)
    except ContentError as error:
        return str(error)
    return None


def _read(session: Session, kind: str, at: datetime) -> None:
    entries = standing(session, at).entries(kind)
    if entries or KINDS[kind].whole:
        KINDS[kind].read(entries)


def _refuse_new_problems(session: Session, before: dict[str, str | None], at: datetime) -> None:
    """What could not be read before either is no reason to refuse a change: it may be the first of two that mend it."""
    for kind, old in before.items():
        try:
            _read(session, kind, at)
        except ContentError as error:
            if str(error) != old:
                raise
