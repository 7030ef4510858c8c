"""Erasing somebody everywhere, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from siaga.handoffs import changes
from siaga.handoffs.tables import HandOff
from siaga.people.data_requests import new_number
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.registration.tables import OfficialPerson, RegistryWrite
from siaga.reports import parting
from siaga.rights import places, rehousing, traces
from siaga.rights.subjects import Subject, of_contact
from siaga.rights.tables import Erasure
from siaga.schema import Base
from siaga.turns import trackers
from siaga.turns.tables import TrackerRow
from siaga.unclear.tables import UnclearMessage

By = Literal["citizen", "staff", "rule", "again"]
KEPT: dict[str, str] = {
    "shared": "Orang yang juga didampingi atau didaftarkan kontak lain: hanya kaitan dengan kontak ini yang dihapus.",
    "report": "Laporan yang masih ditangani: tetap, tanpa pelapor, karena ada yang mungkin menunggu bantuan.",
    "official_person": "Baris di daftar resmi: milik instansi yang memberikannya; mintalah penghapusan ke sana.",
    "registry_write": "Yang sudah diteruskan ke sistem luar: disimpan di sana menurut aturannya sendiri.",
    "unclear_message": "Contoh latihan yang sudah diekspor: tanpa data pribadi dan tanpa kaitan dengan kontak.",
    "conversation": "Percakapan kontak yang mendampingi: milik kontak itu; dihapus bersama kontaknya.",
}
"""What may stay, and why, as the receipt says it."""


@dataclass(frozen=True)
class Receipt:
    """What was erased, rows by table, and what stays, by the keys of ``KEPT``; nothing in it tells of whom."""

    number: str
    at: datetime
    erased: dict[str, int]
    kept: dict[str, int]
    places_given_back: int
    handed_over: int

    def for_audit(self) -> dict[str, object]:
        """What the audit log keeps of it."""
        return {"receipt": self.number, "erased": self.erased, "kept": self.kept}


def erase(
    session: Session,
    subject: Subject,
    now: datetime,
    *,
    by: By = "staff",
    number: str | None = None,
    at: datetime | None = None,
) -> Receipt | None:
    """Erase the subject; the caller commits, or rolls back if it only wanted to know. None if they are gone already.

    A contact's row is locked first: a message that arrives meanwhile waits, and makes a new, empty contact. That they
    were erased is written into ``erasure``, under the receipt's ``number``: a new one where none is given. ``at`` is
    when they were first, where it is done again.
    """
    number = number or new_number("erase")
    whose: dict[str, bytes | None] = {}
    if subject.contact_id is not None:
        contact = session.execute(
            select(Contact)
            .where(Contact.id == subject.contact_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if contact is None:
            return None
        # Under the lock nobody else is registered from there.
        subject = of_contact(session, contact)
        whose = {"phone_index": contact.phone_index, "user_id_index": contact.user_id_index}
    else:
        caring = select(ContactPerson.contact_id).where(ContactPerson.person_id.in_(subject.persons))
        session.execute(
            select(Contact.id).where(Contact.id.in_(caring)).order_by(Contact.id).with_for_update(key_share=True)
        ).all()
        if session.execute(select(Person.id).where(Person.id.in_(subject.persons))).first() is None:
            return None
    places.lock(session, subject)
    people = session.execute(select(Person).where(Person.id.in_(subject.alone))).scalars().all()
    numbers = {person.nik for person in people}
    names = {person.name for person in people}
    indexes = [bytes(person.nik_index) for person in people]
    if subject.contact_id is None:
        (nik_index,) = set(indexes)
        others = select(Person.id).where(Person.nik_index == nik_index, Person.id.not_in(subject.persons))
        if session.execute(others.limit(1)).first() is None:
            # Else the list of the erased would mean those, too, who also go by this NIK and stay.
            whose["nik_index"] = nik_index
    pictures = traces.pictures(session, subject, now)
    # From a contact's receipt nobody learns of a NIK that they have only named whether it is on a list.
    agreed = [bytes(person.nik_index) for person in people if subject.contact_id is None or person.validated_at]
    kept = _kept(session, subject, agreed)
    handed_over = rehousing.hand_over(session, subject, now)
    _, given_back = places.give_back(session, subject, number, now)
    more: dict[str, int] = {}
    if subject.contact_id is not None and subject.key is not None:
        numbers |= {alias for alias in (contact.phone, contact.user_id) if alias}
        more["report"], kept["report"] = parting.part(session, subject.contact_id, names)
    # Before anything that hangs on them goes with something else.
    erased = _hanging_on(session, subject)
    if subject.contact_id is not None and subject.key is not None:
        more["hoax_question"] = traces.erase_claims(session, subject.contact_id, names)
        more["tracker"] = _count(session, TrackerRow.__table__, TrackerRow.key == subject.key)
        trackers.forget(session, subject.key)
        for hand_off_id in session.scalars(select(HandOff.id).where(HandOff.contact_id == subject.contact_id)):
            # What is open on a screen at the desk goes from there, too.
            changes.notify(session, hand_off_id)
    else:
        kept["conversation"] = 1
        more["form_draft"] = traces.erase_drafts(session, numbers)
    more["quarantine"] = traces.erase_quarantine(session, numbers)
    for table, key in ((Contact, [subject.contact_id] if subject.contact_id else []), (Person, subject.alone)):
        session.execute(delete(table).where(table.id.in_(key)).execution_options(synchronize_session=False))
    more["media"] = traces.erase_pictures(session, pictures)
    session.expire_all()
    for name, count in more.items():
        erased[name] = erased.get(name, 0) + count
    receipt = Receipt(
        number,
        now,
        {name: count for name, count in sorted(erased.items()) if count},
        {name: count for name, count in kept.items() if count},
        given_back,
        handed_over,
    )
    session.add(Erasure(number=number, at=at or func.now(), by=by, erased=receipt.erased, kept=receipt.kept, **whose))
    return receipt


def cascade(subject: Subject) -> dict[str, Any]:
    """Which rows of each table go with the subject's own, by the database's foreign keys: conditions by table."""
    tables = Base.metadata.tables
    conditions: dict[str, Any] = {
        "contact": tables["contact"].c.id == subject.contact_id,
        "person": tables["person"].c.id.in_(subject.alone),
    }
    for table in Base.metadata.sorted_tables:
        if table.name in conditions:
            continue
        links = [
            key.parent.in_(select(key.column).where(conditions[key.column.table.name]))
            for key in table.foreign_keys
            if key.ondelete == "CASCADE" and key.column.table.name in conditions
        ]
        if links:
            conditions[table.name] = or_(*links)
    return conditions


def _hanging_on(session: Session, subject: Subject) -> dict[str, int]:
    return {name: _count(session, Base.metadata.tables[name], which) for name, which in cascade(subject).items()}


def _count(session: Session, table: Any, which: Any) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(which)).scalar_one())


def _kept(session: Session, subject: Subject, indexes: list[bytes]) -> dict[str, int]:
    unclear = UnclearMessage.__table__
    return {
        "shared": len(subject.shared),
        "official_person": _count(session, OfficialPerson.__table__, OfficialPerson.nik_index.in_(indexes)),
        "registry_write": _count(
            session,
            RegistryWrite.__table__,
            RegistryWrite.person_id.in_(subject.alone) & (RegistryWrite.status == "done"),
        ),
        "unclear_message": _count(
            session, unclear, (unclear.c.contact_id == subject.contact_id) & unclear.c.exported_at.is_not(None)
        ),
    }
