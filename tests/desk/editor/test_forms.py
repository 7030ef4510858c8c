"""What a form shows and takes back: nothing that was not touched is another afterwards."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.content.files import parse_entry
from siaga.content.kinds import DIRECTORY, KINDS
from siaga.content.layout import split, tidy
from siaga.content.sentences import as_entry, domain_responses
from siaga.desk.editor.diffs import changes, words
from siaga.desk.editor.forms import NoForm, Shown, filled, shown
from siaga.desk.editor.patching import comments


def sent(fields: list[Shown]) -> list[tuple[str, str]]:
    """What a browser sends of a form that nobody has touched."""
    posted: list[tuple[str, str]] = []
    for one in fields:
        if not one.plain:
            continue
        if one.field.shape == "ids":
            posted += [(f"{one.name}.{place}", key) for place, key in enumerate(one.value.split("\n"))]
        elif one.field.shape == "rows":
            for row in one.rows:
                if row.place is not None:
                    posted.append((f"{one.name}.{row.number}.asal", str(row.place)))
                posted += [(cell.name, cell.value) for cell in row.cells]
        else:
            posted.append((one.name, one.value.replace("\n", "\r\n")))
    return posted


def test_no_entry_of_ours_is_another_after_it_was_opened_and_saved() -> None:
    forms: Counter[str] = Counter()
    for kind in KINDS.values():
        for path in sorted((DIRECTORY / kind.folder).glob("*.yml"))[:4]:
            bodies = split(path.read_text(encoding="utf-8"), path, kind.list_key).bodies
            for key, body in list(bodies.items())[:3]:
                try:
                    fields = shown(kind.name, body)
                except NoForm:
                    continue
                assert all(one.plain for one in fields), (kind.name, key, [one.name for one in fields if not one.plain])
                assert filled(kind.name, body, sent(fields)) == body, (kind.name, key)
                forms[kind.name] += 1
    assert set(forms) >= {"answer", "hoax", "tip", "news", "front", "notice", "canned"}


def test_a_sentence_has_a_field_for_each_of_its_buttons() -> None:
    body = tidy(as_entry("utter_complaint", domain_responses()["utter_complaint"][0]), Path("x.yml"))
    fields = {one.name: one.value for one in shown("sentence", body)}
    assert fields["f.buttons.Menu"] == "Menu"
    made = filled("sentence", body, [("f.buttons.Menu", "Menu utama")])
    assert parse_entry(made, Path("x.yml"))["buttons"]["Menu"] == "Menu utama"


_ANY = st.one_of(
    st.text(max_size=20), st.integers(), st.dates(), st.none(), st.lists(st.text(max_size=9), max_size=3),
    st.dictionaries(st.sampled_from(["child", "pregnant", "senin", "label"]), st.text(max_size=9), max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["label", "payload", "answer", "x"]), st.text(max_size=9)), max_size=3),
)  # fmt: skip
_KEYS = st.sampled_from(
    ["question", "short", "variants", "for", "related", "checked", "audience", "text", "options", "days", "from", "x"]
)


@settings(max_examples=60, deadline=None)
@given(
    values=st.dictionaries(_KEYS, _ANY),
    kind=st.sampled_from(["answer", "front", "tip", "hoax"]),
    of=st.sampled_from(["menu", "notice", "hours"]),
    new=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20),
)
def test_whatever_stands_there_a_form_takes_nothing_away(
    values: dict[str, object], kind: str, of: str, new: str
) -> None:
    text = yaml.safe_dump({"id": "a", "is": of, **values}, allow_unicode=True, sort_keys=False, default_flow_style=None)
    body = text.replace("is:", "# catatan\nis:", 1) + "\n# akhir"
    try:
        fields = shown(kind, body)
    except NoForm:
        return
    assert filled(kind, body, sent(fields)) == body
    made = filled(kind, body, [*sent(fields), ("f.source", new)])
    before, after = parse_entry(body, Path("x.yml")), parse_entry(made, Path("x.yml"))
    named = {one.field.path[0] for one in fields}
    assert {key: before[key] for key in before if key != "source"} == {key: after[key] for key in before}
    assert after.get("source") == (new.strip() or None if "source" in named else None)
    assert Counter(comments(body)) == Counter(comments(made))


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("Boleh hari ini.", "Boleh besok.", [("same", "Boleh "), ("out", "hari ini."), ("in", "besok.")]),
        ("", "Baru", [("in", "Baru")]),
    ],
)
def test_what_differs_is_told_word_by_word(old: str, new: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.what, part.text) for part in words(old, new)] == parts


@given(old=st.text(max_size=40), new=st.text(max_size=40))
def test_both_texts_can_be_read_in_what_differs(old: str, new: str) -> None:
    parts = words(old, new)
    assert "".join(part.text for part in parts if part.what != "in") == old
    assert "".join(part.text for part in parts if part.what != "out") == new


def test_changes_have_the_names_of_the_form_and_comments_are_told_too() -> None:
    old = "id: a\nshort: Satu.\nvariants: [x, y]\nfor: {child: Ya}"
    new = "id: a\nshort: Dua.\nvariants: [x, z]\nfor: {child: Tidak}"
    assert [change.label for change in changes("answer", old, new)] == [
        "Jawaban singkat", "Cara lain menanyakannya", "Bedanya untuk anak",
    ]  # fmt: skip
    assert [change.label for change in changes("answer", old, f"# baru\n{old}")] == ["YAML"]
    assert changes("answer", old, old) == []
