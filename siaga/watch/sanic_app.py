"""A Sanic server that is watched."""

from __future__ import annotations

from asyncio import AbstractEventLoop, Task

from sanic import Sanic

from siaga.watch.process import Watched


def be_watched(app: Sanic, watched: Watched) -> None:
    """Tell that it goes on while it serves, and as soon as it stops that it wants no more."""

    beating: list[Task[None]] = []

    async def begin(_: Sanic, loop: AbstractEventLoop) -> None:
        beating.append(loop.create_task(watched.keep_beating()))

    async def end(_: Sanic, __: AbstractEventLoop) -> None:
        watched.drain()
        for task in beating:
            task.cancel()

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")
