"""What holds for every page of the desk."""

from __future__ import annotations

import time

import pytest

from siaga.desk.menu import MENU, menu_of
from siaga.desk.roles import EVERYBODY
from tests.desk.conftest import Desk


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in_and_back(desk: Desk) -> None:
    answer = desk().get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/masuk"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(desk: Desk) -> None:
    answer = desk().get("/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"] == "/masuk"


@pytest.mark.parametrize("role", EVERYBODY)
def test_each_role_is_led_to_the_first_page_of_its_menu(desk: Desk, role: str) -> None:
    answer = desk(role).get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == menu_of([role])[0].path


def test_every_answer_carries_the_headers_that_keep_it_ours(desk: Desk) -> None:
    for answer in (desk().get("/health"), desk().get("/tidak-ada"), desk("volunteer").get("/")):
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_a_page_that_is_not_there_says_so_in_indonesian(desk: Desk) -> None:
    answer = desk("volunteer").get("/tidak-ada")
    assert answer.status_code == 404
    assert "tidak ada" in answer.text
    assert "Petugas Volunteer" in answer.text


def test_files_are_kept_by_browsers_for_good(desk: Desk) -> None:
    answer = desk().get("/static/desk.css")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_the_menu_names_only_roles_that_there_are() -> None:
    assert {role for entry in MENU for role in entry.roles} <= set(EVERYBODY)


def test_a_form_of_very_many_fields_is_not_even_read(desk: Desk) -> None:
    """Who is not signed in could hold up everybody with one request: reading this takes eight seconds."""
    browser = desk()
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    began = time.monotonic()
    for body in (b"a&" * 500_000, b"login=" + b"%41" * 1_000_000):
        assert browser.post("/masuk", content=body, headers=kind).status_code == 413
    assert time.monotonic() - began < 4


def test_a_made_up_host_does_not_decide_which_page_it_is(desk: Desk) -> None:
    """PYSEC-2026-248 and CVE-2026-48710: Starlette's address of a request begins with what the caller says."""
    answer = desk().get("/kotak/7", headers={"Host": "desk.test/akun?x="})
    assert answer.headers["location"] == "/masuk?ke=/kotak/7"
    page = desk("admin").get("/catatan", headers={"Host": "desk.test/akun?x="}).text
    assert 'href="/catatan" aria-current="page"' in page and 'href="/akun" aria-current' not in page
