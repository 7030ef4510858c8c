"""Being watched: what each kind of process calls when it begins, goes on, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from siaga.settings import settings
from siaga.watch import checks
from siaga.watch.figures import Figures
from siaga.watch.health import Check, Health
from siaga.watch.metrics import REGISTRY
from siaga.watch.pool import Pool
from siaga.watch.server import WatchServer

BEAT_SECONDS = 1.0


_here: dict[int, Watched] = {}


class Watched:
    """A process that tells how it is, on the watch port if it has one."""

    def __init__(self, health: Health, server: WatchServer | None) -> None:
        self._health = health
        self._server = server

    def beat(self) -> None:
        """The process goes on."""
        self._health.beat()

    def drain(self) -> None:
        """It has been told to stop."""
        self._health.drain()

    async def keep_beating(self) -> None:
        """Tell, for as long as this task runs, that the event loop goes on."""
        while True:
            self._health.beat()
            await asyncio.sleep(BEAT_SECONDS)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """As ``keep_beating``, beside the block; to be entered on the event loop."""
        task = asyncio.create_task(self.keep_beating())
        try:
            yield
        finally:
            task.cancel()

    def close(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()


def watched(
    kind: str,
    more: Mapping[str, Check] | None = None,
    *,
    keys: bool = True,
    alive_seconds: float = 60.0,
    figures: bool = False,
    port: int | None = None,
) -> Watched:
    """Begin to tell how this process is; ends it where the watch port cannot be had.

    A process that begins twice, as with two channels, is watched once.

    Args:
        kind: what it is: receiver, rasa, …
        more: what it depends on besides the database, and the keys if ``keys``.
        alive_seconds: after so long without a beat it is stuck.
        figures: it tells those of the whole system as well, of which one kind of process is enough.
        port: other than the setting's; 0: none.
    """
    config = settings()
    chosen = config.watch_port if port is None else port
    asked = {"database": checks.database, **({"keys": checks.keys} if keys else {}), **(more or {})}
    health = Health(kind, asked, alive_seconds=alive_seconds)
    if not chosen:
        return Watched(health, None)
    if chosen in _here:
        return _here[chosen]
    try:
        server = WatchServer(config.watch_host, chosen, health, REGISTRY)
    except OSError:
        sys.exit(f"siaga: the watch port {chosen} cannot be had: choose another with SIAGA_WATCH_PORT, or 0 for none.")
    with contextlib.suppress(ValueError):
        REGISTRY.register(Pool())
        if figures:
            REGISTRY.register(Figures())
    _here[chosen] = Watched(health, server)
    return _here[chosen]
