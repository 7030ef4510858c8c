"""What the first picture takes is done while nobody waits: right after the server has begun to answer, beside it."""

from __future__ import annotations

import logging
from threading import Thread
from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic

from siaga.radar.drawing.warming import warm

log = logging.getLogger(__name__)
_hook = pluggy.HookimplMarker("rasa_sdk")


class Warming:
    """A plugin of the action server."""

    @_hook
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Begin when the server has."""

        async def begin(*_: Any) -> None:
            # Not before: Rasa waits for the server, and after a crash all citizens do. A turn that comes meanwhile
            # shares a second with it.
            Thread(target=_warm, name="warming", daemon=True).start()

        app.register_listener(begin, "after_server_start")


def _warm() -> None:
    try:
        warm()
    except Exception:
        # Whoever asks for a picture first will tell what is wrong.
        log.exception("no picture can be drawn")


def register() -> None:
    """Make it known to the server, once."""
    if not plugin_manager().has_plugin(__name__):
        plugin_manager().register(Warming(), __name__)
