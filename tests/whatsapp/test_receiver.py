"""`siaga receive` takes webhooks in without Rasa, at the same addresses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.settings import settings
from siaga.turns.tables import InboundMessage
from siaga.whatsapp.signature import HEADER, sign
from tests.whatsapp import webhooks


@pytest.fixture
def address(database: str) -> Iterator[str]:
    """A receiver's process, ready."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "siaga.cli", "receive", "--port", str(port)], env=os.environ | {"DATABASE_URL": database}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(address, trust_env=False).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_a_webhook_is_kept_and_answered(address: str) -> None:
    body = webhooks.body(webhooks.webhook(messages=[webhooks.message()]))
    headers = {HEADER: sign(body, settings().whatsapp_app_secret)}
    path = f"{address}/webhooks/whatsapp/webhook"
    assert httpx.post(path, content=body, headers=headers, trust_env=False).status_code == 200
    assert httpx.post(path, content=body, trust_env=False).status_code == 403
    with transaction() as session:
        assert session.scalars(select(InboundMessage.status)).all() == ["waiting"]


def test_it_does_without_rasa() -> None:
    code = "import siaga.whatsapp.receiver, sys; sys.exit(any(name.split('.')[0] == 'rasa' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
