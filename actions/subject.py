"""Whose turn it is when a message goes on with what was told: a tip's, the radar's or an answer's.

Each of them remembers what it told in a slot of its own. Only the one that spoke last goes on, so that "kalau anak?"
is never answered about what was talked about before it.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

TIP, RADAR, ANSWER, PLACES = "tips_situation", "radar_topic", "answer_topic", "facility_listed"
"""The slots, which are given a value whenever their subject is told of: ``{…, "at": "2026-11-22T09:00:00+00:00"}``."""
_SUBJECTS = (TIP, RADAR, ANSWER, PLACES)
# What may happen between an answer and a question about it without being another subject. What tells of a subject sets
# its slot besides; a question that found no answer, and an option that has nothing to do with one, end it.
_SMALL_TALK = frozenset(
    "action_listen action_session_start action_greet action_goodbye action_repeat action_acknowledge action_unsure "
    "action_show_menu action_acknowledge_location action_out_of_scope action_explain_question action_thanks "
    "action_complaint action_tell_tips action_tell_radar action_finish_radar action_ask_radar_form_radar_place "
    "radar_form validate_radar_form utter_danger_hint".split()
)


def before_this_turn(tracker: Tracker) -> list[dict[str, Any]]:
    """The events up to the latest message, which is the last of them."""
    latest = max((place for place, event in enumerate(tracker.events) if event.get("event") == "user"), default=-1)
    return list(tracker.events[: latest + 1])


def was_just_told(tracker: Tracker, slot: str) -> bool:
    """Whether the message before this one was answered with what ``slot`` remembers."""
    users = 0
    for event in reversed(tracker.events):
        users += event.get("event") == "user"
        if users > 1:
            return False
        if users == 1 and event.get("event") == "slot" and event.get("name") == slot and event.get("value"):
            return True
    return False


def subject(tracker: Tracker) -> str | None:
    """The slot of what was talked about last; None if that is something else, or nothing."""
    for event in reversed(tracker.events):
        name = event.get("name")
        if event.get("event") == "slot" and event.get("value") and name in _SUBJECTS:
            return str(name)
        if event.get("event") == "action" and name not in _SMALL_TALK | {None}:
            return None
    # The events of long ago are not told any more: the latest is the one that spoke last.
    kept: dict[str, Any] = {slot: tracker.get_slot(slot) for slot in _SUBJECTS}
    spoken = {slot: str(value["at"]) for slot, value in kept.items() if isinstance(value, dict) and value.get("at")}
    return max(spoken, key=lambda slot: spoken[slot]) if spoken else None
