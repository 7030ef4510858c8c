"""The kinds of content that staff change: where the files of each are, and who reads it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siaga.content.files import ContentError, Entry, read_entry, take_entries
from siaga.settings import ROOT

DIRECTORY = ROOT / "content"


class Entries(tuple[Entry, ...]):
    """The entries of a kind in the order of their files, and what each file says beside them.

    ``heads`` holds a mapping for each file, also of those without an entry, such as the lists of ``tips/general.yml``.
    """

    heads: tuple[Entry, ...]

    def __new__(cls, entries: Iterable[Entry] = (), heads: Iterable[Entry] = ()) -> Entries:
        made = super().__new__(cls, tuple(entries))
        made.heads = tuple(heads)
        return made

    def over(self, others: Entries) -> Entries:
        """These on top of others: of an entry that both have, this one."""
        ours = {entry.get("id") for entry in self}
        return Entries([*(entry for entry in others if entry.get("id") not in ours), *self], others.heads)


@dataclass(frozen=True)
class Kind:
    """A kind of content: ``folder`` of content/ holds its files, ``list_key`` the entries in each of them.

    ``reader`` names the capability's function that reads entries, "module:function"; it is imported when it is used,
    so that the store knows no capability.
    """

    name: str
    folder: str
    list_key: str
    reader: str

    def read(self, entries: Entries) -> Any:
        """What the capability makes of the entries.

        Raises:
            ContentError: one of them is wrong, or two of them contradict each other.
        """
        module, _, function = self.reader.partition(":")
        reader: Callable[[Entries], Any] = getattr(importlib.import_module(module), function)
        return reader(entries)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("answer", "answers", "answers", "siaga.knowledge.answers:read_answers"),
        Kind("hoax", "hoaxes", "hoaxes", "siaga.hoaxes.claims:read_claims"),
        Kind("tip", "tips", "tips", "siaga.tips.tips:read_tips"),
        Kind("news", "news", "news", "siaga.news.items:read_news"),
        Kind("sentence", "sentences", "sentences", "siaga.content.sentences:read_sentences"),
        Kind("front", "front", "front", "siaga.front.front:read_front"),
    )
}


def read_folder(
    folder: Path, list_key: str, error: type[ContentError] = ContentError, *, only: str = "*.yml"
) -> Entries:
    """The entries of all YAML files of a folder (or ``only`` of some), by the files' names; none where there is none.

    Raises:
        ContentError: (as ``error``) a file cannot be read.
    """
    entries: list[Entry] = []
    heads: list[Entry] = []
    for path in sorted(folder.glob(only)):
        content = read_entry(path, error)
        listed = take_entries(content, list_key, error) if list_key in content else []
        content.pop(list_key, None)
        for entry in listed:
            entry.head = content
        entries += listed
        heads.append(content)
    return Entries(entries, heads)
