"""What is kept of somebody as the file in the chat says it: short sections in plain Indonesian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from siaga.places import regions
from siaga.places.timezone import zone
from siaga.rights.exporting import Export, Row, written
from siaga.rights.words import COLUMNS, TABLES
from siaga.text.vaccines import brand_label
from siaga.text.whom import WHO
from siaga.text.written import hour, long_date

MOST_LINES = 200
"""Lines of the conversation: the last of them."""
MOST_ROWS = 60
"""Entries of any other section: the newest of them."""
MOST_SIGNS = 800
"""Characters of one value."""
TITLE = "Data Anda di Siaga"
NOTHING = "Selain nomor WhatsApp dan percakapan ini, tidak ada data Anda yang kami simpan."
MASKED = (
    "NIK dan nomor telepon sengaja disamarkan di berkas ini, juga milik Anda sendiri, karena HP bisa dipinjam, hilang, "
    "atau tersalin ke cadangan. NIK utuh ditunjukkan petugas kepada yang datang membawa KTP."
)
CORRECT = "Ada yang keliru? Tulis “bicara dengan petugas” di chat. Ingin semuanya dihapus? Tulis “hapus data saya”."
TECHNICAL_TABLES = (
    "inbound_message",
    "outbound_message",
    "dispatch",
    "lane",
    "tally_person",
    "nik_tried",
    "report_tried",
    "form_draft",
    "registration_form",
    "registry_write",
)
"""What keeps the conversation going for a while, or says the same again: how many there are is told."""
_CONVERSATIONS = ("tracker", "hand_off_message")
_ALWAYS_THERE = frozenset({"contact", "data_request", "tracker", *TECHNICAL_TABLES})
_AUTHORS = {"citizen": "Anda", "bot": "Siaga", "desk": "Petugas"}
"""Whose words of a conversation with staff are shown: their notes for colleagues are not."""
_YES_ONLY = frozenset({COLUMNS[name] for name in ("guardian", "needs_help", "urgent")})
_CODED = frozenset(
    COLUMNS[name]
    for name in ("status", "source", "kind", "level", "reason", "state", "closed_why", "ended_why", "outcome", "who",
                 "relation", "purpose", "validated_by", "media_kind", "sex", "colour", "answer", "helpful")
)  # fmt: skip
_REGIONS = frozenset({COLUMNS["regency_code"], COLUMNS["district_code"], COLUMNS["region_code"]})
_CODES = {
    **{relation: called.removesuffix(" Anda") for relation, called in WHO.items()},
    "self": "Anda sendiri",
    "parent": "orang tua",
    "other": "lainnya",
    "registration": "pendaftaran vaksinasi",
    "details": "perencanaan program",
    "L": "laki-laki",
    "P": "perempuan",
    "draft": "belum selesai",
    "confirmed": "terdaftar",
    "waiting_validation": "menunggu pencocokan data",
    "refused": "ditolak",
    "cancelled": "dibatalkan",
    "booked": "terjadwal",
    "attended": "sudah datang",
    "lapsed": "sudah lewat",
    "waiting": "menunggu",
    "offered": "sedang ditawari tempat",
    "taken": "tempat diambil",
    "left": "keluar dari daftar",
    "told": "cerita Anda",
    "import": "data resmi",
    "list": "data resmi",
    "registry": "registri vaksinasi",
    "outside": "registri luar",
    "staff": "petugas",
    "emergency": "darurat",
    "doctor": "perlu ke dokter",
    "isolate": "isolasi mandiri",
    "watch": "pantau di rumah",
    "none": "tidak ada tanda",
    "better": "membaik",
    "same": "tetap",
    "worse": "memburuk",
    "over": "selesai",
    "stopped": "Anda hentikan",
    "silent": "tidak dijawab",
    "new": "baru",
    "seen": "sudah dibaca",
    "working": "sedang ditangani",
    "done": "selesai",
    "closed": "ditutup",
    "open": "terbuka",
    "planned": "akan dikirim",
    "sent": "terkirim",
    "skipped": "tidak jadi dikirim",
    "held": "dipegang petugas",
    "asked": "Anda minta petugas",
    "unsure": "saya kurang paham",
    "worsened": "kondisi memburuk",
    "hoax": "menanyakan kabar",
    "correction": "pembetulan data",
    "incident": "laporan",
    "danger": "tanda bahaya",
    "solved": "terjawab",
    "referred": "dirujuk",
    "no_reply": "tidak ada jawaban",
    "back_to_bot": "kembali ke Siaga",
    "silence": "lama tidak ada pesan",
    "merged": "nomor digabung",
    "kept": "disimpan",
    "gone": "sudah tidak ada",
    "image": "gambar",
    "audio": "suara",
    "video": "video",
    "document": "dokumen",
    "sticker": "stiker",
    "see": "melihat data",
    "erase": "menghapus data",
    "green": "hijau",
    "yellow": "kuning",
    "orange": "oranye",
    "red": "merah",
    "eligible": "boleh divaksin",
    "postponed": "ditunda",
    "doctor_first": "tanya dokter dulu",
    "callback": "minta dihubungi",
    "correct_person": "betulkan data pendaftaran",
    "correct_certificate": "betulkan data sertifikat",
    "dose_missing": "dosis belum muncul",
    "report": "laporan",
    "monitoring_worse": "pantauan memburuk",
    "appointment_day_before": "pengingat sehari sebelum jadwal",
    "appointment_morning": "pengingat pagi hari jadwal",
    "session_moved": "jadwal pindah",
    "session_cancelled": "jadwal batal",
    "place_free": "ada tempat kosong",
    "next_dose": "dosis berikutnya",
    "validated": "data sudah cocok",
    "not_validated": "data belum cocok",
    "isolation_check": "tanya kabar isolasi",
    "isolation_over": "isolasi selesai",
    "isolation_silent": "isolasi tidak dijawab",
    "identity_code": "kode sekali pakai",
    "report_status": "kabar laporan",
    "radar_level": "kabar wilayah",
    "hoax_answered": "jawaban kabar",
    "hand_off_requeued": "menunggu petugas lain",
    "hand_off_callback": "janji dihubungi",
}
"""Codes in words; one that is not known here stays as it is."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Section:
    """A heading, entries of labelled values (a label may be empty), and what is left out."""

    heading: str
    entries: tuple[tuple[tuple[str, str], ...], ...] = field(repr=False)
    more: str = ""


@dataclass(frozen=True)
class Sheet:
    """All that the file says."""

    title: str
    made: str
    before: tuple[str, ...]
    sections: tuple[Section, ...] = field(repr=False)


def sheet_of(made: Export, number: str) -> Sheet:
    """The file of a masked export; ``number`` is what the wish for it goes by."""
    sections = [_section(table, rows) for table, rows in made.sections.items() if rows and table not in _apart()]
    sections += filter(None, (_conversation(made), _technical(made)))
    only_contact = not {table for table, rows in made.sections.items() if rows} - _ALWAYS_THERE
    before = (*((NOTHING,) if only_contact else ()), MASKED, CORRECT)
    return Sheet(TITLE, f"Dibuat {moment(made.made_at)} · permintaan {number}", before, tuple(sections))


def moment(at: datetime) -> str:
    """``23 November 2026, 09.15 WIB``."""
    local = at.astimezone(zone("31"))
    return f"{long_date(local.date())}, {hour(local)} WIB"


def _apart() -> frozenset[str]:
    return frozenset({*_CONVERSATIONS, *TECHNICAL_TABLES})


def _section(table: str, rows: Sequence[Row]) -> Section:
    entries = [_entry(row) for row in rows[-MOST_ROWS:]]
    more = "Berkasnya sendiri tidak ikut di sini." if table == "received_media" else ""
    if len(rows) > MOST_ROWS:
        more = f"{len(rows) - MOST_ROWS} yang lebih lama tidak ditulis di sini; mintalah kepada petugas. {more}".strip()
    return Section(TABLES[table], tuple(entry for entry in entries if entry), more)


def _entry(row: Row) -> tuple[tuple[str, str], ...]:
    said = ((label, _value(label, value)) for label, value in row.items())
    return tuple((label, value) for label, value in said if value)


def _value(label: str, value: Any) -> str:
    if label in _YES_ONLY and value != "ya":
        return ""
    if label in _CODED and isinstance(value, str):
        return _CODES.get(value, value)
    if label in _REGIONS and isinstance(value, str):
        return regions.full_name(value) or value
    if label == COLUMNS["vaccine"]:
        return brand_label(str(value))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return long_date(date.fromisoformat(value))
    if isinstance(value, dict):
        value = {COLUMNS.get(key, key): inner for key, inner in value.items() if inner not in (None, "", [], {})}
    return cut(written(value))


def cut(text: str) -> str:
    """Not longer than ``MOST_SIGNS``."""
    return text if len(text) <= MOST_SIGNS else f"{text[:MOST_SIGNS]}…"


def _conversation(made: Export) -> Section | None:
    """The last lines of what was said, to the bot and to staff."""
    lines = [
        ("", line)
        for row in made.sections["tracker"]
        for line in row.get(COLUMNS["events"], ())
        if not line.startswith("diingat: ")
    ]
    spoken = [
        (_AUTHORS[author], words)
        for row in made.sections["hand_off_message"]
        if (author := row.get(COLUMNS["author"])) in _AUTHORS and (words := _words(row.get(COLUMNS["content"])))
    ]
    lines += spoken
    if not lines:
        return None
    shown = lines[-MOST_LINES:]
    more = f"Hanya {MOST_LINES} baris terakhir yang ditulis di sini." if len(lines) > MOST_LINES else ""
    return Section("Percakapan", tuple(((label, cut(line)),) for label, line in shown), more)


def _words(content: Any) -> str:
    return str(content.get("text") or content.get("caption") or "") if isinstance(content, dict) else ""


def _technical(made: Export) -> Section | None:
    """What is left out, counted."""
    counted = [(TABLES[table], str(len(made.sections[table]))) for table in TECHNICAL_TABLES if made.sections[table]]
    more = "Ini catatan agar percakapan berjalan; isinya lengkap bila Anda meminta salinan kepada petugas."
    return Section("Catatan teknis (jumlah)", (tuple(counted),), more) if counted else None
