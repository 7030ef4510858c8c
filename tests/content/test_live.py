"""What a process sees: a change when staff publish it or its time comes, and nothing worse than before."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from siaga.content import listening, live
from siaga.content.importing import import_files
from siaga.content.kinds import Entries
from siaga.content.store import draft, drop, publish, undo
from siaga.db import engine, transaction
from siaga.news.items import NewsItem, load_news, read_news
from tests.content.conftest import item
from tests.content.test_store import released, written

pytestmark = pytest.mark.usefixtures("fresh")

SECONDS = 5.0
"""Within which a change is to be seen everywhere."""


def news(preview: bool = False) -> dict[str, str]:
    """Key and title of the news that this process tells."""
    return {one.id: one.title for one in live.built("news", read_news, preview=preview)}


def soon(holds: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Whether it holds within the time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def imported(folder: Path) -> None:
    """Import in a transaction of its own."""
    with transaction() as session:
        import_files(session, folder)


def test_before_anything_is_imported_the_files_stand() -> None:
    assert list(news()) == [one.id for one in load_news()]


def test_without_a_database_the_files_stand(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(listening, "database_url", lambda: "postgresql://postgres@/siaga?host=/nowhere")
    assert list(news()) == [one.id for one in load_news()]
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "the database is away, the content is that of the files"
    ]


def test_its_connection_begins_as_a_pooler_lets_it_and_waits_for_no_statement(database: str) -> None:
    with listening.connected() as connection:
        for _ in range(2):
            assert connection.scalar(text("SHOW statement_timeout")) == "4s"
            connection.rollback()
        raw = connection.connection.dbapi_connection
        with raw.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",), "whoever is given the connection next is not bound by it"
        assert not raw.get_dsn_parameters().get("options")


def test_once_imported_the_database_stands(folder: Path) -> None:
    imported(folder)
    assert news() == {"satu": "Kabar satu", "dua": "Kabar dua"}
    # A kind that was not among them still comes from its files.
    assert len(live.entries("tip")) > 10


def test_a_turn_asks_no_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(folder)
    before = live.built("news", read_news)
    monkeypatch.setattr(listening, "create_engine", None)
    assert live.built("news", read_news) is before
    began = time.perf_counter()
    for _ in range(10_000):
        live.built("news", read_news)
    assert time.perf_counter() - began < 0.5


def test_the_same_is_not_built_twice(folder: Path) -> None:
    imported(folder)
    seen: list[Entries] = []
    live.built("news", seen.append)
    released("satu", "Baru")
    with transaction() as session:
        draft(session, "tip", "lain", "id: lain", by="Sari", file="general.yml")
    assert live.refresh()
    assert not live.refresh()
    assert len(seen) == 2


def test_a_stamp_is_another_after_a_change_and_the_same_after_it_is_undone(folder: Path) -> None:
    imported(folder)
    first = live.stamp()
    number = released("satu", "Baru")
    live.refresh()
    assert live.stamp() != first
    with transaction() as session:
        undo(session, number, "Sari")
    live.refresh()
    assert live.stamp() == first


def test_a_preview_is_seen_by_who_asks_for_it(folder: Path) -> None:
    imported(folder)
    assert news(preview=True) == news()
    version = written("satu", "Konsep")
    live.refresh()
    assert (news()["satu"], news(preview=True)["satu"]) == ("Kabar satu", "Konsep")
    with transaction() as session:
        drop(session, version, by="Sari")
    live.refresh()
    assert news(preview=True)["satu"] == "Kabar satu"


def test_a_draft_before_any_import_is_previewed_over_the_files() -> None:
    first = load_news()[0].id
    with transaction() as session:
        draft(session, "news", first, item(first, "Konsep"), by="Sari", file="news.yml")
    assert news(preview=True)[first] == "Konsep"
    assert len(news(preview=True)) == len(news())
    assert news()[first] != "Konsep"


# ------------------------------------------------------------------ what cannot be read
def spoil(key: str, body: str) -> None:
    """Break what stands of an entry, past all that looks at it."""
    with engine().begin() as connection:
        connection.execute(
            text(
                "UPDATE content_version SET body = :body WHERE id = "
                "(SELECT max(id) FROM content_version WHERE key = :key AND state = 'published')"
            ),
            {"key": key, "body": body},
        )


@pytest.mark.parametrize("body", ["id: [", "id: satu\ntitle: x", "- satu", item("satu", "x" * 100)])
def test_an_unreadable_entry_stays_as_it_was(folder: Path, caplog: pytest.LogCaptureFixture, body: str) -> None:
    imported(folder)
    assert news()["satu"] == "Kabar satu"
    released("satu", "Lebih baru")
    released("dua", "Juga baru")
    spoil("satu", body)
    for _ in range(2):
        live.refresh()
    assert news() == {"satu": "Kabar satu", "dua": "Juga baru"}
    assert len([record for record in caplog.records if "news.yml#satu" in record.message]) == 1


@pytest.mark.parametrize("body", ["id: [", "id: satu\ntitle: x"])
def test_a_process_that_begins_with_an_unreadable_entry_tells_the_earlier_one(folder: Path, body: str) -> None:
    imported(folder)
    released("satu", "Lebih baru")
    spoil("satu", body)
    assert news() == {"satu": "Kabar satu", "dua": "Kabar dua"}


def test_an_entry_that_was_never_readable_is_left_out(folder: Path) -> None:
    imported(folder)
    spoil("satu", "id: [")
    assert news() == {"dua": "Kabar dua"}


def test_what_cannot_be_built_stays_as_it_was(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    imported(folder)

    def build(entries: Entries) -> list[NewsItem]:
        found = read_news(entries)
        if any(one.title == "Petasan" for one in found):
            raise RuntimeError("rahasia")
        return found

    assert len(live.built("news", build)) == 2
    released("satu", "Petasan")
    live.refresh()
    assert {one.title for one in live.built("news", build)} == {"Kabar satu", "Kabar dua"}
    assert "RuntimeError" in caplog.text
    assert "rahasia" not in caplog.text


# ------------------------------------------------------------------ in this process, and in another
def test_a_change_is_seen_by_who_watches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(folder)
    assert news()["satu"] == "Kabar satu"
    monkeypatch.setattr(listening, "POLL_SECONDS", 600)
    live.watch()
    live.watch()
    assert sum(thread.name == "content" for thread in threading.enumerate()) == 1
    number = released("satu", "Baru")
    assert soon(lambda: news()["satu"] == "Baru")
    with transaction() as session:
        undo(session, number, "Sari")
    assert soon(lambda: news()["satu"] == "Kabar satu")


def test_a_slow_first_build_holds_up_nobody_else(folder: Path) -> None:
    """As of a search whose model has to be loaded, when a process starts."""
    imported(folder)
    begun, ready = threading.Event(), threading.Event()

    def slow(entries: Entries) -> int:
        begun.set()
        ready.wait(60)
        return len(entries)

    live.watch()
    first = threading.Thread(target=lambda: live.built("tip", slow))
    first.start()
    try:
        assert begun.wait(5)
        assert news()["satu"] == "Kabar satu"
        released("satu", "Baru")
        assert soon(lambda: news()["satu"] == "Baru")
    finally:
        ready.set()
        first.join()


def test_what_is_asked_for_first_during_a_change_is_not_left_behind(folder: Path) -> None:
    imported(folder)
    assert news()["satu"] == "Kabar satu"
    begun, ready = threading.Event(), threading.Event()

    def slow(entries: Entries) -> list[str]:
        if any(entry["title"] == "Baru" for entry in entries):
            begun.set()
            ready.wait(60)
        return [entry["title"] for entry in entries]

    assert live.built("news", slow)[0] == "Kabar satu"
    released("satu", "Baru")
    change = threading.Thread(target=live.refresh)
    change.start()
    assert begun.wait(5)
    try:
        # Built of what was there before, in the middle of it.
        assert live.built("news", _titles)[0] == "Kabar satu"
    finally:
        ready.set()
        change.join()
    assert live.built("news", _titles)[0] == live.built("news", slow)[0] == "Baru"


def _titles(entries: Entries) -> list[str]:
    return [entry["title"] for entry in entries]


def test_what_is_scheduled_begins_and_ends_by_itself(folder: Path) -> None:
    imported(folder)
    assert news()["satu"] == "Kabar satu"
    live.watch()
    begins = datetime.now(timezone.utc) + timedelta(seconds=1.5)
    released("satu", "Sementara", starts_at=begins, ends_at=begins + timedelta(seconds=1.5))
    time.sleep(0.7)
    assert news()["satu"] == "Kabar satu"
    assert soon(lambda: news()["satu"] == "Sementara", 1.5)
    assert datetime.now(timezone.utc) >= begins
    assert soon(lambda: news()["satu"] == "Kabar satu", 2.5)
    assert datetime.now(timezone.utc) >= begins + timedelta(seconds=1.5)


def test_a_lost_notification_is_made_up_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "POLL_SECONDS", 0.5)
    imported(folder)
    assert news()["satu"] == "Kabar satu"
    live.watch()
    time.sleep(0.3)
    for module in ("drafting", "publishing"):
        monkeypatch.setattr(f"siaga.content.{module}.notify", lambda session: None)
    released("satu", "Baru")
    assert soon(lambda: news()["satu"] == "Baru", 3)


def test_while_the_database_is_away_all_stays_and_then_it_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.2)
    imported(folder)
    assert news()["satu"] == "Kabar satu"
    live.watch()
    time.sleep(0.5)
    where = make_url(os.environ["DATABASE_URL"])
    name = where.database
    server = create_engine(where.set(database="postgres"), future=True, isolation_level="AUTOCOMMIT")
    # Cut off, and nobody let in, as while the server is restarted.
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        try:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'siaga content'")
            )
            time.sleep(1)
            assert news()["satu"] == "Kabar satu"
        finally:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    released("satu", "Baru")
    assert soon(lambda: news()["satu"] == "Baru")
    told = [record.message for record in caplog.records if "away" in record.message]
    assert len(told) == 1


_OTHER = """
import sys, time
from siaga.content import listening, live
from siaga.news.items import read_news
listening.POLL_SECONDS = 600  # what is seen has been notified
live.watch()
before = None
while True:
    now = {one.id: one.title for one in live.built("news", read_news)}
    if now != before:
        before = now
        import json
        print(json.dumps({"stamp": live.stamp(), "news": now}), flush=True)
    time.sleep(0.02)
"""


@contextmanager
def other_process() -> Iterator[Callable[[], dict[str, dict[str, str]]]]:
    """Another process that watches; asked, it waits for the next change that it sees."""
    process = subprocess.Popen([sys.executable, "-c", _OTHER], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    lines = process.stdout
    try:
        yield lambda: json.loads(lines.readline())
    finally:
        process.kill()
        process.wait()


def test_another_process_sees_a_change_within_five_seconds(folder: Path) -> None:
    imported(folder)
    with other_process() as seen:
        first = seen()
        assert first["news"] == {"satu": "Kabar satu", "dua": "Kabar dua"}
        assert first["stamp"] == live.stamp()
        time.sleep(1)
        version = written("satu", "Baru")
        began = time.monotonic()
        with transaction() as session:
            number = publish(session, [version], by="Budi")
        assert seen()["news"]["satu"] == "Baru"
        assert time.monotonic() - began < SECONDS
        began = time.monotonic()
        with transaction() as session:
            undo(session, number, "Sari")
        assert seen()["news"]["satu"] == "Kabar satu"
        assert time.monotonic() - began < SECONDS


def test_who_rests_follows_nothing_any_more(fresh: None) -> None:
    live.watch()
    assert live.rest()
    assert not live.rest()
    released("satu", "Baru")
    live.refresh()
    assert live.entries("news")[0]["title"] == "Baru"
