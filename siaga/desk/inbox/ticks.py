"""How far what we said has come, as volunteers read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.handoffs.tables import HandOffMessage
from siaga.turns.messages import Verdict
from siaga.turns.tables import OutboundMessage
from siaga.whatsapp.channels import Channel
from siaga.whatsapp.errors import verdict
from siaga.whatsapp.twilio.errors import verdict as twilio_verdict

_SIGNS: Mapping[str, tuple[str, str]] = {
    "queued": ("…", "Menunggu dikirim"),
    "sending": ("…", "Sedang dikirim"),
    "unknown": ("?", "Mungkin terkirim, menunggu kepastian"),
    "accepted": ("✓", "Terkirim"),
    "sent": ("✓", "Terkirim"),
    "delivered": ("✓✓", "Sampai"),
    "read": ("✓✓", "Dibaca"),
}
_WHY: Mapping[Verdict, str] = {
    Verdict.WINDOW: "sudah lewat 24 jam sejak pesan terakhir warga",
    Verdict.BLOCKED: "warga memblokir nomor layanan ini",
    Verdict.OPTED_OUT: "warga tidak mau menerima pesan seperti ini",
    Verdict.UNREACHABLE: "nomor warga tidak bisa dijangkau lewat WhatsApp",
    Verdict.DROP: "ditolak WhatsApp",
}
_OTHERWISE = "WhatsApp sedang bermasalah"
_NEVER_SENT = "tidak sempat dikirim"


@dataclass(frozen=True)
class Tick:
    """``sign`` is what is seen, ``words`` what it means; ``status`` is the outbox's."""

    outbound_id: str
    status: str
    sign: str
    words: str


def tick(outbound_id: str, status: str, error_code: int | None, channel: str) -> Tick:
    """How far one message has come."""
    if status == "failed":
        return Tick(outbound_id, status, "!", f"Gagal: {why(error_code, channel)}")
    sign, words = _SIGNS[status]
    return Tick(outbound_id, status, sign, words)


def why(error_code: int | None, channel: str) -> str:
    """Why a message was not sent, in plain words."""
    if error_code is None:
        return _NEVER_SENT
    meaning = twilio_verdict(error_code) if channel == Channel.TWILIO.value else verdict(error_code)
    return _WHY.get(meaning, _OTHERWISE)


def of(session: Session, outbound_ids: Collection[str]) -> dict[str, Tick]:
    """Those of these messages that the outbox still knows."""
    if not outbound_ids:
        return {}
    query = select(
        OutboundMessage.id, OutboundMessage.status, OutboundMessage.error_code, OutboundMessage.channel
    ).where(OutboundMessage.id.in_(sorted(outbound_ids)))
    return {row.id: tick(*row) for row in session.execute(query)}


def lately(session: Session, hand_off_ids: Collection[int], messages: int = 40) -> dict[int, list[Tick]]:
    """How far the last messages of these hand-offs have come."""
    found: dict[int, list[Tick]] = {}
    for hand_off_id in sorted(hand_off_ids):
        last = (
            select(HandOffMessage.outbound_id)
            .where(HandOffMessage.hand_off_id == hand_off_id, HandOffMessage.outbound_id.is_not(None))
            .order_by(HandOffMessage.id.desc())
            .limit(messages)
        )
        found[hand_off_id] = list(of(session, set(session.scalars(last))).values())
    return found
