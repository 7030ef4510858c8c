"""What is wrong with a text while it is being written, and what a phone would show of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from siaga.content import editing
from siaga.content.checking import Finding, check_entry, stored
from siaga.content.drafting import file_of, tidied
from siaga.content.files import ContentError, Entry
from siaga.content.kinds import Entries
from siaga.content.reviewed import Section
from siaga.content.standing import heads_of, read_body
from siaga.content.store import StoreError, file_texts
from siaga.desk.editor.bubbles import Bubble
from siaga.desk.editor.fields import fields_of, labels_of
from siaga.desk.editor.previewing import phone
from siaga.desk.editor.telling import told

_NAMED = re.compile(r"“([\w.]+)”")


@dataclass(frozen=True)
class Mistake:
    """Something to do: in which line of the text, at which field of the form (empty: none), of which other entry."""

    line: int
    field: str
    reason: str
    grave: bool
    other: str = ""


@dataclass(frozen=True)
class Look:
    """A text as it would be: its mistakes, and a phone's messages or, of what no phone shows by itself, chapters."""

    mistakes: tuple[Mistake, ...] = ()
    bubbles: tuple[Bubble, ...] = ()
    sections: tuple[Section, ...] = ()
    at: Mapping[str, tuple[Mistake, ...]] = field(default_factory=dict)
    """by the field's key"""

    @property
    def grave(self) -> bool:
        """Whether it cannot be published like this."""
        return any(mistake.grave for mistake in self.mistakes)


def look(session: Session, kind: str, key: str, body: str, file: str | None) -> Look:
    """Look at a text, fast enough for each pause in typing."""
    try:
        entry = entry_of(session, kind, key, body, file)
    except ContentError as error:
        finding = Finding(kind, key, error.path, error.line, error.reason)
        return _look([_mistake(finding, None, kind, key)])
    except StoreError as error:
        return _look([Mistake(1, "", told(str(error)), True)])
    content = stored(session, tuple(dict.fromkeys((kind, "sentence"))))
    entries = Entries([entry]).over(content[kind])
    try:
        found = check_entry(kind, entries, key)
    except Exception as error:
        # Half a text may be read as anything; whoever types on is not to lose the page for it.
        found = [Finding(kind, key, entry.path, entry.line, f"{type(error).__name__}")]
    mistakes = [_mistake(finding, entry, kind, key) for finding in found]
    mistakes += _by_fields(kind, entry, {mistake.field for mistake in mistakes})
    bubbles = tuple(phone(kind, entry, content[kind], content["sentence"]))
    sections: tuple[Section, ...] = ()
    if not bubbles and not any(one.grave for one in mistakes):
        try:
            sections = tuple(editing.preview(session, kind, key, body, file=file))
        except (ContentError, StoreError):
            sections = ()
    return _look(mistakes, bubbles, sections)


def shown_on_phone(session: Session, kind: str, key: str, body: str | None) -> list[Bubble]:
    """What a phone shows of a version's text; nothing of one that cannot be read, or that no phone shows by itself."""
    if body is None:
        return []
    with suppress(ContentError):
        entry = read_body(kind, key, f"{key}.yml", body, None)
        content = stored(session, tuple(dict.fromkeys((kind, "sentence"))))
        return phone(kind, entry, content[kind], content["sentence"])
    return []


def _by_fields(kind: str, entry: Entry, known: Collection[str]) -> list[Mistake]:
    """What is too long or missing by the form's description: the readers tell only the first mistake of an entry."""
    found = []
    for one in fields_of(kind, entry):
        value: Any = entry
        for key in one.path:
            value = value.get(key) if isinstance(value, Mapping) else None
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        longest = max((len(text.strip()) for text in texts if isinstance(text, str)), default=0)
        reason = ""
        if one.needed and (value is None or (isinstance(value, str) and not value.strip())):
            reason = f"“{one.label}” belum diisi."
        elif one.most is not None and one.shape in ("line", "text", "lines") and longest > one.most:
            reason = f"“{one.label}” panjangnya {longest} huruf; yang muat {one.most}."
        if reason and one.key not in known:
            found.append(Mistake(entry.lines.get(one.path[0], entry.line), one.key, reason, True))
    return found


def _look(mistakes: list[Mistake], bubbles: tuple[Bubble, ...] = (), sections: tuple[Section, ...] = ()) -> Look:
    at: dict[str, tuple[Mistake, ...]] = {}
    for mistake in mistakes:
        at[mistake.field] = (*at.get(mistake.field, ()), mistake)
    return Look(tuple(mistakes), bubbles, sections, at)


def entry_of(session: Session, kind: str, key: str, body: str, file: str | None) -> Entry:
    """A text as the entry it would be.

    Raises:
        ContentError, StoreError: it cannot be read, or it is not said where it stands.
    """
    name = file_of(session, kind, key, file)
    heads = heads_of(kind, file_texts(session))
    return read_body(kind, key, name, tidied(kind, key, name, body), heads.get(name))


def full_check(session: Session, kind: str, key: str, body: str, file: str | None = None) -> list[Mistake]:
    """All that is wrong with a text, also beside all other entries: about a second."""
    try:
        found = editing.check_text(session, kind, key, body, file=file)
    except StoreError as error:
        return [Mistake(1, "", told(str(error)), True)]
    return mistakes_of(kind, key, body, found)


def mistakes_of(kind: str, key: str, body: str, found: list[Finding]) -> list[Mistake]:
    """Findings as they are told at the desk, what cannot be published like this first."""
    entry: Entry | None = None
    with suppress(ContentError):  # else the mistake is in the text itself, and only its line is told
        entry = read_body(kind, key, f"{key}.yml", tidied(kind, key, f"{key}.yml", body), None)
    return sorted((_mistake(one, entry, kind, key) for one in found), key=lambda one: (not one.grave, one.line))


def _mistake(finding: Finding, entry: Entry | None, kind: str, key: str) -> Mistake:
    other = finding.key if finding.key and finding.key != key else ""
    labels = labels_of(kind, entry) if entry is not None else {}
    at = "" if other or entry is None else _field_of(finding, entry, labels)
    return Mistake(finding.line, at, told(finding.reason, labels), finding.grave, other)


def _field_of(finding: Finding, entry: Entry, labels: Mapping[str, str]) -> str:
    """Which field of the form a mistake is about: the one it names, where that is missing; else the one in its line."""
    named = _NAMED.match(finding.reason)
    if named and finding.line <= entry.line and named[1] in labels:
        return named[1]
    found, inner = "", entry
    while True:
        above = [(line, name) for name, line in inner.lines.items() if line <= finding.line]
        if not above:
            break
        name = max(above)[1]
        found = f"{found}.{name}" if found else name
        within = inner.get(name)
        if not isinstance(within, Entry):
            break
        inner = within
    return found
