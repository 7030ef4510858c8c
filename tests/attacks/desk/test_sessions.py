"""What is left of a session once somebody is signed out, has other roles, or is closed out; and of an invitation."""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from siaga.db import transaction
from siaga.desk import accounts, codes, live, sessions
from siaga.desk.access import cookie_name
from tests.attacks.desk.world import planted
from tests.desk.conftest import Browser, Desk, account
from tests.desk.inbox.given import say, waiting
from tests.desk.inbox.test_stream import Served, served  # noqa: F401
from tests.desk.signing import PASSWORD, code, csrf_of, field, kept, opened, sign_in

NEW = "sungai merah delapan awan"


def _roles(browser: Browser) -> None:
    with transaction() as session:
        found = accounts.get(session, browser.account_id, lock=True)
        accounts.set_roles(session, found, ["volunteer", "editor"], by="tests")


def _closed(browser: Browser) -> None:
    with transaction() as session:
        found = accounts.get(session, browser.account_id, lock=True)
        accounts.disable(session, found, datetime.now(timezone.utc), by="tests")


def _password(browser: Browser) -> None:
    with transaction() as session:
        found = accounts.get(session, browser.account_id, lock=True)
        accounts.set_password(session, found, "x", datetime.now(timezone.utc), by="tests")


def _sent_out(browser: Browser) -> None:
    with transaction() as session:
        accounts.sign_out(session, accounts.get(session, browser.account_id, lock=True), by="tests")


def _signed_out(browser: Browser) -> None:
    assert browser.post("/keluar").status_code == 303


WAYS: list[Callable[[Browser], None]] = [_roles, _closed, _password, _sent_out, _signed_out]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_the_cookie_of_before_opens_nothing(desk: Desk, apart: Path, way: Callable[[Browser], None]) -> None:
    there, ani = planted(desk, apart / "content", "kata biasa")
    stolen = desk()
    stolen.cookies.set(cookie_name(), ani.cookies[cookie_name()], domain="desk.test")
    stolen.headers["X-CSRF-Token"] = ani.csrf
    at = f"/kotak/{there.hand_off}"
    assert stolen.get(at).status_code == 200, "a cookie is good wherever it is shown, while its session lasts"
    way(ani)
    for address in (at, f"{at}/baru", f"{at}/berkas/{there.file}", "/kotak/aliran", "/saya", "/laporan", "/tugas"):
        answer = stolen.get(address)
        assert answer.headers["location"].startswith("/masuk"), address
        assert "kata biasa" not in answer.text
        part = stolen.get(address, headers={"HX-Request": "true"})
        assert (part.status_code, part.headers["hx-redirect"], part.content) == (204, "/masuk", b""), address
    for address, form in ((f"{at}/balas", {"teks": "curang", "kunci": "f" * 24}), ("/saya/nama", {"name": "Lain"})):
        assert stolen.post(address, data=form).headers["location"] == "/masuk"
    assert kept("ani").name != "Lain"


def test_an_open_stream_tells_nothing_more(
    served: Served, desk: Desk, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(live, "FRESH_SECONDS", 0.05)
    hand_off = waiting()
    for number, way in enumerate(WAYS):
        browser = desk("volunteer", login=f"ani{number}")
        page = served.open(browser.login, hand_off)
        say(hand_off, "masih di sana")
        assert "masih di sana" in page.next("baris", 5)["html"]
        time.sleep(0.2)
        if way is _signed_out:
            way = _sent_out
        way(browser)
        say(hand_off, f"rahasia {number}")
        assert page.ended.wait(5), way
        while True:
            try:
                assert "rahasia" not in page.next("baris", 0.05)["html"]
            except queue.Empty:
                break


def test_a_session_that_waits_for_its_code_ends_with_the_password(desk: Desk) -> None:
    secret = codes.new_secret()
    account_id = opened("rini", "volunteer", totp_secret=secret)
    thief = desk()
    assert sign_in(thief, "rini").headers["location"].startswith("/masuk/kode")
    token = csrf_of(thief.get("/masuk/kode"))
    with transaction() as session:
        known = accounts.get(session, account_id, lock=True)
        path = accounts.path_of(accounts.invite(session, known, datetime.now(timezone.utc), by="tests"))
    assert desk().post(path, data={"password": NEW, "again": NEW}).status_code == 200
    answer = thief.post("/masuk/kode", data={"kode": code(secret), "csrf": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    # A new password does not take the one-time code away.
    assert sign_in(desk(), "rini", NEW).headers["location"].startswith("/masuk/kode")


def test_who_has_but_the_session_puts_no_lock_of_their_own_on_it(desk: Desk) -> None:
    opened("rini", "volunteer")
    thief = desk("volunteer", login="rini")
    page = thief.get("/saya/kode")
    secret = re.search(r'class="kunci">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")  # type: ignore[index]
    for more in ({}, {"old": NEW}):
        form = {"kode": code(secret), "sealed": field(page, "sealed"), **more}
        assert "Kata sandi sekarang belum cocok" in thief.post("/saya/kode", data=form).text
    assert kept("rini").totp_secret is None


def test_a_token_of_another_session_is_none(desk: Desk) -> None:
    here, there, other = desk("volunteer"), desk("volunteer"), desk("volunteer", login="lain")
    half = desk()
    with transaction() as session:
        token = sessions.begin(session, here.account_id, datetime.now(timezone.utc), waits_for_code=True)
        found = sessions.find(session, token, datetime.now(timezone.utc))
    assert found is not None
    half.cookies.set(cookie_name(), token, domain="desk.test")
    for csrf in (there.csrf, other.csrf, found.csrf, here.csrf + "x", here.csrf[:-1], "", "é"):
        refused = here.post("/saya/nama", data={"name": "Nama Lain"}, headers={"X-CSRF-Token": csrf.encode()})
        assert refused.status_code == 403
        del here.headers["X-CSRF-Token"]
        assert here.post("/saya/nama", data={"name": "Nama Lain", "csrf": csrf}).status_code == 403
        here.headers["X-CSRF-Token"] = here.csrf
    assert kept("volunteer").name != "Nama Lain"


def test_an_invitation_is_its_owners_and_ends_with_the_account(desk: Desk) -> None:
    ids = [account(login, "volunteer") for login in ("rini", "budi")]
    with transaction() as session:
        now = datetime.now(timezone.utc)
        tokens = [accounts.invite(session, accounts.get(session, one), now, by="tests") for one in ids]
    path = accounts.path_of(tokens[0])
    form = {"password": NEW, "again": NEW, "login": "budi", "roles": "admin", "account_id": str(ids[1]), "id": "1"}
    near = (tokens[0][:-1], tokens[0] + "A", tokens[0].swapcase(), "x" * 43, sessions.digest_of(tokens[0]).hex(), "%20")
    for wrong in near:
        assert desk().get(accounts.path_of(wrong)).status_code == 404
        assert desk().post(accounts.path_of(wrong), data=form).status_code == 404
    # Closed and opened again: what was sent before is of no use.
    with transaction() as session:
        accounts.disable(session, accounts.get(session, ids[1], lock=True), now, by="tests")
        accounts.enable(session, accounts.get(session, ids[1], lock=True), by="tests")
    assert desk().post(accounts.path_of(tokens[1]), data=form).status_code == 404
    assert desk().post(path, data=form).status_code == 200
    assert kept("rini").roles == ["volunteer"] and kept("budi").password_hash is None
    assert sign_in(desk(), "rini", NEW).status_code == 303 and sign_in(desk(), "rini", PASSWORD).status_code == 422


def test_an_invitations_page_names_itself_to_no_other(desk: Desk) -> None:
    """The files that a page needs are asked for with its address, which proxies write down, unless it forbids that."""
    account("rini", "volunteer")
    with transaction() as session:
        invited = accounts.by_login(session, "rini")
        path = accounts.path_of(accounts.invite(session, invited, datetime.now(timezone.utc), by="tests"))
    guest = desk()
    form = {"password": NEW, "again": NEW}
    answers = [
        guest.get(path), guest.post(path, data={}), guest.post(path, data=form), guest.get(path),
        guest.post(path, data=form, headers={"Origin": "https://example.org"}), guest.put(path),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 422, 200, 404, 403, 405]
    assert {answer.headers["referrer-policy"] for answer in answers} == {"strict-origin"}
    assert path.rpartition("/")[2] not in "".join(answer.text for answer in answers)
