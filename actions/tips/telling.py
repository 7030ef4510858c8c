"""Tells a tip, and what is asked further about it while the situation is remembered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import subject
from actions.conversation import Event, Message, command, open_form, option
from actions.wording import long_date
from siaga.tips import (
    Audience,
    Follow,
    Sure,
    Tip,
    asks_what_to_do,
    is_dangerous,
    read_audience,
    read_follow_up,
    tips,
)

SITUATION = subject.TIP
"""The slot that remembers which tip was told, and when: ``{"id": "positif", "at": "2026-11-22T09:00:00+00:00"}``."""
REMEMBERED = timedelta(minutes=30)
TIP, MORE = "tip", "tip_more"
"""The options that tell a tip, and the longer text of one."""
AUDIENCE: dict[Audience, str] = {
    "child": "untuk anak",
    "pregnant": "untuk ibu hamil",
    "elderly": "untuk usia 60 tahun ke atas",
}
_BUTTONS = 3
OTHER = {**command("Keadaan lain", "ask_tips"), "also": ["situasi lain", "yang lain", "pilihan lain"]}


# ------------------------------------------------------------------ the situation
def situation(tracker: Tracker) -> Tip | None:
    """The situation that was told of in the last half hour."""
    kept = tracker.get_slot(SITUATION)
    if not isinstance(kept, dict):
        return None
    message = Message.of(tracker)
    age = message.at - datetime.fromisoformat(kept["at"])
    return tips(message.preview).by_id(kept["id"]) if age <= REMEMBERED else None


def forgotten(tracker: Tracker) -> list[Event]:
    """Another subject has been answered: what follows is not about the tip any more."""
    return [SlotSet(SITUATION, None)] if tracker.get_slot(SITUATION) else []


def _remembered(tip: Tip, message: Message) -> list[Event]:
    return [SlotSet(SITUATION, {"id": tip.id, "at": message.at.isoformat()})]


# ------------------------------------------------------------------ telling
def tell(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    tip: Tip,
    audience: Audience | None = None,
    *,
    response: str = "utter_tip",
    warned: bool = False,
) -> list[Event]:
    """The advice, with what differs for ``audience``; after a warning without the line that warns."""
    lines = [
        line if line.startswith("⚠") else f"• {line}" for line in tip.advice if not (warned and line.startswith("⚠"))
    ]
    if audience and audience in tip.audiences:
        lines.append(f"\n*{_start(AUDIENCE[audience])}*\n{tip.audiences[audience]}")
    return _say(dispatcher, tracker, tip, tip.title, "\n".join(lines), _after_tip(tracker, tip), response)


def tell_more(dispatcher: CollectingDispatcher, tracker: Tracker, tip: Tip) -> list[Event]:
    """The longer text, or that there is none."""
    if not tip.more:
        dispatcher.utter_message(response="utter_tip_no_more", **_buttons(tracker, [*_others(tracker, tip), OTHER]))
        return _remembered(tip, Message.of(tracker))
    return _say(dispatcher, tracker, tip, tip.title, tip.more, _others(tracker, tip))


def tell_follow_up(
    dispatcher: CollectingDispatcher, tracker: Tracker, tip: Tip, follow: Follow, *, warned: bool = False
) -> list[Event]:
    """What was asked further about a tip."""
    if follow.written is not None:
        other = tips(Message.of(tracker).preview).by_id(follow.written.tip)
        if other is not None:
            return tell(dispatcher, tracker, other, follow.audience, warned=warned)
        return _say(dispatcher, tracker, tip, tip.title, follow.written.say, _after_tip(tracker, tip))
    if follow.kind == "more":
        return tell_more(dispatcher, tracker, tip)
    own = tip.audiences.get(follow.audience, "") if follow.audience else ""
    if follow.kind == "how_long":
        text = "\n".join(part for part in (tip.how_long, own) if part)
        if not text:
            dispatcher.utter_message(response="utter_tip_no_length", **_buttons(tracker, _after_tip(tracker, tip)))
            return _remembered(tip, Message.of(tracker))
        return _say(dispatcher, tracker, tip, tip.title, text, _after_tip(tracker, tip))
    whom = AUDIENCE[follow.audience or "child"]
    if not own:
        dispatcher.utter_message(
            response="utter_tip_no_variant", whom=whom, **_buttons(tracker, _after_tip(tracker, tip))
        )
        return _remembered(tip, Message.of(tracker))
    return _say(dispatcher, tracker, tip, f"{tip.title}, {whom}", own, _after_tip(tracker, tip))


def _say(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    tip: Tip,
    title: str,
    text: str,
    buttons: list[dict[str, Any]],
    response: str = "utter_tip",
) -> list[Event]:
    message = Message.of(tracker)
    due = "\nSaran ini sudah waktunya diperiksa ulang; pastikan juga ke puskesmas." if tip.is_due(message.today) else ""
    dispatcher.utter_message(
        response=response,
        title=title,
        lines=text,
        source=tip.source,
        checked=long_date(tip.checked),
        due=due,
        **_buttons(tracker, buttons),
    )
    return _remembered(tip, message)


def _buttons(tracker: Tracker, buttons: list[dict[str, Any]]) -> dict[str, Any]:
    """As values of a response; in a form none, where the open question follows with its own."""
    return {} if open_form(tracker) else {"buttons": buttons[:_BUTTONS]}


def _after_tip(tracker: Tracker, tip: Tip) -> list[dict[str, Any]]:
    buttons: list[dict[str, Any]] = []
    if tip.more:
        longer = ["lebih lanjut", "lanjut", "lanjutkan", "lengkapnya"]
        buttons.append({**option("Selengkapnya", MORE, tip.id), "also": longer})
    return [*buttons, *(_self_check(tip) or _related(tracker, tip)[:1]), OTHER]


def _others(tracker: Tracker, tip: Tip) -> list[dict[str, Any]]:
    return [*_self_check(tip), *_related(tracker, tip)]


def _self_check(tip: Tip) -> list[dict[str, Any]]:
    return [command("Cek gejala", "start_self_check")] if tip.self_check else []


def _related(tracker: Tracker, tip: Tip) -> list[dict[str, Any]]:
    known = tips(Message.of(tracker).preview)
    return [option(other.label, TIP, other.id) for name in tip.related if (other := known.by_id(name))]


def _start(words: str) -> str:
    return words[:1].upper() + words[1:]


# ------------------------------------------------------------------ from elsewhere in the conversation
def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> list[Event] | None:
    """What an option of this capability does when it is tapped; None if it is none."""
    tip = tips(Message.of(tracker).preview).by_id(value) if slot in (TIP, MORE) else None
    if tip is None:
        return None
    return tell(dispatcher, tracker, tip) if slot == TIP else tell_more(dispatcher, tracker, tip)


def follow(dispatcher: CollectingDispatcher, tracker: Tracker, *, or_other: bool = False) -> list[Event] | None:
    """Answer a message that by itself means nothing, or something else, but follows upon a tip; None if it doesn't.

    With ``or_other`` also one that clearly names another situation: while one is being talked about, it need not be
    asked for again. In a form the open question comes first.
    """
    message = Message.of(tracker)
    tip = situation(tracker)
    if tip is None or message.tapped or open_form(tracker) or subject.subject(tracker) != SITUATION:
        return None
    warned = is_dangerous(message.text)
    if warned:
        dispatcher.utter_message(response="utter_tip_danger")
    follows = read_follow_up(tips(message.preview), tip, message.text)
    if follows is not None:
        return tell_follow_up(dispatcher, tracker, tip, follows, warned=warned)
    if or_other and not warned and isinstance(found := tips(message.preview).find(message.text), Sure):
        return tell(dispatcher, tracker, found.tip, read_audience(message.text).audience)
    return _remembered(tip, message) if warned else None


def tell_if_sure(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """What to do, for a question that asks just that in a situation which is surely known; None for any other."""
    message = Message.of(tracker)
    text = message.question
    if not asks_what_to_do(text) or is_dangerous(text):
        return None
    found = tips(message.preview).find(text)
    return tell(dispatcher, tracker, found.tip, read_audience(text).audience) if isinstance(found, Sure) else None
