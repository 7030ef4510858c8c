"""What staff write in ``content/``: asked of the capabilities' own readers, and told in Indonesian."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from siaga.checking.mistake import Mistake
from siaga.content.checking import check_files
from siaga.content.files import ContentError
from siaga.desk.editor.telling import told

READERS = (
    ("templates", "siaga.whatsapp.templates:load"),
    ("details/questions.yml", "siaga.details.questions:load"),
    ("reports/kinds.yml", "siaga.reports.kinds:load"),
    ("radar/diseases.yml", "siaga.radar.diseases:load_diseases"),
    ("radar/sources.yml", "siaga.radar.sources:load_sources"),
    ("radar/words.yml", "siaga.radar.words:load_words"),
    ("radar/tips.yml", "siaga.radar.words:load_radar_tips"),
)
"""What is not among the kinds of content that the desk publishes: file or folder, and who reads it."""


def check_content(folder: Path) -> list[Mistake]:
    """What is wrong, or soon will be, with ``content/``."""
    return list(_found(folder))


def _found(folder: Path) -> Iterator[Mistake]:
    for finding in check_files(folder):
        yield _mistake(folder, finding.path, finding.line, finding.reason, grave=finding.grave)
    for place, reader in READERS:
        if not (folder / place).exists():
            continue
        module, _, function = reader.partition(":")
        try:
            getattr(importlib.import_module(module), function)(folder / place)
        except ContentError as problem:
            yield _mistake(folder, problem.path, problem.line, problem.reason)


def _mistake(folder: Path, path: Path, line: int, reason: str, *, grave: bool = True) -> Mistake:
    shown = path.relative_to(folder.parent) if path.is_relative_to(folder.parent) else path
    return Mistake(shown.as_posix(), line, "content", told(reason), grave)
