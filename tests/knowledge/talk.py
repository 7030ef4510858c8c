"""A conversation about answers, played straight against the actions and the real database: what the rules do, without
Rasa."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.eligibility.questions import ActionFinishEligibility
from actions.eligibility.validate import ValidateEligibilityForm
from actions.forms.validate import ValidateForm
from actions.forms.within import ActionExplainQuestion, ActionRepeat
from actions.knowledge import ActionAnswerQuestion
from actions.menu import ActionChooseOption, ActionThanks
from actions.out_of_scope import ActionOutOfScope
from actions.people import ActionComplaint
from actions.radar.validate import ActionFinishRadar, ValidateRadarForm
from actions.registration.form import Form
from actions.rights.telling import ActionTellPrivacy
from actions.tips.answering import ActionTellTips
from actions.unsure import ActionAcknowledge, ActionUnsure

NOW = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
_ANSWER = ActionAnswerQuestion()
ACTIONS: dict[str, Action] = {
    "ask_covid_question": _ANSWER,
    "ask_vaccine_question": _ANSWER,
    "nlu_fallback": ActionUnsure(),
    "ask_tips": ActionTellTips(),
    "ask_why": ActionExplainQuestion(),
    "affirm": ActionAcknowledge(),
    "deny": ActionAcknowledge(),
    "change_answer": ActionAcknowledge(),
    "repeat": ActionRepeat(),
    "out_of_scope": ActionOutOfScope(),
    "thanks": ActionThanks(),
    "complaint": ActionComplaint(),
    "ask_privacy": ActionTellPrivacy(),
    "choose_option": ActionChooseOption(),
}
# What opens a form: the form, as Rasa validates its first message, and what runs when no question is open.
FORMS: dict[str, tuple[ValidateForm[Any], Action]] = {
    "check_eligibility": (ValidateEligibilityForm(), ActionFinishEligibility()),
    "ask_case_data": (ValidateRadarForm(), ActionFinishRadar()),
}


class Talk:
    """One contact's messages; ``said`` is what the last was answered with. ``preview``: drafts are shown. ``opened`` is
    the form that the last message opened; nobody answers its question here."""

    def __init__(self, key: str = "tanya-jawab", in_form: bool = False, preview: bool = False) -> None:
        self.key = key
        self.preview = preview
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.at = NOW
        self.loop = {"name": Form.name} if in_form else {}
        self.said: list[dict[str, Any]] = []
        self.opened: str | None = None

    def say(self, text: str, intent: str = "ask_vaccine_question", option: str | None = None, after: float = 1) -> Talk:
        self.at += timedelta(minutes=after)
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [],
            "entities": [{"entity": "option", "value": option}] if option else [],
            "metadata": {
                "message_id": f"{self.key}-{self.at.isoformat()}",
                "at": self.at.isoformat(),
                "kind": "option" if option else "text",
                **({"preview": True} if self.preview else {}),
            },
        }
        self.events.append({"event": "user", "text": text})
        dispatcher = CollectingDispatcher()
        self.opened = None
        if intent in FORMS and not self.loop:
            self._open(dispatcher, message, *FORMS[intent])
        else:
            self._run(dispatcher, message, ACTIONS[intent])
        self.events.append({"event": "action", "name": "action_listen"})
        self.said = dispatcher.messages
        return self

    def _run(self, dispatcher: CollectingDispatcher, message: dict[str, Any], action: Action) -> None:
        self._happened(action.name(), action.run(dispatcher, self._tracker(message), {}))
        if self.loop:
            self.events.append({"event": "action", "name": Form.name})

    def _open(
        self, dispatcher: CollectingDispatcher, message: dict[str, Any], form: ValidateForm[Any], finish: Action
    ) -> None:
        # As Rasa does, which shows the form's run to the validation as if it had happened.
        self.loop = {"name": form.form.name}
        self.events.append({"event": "action", "name": form.form.name})
        self._happened(None, form.run(dispatcher, self._tracker(message), {}))
        self.loop = {}
        if self.slots.get("requested_slot"):
            self.opened = form.form.name
        else:
            self._happened(finish.name(), finish.run(dispatcher, self._tracker(message), {}))

    def _happened(self, action: str | None, events: list[dict[str, Any]]) -> None:
        self.events += [*([{"event": "action", "name": action}] if action else []), *events]
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}

    def _tracker(self, message: dict[str, Any]) -> Tracker:
        return Tracker(self.key, dict(self.slots), message, list(self.events), False, None, self.loop, None)

    def tap(self, label: str) -> Talk:
        """Choose one of the options of the last answer."""
        found = re.fullmatch(r"/choose_option(\{.*\})", self.options[label])
        assert found
        return self.choose(json.loads(found[1])["option"])

    def choose(self, option: str) -> Talk:
        """Choose an option, of whichever message."""
        return self.say("pilihan", "choose_option", option)

    @property
    def responses(self) -> list[str]:
        return [said["response"] for said in self.said]

    @property
    def text(self) -> str:
        return str(self.said[-1].get("answer"))

    @property
    def options(self) -> dict[str, str]:
        return {button["title"]: button["payload"] for said in self.said for button in said.get("buttons") or []}

    @property
    def told(self) -> str | None:
        """The id of the answer that is talked about."""
        return (self.slots.get("answer_topic") or {}).get("id")
