"""Small things that grow: an editor's YAML, deep nesting. They end soon, with a word about it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

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
