"""``pytest bench``: what one process measures of several stacks, one after the other, is each's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.stack import Stack
from siaga.privacy.keys import ring
from siaga.settings import settings
from siaga.turns.messages import message_key

_SET = ("SIAGA_HOME", "DATABASE_URL", "SIAGA_KEYS", "SIAGA_INDEX_KEY")


def test_a_second_stack_is_read_with_its_own_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in _SET:
        monkeypatch.setenv(name, "")
    keys = []
    try:
        for _ in range(2):
            stack = Stack("http://127.0.0.1:9", trained=tmp_path / "none.tar.gz")
            # By which replies are found, as the stack's processes compute it.
            keys.append(message_key("wamid.bench1"))
            stack.stop()
    finally:
        settings.cache_clear()
        ring.cache_clear()
    assert len(set(keys)) == 2
