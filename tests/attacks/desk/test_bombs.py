"""Small things that grow: an editor's YAML, deep nesting, very long texts. They end soon, with a word about it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from siaga.desk.editor.diffs import changes
from siaga.desk.editor.writing_pages import LONGEST
from tests.attacks.desk.world import planted
from tests.desk.conftest import Browser, Desk

LAUGHS = "a0: &a0 [ha, ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
BOMBS = {
    "laughs": f"id: satu\nshort: x\n{LAUGHS}",
    "laughs in a value": "id: satu\nshort: &x [" + "a, " * 500 + "]\nvariants: [" + ", ".join(["*x"] * 200) + "]\n",
    "itself": "id: satu\nshort: &x [*x]\n",
    "deep": f"id: satu\nshort: {'[' * 1_000}{']' * 1_000}\n",
    "object": "id: satu\nshort: !!python/object/apply:os.system ['touch siaga-was-here']\n",
}
SECONDS = 20.0


@pytest.fixture
def editor(desk: Desk, apart: Path) -> Browser:
    planted(desk, apart / "content", "kata biasa")
    return desk("editor")


@pytest.mark.parametrize("name", BOMBS)
def test_yaml_that_grows_is_told_as_a_mistake(editor: Browser, name: str) -> None:
    for way, more in (("periksa", {}), ("tulis", {"aksi": "simpan"}), ("tulis", {"aksi": "form"})):
        began = time.monotonic()
        answer = editor.post(f"/isi/answer/satu/{way}", data={"yaml": BOMBS[name], "bentuk": "yaml", **more})
        assert answer.status_code < 500, way
        assert len(answer.content) < 3_000_000, way
        assert time.monotonic() - began < SECONDS, way
    assert not Path("siaga-was-here").exists()


WAYS = (
    ("periksa", {"bentuk": "yaml"}), ("periksa", {"bentuk": "form"}), ("tanya", {"pertanyaan": "apa?"}),
    ("tulis", {"aksi": "simpan"}), ("tulis", {"aksi": "bentuk-form"}), ("tulis", {"bentuk": "form"}),
)  # fmt: skip


def test_what_is_longer_than_any_text_is_told_so_at_once(editor: Browser) -> None:
    sent = "id: satu\nshort: " + "vaksin ini " * (LONGEST // 11)
    for way, more in WAYS:
        began = time.monotonic()
        answer = editor.post(f"/isi/answer/satu/{way}", data={"yaml": sent, **more})
        assert "terlalu panjang: paling banyak 60.000 huruf" in answer.text, (way, more)
        assert time.monotonic() - began < 5, (way, more)


@pytest.mark.parametrize("sent", ["id: satu\nshort: [", "id: [satu", "", "satu"])
def test_half_a_text_beside_a_form_is_told_as_a_mistake(editor: Browser, sent: str) -> None:
    answer = editor.post("/isi/answer/satu/periksa", data={"yaml": sent, "bentuk": "form", "f.short": "x"})
    assert answer.status_code == 200
    assert "tidak bisa dibaca" in answer.text


def test_what_differs_between_two_long_texts_is_soon_told() -> None:
    """Of words that are everywhere difflib compares each with each: minutes."""
    one = "vaksin ini itu apa dan aman " * (LONGEST // 28)
    other = one.replace("aman dan", "dan")[: LONGEST // 2] + " lain"
    began = time.monotonic()
    for old, new in ((one, f"awal {one} akhir"), (one, other), ("- a\n" * 15_000, "b\n" + "- a\n" * 14_000 + "c\n")):
        for before, after in ((old, new), (f"short: {old!r}", f"short: {new!r}")):
            found = changes("answer", before, after)
            assert found and len(found[0].parts) > 1
    assert time.monotonic() - began < 8
