"""Where the desk is found, for commands that print links to it while it runs in another process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from siaga.settings import Settings

_FILE = "desk.address"


def address(chosen: Settings) -> str:
    """The public address; without one, where it runs on this machine, or would."""
    if chosen.desk_url:
        return chosen.desk_url.rstrip("/")
    try:
        return _place(chosen).read_text(encoding="utf-8").strip() or _here(chosen.desk_port)
    except OSError:
        return _here(chosen.desk_port)


@contextmanager
def known(chosen: Settings, port: int) -> Iterator[None]:
    """While it runs without a public address, others may learn its port: `siaga start` may have moved it."""
    if chosen.desk_url:
        yield
        return
    place = _place(chosen)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(_here(port), encoding="utf-8")
    try:
        yield
    finally:
        place.unlink(missing_ok=True)


def _place(chosen: Settings) -> Path:
    return chosen.home / _FILE


def _here(port: int) -> str:
    return f"http://127.0.0.1:{port}"
