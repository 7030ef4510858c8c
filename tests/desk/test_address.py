"""Where commands say that the desk is: where it runs, also when `siaga start` has moved its port."""

from __future__ import annotations

from pathlib import Path

from siaga.desk.address import address, known
from siaga.settings import settings


def test_links_lead_to_the_port_on_which_it_runs(tmp_path: Path) -> None:
    chosen = settings().copy(update={"home": tmp_path / "home", "desk_port": 8080, "desk_url": None})
    assert address(chosen) == "http://127.0.0.1:8080"
    with known(chosen, 8380):
        assert address(chosen) == "http://127.0.0.1:8380"
    assert address(chosen) == "http://127.0.0.1:8080"


def test_a_public_address_comes_first_and_nothing_is_written(tmp_path: Path) -> None:
    chosen = settings().copy(update={"home": tmp_path / "home", "desk_url": "https://meja.example.go.id/"})
    with known(chosen, 8380):
        assert address(chosen) == "https://meja.example.go.id"
        assert not (tmp_path / "home").exists()
