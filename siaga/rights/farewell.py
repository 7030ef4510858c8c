"""The last message to somebody who was erased: the receipt, sent by a contact that is there for this alone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.people.tables import Contact
from siaga.rights.erasing import Receipt
from siaga.rights.plain import moment
from siaga.rights.saying import say
from siaga.settings import settings
from siaga.turns.steps import WINDOW
from siaga.turns.tables import Dispatch
from siaga.whatsapp.reply import Reply

STAYS = timedelta(days=3)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "percakapan kita, juga yang dengan petugas": (
        "tracker", "inbound_message", "outbound_message", "hand_off", "hand_off_message", "hand_off_label",
        "unclear_message", "unanswered_question", "answer_feedback", "quarantine",
    ),
    "data diri Anda dan orang yang Anda dampingi, dengan persetujuannya": (
        "contact", "contact_person", "person", "consent", "person_detail", "identity_check", "nik_tried",
    ),
    "pendaftaran, jadwal, dan daftar tunggu": (
        "registration", "registration_form", "form_draft", "appointment", "waiting", "registry_write",
    ),
    "catatan vaksin dan sertifikat di sini": ("dose", "certificate"),
    "cek gejala dan pemantauan": ("self_check", "monitoring"),
    "laporan yang sudah selesai": ("report", "report_tried"),
    "kabar yang Anda tanyakan": ("hoax_asker", "hoax_question"),
    "langganan, pengingat, dan permintaan ke petugas": (
        "notice", "radar_subscription", "news_told", "task", "data_request",
    ),
    "foto, berkas, dan lembar yang tersimpan": ("received_media", "media"),
    "catatan teknis": ("dispatch", "lane", "tally_person"),
}  # fmt: skip
"""Tables in groups that a citizen knows."""
STAYING: Mapping[str, str] = {
    "shared": "data orang yang juga didampingi nomor lain (kaitannya dengan Anda sudah dihapus)",
    "report": "laporan yang masih ditangani, tanpa nama Anda, karena mungkin ada yang menunggu bantuan",
    "official_person": "data di daftar resmi instansi; penghapusannya diminta ke sana",
    "registry_write": "data yang sudah diteruskan ke sistem resmi lain; di sana berlaku aturannya sendiri",
    "unclear_message": "contoh latihan tanpa data pribadi",
}
"""What may stay, by the keys of ``siaga.rights.erasing.KEPT``."""
_ALWAYS = (
    "catatan bahwa penghapusan ini terjadi: nomor dan waktunya, dengan kode yang tidak bisa dibaca orang, supaya data "
    "lama tidak kembali dari cadangan"
)
_TEXT = """✅ *Data Anda sudah dihapus*

Nomor tanda terima: *{number}*
{when}

*Yang dihapus:*
{erased}

*Yang tetap ada:*
{kept}

Nomor WhatsApp Anda masih saya simpan 3 hari untuk mengirim pesan ini, lalu ikut dihapus. Chat di HP Anda sendiri bisa Anda hapus di WhatsApp.

Kalau Anda menulis lagi, kita mulai dari awal. Terima kasih, semoga sehat selalu."""  # noqa: E501 - as it is read
_PLACES = "Tempat di jadwal Anda sudah saya kembalikan untuk yang lain."


@dataclass(frozen=True)
class Gone:
    """What of a contact is needed to say goodbye to them."""

    contact: dict[str, Any] = field(repr=False)
    street: dict[str, Any] | None
    is_goodbye: bool
    """they were there for such a message alone"""

    def may_be_told(self, now: datetime) -> bool:
        """Whether the channel lets us write to them, and they have not been told before."""
        heard_at: datetime | None = (self.street or {}).get("last_inbound_at")
        return not self.is_goodbye and heard_at is not None and now < heard_at + WINDOW


def remember(session: Session, contact: Contact) -> Gone:
    """Read it before the contact is erased."""
    names = ("phone", "phone_index", "user_id", "user_id_index", "preview")
    street = session.execute(
        select(Dispatch.channel, Dispatch.our_number, Dispatch.last_inbound_at, Dispatch.opted_out_at).where(
            Dispatch.contact_id == contact.id
        )
    ).one_or_none()
    return Gone(
        {name: getattr(contact, name) for name in names},
        None if street is None else dict(street._mapping),
        contact.forget_after is not None,
    )


def say_goodbye(session: Session, gone: Gone, receipt: Receipt, now: datetime) -> bool:
    """Put the receipt into the outbox of a fresh contact; False for who has no address."""
    if gone.contact["phone_index"] is None and gone.contact["user_id_index"] is None:
        return False
    # Met after the erasure, by the clock that it was written down by: a restored backup does not mean this one.
    contact = Contact(
        key=secrets.token_hex(16), created_at=func.clock_timestamp(), forget_after=now + STAYS, **gone.contact
    )
    session.add(contact)
    session.flush()
    # Without the hour of their last message the channel would be taken to be closed to us.
    street = gone.street or {"channel": settings().channel}
    session.add(Dispatch(contact_id=contact.id, **street))
    session.flush()
    say(session, contact.id, Reply(text=text_of(receipt)))
    return True


def text_of(receipt: Receipt) -> str:
    """The receipt as the citizen reads it."""
    erased = [group for group, tables in GROUPS.items() if any(receipt.erased.get(table) for table in tables)]
    kept = [STAYING[name] for name in receipt.kept if name in STAYING]
    said = _TEXT.format(
        number=receipt.number, when=moment(receipt.at), erased=_listed(erased), kept=_listed([*kept, _ALWAYS])
    )
    return said.replace("\n\n*Yang tetap", f"\n\n{_PLACES}\n\n*Yang tetap", 1) if receipt.places_given_back else said


def _listed(points: list[str]) -> str:
    return "\n".join(f"• {point}" for point in points)
