"""Ports for processes that are started later, and again after a kill."""

from __future__ import annotations

import random
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from siaga.start.ports import Ports

_held: list[socket.socket] = []


def row(length: int = 16) -> int:
    """The first of so many ports in a row that nothing listens on, below those that programs are given by chance."""
    while True:
        first = random.randrange(20_000, 32_000)
        with ExitStack() as held:
            try:
                for number in range(first, first + length):
                    held.enter_context(socket.create_server(("127.0.0.1", number)))
            except OSError:
                continue
            return first


def reserved(rasa: int = 1, watched: Sequence[str] = ()) -> Ports:
    """Free ports that no other program is given as free while the tests run: other tests do ask for such ports.

    On Linux a port that is held but not listened on can be taken by a server that asks for just this one. Each of the
    processes ``watched`` has a watch port as well.
    """
    if sys.platform != "linux":
        return Ports.free(rasa)
    held = [socket.socket() for _ in range(4 + rasa + len(watched))]
    for one in held:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
    _held.extend(held)
    action, simulator, receive, desk, first, *more = (one.getsockname()[1] for one in held)
    watch = tuple(zip(watched, more[rasa - 1 :], strict=True))
    return Ports(first, action, simulator, receive, tuple(more[: rasa - 1]), desk, watch)
