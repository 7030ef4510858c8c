"""Questions: answered from the knowledge base, or honestly not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form, option
from actions.radar import following as radar
from actions.tips import telling as tips
from siaga.knowledge import Answer, Far, Knowledge, Near, Sure
from siaga.settings import ROOT

# What this service does not do yet is said plainly, with who does.
_WITHOUT_ANSWERS = {"check_hoax": "utter_hoax_unknown"}
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
_CHOICES = 3
_WORD = re.compile(r"[^\W\d_]{3,}")


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """The answers of ``content/answers``, read once a process."""
    return Knowledge.load(ROOT / "content/answers")


def _tell(dispatcher: CollectingDispatcher, answer: Answer, response: str = "utter_answer") -> None:
    dispatcher.utter_message(
        response=response, question=answer.question, answer=answer.short.strip(), source=answer.source
    )


def tell_answer(dispatcher: CollectingDispatcher, slot: str, value: str) -> bool:
    """The answer behind a tapped choice; False if the option is no such choice."""
    answer = knowledge().by_id(value) if slot == "answer" else None
    if answer:
        _tell(dispatcher, answer)
    return answer is not None


def tell_if_known(dispatcher: CollectingDispatcher, text: str) -> bool:
    """Answer a question that the knowledge base is sure of; False if it is not, or if there are no words to go by."""
    found = knowledge().ask(text) if _WORD.search(text) else Far()
    if isinstance(found, Sure):
        _tell(dispatcher, found.answer)
    return isinstance(found, Sure)


class ActionAnswerQuestion(Action):
    """Answers; when not sure offers the questions it knows; else says that it does not know."""

    def name(self) -> str:
        return "action_answer_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        if (told := tips.follow(dispatcher, tracker)) is not None:
            return told
        if (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        if message.intent == "ask_covid_question" and (told := tips.tell_if_sure(dispatcher, tracker)) is not None:
            return told
        in_form = open_form(tracker) is not None
        found = knowledge().ask(message.question)
        if message.tapped and not message.question:
            # A button names a subject, it asks nothing yet.
            found = Far()
            if message.intent in ("ask_vaccine_question", "ask_covid_question"):
                dispatcher.utter_message(response="utter_ask_question")
                return []
        if message.intent in _WITHOUT_ANSWERS and not isinstance(found, Sure):
            dispatcher.utter_message(response=_WITHOUT_ANSWERS[message.intent])
        elif isinstance(found, Sure):
            _tell(dispatcher, found.answer)
        elif isinstance(found, Near) and in_form:
            # The open question's options take the place of choices, so the nearest is told under its own question.
            _tell(dispatcher, found.answers[0], "utter_answer_maybe")
        elif isinstance(found, Near) and message.intent not in _OTHERWISE:
            choices = [
                option(answer.label, "answer", answer.id, answer.question) for answer in found.answers[:_CHOICES]
            ]
            dispatcher.utter_message(response="utter_answer_choices", buttons=choices)
        else:
            otherwise, inside = _OTHERWISE.get(message.intent, ("utter_answer_unknown", "utter_answer_unknown"))
            dispatcher.utter_message(response=inside if in_form else otherwise)
        return []
