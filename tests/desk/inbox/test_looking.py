"""Who looks into a conversation, and who takes it, stands in the audit log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk.inbox import looking
from tests.desk.conftest import Desk
from tests.desk.inbox.given import waiting
from tests.desk.inbox.test_conversations import picture, received


def noted() -> list[tuple[str, str, dict[str, int]]]:
    with transaction() as session:
        rows = session.execute(select(Audit).where(Audit.action.like("inbox.%")).order_by(Audit.place)).scalars()
        return [(row.actor, row.action, row.detail) for row in rows]


def test_a_look_is_noted_once_for_all_that_a_page_asks_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ani, budi = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    one, other = waiting(1), waiting(2)
    for path in (f"/kotak/{one}", f"/kotak/{one}/baru", f"/kotak/{one}?semua=ya", f"/kotak/{other}/baru"):
        assert ani.get(path).status_code == 200
    # A refusal shows the conversation, too.
    assert budi.post(f"/kotak/{one}/tutup", data={"alasan": "?"}).status_code == 422
    looks = [("ani", "inbox.show", {"hand_off": one}), ("ani", "inbox.show", {"hand_off": other})]
    looks.append(("budi", "inbox.show", {"hand_off": one}))
    assert noted() == looks
    monkeypatch.setattr(looking, "AGAIN", timedelta())
    ani.get(f"/kotak/{one}")
    assert noted() == [*looks, looks[0]]


def test_who_takes_a_conversation_sees_its_files_and_gives_it_back_is_noted(desk: Desk) -> None:
    ani = desk("volunteer", login="ani")
    hand_off = waiting(1)
    message = received(hand_off, picture())
    for step in ("ambil", "ambil", "lepas"):
        assert ani.post(f"/kotak/{hand_off}/{step}").status_code == 303
    for _ in range(2):
        assert ani.get(f"/kotak/{hand_off}/berkas/{message}").status_code == 200
    assert ani.get(f"/kotak/{hand_off}/berkas/{message + 99}").status_code == 404
    assert noted() == [
        ("ani", "inbox.claim", {"hand_off": hand_off}),
        ("ani", "inbox.release", {"hand_off": hand_off}),
        ("ani", "inbox.file", {"hand_off": hand_off, "message": message}),
    ]
