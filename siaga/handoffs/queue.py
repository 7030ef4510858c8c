"""The hand-offs as the desk lists them: who waits for how long, who holds them, and what was said last, masked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.handoffs.recording import WITHDRAWN
from siaga.handoffs.tables import Attendant, HandOff, HandOffLabel, HandOffMessage
from siaga.people.contacts import phone_index
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.places import regions
from siaga.privacy import mask_text

SAID = ("citizen", "bot", "desk")
"""Whose words a conversation consists of; what the system and colleagues note is not said."""
WORDS = 90
"""Characters of the last words that a list shows."""
MOST_OPEN = 1000
MOST_CLOSED = 50

_MEDIA = {"image": "foto", "audio": "rekaman suara", "video": "video", "document": "dokumen", "sticker": "stiker"}


@dataclass(frozen=True)
class Row:
    """One hand-off in a list. ``unanswered``: what the citizen has said since a person last wrote. ``region`` is where
    somebody whom they look after lives; ``words`` are masked and short."""

    id: int
    contact_id: int
    reason: str
    about: str | None
    urgency: int
    state: str
    opened_at: datetime
    waiting_since: datetime
    callback_at: datetime | None
    danger_at: datetime | None
    wanted_login: str | None
    held_by: str | None
    held_at: datetime | None
    last_citizen_at: datetime | None
    last_desk_at: datetime | None
    closed_at: datetime | None
    closed_why: str | None
    holder: str | None = None
    labels: tuple[str, ...] = ()
    unanswered: int = 0
    region: str | None = None
    words: str = ""
    words_by: str | None = None

    @property
    def place(self) -> str:
        """Sorts as the desk works: the most urgent first, then who waits for us, then who has waited longest."""
        if self.closed_at is not None:
            # The last one first: as far from the end of time as it can be.
            return f"9{10**12 - int(self.closed_at.timestamp()):013d}"
        since = self.waiting_since
        if self.state == "held":
            since = (self.last_citizen_at if self.unanswered else self.last_desk_at) or self.held_at or since
        waits = 0 if self.state == "waiting" or self.unanswered else 1
        return f"{2 - self.urgency}{waits}{int(since.timestamp()):012d}"

    @property
    def since(self) -> datetime:
        """Since when the citizen waits for a person's word, or since when the last one was said."""
        if self.state == "held" and self.last_citizen_at and self.unanswered:
            return self.last_citizen_at
        return self.closed_at or (
            self.waiting_since if self.state == "waiting" else self.last_desk_at or self.opened_at
        )


@dataclass(frozen=True)
class Search:
    """What to look for; what is None does not count. ``phone`` is a number in digits."""

    number: int | None = None
    label: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    phone: str | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        given = (self.number, self.label, self.reason, self.since, self.until, self.phone)
        return any(value is not None for value in given)


def open_rows(session: Session) -> list[Row]:
    """All that wait or are held, in the order in which to take them."""
    query = select(HandOff).where(HandOff.state != "closed").order_by(HandOff.id).limit(MOST_OPEN)
    return _rows(session, query)


def rows(session: Session, ids: Collection[int]) -> list[Row]:
    """These hand-offs, in whichever state; those that are not there any more are left out."""
    return _rows(session, select(HandOff).where(HandOff.id.in_(sorted(ids)))) if ids else []


def closed_rows(session: Session, limit: int = MOST_CLOSED) -> list[Row]:
    """Those that were closed last."""
    query = select(HandOff).where(HandOff.state == "closed").order_by(HandOff.closed_at.desc()).limit(limit)
    return _rows(session, query)


def find(session: Session, wanted: Search, limit: int = MOST_CLOSED) -> list[Row]:
    """The newest hand-offs that fit all that is looked for; none where nothing is."""
    if not wanted:
        return []
    query = select(HandOff)
    if wanted.number is not None:
        query = query.where(HandOff.id == wanted.number)
    if wanted.label is not None:
        query = query.join(HandOffLabel, HandOffLabel.hand_off_id == HandOff.id).where(
            func.lower(HandOffLabel.label) == wanted.label.lower()
        )
    if wanted.reason is not None:
        query = query.where(HandOff.reason == wanted.reason)
    if wanted.since is not None:
        query = query.where(HandOff.opened_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(HandOff.opened_at < wanted.until)
    if wanted.phone is not None:
        query = query.join(Contact, Contact.id == HandOff.contact_id).where(
            Contact.phone_index == phone_index(wanted.phone)
        )
    return sorted(_rows(session, query.order_by(HandOff.id.desc()).limit(limit)), key=lambda row: -row.id)


def in_words(kind: str, content: Mapping[str, Any]) -> str:
    """A message as one text: what was written, and in brackets what was sent beside words."""
    if kind == "media":
        named = f"[{_MEDIA.get(str(content.get('media_kind')), 'berkas')}]"
        return f"{named} {content.get('caption') or ''}".strip()
    if kind == "option":
        return str(content.get("title") or "[pilihan]")
    if kind == "location":
        return f"[lokasi] {content.get('name') or ''}".strip()
    if kind == "contacts":
        return "[nomor kontak]"
    if kind == "form":
        return "[formulir]"
    if kind == WITHDRAWN:
        return "[pesan ditarik]"
    text = str(content.get("text") or "")
    if content.get("picture"):
        return f"[berkas] {text}".strip()
    return text or "[pesan yang tidak bisa dibaca]"


# ---------------------------------------------------------------------- what stands in a row
def _rows(session: Session, query: Any) -> list[Row]:
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    ids = [one.id for one in found]
    if not ids:
        return []
    labels = _labels(session, ids)
    unanswered = _unanswered(session, ids)
    said = _last_said(session, ids)
    regions_of = _regions(session, [one.contact_id for one in found])
    names = _names(session, {one.held_by for one in found if one.held_by})
    made = [
        Row(
            id=one.id,
            contact_id=one.contact_id,
            reason=one.reason,
            about=one.about,
            urgency=one.urgency,
            state=one.state,
            opened_at=one.opened_at,
            waiting_since=one.waiting_since,
            callback_at=one.callback_at,
            danger_at=one.danger_at,
            wanted_login=one.wanted_login,
            held_by=one.held_by,
            held_at=one.held_at,
            last_citizen_at=one.last_citizen_at,
            last_desk_at=one.last_desk_at,
            closed_at=one.closed_at,
            closed_why=one.closed_why,
            holder=names.get(one.held_by, one.held_by),
            labels=labels.get(one.id, ()),
            unanswered=unanswered.get(one.id, 0),
            region=regions_of.get(one.contact_id),
            words=said.get(one.id, ("", None))[0],
            words_by=said.get(one.id, ("", None))[1],
        )
        for one in found
    ]
    return sorted(made, key=lambda row: row.place)


def _labels(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = (
        select(HandOffLabel.hand_off_id, HandOffLabel.label)
        .where(HandOffLabel.hand_off_id.in_(ids))
        .order_by(HandOffLabel.label)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in session.execute(query):
        found[row.hand_off_id] = (*found.get(row.hand_off_id, ()), row.label)
    return found


def _unanswered(session: Session, ids: Sequence[int]) -> dict[int, int]:
    ours = (
        select(HandOffMessage.hand_off_id, func.max(HandOffMessage.id).label("last"))
        .where(HandOffMessage.hand_off_id.in_(ids), HandOffMessage.author == "desk")
        .group_by(HandOffMessage.hand_off_id)
        .subquery()
    )
    query = (
        select(HandOffMessage.hand_off_id, func.count())
        .outerjoin(ours, ours.c.hand_off_id == HandOffMessage.hand_off_id)
        .where(
            HandOffMessage.hand_off_id.in_(ids),
            HandOffMessage.author == "citizen",
            HandOffMessage.id > func.coalesce(ours.c.last, 0),
        )
        .group_by(HandOffMessage.hand_off_id)
    )
    return {row[0]: int(row[1]) for row in session.execute(query)}


def _last_said(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """What people said last; what the bot said only where nobody else has said anything."""
    by_people = HandOffMessage.author != "bot"
    last = (
        select(func.coalesce(func.max(HandOffMessage.id).filter(by_people), func.max(HandOffMessage.id)))
        .where(HandOffMessage.hand_off_id.in_(ids), HandOffMessage.author.in_(SAID))
        .group_by(HandOffMessage.hand_off_id)
    )
    query = select(
        HandOffMessage.hand_off_id, HandOffMessage.author, HandOffMessage.kind, HandOffMessage.content
    ).where(HandOffMessage.id.in_(last))
    return {row.hand_off_id: (_short(in_words(row.kind, row.content)), row.author) for row in session.execute(query)}


def _short(text: str) -> str:
    # Masked before it is cut: half a number looks harmless.
    line = " ".join(mask_text(text).split())
    return line if len(line) <= WORDS else line[: WORDS - 1].rstrip() + "…"


def _regions(session: Session, contact_ids: Sequence[int]) -> dict[int, str]:
    query = (
        select(ContactPerson.contact_id, Person.regency_code)
        .join(Person, Person.id == ContactPerson.person_id)
        .where(ContactPerson.contact_id.in_(contact_ids))
        .order_by(ContactPerson.contact_id, ContactPerson.relation != "self", ContactPerson.id)
        .distinct(ContactPerson.contact_id)
    )
    return {row.contact_id: regions.short_name(row.regency_code) or row.regency_code for row in session.execute(query)}


def _names(session: Session, logins: Collection[str]) -> dict[str | None, str]:
    if not logins:
        return {}
    query = select(Attendant.login, Attendant.name).where(Attendant.login.in_(sorted(logins)))
    return {row.login: row.name for row in session.execute(query)}
