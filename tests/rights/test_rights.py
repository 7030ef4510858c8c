"""What a person may have, and that nothing of them is left when they are erased; others keep what is theirs."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from siaga import media
from siaga.certificates.issuing import issue
from siaga.certificates.pdf import drawn
from siaga.cli import GROUPS
from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk.audit_words import ACTIONS
from siaga.hoaxes.tables import HoaxAsker, HoaxQuestion
from siaga.media.tables import Media
from siaga.people.contacts import contact_by_key, ensure_contact
from siaga.people.tables import Contact, ContactPerson, Notice, Person, Task
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Appointment, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.ticket import qr_png, qr_text
from siaga.reports.tables import Report
from siaga.rights import commands, words
from siaga.rights.erasing import Receipt, erase
from siaga.rights.exporting import as_html, as_json, export
from siaga.rights.subjects import NotANumber, find
from siaga.schema import Base
from siaga.turns import trackers
from siaga.turns.intake import Intake
from siaga.turns.messages import Batch, Incoming
from siaga.turns.tables import InboundMessage, Quarantine
from tests.registration.given import NOW, contact, facility, held, nik, submission
from tests.rights.filling import fill

PHONE, OTHER = "628000000001", "628000000002"
NAME, NIK = "Warga Uji 001", nik(1)
WRITTEN = f"{NAME} {NIK} {PHONE}"
SECRETS = (NAME, NIK, PHONE)


def _report(session: Session, contact_id: int, status: str, number: int) -> None:
    session.add(
        Report(
            code=f"LP-{number}",
            contact_id=contact_id,
            kind="other",
            what=WRITTEN,
            status=status,
            message_id=f"m-{number}",
            picture="received:x",
        )
    )
    session.add(
        Task(kind="report", contact_id=contact_id, data={"report": f"LP-{number}"}, caused_by=f"m-{number}:report")
    )


@pytest.fixture
def whole(database: str) -> set[str]:
    """Warga Uji 001 with a row in every table; the tables' names."""
    with transaction() as session:
        key = contact(session, 1)
        place = held(session, facility(session))
        ticket = LocalRegistry(session).register(submission(key, place))
        subject = find(session, PHONE)
        assert subject is not None and subject.contact_id is not None
        session.add(HoaxQuestion(text=WRITTEN, first_at=NOW))
        session.flush()
        tables = fill(session, subject, WRITTEN)
        (person_id,) = subject.persons
        (sheet,) = issue(session, person_id, NOW).certificates
        media.put(session, drawn(sheet), "application/pdf", until=NOW + timedelta(days=2))
        assert ticket.code is not None
        media.put(session, qr_png(qr_text(ticket.code)), "image/png")
        trackers.write(session, key, [{"event": "user", "text": WRITTEN}], version=0)
        session.add(Quarantine(channel="whatsapp", reason="?", digest=b"q", content={"from": PHONE}))
        _report(session, subject.contact_id, "working", 1)
        _report(session, subject.contact_id, "closed", 2)
    return tables


def _everything(session: Session) -> str:
    """All that any column of any table holds, opened, and as the database has it."""
    found = []
    for table in Base.metadata.sorted_tables:
        found += [repr(tuple(row)) for row in session.execute(select(table))]
        found += session.execute(text(f'SELECT t::text FROM "{table.name}" t')).scalars()
    return "\n".join(found)


def _erase(number: str) -> Receipt | None:
    with transaction() as session:
        subject = find(session, number)
        return None if subject is None else erase(session, subject, NOW)


def test_every_table_and_column_is_known() -> None:
    holding = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"contact_id", "person_id", "hand_off_id", "dose_id"} & set(table.c.keys())
    }
    assert holding <= set(words.TABLES)
    for name in words.TABLES:
        columns = set(Base.metadata.tables[name].c.keys())
        assert columns <= set(words.COLUMNS) | words.TECHNICAL, name
    sealed = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.c
        if type(column.type).__name__.startswith("Encrypted")
    }
    assert sealed <= set(words.TABLES) | set(words.ELSEWHERE) | {"desk_account"}


def test_nothing_is_left(whole: set[str]) -> None:
    with transaction() as session:
        before = _everything(session)
        assert all(secret in before for secret in SECRETS)
        assert session.scalar(select(func.count()).select_from(Media)) == 2
    receipt = _erase(PHONE)
    assert receipt is not None
    assert whole <= set(receipt.erased)
    assert {"tracker", "quarantine", "media", "report"} <= set(receipt.erased)
    assert receipt.places_given_back == 1
    assert receipt.kept == {"report": 1}
    with transaction() as session:
        after = _everything(session)
        assert [secret for secret in SECRETS if secret in after] == []
        assert session.scalar(select(VaccinationSession.booked)) == 0
        assert session.scalar(select(func.count()).select_from(Media)) == 0
        report, task = session.scalars(select(Report)).one(), session.scalars(select(Task)).one()
        assert (report.contact_id, task.contact_id, report.picture) == (None, None, None)
        assert "m-1" not in report.message_id
        assert task.caused_by == f"{report.message_id}:report"
    assert _erase(PHONE) is None
    with transaction() as session:
        again = ensure_contact(session, phone=PHONE)
        found = find(session, PHONE)
        assert found is not None and not found.persons
        assert export(session, found, NOW).counts == {"contact": 1}
        assert again.key


def test_a_person_by_nik_is_erased_and_the_contact_stays(whole: set[str]) -> None:
    with transaction() as session:
        found = find(session, NIK)
        assert found is not None
        counts = export(session, found, NOW).counts
        assert {"person", "dose", "registration"} <= set(counts) and not {"hand_off", "tracker", "contact"} & set(
            counts
        )
    receipt = _erase(NIK)
    assert receipt is not None and receipt.kept == {"conversation": 1}
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        assert session.scalar(select(func.count()).select_from(Contact)) == 1
        assert session.scalar(select(VaccinationSession.booked)) == 0
    assert _erase(NIK) is None


def test_what_others_share_stays(database: str) -> None:
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        place = held(session, facility(session))
        ticket = LocalRegistry(session).register(submission(first, place))
        other = contact_by_key(session, second).id
        session.add(ContactPerson(contact_id=other, person_id=ticket.person_id, relation="parent"))
    receipt = _erase(PHONE)
    assert receipt is not None
    assert (receipt.kept, receipt.handed_over, receipt.places_given_back) == ({"shared": 1}, 1, 0)
    with transaction() as session:
        (mine,) = LocalRegistry(session).mine(second, NOW)
        assert mine.name == NAME and mine.appointment is not None
        assert session.scalar(select(VaccinationSession.booked)) == 1
        assert session.scalars(select(Registration.contact_id)).all() == [other]
        assert session.scalars(select(ContactPerson.contact_id)).all() == [other]


def test_who_knows_only_the_mask_gets_no_place(database: str) -> None:
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        ticket = LocalRegistry(session).register(submission(first, held(session, facility(session))))
        other = contact_by_key(session, second).id
        session.add(ContactPerson(contact_id=other, person_id=ticket.person_id, relation="other", sees_name=False))
    with transaction() as session:
        found = find(session, OTHER)
        assert found is not None
        made = export(session, found, NOW)
        assert not [secret for secret in SECRETS if secret in as_html(made) + as_json(made)]
        assert made.counts["person"] == 1 and "dose" not in made.counts
    receipt = _erase(PHONE)
    assert receipt is not None and (receipt.handed_over, receipt.places_given_back) == (0, 1)
    with transaction() as session:
        assert session.scalar(select(VaccinationSession.booked)) == 0
        assert session.scalar(select(func.count()).select_from(Appointment)) == 0


def test_who_names_the_nik_of_others_learns_nothing(database: str) -> None:
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        LocalRegistry(session).register(submission(first, None))
        LocalRegistry(session).register(submission(second, None, name="Lain Sekali", message_id="wamid.second"))
        found = find(session, OTHER)
        assert found is not None
        made = export(session, found, NOW)
    assert made.counts["person"] == made.counts["registration"] == 1, "what they told themselves"
    assert "Lain Sekali" in as_html(made)
    assert not [secret for secret in (NAME, "W****", "NIK ini", "disputed") if secret in as_html(made) + as_json(made)]


def test_by_nik_only_the_holder_is_told_and_all_are_erased(database: str) -> None:
    """Whoever else told the NIK may have mistyped it: of them it is told that they are there, and no more."""
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        LocalRegistry(session).register(submission(first, None))
        LocalRegistry(session).register(submission(second, None, name="Lain Sekali", message_id="wamid.second"))
        found = find(session, NIK)
        assert found is not None and len(found.persons) == 2
        made = export(session, found, NOW)
    assert made.counts["person"] == 2
    assert NAME in as_html(made) and "Lain" not in as_html(made) + as_json(made)
    assert _erase(NIK) is not None
    with transaction() as session:
        assert session.scalars(select(Person.id)).all() == []


def test_the_next_is_offered_the_place(database: str) -> None:
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        where = facility(session)
        place = held(session, where, quota=1)
        registry = LocalRegistry(session)
        registry.register(submission(first, place))
        registry.register(submission(second, None, serial=2))
        (waits,) = registry.mine(second)
        registry.wait(second, waits.person_id, where, "wamid.w", NOW)
    assert _erase(PHONE) is not None
    with transaction() as session:
        entry = session.scalars(select(Waiting)).one()
        assert (entry.status, entry.session_id) == ("offered", place)
        assert session.scalar(select(VaccinationSession.booked)) == 1


def test_who_registered_them_too_keeps_one_registration(database: str) -> None:
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        place = held(session, facility(session))
        registry = LocalRegistry(session)
        registry.register(submission(second, None, message_id="wamid.second"))
        registry.register(submission(first, place))
    receipt = _erase(PHONE)
    assert receipt is not None and receipt.handed_over == 1
    with transaction() as session:
        (mine,) = LocalRegistry(session).mine(second, NOW)
        assert mine.appointment is not None and mine.name == NAME
        assert session.scalar(select(func.count()).select_from(Registration)) == 1
        waits_for = session.scalars(select(Notice.contact_id).where(Notice.status == "planned")).all()
        assert set(waits_for) == {contact_by_key(session, second).id}


def test_a_claim_of_others_stays_without_the_name(database: str) -> None:
    with transaction() as session:
        first, second = contact(session, 1), contact(session, 2)
        LocalRegistry(session).register(submission(first, None))
        for words_of, askers in ((f"kata {NAME}", (first, second)), ("lain", (first,))):
            question = HoaxQuestion(text=words_of, first_at=NOW)
            session.add(question)
            session.flush()
            for key in askers:
                asker = contact_by_key(session, key).id
                session.add(HoaxAsker(question_id=question.id, contact_id=asker, message_id="m", asked_at=NOW))
    assert _erase(PHONE) is not None
    with transaction() as session:
        assert session.scalars(select(HoaxQuestion.text)).all() == ["kata W**** U** 0**"]


def test_a_message_that_arrives_meanwhile_makes_a_new_contact(database: str) -> None:
    with transaction() as session:
        former = contact(session, 1)
    arrives = Incoming(wamid="wamid.meanwhile", at=NOW, kind="text", content={"text": "Halo"}, phone=PHONE)
    with ThreadPoolExecutor(1) as threads:
        with transaction() as session:
            found = find(session, PHONE)
            assert found is not None and erase(session, found, NOW) is not None
            taken = threads.submit(asyncio.run, Intake("whatsapp").take(Batch(messages=[arrives])))
            with pytest.raises(StillWaiting):
                taken.result(0.5)
        assert taken.result(10)
    with transaction() as session:
        assert session.scalars(select(InboundMessage.content)).one()["text"] == "Halo"
        assert session.scalars(select(Contact.key)).one() != former


def test_export_tells_all(whole: set[str]) -> None:
    with transaction() as session:
        found = find(session, "0" + PHONE[2:])
        assert found is not None
        made = export(session, found, NOW)
    page, data = as_html(made), json.loads(as_json(made))
    assert whole | {"tracker", "report"} <= set(made.counts)
    assert data["Data orang"][0]["NIK"] == NIK
    assert f"Anda: {WRITTEN}" in page
    assert sorted(name.split("-")[0] for name in made.files) == ["berkas", "sertifikat"]


def test_the_nik_of_others_is_masked_and_names_are_no_markup(database: str) -> None:
    with transaction() as session:
        key = contact(session, 1)
        LocalRegistry(session).register(submission(key, None, relation="parent", name="<b>Warga Uji 001"))
        found = find(session, PHONE)
        assert found is not None
        made = export(session, found, NOW)
    assert NIK not in as_html(made) + as_json(made)
    assert "&lt;b&gt;Warga" in as_html(made) and "<b>Warga" not in as_html(made)


@pytest.mark.parametrize("wrong", ["", "12", "Warga Uji 001", "1" * 17])
def test_no_number(database: str, wrong: str) -> None:
    with transaction() as session, pytest.raises(NotANumber) as problem:
        find(session, wrong)
    assert not wrong or wrong not in str(problem.value)


def test_commands(whole: set[str], tmp_path: Path) -> None:
    assert GROUPS["person"][0] == commands.__name__
    run = CliRunner()
    with transaction() as session:
        before = _everything(session)
    dry = run.invoke(commands.app, ["erase", "--by", "petugas"], input=PHONE + "\n")
    assert dry.exit_code == 0 and "Akan dihapus" in dry.output
    with transaction() as session:
        assert _everything(session) == before
    folder = tmp_path / "ekspor"
    told = run.invoke(commands.app, ["export", "--to", str(folder), "--by", "petugas"], input=PHONE + "\n")
    assert told.exit_code == 0
    assert {path.name for path in folder.iterdir()} == {"data.html", "data.json", "berkas"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.rglob("*")))
    done = run.invoke(commands.app, ["erase", "--by", "petugas", "--yes"], input=PHONE + "\n")
    assert done.exit_code == 0 and "Tanda terima HD-" in done.output
    again = run.invoke(commands.app, ["erase", "--by", "petugas", "--yes"], input=PHONE + "\n")
    assert again.exit_code == 1 and "nothing is kept" in again.output
    said = dry.output + told.output + done.output + again.output
    with transaction() as session:
        notes = session.scalars(select(Audit).order_by(Audit.id)).all()
        assert [entry.action for entry in notes if entry.actor == "petugas"] == ["person.export", "person.erase"]
        said += repr([entry.detail for entry in notes])
    assert {"person.export", "person.erase"} <= set(ACTIONS)
    assert not [secret for secret in SECRETS if secret in said]
