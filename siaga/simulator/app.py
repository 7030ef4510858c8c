"""The FastAPI application, and the server that runs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from siaga.settings import settings
from siaga.simulator import graph, page, programs
from siaga.simulator.config import Config, check
from siaga.simulator.core import Simulator
from siaga.simulator.door import Door


def create_app(config: Config) -> FastAPI:
    """The simulator as an ASGI application; its state is ``app.state.simulator`` while it runs.

    Raises:
        NotInProduction: the settings say anything but development, whoever made ``config``.
    """
    check(settings())

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        # Made here, inside the running loop that its locks and events belong to.
        simulator = app.state.simulator = Simulator(config)
        app.state.loop = asyncio.get_running_loop()
        simulator.start()
        yield
        await simulator.stop()

    app = FastAPI(title="Siaga simulator", lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Door, config=config)

    @app.get("/health")
    async def health() -> JSONResponse:
        """Whether it runs."""
        return JSONResponse({"status": "ok"})

    app.mount("/static", page.Assets(directory=page.STATIC), name="static")
    app.include_router(page.router)
    app.include_router(programs.router)
    # Last: its paths begin with a variable part.
    app.include_router(graph.router)
    return app


class SimulatorServer(uvicorn.Server):
    """A uvicorn server whose open streams end when it is told to stop, instead of holding it up."""

    def __init__(self, config: Config, *, host: str, port: int) -> None:
        self._app = create_app(config)
        super().__init__(
            uvicorn.Config(
                self._app,
                host=host,
                port=port,
                ws="none",
                # Paths name contacts by number: they belong in no log.
                access_log=False,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=3,
            )
        )

    def end_streams(self) -> None:
        """Let event streams and held answers finish; may be called from any thread."""
        simulator = getattr(self._app.state, "simulator", None)
        if simulator is not None:
            self._app.state.loop.call_soon_threadsafe(simulator.stopping.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.end_streams()
        super().handle_exit(sig, frame)
