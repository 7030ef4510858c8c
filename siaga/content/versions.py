"""Versions as rows: found, locked, and told of to all processes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.content.tables import ContentRelease, ContentVersion

CHANNEL = "siaga_content"
"""What is notified with each change, when it commits."""
OPEN = ("draft", "review", "approved")
"""States of versions that are not published yet; a preview shows them."""
STATES = {
    "draft": "a draft",
    "review": "waiting to be looked at",
    "approved": "approved",
    "published": "published",
    "dropped": "given up",
}
"""How a version's state is told."""
_LOCK = 0x51A6_0008
"""Of publishing: one after the other, so that each sees what the one before did."""


class StoreError(ValueError):
    """What cannot be done with a version or release, and why: one sentence for whoever tried."""


class FourEyesError(StoreError):
    """Somebody would approve what they wrote themselves."""


class OutdatedError(StoreError):
    """The entry has been changed by another release since this version was written."""


def now_utc() -> datetime:
    """The moment."""
    return datetime.now(timezone.utc)


def notify(session: Session) -> None:
    """Have all processes look when this transaction commits."""
    session.execute(select(func.pg_notify(CHANNEL, "")))


def alone(session: Session) -> None:
    """Wait until nobody else is publishing, and hold others off until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def named(version: ContentVersion) -> dict[str, str | int]:
    """A version in the audit log."""
    return {"version": version.id, "kind": version.kind, "key": version.key}


def version_in(session: Session, version_id: int, *states: str) -> ContentVersion:
    """A version, which is in one of the states, locked until the transaction ends.

    Raises:
        StoreError: there is no such version, or it is in another state.
    """
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


def last_published(session: Session, kind: str, key: str) -> ContentVersion | None:
    """The latest version of an entry that was published and not undone, begun and ended or not."""
    return session.execute(
        select(ContentVersion)
        .join(ContentRelease, ContentRelease.id == ContentVersion.release_id)
        .where(ContentVersion.kind == kind, ContentVersion.key == key, ContentRelease.undone_at.is_(None))
        .order_by(ContentVersion.release_id.desc())
        .limit(1)
    ).scalar_one_or_none()


def open_of(session: Session, kind: str, key: str) -> Iterable[ContentVersion]:
    """An entry's versions that are not published yet, locked until the transaction ends."""
    return session.execute(
        select(ContentVersion)
        .where(ContentVersion.kind == kind, ContentVersion.key == key, ContentVersion.state.in_(OPEN))
        .with_for_update(of=ContentVersion)
        .execution_options(populate_existing=True)
    ).scalars()
