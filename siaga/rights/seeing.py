"""Sending a contact the file of what is kept of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siaga import media
from siaga.handoffs import recording
from siaga.handoffs.state import open_of
from siaga.people.tables import Contact, DataRequest
from siaga.rights.exporting import export
from siaga.rights.plain import sheet_of
from siaga.rights.saying import say
from siaga.rights.sheet import FILE_NAME, drawn
from siaga.rights.subjects import of_contact
from siaga.settings import settings
from siaga.whatsapp.reply import Document, Reply

TEXT = (
    "Ini berkas data Anda yang saya simpan. NIK dan nomor telepon di dalamnya disamarkan.\n\n"
    "Isinya pribadi: simpan baik-baik, jangan diteruskan. Ada yang keliru? Tulis *bicara dengan petugas*."
)
MARK = "Siaga mengirim warga ini berkas berisi data miliknya. Isinya tidak ditampilkan di sini."


def send(session: Session, contact_id: int, number: str, now: datetime) -> dict[str, int]:
    """Make the file and put it into the outbox; how many rows of each table are in it. The contact is locked."""
    contact = session.execute(select(Contact).where(Contact.id == contact_id)).scalar_one()
    made = export(session, of_contact(session, contact), now, masked=True)
    until = now + timedelta(hours=settings().certificate_hours)
    reference = media.put(session, drawn(sheet_of(made, number)), "application/pdf", until=until)
    # In the outbox it is forgotten once it was sent; who is erased then is to find it.
    session.execute(
        update(DataRequest)
        .where(DataRequest.number == number)
        .values(file=reference)
        .execution_options(synchronize_session=False)
    )
    say(session, contact_id, Reply(text=TEXT, documents=(Document(reference, FILE_NAME),)))
    hand_off = open_of(session, contact_id)
    if hand_off is not None:
        recording.system(session, hand_off, MARK, now, once=f"data:{number}")
    return made.counts
