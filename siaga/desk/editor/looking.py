"""What there is to see before anybody opens an entry: what waits, what is due, what is planned; and a search."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from siaga.content import store
from siaga.content.editing import title_of
from siaga.content.files import ContentError, Entry
from siaga.content.kinds import KINDS
from siaga.content.sentences import domain_responses
from siaga.content.standing import read_version
from siaga.content.tables import ContentRelease, ContentVersion
from siaga.desk.editor.fields import FRONT_LABELS
from siaga.text.normalise import normalise

SOON = timedelta(days=30)
"""So long before its review date an entry is told of."""
FOUND = 40
"""Entries that a search shows."""
_LATELY = 8
_WORD = re.compile(r"\w+")
# What everybody's question has says nothing of what it is about.
_FILLER = frozenset("apa apakah yang dan di ke dari untuk itu ini ya bagaimana".split())


@dataclass(frozen=True)
class Line:
    """An entry in a list. ``version``: the one that stands, or the draft on top; none: the domain's own words."""

    kind: str
    key: str
    title: str
    version: ContentVersion | None = None
    file: str = ""


@dataclass(frozen=True)
class Due:
    """An entry whose facts are to be looked at again."""

    line: Line
    by: date
    late: bool


@dataclass(frozen=True)
class Overview:
    """What the first page shows."""

    counts: dict[str, int]
    waiting: list[Line]
    mine: list[Line]
    others: list[Line]
    approved: list[Line]
    lately: list[ContentRelease]
    due: list[Due]
    planned: list[Line]


def overview(session: Session, login: str, now: datetime, today: date) -> Overview:
    """What there is, what is under way, and what will be."""
    stands = store.standing(session, now)
    opened = [line_of(version) for version in store.open_versions(session)]
    counts = Counter(version.kind for version in stands.versions)
    return Overview(
        counts={kind: counts[kind] for kind in KINDS},
        waiting=[line for line in opened if _state(line) == "review"],
        mine=[line for line in opened if _state(line) == "draft" and _by(line) == login],
        others=[line for line in opened if _state(line) == "draft" and _by(line) != login],
        approved=[line for line in opened if _state(line) == "approved"],
        lately=store.releases(session, _LATELY),
        due=_due(stands.versions, today),
        planned=[line_of(version) for version in _planned(session, now)],
    )


def _state(line: Line) -> str:
    return str(line.version.state) if line.version else ""


def _by(line: Line) -> str:
    return str(line.version.made_by) if line.version else ""


def line_of(version: ContentVersion) -> Line:
    """A version in a list; what is to be taken away is called by what it was."""
    entry = entry_of(version)
    return Line(version.kind, version.key, name_of(version.kind, entry) if entry else "", version, version.file)


def name_of(kind: str, entry: Entry) -> str:
    """What an entry is called in a list."""
    if kind == "front":
        name = FRONT_LABELS.get(str(entry.get("is")), "")
        return f"{name}: {title_of(entry)}" if entry.get("is") == "notice" else name
    return title_of(entry)


def entry_of(version: ContentVersion) -> Entry | None:
    """What a version says; None where it takes the entry away, or cannot be read."""
    if version.body is None:
        return None
    with suppress(ContentError):
        return read_version(version, None)
    return None


def _due(versions: Sequence[ContentVersion], today: date) -> list[Due]:
    found = []
    for version in versions:
        entry = entry_of(version)
        by = entry.get("review_by") if entry else None
        if isinstance(by, date) and by - today <= SOON:
            found.append(Due(line_of(version), by, by <= today))
    return sorted(found, key=lambda one: one.by)


def _planned(session: Session, now: datetime) -> list[ContentVersion]:
    """Versions that begin, or end, by themselves."""
    statement = (
        select(ContentVersion)
        .join(ContentRelease, ContentRelease.id == ContentVersion.release_id)
        .where(ContentRelease.undone_at.is_(None), or_(ContentVersion.starts_at > now, ContentVersion.ends_at > now))
        .order_by(ContentVersion.starts_at, ContentVersion.ends_at, ContentVersion.id)
    )
    return list(session.execute(statement).scalars())


def listed(session: Session, kind: str, now: datetime) -> list[Line]:
    """A kind's entries in the order of their files, drafts on top; of sentences also those that nobody has changed."""
    lines = [line_of(version) for version in store.standing(session, now, preview=True).of(kind)]
    if kind == "sentence":
        changed = {line.key for line in lines}
        lines += [
            Line(kind, name, str(variants[0].get("text", "")))
            for name, variants in domain_responses().items()
            if name not in changed and len(variants) == 1
        ]
    return lines


# ------------------------------------------------------------------ searching
def search(session: Session, query: str, now: datetime) -> list[Line]:
    """Entries of all kinds that hold the words of a query, as people write them; those that have them in their title,
    or in a way to ask, first. Where none holds all, those that hold most."""
    wanted = [word for word in _WORD.findall(_plain(query)) if word not in _FILLER] or _WORD.findall(_plain(query))
    if not wanted:
        return []
    lines = [line_of(version) for version in store.standing(session, now, preview=True).versions]
    lines += [line for line in listed(session, "sentence", now) if line.version is None]
    scored = []
    for place, line in enumerate(lines):
        body = line.version.body if line.version else line.title
        title, text = _plain(f"{line.key.replace('-', ' ')} {line.title}"), _plain(str(body))
        hits = [(_holds(title, word), _holds(text, word)) for word in wanted]
        found = sum(in_title or in_text for in_title, in_text in hits)
        if found:
            scored.append((-found, -sum(in_title for in_title, _ in hits), place))
    most = min((each[0] for each in scored), default=0)
    return [lines[place] for found, _, place in sorted(scored) if found == most][:FOUND]


def _holds(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}", text) is not None


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    """A text of the content in plain Indonesian, whatever it was spelt like."""
    return normalise(text).casefold()
