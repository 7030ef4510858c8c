"""What a citizen is honestly told about a person who has been called: who is there, how long it takes, until when."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, tzinfo

from actions.conversation import PROGRAMME_ZONE, Say
from actions.front import week
from actions.wording import hour, weekday_date
from siaga.front import Hours, closed_for, opens
from siaga.front.hours import ZONES
from siaga.handoffs.opening import Opened

ASKED, UNSURE, AGAIN = "utter_hand_off_asked", "utter_hand_off_unsure", "utter_hand_off_again"
WAITING = "utter_hand_off_waiting"
_LETTERS = "WIB"
_STEP = 5
"""Minutes: nobody can tell a waiting time more exactly."""
_LONG = timedelta(days=1)


def told(
    opened: Opened, at: datetime, hours: Hours | None, *, reason: str, in_form: bool, unasked: bool = False
) -> list[Say]:
    """All that is said when a person has been called, or has been already.

    Args:
        at: the moment it is said; ``hours``: those of the office, None where they are not known.
        in_form: whether an open question follows; ``unasked``: whether the bot has called them by itself.
    """
    first = [Say.it("utter_hand_off_danger")] if reason == "danger" else []
    if opened.state == "held":
        return [*first, Say.it("utter_hand_off_held")]
    lead = AGAIN if not opened.is_new else UNSURE if unasked else ASKED
    meanwhile = "utter_hand_off_meanwhile_in_form" if in_form else "utter_hand_off_meanwhile"
    return [*first, Say.it(lead), standing(opened, at, hours), Say.it(meanwhile)]


def standing(opened: Opened, at: datetime, hours: Hours | None) -> Say:
    """How things stand for who waits."""
    if opened.is_open:
        until = _clock(opened.closes_at, hours) if opened.closes_at else ""
        if opened.attendants:
            return Say.it("utter_hand_off_there", until=f", sampai {until}" if until else "", queue=queue(opened))
        later = f" Kalau sampai {until} belum ada yang menulis, saya kabari." if until else ""
        return Say.it("utter_hand_off_nobody", queue=queue(opened), later=later)
    holiday = closed_for(hours, at) if hours else None
    closed = f"Hari ini libur ({holiday})" if holiday else "Sekarang di luar jam petugas"
    promised = opened.callback_at
    if promised is None or promised <= at:
        promised = opens(hours, at) if hours else None
    if promised is None:
        return Say.it("utter_hand_off_unknown", closed=closed)
    table = f" Jam petugas: {week(hours)} {hours.zone}." if hours else ""
    return Say.it("utter_hand_off_later", closed=closed, when=moment(promised, at, hours), hours=table)


def queue(opened: Opened) -> str:
    """How many are before them; how long it usually takes, where that is known."""
    place = "Anda yang berikutnya." if opened.ahead == 0 else f"Ada {opened.ahead} orang sebelum Anda."
    return place if opened.wait is None else f"{place} Biasanya dibalas dalam {lasting(opened.wait)}."


def lasting(wait: timedelta) -> str:
    """``sekitar 10 menit``, ``sekitar 2 jam``, ``lebih dari sehari``: rather too long than too short."""
    if wait > _LONG:
        return "lebih dari sehari"
    minutes = max(1, math.ceil(wait / timedelta(minutes=_STEP))) * _STEP
    return f"sekitar {minutes} menit" if minutes < 60 else f"sekitar {math.ceil(minutes / 60)} jam"


def moment(promised: datetime, at: datetime, hours: Hours | None) -> str:
    """``Selasa, 24 November 2026, mulai 07.30 WIB``; of the same day ``hari ini, mulai 13.00 WIB``."""
    zone = _zone(hours)
    day = promised.astimezone(zone).date()
    named = "hari ini" if day == at.astimezone(zone).date() else weekday_date(day)
    return f"{named}, mulai {_clock(promised, hours)}"


def _zone(hours: Hours | None) -> tzinfo:
    return ZONES[hours.zone] if hours else PROGRAMME_ZONE


def _clock(when: datetime, hours: Hours | None) -> str:
    return f"{hour(when.astimezone(_zone(hours)))} {hours.zone if hours else _LETTERS}"
