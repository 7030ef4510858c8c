"""What stands at the door: the notice of the day, and when somebody is there."""

from __future__ import annotations

import logging

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.conversation import PROGRAMME_ZONE, Event, Message
from siaga.content import ContentError
from siaga.front import DAY_NAMES, Front, Hours
from siaga.front.standing import front

TOLD = "notice_told"
"""The slot with the day on which a notice was told last, and which."""

log = logging.getLogger(__name__)


def _front(message: Message) -> Front:
    try:
        return front(preview=message.preview)
    except ContentError as error:
        # Nobody is left without a greeting for the sake of a notice.
        log.error("no notice and no office hours are told: %s", error)
        return Front()


def notice(tracker: Tracker) -> tuple[dict[str, str], list[Event]]:
    """What the greeting or the menu is filled in with, and what remembers it: the notice that stands, to each contact
    once a day."""
    message = Message.of(tracker)
    standing = _front(message).notice(message.at)
    if standing is None:
        return {}, []
    mark = f"{message.at.astimezone(PROGRAMME_ZONE).date().isoformat()} {standing.id}"
    if tracker.get_slot(TOLD) == mark and not message.preview:
        return {}, []
    return {"notice": standing.text}, [SlotSet(TOLD, mark)]


def week(hours: Hours) -> str:
    """``Senin–Kamis 07.30–16.00, Jumat 07.30–11.30 dan 13.00–16.00``: days alike that follow each other in one."""
    runs: list[list[int]] = []
    for day, spans in enumerate(hours.days):
        if spans and runs and runs[-1][-1] == day - 1 and hours.days[day - 1] == spans:
            runs[-1].append(day)
        elif spans:
            runs.append([day])
    told = []
    for run in runs:
        names = DAY_NAMES[run[0]] + (f"–{DAY_NAMES[run[-1]]}" if len(run) > 1 else "")
        times = " dan ".join(f"{begin:%H.%M}–{end:%H.%M}" for begin, end in hours.days[run[0]])
        told.append(f"{names} {times}")
    return ", ".join(told)
