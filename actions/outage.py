"""What the action server answers when the database is away: that it is out of order, not that the action is wrong.

A message is tried again for as long as the server is out of order, but parked when its action keeps failing.
"""

from __future__ import annotations

import logging

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

log = logging.getLogger(__name__)
_hook = pluggy.HookimplMarker("rasa_sdk")


class DatabaseAway:
    """A plugin of the action server."""

    @_hook
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Answer 503 to a call whose action could not reach the database."""

        @app.exception(OperationalError, InterfaceError, PoolExhausted)
        async def away(_: Request, error: Exception) -> HTTPResponse:
            log.warning("an action could not reach the database: %s", type(error).__name__)
            return json({"error": "the database cannot be reached"}, status=503)


def register() -> None:
    """Make it known to the server, once."""
    if not plugin_manager().has_plugin(__name__):
        plugin_manager().register(DatabaseAway(), __name__)
