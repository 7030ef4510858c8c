"""Values change, and all around them stays: the law that forms rest on."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.content.files import parse_entry
from siaga.content.kinds import DIRECTORY, KINDS
from siaga.content.layout import split
from siaga.desk.editor.patching import PatchError, comments, patched

TEXT = """\
# Yang pertama.
id: satu
title: Kabar satu   # judulnya
lines:
  # awal
  - Baris satu.
  - "Baris: dua." # dua
  - Baris tiga.

options:
  - label: A   # huruf
    payload: /x
  - label: B
    payload: /y
short: |-  # pendek
  Satu.
  Dua.
related: [a, b]
date: 2026-02-13
# Sampai di sini."""


def read(text: str) -> dict[str, Any]:
    return dict(parse_entry(text, Path("isi.yml")))


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("title", "Judul: baru", 'title: "Judul: baru"   # judulnya'),
        ("title", "dua\nbaris", "title: |-"),
        ("short", "Satu.", "short: Satu."),
        ("lines", ["Baris satu.", "Baru.", "Baris tiga."], "  - Baru."),
        ("lines", ["Baris satu.", "Baris tiga."], "  # dua"),
        ("related", ["a", "c"], "related: [a, c]"),
        ("date", date(2026, 3, 1), "date: 2026-03-01"),
        ("words", "baru", "words: baru"),
    ],
)
def test_one_value_changes_and_the_comments_stay(key: str, value: Any, line: str) -> None:
    wanted = {**read(TEXT), key: value}
    made = patched(TEXT, wanted)
    assert read(made) == wanted
    assert Counter(comments(made)) == Counter(comments(TEXT))
    assert line in made.splitlines()


def test_a_row_of_a_list_changes_alone() -> None:
    wanted = read(TEXT)
    wanted["options"] = [{"label": "A", "payload": "/z"}, wanted["options"][1], {"label": "C", "answer": "c"}]
    made = patched(TEXT, wanted)
    assert read(made) == wanted
    assert "  - label: A   # huruf\n    payload: /z\n" in made


def test_a_value_is_taken_out() -> None:
    wanted = {key: value for key, value in read(TEXT).items() if key not in ("lines", "short")}
    made = patched(TEXT, wanted)
    assert read(made) == wanted
    assert Counter(comments(made)) == Counter(comments(TEXT))


@pytest.mark.parametrize("text", ["{id: a, b: c}", "id: &x a\nb: *x"])
def test_what_cannot_be_changed_value_by_value_is_refused(text: str) -> None:
    with pytest.raises(PatchError):
        patched(text, {**read(text), "id": "z"})


def test_every_entry_of_ours_is_untouched_if_nothing_changes_and_can_be_changed() -> None:
    for kind in KINDS.values():
        for path in sorted((DIRECTORY / kind.folder).glob("*.yml"))[:2]:
            for key, body in list(split(path.read_text(encoding="utf-8"), path, kind.list_key).bodies.items())[:2]:
                values = read(body)
                assert patched(body, values) == body, (kind.name, key)
                wanted = {**values, "source": "Sumber baru: ini", "baru": ["a", "b\nc"]}
                made = patched(body, wanted)
                assert read(made) == wanted, (kind.name, key)
                assert Counter(comments(made)) == Counter(comments(body))


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=30)
_VALUE = st.one_of(
    _TEXT,
    st.sampled_from(["yes", "no", "null", "1", "# a", "a: b", "- x", " x", "x ", "a\nb\n", "|", '"', "'"]),
    st.integers(),
    st.dates(),
    st.lists(_TEXT, max_size=4),
    st.lists(st.fixed_dictionaries({"label": _TEXT, "payload": _TEXT}), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), _TEXT, max_size=3),
)
_ENTRY = st.dictionaries(st.sampled_from(["id", "title", "lines", "for", "short", "x"]), _VALUE, min_size=1)


@settings(max_examples=60, deadline=None)
@given(old=_ENTRY, new=_ENTRY, flow=st.sampled_from([False, None]), keep=st.booleans())
def test_what_is_wanted_is_read_again(old: dict[str, Any], new: dict[str, Any], flow: bool | None, keep: bool) -> None:
    text = yaml.safe_dump(old, allow_unicode=True, sort_keys=False, default_flow_style=flow)
    text = "# di atas\n" + text.replace("\nlines:\n", "\nlines:  # senarai\n") + "# di bawah\n"
    values = read(text)
    assert patched(text, values) == text
    wanted = {**values, **new} if keep else new
    try:
        made = patched(text, wanted)
    except PatchError:
        # Of what PyYAML writes only braces around all of it, which an entry of one line may be.
        assert text.splitlines()[1].startswith("{")
        return
    assert read(made) == wanted
    assert not Counter(comments(text)) - Counter(comments(made))
