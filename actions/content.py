"""What staff publish is followed from the moment the action server answers, and read before the first citizen asks."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic

from siaga.content import live
from siaga.lasting import settle

_hook = pluggy.HookimplMarker("rasa_sdk")


class Following:
    """A plugin of the action server."""

    @_hook
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Begin when the server has: beside it, so that nobody waits for it to come up."""

        async def begin(*_: Any) -> None:
            live.watch()
            Thread(target=_begin, name="content-first", daemon=True).start()

        app.register_listener(begin, "after_server_start")


def told_from() -> tuple[Callable[[], Any], ...]:
    """What the actions tell from, what is asked for most first."""
    # Here, so that an action can be used without all others.
    from actions.knowledge.telling import knowledge
    from actions.news import news
    from siaga.doses.rules import all_rules as doses
    from siaga.eligibility.rules import all_rules as eligibility
    from siaga.emergency.signs import signs
    from siaga.front.standing import front
    from siaga.hoaxes.matching import checker
    from siaga.selfcheck.rules import all_rules as selfcheck
    from siaga.tips import tips

    # The rules are read in a moment; the answers may need a model.
    return signs, selfcheck, eligibility, doses, knowledge, checker, tips, news, front


def read_all() -> None:
    """Build all that is told from, once."""
    live.read_first(told_from())


def _begin() -> None:
    read_all()
    settle()


def register() -> None:
    """Make it known to the server, once."""
    if not plugin_manager().has_plugin(__name__):
        plugin_manager().register(Following(), __name__)
