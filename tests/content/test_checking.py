"""What `siaga content check` finds: everything at once, with file, line, and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from siaga.content.checking import Finding, check_files, tell
from siaga.content.kinds import DIRECTORY

TODAY = date(2026, 11, 23)
ANSWERS = """topic: vaccine
answers:
"""
NEWS = """news:
  - id: kabar
    title: Vaksin sampai ke pulau kecil
    lines:
      - "Kapal puskesmas sampai di dua belas pulau."
      - "Warga tidak perlu menyeberang lagi."
    date: 2026-11-01
    source: "Kemenkes, 1 November 2026"
    seen_in: "Kabar Uji, 2 November 2026"
    limit_days: 90
"""


def _answer(key: str, question: str, ways: list[str], **changed: str) -> str:
    """An answer of 14 lines from “- id”; ``changed`` puts other values for its keys."""
    keys = {
        "label": key[:20],
        "question": f'"{question}"',
        "short": '"Jawabannya."',
        "source": '"Kemenkes, 3 Maret 2026"',
        "checked": "2026-11-22",
        "review_by": "2027-05-22",
        **changed,
    }
    lines = [f"  - id: {key}"]
    lines += [f"    {name}: {value}" for name, value in keys.items()]
    lines += ["    variants:", *(f'      - "{way}"' for way in ways)]
    return "\n".join(lines) + "\n"


HALAL = [
    "vaksin halal ga",
    "vaksin haram apa tidak",
    "kandungan babi di vaksin",
    "fatwa mui",
    "hukum vaksin",
    "suci ga",
]
PAIN = [
    "lengan pegal",
    "demam habis suntik",
    "pusing setelah vaksin",
    "kipi apa",
    "berapa lama meriang",
    "reaksi vaksin",
]


def _check(tmp_path: Path, *answers: str, front: str = "", news: str = "") -> list[Finding]:
    for folder, text in (("answers", ANSWERS + "".join(answers) if answers else ""), ("front", front), ("news", news)):
        (tmp_path / folder).mkdir(exist_ok=True)
        if text:
            (tmp_path / folder / "x.yml").write_text(text, encoding="utf-8")
    return check_files(tmp_path, TODAY)


def _graves(found: list[Finding]) -> list[tuple[str, int]]:
    return [(finding.key, finding.line) for finding in found if finding.grave]


def test_the_content_as_it_is_has_no_mistake() -> None:
    assert [str(finding) for finding in check_files(DIRECTORY, TODAY) if finding.grave] == []


def test_what_is_right_is_not_told_of(tmp_path: Path) -> None:
    found = _check(
        tmp_path, _answer("halal", "Apakah halal?", HALAL), _answer("pegal", "Apa efeknya?", PAIN), news=NEWS
    )
    assert found == []


def test_all_mistakes_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    found = _check(
        tmp_path,
        _answer("satu", "Apakah halal?", HALAL, label="x" * 21),
        _answer("dua", "Apa efeknya?", PAIN, short='"' + "j" * 601 + '"'),
        news=NEWS.replace("limit_days: 90", "limit_days: 9000"),
    )
    assert _graves(found) == [("satu", 4), ("dua", 20), ("kabar", 10)]
    assert "at most 20" in found[0].reason and str(found[0]).startswith("answers/x.yml, line 4: ")


def test_a_file_that_is_no_yaml_is_told_beside_the_others(tmp_path: Path) -> None:
    found = _check(tmp_path, _answer("satu", "Apakah halal?", HALAL, label="x" * 21), news="news: [")
    assert [finding.kind for finding in found if finding.grave] == ["news", "answer"]


def test_who_leads_to_an_entry_with_a_mistake_is_not_blamed_for_it(tmp_path: Path) -> None:
    found = _check(
        tmp_path,
        _answer("satu", "Apakah halal?", HALAL, label="x" * 21),
        _answer("dua", "Apa efeknya?", PAIN, related="[satu]"),
    )
    assert _graves(found) == [("satu", 4)]


def test_related_that_leads_nowhere(tmp_path: Path) -> None:
    (finding,) = _check(tmp_path, _answer("dua", "Apa efeknya?", PAIN, related="[tidak-ada]"))
    assert finding.line == 10 and "tidak-ada" in finding.reason


@pytest.mark.parametrize("source", ["-", "?", "Internet", "grup WA", "TODO", "medsos."])
def test_a_source_that_is_none(tmp_path: Path, source: str) -> None:
    (finding,) = _check(tmp_path, _answer("halal", "Apakah halal?", HALAL, source=f'"{source}"'))
    assert finding.grave and finding.line == 7 and "no source" in finding.reason


def test_a_message_with_its_source_must_fit(tmp_path: Path) -> None:
    (finding,) = _check(
        tmp_path, _answer("halal", "Apakah halal?", HALAL, more=f'"{"s" * 890}"', source=f'"{"k" * 60}"')
    )
    assert finding.grave and finding.line == 10
    assert "1073 characters" in finding.reason and "by 49." in finding.reason


def test_dates(tmp_path: Path) -> None:
    (due,) = _check(tmp_path, _answer("a", "Apakah halal?", HALAL, checked="2026-05-01", review_by="2026-11-23"))
    assert not due.grave and due.line == 9 and "to be reviewed since 2026-11-23" in due.reason
    (soon,) = _check(tmp_path, _answer("a", "Apakah halal?", HALAL, checked="2026-05-01", review_by="2026-12-23"))
    assert not soon.grave and "to be reviewed by" in soon.reason
    assert _check(tmp_path, _answer("a", "Apakah halal?", HALAL, checked="2026-05-01", review_by="2026-12-24")) == []
    (early,) = _check(tmp_path, _answer("a", "Apakah halal?", HALAL, checked="2026-11-24"))
    assert early.grave and early.line == 8


def test_two_that_are_asked_for_in_the_same_words(tmp_path: Path) -> None:
    """However spelt, and in whatever order."""
    twin = ["apa vaksin ngga halal", *PAIN[1:]]
    found = _check(
        tmp_path,
        _answer("satu", "Apakah suci?", ["vaksin apa tidak halal", *HALAL[1:]]),
        _answer("dua", "Apa efeknya?", twin),
    )
    assert _graves(found) == [("dua", 24)]
    assert "“satu”" in found[0].reason and "keep it in one" in found[0].reason


def test_nearly_the_same_is_to_be_looked_at_other_numbers_are_not(tmp_path: Path) -> None:
    def found(way: str) -> list[Finding]:
        one = _answer("satu", "Apakah suci?", ["jarak vaksin dosis 2 berapa minggu", *HALAL[1:]])
        return _check(tmp_path, one, _answer("dua", "Apa efeknya?", [way, *PAIN[1:]]))

    (near,) = [
        finding for finding in found("jarak vaksin dosis 2 berapa mingguan") if "asked in, too" in finding.reason
    ]
    assert not near.grave
    assert not [one for one in found("jarak vaksin dosis 3 berapa minggu") if "asked in, too" in one.reason]


def test_a_question_that_another_entry_answers(tmp_path: Path) -> None:
    robbed = _answer("satu", "Jarak dosis untuk ibu hamil?", HALAL)
    thief = _answer(
        "dua", "Apa efeknya?", ["jarak dosis ibu hamil berapa", *PAIN[1:]], words='"jarak dosis, ibu hamil"'
    )
    found = [one for one in _check(tmp_path, robbed, thief) if "answered with “dua”" in one.reason]
    assert [(one.key, one.line, one.grave) for one in found] == [("satu", 5, False)]


FRONT = """front:
  - id: menu
    is: menu
    text: Pilih.
    button: Menu
    options:
      - label: Petugas
        payload: /talk_to_human
      - label: Halal?
        answer: halal
"""
NOTICE = """  - id: {id}
    is: notice
    text: Libur.
    from: {begins}
    until: {ends}
"""


def test_a_button_that_leads_to_an_answer_that_is_not_there(tmp_path: Path) -> None:
    assert _check(tmp_path, _answer("halal", "Apakah halal?", HALAL), front=FRONT) == []
    (finding,) = _check(tmp_path, _answer("haram", "Apakah halal?", HALAL), front=FRONT)
    assert finding.grave and finding.line == 10 and "content/answers" in finding.reason


def test_a_payload_that_leads_nowhere(tmp_path: Path) -> None:
    front = FRONT.replace("answer: halal", "payload: /ask_halal")
    (finding,) = _check(tmp_path, _answer("halal", "Apakah halal?", HALAL), front=front)
    assert finding.grave and finding.line == 10 and "/ask_halal" in finding.reason


def test_notices_that_are_over_or_hide_each_other(tmp_path: Path) -> None:
    front = "front:\n" + NOTICE.format(id="lama", begins="2026-11-01", ends="2026-11-23 00:00")
    front += NOTICE.format(id="satu", begins="2026-11-23", ends="2026-11-25 00:00")
    front += NOTICE.format(id="dua", begins="2026-11-24", ends="2026-11-26 00:00")
    front += NOTICE.format(id="tiga", begins="2026-11-26", ends="2026-11-27 00:00")
    found = _check(tmp_path, front=front)
    assert [(finding.key, finding.line, finding.grave) for finding in found] == [("lama", 6, False), ("dua", 15, False)]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("  - id: utter_gone\n    text: Halo.\n", 2, "no sentence"),
        ("  - id: utter_menu\n    text: Halo.\n", 2, "content/front"),
        ("  - id: utter_menu_in_form\n    text: Masih terbuka.\n", 3, "{progress} is lost"),
        ("  - id: utter_goodbye\n    text: Sampai jumpa, {name}.\n", 3, "{name} is filled in by nobody"),
        ("  - id: utter_goodbye\n    text: 'Sampai } jumpa.'\n", 3, "brace"),
        ("  - id: utter_goodbye\n    text: " + "x" * 1025 + "\n", 3, "at most 1024"),
        ("  - id: utter_emergency_still\n    text: Langsung ke IGD.\n", 3, "119 is lost"),
        ("  - id: utter_late\n    text: Maaf.\n    buttons:\n      Menuu: Lihat\n", 4, "no button “Menuu”"),
        (
            "  - id: utter_late\n    text: Maaf.\n    buttons:\n      Menu: Lihat semua pilihan yang ada\n",
            5,
            "at most 20",
        ),
        ("  - id: utter_capabilities\n    text: A\n    buttons:\n      Menu: daftar vaksin\n", 4, "the same title"),
        ("  - id: utter_complaint\n    text: '{x}'\n    buttons:\n      Menu: hubungi petugas\n", 3, "filled in"),
        ("  - id: utter_goodbye\n    text: A\n  - id: utter_goodbye\n    text: B\n", 4, "already an id"),
    ],
)
def test_sentences(tmp_path: Path, text: str, line: int, reason: str) -> None:
    (tmp_path / "sentences").mkdir()
    (tmp_path / "sentences" / "x.yml").write_text(f"sentences:\n{text}", encoding="utf-8")
    found = check_files(tmp_path, TODAY)
    assert [(finding.line, reason in finding.reason) for finding in found] == [(line, True)], found


def test_grave_ones_are_told_first() -> None:
    lines: list[str] = []
    late = Finding("answer", "a", Path("content/answers/x.yml"), 3, "due", grave=False)
    wrong = Finding("answer", "b", Path("content/answers/x.yml"), 9, "wrong")
    assert tell([late, wrong], lines.append) and not tell([late], lambda _: None)
    assert lines == ["ERROR    answers/x.yml, line 9: wrong", "To do    answers/x.yml, line 3: due"]


def test_every_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    for name in ("a.yml", "b.yml"):
        (tmp_path / "news" / name).write_text("news:\n\t- id: satu\n", encoding="utf-8")
    (tmp_path / "news" / "c.yml").write_text(NEWS, encoding="utf-8")
    found = check_files(tmp_path)
    assert [(one.path.name, one.line) for one in found] == [("a.yml", 2), ("b.yml", 2)]


@pytest.mark.parametrize(
    ("short", "reason", "grave"),
    [
        ("“Jawabannya.”", "typographic quotes", True),
        ("„Jawabannya.“", "typographic quotes", True),
        ('Jawabannya."', 'holds one "', False),
        ('“Jawabannya."', 'holds one "', False),
    ],
)
def test_quotes_that_would_be_told_are_found(tmp_path: Path, short: str, reason: str, grave: bool) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    ways = ["satu", "satu apa", "apa satu", "satu itu apa", "satu gimana", "satu ya"]
    text = ANSWERS + _answer("satu", "Apa itu satu?", ways, short=short)
    (folder / "a.yml").write_text(text, encoding="utf-8")
    (found,) = (one for one in check_files(tmp_path, TODAY) if "quote" in one.reason or "holds one" in one.reason)
    assert reason in found.reason and found.grave is not grave
    assert text.splitlines()[found.line - 1].strip().startswith("short:")
