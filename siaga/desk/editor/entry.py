"""One entry: what stands, what is being written, what was there before, and what leads to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siaga.content import store
from siaga.content.editing import text_of
from siaga.content.files import Entry
from siaga.content.kinds import KINDS, Kind
from siaga.content.tables import ContentVersion
from siaga.content.versions import OPEN, last_published
from siaga.desk.editor.looking import Line, entry_of, line_of, name_of
from siaga.settings import settings


@dataclass(frozen=True)
class State:
    """An entry with its versions, the newest first. ``body`` is what stands now: None if nothing does.

    ``last`` is the latest that was published: what a draft is written upon.
    """

    kind: Kind
    key: str
    body: str | None
    stands: ContentVersion | None
    last: ContentVersion | None
    versions: tuple[ContentVersion, ...]

    @property
    def exists(self) -> bool:
        """Whether there is anything of it."""
        return self.body is not None or bool(self.versions)

    @property
    def open(self) -> list[ContentVersion]:
        """What is not published yet, the newest first."""
        return [version for version in self.versions if version.state in OPEN]

    def mine(self, login: str) -> ContentVersion | None:
        """What somebody has under way for it."""
        return next((version for version in self.open if version.made_by == login), None)

    def version(self, number: int) -> ContentVersion | None:
        """One of its versions."""
        return next((version for version in self.versions if version.id == number), None)

    @property
    def title(self) -> str:
        """What it is about."""
        for version in (self.stands, *self.versions):
            entry = entry_of(version) if version is not None else None
            if entry is not None and (title := name_of(self.kind.name, entry)):
                return title
        return self.key


def state_of(session: Session, kind: str, key: str) -> State:
    """All there is of an entry."""
    return State(
        KINDS[kind],
        key,
        text_of(session, kind, key),
        store.current(session, kind, key),
        last_published(session, kind, key),
        tuple(store.history(session, kind, key)),
    )


def is_outdated(version: ContentVersion, last: ContentVersion | None) -> bool:
    """Whether others have published since a draft was written."""
    return version.state in OPEN and version.base_id != (last.id if last else None)


# ------------------------------------------------------------------ who may do what
def may_approve(login: str, is_reviewer: bool, version: ContentVersion) -> bool:
    """Whether somebody may say that a version is right: a reviewer who did not write it, or, where a programme has one
    person for it, whoever it is."""
    if version.state != "review":
        return False
    if settings().content_one_person:
        return True
    return is_reviewer and version.made_by.casefold() != login.casefold()


# ------------------------------------------------------------------ what leads to an entry
def links_to(session: Session, kind: str, key: str, now: datetime) -> list[Line]:
    """Entries that would lead nowhere without this one."""
    return [
        line_of(version)
        for version in store.standing(session, now, preview=True).versions
        if (version.kind, version.key) != (kind, key)
        and (entry := entry_of(version)) is not None
        and _leads(version.kind, entry, kind, key)
    ]


def _leads(of_kind: str, entry: Entry, kind: str, key: str) -> bool:
    if of_kind == "front" and kind == "answer":
        return any(isinstance(row, Mapping) and row.get("answer") == key for row in _list(entry.get("options")))
    if of_kind != kind or kind not in ("answer", "tip"):
        return False
    follows = [row.get("tip") for row in _list(entry.get("follow_ups")) if isinstance(row, Mapping)]
    return key in _list(entry.get("related")) or key in follows


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
