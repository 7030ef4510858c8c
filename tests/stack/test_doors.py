"""What listens in the running system, who may knock there, and what the process list tells."""

from __future__ import annotations

import httpx
import psutil
import pytest

from siaga.doors.tokens import action_token, bearer
from siaga.privacy.keys import ring
from siaga.settings import settings
from tests.doors.test_rasa_api import PATHS
from tests.stack.conftest import Stack

CALL = {"next_action": "action_tell_news", "tracker": {"sender_id": "k", "slots": {}}, "sender_id": "k"}


def _processes(stack: Stack) -> dict[str, list[psutil.Process]]:
    found = {}
    for name in stack.system.processes.commands:
        one = psutil.Process(stack.pid(name))
        found[name] = [one, *one.children(recursive=True)]
    return found


def test_all_listen_on_this_machine_only(stack: Stack) -> None:
    heard = {
        (name, connection.laddr.ip)
        for name, processes in _processes(stack).items()
        for process in processes
        for connection in process.connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    # Each on its watch port, too.
    assert {name for name, _ in heard} == set(stack.system.processes.commands)
    assert {address for _, address in heard} == {"127.0.0.1"}


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_rasas_own_interface_is_not_there(stack: Stack, method: str, path: str) -> None:
    answer = httpx.request(method, stack.rasa + path, trust_env=False)
    assert (answer.status_code, answer.text) == (404, "")


def test_rasa_tells_neither_its_version_nor_other_sites(stack: Stack) -> None:
    for path in ("/", "/webhooks/whatsapp/"):
        answer = httpx.get(stack.rasa + path, headers={"Origin": "https://evil.example"}, trust_env=False)
        assert (answer.status_code, answer.text) == (200, "ok")
        assert "server" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not answer.headers.get("access-control-allow-origin")


def test_the_action_server_asks_for_the_token_that_rasa_shows(stack: Stack) -> None:
    address = f"http://127.0.0.1:{stack.system.ports.action}"
    assert httpx.post(f"{address}/webhook", json=CALL, trust_env=False).status_code == 401
    assert httpx.get(f"{address}/actions", trust_env=False).status_code == 401
    right = {"Authorization": bearer(action_token())}
    assert httpx.get(f"{address}/actions", headers=right, trust_env=False).status_code == 200
    # Rasa shows it: there would be no answer without an action.
    assert stack.say(stack.contact(), "mau daftar vaksin")


def test_no_secret_stands_in_the_process_list(stack: Stack) -> None:
    secrets = [action_token(), ring().index.hex(), settings().whatsapp_app_secret, settings().keys or "-"]
    for processes in _processes(stack).values():
        for process in processes:
            line = " ".join(process.cmdline())
            assert not [secret for secret in secrets if secret in line], process.name()
