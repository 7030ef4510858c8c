"""The file that a citizen gets in the chat: plain, short, and without any number in the clear."""

from __future__ import annotations

from datetime import datetime, timezone

import pypdfium2
import pytest

from siaga.db import transaction
from siaga.eligibility.facts import FACTS as ELIGIBILITY
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.people.contacts import contact_by_key, ensure_contact
from siaga.people.tables import Task
from siaga.registration.registry import LocalRegistry
from siaga.rights import codes, plain, seeing
from siaga.rights.exporting import export
from siaga.rights.plain import MOST_LINES, NOTHING, Section, Sheet, sheet_of
from siaga.rights.sheet import drawn
from siaga.rights.subjects import find
from siaga.rights.words import COLUMNS, TABLES
from siaga.selfcheck.facts import FACTS as SELF_CHECK
from siaga.selfcheck.tables import SelfCheck
from siaga.turns import trackers
from tests.registration.given import NOW, contact, facility, held, nik, submission

PHONE, NAME, NIK = "628000000001", "Warga Uji 001", nik(1)
MADE = datetime(2026, 11, 23, 3, 5, tzinfo=timezone.utc)


def read(file: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(file)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def made(phone: str = PHONE) -> Sheet:
    with transaction() as session:
        subject = find(session, phone)
        assert subject is not None
        return sheet_of(export(session, subject, MADE, masked=True), "DS-0123456789AB")


def text_of(sheet: Sheet) -> str:
    lines = [line for section in sheet.sections for entry in section.entries for line in entry]
    return "\n".join([*sheet.before, *(f"{label}: {value}" for label, value in lines)])


@pytest.fixture
def registered(database: str) -> str:
    with transaction() as session:
        key = contact(session, 1)
        LocalRegistry(session).register(submission(key, held(session, facility(session))))
    return key


def test_what_is_told_of_health_has_words() -> None:
    told = {name for fact in (*ELIGIBILITY.values(), *SELF_CHECK.values()) for name in (fact.name, *fact.values)}
    vaccines = set(ELIGIBILITY["last_vaccine"].values)
    # Follows from the others, and is told by none.
    assert told - vaccines - set(codes.FACTS) == {"symptom_count"}
    assert {table for table in TABLES} >= set(plain.TECHNICAL_TABLES)
    assert {column for _, column in plain._FOR_STAFF} <= set(COLUMNS.values())


def test_numbers_are_masked_everywhere_and_the_birth_date_is_not(registered: str) -> None:
    with transaction() as session:
        contact_id = contact_by_key(session, registered).id
        trackers.write(session, registered, [{"event": "user", "text": f"ini {NIK} dan {PHONE}"}], version=0)
        answers = {"symptoms": {"fever": {"present": True, "days": 3}}, "note": f"{NIK}"}
        session.add(
            SelfCheck(contact_id=contact_id, who="self", at=NOW, level="doctor", answers=answers, rules_version="1",
                      valid_until=NOW, message_id="m")
        )  # fmt: skip
        session.add(
            Task(kind="correct_person", contact_id=contact_id, data={"a": "b"}, remark="rahasia", caused_by="x")
        )
    said = text_of(made())
    assert NIK not in said and PHONE not in said and "8000000001" not in said
    for shown in ("NIK: 3578********9101", f"nama: {NAME}", "tanggal lahir: 1 Agustus 1954", "status: terjadwal"):
        assert shown in said
    assert "gejala: demam: ada: ya\nhari: 3" in said and "hasil: perlu ke dokter" in said
    assert "atas nama: Warga Uji 001" in said and "Kota Surabaya" in said
    assert "rahasia" not in said and NOTHING not in said
    pages = read(drawn(made()))
    assert "Data Anda di Siaga" in pages[0] and "23 November 2026, 10.05 WIB" in pages[0]
    assert all(f"Halaman {number} dari {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert NIK not in "".join(pages)


def test_who_is_known_by_nothing_else_is_told_so(database: str) -> None:
    with transaction() as session:
        ensure_contact(session, phone=PHONE)
    sheet = made()
    assert sheet.before[0] == NOTHING
    assert [section.heading for section in sheet.sections] == ["WhatsApp Anda"]
    assert len(read(drawn(sheet))) == 1


def test_a_long_conversation_is_cut(registered: str) -> None:
    events = [{"event": "user", "text": f"baris {number} " + "kata " * 30} for number in range(450)]
    with transaction() as session:
        trackers.write(session, registered, events, version=0)
    sheet = made()
    (talk,) = [section for section in sheet.sections if section.heading == "Percakapan"]
    assert len(talk.entries) == MOST_LINES and "baris 449 " in talk.entries[-1][0][1]
    assert str(MOST_LINES) in talk.more
    assert len(drawn(sheet)) < 200_000


def test_markup_and_signs_without_a_letter_do_no_harm() -> None:
    entry = (("isi", "<b>tebal</b> & <para> 😀 \x07 " + "x" * 700),)
    (page, *_) = read(drawn(Sheet("Uji", "", (), (Section("<i>", (entry,)),))))
    assert "<b>tebal</b> & <para>" in page and "😀" not in page


def test_of_a_hand_off_only_what_was_said_to_them_and_there_only_a_mark(registered: str) -> None:
    with transaction() as session:
        contact_id = contact_by_key(session, registered).id
        hand_off = HandOff(contact_id=contact_id, reason="asked", caused_by="c", opened_at=NOW, waiting_since=NOW)
        session.add(hand_off)
        session.flush()
        for author in ("citizen", "desk", "note", "system"):
            words = {"text": f"kata {author}"}
            session.add(HandOffMessage(hand_off_id=hand_off.id, at=NOW, author=author, kind="text", content=words))
    said = text_of(made())
    assert "Anda: kata citizen" in said and "Petugas: kata desk" in said
    assert "kata note" not in said and "kata system" not in said
    with transaction() as session:
        seeing.send(session, contact_id, "DS-0123456789AB", MADE)
        contents = [row.content for row in session.query(HandOffMessage).order_by(HandOffMessage.id)]
    assert [content["text"] for content in contents[4:]] == [seeing.MARK]
