"""What cannot be understood is set aside once, whole where it fits, and readable to nobody without the key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, text

from siaga.db import transaction
from siaga.turns import quarantine
from siaga.turns.messages import Oddity
from siaga.turns.tables import Quarantine


def _keep(*oddities: Oddity) -> list[tuple[str, Any]]:
    with transaction() as session:
        quarantine.keep(session, oddities)
    with transaction() as session:
        return [
            tuple(row) for row in session.execute(select(Quarantine.reason, Quarantine.content).order_by(Quarantine.id))
        ]


def test_each_is_kept_once(database: str) -> None:
    oddities = [Oddity("malformed x", {"a": 1, "b": 2}), Oddity("malformed x", {"b": 2, "a": 1}), Oddity("y", [])]
    assert sorted(_keep(*oddities)) == [("malformed x", {"a": 1, "b": 2}), ("y", [])]
    assert len(_keep(*oddities)) == 2
    assert _keep() == _keep(*oddities)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (None, "null"),
        (False, False),
        ("", ""),
        ({"\x00": "\ud800"}, {"": ""}),
        (float("inf"), "inf"),
        ("x" * 100_000, {"too large": "text of 100000"}),
    ],
)
def test_anything_can_be_kept(database: str, raw: Any, kept: Any) -> None:
    assert _keep(Oddity("r" * 500 + "\x00", raw)) == [("r" * 120, kept)]


def test_many_at_once(database: str) -> None:
    assert len(_keep(*(Oddity("x", {"n": n}) for n in range(1000)))) == 1000


def test_it_cannot_be_read_or_guessed_from_the_table(database: str) -> None:
    import hashlib

    raw = {"wa_id": "628000000001"}
    _keep(Oddity("x", raw))
    with transaction() as session:
        content, digest = session.execute(text("select content, digest from quarantine")).one()
    assert b"628000000001" not in bytes(content)
    assert bytes(digest) != hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).digest()
