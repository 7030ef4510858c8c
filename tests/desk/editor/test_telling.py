"""Whatever the content's readers and the store refuse is told in Indonesian at the desk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from siaga.desk.editor.telling import find, told
from siaga.settings import ROOT

_FILES = [
    *(f"siaga/content/{name}.py" for name in ("files", "layout", "mistakes", "drafting", "publishing", "versions")),
    *(f"siaga/content/{name}.py" for name in ("checking", "leads", "sentences", "times")),
    "siaga/knowledge/answers.py", "siaga/hoaxes/claims.py", "siaga/tips/tips.py", "siaga/news/items.py",
    "siaga/front/front.py", "siaga/canned/replies.py", "siaga/eligibility/rules.py", "siaga/doses/rules.py",
    "siaga/selfcheck/rules.py", "siaga/emergency/signs.py", "siaga/reminders/words.py", "siaga/rulefiles/dated.py",
    "siaga/rulefiles/conditions.py", "siaga/whatsapp/templates.py", "siaga/details/questions.py",
    "siaga/reports/kinds.py", *(f"siaga/radar/{name}.py" for name in ("diseases", "sources", "words", "levels")),
]  # fmt: skip


def _written(node: ast.expr) -> str | None:
    """A text as it would read with something in the place of what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_written(part) or "" if isinstance(part, ast.Constant) else "x9" for part in node.values)
    if isinstance(node, ast.BinOp):
        return f"{_written(node.left) or 'x9'}{_written(node.right) or 'x9'}"
    return None


def _refusals(path: Path) -> Iterator[str]:
    """The sentences of a module that are told with a mistake: they end in a full stop, and are no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {
        id(part) for node in ast.walk(tree) if isinstance(node, (ast.JoinedStr, ast.BinOp)) for part in ast.walk(node)
    } - {id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)}
    for node in ast.walk(tree):
        if id(node) in docs or id(node) in parts or not isinstance(node, (ast.Constant, ast.JoinedStr)):
            continue
        text = _written(node)
        if text and len(text.split()) > 3 and text.rstrip().endswith((".", "?")):
            yield text


@pytest.mark.parametrize("file", _FILES)
def test_every_sentence_of_a_refusal_is_known(file: str) -> None:
    unknown = [text for text in _refusals(ROOT / file) if find(text) is None]
    # What git, a folder without files or the command line says does not come up at the desk; a code's message is no
    # refusal.
    others = ("command", "What was there", "kode", "menit")
    assert [text for text in unknown if not any(word in text for word in others)] == []


def test_keys_are_called_as_the_form_calls_them() -> None:
    assert told("“short” has 700 characters; at most 600 fit.", {"short": "Jawaban singkat"}) == (
        "“Jawaban singkat” panjangnya 700 huruf; yang muat 600."
    )


def test_what_somebody_wrote_is_told_as_it_is() -> None:
    assert told("“{salam} {0}” is already an id.") == "Id “{salam} {0}” sudah dipakai."
    assert told("Something else.") == "Something else."


def test_what_the_store_refuses_names_entry_and_line() -> None:
    refused = "answers/vaccine.yml#vaksin-halal, line 4: “short” has 700 characters; at most 600 fit."
    assert told(refused) == "vaksin-halal, baris 4: “short” panjangnya 700 huruf; yang muat 600."
