"""Two runs that say the same are told alike."""

from __future__ import annotations

import json
import secrets

from bench.transcript import transcript
from siaga.turns.outbox import new_key


def _said() -> list[object]:
    """As a run says it: keys that are drawn anew each time, and what is not."""
    return [
        {"id": f"{new_key()}:2", "title": "Menu"},
        {"id": f"o_{new_key()}_1", "link": f"http://127.0.0.1/{secrets.token_hex(16)}.png"},
    ]


def test_what_is_drawn_by_lot_does_not_tell_two_runs_apart() -> None:
    assert transcript(_said()) == transcript(_said())


def test_what_is_not_drawn_stays() -> None:
    said = [{"text": "NIK Anda 3578011708540001", "sum": "ab" * 20, "word": "facade"}]
    assert json.loads(transcript(said)) == said
