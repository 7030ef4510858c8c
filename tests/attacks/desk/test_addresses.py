"""Where an address leads: after signing in, with a made-up host, with a way out of its folder."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest

from siaga.db import transaction
from siaga.desk import sessions
from siaga.desk.access import cookie_name
from siaga.desk.roles import EVERYBODY
from siaga.settings import settings
from tests.attacks.desk.world import planted
from tests.desk.conftest import Desk, account
from tests.desk.signing import opened, sign_in
from tests.desk.test_server import running

ELSEWHERE = (
    "//evil.example", "///evil.example", "\\\\evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example",
    "/%2f%2fevil.example", "/%2Fevil.example", "%2f%2fevil.example", "/%5cevil.example", "/%09/evil.example",
    "/..//evil.example", "/.//evil.example", "/;//evil.example", "/@evil.example", "@evil.example",
    "https:evil.example", "https://evil.example", "HTTPS:///evil.example", "javascript:alert(1)",
    "java\nscript:alert(1)", "data:text/html,x", "／／evil.example", "/／evil.example",
    "/\u2028/evil.example", "/\u00ad/evil.example",
    "/\u2215evil.example", "/saya\r\nSet-Cookie: a=b", "/saya\u560d\u560aSet-Cookie: a=b", "/saya%0d%0aSet-Cookie:a=b",
    ".evil.example", ":80", "/\0/evil.example",
)  # fmt: skip


def leads_to(location: str) -> str:
    """The host that a browser goes to: it takes tabs and line ends out, and a backslash for a slash."""
    read = re.sub(r"[\t\r\n]", "", location).strip("\0 ").replace("\\", "/")
    return urlsplit(urljoin("http://desk.test/masuk", read)).netloc


def test_signing_in_leads_to_the_desk(desk: Desk) -> None:
    opened("rini", "volunteer")
    signed_in, half = desk("volunteer", login="budi"), desk()
    with transaction() as session:
        token = sessions.begin(session, account("siti", "admin"), datetime.now(timezone.utc), waits_for_code=True)
    half.cookies.set(cookie_name(), token, domain="desk.test")
    for number, where in enumerate(ELSEWHERE):
        answers = [one.get(f"/masuk?ke={quote(where)}") for one in (desk(), signed_in, half)]
        answers += [half.get(f"/masuk/kode?ke={quote(where)}")]
        if not number % 6:  # each is a password to be hashed
            answers += [sign_in(desk(), "rini", ke=where)]
        for answer in answers:
            if answer.status_code == 303:
                assert leads_to(answer.headers["location"]) == "desk.test", where
            for given in re.findall(r'name="ke" value="([^"]*)"', answer.text):
                assert leads_to(given) == "desk.test", where
            for name, value in answer.headers.items():
                assert not re.search(r"[\r\n]", value), name
            assert answer.headers.get("set-cookie", "").startswith(("", cookie_name())), where
            assert "a=b" not in answer.headers.get("set-cookie", "")


def test_a_page_that_is_asked_for_is_come_back_to_on_the_desk(desk: Desk) -> None:
    for where in ("//evil.example/x", "/%2f%2fevil.example", "/%5C%5Cevil.example", "/%0d%0aSet-Cookie:a=b"):
        answer = desk().get(f"http://desk.test{where}")
        assert answer.status_code in (303, 404)
        assert leads_to(answer.headers.get("location", "/")) == "desk.test"


OUT = (
    "..%2f..%2fapp.py", "%2e%2e/app.py", "%2e%2e%2f%2e%2e%2fapp.py", "....//app.py", "..%5capp.py", "%2fetc/passwd",
    "/etc/passwd", "desk.css%00.py", "%00", "%c0%ae%c0%ae%2fapp.py", "%ef%bc%8e%ef%bc%8e/app.py", "%uff0e", "a" * 5_000,
    "%e2%80%ae", "..;/app.py", "vendor/../../app.py", "file:%2f%2f%2fetc%2fpasswd", "9" * 6_000, "-1", "1e3", "%0d%0ax",
)  # fmt: skip


def test_no_address_leads_out_of_its_folder(desk: Desk, apart: Path) -> None:
    there, _ = planted(desk, apart / "content", "kata biasa")
    everybody = desk(*EVERYBODY, login="semua")
    for out in OUT:
        for base in (
            "/static/", "/undangan/", "/angka/csv/", "/isi/", "/isi/answer/", "/isi/terbitan/", "/kotak/",
            f"/kotak/{there.hand_off}/berkas/", "/laporan/", "/tugas/", "/akun/", "/kabar/", "/pertanyaan/",
        ):  # fmt: skip
            answer = everybody.get(base + out)
            assert answer.status_code in (303, 400, 404), base + out
            assert "root:" not in answer.text and "import" not in answer.text
    for out in OUT[:6]:
        answer = everybody.post(f"/isi/answer/{out}/tulis", data={"yaml": "id: x\nshort: x", "berkas": f"../{out}"})
        assert answer.status_code in (400, 404, 422)
        new = everybody.post("/isi/answer/baru", data={"nama": out, "berkas": f"../../{out}"})
        assert new.status_code == 422


NAME = re.compile(r'attachment; filename="[a-z0-9.-]+"|inline; filename="[a-z0-9.-]+"')


def test_names_of_files_are_ours(desk: Desk, apart: Path) -> None:
    there, volunteer = planted(desk, apart / "content", 'a"; filename=b.html\r\nSet-Cookie: a=b')
    steers = desk("programme", "reviewer", "editor")
    answers = [volunteer.get(f"/kotak/{there.hand_off}/berkas/{there.file}")]
    for address in (
        "/laporan/unduh.csv",
        "/catatan/csv",
        "/angka/csv/tempat",
        "/isi/naskah",
        "/isi/naskah?pratinjau=1",
    ):
        answers.append(steers.get(address))
    answers.append(steers.post("/pemahaman/contoh/unduh"))
    for answer in answers:
        if answer.status_code == 200:
            assert NAME.fullmatch(answer.headers["content-disposition"]), answer.url
        assert "set-cookie" not in answer.headers
    assert sum(answer.status_code == 200 for answer in answers) >= 6


FORGED = {
    "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "444",
    "X-Host": "evil.example", "Forwarded": "for=203.0.113.9;host=evil.example;proto=https", "X-Original-URL": "/akun",
    "X-Rewrite-URL": "/akun",
    "X-Forwarded-Prefix": "//evil.example", "X-Real-IP": "203.0.113.9", "X-Forwarded-Server": "evil.example",
}  # fmt: skip


def test_who_is_no_proxy_of_ours_says_nothing_about_the_host(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        token = sessions.begin(session, account("kepala", "admin"), datetime.now(timezone.utc))
        here = sessions.find(session, token, datetime.now(timezone.utc))
    assert here is not None
    asks = {"X-CSRF-Token": here.csrf, "Cookie": f"{cookie_name()}={token}", **FORGED}
    with running() as url, httpx.Client(base_url=url, headers=asks, trust_env=False) as admin:
        form = {"login": "rini", "name": "Rini Uji", "roles": "volunteer"}
        page = admin.post("/akun/baru", data=form).text
        assert f'value="{url}/undangan/' in page and "evil.example" not in page
        monkeypatch.setattr(settings(), "desk_url", "https://meja.example.go.id")
        page = admin.post("/akun/baru", data=form | {"login": "budi"}, headers={"Host": "evil.example"}).text
        assert 'value="https://meja.example.go.id/undangan/' in page and "evil.example" not in page
        assert admin.get("/kotak").status_code == 200, "an address in a header is not what is asked for"


def test_an_address_is_counted_whatever_it_calls_itself(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "desk_rate", 0.1)
    monkeypatch.setattr(settings(), "desk_burst", 5)
    with running() as url:
        answers = [
            httpx.get(f"{url}/masuk", headers={name: f"203.0.113.{number}"}, trust_env=False).status_code
            for number in range(4)
            for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded")
        ]
    assert answers == [200] * 5 + [429] * 7
