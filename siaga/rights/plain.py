"""What is kept of somebody as the file in the chat says it: short sections in plain Indonesian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from siaga.places import regions
from siaga.places.timezone import zone
from siaga.rights.codes import CODES, FACTS
from siaga.rights.exporting import Export, Row, written
from siaga.rights.words import COLUMNS, TABLES
from siaga.text.vaccines import brand_label
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
    "hand_off_label",
)
"""What keeps the conversation going for a while, says the same again, or is of staff's work: how many there are is
told."""
_FOR_STAFF = {("task", COLUMNS["remark"]), ("task", COLUMNS["data"]), ("task", COLUMNS["done_by"])}
"""What they write for each other is not handed out unread."""
_LABELS = {("data_request", COLUMNS["number"]): "nomor"}
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
    entries = [_entry(table, row) for row in rows[-MOST_ROWS:]]
    more = "Berkasnya sendiri tidak ikut di sini." if table == "received_media" else ""
    if len(rows) > MOST_ROWS:
        more = f"{len(rows) - MOST_ROWS} yang lebih lama tidak ditulis di sini; mintalah kepada petugas. {more}".strip()
    return Section(TABLES[table], tuple(entry for entry in entries if entry), more)


def _entry(table: str, row: Row) -> tuple[tuple[str, str], ...]:
    said = ((label, _value(label, value)) for label, value in row.items() if (table, label) not in _FOR_STAFF)
    named = ((_LABELS.get((table, label), label.removeprefix("kode ")), value) for label, value in said)
    return tuple((label, value) for label, value in named if value)


def _value(label: str, value: Any) -> str:
    if label in _YES_ONLY and value != "ya":
        return ""
    if label in _CODED and isinstance(value, str):
        return CODES.get(value, value)
    if label in _REGIONS and isinstance(value, str):
        return regions.full_name(value) or value
    if label == COLUMNS["vaccine"]:
        return brand_label(str(value))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return long_date(date.fromisoformat(value))
    return cut(written(_named(value)))


def _named(value: Any) -> Any:
    """An answer with its names and values in words, without what is empty."""
    if isinstance(value, dict):
        told = {key: inner for key, inner in value.items() if inner not in (None, "", [], {})}
        return {FACTS.get(key) or COLUMNS.get(key, key): _named(inner) for key, inner in told.items()}
    if isinstance(value, list):
        return [_named(inner) for inner in value]
    return FACTS.get(value, value) if isinstance(value, str) else value


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
    more = "Sebagian besar hanya ada sementara, agar percakapan berjalan. Isinya dapat Anda minta kepada petugas."
    return Section("Catatan teknis dan catatan kerja petugas (jumlah)", (tuple(counted),), more) if counted else None
