"""The button that calls a person, and tells the desk why."""

from __future__ import annotations

import json
import re

from actions.conversation import Message, command
from siaga.handoffs.tables import REASONS

CALL, BACK, DESK_CLOSED = "talk_to_human", "back_to_bot", "desk_closed"
LABEL = "Hubungi petugas"
MENU = command("Menu", "show_menu")
_ABOUT = re.compile(r"[a-z]+:[0-9A-Za-z._-]{1,60}")


def person(reason: str | None = None, about: str | None = None) -> dict[str, str]:
    """The button.

    Args:
        reason: one of ``siaga.handoffs.tables.REASONS``; None: the citizen asks.
        about: what it is about, such as ``hoax:5``; never personal data.
    """
    known = {name: value for name, value in (("reason", reason), ("about", about)) if value}
    return {"title": LABEL, "payload": f"/{CALL}" + (json.dumps(known) if known else "")}


def called_for(message: Message) -> tuple[str, str | None]:
    """The reason that the button carried, and what it is about; in words of one's own, that somebody asks."""
    reason, about = message.entity("reason"), message.entity("about")
    return (
        reason if reason in REASONS else "asked",
        about if isinstance(about, str) and _ABOUT.fullmatch(about) else None,
    )
