"""A Sanic server that is watched."""

from __future__ import annotations

from asyncio import AbstractEventLoop

from sanic import Sanic

from siaga.watch.process import Watched


def be_watched(app: Sanic, watched: Watched) -> None:
    """Tell that it goes on while it serves, and as soon as it stops that it wants no more."""

    async def begin(app: Sanic, _: AbstractEventLoop) -> None:
        app.add_task(watched.keep_beating())

    async def end(_: Sanic, __: AbstractEventLoop) -> None:
        watched.drain()

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")
