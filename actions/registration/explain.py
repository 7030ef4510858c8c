"""Why a question is asked, and what can be skipped."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event
from actions.registration.form import Form
from siaga.db import transaction
from siaga.eligibility import Ask
from siaga.registration.steps import STEP_OF


def _explain(dispatcher: CollectingDispatcher, tracker: Tracker, with_example: bool = False) -> None:
    asked = tracker.get_slot("requested_slot")
    if asked not in STEP_OF:
        dispatcher.utter_message(response="utter_why_nothing")
        return
    values = {}
    if asked == "health":
        with transaction() as session:
            asking = Form(session, tracker).verdict()
        if isinstance(asking, Ask):
            values["why"] = f"{asking.why}\n{asking.example}" if with_example else asking.why
    dispatcher.utter_message(response=f"utter_why_{asked}", **values)


class ActionExplainQuestion(Action):
    """Why the open question is asked."""

    def name(self) -> str:
        return "action_explain_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        _explain(dispatcher, tracker)
        return []


class ActionSkipQuestion(Action):
    """The open question can't be left out: says so, and why it is asked."""

    def name(self) -> str:
        return "action_skip_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        dispatcher.utter_message(response="utter_cannot_skip")
        _explain(dispatcher, tracker, with_example=True)
        return []
