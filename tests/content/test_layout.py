"""A file is taken apart and put together again without a loss, however its entries are written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.content import ContentError, parse_entry
from siaga.content.layout import new_layout, read_head, split, tidy

PATH = Path("news/news.yml")

# As staff may paste it: quotes, colons, dashes, hashes, emoji, blank lines, spaces at both ends.
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30)
_LONG = st.lists(_TEXT, max_size=5).map("\n".join)
_VALUE = st.one_of(_LONG, st.integers(), st.dates(date(1900, 1, 1)), st.none(), st.just("no"))
_KEY = st.from_regex(r"[a-z][a-z0-9_-]{0,15}", fullmatch=True).filter(lambda key: key != "id")
_NESTED = st.recursive(
    _VALUE, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEY, inner, max_size=3)), max_leaves=6
)
_ENTRIES = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_-]{0,20}x", fullmatch=True), st.dictionaries(_KEY, _NESTED, max_size=4), max_size=5
).filter(bool)
_GAP = st.sampled_from(["", "\n", "\n\n", "  # Catatan: - bukan isi\n", "\n# Di tepi\n\n"])


class _Literal(yaml.SafeDumper):
    """Texts of several lines as blocks, as people write them."""


def _block(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Literal.add_representer(str, _block)


def _written(entry: dict[str, Any], style: int) -> str:
    dumper = (yaml.SafeDumper, _Literal)[style % 2]
    flow = (None, False, True)[style % 3]
    text = yaml.dump(entry, Dumper=dumper, allow_unicode=True, sort_keys=False, default_flow_style=flow, width=40)
    # The mark of a document's end, which follows a text that keeps its empty lines, stands in no list.
    return text.removesuffix("...\n")


def _listed(text: str, column: int) -> str:
    first, *others = text.rstrip("\n").split("\n")
    space = " " * column
    return "\n".join([f"{space}- {first}", *(f"{space}  {line}" if line else "" for line in others)]) + "\n"


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, Any]]]:
    entries = {key: {"id": key, **rest} for key, rest in draw(_ENTRIES).items()}
    column = draw(st.sampled_from([0, 2, 4]))
    start = draw(st.sampled_from(["", "# Kepala berkas: - catatan\n", "topic: vaccine\n", "# a\ntopic: covid\n\n"]))
    listed = [draw(_GAP) + _listed(_written(entry, draw(st.integers(0, 5))), column) for entry in entries.values()]
    end = draw(st.sampled_from(["", "\n", "\n# Sampai di sini.", "other:\n  - x\n"]))
    text = f"{start}list:\n{''.join(listed)}{end}"
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text, entries


@settings(max_examples=300, deadline=None)
@given(_files())
def test_nothing_is_lost(file: tuple[str, dict[str, dict[str, Any]]]) -> None:
    text, entries = file
    layout = split(text, PATH, "list")
    assert layout.join(layout.bodies) == text
    read = parse_entry(text, PATH)["list"]
    assert [parse_entry(body, PATH) for body in layout.bodies.values()] == read
    assert list(layout.bodies) == list(entries)
    assert {key: value for key, value in parse_entry(text, PATH).items() if key != "list"} == read_head(
        layout.head, PATH
    )


@settings(max_examples=200, deadline=None)
@given(_files(), st.data())
def test_a_change_of_one_leaves_the_others(file: tuple[str, dict[str, dict[str, Any]]], data: st.DataObject) -> None:
    text, _ = file
    layout = split(text, PATH, "list")
    bodies = dict(layout.bodies)
    key = data.draw(st.sampled_from(sorted(bodies)))
    new = tidy(_written({"id": key, "baru": data.draw(_LONG)}, data.draw(st.integers(0, 5))), PATH)
    if data.draw(st.booleans()):
        del bodies[key]
    else:
        bodies[key] = new
    bodies["tambahan"] = tidy("id: tambahan\nteks: |-\n  satu\n\n  dua", PATH)
    joined = layout.join(bodies)
    assert joined is not None
    again = split(joined, PATH, "list")
    assert {name: parse_entry(body, PATH) for name, body in again.bodies.items()} == {
        name: parse_entry(body, PATH) for name, body in bodies.items()
    }
    assert read_head(again.head, PATH) == read_head(layout.head, PATH)
    for piece in layout.pieces:
        if piece.key != key:
            assert piece.raw in joined


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_KEY, _NESTED, max_size=4), st.integers(0, 5))
def test_a_new_file_holds_what_was_written(entry: dict[str, Any], style: int) -> None:
    body = tidy(_written({"id": "satu", **entry}, style), PATH)
    assert tidy(body, PATH) == body
    text = new_layout("list").join({"satu": body})
    assert text is not None
    assert split(text, PATH, "list").bodies == {"satu": body}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("list: [{id: a}]\n", 1, "one below another"),
        ("{list: [{id: a}]}\n", 1, "one below another"),
        ("list:\n  - id: a\n  - id: a\n", 3, "already an id"),
        ("list:\n  - nama: a\n", 2, "“id” is missing"),
        ("list:\n  - id: 12\n", 2, "“id” is missing"),
        ("list:\n", 1, "must be a list"),
        ("- id: a\n", 1, "must start with names"),
    ],
)
def test_what_cannot_be_taken_apart_is_told(text: str, line: int, reason: str) -> None:
    with pytest.raises(ContentError, match=reason) as told:
        split(text, PATH, "list")
    assert told.value.line == line


def test_a_blank_line_at_the_end_of_a_text_is_part_of_it_only_where_it_is_kept() -> None:
    text = "list:\n  - id: a\n    teks: |+\n      satu\n\n  - id: b\n    teks: |-\n      dua\n\n  - id: c\n"
    layout = split(text, PATH, "list")
    assert parse_entry(layout.bodies["a"], PATH)["teks"] == "satu\n\n"
    assert layout.bodies["b"] == "id: b\nteks: |-\n  dua"
    assert layout.join(layout.bodies) == text
    assert layout.join({"a": layout.bodies["a"], "c": "id: c"}) == text.replace(
        "  - id: b\n    teks: |-\n      dua\n\n", ""
    )


def test_a_line_end_is_neither_lost_nor_doubled_around_a_text_that_keeps_its_own() -> None:
    text = "list:\n  - id: a\n    teks: |+\n      satu\n\n  - id: b\n    teks: |+\n      dua\n\nother: x\n"
    layout = split(text, PATH, "list")
    changed = layout.join({"a": "id: a", "b": "id: b", "c": "id: c"})
    assert changed is not None
    assert parse_entry(changed, PATH) == {"list": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "other": "x"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("id: a\nteks: |\n  satu", "id: a\nteks: |\n  satu\n"),
        ("\nid: a\nteks: |-\n  satu\n\n", "id: a\nteks: |-\n  satu"),
        ("id: a\nteks: satu\n...\n", "id: a\nteks: satu"),
        ("id: a\r\nteks: satu  \r\n", "id: a\nteks: satu"),
        ("id: a\nteks: |2+\n\n", "id: a\nteks: |2+\n"),
    ],
)
def test_an_entry_written_by_hand_is_taken_as_it_is_meant(written: str, kept: str) -> None:
    assert tidy(written, PATH) == kept
    assert tidy(kept, PATH) == kept


def test_a_file_without_entries_may_get_some() -> None:
    layout = split("general:\n  - a", PATH, "list")
    assert layout.join({}) == "general:\n  - a"
    assert layout.join({"x": "id: x"}) == "general:\n  - a\nlist:\n  - id: x"
