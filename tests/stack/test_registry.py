"""An outside registry that is down while somebody registers, and what goes with a contact to another number."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from siaga.start.processes import wait_until
from tests.registration.gateways.stub import JsonRegistry, Registry, running
from tests.registration.given import nik
from tests.stack.conftest import Stack, body

SIAGA = Path(sys.executable).with_name("siaga")
SERIAL = 731
NAME = f"Warga Uji {SERIAL}"
KNOWN = {"id": "p-731", "name": NAME, "birth_date": "1954-08-01", "sex": "L", "regency_code": "35.78"}
REGISTERS = (
    "mau daftar vaksin", "setuju", "saya sendiri", nik(SERIAL), "betul", NAME, "wonokromo surabaya",
    "belum pernah", "tidak", "sehat", "tidak ada", "1", "1", "ya",
)  # fmt: skip


@contextmanager
def outside(stack: Stack, url: str) -> Iterator[None]:
    """Within the block the actions ask the registry at this address."""
    before = dict(stack.system.environment)
    chosen = {"SIAGA_REGISTRY": "http", "SIAGA_REGISTRY_URL": url, "SIAGA_REGISTRY_TOKEN": JsonRegistry.token}
    try:
        stack.system.environment.update(chosen)
        _anew(stack)
        yield
    finally:
        for name in chosen:
            stack.system.environment.pop(name, None)
        stack.system.environment.update(before)
        _anew(stack)


def _anew(stack: Stack) -> None:
    stack.kill("actions")
    assert wait_until(lambda: not stack.system.processes.alive("actions"), 10)
    stack.restart("actions")


def _said(stack: Stack, contact: str) -> str:
    return "\n".join(body(reply) for reply in stack.replies(contact))


def test_a_registry_that_is_down_keeps_nobody_from_registering(stack: Stack) -> None:
    contact = stack.contact()
    with running(JsonRegistry) as (url, state), outside(stack, url):
        state.down = True
        for words in REGISTERS:
            stack.say(contact, words, wait=60)
        said = _said(stack, contact)
        assert "SG-" in said and not re.search("gagal|terganggu|maaf", said, re.IGNORECASE)
        assert "menunggu validasi" in body(stack.say(contact, "cek pendaftaran saya")[-1])
        assert state.seen, "the registry was asked"

        state.people[nik(SERIAL)] = KNOWN
        state.down = False
        _work_until_told(stack, state)
        assert [one["nik"] for one in state.registrations] == [nik(SERIAL)], "told once"
    _move_to_daytime(stack)
    assert wait_until(lambda: f"*{NAME}* sudah dicocokkan dan sesuai" in _said(stack, contact), 30)

    moved = stack.post(f"/api/contacts/{contact}/number", {})["wa_id"]
    shown = body(stack.say(moved, "cek pendaftaran saya", wait=60)[-1])
    assert NAME in shown and "SG-" in shown and nik(SERIAL) not in shown


def _work_until_told(stack: Stack, state: type[Registry]) -> None:
    """Let the registry's own process work as it does beside the others, until the registry has been told."""
    worker = subprocess.Popen(
        [SIAGA, "registry", "run"], env=stack.system.environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert wait_until(lambda: bool(state.registrations), 60)
    finally:
        worker.terminate()
        worker.wait(20)


def _move_to_daytime(stack: Stack) -> None:
    """To the next ten o'clock in Surabaya, since nobody is told at night."""
    now = stack.now()
    ten = now.replace(hour=3, minute=0, second=0, microsecond=0)
    ten += timedelta(days=ten <= now)
    stack.post("/api/clock", {"offset": (ten - now).total_seconds()})
