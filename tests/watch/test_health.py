"""Whether a process lives and is ready: the truth, by the name of what is wrong, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from siaga.db import engine, transaction
from siaga.privacy import keys
from siaga.settings import settings
from siaga.watch import checks, process
from siaga.watch.health import KEEP_SECONDS, START_SECONDS, Health
from siaga.watch.metrics import REGISTRY
from siaga.watch.server import WatchServer
from tests.serving import Handler, serving

SECRET = "628000000001 rahasia"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_is_alive_as_long_as_it_goes_on() -> None:
    clock = Clock()
    health = Health("sender", {}, alive_seconds=60, clock=clock)
    assert health.alive().well
    clock.now = START_SECONDS + 1
    assert not health.alive().well, "it never began"
    health.beat()
    clock.now += 59
    assert health.alive().well
    clock.now += 2
    assert health.alive().wrong == {"process": "it does not go on"}


def test_it_is_ready_between_its_start_and_its_end_if_nothing_is_wrong() -> None:
    wrong: dict[str, str | None] = {"database": "it cannot be reached"}
    clock = Clock()
    health = Health("sender", {"database": lambda: wrong["database"], "keys": lambda: None}, clock=clock)
    assert health.ready().wrong == {"process": "it is starting"}
    health.beat()
    assert health.ready().wrong == {"database": "it cannot be reached"}
    wrong["database"] = None
    assert not health.ready().well, "an answer holds for a moment"
    clock.now += KEEP_SECONDS + 0.1
    assert health.ready().well
    health.drain()
    assert health.ready().wrong == {"process": "it is shutting down"}
    assert health.alive().well, "what shuts down is not to be killed for it"


def test_an_error_is_told_without_its_words_and_a_part_that_hangs_holds_nobody_up() -> None:
    let_go = threading.Event()
    asked = []

    def fails() -> str | None:
        raise RuntimeError(SECRET)

    def hangs() -> str | None:
        asked.append(1)
        let_go.wait(10)
        return None

    clock = Clock()
    health = Health("rasa", {"fails": fails, "hangs": hangs}, answer_seconds=0.2, clock=clock)
    health.beat()
    began = time.monotonic()
    for _ in range(3):
        clock.now += KEEP_SECONDS + 0.1
        assert health.ready().wrong == {
            "fails": "it cannot be asked (RuntimeError)",
            "hangs": "it does not answer",
        }
    assert time.monotonic() - began < 5
    assert asked == [1], "one that still hangs is not asked again"
    let_go.set()


@pytest.fixture
def served() -> Iterator[tuple[Health, str]]:
    health = Health("desk", {"database": lambda: None})
    server = WatchServer("127.0.0.1", 0, health, REGISTRY)
    yield health, f"http://127.0.0.1:{server.port}"
    server.close()


def test_the_watch_port(served: tuple[Health, str]) -> None:
    health, at = served
    assert httpx.get(f"{at}/health").json() == {"process": "desk", "ok": True, "wrong": {}}
    not_yet = httpx.get(f"{at}/ready")
    assert (not_yet.status_code, not_yet.json()["wrong"]) == (503, {"process": "it is starting"})
    health.beat()
    assert httpx.get(f"{at}/ready").status_code == 200
    assert "siaga_turns_total" in httpx.get(f"{at}/metrics").text
    assert httpx.get(f"{at}/{SECRET}").status_code == 404
    assert httpx.post(f"{at}/metrics", content=b"x").status_code == 405
    assert httpx.get(f"{at}/ready").json()["ok"], "one answer leaves nothing to the next"


def test_without_a_setting_nothing_is_listened_on_and_a_taken_port_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, served: tuple[Health, str]
) -> None:
    taken = int(served[1].rpartition(":")[2])
    process.watched("sender").close()
    with pytest.raises(SystemExit, match="SIAGA_WATCH_PORT"):
        process.watched("sender", port=taken)


def test_the_database_is_in_order_away_empty_or_behind(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.database() is None
    with transaction() as session:
        at = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        assert checks.database() == "it is older than this code: run `siaga db migrate`"
    finally:
        with transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": at})
    with transaction() as session:
        session.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere"))
    try:
        assert checks.database() == "it has no tables: run `siaga db migrate`"
    finally:
        with transaction() as session:
            session.execute(text("ALTER TABLE elsewhere RENAME TO alembic_version"))

    from siaga.db.engine import forget

    forget()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:geheim@127.0.0.1:9/none")
    settings.cache_clear()
    try:
        assert checks.database() == "it cannot be reached"
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        forget()
        engine()


def test_keys_are_open_or_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.keys() is None

    def missing() -> keys.KeyRing:
        raise keys.KeysMissing(SECRET)

    monkeypatch.setattr("siaga.privacy.cipher.ring", missing)
    assert checks.keys() == "they are missing, or not of the right size"


def test_another_server_of_ours_answers_or_not() -> None:
    class Answers(Handler):
        def respond(self) -> None:
            self.answer(200 if self.path == "/health" else 500, {}, {})

    with serving(Answers) as at:
        assert checks.answering(f"{at}/webhook")() is None
    assert checks.answering("http://127.0.0.1:9/webhook")() == "it cannot be reached"
