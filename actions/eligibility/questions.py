"""The question of the eligibility check, and how it ends."""

from __future__ import annotations

from abc import ABC
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, option
from actions.eligibility.form import ANSWERED, OUTCOME, Form
from actions.forms.ask import CANCEL, AskQuestion
from actions.knowledge import following
from siaga.db import transaction
from siaga.eligibility import Ask


class AskEligibility(AskQuestion[Form], ABC):
    """A question of the check."""

    form = Form


class AskEligibilityOutcome(AskEligibility):
    """What the rules need to know next."""

    slot = OUTCOME

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        asking = form.verdict()
        if not isinstance(asking, Ask):
            raise RuntimeError("the rules have decided, and yet a question is asked")
        options = [
            option(label, OUTCOME, f"{asking.question_id}:{str(value).lower()}") for value, label in asking.options
        ]
        return "utter_ask_eligibility", {"question": asking.text.format(who=form.who)}, [*options, CANCEL]


class ActionFinishEligibility(Action):
    """The outcome has been told: nothing of the check is kept. What it answered in general may be asked further."""

    def name(self) -> str:
        return "action_finish_eligibility"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            told = form.draft.get("told") if form.slots["form_end"] == ANSWERED else None
            form.discard()
        return [*Form.blank(), *following.kept_after(tracker), *following.told_before(tracker, told)]
