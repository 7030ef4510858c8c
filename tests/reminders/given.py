"""Contacts and notices for the tests; synthetic persons only."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people import notices
from siaga.people.tables import Notice
from siaga.turns.tables import OutboundMessage
from tests.turns.outgoing import correspondent

WIB = "Asia/Jakarta"


def at(hour: int, minute: int = 0, zone: str = WIB, days: int = 1) -> datetime:
    """An hour of a day to come, on the clock of a zone; in UTC."""
    day = datetime.now(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(timezone.utc)


NINE = at(9)
VALUES = {
    "nama": "Warga",
    "tempat": "Puskesmas Uji",
    "hari_tanggal": "Senin, 23 November 2026",
    "jam": "08.00–11.00 WIB",
    "jadwal_lama": "Senin, 23 November 2026, pukul 08.00–11.00 WIB",
    "jadwal_baru": "Selasa, 24 November 2026, pukul 08.00–11.00 WIB",
    "batas": "Sabtu, 21 November 2026 pukul 12.00 WIB",
    "vaksin": "vaksin COVID-19",
    "dosis": "2",
    "mulai_tanggal": "1 Desember 2026",
    "lanjut": "Cek lagi NIK-nya di KTP.",
    "kode": "314159",
    "menit": "10",
    "siapa": "ibu Anda",
    "hari": "3",
    "nomor": "LP-7K2M-9Q",
    "keadaan": "sedang ditangani",
    "jawaban": "Petugas puskesmas datang siang ini.",
    "penyakit": "COVID-19",
    "kabar": "Kota Surabaya tingkat penularan 3 dari 4 (tinggi), naik dari tingkat 2",
    "tanggal": "21 November 2026",
    "sumber": "Dinas Kesehatan Uji",
    "saran": "Pakai masker di dalam ruangan.",
    "hasil": "HOAKS",
}


def contact(session: Session, number: int = 1) -> int:
    """The id of a contact who has written, some days ago as far as the reminders are concerned."""
    return correspondent(session, f"62800000{number:04}")


def planned(session: Session, contact_id: int, kind: str = "appointment_day_before", **differs: Any) -> None:
    """A notice that is due at nine in the morning, of use for the rest of the day."""
    given: dict[str, Any] = {
        "about": "SG-7K3M-9Q",
        "values": VALUES,
        "due_at": NINE,
        "until": NINE + timedelta(hours=15),
        "zone": WIB,
    }
    notices.plan(session, kind, contact_id=contact_id, **{**given, **differs})


def statuses(session: Session) -> list[str]:
    """What became of the notices, in the order planned."""
    return list(session.scalars(select(Notice.status).order_by(Notice.id)))


def outgoing(session: Session) -> list[Any]:
    """What is in the outbox, in order."""
    query = select(OutboundMessage).order_by(OutboundMessage.contact_id, OutboundMessage.seq)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def said(message: Any) -> str:
    """The text of a message of our own."""
    text: str = message.payload["interactive"]["body"]["text"]
    return text
