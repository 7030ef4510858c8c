"""The document for health workers: all of the texts, nothing that runs, nothing from elsewhere."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path

import pytest

from siaga.content import Entry, live, parse_entry
from siaga.content.document import as_read, sections, write_document
from siaga.content.kinds import KINDS, Entries
from siaga.content.sentences import domain_responses

NOW = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)


class _Page(HTMLParser):
    """The document's ids, the links within it, what it loads, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        if name := given.get("id"):
            self.ids.append(name)
        if tag == "a":
            self.links.append(given.get("href") or "")
        self.loads += [given[key] or "" for key in ("src", "srcset", "data") if key in given]

    def handle_data(self, data: str) -> None:
        self.words += data


def _answer(body: str) -> Entries:
    head = parse_entry("topic: vaccine", Path("content/answers/x.yml"))
    entry = parse_entry(body, Path("content/answers/x.yml"))
    entry.head = head
    return Entries([entry], [head])


@pytest.fixture(scope="module")
def page() -> _Page:
    live.forget()
    return _Page(write_document({name: live.entries(name) for name in KINDS}, NOW))


def _flat(text: str) -> str:
    return re.sub(r"[\s*_]+", "", text)


def test_every_entry_stands_in_it_with_all_that_is_told(page: _Page) -> None:
    words = _flat(page.words)
    for kind in ("answer", "hoax", "tip", "news"):
        for entry in live.entries(kind):
            assert entry["id"] in page.words
            for key in ("question", "claim", "title", "short", "more", "why", "share", "how_long", "source"):
                if isinstance(entry.get(key), str):
                    assert _flat(entry[key]) in words, (entry["id"], key)
            for key in ("advice", "lines", "variants"):
                for line in entry.get(key) or ():
                    assert _flat(line) in words, (entry["id"], key)
            for key in ("for", "audiences"):
                for text in (entry.get(key) or {}).values():
                    assert _flat(text) in words, (entry["id"], key)


def test_the_self_check_and_emergencies_stand_in_it(page: _Page) -> None:
    from siaga.emergency.signs import load_signs
    from siaga.selfcheck.rules import rules_in_force

    words = _flat(page.words)
    rules = rules_in_force(NOW.date())
    told = [line for steps in load_signs().values() for line in steps.lines]
    told += [line for stage in rules.stages.values() for line in stage.advice]
    told += [rule.reason for rule in rules.rules if rule.reason]
    told += [line for sign in rules.signs.values() for line in sign.advice]
    told += [question.text for question in rules.questions.values()]
    assert told and [line for line in told if _flat(line) not in words] == []


def test_all_else_that_is_medical_stands_in_it(page: _Page) -> None:
    """What is told by rules, beside figures, unasked, or by a fixed sentence."""
    from siaga.doses.rules import rules_in_force as doses
    from siaga.eligibility.rules import rules_in_force as eligibility
    from siaga.radar.words import load_radar_tips, load_words
    from siaga.reminders.words import words as notices
    from siaga.whatsapp.templates import templates

    words = _flat(page.words)
    may, when = eligibility(NOW.date()), doses(NOW.date())
    told = [one.reason for one in may.rules] + [one.say for one in may.notes]
    told += [text for one in may.questions.values() for text in (one.text, one.why, one.example)]
    told += [one.reason for one in (*when.intervals, *when.single_dose)] + [one.say for one in when.late]
    told += [one.source for one in (*may.rules, *may.notes, *when.intervals, *when.late, *when.regimens)]
    told += [one.text for one in load_radar_tips()] + [one.means for one in load_words().levels.values()]
    told += [one.words for one in notices().values()] + [
        one.body for one in templates().values() if not one.carries_code
    ]
    told += [
        str(variant["text"])
        for variants in domain_responses().values()
        for variant in variants
        if re.search(r"\b119\b|⚠|dokter|IGD|demam|sesak", str(variant.get("text")))
    ]
    assert len(told) > 200 and [text for text in told if _flat(text) not in words] == []


def test_conditions_are_in_indonesian(page: _Page) -> None:
    assert "umur (tahun) ≥ 5 dan napas semenit > 30" in page.words
    assert "dosis terakhir kurang dari 8 minggu yang lalu dan vaksin terakhir adalah “AstraZeneca”" in page.words
    assert "penyakit menahun adalah darah tinggi dan dosis yang sudah diterima < 2" in page.words
    conditions = re.findall(r"(?:Berlaku|Ditanyakan) kalau\s*(.*)", page.words)
    assert len(conditions) > 50
    assert [one for one in conditions if re.search(r"_|\b(is|and|or|any|than|age|yes|none|months?|days)\b", one)] == []


def test_every_link_leads_to_an_entry_and_every_entry_is_linked(page: _Page) -> None:
    assert len(set(page.ids)) == len(page.ids)
    assert sorted(f"#{name}" for name in page.ids) == sorted(page.links)


def test_it_needs_nothing_else(page: _Page) -> None:
    assert page.loads == []
    assert not page.tags & {"script", "link", "img", "iframe", "object", "base"}


BODY = """id: <b>id</b>
label: L
question: "<script>alert(1)</script> & \\"halal\\"?"
variants: ["<img src=x onerror=alert(1)>"]
short: "Baca *<i>tebal</i>* dan a*b*c, 2 * 3 * 4, _miring_."
source: "<a href='javascript:x'>Sumber</a>"
checked: 2026-05-01
review_by: 2026-11-23
"""


def test_whatever_staff_write_is_only_text() -> None:
    page = _Page(write_document({"answer": _answer(BODY)}, NOW))
    assert not page.tags & {"script", "img", "i", "b"}
    assert "<script>alert(1)</script>" in page.words and "<img src=x onerror=alert(1)>" in page.words
    assert all(link.startswith("#") for link in page.links)


def test_marks_of_whatsapp_are_shown_as_it_shows_them() -> None:
    assert as_read("*<b>* a*b*c 2 * 3 * 4 _m_\nx") == "<strong>&lt;b&gt;</strong> a*b*c 2 * 3 * 4 <em>m</em><br>\nx"


def test_what_is_due_is_marked_in_the_contents_and_at_its_place() -> None:
    def marks(now: datetime) -> int:
        return write_document({"answer": _answer(BODY)}, now).count('<span class="mark overdue">PERIKSA LAGI</span>')

    # In Jakarta the day has begun at five in the evening before.
    assert marks(datetime(2026, 11, 22, 16, 59, tzinfo=timezone.utc)) == 0
    assert marks(datetime(2026, 11, 22, 17, 0, tzinfo=timezone.utc)) == 3
    due = next(one for one in sections({"answer": _answer(BODY)}, NOW.date()) if one.due)
    assert (due.anchor, due.due) == ("jawaban-vaccine", 1)


def test_changed_sentences_are_marked_and_a_preview_says_so() -> None:
    entry: Entry = parse_entry("id: utter_goodbye\ntext: Sampai nanti.", Path("content/sentences/x.yml"))
    page = _Page(write_document({"sentence": Entries([entry])}, NOW, preview=True))
    assert "Sampai nanti." in page.words and "Diubah petugas" in page.words
    assert "belum terbit" in page.words
    assert "belum terbit" not in _Page(write_document({}, NOW)).words
