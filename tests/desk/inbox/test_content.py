"""What staff publish is offered to volunteers by a desk that runs already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siaga.content import live
from tests.content.given import published
from tests.content.test_live import soon
from tests.desk.conftest import Desk
from tests.desk.inbox import given

NEW = "id: uji-baru\ntitle: Uji balasan baru\ntext: Halo dari {nama_petugas}, ini balasan uji.\nkeywords: [ujicoba]\n"


@pytest.fixture
def following(database: str) -> Iterator[None]:
    """As ``siaga desk run`` does before it serves."""
    live.forget()
    live.watch()
    yield
    live.forget()


@pytest.mark.usefixtures("following")
def test_a_ready_reply_that_is_published_is_offered_within_seconds(desk: Desk) -> None:
    volunteer = desk("volunteer", login="ani")
    hand_off_id = given.waiting()

    def offered() -> bool:
        page = volunteer.post(f"/kotak/{hand_off_id}/balasan", data={"cari": "ujicoba"}).text
        return "Halo dari Petugas Ani, ini balasan uji." in page

    assert not offered()
    published("canned", "uji-baru", NEW, file="umum.yml")
    assert soon(offered)
