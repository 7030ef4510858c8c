"""What somebody writes is never markup: each page with hostile words has the elements of the same page with plain ones.

A page is compared by its elements and the names of their attributes, where nothing may come from what was written;
addresses in it must lead to the desk itself, and its title must be one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from siaga.desk.roles import EVERYBODY
from tests.attacks.desk.asking import LEFT_OUT, ROLES
from tests.attacks.desk.world import World, planted
from tests.desk.conftest import Browser, Desk
from tests.emptying import empty

PLAIN = "kata {{biasa}} saja"
HOSTILE = (
    "\"'><img src=x onerror=a()></title><script>a()</script>",
    "javascript:a()//' onfocus='a()' {{7*7}}${7*7}%s%n\u202e",
)
LEADS = frozenset({"href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data", "srcdoc"})
OWN = re.compile(r"/(?![/\\])|[?#]|data:image/|$")
"""Where an address may lead: to the desk itself; a picture may stand in its page."""
ROLES_OF = {path: roles for (path, method), roles in ROLES.items() if method == "GET" and path not in LEFT_OUT}


_PLAIN: dict[str, Seen] = {}
"""What the pages are made of when all words are plain; made by the first test that needs it."""


@dataclass
class Seen(HTMLParser):
    """The elements of a page."""

    elements: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._in_title = self._drawn = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, frozenset(name for name, _ in attrs)))
        self.leads += [value or "" for name, value in attrs if name in LEADS]
        self._drawn = self._drawn or tag == "svg"
        if tag == "title" and not self._drawn:
            self.titles.append("")
            self._in_title = True

    def handle_endtag(self, tag: str) -> None:
        self._drawn = self._drawn and tag != "svg"
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.titles[-1] += data


def pages(desk: Desk, world: World, volunteer: Browser, words: str) -> Iterator[tuple[str, httpx.Response]]:
    """All that the desk shows, with these words in whatever is asked for, too."""
    somebody = {role: desk(role, login=f"uji-{role}") for role in EVERYBODY} | {"volunteer": volunteer, "": desk()}
    for path in sorted(ROLES_OF):
        address = re.sub(r"{(\w+)}", lambda match, path=path: str(world.named(path, match[1])[0]), path)
        asked = dict.fromkeys(("cari", "ke", "tab", "alasan", "jenis", "wilayah", "siapa", "apa", "naskah"), words)
        asked |= {"semua": "1", "a": "1", "b": str(world.review), "pratinjau": "1", "tanya": "1", "bentuk": "yaml"}
        let_in = sorted(ROLES_OF[path] or {"", "admin"})
        for role in let_in:
            yield f"GET {path} as {role}", somebody[role].get(address)
        yield f"GET {path} with words", somebody[let_in[-1]].get(address, params=asked)
    yield "GET /isi/answer/satu/tulis", somebody["editor"].get("/isi/answer/satu/tulis")
    for number in world.tasks:
        yield f"GET /tugas/{number}", volunteer.get(f"/tugas/{number}")
        yield f"POST /tugas/{number}/tampilkan", volunteer.post(f"/tugas/{number}/tampilkan")
    for path, role, form in forms(world, words):
        for headers in ({}, {"HX-Request": "true"}):
            yield f"POST {path} {sorted(form)}", somebody[role].post(path, data=form, headers=headers)


def forms(world: World, words: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Forms that come back with what was typed."""
    here = f"/kotak/{world.hand_off}"
    for what, who in (("name", world.person), ("nik", world.person), ("message", world.message), ("phone", "")):
        yield f"{here}/tampilkan", "volunteer", {"apa": what, "siapa": str(who)}
    yield f"{here}/balas", "volunteer", {"teks": f"{words} 3578011708909001", "kunci": "f" * 24}
    yield f"{here}/balas", "volunteer", {"teks": words, "kunci": "x"}
    yield f"{here}/balasan", "volunteer", {"cari": "siap halo"}
    yield f"{here}/alihkan", "volunteer", {"kepada": words, "pesan": words}
    yield f"{here}/label", "volunteer", {"label": words * 5}
    yield f"{here}/jadwal", "volunteer", {"waktu": words, "pesan": words}
    search = dict.fromkeys(("nomor", "label", "alasan", "dari", "sampai", "telepon"), words)
    yield "/kotak/cari", "volunteer", search
    yield "/kotak/cari", "volunteer", {"label": words[:30]}
    yield "/masuk", "", {"login": words, "password": words, "ke": words}
    yield "/akun/baru", "admin", {"login": words, "name": words, "roles": words}
    yield f"/akun/{world.account}/undang", "admin", {}
    yield "/saya/nama", "admin", {"name": words * 9}
    yield f"/pertanyaan/{world.question}/cara", "editor", {"kunci": words, "cara": words, "naskah": words}
    yield f"/pertanyaan/{world.question}/baru", "editor", {"nama": words, "berkas": words, "pertanyaan": words}
    yield "/pemahaman/maksud", "editor", {"ids": str(world.unclear), "semua": str(world.unclear), "lain": words}
    yield "/pemahaman/teks", "editor", {"ids": str(world.unclear), "semua": str(world.unclear), "teks": words}
    yield f"/kabar/{world.hoax}/jawab", "programme", {"klaim": words, "teks": words}
    yield f"/kabar/{world.hoax}/tulis", "editor", {"nama": words, "berkas": words, "label": words}
    yield f"/laporan/{world.report}/keadaan", "programme", {"keadaan": words, "jawaban": words * 300}
    for number in world.tasks:
        born = {"nama": words, "lahir": "1990-08-17"}
        yield f"/tugas/{number}/betulkan", "programme", born
        yield f"/tugas/{number}/betulkan", "programme", {**born, "lahir": words}
    entry = "/isi/answer/satu"
    yaml = f"id: satu\nlabel: Satu\nquestion: {json.dumps(words)}\nshort: {json.dumps(words)}\n"
    for aksi in ("lihat", "yaml", "form", "simpan", "ulang"):
        yield f"{entry}/tulis", "editor", {"yaml": yaml, "aksi": aksi, "catatan": words, "bentuk": "yaml"}
        yield f"{entry}/tulis", "editor", {"f.question": words, "f.short": words, "aksi": aksi, "catatan": words}
    yield f"{entry}/periksa", "editor", {"yaml": yaml, "bentuk": "yaml"}
    yield f"{entry}/periksa", "editor", {"yaml": words, "bentuk": "yaml"}
    yield f"{entry}/tanya", "editor", {"yaml": yaml, "pertanyaan": words, "bentuk": "yaml"}
    yield "/isi/answer/baru", "editor", {"nama": words, "berkas": words}
    yield f"/isi/tinjau/{world.review}/kembalikan", "reviewer", {"catatan": ""}
    yield "/isi/terbitkan", "editor", {"naskah": words, "mulai": words, "sampai": words, "catatan": words}


def htmls(answer: httpx.Response) -> list[str]:
    """The HTML in an answer: the page, or the parts that a stream's news carry."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return [text for text in _texts(answer.json()) if "<" in text]
    return [answer.text] if kind.startswith("text/html") else []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def looked_at(desk: Desk, folder: Path, words: str) -> dict[str, Seen]:
    """What each page is made of, when these words stand wherever somebody may have written."""
    world, volunteer = planted(desk, folder, words)
    found: dict[str, Seen] = {}
    for name, answer in pages(desk, world, volunteer, words):
        assert answer.status_code < 500, name
        seen = found.setdefault(name, Seen())
        for html in htmls(answer):
            assert "$49" not in html, name
            seen.feed(html)
            seen.reset()
    return found


@pytest.mark.parametrize("words", HOSTILE)
def test_words_are_words_on_every_page(desk: Desk, apart: Path, words: str) -> None:
    if not _PLAIN:
        _PLAIN.update(looked_at(desk, apart / "plain", PLAIN))
        empty()
    elements = set().union(*(seen.elements for seen in _PLAIN.values()))
    leads = {lead for seen in _PLAIN.values() for lead in seen.leads}
    shown = 0
    for name, seen in looked_at(desk, apart / "hostile", words).items():
        assert seen.elements <= elements, f"{name}: {seen.elements - elements}"
        assert all("Siaga" in title for title in seen.titles), f"{name}: {seen.titles}"
        assert [lead for lead in seen.leads if not OWN.match(lead) and lead not in leads] == [], name
        shown += bool(seen.elements)
    assert shown > 100
