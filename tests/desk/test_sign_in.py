"""Signing in with a password: what is told, what is kept, and how long it holds."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select, update

from siaga.db import transaction
from siaga.desk import accounts, attempts, passwords, sessions, signing_in
from siaga.desk.access import cookie_name
from siaga.desk.app import create_app
from siaga.desk.tables import DeskAttempt, DeskSession
from siaga.retention.sweeping import sweep
from siaga.settings import settings
from tests.desk.conftest import Browser, Desk
from tests.desk.signing import PASSWORD, change, kept, log, opened, sign_in

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=timezone.utc)


def session_of(browser: Browser) -> str | None:
    return browser.cookies.get(cookie_name())


def test_a_password_signs_in_and_leads_to_the_page_that_was_asked_for(desk: Desk) -> None:
    opened("rini", "volunteer")
    browser = desk()
    asked = browser.get("/saya")
    assert asked.headers["location"] == "/masuk?ke=/saya"

    answer = sign_in(browser, " Rini ", ke="/saya")

    assert (answer.status_code, answer.headers["location"]) == (303, "/saya")
    assert "Petugas Rini" in browser.get("/saya").text
    assert kept("rini").last_sign_in_at is not None
    assert ("rini", "desk.sign_in") in log()


def test_who_is_signed_in_needs_no_form(desk: Desk) -> None:
    answer = desk("volunteer").get("/masuk?ke=/saya")
    assert (answer.status_code, answer.headers["location"]) == (303, "/saya")


def test_it_never_leads_to_another_site(desk: Desk) -> None:
    opened("rini", "volunteer")
    assert 'value="/"' in desk().get("/masuk", params={"ke": "//example.org"}).text
    assert sign_in(desk(), "rini", ke="https://example.org/").headers["location"] == "/"


def test_the_cookie_is_out_of_reach(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened("rini", "volunteer")
    plain = sign_in(desk(), "rini").headers["set-cookie"]
    assert "HttpOnly" in plain and "SameSite=lax" in plain and "Path=/" in plain
    assert "Domain" not in plain and "Max-Age" not in plain

    monkeypatch.setattr(settings(), "desk_https", True)
    safe = sign_in(desk(), "rini")
    assert safe.headers["set-cookie"].startswith("__Host-siaga=")
    assert "Secure" in safe.headers["set-cookie"]
    assert "max-age" in safe.headers["strict-transport-security"]


def test_a_session_that_somebody_planted_is_of_no_use(desk: Desk) -> None:
    opened("rini", "volunteer")
    browser = desk()
    browser.cookies.set(cookie_name(), "dipasang-orang-lain", domain="desk.test")
    sign_in(browser, "rini")
    assert session_of(browser) != "dipasang-orang-lain"


def test_signing_in_anew_ends_the_session_of_before(desk: Desk) -> None:
    opened("rini", "volunteer")
    browser, other = desk(), desk()
    sign_in(browser, "rini")
    first = session_of(browser)
    sign_in(browser, "rini")
    assert session_of(browser) != first
    other.cookies.set(cookie_name(), first or "")
    assert other.get("/saya").status_code == 303


def test_only_a_hash_of_the_token_is_kept(desk: Desk) -> None:
    opened("rini", "volunteer")
    browser = desk()
    sign_in(browser, "rini")
    with transaction() as session:
        digest = session.scalar(select(DeskSession.digest))
    assert digest == sessions.digest_of(session_of(browser) or "")


def test_signing_out_ends_the_session(desk: Desk) -> None:
    browser = desk("volunteer")
    token = session_of(browser)
    answer = browser.post("/keluar")
    assert answer.headers["location"] == "/masuk"
    assert session_of(browser) is None
    browser.cookies.set(cookie_name(), token or "")
    assert browser.get("/saya").status_code == 303


def moved(**columns: object) -> None:
    with transaction() as session:
        session.execute(update(DeskSession).values(**columns))


def test_after_a_long_rest_one_signs_in_anew(desk: Desk) -> None:
    browser = desk("volunteer")
    now = datetime.now(timezone.utc)
    moved(seen_at=now - timedelta(minutes=settings().desk_idle_minutes - 1))
    assert browser.get("/saya").status_code == 200
    moved(seen_at=now - timedelta(minutes=settings().desk_idle_minutes + 1))
    assert browser.get("/saya").status_code == 303


def test_however_busy_one_signs_in_anew_after_a_shift(desk: Desk) -> None:
    browser = desk("volunteer")
    with transaction() as session:
        lasts = session.scalar(select(DeskSession.expires_at - DeskSession.created_at))
    assert lasts == timedelta(hours=settings().desk_session_hours)
    moved(expires_at=datetime.now(timezone.utc) - timedelta(seconds=1))
    assert browser.get("/saya").status_code == 303


def test_a_closed_account_is_out_at_once(desk: Desk) -> None:
    browser = desk("volunteer")
    change("volunteer", disabled_at=NOW)
    assert browser.get("/saya").status_code == 303


def test_what_is_wrong_is_not_told(desk: Desk) -> None:
    opened("rini", "volunteer")
    opened("tutup", "volunteer", disabled_at=NOW)
    desk("editor")  # has no password
    tried = [("rini", "salah sekali"), ("tutup", PASSWORD), ("tiada", PASSWORD), ("editor", "")]
    told = {login: sign_in(desk(), login, password) for login, password in tried}
    assert {answer.status_code for answer in told.values()} == {422}
    assert len({answer.text.replace(login, "") for login, answer in told.items()}) == 1
    assert all("set-cookie" not in answer.headers for answer in told.values())


def test_a_login_that_nobody_has_is_as_much_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened("rini", "volunteer")
    opened("tutup", "volunteer", disabled_at=NOW)
    compared: list[str] = []
    real = passwords._hasher.verify
    monkeypatch.setattr(
        passwords._hasher.__class__, "verify", lambda _, kept, given: compared.append(kept) or real(kept, given)
    )
    for login in ("rini", "tutup", "tiada"):
        sign_in(desk(), login, "salah sekali")
    assert [kept.rsplit("$", 2)[0] for kept in compared] == ["$argon2id$v=19$m=19456,t=2,p=1"] * 3


def test_a_password_kept_in_another_strength_is_hashed_anew(desk: Desk) -> None:
    from argon2 import PasswordHasher

    opened("rini", "volunteer")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    change("rini", password_hash=old)
    assert sign_in(desk(), "rini").status_code == 303
    assert "m=19456" in (kept("rini").password_hash or "")
    assert sign_in(desk(), "rini").status_code == 303


class TestLockOut:
    def test_after_five_wrong_tries_even_the_right_one_waits(self, desk: Desk) -> None:
        opened("rini", "volunteer")
        browser = desk()
        for _ in range(5):
            assert sign_in(browser, "rini", "salah sekali").status_code == 422
        answer = sign_in(browser, "rini")
        assert answer.status_code == 429
        assert "Terlalu banyak percobaan" in answer.text
        assert log().count(("rini", "desk.locked")) == 1

    def test_a_login_that_nobody_has_locks_in_the_same_way(self, desk: Desk) -> None:
        browser = desk()
        codes = [sign_in(browser, "tiada", "salah sekali").status_code for _ in range(6)]
        assert codes == [422] * 5 + [429]

    def test_others_at_the_same_address_get_in(self, desk: Desk) -> None:
        opened("rini", "volunteer")
        opened("budi", "volunteer")
        for _ in range(6):
            sign_in(desk(), "rini", "salah sekali")
        assert sign_in(desk(), "budi").status_code == 303

    def test_a_right_one_makes_up_for_those_before(self, desk: Desk) -> None:
        opened("rini", "volunteer")
        for _ in range(3):
            for _ in range(4):
                sign_in(desk(), "rini", "salah sekali")
            assert sign_in(desk(), "rini").status_code == 303

    def test_twenty_wrong_from_one_address_lock_it(self, desk: Desk) -> None:
        opened("rini", "volunteer")
        codes = [sign_in(desk(), f"tiada{number}", "x").status_code for number in range(20)]
        assert codes == [422] * 20
        assert sign_in(desk(), "rini").status_code == 429
        assert log()[-1][1] == "desk.locked"

    def test_an_operator_unlocks(self, desk: Desk) -> None:
        from typer.testing import CliRunner

        from siaga.desk.commands import app

        opened("rini", "volunteer")
        for _ in range(6):
            sign_in(desk(), "rini", "salah sekali")
        assert CliRunner().invoke(app, ["unlock", "rini"]).exit_code == 0
        assert sign_in(desk(), "rini").status_code == 303


def take(count: attempts.Count, at: datetime) -> timedelta | None:
    with transaction() as session:
        return attempts.take(session, [count], at)


def test_each_lock_is_longer_than_the_one_before(database: str) -> None:
    count, at, waits = attempts.of_login("rini"), NOW, []
    for _ in range(4):
        assert take(count, at) is None
    for _ in range(9):
        assert take(count, at) is None
        wait = take(count, at)
        assert wait is not None
        waits.append(wait.total_seconds() / 60)
        at += wait
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_tries_are_forgotten_after_a_quarter_of_an_hour_and_locks_after_a_day(database: str) -> None:
    count = attempts.of_login("rini")
    for _ in range(4):
        take(count, NOW)
    for minute in range(16, 20):
        assert take(count, NOW + timedelta(minutes=minute)) is None
    assert take(count, NOW + timedelta(minutes=20)) is None
    locked = NOW + timedelta(minutes=20)
    assert take(count, locked) == timedelta(minutes=1)
    take(count, locked + timedelta(hours=23))
    assert take(count, locked + timedelta(hours=23)) == timedelta(minutes=2)
    later = locked + timedelta(hours=48)
    assert take(count, later) is None
    assert take(count, later) is None


def test_many_at_the_same_moment_are_no_way_around(database: str) -> None:
    count, now = attempts.of_login("rini"), datetime.now(timezone.utc)
    looked_at: list[bool] = []
    barrier = threading.Barrier(10)

    def try_() -> None:
        barrier.wait()
        looked_at.append(take(count, now) is None)

    threads = [threading.Thread(target=try_) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert looked_at.count(True) == 5


def test_addresses_of_one_network_of_the_sixth_generation_count_together() -> None:
    assert attempts.of_address("2001:db8::1") == attempts.of_address("2001:db8::ffff:1")
    assert attempts.of_address("2001:db8::1") != attempts.of_address("2001:db8:0:1::1")
    assert attempts.of_address("::ffff:192.0.2.1") == attempts.of_address("192.0.2.1")
    assert attempts.of_address("192.0.2.1") != attempts.of_address("192.0.2.2")


def test_old_counts_and_sessions_are_swept_and_no_others(desk: Desk) -> None:
    opened("rini", "volunteer")
    old = datetime.now(timezone.utc) - timedelta(days=3)
    with transaction() as session:
        sessions.begin(session, kept("rini").id, old)
        session.add(DeskAttempt(who=b"x", failures=1, last_at=old))
    sign_in(desk(), "rini")
    sweep()
    with transaction() as session:
        assert len(list(session.execute(select(DeskSession)))) == 1
        assert len(list(session.execute(select(DeskAttempt)))) == 1  # this address's, with nothing counted


def test_nothing_that_was_typed_is_in_a_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").disabled = True
    opened("rini", "volunteer")
    sign_in(desk(), "rini", "rahasia pribadi saya")
    sign_in(desk(), "rahasia-di-tempat-salah", "x")
    sign_in(desk(), "rini")
    with transaction() as session:
        token = accounts.invite(session, accounts.by_login(session, "rini"), datetime.now(timezone.utc), by="rini")
    desk().get(f"/undangan/{token}")
    for secret in ("rahasia", PASSWORD, token):
        assert secret not in caplog.text
    assert not any("rahasia" in actor for actor, _ in log())


def test_a_fault_tells_nothing_of_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = " ".join(("Warga", "Uji", "001"))

    def broken(*_: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(settings(), "environment", "production")
    monkeypatch.setattr(signing_in, "by_password", broken)
    answer = sign_in(desk(), "rini")
    assert answer.status_code == 500
    assert "Ada gangguan" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "RuntimeError" in caplog.text and "POST /masuk" in caplog.text
    for place in (answer.text, caplog.text):
        assert words not in place
    assert "Traceback" not in answer.text and "siaga/desk" not in answer.text


def test_a_malformed_request_is_not_repeated_to_who_sent_it(desk: Desk) -> None:
    answer = desk("admin").get("/akun/<script>")
    assert answer.status_code == 404
    answer = desk("admin").get("/catatan", params={"sebelum": "<script>alert(1)</script>"})
    assert answer.status_code == 400
    assert "alert" not in answer.text and answer.headers["content-type"].startswith("text/html")
    assert desk("admin").get(f"/akun/{2**70}").status_code == 404


def test_what_is_far_too_large_is_not_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "media_document_mb", 1)
    browser = desk("volunteer")
    answer = browser.post("/saya/nama", files={"name": ("a.pdf", b"x" * 3_500_000)})
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text
    assert browser.post("/saya/nama", data={"name": "Kak Rini"}).status_code == 303


def test_streams_learn_that_the_desk_stops() -> None:
    app = create_app()
    with Browser(app):
        assert not app.state.stopping.is_set()
    assert app.state.stopping.is_set()
