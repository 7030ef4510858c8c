"""What happens reaches the pages that are open, by a server as it runs."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from siaga.db import transaction
from siaga.desk import live, sessions
from siaga.desk.access import cookie_name
from siaga.desk.inbox.stream import hub_of
from siaga.desk.server import DeskServer
from siaga.desk.tables import DeskSession
from siaga.handoffs import claiming
from siaga.turns import statuses
from siaga.turns.messages import Delivery
from tests.desk.conftest import account
from tests.desk.inbox.given import key, say, waiting

SOON = 1.0
"""Seconds within which a change is to be on the screen."""


class Reader:
    """A page that listens, in a thread of its own."""

    def __init__(self, address: str, cookies: dict[str, str], hand_off_id: int | None) -> None:
        self._events: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._address = f"{address}/kotak/aliran" + (f"?percakapan={hand_off_id}" if hand_off_id else "")
        self._cookies = cookies
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        name = ""
        try:
            with httpx.stream("GET", self._address, cookies=self._cookies, timeout=30) as answer:
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        name = line[7:]
                    elif line.startswith("data: "):
                        self._events.put((name, json.loads(line[6:])))
        except httpx.HTTPError:
            pass
        self.ended.set()

    def next(self, name: str, seconds: float = SOON) -> Any:
        """The next event of this name."""
        until = time.monotonic() + seconds
        while True:
            found, data = self._events.get(timeout=max(0.01, until - time.monotonic()))
            if found == name:
                return data


class Served:
    """The desk as it runs; ``browser("ani")`` is somebody who is signed in."""

    def __init__(self, server: DeskServer, address: str) -> None:
        self.server, self.address = server, address

    def cookies(self, login: str) -> dict[str, str]:
        """Of a browser that has just signed in."""
        with transaction() as session:
            return {cookie_name(): sessions.begin(session, account(login, "volunteer"), datetime.now(timezone.utc))}

    def open(self, login: str, hand_off_id: int | None = None) -> Reader:
        """A page, which can miss nothing any more."""
        reader = Reader(self.address, self.cookies(login), hand_off_id)
        reader.next("lagi", 5)
        return reader

    def post(self, login: str, path: str, **data: str) -> httpx.Response:
        """Do something as somebody."""
        cookies = self.cookies(login)
        with transaction() as session:
            here = sessions.find(session, next(iter(cookies.values())), datetime.now(timezone.utc))
        assert here is not None
        return httpx.post(self.address + path, cookies=cookies, headers={"X-CSRF-Token": here.csrf}, data=data)


@pytest.fixture
def served(database: str) -> Iterator[Served]:
    server = DeskServer(host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(server, f"http://127.0.0.1:{port}")
    server.end_streams()
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def test_a_word_of_a_citizens_is_on_all_screens_within_a_second(served: Served) -> None:
    hand_off_id = waiting()
    lists, conversation = served.open("ani"), served.open("budi", hand_off_id)
    say(hand_off_id, "masih di sana? <b>")
    told = lists.next("baris")
    assert (told["id"], told["keadaan"]) == (hand_off_id, "waiting")
    assert "masih di sana? &lt;b&gt;" in told["html"] and "csrf" not in told["html"]
    assert conversation.next("percakapan")["id"] == hand_off_id


def test_who_takes_a_conversation_is_seen_by_all_in_their_list(served: Served) -> None:
    hand_off_id = waiting()
    lists = served.open("ani")
    with transaction() as session:
        claiming.claim(session, hand_off_id, "budi", datetime.now(timezone.utc))
    assert lists.next("baris")["pemegang"] == "budi"


def test_ticks_change_on_the_screen(served: Served) -> None:
    hand_off_id = waiting()
    assert served.post("ani", f"/kotak/{hand_off_id}/ambil").status_code == 303
    own = key()
    assert served.post("ani", f"/kotak/{hand_off_id}/balas", teks="Baik.", kunci=own).status_code == 303
    page = served.open("ani", hand_off_id)
    with transaction() as session:
        statuses.record(session, [Delivery(f"wamid.{own}", "read", datetime.now(timezone.utc), own)])
    marks = page.next("centang")["pesan"]
    assert {mark["id"]: mark["kata"] for mark in marks}[own] == "Dibaca"


def test_colleagues_see_who_looks_on_and_who_types(served: Served) -> None:
    hand_off_id = waiting()
    page = served.open("ani", hand_off_id)
    served.open("budi", hand_off_id)
    while page.next("rekan")["melihat"] != ["Petugas Budi"]:
        pass
    assert served.post("budi", f"/kotak/{hand_off_id}/mengetik").status_code == 204
    assert page.next("rekan")["mengetik"] == ["Petugas Budi"]


def test_many_changes_at_once_are_told_once(served: Served) -> None:
    hand_off_id = waiting()
    lists = served.open("ani")
    for number in range(20):
        say(hand_off_id, f"pesan {number}")
    seen = 0
    while True:
        try:
            last = lists.next("baris")
            seen += 1
        except queue.Empty:
            break
    assert "pesan 19" in last["html"] and seen < 20


def test_streams_end_when_the_desk_stops_and_nobody_is_left(served: Served) -> None:
    pages = [served.open("ani"), served.open("budi")]
    served.server.end_streams()
    assert all(page.ended.wait(5) for page in pages)
    hub = hub_of(served.server._app)
    assert hub._pages == [] and hub._tasks == []


def test_after_an_outage_pages_look_at_everything_anew(served: Served) -> None:
    hand_off_id = waiting()
    page = served.open("ani")
    with transaction() as session:
        session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN siaga_desk%'")
        )
    page.next("lagi", 5)
    say(hand_off_id, "kembali lagi")
    assert "kembali lagi" in page.next("baris")["html"]


def test_a_page_that_reads_too_slowly_is_given_up() -> None:
    page = live.Page("ani", "Ani", None)
    for _ in range(live.BACKLOG + 1):
        page.tell("x")
    assert page.lost


def test_who_is_signed_out_is_told_nothing_more(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siaga.desk.inbox.stream.SEEN_EVERY", 0.2)
    page = served.open("ani")
    with transaction() as session:
        session.query(DeskSession).delete()
    assert page.ended.wait(5)
