"""The quick way to read a file tells the same as the one that says what is wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.content import files
from siaga.content.files import ContentError, Entry, parse_entry
from siaga.settings import ROOT

PATH = Path("tips/isolasi.yml")
CONTENT = sorted((ROOT / "content").rglob("*.yml"))
PARTS = st.sampled_from(
    [" ", "  ", "\n", "\n\n", "\n  ", "\n- ", "\n    ", "\r\n", "\u2028", "\t", "\ufeff", "- ", ": ", "id: a", "é",
     "b: 1", "teks: |", "teks: >-", "|+", "|2-", "#x", " # x", "'", '"', "\\", '"\\n"', "{", "}", "[", "]", ",", "😀",
     "ya", "2023-01-24", "2023-02-30", "no", "~", "null", "&x", "*x", "...", "---", "!!str", "%", "@", "0x1F", ".inf",
     "<<: *x"]
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=14).map("".join) | st.lists(PARTS, max_size=9).map(
    lambda parts: "daftar:\n- id: x\n" + "".join(parts)
)


def told(text: str) -> Any:
    """What becomes of a text: all that was read with its lines, or what is wrong."""
    try:
        return _whole(parse_entry(text, PATH))
    except ContentError as error:
        return str(error)


def _whole(value: Any) -> Any:
    if isinstance(value, Entry):
        return value.line, value.lines, {key: _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else repr(value)


def both(text: str) -> tuple[Any, Any]:
    """What is told as it is, and what PyYAML's own loader alone would make of it."""
    as_it_is = told(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_QuickLoader", files._Loader)
        return as_it_is, told(text)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML came without libyaml: there is one way only")
def test_our_files_are_read_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_Loader", None)
    assert all(parse_entry(path.read_text(encoding="utf-8"), path) for path in CONTENT)


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.name)
def test_our_files_read_the_same_either_way(path: Path) -> None:
    one, other = both(path.read_text(encoding="utf-8"))
    assert one == other
    assert isinstance(one, tuple)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_reads_the_same_either_way(text: str) -> None:
    one, other = both(text)
    assert one == other


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("id: a\nteks: |#x\n", 2, "begins with |"),
        ("id: a\nteks:\tb\n", 2, "a tab"),
        ("id: a\n\ufeffb\n", 2, "a byte order mark"),
        ("id: a\nteks: [b\n", 2, "has to end with ]"),
        ("id: a\nid: b\n", 2, "“id” is given twice"),
        ("id: a\nhari: 2023-02-30\n", 2, "day is out of range"),
        ("id: \x07\n", 1, "which YAML does not allow"),
        ("- id: a\n", 1, "must start with names and values"),
    ],
)
def test_a_slip_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(ContentError, match=f"line {line}: .*{reason}"):
        parse_entry(text, PATH)
