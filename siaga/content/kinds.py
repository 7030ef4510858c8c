"""The kinds of content that staff change: where the files of each are, and who reads it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siaga.content.files import ContentError, Entry, read_entry, read_file, take_entries, whole_entry
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
        ours = {entry.id for entry in self}
        return Entries([*(entry for entry in others if entry.id not in ours), *self], others.heads)


@dataclass(frozen=True)
class Kind:
    """A kind of content: ``folder`` of content/ holds its files, ``list_key`` the entries in each of them.

    Without a ``list_key`` each file is one entry, known by the file's name: ``2023-01-24`` is ``2023-01-24.yml``. Such
    a kind has to be whole: its reader is asked also where nothing of it would be left.
    ``label`` is what staff read.
    ``reader`` names the capability's function that reads entries, "module:function"; it is imported when it is used,
    so that the store knows no capability.
    """

    name: str
    label: str
    folder: str
    list_key: str | None
    reader: str

    @property
    def whole(self) -> bool:
        """Whether each of its files is one entry."""
        return self.list_key is None

    def path(self, file: str, key: str) -> Path:
        """Where a mistake in an entry of the store is told to be: the file, and the entry if it is one of several."""
        return DIRECTORY / self.folder / (file if self.whole else f"{file}#{key}")

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
        Kind("answer", "Jawaban", "answers", "answers", "siaga.knowledge.answers:read_answers"),
        Kind("hoax", "Cek kabar", "hoaxes", "hoaxes", "siaga.hoaxes.claims:read_claims"),
        Kind("tip", "Saran", "tips", "tips", "siaga.tips.tips:read_tips"),
        Kind("news", "Kabar baik", "news", "news", "siaga.news.items:read_news"),
        Kind("sentence", "Kalimat tetap", "sentences", "sentences", "siaga.content.sentences:read_sentences"),
        Kind("front", "Sapaan, menu, pengumuman", "front", "front", "siaga.front.front:read_front"),
        Kind("eligibility", "Aturan boleh divaksin", "eligibility", None, "siaga.eligibility.rules:read_rules"),
        Kind("doses", "Aturan jarak dosis", "doses", None, "siaga.doses.rules:read_rules"),
        Kind("selfcheck", "Aturan periksa gejala", "selfcheck", None, "siaga.selfcheck.rules:read_rules"),
        Kind("emergency", "Pertolongan darurat", "emergency", None, "siaga.emergency.signs:read_signs"),
        Kind("canned", "Balasan siap pakai", "canned", "canned", "siaga.canned:read_canned"),
        Kind("notice", "Pesan yang dikirim sendiri", "notices", None, "siaga.reminders.words:read_notices"),
    )
}


def read_folder(
    folder: Path, list_key: str | None, error: type[ContentError] = ContentError, *, only: str = "*.yml"
) -> Entries:
    """The entries of all YAML files of a folder (or ``only`` of some), by the files' names; none where there is none.

    Without a ``list_key`` each file is one entry.

    Raises:
        ContentError: (as ``error``) a file cannot be read.
    """
    if list_key is None:
        return Entries(whole_entry(read_file(path, error), path, error) for path in sorted(folder.glob(only)))
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
