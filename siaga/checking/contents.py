"""What staff write in ``content/``: asked of the capabilities' own readers, and told in Indonesian."""

from __future__ import annotations

import csv
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from siaga.checking.mistake import Mistake
from siaga.content.checking import check_files
from siaga.content.files import ContentError
from siaga.content.kinds import KINDS
from siaga.desk.editor.telling import told

_WITHOUT_ENTRIES = ("tips",)
"""Folders of which a file may hold something else: ``tips/general.yml``."""
FOLDERS = frozenset({kind.folder for kind in KINDS.values()}) | frozenset(
    "conversation details facilities radar radar/levels reports templates".split()
)
"""Of ``content/``: what stands elsewhere is read by nobody."""
_SECTION = re.compile(r"^([a-z_]+):", re.MULTILINE)
READERS = (
    ("radar/levels/*.yml", "siaga.radar.levels:load_levels"),
    ("templates", "siaga.whatsapp.templates:load"),
    ("details/questions.yml", "siaga.details.questions:load"),
    ("reports/kinds.yml", "siaga.reports.kinds:load"),
    ("radar/diseases.yml", "siaga.radar.diseases:load_diseases"),
    ("radar/sources.yml", "siaga.radar.sources:load_sources"),
    ("radar/words.yml", "siaga.radar.words:load_words"),
    ("radar/tips.yml", "siaga.radar.words:load_radar_tips"),
)
"""What is not among the kinds of content that the desk publishes: files or folder, and who reads it."""


def check_content(folder: Path) -> list[Mistake]:
    """What is wrong, or soon will be, with ``content/``."""
    return list(_found(folder))


def _found(folder: Path) -> Iterator[Mistake]:
    for finding in check_files(folder):
        yield _mistake(folder, finding.path, finding.line, finding.reason, grave=finding.grave)
    for place, reader in READERS:
        module, _, function = reader.partition(":")
        for path in sorted(folder.glob(place)):
            try:
                getattr(importlib.import_module(module), function)(path)
            except ContentError as problem:
                yield _mistake(folder, problem.path, problem.line, problem.reason)
    yield from _in_the_wrong_place(folder)
    yield from _places(folder / "facilities")


def _places(folder: Path) -> Iterator[Mistake]:
    """Rows of places in a kabupaten or kecamatan that is none. Where a pin lies is looked at when they are imported."""
    from siaga.registration.facilities import checked
    from siaga.registration.import_files import Refused

    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), 2):
                cells = {key: (cell or "").strip() for key, cell in row.items() if key not in (None, "lat", "lon")}
                try:
                    checked(cells)
                except Refused as problem:
                    reason = f"Kolom “{problem.column}” di baris ini belum benar: “{cells.get(problem.column, '')}”."
                    yield _mistake(folder.parent, path, number, reason)


def _in_the_wrong_place(folder: Path) -> Iterator[Mistake]:
    """Files that nobody reads where they stand, or as they are called."""
    kinds = {kind.folder: kind for kind in KINDS.values()}
    for path in sorted(folder.rglob("*")):
        where = path.parent.relative_to(folder).as_posix()
        if not path.is_file() or path.name.startswith(".") or path.suffix == ".md":
            continue
        reason = ""
        if where not in FOLDERS:
            reason = f"Berkas ini tidak dibaca siapa pun; folder di content/: {', '.join(sorted(FOLDERS))}."
        elif path.suffix not in (".yml", ".csv"):
            reason = "Berkas ini tidak dibaca siapa pun: namanya harus diakhiri “.yml”."
        elif where in kinds and (wanted := kinds[where].list_key) is not None:
            there = _sections(path, wanted)
            of_others = [kind for kind in KINDS.values() if kind.list_key in there]
            if wanted not in there and of_others:
                reason = f"Isi berkas ini “{of_others[0].list_key}”; tempatnya di content/{of_others[0].folder}."
            elif wanted not in there and where not in _WITHOUT_ENTRIES:
                reason = f"Di berkas ini belum ada “{wanted}:” (di kolom pertama)."
        if reason:
            yield _mistake(folder, path, 1, reason)


def _sections(path: Path, wanted: str) -> set[str]:
    """The names in the first column; of what is no text, which its own reader tells, as if all were there."""
    try:
        return set(_SECTION.findall(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        return {wanted}


def _mistake(folder: Path, path: Path, line: int, reason: str, *, grave: bool = True) -> Mistake:
    shown = path.relative_to(folder.parent) if path.is_relative_to(folder.parent) else path
    return Mistake(shown.as_posix(), line, "content", told(reason), grave)
