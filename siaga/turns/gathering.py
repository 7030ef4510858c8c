"""Deliveries that come at about the same time are kept in one transaction: one commit, and the same statements once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from siaga.turns.messages import Batch

MOST = 100
# A transaction that waits for somebody's lock holds up those that come after it for no longer.
PATIENCE_SECONDS = 0.1

Keep = Callable[[Sequence[Batch]], Sequence[Exception | None]]
"""Keeps deliveries together; what became of each: None if it was committed."""


@dataclass
class _Group:
    batches: list[Batch] = field(default_factory=list, repr=False)
    kept: asyncio.Future[Sequence[Exception | None]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Gathering:
    """Whoever comes while others are being kept waits for them, and is kept with all who have come by then."""

    def __init__(self, keep: Keep, threads: Executor, pause: float = 0.0) -> None:
        """Each waits for others for ``pause`` seconds besides."""
        self._keep = keep
        self._threads = threads
        self._pause = pause
        self._coming: _Group | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def keep(self, batch: Batch) -> None:
        """Returns when the delivery has been committed, and raises whatever kept it from that."""
        group = self._coming
        if group is None or len(group.batches) == MOST:
            group = self._coming = _Group()
            task = asyncio.create_task(self._keep_group(group, set(self._under_way)))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        place = len(group.batches)
        group.batches.append(batch)
        # Somebody who hangs up does not take the others along.
        problem = (await asyncio.shield(group.kept))[place]
        if problem is not None:
            raise problem

    async def _keep_group(self, group: _Group, before: set[asyncio.Task[None]]) -> None:
        try:
            if self._pause:
                await asyncio.sleep(self._pause)
            if before:
                await asyncio.wait(before, timeout=PATIENCE_SECONDS)
            if self._coming is group:
                self._coming = None
            group.kept.set_result(
                await asyncio.get_running_loop().run_in_executor(self._threads, self._keep, group.batches)
            )
        except Exception as error:
            group.kept.set_result([error] * len(group.batches))
