"""One sentence about a port that cannot be had."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from siaga.settings import ROOT, Settings
from siaga.start import CannotStart
from siaga.start.commands import FIRST_WATCH_PORT, watched_processes
from siaga.start.health import addresses
from siaga.start.ports import Ports
from siaga.start.system import System


def test_free_ports_are_fine() -> None:
    Ports.free().check()


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_named_with_its_user_and_its_setting(address: str) -> None:
    ports = Ports.free()
    with socket.create_server((address, ports.action)), pytest.raises(CannotStart) as told:
        ports.check()

    said = str(told.value)
    assert said.startswith(f"Port {ports.action}, which the action server needs, is in use")
    assert "SIAGA_ACTION_PORT" in said
    assert "\n" not in said


def test_a_port_given_twice_and_one_out_of_range() -> None:
    with pytest.raises(CannotStart, match="to another process"):
        Ports(rasa=5005, action=5005, simulator=8088, receive=5015).check()
    with pytest.raises(CannotStart, match="not a port number"):
        Ports(rasa=70000, action=5055, simulator=8088, receive=5015).check()


def test_an_offset_moves_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAGA_RASA_PORT", "6000")

    assert Ports.chosen(Settings(), 100) == Ports(rasa=6100, action=5155, simulator=8188, receive=5115, desk=8180)


def test_each_process_has_a_watch_port_of_its_own(tmp_path: Path) -> None:
    ports = Ports(rasa=1, action=2, simulator=3, receive=4, more_rasa=(5,)).watching(
        9110, ["receiver", "rasa", "rasa.2"]
    )
    system = System(Settings(home=tmp_path), ports, "postgresql://", tmp_path, lambda name, line: None)

    assert system.environment["SIAGA_WATCH_PORT"] == "0"
    assert "SIAGA_WATCH_PORT=9110; " in system.processes.commands["receiver"]
    assert "SIAGA_WATCH_PORT=9112; " in system.processes.commands["rasa.2"]
    assert addresses(ports)["rasa"] == "http://127.0.0.1:9111/ready"
    with pytest.raises(CannotStart, match="the watch on rasa"):
        replace(ports, watch=(("rasa", 4),)).check()


def test_the_page_tells_who_is_watched_where() -> None:
    told = re.findall(r"\| (\w+) \| (91\d\d) ", (ROOT / "docs" / "watching.md").read_text(encoding="utf-8"))
    names = watched_processes(Ports.free())
    assert dict(told) == {name: str(number) for number, name in enumerate(names, FIRST_WATCH_PORT)}


def test_without_the_simulator_its_port_is_not_looked_at() -> None:
    ports = Ports.free()
    with socket.create_server(("127.0.0.1", ports.simulator)):
        ports.without_simulator().check()
    assert "SIAGA_SIMULATOR_PORT" not in ports.without_simulator().variables()
