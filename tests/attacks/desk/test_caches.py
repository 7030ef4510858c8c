"""What stays behind at a screen, in a history, in a proxy's log: nothing of a citizen's."""

from __future__ import annotations

import re
from pathlib import Path

from tests.attacks.desk.test_script import ROLES_OF
from tests.attacks.desk.world import planted
from tests.desk.conftest import Desk
from tests.desk.inbox.given import NIK, phone

WORDS = "Wargauji Rahasia"
TOLD = re.compile(r"Wargauji|Rahasia|wargauji|" + NIK)
ADDRESS = re.compile(r'(?:href|src|action|formaction|hx-[a-z]+)="([^"]*)"')
PUBLIC = ("/publik", "/health")
STAFF = ("/akun", "/isi", "/catatan", "/saya", "/undangan")
"""Where names are those of staff, and words those of who writes the content."""


def test_no_answer_is_kept_and_no_address_tells_of_anybody(desk: Desk, apart: Path) -> None:
    there, ani = planted(desk, apart / "content", WORDS)
    asked = 0
    for path, roles in ROLES_OF.items():
        address = path
        for name in re.findall(r"{(\w+)}", path):
            address = address.replace(f"{{{name}}}", there.named(path, name)[0])
        browsers = [desk()]
        if roles is not None:
            browsers.append(ani if "volunteer" in roles else desk(*roles, login="semua"))
        for browser in browsers:
            for part in ({}, {"HX-Request": "true"}):
                answer = browser.get(address, headers=part)
                asked += 1
                if not path.startswith(PUBLIC):
                    assert "no-store" in answer.headers["cache-control"], path
                if path.startswith(STAFF):
                    continue
                told = " ".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "set-cookie")
                if "html" in answer.headers.get("content-type", ""):
                    title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
                    told += f" {title[1] if title else ''} {' '.join(ADDRESS.findall(answer.text))}"
                assert not TOLD.search(told) and phone(1) not in told, path
    assert asked > 150


def test_nor_is_an_answer_to_what_goes_wrong(desk: Desk, apart: Path) -> None:
    there, ani = planted(desk, apart / "content", WORDS)
    at = f"/kotak/{there.hand_off}"
    answers = [
        ani.post("/kotak/cari", data={"telepon": phone(1)}), ani.post("/kotak/cari", data={"telepon": WORDS}),
        ani.post(f"{at}/tampilkan", data={"apa": "nik", "siapa": there.person}), ani.post(f"{at}/balas", data={}),
        ani.post(f"{at}/balas", data={}, headers={"HX-Request": "true"}), ani.post(f"{at}/catatan", data={}),
        ani.get("/tidak-ada"), ani.get(f"{at}/berkas/1234567"), ani.get("/akun"), ani.put(at),
        ani.get(f"{at}?setelah=x"), ani.get(f"{at}/baru?setelah=x"), ani.post(at + "/label", data={"label": "a\0b"}),
        ani.get("/static/tidak-ada"), ani.get("/" + "a" * 600),
        ani.post("/masuk", data={f"a{number}": "b" for number in range(6_000)}),
        ani.get(at, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}),
        ani.post("/keluar"), ani.get(at), desk().get(at, headers={"HX-Request": "true"}),
    ]  # fmt: skip
    for answer in answers:
        assert "no-store" in answer.headers["cache-control"], answer.url
        for name in ("location", "hx-redirect", "hx-push-url", "hx-replace-url", "hx-location"):
            assert not TOLD.search(answer.headers.get(name, "")) and phone(1) not in answer.headers.get(name, "")
    assert {200, 303, 400, 403, 404, 405, 413, 422} <= {answer.status_code for answer in answers}


def test_pages_leave_no_copy_with_the_browser(desk: Desk) -> None:
    """htmx keeps the last pages in the browser's store, after signing out too, unless it is told not to."""
    assert '"historyCacheSize": 0' in desk("volunteer").get("/kotak").text
