"""Forms that no page of ours has: more fields, fields twice, other methods, other writings, no token."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from siaga.desk.roles import EVERYBODY
from tests.attacks.desk.world import World, planted
from tests.desk.conftest import Browser, Desk
from tests.desk.signing import kept, opened

OVER = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST", "X-HTTP-Method": "POST"}
FORM = "application/x-www-form-urlencoded"
DIGITS = "9" * 6_000


@pytest.fixture
def world(desk: Desk, apart: Path) -> tuple[World, Browser]:
    return planted(desk, apart / "content", "kata biasa")


def test_a_field_that_a_form_has_not_changes_nothing(desk: Desk) -> None:
    ani, admin = desk("volunteer", login="ani"), desk("admin")
    before = kept("ani")
    more = {
        "roles": "admin", "login": "kepala", "id": str(admin.account_id), "account_id": str(admin.account_id),
        "password_hash": "x", "totp_secret": "x", "disabled_at": "", "invite_digest": "x", "csrf": ani.csrf,
        "created_by": "x", "oidc_subject": "x",
    }  # fmt: skip
    assert ani.post("/saya/nama", data={"name": "Ani Baru", **more}).status_code == 303
    for address in ("/saya/keluar-lain", "/saya/kata-sandi", "/saya/kode"):
        ani.post(address, data={"name": "x", **more})
    for address in (f"/akun/{ani.account_id}", "/akun/baru", f"/akun/{ani.account_id}/undang"):
        assert ani.post(address, data={"name": "Ani", **more}).status_code == 403
    after = kept("ani")
    assert after.name == "Ani Baru"
    assert [after.roles, after.login, after.password_hash, after.totp_secret, after.created_by, after.oidc_subject] == [
        before.roles, before.login, before.password_hash, None, before.created_by, None,
    ]  # fmt: skip
    assert kept("admin").name == "Petugas Admin"


def test_whose_account_it_is_stands_in_the_address_and_nowhere_else(desk: Desk) -> None:
    admin = desk("admin")
    rini, budi = opened("rini", "volunteer"), opened("budi", "volunteer")
    body = urlencode(
        [("name", "Rini Uji"), ("name", "Dua Kali"), ("roles", "editor"), ("account_id", budi), ("id", budi)]
    )
    asked = f"/akun/{rini}?account_id={budi}&id={budi}&roles=admin&roles=reviewer"
    assert admin.post(asked, content=body, headers={"Content-Type": FORM}).status_code == 200
    assert (kept("rini").roles, kept("budi").roles, kept("budi").name) == (["editor"], ["volunteer"], "Petugas Budi")
    for roles in (["volunteer", "root"], ["Admin"], ["volunteer,admin"], ["admin\0"], [""]):
        answer = admin.post(f"/akun/{rini}", data={"name": "Rini", "roles": roles})
        assert answer.status_code in (400, 422), roles
    assert kept("rini").roles == ["editor"]


def test_no_other_method_does_what_a_form_does(desk: Desk, world: tuple[World, Browser]) -> None:
    there, ani = world
    at = f"/kotak/{there.hand_off}"
    name = kept("ani").name
    for address in (
        f"{at}/tutup?alasan=solved",
        f"{at}/lepas",
        "/saya/nama?name=Lain",
        "/keluar",
        f"{at}/catatan?teks=x",
    ):
        asked = f"{address}{'&' if '?' in address else '?'}_method=POST&csrf={ani.csrf}"
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            answer = ani.request(method, asked, headers=OVER)
            assert answer.status_code in (404, 405), (method, address)
    for address in (at, "/saya"):
        for field in ({"_method": "DELETE"}, {"_method": "PUT"}):
            assert (
                ani.post(address, data=field, headers={**OVER, "X-HTTP-Method-Override": "DELETE"}).status_code == 405
            )
    assert ani.get(at).status_code == 200 and kept("ani").name == name


def test_what_is_no_form_is_none(desk: Desk) -> None:
    """What another site's page can send without asking, and what ours never do; with the token, but for the last."""
    ani = desk("volunteer", login="ani")
    name = kept("ani").name
    given = {"name": "Nama Lain", "csrf": ani.csrf}
    for kind in (
        "application/json",
        "text/plain",
        "application/xml",
        "",
        "multipart/form-data",
        "multipart/form-data;;",
    ):
        for body in (json.dumps(given), urlencode(given), f"name=Nama Lain\r\ncsrf={ani.csrf}\r\n"):
            answer = ani.post("/saya/nama", content=body, headers={"Content-Type": kind})
            assert 400 <= answer.status_code < 500, kind
    for kind in ("text/plain", FORM, "multipart/form-data; boundary=x"):
        for origin in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "null"},
            {"Origin": "http://desk.test.evil.example"},
        ):
            for address in ("/saya/nama", "/masuk", "/undangan/x"):
                answer = ani.post(address, content=urlencode(given), headers={"Content-Type": kind, **origin})
                refused = (400, 403) if kind.startswith("multipart") else (403,)
                assert answer.status_code in refused, (address, origin)
    assert kept("ani").name == name


def part(name: str, value: bytes, *, charset: str = "", kind: str = "") -> tuple[bytes, dict[str, str]]:
    """A form with one field, as multipart."""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n{kind}\r\n'.encode()
    content = f"multipart/form-data; boundary=x{f'; charset={charset}' if charset else ''}"
    return head + value + b"\r\n--x--\r\n", {"Content-Type": content}


WRITINGS = ("unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "idna", "punycode", "undefined", "hex", "x" * 99)


@pytest.mark.parametrize("charset", WRITINGS)
def test_a_form_in_an_odd_writing_is_no_fault(desk: Desk, charset: str) -> None:
    guest, ani, editor = desk(), desk("volunteer", login="ani"), desk("editor")
    for value in (rb"\ud800", rb"\x00", b"+2AA-", b"\xff\xfe\x00\xd8", b"xn--" + b"a" * 80, b"a"):
        for browser, address, name in (
            (guest, "/masuk", "login"), (guest, "/masuk", "ke"), (ani, "/saya/nama", "name"),
            (ani, "/kotak/cari", "label"),
            (editor, "/isi/answer/satu/periksa", "yaml"), (ani, "/keluar-lain", "csrf"),
        ):  # fmt: skip
            body, headers = part(name, value, charset=charset)
            assert browser.post(address, content=body, headers=headers).status_code < 500, (address, value)
    del ani.headers["X-CSRF-Token"]
    body, headers = part("csrf", rb"\ud800", charset=charset)
    assert ani.post("/saya/nama", content=body, headers=headers).status_code in (400, 403)


def test_forms_within_forms_are_words(desk: Desk) -> None:
    ani = desk("volunteer", login="ani")
    inner, _ = part("name", b"Nama Lain")
    body, headers = part("name", inner.replace(b"--x", b"--y"), kind="Content-Type: multipart/mixed; boundary=y\r\n")
    assert ani.post("/saya/nama", content=body, headers=headers).status_code in (400, 422)
    many = b"".join(part(f"a{number}", b"b")[0].removesuffix(b"--x--\r\n") for number in range(3_000)) + b"--x--\r\n"
    assert ani.post("/saya/nama", content=many, headers=headers).status_code in (400, 413)
    assert kept("ani").name == "Petugas Ani"


def test_numbers_of_thousands_of_digits_are_no_numbers(desk: Desk, world: tuple[World, Browser]) -> None:
    """Python refuses to read them, which nobody expects of what has nothing but digits."""
    there, ani = world
    everybody = desk(*EVERYBODY, login="semua")
    for address in (f"/kotak/{DIGITS}", f"/tugas/{DIGITS}", f"/akun/{DIGITS}", f"/isi/terbitan/{DIGITS}"):
        for browser in (everybody, desk()):
            assert browser.get(address).status_code in (303, 404)
            assert browser.post(f"{address}/tutup").status_code in (303, 404)
    text = "id: satu\nshort: x\nvariants: [a, b]\n"
    for address, form in (
        ("/isi/answer/satu/tulis", {"yaml": text, "draf": DIGITS, "dasar": DIGITS}),
        (
            "/isi/answer/satu/periksa",
            {"yaml": text, "bentuk": "form", "f.follow_ups.0.asal": DIGITS, "f.options.0.asal": DIGITS},
        ),
        ("/isi/terbitkan", {"naskah": DIGITS}),
        ("/pemahaman/maksud", {"lain": DIGITS, "ids": str(there.unclear), "semua": str(there.unclear), "hal": DIGITS}),
        ("/pemahaman/urung", {"klik": DIGITS}),
        ("/kotak/cari", {"nomor": DIGITS, "telepon": DIGITS}),
        ("/pertanyaan/1/baru", {"tanya": DIGITS, "nama": DIGITS}),
    ):
        for headers in ({}, {"HX-Request": "true"}):
            assert everybody.post(address, data=form, headers=headers).status_code < 500, address
    assert ani.get(f"/kotak/{there.hand_off}?percakapan={DIGITS}&semua={DIGITS}").status_code == 200
