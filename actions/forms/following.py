"""Forms for which a message may be taken that only goes on with an answer: "kalau ibu saya 67 th?"."""

from __future__ import annotations

from abc import ABC
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event
from actions.forms.validate import F, ValidateForm
from actions.knowledge.following import FOLLOWED, check_button, follow_instead


class MayFollowAnswer(ValidateForm[F], ABC):
    """A form that does not open, but offers itself, where its first message follows upon an answer.

    Its ``action_finish_…`` gives ``actions.knowledge.following.kept_after`` as its last events.
    """

    offers_check = False
    """Whether the form is the check if somebody may be vaccinated, which then is offered."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if tracker.get_slot("requested_slot") not in self.form.answers:
            offered = [check_button(tracker)] if self.offers_check else []
            if (told := follow_instead(dispatcher, tracker, *offered)) is not None:
                ended = {"form_end": FOLLOWED, "attempts": None, "requested_slot": None}
                return [*told, *(SlotSet(name, value) for name, value in ended.items())]
        return super().run(dispatcher, tracker, domain)
