"""Tasks at the desk: in words, masked, done by one person; data corrected by somebody's card."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk.tasks import kinds
from siaga.desk.tasks.kinds import KINDS
from siaga.handoffs import opening
from siaga.hoaxes import queue
from siaga.people import tasks
from siaga.people.contacts import contact_by_key, ensure_contact
from siaga.people.tables import Notice, Person, Task
from siaga.radar import fetching, watching
from siaga.radar.sources import FetchSource
from siaga.registration import writes
from siaga.registration.tables import Registration
from siaga.registration.validation import validate_waiting
from siaga.registration.withdrawing import withdraw
from siaga.reports import recording
from tests.desk.conftest import Desk
from tests.registration.given import contact
from tests.registration.given import nik as nik_of
from tests.registration.test_validation import on_list, register

NOW = datetime.now(timezone.utc)


def opened(kind: str, data: dict[str, Any], *, cause: str = "wamid.task", **rest: Any) -> int:
    with transaction() as session:
        if "contact_id" not in rest:
            rest["contact_id"] = int(ensure_contact(session, phone="6280000000001").id)
        tasks.open_task(session, kind, data, message_id=cause, **rest)
        return int(session.scalars(select(Task.id).where(Task.caused_by == f"{cause}:{kind}")).one())


def refused_person() -> tuple[int, int, str]:
    """A person whose registration was refused for the name, their contact, and the contact's key."""
    with transaction() as session:
        on_list(session)
        key = contact(session)
        register(session, key, name="Warga Uji 009")
        validate_waiting(session, NOW, 10)
        return int(session.scalars(select(Person.id)).one()), int(contact_by_key(session, key).id), key


def noted(action: str) -> list[tuple[str, dict[str, Any]]]:
    with transaction() as session:
        return [(row.actor, row.detail) for row in session.scalars(select(Audit).where(Audit.action == action))]


def test_what_is_due_stands_first_and_is_marked(desk: Desk) -> None:
    opened("radar_stale", {"source": "uji"}, contact_id=None)
    opened("callback", {}, cause="late", due_at=NOW - timedelta(hours=3))
    opened("callback", {}, cause="later", due_at=NOW + timedelta(hours=3))
    page = desk("volunteer").get("/tugas").text
    late, stale = page.index("lewat 3 jam"), page.index('/tugas/1">Angka radar sudah lama')
    assert late < stale < page.rindex("Hubungi kembali")
    only = desk("volunteer").get("/tugas?jenis=radar_stale").text
    assert "Angka radar sudah lama</a>" in only
    assert "Hubungi kembali</a>" not in only


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("report", {"report": "LP-7K2M-9Q", "kind": "crowd", "priority": "urgent", "others": 2}, "/laporan/LP-7K2M-9Q"),
        ("hoax_alarm", {"question": 12, "people": 6, "hours": 6}, "/kabar/12"),
        ("monitoring_worse", {"danger": True, "who": "mother,self", "monitoring": [1]}, "Tanda bahaya"),
        ("monitoring_worse", {"level": "doctor", "who": "self", "day": 3, "monitoring": 1}, "perlu ke dokter"),
        ("correct_person", {"differs": "name,birth_date"}, "nama, tanggal lahir"),
        ("correct_certificate", {"wrong": "vaccine", "words": "sinovac", "dose": 2}, "merek vaksin"),
        ("dose_missing", {"wrong": "missing", "words": ""}, "dosis belum muncul"),
        ("registry_refused", {"write": 4, "kind": "dose", "code": "E12"}, "E12"),
        ("data_request", {"wish": "erase", "number": "HD-0123456789AB"}, "HD-0123456789AB"),
        ("radar_refused", {"source": "uji", "address": "https://contoh.id/a", "reasons": ["turun"], "more": 1}, "https://contoh.id/a"),
        ("radar_refused", {"source": "uji", "address": "javascript:alert(1)", "reasons": [], "more": 0}, "uji"),
        ("radar_stale", {"source": "uji", "disease": "covid19", "last_day": "2026-11-01"}, "1 November 2026"),
        ("callback", {"hand_off": 7}, "/kotak/7"),
        ("callback", {"hand_off": 7, "remark": "tanya lagi soal dosis"}, "tanya lagi soal dosis"),
        ("kind_of_tomorrow", {"anything": {"at": "all"}}, "Tugas lain"),
    ],
)  # fmt: skip
def test_data_are_told_in_words(desk: Desk, kind: str, data: dict[str, Any], told: str) -> None:
    number = opened(kind, data)
    page = desk("volunteer").get(f"/tugas/{number}").text
    assert told in page
    assert "{&#39;" not in page
    assert "javascript:" not in page
    assert ("catatan" in page) is (kind != "report"), "a report ends on its own page"


def test_old_figures_link_to_where_they_are_fetched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = FetchSource("uji", "https://contoh.id/angka?kunci=rahasia", "rows", timedelta(hours=6))
    monkeypatch.setattr(kinds, "sources", lambda: (source,))
    number = opened("radar_stale", {"source": "deret", "fetched_by": ["lain", "uji"]}, contact_id=None)
    page = desk("volunteer").get(f"/tugas/{number}").text
    assert 'href="https://contoh.id/angka"' in page
    assert "rahasia" not in page


def test_a_number_that_is_none_is_refused(desk: Desk) -> None:
    for number in ("0", "9" * 25, "x"):
        assert desk("volunteer").get(f"/tugas/{number}").status_code in (404, 422)


def test_every_kind_that_is_opened_anywhere_has_words() -> None:
    opened_by_actions = {"correct_person", "correct_certificate", "dose_missing"}
    assert {tasks.CALLBACK, recording.TASK, queue.TASK, writes.TASK, fetching.TASK, watching.TASK} <= KINDS.keys()
    assert opened_by_actions <= KINDS.keys()


def test_personal_data_are_masked_until_shown_and_that_is_noted(desk: Desk) -> None:
    person_id, contact_id, _ = refused_person()
    words = "harusnya Warga Uji 001 <b>lahir</b> 1 agustus 1954"
    number = opened(
        "correct_certificate", {"wrong": "name", "words": words}, contact_id=contact_id, person_id=person_id
    )
    volunteer = desk("volunteer")
    masked = volunteer.get(f"/tugas/{number}").text
    secrets = (nik_of(1), "Warga Uji 009", "1 Agustus 1954", "Warga Uji 001")
    assert not any(secret in masked for secret in secrets)
    assert noted("task.reveal") == []
    plain = volunteer.post(f"/tugas/{number}/tampilkan").text
    assert all(secret in plain for secret in secrets)
    assert "&lt;b&gt;lahir" in plain
    assert noted("task.reveal") == [("volunteer", {"task": number, "kind": "correct_certificate"})]
    admin = desk("admin")
    assert "tampilkan" not in admin.get(f"/tugas/{number}").text
    assert admin.post(f"/tugas/{number}/tampilkan").status_code == 403


def test_a_consent_that_was_taken_back_is_told(desk: Desk) -> None:
    person_id, contact_id, key = refused_person()
    number = opened("correct_person", {"differs": ""}, contact_id=contact_id, person_id=person_id)
    told = "sudah dicabut oleh warga"
    assert told not in desk("volunteer").get(f"/tugas/{number}").text
    with transaction() as session:
        withdraw(session, key, [person_id], NOW, message_id="wamid.cabut")
    assert told in desk("volunteer").get(f"/tugas/{number}").text


def test_a_task_is_done_by_one_person(desk: Desk) -> None:
    number = opened("dose_missing", {"wrong": "missing", "words": ""})
    first, second = desk("volunteer", login="sari"), desk("volunteer", login="budi")
    done = {"hasil": "done", "catatan": "<i>sudah</i> diimpor"}
    assert first.post(f"/tugas/{number}/selesai", data=done).headers["location"] == "/tugas"
    answer = second.post(f"/tugas/{number}/selesai", data={"hasil": "refused"})
    assert (answer.status_code, "sudah ditutup rekan" in answer.text) == (422, True)
    page = second.get(f"/tugas/{number}").text
    assert "oleh sari" in page
    assert "&lt;i&gt;sudah" in page
    assert f"/tugas/{number}" in second.get("/tugas?selesai=1").text
    assert f'/tugas/{number}"' not in second.get("/tugas").text
    assert noted("task.close") == [("sari", {"task": number, "kind": "dose_missing", "status": "done"})]


def test_what_is_not_there_or_not_to_be_closed_here_is_refused(desk: Desk) -> None:
    volunteer = desk("volunteer")
    number = opened("report", {"report": "LP-7K2M-9Q"})
    assert volunteer.get("/tugas/99").status_code == 404
    assert volunteer.post(f"/tugas/{number}/selesai", data={"hasil": "done"}).status_code == 409
    assert volunteer.post(f"/tugas/{number}/selesai", data={"hasil": "maybe"}).status_code == 422


def test_data_are_corrected_by_the_card_after_a_second_look(desk: Desk) -> None:
    person_id, contact_id, _ = refused_person()
    number = opened("correct_person", {"differs": "name"}, contact_id=contact_id, person_id=person_id)
    staff = desk("programme")
    form = {"nama": " Warga  Uji 001", "lahir": "1954-08-01"}
    looked = staff.post(f"/tugas/{number}/betulkan", data=form).text
    assert "1 pendaftaran akan diterima" in looked
    with transaction() as session:
        assert session.scalars(select(Person.name)).one() == "Warga Uji 009", "nothing is written yet"
    assert staff.post(f"/tugas/{number}/betulkan", data={**form, "yakin": "1"}).status_code == 303
    with transaction() as session:
        assert session.scalars(select(Person.name)).one() == "Warga Uji 001"
        assert session.scalars(select(Registration.status)).all() == ["confirmed"]
        told = session.scalars(select(Notice).where(Notice.kind == "validated", Notice.status == "planned")).one()
        assert (told.contact_id, told.values) == (contact_id, {"nama": "Warga Uji 001"})
        task = session.get(Task, number)
        assert (task.status, task.done_by) == ("done", "programme")
    again = staff.post(f"/tugas/{number}/betulkan", data={**form, "yakin": "1"})
    assert again.status_code == 422


def test_only_programme_staff_correct_and_only_what_is_a_name_and_a_day(desk: Desk) -> None:
    person_id, contact_id, _ = refused_person()
    number = opened("correct_person", {"differs": "name"}, contact_id=contact_id, person_id=person_id)
    assert (
        desk("volunteer").post(f"/tugas/{number}/betulkan", data={"nama": "A", "lahir": "1954-08-01"}).status_code
        == 403
    )
    assert f"/tugas/{number}/betulkan" not in desk("volunteer").get(f"/tugas/{number}").text
    for form in (
        {"nama": "A", "lahir": "kapan"},
        {"nama": "", "lahir": "1954-08-01"},
        {"nama": "A", "lahir": "2999-01-01"},
    ):
        answer = desk("programme").post(f"/tugas/{number}/betulkan", data={**form, "yakin": "1"})
        assert (answer.status_code, "seperti di KTP" in answer.text) == (422, True)


def test_the_open_conversation_of_the_same_contact_is_one_click_away(desk: Desk) -> None:
    number = opened("dose_missing", {"wrong": "missing", "words": ""})
    with transaction() as session:
        contact_id = int(ensure_contact(session, phone="6280000000001").id)
        hand_off = opening.ask(session, contact_id, "asked", message_id="wamid.ask", at=NOW).id
    assert f'href="/kotak/{hand_off}"' in desk("volunteer").get(f"/tugas/{number}").text
    assert "/kotak/" not in desk("programme").get(f"/tugas/{number}").text


def test_it_is_for_who_works_with_citizens(desk: Desk) -> None:
    for role in ("editor", "reviewer"):
        assert desk(role).get("/tugas").status_code == 403
