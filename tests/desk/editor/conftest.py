"""A small content in the database, and what a browser does with the editor's form."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from siaga.content import live
from siaga.content.importing import import_files
from siaga.db import transaction
from siaga.desk.editor import asking
from tests.desk.conftest import Browser

ANSWERS = """\
# Yang diuji.
topic: vaccine
answers:
  - id: vaksin-halal
    label: Halal atau tidak?   # di tombol
    question: "Apakah vaksin COVID-19 halal?"
    # Seperti orang mengetik.
    variants: [vaksin halal ga?, halal gak sih, ada babi di vaksin, fatwa mui vaksin, hukum vaksin, vaksin haram]
    short: |-
      Ada yang *halal*.
      Tanyakan jenisnya.
    for:
      pregnant: "Sama saja untuk ibu hamil."
    source: "Fatwa MUI No. 2 Tahun 2021"
    checked: 2026-01-01
    review_by: 2027-12-31

  - id: vaksin-hamil
    label: Ibu hamil
    question: "Bolehkah ibu hamil divaksin?"
    variants: [hamil boleh vaksin, bumil vaksin, lagi hamil vaksin, hamil muda vaksin, vaksin ibu hamil, hamil disuntik]
    short: "Boleh, setelah diperiksa bidan."
    related: [vaksin-halal]
    source: "Kemenkes, 2 Agustus 2021"
    checked: 2026-01-01
    review_by: 2026-02-01
"""
FRONT = """\
front:
  - id: menu
    is: menu
    text: "Pilih."
    button: Lihat menu
    options:
      - label: Halal
        answer: vaksin-halal
      - label: Hubungi petugas   # harus ada
        payload: /talk_to_human
"""


@pytest.fixture
def content(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two answers and a menu are published; the search goes by words, without the models."""
    for folder, text in (("answers", ANSWERS), ("front", FRONT)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.yml").write_text(text, encoding="utf-8")
    live.forget()
    with transaction() as session:
        import_files(session, tmp_path)
    monkeypatch.setattr(asking, "ENCODERS", ())
    yield
    live.forget()


class _Controls(HTMLParser):
    """The fields of one form, as a browser would send them."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form
        self._inside = False
        self._text: list[str] | None = None
        self._select: list[str] | None = None
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == self._form
        if not self._inside:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.append((name, value))
        elif tag == "textarea":
            self._text = [name, ""]
        elif tag == "select":
            self._select = [name]
        elif tag == "option" and self._select is not None and (len(self._select) == 1 or "selected" in given):
            self._select[1:] = [value]

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._text is not None:
            self.fields.append((self._text[0], self._text[1].removeprefix("\n").replace("\n", "\r\n")))
            self._text = None
        elif tag == "select" and self._select is not None:
            self.fields.append((self._select[0], "".join(self._select[1:])))
            self._select = None


def fields(page: str) -> list[tuple[str, str]]:
    """What the editor's form would send as it is."""
    controls = _Controls("isi-form")
    controls.feed(page)
    return controls.fields


class Page:
    """The page on which an entry is written, open in a browser."""

    def __init__(self, browser: Browser, address: str, answer: httpx.Response | None = None) -> None:
        self.browser = browser
        self.address = address.partition("?")[0]
        answer = answer or browser.get(address)
        self.status = answer.status_code
        self.text = answer.text
        self.fields = fields(answer.text)

    def send(self, to: str = "tulis", **typed: str) -> httpx.Response:
        """Send the form with what was typed, by the names of its fields: ``for__pregnant`` is “f.for.pregnant”."""
        own = ("aksi", "catatan", "yaml", "pertanyaan")
        changed = {name if name in own else f"f.{name.replace('__', '.')}": value for name, value in typed.items()}
        sent = [(name, changed.pop(name, value)) for name, value in self.fields]
        sent += list(changed.items())
        address = self.address.removesuffix("tulis") + to
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.browser.post(address, content=urlencode(sent), headers=headers)

    def save(self, **typed: str) -> Page:
        """Save, and see what comes then."""
        answer = self.send(**{"aksi": "simpan", **typed})
        if answer.status_code == 303:
            return Page(self.browser, answer.headers["location"])
        return Page(self.browser, self.address, answer)


def open_page(browser: Browser, kind: str = "answer", key: str = "vaksin-halal", query: str = "") -> Page:
    """Open an entry to write it."""
    return Page(browser, f"/isi/{kind}/{key}/tulis{query}")
