"""What is another's, asked for by changed numbers: by a colleague, by who has lost it, by who is something else."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from siaga.content import store
from siaga.db import transaction
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.people.tables import Task
from siaga.turns.tables import OutboundMessage
from tests.attacks.desk.world import World, planted
from tests.desk.conftest import Browser, Desk
from tests.desk.inbox.given import NIK

KEY = "f" * 24


@pytest.fixture
def world(desk: Desk, apart: Path) -> tuple[World, Browser]:
    return planted(desk, apart / "content", "kata biasa")


def doings(number: int) -> list[tuple[str, dict[str, Any]]]:
    """What only who holds a conversation may do with it."""
    at = f"/kotak/{number}"
    return [
        (f"{at}/balas", {"teks": "curang", "kunci": KEY}),
        (f"{at}/templat", {"kunci": KEY}),
        (f"{at}/lepas", {}),
        (f"{at}/alihkan", {"kepada": "budi", "pesan": "curang"}),
        (f"{at}/alihkan", {"kepada": ""}),
        (f"{at}/jadwal", {"kunci": KEY, "waktu": "2099-01-01T10:00"}),
        (f"{at}/tutup", {"alasan": "solved"}),
        (f"{at}/ambil", {}),
    ]


def as_it_is(number: int) -> tuple[Any, ...]:
    """All that the doings would change."""
    with transaction() as session:
        row = session.execute(select(HandOff.state, HandOff.held_by, HandOff.callback_at).where(HandOff.id == number))
        sent = session.scalar(select(func.count()).select_from(OutboundMessage))
        said = session.scalar(
            select(func.count()).select_from(HandOffMessage).where(HandOffMessage.hand_off_id == number)
        )
        tasks = session.scalar(select(func.count()).select_from(Task))
        return (*row.one(), sent, said, tasks)


def refused_all(browser: Browser, number: int, person: int) -> None:
    """Whoever this is, they can do nothing with the conversation, and see nothing unmasked."""
    before = as_it_is(number)
    for part in ({}, {"HX-Request": "true"}):
        for address, form in doings(number):
            assert browser.post(address, data=form, headers=part).status_code in (403, 409, 422), address
        for what in ("nik", "phone", "message"):
            answer = browser.post(f"/kotak/{number}/tampilkan", data={"apa": what, "siapa": person}, headers=part)
            assert answer.status_code == 403
            assert NIK not in answer.text
    assert as_it_is(number) == before


def test_a_colleague_with_a_conversation_of_their_own_has_nothing_of_anothers(
    desk: Desk, world: tuple[World, Browser]
) -> None:
    there, _ = world
    budi = desk("volunteer", login="budi")
    assert budi.post(f"/kotak/{there.waiting}/ambil").status_code == 303
    refused_all(budi, there.hand_off, there.person)
    assert budi.get(f"/kotak/{there.hand_off}/berkas/{there.file}").status_code == 200, "who helps may look on"
    assert budi.get(f"/kotak/{there.waiting}/berkas/{there.file}").status_code == 404
    for what, whom in (("nik", there.person), ("message", there.message), ("message", there.file)):
        answer = budi.post(f"/kotak/{there.waiting}/tampilkan", data={"apa": what, "siapa": whom})
        assert answer.status_code == 404, what
        assert NIK not in answer.text


def test_who_has_given_it_away_has_lost_it(desk: Desk, world: tuple[World, Browser]) -> None:
    there, ani = world
    assert ani.post(f"/kotak/{there.hand_off}/alihkan", data={"kepada": "budi"}).status_code == 303
    refused_all(ani, there.hand_off, there.person)


@pytest.mark.parametrize("role", ["editor", "reviewer", "programme"])
def test_who_is_no_volunteer_gets_nothing_of_it(desk: Desk, world: tuple[World, Browser], role: str) -> None:
    there, _ = world
    browser = desk(role)
    before = as_it_is(there.hand_off)
    at = f"/kotak/{there.hand_off}"
    for address in (at, f"{at}/baru", f"{at}/saran", f"{at}/berkas/{there.file}", "/kotak/aliran"):
        for part in ({}, {"HX-Request": "true"}):
            assert browser.get(address, headers=part).status_code == 403, address
    for address, form in doings(there.hand_off):
        assert browser.post(address, data=form).status_code == 403, address
    assert as_it_is(there.hand_off) == before


def test_another_ones_draft_stays_theirs(desk: Desk, world: tuple[World, Browser]) -> None:
    there, _ = world
    editor = desk("editor")
    at = f"/isi/{there.kind}/{there.key}"
    for way in ("batalkan", "ajukan"):
        assert editor.post(f"{at}/{way}/{there.review}").status_code == 403
        assert editor.post(f"/isi/answer/dua/{way}/{there.review}").status_code == 404
    assert editor.get(f"/isi/answer/dua/temuan/{there.review}").status_code == 404
    assert editor.post(f"/isi/tinjau/{there.review}/setujui").status_code == 403
    # Not approved by anybody: it is published by nobody, whoever names its number.
    for who in (editor, desk("reviewer")):
        assert who.post("/isi/terbitkan", data={"naskah": str(there.review)}).status_code == 422
    with transaction() as session:
        assert next(one.state for one in store.open_versions(session) if one.id == there.review) == "review"


def test_a_text_is_kept_as_ones_own_draft_whatever_else_is_sent(desk: Desk, world: tuple[World, Browser]) -> None:
    there, _ = world
    editor = desk("editor")
    page = editor.get("/isi/answer/dua/tulis").text
    body = page.partition('name="yaml"')[2].partition(">")[2].partition("</textarea>")[0]
    with transaction() as session:
        base = int(store.current(session, "answer", "dua").id)
    sent = {
        "yaml": f"{unescape(body)}\n# lain\n", "dasar": str(base), "state": "approved", "made_by": "budi",
        "by": "budi", "reviewed_by": "budi", "id": str(there.review), "key": "satu", "kind": "hoax", "version": "1",
    }  # fmt: skip
    assert editor.post("/isi/answer/dua/tulis", data=sent).status_code == 303
    with transaction() as session:
        made = next(one for one in store.open_versions(session) if one.key == "dua")
        assert (made.kind, made.state, made.made_by, made.reviewed_by) == ("answer", "draft", editor.login, None)
    # The text of one entry under the address of another.
    assert editor.post("/isi/answer/satu/tulis", data=sent | {"dasar": str(there.release)}).status_code in (409, 422)
