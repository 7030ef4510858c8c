"""``python -m actions``: the server of `rasa run actions`, behind a token and without the import of all of Rasa."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from rasa_sdk import utils
from rasa_sdk.endpoint import create_app
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic

from actions.gate import close
from siaga.doors.tokens import TokenUnfit
from siaga.privacy.keys import KeysMissing
from siaga.settings import settings
from siaga.watch.logs import set_up
from siaga.watch.process import watched
from siaga.watch.sanic_app import be_watched


def application() -> Sanic:
    """The actions at ``/webhook``, their names at ``/actions``, and ``/health``; no other site's pages may ask.

    Raises:
        KeysMissing, TokenUnfit: there is no token.
    """
    app = create_app("actions", cors_origins=None)
    close(app)
    plugin_manager().hook.attach_sanic_app_extensions(app=app)
    return app


def main() -> None:
    """Serve until stopped."""
    asked = argparse.ArgumentParser(prog="python -m actions", description="Run the action server.")
    asked.add_argument("--host", default=os.environ.get("SIAGA_BIND") or "127.0.0.1", help="address to listen on")
    asked.add_argument("--port", type=int, default=settings().action_port)
    asked.add_argument("--verbose", dest="level", action="store_const", const=logging.INFO, default=logging.WARNING)
    asked.add_argument("--quiet", dest="level", action="store_const", const=logging.WARNING)
    given = asked.parse_args()
    utils.configure_colored_logging(given.level)
    utils.update_sanic_log_level()
    try:
        app = application()
    except (KeysMissing, TokenUnfit) as missing:
        sys.exit(f"siaga: {missing}")
    set_up("actions", given.level)
    be_watched(app, watched("actions"))
    app.run(given.host, given.port, workers=utils.number_of_sanic_workers(), access_log=False)


if __name__ == "__main__":
    main()
