"""What was said in a hand-off, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga import media
from siaga.desk.inbox import ticks
from siaga.desk.inbox.ticks import Tick
from siaga.handoffs import recording
from siaga.handoffs.queue import in_words
from siaga.handoffs.recording import WITHDRAWN, Said
from siaga.handoffs.tables import Attendant, HandOffMessage
from siaga.media import received
from siaga.places import pin
from siaga.privacy import mask_numbers, mask_text

MOST = 200
"""So many of the last messages are shown at first."""
INLINE = frozenset(
    {"image/jpeg", "image/png", "image/webp", "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}
)
"""What a browser may show by itself; all else is saved as a file."""
COORDINATES = 3
"""Decimals of a place: about a hundred metres."""

_MEDIA = {
    "image": "Foto",
    "audio": "Rekaman suara",
    "video": "Video",
    "document": "Dokumen",
    "sticker": "Stiker",
}
_NOT_KEPT = {
    "type": "Berkas ini tidak disimpan: jenisnya tidak aman.",
    "size": "Berkas ini tidak disimpan: terlalu besar.",
    "damaged": "Berkas ini rusak, tidak bisa dibuka.",
    "gone": "Berkas ini tidak sempat diambil dari WhatsApp.",
}
_FORGOTTEN = "Berkas ini sudah dihapus sesuai batas simpan."
_COMING = "Berkas sedang diambil dari WhatsApp."


@dataclass(frozen=True)
class File:
    """A picture or document in a message; without ``url`` it cannot be opened, and ``note`` tells why.

    ``shown_as``: image, audio or link. ``is_coming``: it will be there soon, or be known not to come.
    """

    label: str
    url: str | None = None
    shown_as: str = "link"
    note: str = ""
    is_coming: bool = False


@dataclass(frozen=True)
class Place:
    """A pin: the region in words, and where it is to about a hundred metres."""

    region: str | None
    coordinates: str
    name: str = ""


@dataclass(frozen=True)
class Bubble:
    """One message. ``by`` is the author as in ``siaga.handoffs.tables``; ``who`` is what they are called. In ``text``
    numbers, and what a citizen writes of dates, are masked; ``is_masked`` tells that there are some."""

    id: int
    at: datetime
    by: str
    who: str
    text: str = field(repr=False)
    options: tuple[str, ...] = ()
    file: File | None = None
    place: Place | None = None
    tick: Tick | None = None
    outbound_id: str | None = None
    is_template: bool = False
    is_withdrawn: bool = False
    is_masked: bool = False


def said(session: Session, hand_off_id: int, after: int = 0) -> list[Bubble]:
    """What was said since the message ``after``, or the last ``MOST``, oldest first."""
    found = recording.messages(session, hand_off_id, after or _start(session, hand_off_id), MOST)
    marks = ticks.of(session, {one.outbound_id for one in found if one.outbound_id})
    names = _names(session, {one.login for one in found if one.login})
    files = _files(session, hand_off_id, found)
    return [_bubble(one, names, marks, files) for one in found]


def has_older(session: Session, hand_off_id: int) -> bool:
    """Whether there is more than is shown at first."""
    return _start(session, hand_off_id) > 0


def older(session: Session, hand_off_id: int) -> list[Bubble]:
    """All of a long conversation."""
    bubbles: list[Bubble] = []
    last = 0
    while True:
        found = recording.messages(session, hand_off_id, last, MOST)
        if not found:
            return bubbles
        marks = ticks.of(session, {one.outbound_id for one in found if one.outbound_id})
        names = _names(session, {one.login for one in found if one.login})
        files = _files(session, hand_off_id, found)
        bubbles += [_bubble(one, names, marks, files) for one in found]
        last = found[-1].id


def withdrawn(session: Session, hand_off_id: int) -> list[Bubble]:
    """What the citizen has taken back, which may still stand on a screen as it was."""
    return [_bubble(one, {}, {}, {}) for one in recording.withdrawn(session, hand_off_id)]


def _start(session: Session, hand_off_id: int) -> int:
    """The id after which the last ``MOST`` messages begin."""
    before = session.scalar(
        select(HandOffMessage.id)
        .where(HandOffMessage.hand_off_id == hand_off_id)
        .order_by(HandOffMessage.id.desc())
        .offset(MOST)
        .limit(1)
    )
    return int(before or 0)


def _names(session: Session, logins: set[str]) -> dict[str, str]:
    if not logins:
        return {}
    query = select(Attendant.login, Attendant.name).where(Attendant.login.in_(sorted(logins)))
    return {row.login: row.name for row in session.execute(query)}


def _bubble(one: Said, names: Mapping[str, str], marks: Mapping[str, Tick], files: Mapping[int, File]) -> Bubble:
    who = {"citizen": "Warga", "bot": "Bot", "system": "Sistem"}.get(one.author) or names.get(
        one.login or "", one.login or "Petugas"
    )
    file = files.get(one.id)
    place = _place(one.content) if one.kind == "location" else None
    text = "" if place else _written(one.kind, one.content, with_file=file is not None)
    masked = _masked(one.author, text)
    return Bubble(
        id=one.id,
        at=one.at,
        by=one.author,
        who=who,
        text=masked,
        options=tuple(str(label) for label in one.content.get("options") or ()),
        file=file,
        place=place,
        tick=marks.get(one.outbound_id or ""),
        outbound_id=one.outbound_id,
        is_template=one.kind == "template",
        is_withdrawn=one.kind == WITHDRAWN,
        is_masked=masked != text,
    )


def _written(kind: str, content: Mapping[str, Any], *, with_file: bool) -> str:
    return str(content.get("caption") or content.get("text") or "") if with_file else in_words(kind, content)


def _masked(author: str, text: str) -> str:
    # The days that the bot and colleagues write are those of appointments.
    return mask_text(text) if author == "citizen" else mask_numbers(text)


def unmasked(session: Session, hand_off_id: int, message_id: int | None) -> str | None:
    """The words of a message as they were written; None if there is no such message in this hand-off."""
    query = select(HandOffMessage).where(HandOffMessage.id == message_id, HandOffMessage.hand_off_id == hand_off_id)
    message = session.execute(query).scalar_one_or_none()
    if message is None:
        return None
    with_file = message.kind == "media" or bool(message.content.get("picture"))
    return _written(message.kind, message.content, with_file=with_file)


# ---------------------------------------------------------------------- files
def _files(session: Session, hand_off_id: int, found: Sequence[Said]) -> dict[int, File]:
    files: dict[int, File] = {}
    for one in found:
        url = f"/kotak/{hand_off_id}/berkas/{one.id}"
        if one.author == "citizen" and one.kind == "media":
            files[one.id] = _sent_in(session, one, url)
        elif one.content.get("picture"):
            files[one.id] = _sent_out(session, str(one.content["picture"]), url)
    return files


def _sent_in(session: Session, one: Said, url: str) -> File:
    label = _MEDIA.get(str(one.content.get("media_kind")), "Berkas")
    file = received.get(session, one.message_key) if one.message_key else None
    if file is None:
        return File(label, note=_FORGOTTEN)
    if file.status == "waiting":
        return File(label, note=_COMING, is_coming=True)
    if file.status != "kept":
        return File(label, note=_NOT_KEPT.get(file.reason or "gone", _NOT_KEPT["gone"]))
    return _opened(label, url, file.mime, file.size)


def _sent_out(session: Session, reference: str, url: str) -> File:
    if not reference.startswith("media:"):
        return File("Gambar", note="Gambar dari alamat web.")
    try:
        mime = media.get(session, reference).mime
    except KeyError:
        return File("Berkas", note=_FORGOTTEN)
    return _opened("Foto" if mime.startswith("image/") else "Dokumen", url, mime, None)


def _opened(label: str, url: str, mime: str | None, size: int | None) -> File:
    written = f"{label} ({_size(size)})" if size else label
    shown_as = "link"
    if mime in INLINE:
        shown_as = "image" if mime and mime.startswith("image/") else "audio"
    return File(written, url, shown_as)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB".replace(".", ",") if size >= 1_000_000 else f"{max(1, size // 1000)} KB"


# ---------------------------------------------------------------------- places
def _place(content: Mapping[str, Any]) -> Place | None:
    try:
        lat, lon = float(content["lat"]), float(content["lon"])
    except (KeyError, TypeError, ValueError):
        return None
    written = f"{lat:.{COORDINATES}f}, {lon:.{COORDINATES}f}"
    return Place(_region(round(lat, COORDINATES), round(lon, COORDINATES)), written, str(content.get("name") or ""))


@lru_cache(maxsize=512)
def _region(lat: float, lon: float) -> str | None:
    found = pin.locate(lat, lon)
    if found is None:
        return None
    return ", ".join(filter(None, (found.district_name and f"sekitar {found.district_name}", found.regency_name)))
