"""What an editor shows: the entries of a kind, one as it stands, what is wrong with a changed one, how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone

from sqlalchemy.orm import Session

from siaga.content.checking import Finding, check, stored
from siaga.content.document import ZONE, sections_of
from siaga.content.drafting import file_of, tidied
from siaga.content.files import ContentError, Entry
from siaga.content.kinds import KINDS, Entries
from siaga.content.reviewed import Section
from siaga.content.sentences import as_entry, domain_responses
from siaga.content.standing import current, file_texts, heads_of, read_body, standing

_TITLES = ("question", "claim", "title", "text", "words", "is")


@dataclass(frozen=True)
class Listed:
    """An entry in a list: its key, the file it stands in, what it is about, and its state ("published": it stands)."""

    key: str
    file: str
    title: str
    state: str


def listed(session: Session, kind: str) -> list[Listed]:
    """The entries of a kind in the order of their files, with what is not published yet on top."""
    stands = standing(session, datetime.now(timezone.utc), preview=True)
    found = []
    for version in stands.of(kind):
        title = ""
        with suppress(ContentError):
            title = title_of(read_body(kind, version.key, version.file, version.body, None))
        found.append(Listed(version.key, version.file, title, version.state))
    return found


def title_of(entry: Entry) -> str:
    """What an entry is about, by the first line that says so; empty where none does."""
    return next((entry[key].strip().partition("\n")[0] for key in _TITLES if isinstance(entry.get(key), str)), "")


def text_of(session: Session, kind: str, key: str, *, preview: bool = False) -> str | None:
    """The text of an entry as it stands, of a sentence that nobody has changed that of the domain; None: there is none.

    ``preview``: the latest that is not published yet, if there is one.
    """
    version = current(session, kind, key, preview)
    if version is not None:
        body: str = version.body
        return body
    if kind == "sentence" and key in domain_responses():
        return as_entry(key, domain_responses()[key][0])
    return None


def check_text(
    session: Session, kind: str, key: str, body: str, *, file: str | None = None, today: date | None = None
) -> list[Finding]:
    """What is wrong with a text, were it this entry's; nothing is kept. The lines are those of ``body``.

    Of other entries what is told that would be wrong with them only then: their ``key`` is another.

    Args:
        file: as of ``store.draft``.
    """
    try:
        entry = _entry(session, kind, key, body, file)
    except ContentError as error:
        return [_below(Finding(kind, key, error.path, error.line, error.reason), kind, body)]
    content = stored(session, _beside(kind))
    changed = {**content, kind: Entries([entry]).over(content[kind])}
    found = [one for one in check(changed, today) if one.kind == kind]
    ours = [_below(one, kind, body) for one in found if one.path == entry.path]
    others = [one for one in found if one.path != entry.path and one.grave]
    if not others:
        return ours
    before = {(one.key, one.reason) for one in check(content, today)}
    return ours + [one for one in others if (one.key, one.reason) not in before]


def preview(
    session: Session, kind: str, key: str, body: str, *, file: str | None = None, today: date | None = None
) -> list[Section]:
    """How a text is told, were it this entry's: the chapters of the document with that entry alone.

    Of a file of dated rules it is all that holds from its day on. ``siaga.content.document.as_read`` makes HTML of the
    words.

    Raises:
        ContentError: it cannot be read; ``check_text`` tells more.
    """
    entry = _entry(session, kind, key, body, file)
    changed = Entries([entry]).over(stored(session, (kind,))[kind])
    return sections_of(kind, changed, entry, today or datetime.now(ZONE).date())


def _entry(session: Session, kind: str, key: str, body: str, file: str | None) -> Entry:
    name = file_of(session, kind, key, file)
    head = heads_of(kind, file_texts(session)).get(name)
    return read_body(kind, key, name, tidied(kind, key, name, body), head)


def _beside(kind: str) -> Sequence[str]:
    # Options of the front lead to answers.
    return ("front", "answer") if kind == "front" else (kind,)


def _below(finding: Finding, kind: str, body: str) -> Finding:
    """Blank lines above an entry of a list are not kept: its lines count from the first that has words."""
    above = 0 if KINDS[kind].whole else len(body) - len(body.lstrip("\r\n"))
    return replace(finding, line=finding.line + above) if above else finding
