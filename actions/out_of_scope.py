"""What is none of this service's business, abuse included: said calmly, and never argued about."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form
from actions.hoaxes import noticing as hoaxes
from actions.hoaxes.checking import check_if_asked
from actions.knowledge import following as answers
from actions.knowledge.answering import tell_urgent
from actions.radar import following as radar
from actions.tips import telling as tips
from actions.wordless import COMFORT, wordless_answer
from siaga.text.abuse import is_abusive


def follows_abuse(events: list[Event]) -> bool:
    """Whether the message before the latest one was abuse, too."""
    earlier = [event.get("text") or "" for event in events if event.get("event") == "user"][:-1]
    return bool(earlier) and is_abusive(earlier[-1])


def abuse_answer(tracker: Tracker) -> str | None:
    """The response to a message that insults: one calm sentence, and then only the way back. None if it does not."""
    if not is_abusive(Message.of(tracker).text):
        return None
    return "utter_abuse_again" if follows_abuse(tracker.events) else "utter_abuse"


class ActionOutOfScope(Action):
    """Says what this service is for; abuse is not argued with."""

    def name(self) -> str:
        return "action_out_of_scope"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        refused = "utter_out_of_scope_in_form" if open_form(tracker) else "utter_out_of_scope"
        abuse = abuse_answer(tracker)
        if wordless := wordless_answer(Message.of(tracker).text):
            if wordless == COMFORT or not open_form(tracker):
                dispatcher.utter_message(response=wordless)
            return []
        if abuse is None and (told := tell_urgent(dispatcher, tracker)) is not None:
            return told
        if abuse is None and (told := check_if_asked(dispatcher, tracker)) is not None:
            return told
        # "kalau bayi?" has to do with nothing by itself; after a tip or an answer it has. So has "kalau gresik?" after
        # the radar.
        if abuse is None and (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        if abuse is None and (told := tips.follow(dispatcher, tracker)) is not None:
            return told
        if abuse is None and (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        if abuse is None and open_form(tracker) and (told := radar.follow_in_form(dispatcher, tracker)) is not None:
            return told
        if abuse is None and (told := hoaxes.notice(dispatcher, tracker, ours=False)) is not None:
            return told
        dispatcher.utter_message(response=abuse or refused)
        return []
