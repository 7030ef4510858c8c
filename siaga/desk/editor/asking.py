"""What the bot would answer with a draft in place: the same search, over what stands with the draft in it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from siaga.content.checking import stored
from siaga.content.files import ContentError, Entry
from siaga.content.kinds import KINDS, Entries
from siaga.content.standing import standing

if TYPE_CHECKING:
    from siaga.knowledge.search import Findable
    from siaga.text.vectors import Encoder

CAN_BE_ASKED = ("answer", "hoax", "tip")
LONGEST = 2000
"""Characters of what may be asked: a chain message is long."""


@dataclass(frozen=True)
class Hit:
    """An entry that a question finds; ``ours`` is the one that is being written."""

    key: str
    title: str
    ours: bool


@dataclass(frozen=True)
class Reply:
    """What would be answered: one for sure, a choice of some, or nothing. ``near`` are the likeliest of the others."""

    kind: str
    sure: bool
    hits: tuple[Hit, ...]
    near: tuple[Hit, ...] = ()

    @property
    def found(self) -> bool:
        """Whether the entry that is being written is what is told, or among what is offered."""
        return any(hit.ours for hit in self.hits)


ENCODERS: Sequence[Encoder] | None = None
"""Which sentence vectors the answers are searched by; none: those that the bot has."""


class CannotAsk(ValueError):
    """The entries cannot be searched as they are; the text says why, in English."""


_lock = threading.Lock()
_made: tuple[tuple[str, int], Any] | None = None
"""The search that was made last: asking again costs nothing, and no more than one is kept."""


def ask(session: Session, kind: str, entry: Entry, question: str) -> Reply:
    """Ask a question with an entry in the place of what stands of it.

    Raises:
        CannotAsk: an entry is wrong, so that none could be asked.
    """
    try:
        searcher = _searcher(kind, Entries([entry]).over(stored(session, (kind,))[kind]))
    except ContentError as error:
        if error.path == entry.path:
            raise CannotAsk(error.reason) from None
        # Somebody else's draft is wrong: then beside what is published.
        stands = standing(session, datetime.now(timezone.utc)).entries(kind)
        try:
            searcher = _searcher(kind, Entries([entry]).over(stands))
        except ContentError as still:
            raise CannotAsk(still.reason) from None
    found = searcher.check(question) if kind == "hoax" else searcher.find(question)
    told, sure = _told(found)
    hits = tuple(_hit(one, entry.id) for one in told)
    shown = {hit.key for hit in hits}
    near = tuple(_hit(one, entry.id) for one in _ranked(kind, searcher, question) if one.id not in shown)
    return Reply(kind, sure, hits, near)


def _searcher(kind: str, entries: Entries) -> Any:
    """What finds, made anew when something in the entries is another: about a second.

    Raises:
        ContentError: an entry is wrong.
    """
    global _made
    mark = (kind, hash(tuple(repr(sorted(entry.items(), key=repr)) for entry in entries)))
    with _lock:
        if _made is None or _made[0] != mark:
            _made = (mark, _make(kind, entries))
        return _made[1]


def _make(kind: str, entries: Entries) -> Any:
    # Numeric libraries and sentence models come along: only for who asks.
    read = KINDS[kind].read(entries)
    if kind == "hoax":
        from siaga.hoaxes.matching import Checker

        return Checker(read)
    if kind == "tip":
        from siaga.tips.finder import Tips
        from siaga.tips.tips import read_no_situation

        return Tips(read, read_no_situation(entries))
    from siaga.knowledge.search import Knowledge

    return Knowledge(read, encoders=ENCODERS)


def _told(found: Any) -> tuple[Sequence[Findable], bool]:
    """What is told of what was found, and whether for sure."""
    for name in ("answer", "claim", "tip"):
        if hasattr(found, name):
            return [getattr(found, name), *getattr(found, "also", ())], True
    for name in ("answers", "claims", "tips"):
        if hasattr(found, name):
            return list(getattr(found, name)), False
    return [], False


def _ranked(kind: str, searcher: Any, question: str) -> Sequence[Findable]:
    return searcher.ranked(question) if kind == "answer" else ()


def _hit(one: Any, ours: str) -> Hit:
    title = next((getattr(one, name) for name in ("question", "claim", "title") if hasattr(one, name)), one.id)
    return Hit(one.id, title, one.id == ours)
