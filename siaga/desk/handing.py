"""Handing a text over to the editor: as somebody's own draft, so that it stands in no address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from siaga.content import parse_entry, store
from siaga.content.files import ContentError
from siaga.content.kinds import KINDS
from siaga.content.standing import standing
from siaga.content.store import StoreError
from siaga.content.versions import last_published
from siaga.desk import showing
from siaga.desk.editor.patching import PatchError, patched

REVIEW = timedelta(days=180)
"""So long after it was written an entry is to be looked at again."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 60
_PATH = Path("isi.yml")


class CannotHand(ValueError):
    """Why there is no draft, in a sentence for who tried."""


def files_of(session: Session, kind: str) -> list[str]:
    """The files of a kind that an entry may stand in."""
    return sorted({name for of_kind, name in store.file_texts(session) if of_kind == kind})


def begin(session: Session, kind: str, key: str, file: str, values: Mapping[str, Any], *, by: str, remark: str) -> int:
    """Begin a new entry as a draft of ``by``; returns the version.

    Raises:
        CannotHand
    """
    key = key.strip()
    if not _ID.fullmatch(key) or len(key) > _LONGEST:
        raise CannotHand(f"Nama hanya huruf kecil, angka, dan tanda hubung, paling banyak {_LONGEST}.")
    if file not in files_of(session, kind):
        raise CannotHand("Pilih dulu bagiannya.")
    taken = last_published(session, kind, key) is not None
    if taken or any(version.key == key for version in store.open_versions(session, kind)):
        raise CannotHand(f"“{key}” sudah ada. Pilih nama lain.")
    today = showing.today()
    wanted = {"id": key, **values, "checked": today, "review_by": today + REVIEW}
    return _draft(session, kind, key, patched(f"id: {key}", wanted), by=by, file=file, remark=remark)


def add_way(session: Session, key: str, way: str, *, by: str, remark: str) -> int:
    """Add a way to ask to an answer, in the draft that ``by`` has of it or in a new one; returns the version.

    Raises:
        CannotHand
    """
    body = _base(session, key, by)
    stands = standing(session, showing.now(), preview=True).entries("answer")
    said = _plain(way)
    for entry in stands:
        if said in map(_plain, (str(entry.get("question", "")), *map(str, entry.get("variants") or ()))):
            raise CannotHand(f"Ini sudah menjadi cara bertanya untuk “{entry.get('question', entry.id)}”.")
    entry = parse_entry(body, _PATH)
    try:
        made = patched(body, {**entry, "variants": [*(entry.get("variants") or ()), way]})
    except PatchError:
        raise CannotHand("Naskah ini hanya bisa diubah sebagai YAML, di halaman isi.") from None
    return _draft(session, "answer", key, made, by=by, file=None, remark=remark)


def _base(session: Session, key: str, by: str) -> str:
    """The text that is changed: one's own draft, else what was published last."""
    under_way = [version for version in store.open_versions(session, "answer") if version.key == key]
    own = [version for version in under_way if version.made_by == by and version.state == "draft"]
    if len(own) < len(under_way):
        raise CannotHand("Naskah ini sedang ditulis atau ditinjau. Tambahkan di sana, atau tunggu sampai terbit.")
    last = own[-1] if own else last_published(session, "answer", key)
    if last is None or last.body is None:
        raise CannotHand("Jawaban ini belum ada di basis data.")
    return str(last.body)


def _draft(session: Session, kind: str, key: str, body: str, *, by: str, file: str | None, remark: str) -> int:
    try:
        return store.draft(session, kind, key, body, by=by, file=file, remark=remark)
    except (StoreError, ContentError):
        raise CannotHand(f"Konsep {KINDS[kind].label.lower()} ini tidak bisa disimpan.") from None


def _plain(way: str) -> str:
    return " ".join(re.findall(r"\w+", way.casefold()))
