"""The result of a self-check: one message with a picture above it, and what can be done next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from actions import departments
from actions.conversation import Message, Say, option
from actions.handoffs.offering import person
from actions.wording import hour, long_date, sentence_start, weekday_date
from siaga import media
from siaga.content import ContentError
from siaga.emergency import NOT_BREATHING, steps_for
from siaga.places.timezone import letters_of
from siaga.selfcheck import Level, Result, monitoring
from siaga.selfcheck.picture import draw
from siaga.text.danger import has_stopped

# Typed instead of the button, as long as it is the newest one.
_WATCH_ALSO = [
    "pantau", "pantau saya", "mau dipantau", "pantau tiap hari ya", "tanya tiap hari", "tanyain tiap hari",
    "tanyain saya tiap hari", "tanya saya tiap hari", "tanyakan tiap hari", "ingatkan tiap hari", "cek tiap hari",
]  # fmt: skip
_TIPS = {
    "doctor": "apa yang harus dilakukan kalau gejala covid",
    "isolate": "apa yang harus dilakukan saat isolasi mandiri di rumah",
    "watch": "apa yang harus dilakukan kalau gejala ringan di rumah",
    "none": "bagaimana cara mencegah tertular covid",
}
_RESPONSES: dict[Level, str] = {
    "emergency": "utter_selfcheck_emergency",
    "doctor": "utter_selfcheck_doctor",
    "isolate": "utter_selfcheck_isolate",
    "watch": "utter_selfcheck_watch",
    "none": "utter_selfcheck_none",
}
PICTURES_KEPT = timedelta(days=7)
"""A picture says nothing of a person, but nobody asks for yesterday's any more."""


REASONS = SOURCES = 3
"""So many are told: the gravest come first, and a message of our own has 1,024 characters."""


class Checked(Protocol):
    """What is told of a form: whose check it is (``whom``: a relation, None for the contact; ``who``: in words)."""

    session: Session
    contact: str
    message: Message

    @property
    def whom(self) -> str | None: ...

    @property
    def who(self) -> str: ...


def tell(form: Checked, result: Result) -> list[Say]:
    """How urgent it is, why, what to do, when to check again, until when it counts, and from where that is known.

    It all stands in the text, too, for who cannot see the picture. An emergency begins with the number to call.
    """
    local = ZoneInfo(monitoring.zone_of_contact(form.session, form.contact, form.whom))
    at = form.message.at.astimezone(local)
    again = None if result.again_after is None else at + result.again_after
    when = _when(again, at, local.key) if again else ""
    picture = draw(result.level, when, weekday_date(at.date()))
    watched = monitoring.is_open(form.session, form.contact, form.whom)
    said = Say.it(
        _RESPONSES[result.level],
        image=media.put(form.session, picture, "image/png", until=at + PICTURES_KEPT),
        who=form.who,
        who_start=sentence_start(form.who),
        reason=" ".join(result.reasons[:REASONS]),
        advice="\n".join(f"• {line}" for line in _advice(result, form.message)),
        until=f", sampai *{long_date(result.until)}*" if result.until else "",
        again=f"Cek lagi: *{when}*. " if when else "",
        valid=_moment(at + result.valid_for, local.key),
        source="; ".join(_documents(result.sources)),
        nearest=_nearest(form.session, form.contact) if result.level == "emergency" else "",
        buttons=_next_steps(form.whom, result.level, watched),
    )
    # The emergency has ended the questions: others look after them now.
    goes_on = watched and result.level != "emergency"
    return [said, Say.it("utter_selfcheck_still_watched", who=form.who)] if goes_on else [said]


def _nearest(session: Session, contact: str) -> str:
    """The emergency department where they live, as far as is known; otherwise how to be told of one."""
    where = departments.known_before(session, contact)
    found = departments.near(session, where) if where else ()
    if not where or not found:
        return departments.ASK_LOCATION
    return f"{departments.first_line(found[0], where)}.{departments.sample(found[0])}"


def _next_steps(whom: str | None, level: Level, watched: bool) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    if level in ("isolate", "watch") and not watched:
        steps.append({**watch_button(whom), "also": _WATCH_ALSO})
    if level in _TIPS:
        question = json.dumps({"question": _TIPS[level]})
        steps.append({"title": "Saran", "payload": f"/ask_tips{question}"})
    return [*steps, person("danger" if level == "emergency" else None)]


def watch_button(whom: str | None) -> dict[str, str]:
    """Offers to be asked every day about somebody."""
    return option("Pantau tiap hari", "monitor", whom or monitoring.SELF)


def _advice(result: Result, message: Message) -> list[str]:
    """What to do. An emergency's message begins with the number to call, which is not said twice.

    Who does not breathe any more is not sat upright, as all others are whose breath or heart is the trouble.
    """
    if result.level == "emergency" and has_stopped(message.text):
        with suppress(ContentError):
            return list(steps_for(NOT_BREATHING, message.preview).lines)
    return [line for line in result.advice if result.level != "emergency" or "119" not in line]


def _documents(sources: Sequence[str]) -> list[str]:
    """Each document once, without what it says."""
    return list(dict.fromkeys(source.partition(": ")[0] for source in sources))[:SOURCES]


def _when(moment: datetime, now: datetime, zone: str) -> str:
    days = (moment.date() - now.date()).days
    if days == 0:
        return f"hari ini pukul {hour(moment)} {letters_of(zone)}"
    return f"besok, {long_date(moment.date())}" if days == 1 else weekday_date(moment.date())


def _moment(moment: datetime, zone: str) -> str:
    return f"{weekday_date(moment.date())} pukul {hour(moment)} {letters_of(zone)}"
