"""Accounts: made, opened, changed, closed; and everybody's own."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.desk import accounts, sessions
from siaga.desk.accounts import Refused
from siaga.desk.tables import DeskSession
from siaga.handoffs import attendants
from siaga.handoffs.tables import Attendant
from siaga.settings import settings
from tests.desk.conftest import Browser, Desk, account
from tests.desk.signing import PASSWORD, change, kept, log, opened, sign_in

EVIL = "<img src=x onerror=alert(1)>"


def link_in(page: httpx.Response) -> str:
    """The path of the invitation that a page shows."""
    found = re.search(r'value="https?://[^/"]+(/undangan/[^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def made(admin: Browser, login: str = "rini", *roles: str) -> httpx.Response:
    return admin.post("/akun/baru", data={"login": login, "name": "Rini Uji", "roles": list(roles or ("volunteer",))})


class TestInvitations:
    def test_from_an_admin_to_a_volunteer_who_signs_in(self, desk: Desk) -> None:
        path = link_in(made(desk("admin"), "Rini", "volunteer", "editor"))
        guest = desk()
        assert "Halo, Rini Uji" in guest.get(path).text
        answer = guest.post(path, data={"password": PASSWORD, "again": PASSWORD})
        assert "Kata sandi tersimpan" in answer.text

        assert sign_in(guest, "rini").status_code == 303
        assert kept("rini").roles == ["volunteer", "editor"]
        assert [entry for entry in log() if entry[0] in ("admin", "rini")] == [
            ("admin", "desk.account_new"),
            ("admin", "desk.invite"),
            ("rini", "desk.password"),
            ("rini", "desk.sign_in"),
        ]

    def test_a_link_works_once(self, desk: Desk) -> None:
        path = link_in(made(desk("admin")))
        form = {"password": PASSWORD, "again": PASSWORD}
        assert desk().post(path, data=form).status_code == 200
        assert desk().get(path).status_code == 404
        assert desk().post(path, data=form | {"password": "lain sekali dari itu"}).status_code == 404
        assert sign_in(desk(), "rini").status_code == 303

    def test_of_two_at_the_same_moment_one_chooses(self, desk: Desk) -> None:
        path = link_in(made(desk("admin")))
        chosen: list[int] = []
        barrier = threading.Barrier(2)

        def choose(password: str) -> None:
            barrier.wait()
            chosen.append(guests.pop().post(path, data={"password": password, "again": password}).status_code)

        guests = [desk(), desk()]
        both = [threading.Thread(target=choose, args=(f"{PASSWORD} {number}",)) for number in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(chosen) == [200, 404]

    def test_it_runs_out_after_three_days(self, desk: Desk) -> None:
        path = link_in(made(desk("admin")))
        left = kept("rini").invite_until - datetime.now(timezone.utc)
        assert timedelta(hours=71) < left <= timedelta(hours=72)
        change("rini", invite_until=datetime.now(timezone.utc) - timedelta(seconds=1))
        assert desk().get(path).status_code == 404
        assert "perlu undangan baru" in desk("admin").get("/akun").text

    def test_a_new_link_makes_the_old_one_useless_and_the_password_stays_until_then(self, desk: Desk) -> None:
        admin = desk("admin")
        account_id = opened("rini", "volunteer")
        first = link_in(admin.post(f"/akun/{account_id}/undang"))
        second = link_in(admin.post(f"/akun/{account_id}/undang"))
        assert desk().get(first).status_code == 404
        volunteer = desk()
        assert sign_in(volunteer, "rini").status_code == 303

        new = "sungai merah delapan awan"
        assert desk().post(second, data={"password": new, "again": new}).status_code == 200
        assert volunteer.get("/saya").status_code == 303, "signed out by the new password"
        assert sign_in(desk(), "rini").status_code == 422
        assert sign_in(desk(), "rini", new).status_code == 303

    def test_it_is_not_used_up_by_a_weak_password(self, desk: Desk) -> None:
        path = link_in(made(desk("admin")))
        for password, again in [("pendek", "pendek"), ("indonesia2024", "indonesia2024"), (PASSWORD, "lain")]:
            answer = desk().post(path, data={"password": password, "again": again})
            assert answer.status_code == 422
            assert password not in answer.text
        assert desk().get(path).status_code == 200

    def test_only_a_hash_of_the_token_is_kept(self, desk: Desk) -> None:
        path = link_in(made(desk("admin")))
        assert kept("rini").invite_digest == sessions.digest_of(path.rpartition("/")[2])

    def test_the_link_names_the_desk(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "http://desk.test/undangan/" in made(desk("admin")).text
        monkeypatch.setattr(settings(), "desk_url", "https://meja.example.go.id/")
        assert "https://meja.example.go.id/undangan/" in made(desk("admin"), "budi").text

    def test_a_closed_account_gets_none(self, desk: Desk) -> None:
        admin = desk("admin")
        path = link_in(made(admin))
        account_id = kept("rini").id
        admin.post(f"/akun/{account_id}/tutup")
        assert desk().get(path).status_code == 404
        assert admin.post(f"/akun/{account_id}/undang").status_code == 422


class TestByAdmins:
    @pytest.mark.parametrize(
        ("form", "why"),
        [
            ({"login": "r", "name": "Rini", "roles": ["volunteer"]}, "Nama masuk memakai"),
            ({"login": "rini uji", "name": "Rini", "roles": ["volunteer"]}, "Nama masuk memakai"),
            ({"login": "system", "name": "Rini", "roles": ["volunteer"]}, "Nama masuk memakai"),
            ({"login": "admin", "name": "Rini", "roles": ["volunteer"]}, "sudah dipakai"),
            ({"login": "rini", "name": "  ", "roles": ["volunteer"]}, "Nama perlu diisi"),
            ({"login": "rini", "name": "R" * 61, "roles": ["volunteer"]}, "Nama perlu diisi"),
            ({"login": "rini", "name": "Rini"}, "paling sedikit satu tugas"),
            ({"login": "rini", "name": "Rini", "roles": ["root"]}, "paling sedikit satu tugas"),
        ],
    )
    def test_what_is_refused_is_told_and_nothing_is_made(self, desk: Desk, form: dict[str, object], why: str) -> None:
        answer = desk("admin").post("/akun/baru", data=form)
        assert answer.status_code == 422
        assert why in answer.text
        with transaction() as session:
            assert [one.login for one in accounts.everybody(session)] == ["admin"]

    def test_roles_that_change_sign_out(self, desk: Desk) -> None:
        admin, volunteer = desk("admin"), desk("volunteer")
        answer = admin.post(f"/akun/{volunteer.account_id}", data={"name": "Rini Baru", "roles": ["editor"]})
        assert "Tersimpan" in answer.text
        assert (kept("volunteer").name, kept("volunteer").roles) == ("Rini Baru", ["editor"])
        assert volunteer.get("/saya").status_code == 303

    def test_a_name_that_changes_does_not(self, desk: Desk) -> None:
        admin, volunteer = desk("admin"), desk("volunteer")
        admin.post(f"/akun/{volunteer.account_id}", data={"name": "Rini Baru", "roles": ["volunteer"]})
        assert "Rini Baru" in volunteer.get("/saya").text

    def test_closing_opening_signing_out(self, desk: Desk) -> None:
        admin = desk("admin")
        account_id = opened("rini", "volunteer", totp_secret="A" * 32)
        first, second = desk("volunteer", login="rini"), desk("volunteer", login="rini")
        admin.post(f"/akun/{account_id}/keluarkan")
        assert {browser.get("/saya").status_code for browser in (first, second)} == {303}

        third = desk("volunteer", login="rini")
        admin.post(f"/akun/{account_id}/tutup")
        assert third.get("/saya").status_code == 303
        assert sign_in(desk(), "rini").status_code == 422
        admin.post(f"/akun/{account_id}/buka")
        admin.post(f"/akun/{account_id}/lepas-kode")
        assert sign_in(desk(), "rini").headers["location"] == "/"
        done = [action for who, action in log() if who == "admin"]
        assert done == ["desk.sign_out_all", "desk.account_close", "desk.account_open", "desk.code_off"]

    def test_the_last_admin_stays_admin(self, desk: Desk) -> None:
        admin = desk("admin")
        change("admin", password_hash="x")
        desk("admin", login="diundang")  # has chosen no password yet, and could not help
        opened("tutup", "admin", disabled_at=datetime.now(timezone.utc))
        for path, form in (("", {"name": "A", "roles": ["volunteer"]}), ("/tutup", {})):
            answer = admin.post(f"/akun/{admin.account_id}{path}", data=form)
            assert answer.status_code == 422
            assert "satu-satunya admin" in answer.text
        assert (kept("admin").roles, kept("admin").disabled_at, kept("admin").name) == (
            ["admin"],
            None,
            "Petugas Admin",
        )

        opened("kedua", "admin")
        answer = admin.post(f"/akun/{admin.account_id}", data={"name": "A", "roles": ["volunteer"]})
        assert answer.headers["location"] == "/akun"
        assert admin.get("/akun").headers["location"] == "/masuk?ke=/akun"

    def test_two_admins_who_dismiss_each_other_leave_one(self, database: str) -> None:
        both = [opened("satu", "admin"), opened("dua", "admin")]
        barrier = threading.Barrier(2)
        refused: list[str] = []

        def dismiss(account_id: int) -> None:
            barrier.wait()
            try:
                with transaction() as session:
                    one = accounts.get(session, account_id, lock=True)
                    accounts.disable(session, one, datetime.now(timezone.utc), by="lain")
            except Refused as problem:
                refused.append(problem.why)

        threads = [threading.Thread(target=dismiss, args=(account_id,)) for account_id in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert refused == ["last_admin"]

    def test_one_that_is_not_there(self, desk: Desk) -> None:
        assert desk("admin").get("/akun/987654").status_code == 404
        assert desk("admin").post("/akun/987654/tutup").status_code == 404


class TestOwn:
    def test_the_name_that_citizens_read(self, desk: Desk) -> None:
        browser = desk("volunteer")
        now = datetime.now(timezone.utc)
        with transaction() as session:
            attendants.seen(session, "volunteer", "Petugas Volunteer", now)
        answer = browser.post("/saya/nama", data={"name": "  Kak   Rini "})
        assert answer.headers["location"] == "/saya?beres=nama"
        assert kept("volunteer").name == "Kak Rini"
        with transaction() as session:
            assert session.scalar(select(Attendant.name)) == "Kak Rini"
        assert browser.post("/saya/nama", data={"name": ""}).status_code == 422

    def test_a_new_password_signs_out_everywhere_else(self, desk: Desk) -> None:
        opened("rini", "volunteer")
        here, other = desk("volunteer", login="rini"), desk("volunteer", login="rini")
        new = "sungai merah delapan awan"
        answer = here.post("/saya/kata-sandi", data={"old": PASSWORD, "password": new, "again": new})
        assert answer.headers["location"] == "/saya?beres=sandi"
        assert "Kata sandi baru tersimpan" in here.get("/saya?beres=sandi").text
        assert other.get("/saya").status_code == 303
        assert sign_in(desk(), "rini", new).status_code == 303

    @pytest.mark.parametrize(
        ("form", "why"),
        [
            (
                {"old": "bukan yang ini", "password": "sungai merah delapan", "again": "sungai merah delapan"},
                "sekarang belum",
            ),
            ({"old": PASSWORD, "password": "pendek", "again": "pendek"}, "paling sedikit"),
            ({"old": PASSWORD, "password": "sungai merah delapan", "again": "lain"}, "belum sama"),
            ({"old": PASSWORD, "password": "petugasrini1", "again": "petugasrini1"}, "terlalu mirip"),
        ],
    )
    def test_a_password_that_is_refused(self, desk: Desk, form: dict[str, str], why: str) -> None:
        opened("rini", "volunteer")
        browser = desk("volunteer", login="rini")
        answer = browser.post("/saya/kata-sandi", data=form)
        assert answer.status_code == 422
        assert why in answer.text
        assert browser.get("/saya").status_code == 200
        assert sign_in(desk(), "rini").status_code == 303

    def test_the_old_password_cannot_be_guessed_at_leisure(self, desk: Desk) -> None:
        opened("rini", "volunteer")
        browser = desk("volunteer", login="rini")
        new = "sungai merah delapan awan"
        for _ in range(5):
            browser.post("/saya/kata-sandi", data={"old": "salah sekali", "password": new, "again": new})
        answer = browser.post("/saya/kata-sandi", data={"old": PASSWORD, "password": new, "again": new})
        assert "Terlalu banyak percobaan" in answer.text

    def test_other_devices_are_seen_and_signed_out(self, desk: Desk) -> None:
        here, other = desk("volunteer"), desk("volunteer")
        page = here.get("/saya").text
        assert page.count("terakhir dipakai") == 2
        assert page.count("perangkat ini") == 1
        here.post("/saya/keluar-lain")
        assert other.get("/saya").status_code == 303
        assert here.get("/saya").text.count("terakhir dipakai") == 1
        with transaction() as session:
            assert len(list(session.execute(select(DeskSession.digest)))) == 1


def test_names_are_shown_as_they_are_written(desk: Desk) -> None:
    admin = desk("admin")
    account_id = account("rini", "volunteer")
    admin.post(f"/akun/{account_id}", data={"name": EVIL, "roles": ["volunteer"]})
    assert kept("rini").name == EVIL
    volunteer = desk("volunteer", login="rini")
    pages = [
        admin.get("/akun"),
        admin.get(f"/akun/{account_id}"),
        admin.post(f"/akun/{account_id}/undang"),
        volunteer.get("/saya"),
        volunteer.get("/tidak-ada"),
        desk().get(link_in(admin.post(f"/akun/{account_id}/undang"))),
        desk().post("/masuk", data={"login": EVIL, "password": "x", "ke": f"/{EVIL}"}),
        desk().get("/masuk", params={"ke": f'/"{EVIL}'}),
    ]
    for page in pages:
        assert "<img src=x" not in page.text
    assert "&lt;img src=x" in pages[0].text


def test_no_page_has_scripts_or_styles_of_its_own(desk: Desk) -> None:
    admin = desk("admin")
    opened("rini", "volunteer", totp_secret="A" * 32)
    for path in ("/masuk", "/saya", "/saya/kode", "/akun", "/akun/baru", f"/akun/{kept('rini').id}", "/catatan"):
        page = (desk() if path == "/masuk" else admin).get(path)
        assert page.status_code == 200
        assert re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.text) is None, path
