"""The replies of ``content/canned``, as they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from siaga.content import ContentError, Entry, live, only_keys, take_text, take_texts
from siaga.content.kinds import Entries

TITLE = 60
"""Characters of a title: a line of the list to choose from."""
TEXT = 1000
ID = 60
NAME = "{nama_petugas}"
"""The only thing that is filled in."""

_KEYS = ("id", "title", "text", "keywords")


class CannedFileError(ContentError):
    """A ready reply that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Canned:
    """A reply: ``title`` is read by volunteers, ``text`` by citizens; ``keywords`` are other words to find it by."""

    id: str
    title: str
    text: str
    keywords: tuple[str, ...] = ()


def _reply(entry: Entry) -> Canned:
    only_keys(entry, _KEYS, CannedFileError)
    text = take_text(entry, "text", CannedFileError, TEXT)
    if re.search(r"[{}]", text.replace(NAME, "")):
        raise entry.error(f"“text” may hold {NAME}, and no other braces.", "text", CannedFileError)
    return Canned(
        take_text(entry, "id", CannedFileError, ID),
        take_text(entry, "title", CannedFileError, TITLE),
        text,
        take_texts(entry, "keywords", 0, CannedFileError, what="words"),
    )


def read_canned(entries: Entries) -> tuple[Canned, ...]:
    """The replies that the entries of files, or of the content store, hold, in their order.

    Raises:
        CannedFileError: one is wrong, or two have the same id or title.
    """
    for head in entries.heads:
        only_keys(head, ("canned",), CannedFileError)
    found: dict[str, Canned] = {}
    titles: dict[str, str] = {}
    for entry in entries:
        reply = _reply(entry)
        if reply.id in found:
            raise entry.error(f"“{reply.id}” is already an id.", "id", CannedFileError)
        other = titles.setdefault(reply.title.casefold(), reply.id)
        if other != reply.id:
            raise entry.error(f"“{other}” has this title, too: nobody could tell them apart.", "title", CannedFileError)
        found[reply.id] = reply
    return tuple(found.values())


def canned_now() -> Sequence[Canned]:
    """The replies that stand, in the order of their files.

    Raises:
        ContentError: neither what stands nor the files can be read.
    """
    return live.built("canned", read_canned)


def fill(text: str, nama_petugas: str) -> str:
    """A reply's text with the volunteer's shown name."""
    return text.replace(NAME, nama_petugas)
