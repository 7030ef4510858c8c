"""What citizens and staff write, on the pages and sheets that are made of it: it does nothing there, and is read."""

from __future__ import annotations

import io
from datetime import date, datetime, timezone
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.certificates.issuing import Certificate
from siaga.certificates.pdf import drawn as certificate
from siaga.content import parse_entry
from siaga.content.document import as_read, write_document
from siaga.content.kinds import Entries
from siaga.rights.exporting import Export, as_html
from siaga.rights.plain import Section, Sheet
from siaga.rights.sheet import drawn
from siaga.rights.words import TABLES
from siaga.simulator.page import _templates

NOW = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</td></table></html><script src=//x.example>",
    "<!--", "]]>", "<?xml?>", "&lt;script&gt;", "{{ 7*7 }}", "{% raw %}", "javascript:alert(1)",
    "<svg/onload=alert(1)>", "</script><script>x", "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content=0>", "<base href=//x.example>", "' onmouseover='x", "\u202egpj.exe\u202c",
    "\u2066\u2067\u200f", "مرحبا بالعالم", "a\x00b\x07c\x1b[31m", "a\u2028b\u2029c\x85d\x0be", "x" * 5000,
    "\ufdfd" * 300, "Z\u0300\u0301\u0302" * 200, "\U000e0041\U000e0042", "<para><font size=900>", "&#0;&#x202e;",
    "%s%n%(x)s",
)  # fmt: skip


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def exported(words: str) -> str:
    row = {"isi": words, words: [words, {words: words}]}
    return as_html(Export(NOW, {next(iter(TABLES)): [row]}, {f"berkas-1.{words}": b""}))


@given(st.sampled_from(HOSTILE) | st.text(max_size=60).filter(lambda text: text.isprintable()))
def test_the_file_of_somebodys_data_has_no_tag_of_theirs(words: str) -> None:
    made = Tags(exported(words))
    assert made.tags == Tags(exported("biasa")).tags
    assert words.replace("\x00", "") in made.words.replace("\x00", "").replace("\ufffd", "")


def pages(content: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    assert len(document) < 60
    return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:24])
def test_the_sheet_in_the_chat_is_drawn_and_read(words: str) -> None:
    sheet = Sheet("Uji", "Dibuat", (words,), (Section(words, (((words, words), ("isi", f"{words} tetap ada")),)),))
    made = drawn(sheet)
    read = pages(made)
    assert "tetap ada" in " ".join(read.split()) and not set(read) & set("\u202e\u2066\u2067\u200f\x00\x1b")
    assert b"/JavaScript" not in made and b"/Launch" not in made and b"/URI" not in made


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:24])
def test_a_certificate_is_drawn_whatever_is_on_file(words: str) -> None:
    made = certificate(
        Certificate("UJI-1234-5678", words[:120], "3578********0001", date(1954, 8, 17), 1, "sinovac", words[:40],
                    date(2021, 8, 1), words[:200], "import", True, date(2026, 11, 23))
    )  # fmt: skip
    assert "UJI-1234-5678" in pages(made)
    assert b"/JavaScript" not in made and b"/Launch" not in made


def answers(words: str) -> Entries:
    """One answer, each text of it as given."""
    said = "a" + ascii("".join(sign for sign in words if sign.isprintable()))[1:-1].replace("\\'", "'").replace(
        '"', '\\"'
    )
    body = f'id: uji\nquestion: "{said}"\nshort: "{said}"\nmore: "{said}"\nsource: "{said}"\nvariants: ["{said}"]\n'
    head = parse_entry("topic: vaccine", Path("content/answers/uji.yml"))
    entry = parse_entry(body, Path("content/answers/uji.yml"))
    entry.head = head
    return Entries([entry], [head])


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:24])
def test_the_health_workers_page_has_no_tag_of_an_editors(words: str) -> None:
    made = Tags(write_document({"answer": answers(words)}, NOW))
    plain = Tags(write_document({"answer": answers("biasa")}, NOW))
    assert made.tags == plain.tags
    assert ("meta", ("http-equiv", "content")) in made.tags


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["*", "_", "<b>", "&", "\n", "a", '"', "'", " ", "`", "~"]), max_size=20).map("".join))
def test_marks_make_letters_bold_and_nothing_else(words: str) -> None:
    assert {tag for tag, names in Tags(as_read(words)).tags} <= {"strong", "em", "br"}


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:24])
def test_the_simulators_page_has_no_tag_of_a_contacts(words: str) -> None:
    def page(name: str) -> Tags:
        start = {"open": [name], "offset": 0, "contacts": [{"name": name, "wa_id": name}]}
        return Tags(_templates.get_template("page.html").render(start=start))

    assert page(words).tags == page("biasa").tags
