"""The dashboard shows what was counted, to those who steer by it, and no small number anywhere."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk.dashboard import pages
from siaga.desk.dashboard.failures import explained
from siaga.handoffs.tables import HandOff
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Task
from siaga.registration.tables import Registration
from tests.desk.conftest import Desk
from tests.desk.dashboard.given import day_ago, tallied

NOW = datetime.now(timezone.utc)
TABLES = (
    "harian jam wilayah layanan lain alih tunggu tutup janji pendaftaran tempat gejala jawaban kabar laporan "
    "laporan-keadaan kirim"
).split()


def _contact(number: int) -> int:
    with transaction() as session:
        return int(ensure_contact(session, phone=f"62800000{number:04}").id)


def _hand_off(number: int, waited: timedelta | None, *, reason: str = "asked", closed: str | None = None) -> None:
    contact_id = _contact(number)
    opened = NOW - timedelta(days=1)
    with transaction() as session:
        session.add(
            HandOff(
                contact_id=contact_id,
                reason=reason,
                state="closed" if closed else "waiting",
                caused_by=f"m{number}",
                opened_at=opened,
                waiting_since=opened,
                first_reply_at=opened + waited if waited is not None else None,
                closed_at=NOW - timedelta(hours=1) if closed else None,
                closed_why=closed,
            )
        )


def _csv(desk: Desk, table: str, **query: str) -> list[list[str]]:
    got = desk("programme").get(f"/angka/csv/{table}", params=query)
    assert got.status_code == 200
    assert got.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(got.content.decode("utf-8-sig"))))


def test_an_empty_database_has_a_page(desk: Desk) -> None:
    for role in ("programme", "admin", "reviewer"):
        got = desk(role).get("/angka")
        assert got.status_code == 200
        for table in TABLES:
            assert f'id="{table}"' in got.text
    assert "Satu hari dihitung menurut WIB" in got.text


@pytest.mark.parametrize("role", ["volunteer", "editor"])
def test_others_do_not_see_it(desk: Desk, role: str) -> None:
    assert desk(role).get("/angka").status_code == 403
    assert desk(role).get("/angka/csv/wilayah").status_code == 403


def test_what_was_counted_is_shown_and_small_numbers_are_not(desk: Desk) -> None:
    tallied("conversation", {"35.78": 1200, "35.73": 40, "35.10": 3, "": 7}, by_place=True)
    tallied("people_day", 900)
    tallied("use", {"radar": 50, "registration": 4, "tips": 9})
    tallied("delivery_failed", {"131026": 2})
    text = desk("programme").get("/angka").text
    assert "1.250" in text, "all conversations"
    assert "Kota Surabaya" in text
    assert "Radar" in text
    assert "Nomor tidak bisa menerima" in text
    assert _csv(desk, "wilayah") == [
        ["Kabupaten/kota", "Percakapan"],
        ["Kota Surabaya", "1200"],
        ["Kota Malang", "40"],
        ["Kab. Banyuwangi", "<5*"],
        ["Belum diketahui", "<5*"],
        ["Jumlah", "1250"],
    ]
    assert _csv(desk, "layanan")[1:] == [["Radar", "50"], ["Pendaftaran", "<5*"], ["Saran", "<5*"], ["Jumlah", "63"]]
    assert _csv(desk, "kirim")[1:] == [["131026", explained("131026"), "2"], ["Jumlah", "", "2"]]


def test_the_place_of_what_is_hidden_does_not_tell_which_is_greater(desk: Desk) -> None:
    tallied("use", {"tips": 6, "doses": 4, "radar": 50})
    one = _csv(desk, "layanan")
    pages.kept.forget()
    tallied("use", {"tips": 4, "doses": 6, "radar": 50}, days_ago=2)
    day = day_ago(2).isoformat()
    assert _csv(desk, "layanan", dari=day, sampai=day) == one
    assert one[2:4] == [["Dosis berikutnya", "<5*"], ["Saran", "<5*"]]


def test_charts_are_drawn_and_the_page_has_no_style_of_its_own(desk: Desk) -> None:
    for days in range(1, 6):
        tallied("conversation", {"35.78": 10 * days}, days_ago=days, by_place=True)
        tallied("people_day", 8 * days, days_ago=days)
    text = desk("programme").get("/angka?periode=30").text
    drawn = re.findall(r"<svg class=\"grafik\".*?</svg>", text, re.DOTALL)
    assert len(drawn) >= 3
    for chart in drawn:
        ElementTree.fromstring(chart)
    assert not re.search(r"\sstyle=|<style|<script(?! src)", text)
    assert "Lihat angkanya" in text


@pytest.mark.parametrize(
    ("query", "days", "problem"),
    [
        ({}, 7, ""),
        ({"periode": "1"}, 1, ""),
        ({"periode": "90"}, 90, ""),
        ({"dari": "2026-01-01", "sampai": "2026-01-31"}, 31, ""),
        ({"periode": "12"}, 7, "Pilihan waktu itu tidak ada."),
        ({"dari": "2026-01-01"}, 7, "Isi tanggal awal dan tanggal akhir."),
        ({"dari": "kemarin", "sampai": "besok"}, 7, "Isi tanggal awal dan tanggal akhir."),
        ({"dari": "2026-02-01", "sampai": "2026-01-01"}, 7, "Tanggal awal harus sebelum tanggal akhir."),
        ({"dari": "2020-01-01", "sampai": "2026-01-01"}, 7, "Paling lama 366 hari."),
    ],
)
def test_the_period_is_chosen(desk: Desk, query: dict[str, str], days: int, problem: str) -> None:
    browser = desk("programme")
    got = browser.get("/angka", params=query)
    assert got.status_code == (400 if problem else 200)
    assert problem in got.text
    assert got.text.count('aria-current="page"') == (1 if "dari" in query and not problem else 2)
    rows = browser.get("/angka/csv/harian", params=query)
    assert rows.status_code == (400 if problem else 200)
    if not problem:
        assert len(rows.text.splitlines()) == days + 2


def test_a_download_is_written_down(desk: Desk) -> None:
    _csv(desk, "harian", dari="2026-01-01", sampai="2026-01-31")
    with transaction() as session:
        (entry,) = session.scalars(select(Audit).where(Audit.action == "figures.csv"))
        assert (entry.actor, entry.detail) == (
            "programme",
            {"table": "harian", "first": "2026-01-01", "last": "2026-01-31"},
        )
    assert desk("programme").get("/angka/csv/rahasia").status_code == 404


def test_hand_offs_waiting_and_callbacks(desk: Desk) -> None:
    for number in range(10):
        _hand_off(number, timedelta(minutes=10 * (number + 1)), closed="solved")
    _hand_off(20, None, reason="danger")
    with transaction() as session:
        for number, (due, done) in enumerate(
            [(2, timedelta(minutes=30)), (2, timedelta(minutes=30)), (30, timedelta(hours=3)), (3, None)]
        ):
            due_at = NOW - timedelta(hours=due)
            done_at = due_at + done if done else None
            task = Task(kind="callback", data={}, caused_by=f"t{number}", due_at=due_at, done_at=done_at)
            task.status = "done" if done else "open"
            session.add(task)
    assert _csv(desk, "tunggu")[1:] == [
        ["Setengahnya menunggu paling lama", "55 menit"],
        ["Sembilan dari sepuluh menunggu paling lama", "1 jam"],
    ]
    assert _csv(desk, "alih")[1:] == [
        ["Minta bicara dengan petugas", "<5*"],
        ["Ada tanda bahaya", "<5*"],
        ["Jumlah", "11"],
    ]
    assert _csv(desk, "tutup")[1:] == [["Selesai, terjawab", "10"], ["Jumlah", "10"]]
    assert [row[1] for row in _csv(desk, "janji", periode="30")[1:]] == ["<5", "<5", "<5", "<5"]


def test_few_who_waited_tell_nothing(desk: Desk) -> None:
    for number in range(4):
        _hand_off(number, timedelta(minutes=10))
    assert "10 menit" not in desk("programme").get("/angka").text


def test_registrations_by_their_state(desk: Desk) -> None:
    for number in range(12):
        contact_id = _contact(number)
        with transaction() as session:
            status = "confirmed" if number < 7 else "cancelled"
            session.add(Registration(contact_id=contact_id, status=status, caused_by=f"r{number}", answers={}))
    assert _csv(desk, "pendaftaran")[1:] == [["Terdaftar", "7"], ["Dibatalkan", "5"], ["Jumlah", "12"]]


def test_figures_are_kept_for_a_minute(desk: Desk) -> None:
    browser = desk("programme")
    tallied("use", {"radar": 50})
    assert ">50<" in browser.get("/angka").text
    tallied("use", {"radar": 20}, hour=12)
    assert ">50<" in browser.get("/angka").text
    pages.kept.forget()
    assert ">70<" in browser.get("/angka").text


def test_days_before_and_after_the_period_are_not_in_it(desk: Desk) -> None:
    tallied("use", {"radar": 50}, days_ago=8)
    day = day_ago(8).isoformat()
    assert _csv(desk, "layanan") == [["Layanan", "Dipakai"], ["Jumlah", "0"]]
    assert _csv(desk, "layanan", dari=day, sampai=day)[1:] == [["Radar", "50"], ["Jumlah", "50"]]
