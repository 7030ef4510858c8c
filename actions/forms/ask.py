"""One question of a form: where we are, the question with its options, and a way out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, command
from actions.forms.state import OpenForm
from actions.forms.validate import PERSON_AT
from actions.forms.waiting import STAYS_QUIET, WAITS, waits
from actions.handoffs.offering import person
from siaga.db import transaction

CANCEL = command("Batal", "cancel")
ILL = ("report_symptoms", "report_contact")
"""Told in the middle of a form, these get a way to the self-check."""
F = TypeVar("F", bound=OpenForm)


class AskQuestion(Action, ABC, Generic[F]):
    """One question. ``ask`` gives the response, what fills it, and options that depend on the moment."""

    form: type[F]
    slot: str

    def name(self) -> str:
        return f"action_ask_{self.form.name}_{self.slot}"

    @abstractmethod
    def ask(self, form: F) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        """``(response, values, options)``; options of the domain's response come before these."""

    def custom(self, form: F) -> dict[str, Any]:
        """What WhatsApp shows besides text and options; within the question's transaction."""
        return {}

    def asked_otherwise(self, dispatcher: CollectingDispatcher, form: F) -> bool:
        """Whether something else is to be asked in this question's place, and has been."""
        return False

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = self.form(session, tracker)
            if form.set_aside and form.message.intent == "show_menu":
                # The menu offers the way back.
                return []
            if form.set_aside and form.message.intent in STAYS_QUIET and waits(tracker):
                # First the emergency.
                return []
            asks_again: list[Event] = [SlotSet(WAITS, None)] if tracker.get_slot(WAITS) else []
            progress = form.progress(self.slot)
            if progress and form.message.came_back and (form.set_aside or form.slots["attempts"]):
                dispatcher.utter_message(response="utter_welcome_back", progress=progress)
            elif progress and form.set_aside:
                dispatcher.utter_message(response="utter_resume", progress=progress)
            if self.asked_otherwise(dispatcher, form):
                return asks_again
            response, values, options = self.ask(form)
            custom = self.custom(form)
            if progress:
                custom = {"footer": progress[:1].upper() + progress[1:], **custom}
            if form.set_aside and form.message.intent in ILL:
                # Beside the question that goes on: of one turn's options only the question's are shown.
                options = [*options, command("Cek gejala", "start_self_check")]
            if int(form.slots["attempts"] or 0) >= PERSON_AT and form.message.hand_off is None:
                options = [*options, person("unsure")]
        dispatcher.utter_message(response=response, buttons=options, json_message=custom, **values)
        return asks_again
