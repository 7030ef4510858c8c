"""Being asked every day how it goes: what the buttons and words of it do."""

from __future__ import annotations

import json
import logging
import re
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions.conversation import Message, Say, speak
from actions.handoffs.offering import MENU, person
from actions.selfcheck.telling import watch_button
from actions.wording import hour, long_date, sentence_start, weekday_date, who
from siaga.db import transaction
from siaga.places.timezone import letters_of
from siaga.selfcheck import memory, monitoring
from siaga.text.relations import find_relations
from siaga.text.times import find_times

PERSON = person()

_EVERY_DAY = re.compile(
    r"\b(?:tiap|setiap|saben|sbn|tip|per)[\s-]*(?:hari|hri|hr|dino|dinten|pagi|siang|sore|malam)\w*|\bharian\b|\bevery\s*day\b|\bdaily\b",
    re.IGNORECASE,
)
_ASK = re.compile(
    r"\b(?:di)?(?:tanya|tny|nanya|tanyak|takon|takok|pantau|monitor|check|cek|kabar|pastik|tengok|kontrol|follow|ingat|inget|eling)",
    re.IGNORECASE,
)
_WATCHING = re.compile(r"\b(?:di|me?m?|pem)?(?:pantau|antau|monitor)\w*", re.IGNORECASE)
_ASKING = re.compile(r"(?<!saya yg )(?<!saya yang )\b(?:di|ber)?(?:tanya|nanya|nanyain|takon|takok)\w*", re.IGNORECASE)
# Of illness, not of an appointment or a dose.
_OTHER_REMINDERS = re.compile(r"\b(?:vaksin\w*|dosis|booster|jadwal\w*|suntik\w*)\b", re.IGNORECASE)
_ANSWERED: dict[str, str] = {
    "better": "utter_monitored_better",
    "same": "utter_monitored_same",
    "worse": "utter_monitored_worse",
}

log = logging.getLogger(__name__)


def asks_for_it(text: str) -> bool:
    """Whether somebody asks to be asked every day: "tanyain saya tiap hari dong"; never about a vaccination.

    "pantau saya" says so without the days.
    """
    if _OTHER_REMINDERS.search(text):
        return False
    return bool(_WATCHING.search(text) or (_EVERY_DAY.search(text) and _ASK.search(text)))


def is_about_it(text: str) -> bool:
    """Whether a "berhenti" is about these questions: "berhenti pantau", "jangan tanya saya lagi"."""
    return bool(_WATCHING.search(text) or _ASKING.search(text)) and not _OTHER_REMINDERS.search(text)


def is_about_it_in_form(text: str) -> bool:
    """The same in the middle of a form, whose own questions one may be tired of."""
    return is_about_it(text) and bool(_WATCHING.search(text) or _EVERY_DAY.search(text))


# ---------------------------------------------------------------------- begin and end
def begin(dispatcher: CollectingDispatcher, tracker: Tracker, whom: str | None = None) -> None:
    """Ask every day from tomorrow on. Without a check of the last days that comes first.

    ``whom``: a relation; None: whom the message names, else who was checked last.
    """
    message = Message.of(tracker)
    named = whom or (None if message.tapped else _named(message.text))
    chosen = None if message.tapped else _hour(message.text)
    with transaction() as session:
        contact = tracker.sender_id
        check = (
            memory.latest(session, contact, named, message.at) if named else memory.newest(session, contact, message.at)
        )
        if check is None:
            speak(dispatcher, [_check_first(named)])
            return
        if check.level == "emergency":
            dispatcher.utter_message(response="utter_monitoring_emergency", buttons=[person("danger")])
            return
        watched = monitoring.start(
            session,
            contact,
            check.who,
            until=check.isolate_until,
            message_id=message.id,
            at=message.at,
            hour=chosen,
        )
    dispatcher.utter_message(response="utter_monitoring_started", **_told_of(watched, message), buttons=[PERSON, MENU])
    if check.level == "doctor":
        dispatcher.utter_message(response="utter_monitoring_doctor", who=who(check.who))


def begin_by_words(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Take "tanyain saya tiap hari dong"; whether the message was that."""
    message = Message.of(tracker)
    if message.tapped or not asks_for_it(message.text):
        return False
    begin(dispatcher, tracker)
    return True


def stop_by_words(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Take "berhenti pantau": only these questions end, reminders of appointments stay; whether there were any."""
    message = Message.of(tracker)
    if message.tapped or not is_about_it(message.text):
        return False
    with transaction() as session:
        ended = monitoring.stop(session, tracker.sender_id, message.at)
    if ended:
        dispatcher.utter_message(response="utter_monitoring_stopped", buttons=[PERSON, MENU])
    return bool(ended)


# ---------------------------------------------------------------------- answers
def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> bool:
    """What a button of the questions, or of a result, does when it is tapped; False if it is none of them."""
    if slot == "monitor":
        begin(dispatcher, tracker, value)
    elif slot == "monitor_again":
        _again(dispatcher, tracker, value)
    elif slot == "monitored":
        _answer(dispatcher, tracker, value)
    else:
        return False
    return True


def _answer(dispatcher: CollectingDispatcher, tracker: Tracker, value: str) -> None:
    told, _, number = value.partition("/")
    message = Message.of(tracker)
    given = next((one for one in monitoring.ANSWERS if one == told), None)
    with transaction() as session:
        watched = (
            monitoring.answer(session, tracker.sender_id, int(number), given, message.id, message.at)
            if given and number.isdecimal()
            else None
        )
    if watched is None or given is None:
        dispatcher.utter_message(response="utter_option_stale")
        return
    check = _check_button(watched.who)
    buttons = [PERSON, check] if given == "worse" else [check, PERSON] if given == "same" else [PERSON, MENU]
    dispatcher.utter_message(response=_ANSWERED[given], **_told_of(watched, message), buttons=buttons)


def _again(dispatcher: CollectingDispatcher, tracker: Tracker, value: str) -> None:
    message = Message.of(tracker)
    with transaction() as session:
        watched = (
            monitoring.ask_again(session, tracker.sender_id, int(value), message.at) if value.isdecimal() else None
        )
    if watched is None:
        speak(dispatcher, [_check_first(None)])
        return
    dispatcher.utter_message(response="utter_monitoring_started", **_told_of(watched, message), buttons=[PERSON, MENU])


def note_danger(tracker: Tracker) -> None:
    """A danger sign was told: the desk learns of it if somebody is monitored. Never in the way of the answer."""
    message = Message.of(tracker)
    try:
        with transaction() as session:
            monitoring.alarm(session, tracker.sender_id, message.id, message.at)
    except SQLAlchemyError as problem:
        log.warning("a danger sign could not be put before the desk: %s", type(problem).__name__)


# ---------------------------------------------------------------------- words
def _told_of(watched: monitoring.Watched, message: Message) -> dict[str, str]:
    local = ZoneInfo(watched.zone)
    values = {
        "who": who(watched.who),
        "who_start": sentence_start(who(watched.who)),
        "until": long_date(watched.day),
        "time": "",
        "next": "Saya tidak bertanya tiap hari lagi. Mau ditanya lagi? Tulis *pantau tiap hari*.",
    }
    if watched.next_at is not None:
        moment = watched.next_at.astimezone(local)
        clock = f"{hour(moment)} {letters_of(watched.zone)}"
        tomorrow = (moment.date() - message.at.astimezone(local).date()).days == 1
        day = "Besok" if tomorrow else weekday_date(moment.date())
        values |= {"time": clock, "next": f"{day} pukul {clock} saya hubungi lagi."}
    return values


def _check_first(whom: str | None) -> Say:
    return Say.it("utter_monitoring_check_first", who=who(whom), buttons=[_check_button(whom), PERSON])


def _check_button(whom: str | None) -> dict[str, str]:
    known = json.dumps({"relation": whom}) if whom else ""
    return {"title": "Cek mandiri", "payload": f"/start_self_check{known}"}


def _named(text: str) -> str | None:
    """Whom of the family a text names; "saya" in "tanyain saya" is who is to be asked."""
    return next((one.value for one in find_relations(text) if one.value != "self"), None)


def _hour(text: str) -> int | None:
    """The hour somebody wishes to be asked at, 0 to 23; where nobody said which half of the day, the one by day."""
    for found in find_times(text):
        hours = [int(clock[:2]) for clock in found.candidates]
        if hours:
            return next((one for one in hours if monitoring.EARLIEST <= one <= monitoring.LATEST), hours[0])
        if found.part in _PARTS:
            return _PARTS[found.part]
    return None


_PARTS = {"morning": 8, "midday": 12, "afternoon": 16, "night": 19}

__all__ = ["asks_for_it", "begin", "begin_by_words", "choose", "note_danger", "stop_by_words", "watch_button"]
