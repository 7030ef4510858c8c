"""Disks, zones, ports, and the processes behind them."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from siaga.doctor import machine, processes
from siaga.doctor.finding import Level
from siaga.doctor.processes import Models
from siaga.doors.tokens import action_token, bearer
from siaga.settings import settings
from siaga.start import model
from tests.serving import Handler, serving


def test_a_folder_that_is_not_there_yet_is_looked_for_above(tmp_path: Path) -> None:
    found = machine.look_at("backups", tmp_path / "belum" / "ada")
    assert found.folder == tmp_path and 0 < found.free <= found.total and found.writable


@pytest.mark.parametrize(
    ("differs", "expected"),
    [
        ({}, Level.OK),
        ({"free": 10 * 10**9}, Level.LOOK),
        ({"free": 10**9}, Level.BROKEN),
        ({"free": 2 * 10**8, "total": 10**9}, Level.BROKEN),
        ({"free_inodes": 10}, Level.LOOK),
        ({"free_inodes": 1}, Level.BROKEN),
        ({"inodes": 0, "free_inodes": 0}, Level.OK),
        ({"writable": False}, Level.BROKEN),
    ],
)
def test_room(differs: dict[str, Any], expected: Level) -> None:
    disk = machine.Disk("home", Path("/"), 50 * 10**9, 100 * 10**9, 50, 100, writable=True)
    assert machine.disk(replace(disk, **differs)).level is expected


def test_a_zone_that_the_machine_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.zones(machine.unknown_zones()).level is Level.OK
    monkeypatch.setattr(machine, "ZONES", ("Asia/Jakarta", "Asia/Tiada"))
    assert machine.zones(machine.unknown_zones()).level is Level.BROKEN


def test_a_stranger_at_a_port_and_one_given_twice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        assert machine.is_taken(port)
        assert machine.ports({"desk": port}, {port}, set()).level is Level.LOOK
        assert machine.ports({"desk": port}, {port}, {port}).level is Level.OK
    assert not machine.is_taken(port)
    assert machine.ports({"desk": 1, "Rasa": 1}, set(), set()).level is Level.BROKEN


# ---------------------------------------------------------------------- processes
class Ours(Handler):
    """Answers as our processes do."""

    def respond(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/actions":
            right = self.headers.get("Authorization") == bearer(action_token())
            self.answer(200 if right else 401, [{"name": "action_x"}] if right else {}, {})
        elif path.endswith("/webhook"):
            right = f"hub.verify_token={settings().whatsapp_verify_token}" in query
            self.answer(200 if right else 403, 113 if right else "", {})
        else:
            self.answer(200, {}, {})


def asked(url: str, **differs: Any) -> Mapping[str, Level]:
    port = int(url.rpartition(":")[2])
    ports = dict.fromkeys(("receive_port", "rasa_port", "action_port", "desk_port"), port)
    answers = processes.ask_all(settings().copy(update={**ports, **differs}))
    return {name: processes.process(name, answer).level for name, answer in answers.items()}


def test_each_process_is_asked_for_what_only_it_says() -> None:
    with serving(Ours) as url:
        assert asked(url) == dict.fromkeys(("receiver", "desk", "Rasa", "action server"), Level.OK)
        wrong = asked(url, whatsapp_verify_token="lain", action_token="a" * 32)
        assert (wrong["receiver"], wrong["action server"]) == (Level.BROKEN, Level.BROKEN)
        assert asked(url, action_url=f"{url}/webhook", action_port=1)["action server"] is Level.OK
    assert set(asked(url).values()) == {Level.LOOK}, "nobody is there any more"
    assert "action server" not in asked(url, action_token="pendek")


def test_the_model_is_of_this_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "config.yml").write_text("a: 1")
    monkeypatch.delenv("SIAGA_MODEL", raising=False)
    assert processes.trained(processes.models(tmp_path)).level is Level.BROKEN
    fitting = model.path_of(model.fingerprint(tmp_path), tmp_path / "models")
    fitting.touch()
    assert processes.trained(processes.models(tmp_path)).level is Level.OK
    (tmp_path / "config.yml").write_text("a: 2")
    assert processes.trained(processes.models(tmp_path)).level is Level.LOOK
    monkeypatch.setitem(os.environ, "SIAGA_MODEL", str(tmp_path / "models" / "siaga-tiada.tar.gz"))
    assert processes.trained(processes.models(tmp_path)).level is Level.BROKEN
    assert processes.trained(Models(fitting, fitting, (fitting.name,))).level is Level.OK
