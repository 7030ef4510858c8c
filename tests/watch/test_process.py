"""A real process: ready, not ready without its database, and while it shuts down it says so and finishes its work."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from siaga.db import engine, transaction
from siaga.settings import settings
from siaga.start.processes import wait_until
from siaga.turns.messages import message_key
from siaga.turns.tables import InboundMessage
from siaga.whatsapp.signature import HEADER, sign
from tests.whatsapp import webhooks


def free() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


def test_a_receiver_from_its_start_to_its_end(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port, watch = free()
    process = subprocess.Popen(
        [sys.executable, "-m", "siaga.cli", "receive", "--port", str(port)],
        env=os.environ | {"DATABASE_URL": database, "SIAGA_WATCH_PORT": str(watch), "SIAGA_LOG": "json"},
        stdout=subprocess.PIPE,
        text=True,
    )

    def wrong() -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = httpx.get(f"http://127.0.0.1:{watch}/ready", trust_env=False, timeout=5).json()
        except httpx.HTTPError:
            return None
        return told["wrong"]

    try:
        assert wait_until(lambda: wrong() == {}, 60)
        assert "siaga_webhooks" not in httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text

        with transaction() as session:
            session.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere"))
        try:
            assert wait_until(lambda: wrong() == {"database": "it has no tables: run `siaga db migrate`"}, 20)
        finally:
            with transaction() as session:
                session.execute(text("ALTER TABLE elsewhere RENAME TO alembic_version"))

        body = webhooks.body(webhooks.webhook(messages=[webhooks.message(wamid="wamid.drain")]))
        headers = {HEADER: sign(body, settings().whatsapp_app_secret)}
        address = f"http://127.0.0.1:{port}/webhooks/whatsapp/webhook"
        with ThreadPoolExecutor(1) as beside, engine().begin() as held:
            held.execute(text("LOCK TABLE inbound_message IN ACCESS EXCLUSIVE MODE"))
            answer = beside.submit(httpx.post, address, content=body, headers=headers, trust_env=False, timeout=30)
            assert wait_until(lambda: _waits_for_a_lock(), 20)
            process.terminate()
            assert wait_until(lambda: wrong() == {"process": "it is shutting down"}, 10)
            held.rollback()
            assert answer.result(30).status_code == 200
        lines = [json.loads(line) for line in process.communicate(timeout=30)[0].splitlines()]
    finally:
        process.kill()
        process.wait()

    with transaction() as session:
        assert session.scalars(select(InboundMessage.status)).all() == ["waiting"]
    assert [line["trace"] for line in lines if line["event"] == "received"] == [message_key("wamid.drain")]
    assert [line for line in lines if line["level"] in ("error", "critical")] == []


def _waits_for_a_lock() -> bool:
    with engine().connect() as connection:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(connection.scalar(text(waiting)))
