"""Content of our own files in the database, and changed there by two people."""

from __future__ import annotations

import shutil
from pathlib import Path

from siaga.content.importing import Report, import_files
from siaga.content.kinds import DIRECTORY, KINDS
from siaga.content.store import approve, draft, publish, submit
from siaga.db import transaction


def taken(folder: Path, *kinds: str) -> Report:
    """Import our files of some kinds, copied into a folder."""
    for kind in kinds:
        shutil.copytree(DIRECTORY / KINDS[kind].folder, folder / KINDS[kind].folder, dirs_exist_ok=True)
    with transaction() as session:
        return import_files(session, folder)


def text_of(kind: str, name: str) -> str:
    """The text of a file of ours."""
    return (DIRECTORY / KINDS[kind].folder / name).read_text(encoding="utf-8")


def published(kind: str, key: str, body: str | None, *, file: str | None = None) -> int:
    """Let an entry be worded so, found right by somebody else; the release."""
    with transaction() as session:
        version = draft(session, kind, key, body, by="Sari", file=file)
        submit(session, version, by="Sari")
        approve(session, version, by="Budi")
        return publish(session, [version], by="Sari")
