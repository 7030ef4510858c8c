"""Every process that says words of the content follows what is published, within five seconds; the others say none."""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

import grimp
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from siaga.cli import GROUPS
from siaga.dialogue.responses import PublishedResponses
from siaga.settings import ROOT, settings
from tests.content.conftest import item
from tests.content.given import published
from tests.content.test_live import SECONDS, soon
from tests.whatsapp.door import serving as whatsapp
from tests.whatsapp.flows.phone import PASSPHRASE, Phone, Refused, new_key, pem
from tests.whatsapp.twilio.api import Twilio
from tests.whatsapp.twilio.conftest import twilio
from tests.whatsapp.twilio.test_input import serving as by_twilio

__all__ = ["twilio"]

pytestmark = pytest.mark.usefixtures("fresh")
SAYS_WORDS = {"actions", "desk", "rasa", "receiver", "registry", "remind", "sender"}
"""The processes that say what is published. Each has its test below; ``remind`` has it in ``tests/reminders``, ``desk``
in ``tests/desk/inbox``. ``sender`` and ``registry`` say nothing, but plan reminders where they forget somebody, or find
whose a NIK is; they follow just so."""


def _modules() -> dict[str, str]:
    """Each process of the Procfile, and the module that is its program."""
    found = {}
    for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, command = line.split(":", 1)
            if own := re.search(r"\bsiaga (\w+)", command):
                found[name] = GROUPS[own[1]][0]
            else:
                found[name] = "actions" if "rasa_sdk" in command else "siaga.dialogue.responses"
    return found


def test_all_other_processes_say_nothing_of_it() -> None:
    """What a process does not import it cannot say; one that comes to do so has to follow, and to be tested here."""
    graph = grimp.build_graph("siaga", "actions")
    says = set()
    for process, module in _modules().items():
        importlib.import_module(module)  # there is such a module
        inside = {module} | graph.find_descendants(module)
        if any(graph.chain_exists(one, "siaga.content.live") for one in inside):
            says.add(process)
    assert says == SAYS_WORDS


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port


@contextmanager
def _running(command: list[str], address: str, health: str, **environment: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=os.environ | environment)

    def answers() -> bool:
        try:
            return httpx.get(address + health, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        assert soon(answers, 60)
        yield
    finally:
        process.terminate()
        process.wait(20)


FORM_OVER = "id: utter_form_over\ntext: Formulir ini sudah *ditutup*. Ketik *daftar* di chat, ya.\n"


def test_the_receiver_says_in_a_form_what_is_published(database: str) -> None:
    key: RSAPrivateKey = new_key()
    flow = {
        "SIAGA_WHATSAPP_FLOW_ID": "700000000000001",
        "SIAGA_WHATSAPP_FLOW_PRIVATE_KEY": pem(key),
        "SIAGA_WHATSAPP_FLOW_PASSPHRASE": PASSPHRASE,
    }
    port = _free_port()
    phone = Phone(f"http://127.0.0.1:{port}", key, settings().whatsapp_app_secret, "tidak-berlaku")

    def told() -> str:
        with pytest.raises(Refused) as refused:
            phone.open_form()
        return refused.value.words

    command = ["siaga.cli", "receive", "--port", str(port)]
    with _running(command, phone.address, "/", DATABASE_URL=database, **flow):
        assert told().startswith("Formulir ini sudah tidak berlaku.")
        published("sentence", "utter_form_over", FORM_OVER, file="percakapan.yml")
        assert soon(lambda: told() == "Formulir ini sudah ditutup. Ketik daftar di chat, ya.")


def test_the_action_server_tells_what_is_published(database: str) -> None:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    domain = Domain.load(str(ROOT / "domain.yml"))
    request: dict[str, Any] = {
        "next_action": "action_tell_news",
        "sender_id": "kunci",
        "domain": {},
        "version": "3.6.21",
        "tracker": DialogueStateTracker.from_events("kunci", [], slots=domain.slots).current_state(),
    }

    def told() -> str:
        # Another contact each time: nobody is told the same news twice.
        request["sender_id"] = request["tracker"]["sender_id"] = f"kunci-{time.monotonic_ns()}"
        return httpx.post(f"{address}/webhook", json=request, timeout=30, trust_env=False).text

    day = f"{time.strftime('%Y-%m-%d', time.gmtime(time.time() - 86400))}"
    published("news", "hari-ini", item("hari-ini", "Kabar pertama", day), file="news.yml")
    command = ["rasa_sdk", "--actions", "actions", "--port", str(port), "--quiet"]
    with _running(command, address, "/health", DATABASE_URL=database, SANIC_HOST="127.0.0.1"):
        assert "Kabar pertama" in told()
        published("news", "hari-ini", item("hari-ini", "Kabar kedua", day), file="news.yml")
        assert soon(lambda: "Kabar kedua" in told())


GOODBYE = "id: utter_goodbye\ntext: Sampai nanti, jaga kesehatan.\n"


@pytest.mark.parametrize("serving", [whatsapp, lambda: by_twilio(Agent())], ids=["whatsapp", "twilio"])
def test_rasa_says_what_is_published(
    database: str, twilio: Twilio, serving: Callable[[], AbstractAsyncContextManager[Any]]
) -> None:
    """In the very server, without a model: what the channel begins when it has started."""
    domain = Domain.load(str(ROOT / "domain.yml"))
    nlg = PublishedResponses(domain=domain)

    async def said() -> str:
        tracker = DialogueStateTracker.from_events("k", [], slots=domain.slots)
        response = await nlg.generate("utter_goodbye", tracker, "whatsapp")
        assert response is not None
        return str(response["text"])

    async def follow() -> str:
        async with serving():
            assert (await said()).startswith("Sampai jumpa")
            await asyncio.to_thread(published, "sentence", "utter_goodbye", GOODBYE, file="percakapan.yml")
            end = time.monotonic() + SECONDS
            while (text := await said()).startswith("Sampai jumpa") and time.monotonic() < end:
                await asyncio.sleep(0.02)
            return text

    assert asyncio.run(follow()) == "Sampai nanti, jaga kesehatan."
