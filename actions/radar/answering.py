"""A question to the radar in the middle of another form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say, speak
from actions.radar import telling
from actions.radar.following import tell
from actions.radar.form import TOPIC, remembered, topic
from actions.radar.reading import asked_now, at, completed, lacks_place, possible, unsettled
from actions.radar.validate import meaning
from siaga.db import transaction
from siaga.radar.asking import Question


class ActionTellRadar(Action):
    """In a form the answer is short and has no buttons, and the form asks again."""

    def name(self) -> str:
        return "action_tell_radar"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        question = completed(asked_now(message, remembered(tracker)))
        if lacks_place(question):
            told = meaning(message) or Say.it("utter_radar_in_form")
            speak(dispatcher, [told])
            return []
        if question.kind in ("subscribe", "unsubscribe"):
            return tell(dispatcher, tracker, _likeliest(question))
        # Which of two is not asked beside the open question: both are told.
        index = unsettled(question)
        each = [question] if index is None else [_only(question, index, code) for code in question.places[index][:2]]
        with transaction() as session:
            answers = [telling.answer(session, _likeliest(one), message, short=True)[0].text for one in each]
        speak(dispatcher, [Say.it("utter_radar", answer=text) for text in answers])
        return [SlotSet(TOPIC, topic(_likeliest(question), message))]


def _only(question: Question, index: int, code: str) -> Question:
    return at(question, *question.places[:index], (code,), *question.places[index + 1 :])


def _likeliest(question: Question) -> Question:
    return at(question, *(possible(codes)[:1] for codes in question.places))
