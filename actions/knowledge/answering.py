"""Questions: answered where that is sure; where not, choices; else said not to be known."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form
from actions.hoaxes import noticing as hoaxes
from actions.knowledge import following, unanswered
from actions.knowledge.telling import choices, knowledge, tell
from actions.radar import following as radar
from actions.tips import telling as tips
from siaga.knowledge import Far, Near, Sure

# What is said when the knowledge base has nothing close enough; the second for the middle of a form.
_OTHERWISE = {
    # Without a registration it is a conversation of its own: actions/eligibility.
    "check_eligibility": ("utter_eligibility_in_form", "utter_eligibility_in_form"),
    # So is this: actions/doses.
    "ask_next_dose": ("utter_next_dose_in_form", "utter_next_dose_in_form"),
    # Likewise: actions/facilities.
    "find_facility": ("utter_find_facility_in_form", "utter_find_facility_in_form"),
    # And this: actions/certificates.
    "ask_certificate": ("utter_certificate", "utter_certificate"),
}
_MAY_BE_RUMOUR = ("ask_vaccine_question", "ask_covid_question", "nlu_fallback")
BITE = "rabies-gigitan"
_BITTEN = re.compile(r"\b(?:(?:di|ke|ter)?(?:gigit|cakar|cokot|caplok)\w*|dog bite|bitten)\b", re.IGNORECASE)
_ANIMAL = re.compile(
    r"\b(?:anjing|asu|kirik|guguk|kucing|meong|monyet|kera|munyuk|bedes|kelelawar|musang|dog|cat|monkey)(?:ku|nya|e|ne)?\b",
    re.I,
)
_DREAMT = re.compile(r"\b(?:mimpi|ngimpi|dream\w*)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")


def tell_if_known(dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> list[Event] | None:
    """Answer a question that the knowledge base is sure of; None if it is not, or if there are no words to go by."""
    found = knowledge(Message.of(tracker).preview).ask(text) if _WORD.search(text) else Far()
    return tell(dispatcher, tracker, found.answer, text=text) if isinstance(found, Sure) else None


def tell_urgent(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """The answer to a message that was taken for none of our business, where waiting may cost a life; None for most."""
    text = Message.of(tracker).text
    if not (_BITTEN.search(text) and _ANIMAL.search(text)) or _DREAMT.search(text):
        return None
    found = knowledge(Message.of(tracker).preview).ask(text)
    near = [found.answer] if isinstance(found, Sure) else found.answers if isinstance(found, Near) else []
    bite = next((answer for answer in near if answer.id == BITE), None)
    return tell(dispatcher, tracker, bite, text=text) if bite else None


class ActionAnswerQuestion(Action):
    """Answers; when not sure offers the questions it knows; else says that it does not know."""

    def name(self) -> str:
        return "action_answer_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        if (told := following.follow(dispatcher, tracker)) is not None:
            return told
        if (told := tips.follow(dispatcher, tracker)) is not None:
            return told
        if (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        if message.intent == "ask_covid_question" and (told := tips.tell_if_sure(dispatcher, tracker)) is not None:
            return told
        in_form = open_form(tracker) is not None
        found = knowledge(message.preview).ask(message.question)
        if message.tapped and not message.question:
            # A button names a subject, it asks nothing yet.
            found = Far()
            if message.intent in ("ask_vaccine_question", "ask_covid_question"):
                dispatcher.utter_message(response="utter_ask_question")
                return []
        # What is told around has a verdict rather than an answer: "katanya vaksin bikin mandul".
        if message.intent in _MAY_BE_RUMOUR:
            checked = hoaxes.notice(dispatcher, tracker, answered=isinstance(found, Sure))
            if checked is not None:
                return checked
        if isinstance(found, Sure):
            return tell(dispatcher, tracker, found.answer, text=message.question)
        if (told := following.tell_nearby(dispatcher, tracker)) is not None:
            return told
        if isinstance(found, Near) and in_form:
            # The open question's options take the place of choices, so the nearest is told under its own question.
            return tell(dispatcher, tracker, found.answers[0], "utter_answer_maybe", text=message.question)
        if isinstance(found, Near) and message.intent not in _OTHERWISE:
            return choices(dispatcher, found.answers)
        if message.intent in _OTHERWISE:
            otherwise, inside = _OTHERWISE[message.intent]
            dispatcher.utter_message(response=inside if in_form else otherwise)
        else:
            return unanswered.tell_unknown(dispatcher, tracker)
        return []
