"""A version's way to its publication: written, looked at by somebody else, sent back or given up."""

from __future__ import annotations

import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.content.files import parse_entry
from siaga.content.kinds import KINDS
from siaga.content.layout import tidy, tidy_file
from siaga.content.standing import file_texts
from siaga.content.tables import ContentVersion
from siaga.content.versions import (
    OPEN,
    FourEyesError,
    StoreError,
    last_published,
    named,
    notify,
    now_utc,
    open_of,
    version_in,
)
from siaga.db import audit
from siaga.settings import settings

_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,70}\.yml")
_KEY = 80


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
            Where each file is an entry, it is all of the file's text, and ``key`` the file's name without its ending.
        file: where it stands when it is exported. Needed for a new entry of a kind whose files hold several each.

    Raises:
        StoreError: there is no such kind or file, or nothing to take away.
        ContentError: ``body`` cannot be read, or has another id.
    """
    _known(kind)
    last = last_published(session, kind, key)
    if body is None and (last is None or last.body is None):
        raise StoreError(f"There is no entry “{key}” to take away.")
    name = file_of(session, kind, key, file)
    place = _place(session, kind, name, last)
    if body is not None:
        body = tidied(kind, key, name, body)
    for old in open_of(session, kind, key):
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
    version = version_in(session, version_id, "draft")
    version.state = "review"
    audit.note(session, by, "content_submit", named(version))
    notify(session)


def approve(session: Session, version_id: int, *, by: str) -> None:
    """Somebody else than who wrote it finds it right (unless ``SIAGA_CONTENT_ONE_PERSON`` is set).

    Raises:
        FourEyesError: ``by`` wrote it.
        StoreError: it is not waiting to be looked at.
    """
    version = version_in(session, version_id, "review")
    if version.made_by.casefold() == by.casefold() and not settings().content_one_person:
        raise FourEyesError(
            f"Version {version_id} of “{version.key}”: {by} wrote it, so somebody else has to approve it."
        )
    version.state = "approved"
    version.reviewed_at = now_utc()
    version.reviewed_by = by
    audit.note(session, by, "content_approve", named(version))
    notify(session)


def send_back(session: Session, version_id: int, *, by: str, remark: str) -> None:
    """What was looked at is not right yet: it is a draft again, with a remark on what to change.

    Raises:
        StoreError: it is neither waiting to be looked at nor approved.
    """
    version = version_in(session, version_id, "review", "approved")
    version.state = "draft"
    version.reviewed_at = now_utc()
    version.reviewed_by = by
    version.remark = remark
    audit.note(session, by, "content_send_back", named(version))
    notify(session)


def drop(session: Session, version_id: int, *, by: str) -> None:
    """Give up a version that is not published.

    Raises:
        StoreError: it is published, or dropped already.
    """
    version = version_in(session, version_id, *OPEN)
    version.state = "dropped"
    audit.note(session, by, "content_drop", named(version))
    notify(session)


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise StoreError(f"“{kind}” is no kind of content. There are: {', '.join(KINDS)}.")


def file_of(session: Session, kind: str, key: str, file: str | None = None) -> str:
    """The file of an entry: where it stands, or else ``file``.

    Raises:
        StoreError: of a new entry it is not said, or cannot be; or the kind has to be imported first.
    """
    last = last_published(session, kind, key)
    name = f"{key}.yml" if KINDS[kind].whole else file or (last.file if last else _only_file(session, kind))
    if not _FILE.fullmatch(name):
        raise StoreError("A file's name has small letters, digits, - and _, and ends in .yml.")
    if KINDS[kind].whole:
        if file not in (None, name):
            raise StoreError(f"“{key}” is a file of its own, {name}, and stands in no other.")
        if not any(of_kind == kind for of_kind, _ in file_texts(session)):
            raise StoreError(
                f"Nothing of “{kind}” is in the database yet: “siaga content import” takes its files there."
            )
    return name


def _only_file(session: Session, kind: str) -> str:
    files = {name for of_kind, name in file_texts(session) if of_kind == kind}
    if len(files) > 1:
        raise StoreError(f"Say which file the entry belongs to: {', '.join(sorted(files))}.")
    return files.pop() if files else f"{KINDS[kind].folder}.yml"


def _place(session: Session, kind: str, name: str, last: ContentVersion | None) -> int:
    """Where an entry stands in its file: where it did, else at the end."""
    if KINDS[kind].whole:
        return 0
    if last is not None and last.file == name:
        return int(last.place)
    most = session.execute(
        select(func.max(ContentVersion.place)).where(ContentVersion.kind == kind, ContentVersion.file == name)
    ).scalar_one()
    return 0 if most is None else int(most) + 1


def tidied(kind: str, key: str, file: str, body: str) -> str:
    """An entry's text as it is kept.

    Raises:
        ContentError: it cannot be read, or has another id than ``key``.
    """
    path = KINDS[kind].path(file, key)
    if KINDS[kind].whole:
        return tidy_file(body, path)
    body = tidy(body, path)
    entry = parse_entry(body, path)
    if entry.get("id") != key or not key.strip():
        raise entry.error(f"“id” must be “{key}”.", "id")
    if len(key) > _KEY:
        raise entry.error(f"“id” has {len(key)} characters; at most {_KEY} fit.", "id")
    return body
