"""One-time codes and the recovery codes that stand in for them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.desk import codes
from siaga.desk.access import cookie_name
from siaga.settings import settings
from tests.desk.conftest import Browser, Desk
from tests.desk.signing import PASSWORD, change, code, csrf_of, field, kept, log, opened, sign_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 23, 5, 0, 10, tzinfo=timezone.utc)
STEP = int(NOW.timestamp()) // 30


@given(st.integers(-5, 5), st.one_of(st.none(), st.integers(STEP - 3, STEP + 3)))
def test_a_code_is_right_within_one_step_and_after_the_last_that_was_used(off: int, last: int | None) -> None:
    given_code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * off))
    right = abs(off) <= 1 and (last is None or STEP + off > last)
    assert codes.step_of(SECRET, given_code, NOW, last) == (STEP + off if right else None)


def test_a_code_may_be_spaced_and_nothing_else() -> None:
    given_code = pyotp.TOTP(SECRET).at(NOW)
    assert codes.step_of(SECRET, f" {given_code[:3]} {given_code[3:]} ", NOW, None) == STEP
    for wrong in ("", "x", "é", given_code + "0", given_code[:5]):
        assert codes.step_of(SECRET, wrong, NOW, None) is None


def test_each_recovery_code_works_once() -> None:
    made = codes.new_recovery()
    assert len(set(made)) == 10
    kept_ = codes.kept_of(made)
    assert not set(made) & set(kept_)
    left = codes.without(kept_, made[3].upper().replace("-", " "))
    assert left is not None and len(left) == 9
    assert codes.without(left, made[3]) is None
    assert codes.without(kept_, "") is None


def test_the_picture_holds_what_the_app_needs() -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    import io

    import segno
    from PIL import Image

    assert codes.picture(SECRET, "rini").startswith("data:image/svg+xml")
    out = io.BytesIO()
    segno.make(codes.address(SECRET, "rini"), error="m").save(out, kind="png", scale=4)
    (read,) = zxingcpp.read_barcodes(Image.open(out))
    assert read.text == codes.address(SECRET, "rini") == f"otpauth://totp/Siaga:rini?secret={SECRET}&issuer=Siaga"


def with_code(login: str = "rini", *roles: str) -> list[str]:
    """An account whose phone has the secret; its recovery codes."""
    recovery = codes.new_recovery()
    opened(login, *(roles or ("volunteer",)), totp_secret=SECRET, recovery=codes.kept_of(recovery))
    return recovery


def give(browser: Browser, given_code: str) -> object:
    page = browser.get("/masuk/kode")
    return browser.post("/masuk/kode", data={"kode": given_code, "csrf": csrf_of(page), "ke": field(page, "ke")})


def test_after_the_password_a_code_is_asked_for_and_nothing_else_is_open(desk: Desk) -> None:
    with_code()
    browser = desk()
    assert sign_in(browser, "rini", ke="/saya").headers["location"] == "/masuk/kode?ke=/saya"
    assert browser.get("/saya").headers["location"] == "/masuk/kode?ke=/saya"
    assert ("rini", "desk.sign_in") not in log()
    half = browser.cookies[cookie_name()]

    page = browser.get("/masuk/kode?ke=/saya")
    answer = browser.post("/masuk/kode", data={"kode": code(SECRET), "csrf": csrf_of(page), "ke": "/saya"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/saya")
    assert browser.get("/saya").status_code == 200
    assert browser.cookies[cookie_name()] != half
    assert ("rini", "desk.sign_in") in log()
    other = desk()
    other.cookies.set(cookie_name(), half, domain="desk.test")
    assert other.get("/saya").headers["location"] == "/masuk?ke=/saya"


def test_a_code_counts_once(desk: Desk) -> None:
    with_code()
    used = code(SECRET)
    for status in (303, 422):
        browser = desk()
        sign_in(browser, "rini")
        assert give(browser, used).status_code == status  # type: ignore[attr-defined]


def test_a_recovery_code_signs_in_once(desk: Desk) -> None:
    recovery = with_code()
    for status in (303, 422):
        browser = desk()
        sign_in(browser, "rini")
        assert give(browser, recovery[0]).status_code == status  # type: ignore[attr-defined]
    assert len(kept("rini").recovery) == 9


def test_five_wrong_codes_lock_and_the_password_does_not_unlock(desk: Desk) -> None:
    with_code()
    browser = desk()
    sign_in(browser, "rini")
    told = [give(browser, "000000").status_code for _ in range(5)]  # type: ignore[attr-defined]
    assert told == [422] * 5
    sign_in(browser, "rini")
    answer = give(browser, code(SECRET))
    assert answer.status_code == 429  # type: ignore[attr-defined]
    assert ("rini", "desk.locked") in log()


def test_one_may_leave_it_at_the_password(desk: Desk) -> None:
    with_code()
    browser = desk()
    sign_in(browser, "rini")
    answer = browser.post("/masuk/batal", data={"csrf": csrf_of(browser.get("/masuk/kode"))})
    assert answer.headers["location"] == "/masuk"
    assert browser.get("/masuk/kode").headers["location"].startswith("/masuk?")


def test_the_time_for_the_code_runs_out(desk: Desk) -> None:
    from sqlalchemy import select

    from siaga.db import transaction
    from siaga.desk.tables import DeskSession

    with_code()
    sign_in(desk(), "rini")
    with transaction() as session:
        assert session.scalar(select(DeskSession.expires_at - DeskSession.created_at)) == timedelta(minutes=10)


class TestRequired:
    @pytest.fixture(autouse=True)
    def _required(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings(), "desk_totp_required_roles", "admin, programme")

    def test_who_has_the_role_sets_an_app_up_before_anything_else(self, desk: Desk) -> None:
        opened("kepala", "admin")
        browser = desk()
        assert sign_in(browser, "kepala").headers["location"].startswith("/masuk/kode")
        page = browser.get("/masuk/kode")
        assert "data:image/svg+xml" in page.text
        sealed, csrf = field(page, "sealed"), csrf_of(page)
        secret = re.search(r'class="kunci">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")  # type: ignore[index]
        assert secret not in sealed

        wrong = browser.post("/masuk/kode", data={"kode": "000000", "sealed": sealed, "csrf": csrf})
        assert wrong.status_code == 422
        assert secret[:4] + " " + secret[4:8] in wrong.text, "the same secret, which the phone has by now"
        done = browser.post("/masuk/kode", data={"kode": code(secret), "sealed": sealed, "csrf": csrf})

        assert len(re.findall(r"<li><code>\w{5}-\w{5}</code>", done.text)) == 10
        assert browser.get("/akun").status_code == 200
        assert kept("kepala").totp_secret == secret

    def test_others_need_none(self, desk: Desk) -> None:
        opened("rini", "volunteer")
        assert sign_in(desk(), "rini").headers["location"] == "/"

    def test_it_cannot_be_turned_off(self, desk: Desk) -> None:
        browser = desk("admin")
        change("admin", totp_secret=SECRET)
        answer = browser.post("/saya/kode/lepas", data={"old": PASSWORD})
        assert answer.status_code == 422
        assert kept("admin").totp_secret == SECRET

    def test_a_secret_sealed_for_another_session_is_none(self, desk: Desk) -> None:
        opened("kepala", "admin")
        opened("kedua", "admin")
        first, second = desk(), desk()
        sign_in(first, "kepala")
        sign_in(second, "kedua")
        sealed = field(first.get("/masuk/kode"), "sealed")
        answer = second.post(
            "/masuk/kode", data={"kode": "1", "sealed": sealed, "csrf": csrf_of(second.get("/masuk/kode"))}
        )
        assert answer.status_code == 422
        assert kept("kedua").totp_secret is None


class TestOwn:
    def test_turning_codes_on_and_off(self, desk: Desk) -> None:
        opened("volunteer", "volunteer")
        browser = desk("volunteer")
        page = browser.get("/saya/kode")
        sealed = field(page, "sealed")
        secret = re.search(r'class="kunci">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")  # type: ignore[index]
        assert browser.post("/saya/kode", data={"kode": "000000", "sealed": sealed, "old": PASSWORD}).status_code == 422
        done = browser.post("/saya/kode", data={"kode": code(secret), "sealed": sealed, "old": PASSWORD})
        first = re.findall(r"<code>(\w{5}-\w{5})</code>", done.text)
        assert len(first) == 10

        again = browser.post("/saya/kode/cadangan", data={"old": PASSWORD})
        second = re.findall(r"<code>(\w{5}-\w{5})</code>", again.text)
        assert len(second) == 10 and not set(first) & set(second)
        assert codes.without(kept("volunteer").recovery, first[0]) is None

        assert browser.post("/saya/kode/lepas", data={"old": "salah sekali"}).status_code == 422
        assert kept("volunteer").totp_secret == secret
        assert browser.post("/saya/kode/lepas", data={"old": PASSWORD}).status_code == 303
        assert kept("volunteer").totp_secret is None and kept("volunteer").recovery is None
        done_ = [action for who, action in log() if who == "volunteer"]
        assert done_ == [
            "desk.code_on",
            "desk.recovery_new",
            "desk.recovery_new",
            "desk.password_failed",
            "desk.code_off",
        ]

    def test_there_is_no_second_app_over_the_first(self, desk: Desk) -> None:
        browser = desk("volunteer")
        sealed = field(browser.get("/saya/kode"), "sealed")
        secret = "A" * 32
        change("volunteer", totp_secret=secret)
        assert browser.post("/saya/kode", data={"kode": "1", "sealed": sealed}).status_code == 422
        assert browser.post("/saya/kode", data={"kode": "1", "sealed": "ff"}).headers["location"] == "/saya/kode"
        assert kept("volunteer").totp_secret == secret
