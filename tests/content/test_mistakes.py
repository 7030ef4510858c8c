"""The slips of whoever writes a file are told with the line at fault and what to do, not in YAML's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.content.files import ContentError, parse_entry, read_entry
from siaga.content.mistakes import explain
from tests.content.test_files import TEXTS

PATH = Path("content/answers/contoh.yml")
GOOD = """\
topic: vaccine
answers:
  - id: satu
    label: "Label satu"
    question: "Apa itu satu?"
    variants:
      - apa satu
      - 'satu itu apa'
    related: [dua]
    source: WHO
    checked: 2026-05-01
  - id: dua
    label: Label dua
"""

SLIPS = [
    ("    label: \"", "\tlabel: \"", 4, "a tab"),
    ("    label: \"", "    \tlabel: \"", 4, "a tab"),
    ("label: \"", "label:\t\"", 4, "a tab"),
    ('Label satu"', "Label satu", 4, "does not end with it"),
    ('"Label satu"', '"Label satu”', 4, "does not end with it"),
    ("'satu itu apa'", "'satu itu apa", 8, "does not end with it"),
    ('"Label satu"', '"Label" satu', 4, "there is more text"),
    ("Label dua", "Label: dua", 13, "a text with a colon"),
    ("Label dua", "%2 dua", 13, "begins with %"),
    ("Label dua", "*dua*", 13, "begins with *"),
    ("Label dua", "@dua", 13, "begins with @"),
    ("[dua]", "[dua", 9, "has to end with ]"),
    ("label: Label dua", "label:Label dua", 13, "behind “label:” a space"),
    ("    label: \"", "   label: \"", 4, "“label” begins after 3 spaces, but “id” above it after 4"),
    ("    label: \"", "     label: \"", 4, "“label” begins after 5 spaces"),
    ("  - id: dua", "   - id: dua", 12, "this dash stands after 3 spaces, but the one of “id: satu” above it after 2"),
    ("    label: \"", "   \u00a0label: \"", 4, "does not break"),
    ("label: Label dua", "label:\u00a0Label dua", 13, "does not break"),
    ("  - id: dua", "  -\u00a0id: dua", 12, "does not break"),
    ("    label: \"", "\u200b    label: \"", 4, "without width"),
    ("  - id: dua", "<<<<<<< HEAD\n  - id: dua", 12, "a conflict"),
    ("Label dua", "Label\u000b dua", 13, "U+000B"),
    ("2026-05-01", "2026-02-30", 11, "“2026-02-30” cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "line", "reason"), SLIPS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_slip_is_told_where_it_is_and_with_what_to_do(
    right: str, wrong: str, line: int, reason: str, line_end: str
) -> None:
    assert GOOD.count(right) == 1
    text = GOOD.replace(right, wrong).replace("\n", line_end)
    with pytest.raises(ContentError) as told:
        parse_entry(text, PATH)
    assert f"answers/contoh.yml, line {line}: " in str(told.value)
    assert reason in str(told.value) and "YAML:" not in str(told.value)


def test_what_programs_put_into_files_is_no_slip() -> None:
    assert (
        parse_entry("\ufeff" + GOOD, PATH) == parse_entry(GOOD.replace("\n", "\r\n"), PATH) == parse_entry(GOOD, PATH)
    )


def test_where_a_file_is_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "contoh.yml"
    path.write_bytes(GOOD.encode().replace(b"Label dua", b"Caf\xe9 dua"))
    with pytest.raises(ContentError, match="line 13: the file is not UTF-8 text"):
        read_entry(path)


def test_what_is_no_usual_slip_is_told_as_yaml_does() -> None:
    with pytest.raises(ContentError, match=r"line 3: this cannot be read as YAML: .*the one above"):
        parse_entry("a: 1\nsatu saja\n", PATH)


@given(TEXTS, st.integers(1, 40))
def test_any_text_is_explained_or_not(text: str, stopped: int) -> None:
    found = explain(text, stopped)
    assert found is None or 1 <= found[0] <= len(text.splitlines()) + 2
