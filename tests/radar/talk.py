"""A conversation with the radar, played straight against the actions and the real database: what the rules do, without
Rasa."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.within import ActionRepeat
from actions.knowledge import ActionAnswerQuestion
from actions.menu import ActionAcknowledgeLocation, ActionChooseOption
from actions.out_of_scope import ActionOutOfScope
from actions.radar.answering import ActionTellRadar
from actions.radar.validate import ActionFinishRadar, AskRadar, ValidateRadarForm
from actions.rights.telling import ActionTellPrivacy
from actions.tips.answering import ActionTellTips
from actions.unsure import ActionAcknowledge, ActionUnsure
from tests.conversation.chat import NOW, played

RADAR = played(ValidateRadarForm, AskRadar, ActionFinishRadar)
ACTIONS: dict[str, Action] = {
    "nlu_fallback": ActionUnsure(),
    "ask_covid_question": ActionAnswerQuestion(),
    "ask_tips": ActionTellTips(),
    "affirm": ActionAcknowledge(),
    "repeat": ActionRepeat(),
    "out_of_scope": ActionOutOfScope(),
    "choose_option": ActionChooseOption(),
    "share_location": ActionAcknowledgeLocation(),
    "ask_privacy": ActionTellPrivacy(),
}
_IN_ANOTHER_FORM: dict[str, Action] = {"ask_case_data": ActionTellRadar()}
_ASK = "ask_case_data"


class Talk:
    """One contact's messages. ``said`` is what the last was answered with; ``inside`` is another form that is open."""

    def __init__(self, key: str, inside: str | None = None) -> None:
        self.key = key
        self.inside = inside
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self.open = False
        self.at: datetime = NOW
        self.ranking: tuple[str, ...] = ()

    # ------------------------------------------------------------------ what the citizen does
    def say(self, text: str, intent: str = _ASK, entities: dict[str, Any] | None = None, after: float = 1) -> Talk:
        self.at += timedelta(minutes=after)
        tapped = bool(entities and "location" not in entities) or text.startswith("/")
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": name, "confidence": 0.3} for name in self.ranking],
            "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
            "metadata": {
                "message_id": f"{self.key}-{self.at.isoformat()}",
                "at": self.at.isoformat(),
                "kind": "option" if tapped else "text",
            },
        }
        self.dispatcher = CollectingDispatcher()
        self.events.append({"event": "user", "text": text})
        if self.open or (intent == _ASK and self.inside is None):
            self._form(message, ACTIONS.get(intent))
        else:
            self._run(message, (_IN_ANOTHER_FORM if self.inside else {}).get(intent) or ACTIONS[intent])
        self.events.append({"event": "action", "name": "action_listen"})
        self.said = self.dispatcher.messages
        return self

    def pin(self, lat: float, lon: float, **more: Any) -> Talk:
        return self.say("[lokasi]", "share_location", {"location": {"lat": lat, "lon": lon}}, **more)

    def tap(self, label: str) -> Talk:
        """Choose one of the options of the last answer."""
        found = re.fullmatch(r"/(\w+)(\{.*\})?", self.options[label])
        assert found
        return self.say(f"/{found[1]}", found[1], json.loads(found[2] or "{}"))

    # ------------------------------------------------------------------ what it is answered with
    @property
    def responses(self) -> list[str]:
        return [said["response"] for said in self.said]

    @property
    def text(self) -> str:
        """What the radar said."""
        return "\n".join(said["answer"] for said in self.said if said["response"] == "utter_radar")

    @property
    def options(self) -> dict[str, str]:
        return {button["title"]: button["payload"] for said in self.said for button in said.get("buttons") or []}

    @property
    def pictures(self) -> list[str]:
        return [said["image"] for said in self.said if said.get("image")]

    @property
    def topic(self) -> dict[str, Any]:
        kept: dict[str, Any] = self.slots["radar_topic"]["question"]
        return kept

    # ------------------------------------------------------------------ what Rasa does
    def _tracker(self, message: dict[str, Any], events: list[dict[str, Any]]) -> Tracker:
        name = self.inside or (RADAR.name if self.open else None)
        return Tracker(
            self.key, dict(self.slots), message, list(events), False, None, {"name": name} if name else {}, None
        )

    def _run(self, message: dict[str, Any], action: Action) -> None:
        events = action.run(self.dispatcher, self._tracker(message, self.events), {})
        self._happened(action.name(), events)
        if any(event["event"] == "followup" for event in events):
            assert events[-1]["name"] == RADAR.name
            self._form(message, None)

    def _form(self, message: dict[str, Any], otherwise: Action | None) -> None:
        running = [*self.events, {"event": "action", "name": RADAR.name}]
        events = RADAR.validate.run(self.dispatcher, self._tracker(message, running), {})
        self.open = True
        if not events:
            self.events.append({"event": "action_execution_rejected", "name": RADAR.name})
            if otherwise:
                self._happened(
                    otherwise.name(), otherwise.run(self.dispatcher, self._tracker(message, self.events), {})
                )
        else:
            self._happened(RADAR.name, events)
        asked = self.slots.get("requested_slot")
        if asked:
            question = RADAR.questions[asked]
            self._happened(question.name(), question.run(self.dispatcher, self._tracker(message, self.events), {}))
        else:
            self.open = False
            self._happened(
                RADAR.finish.name(), RADAR.finish.run(self.dispatcher, self._tracker(message, self.events), {})
            )

    def _happened(self, action: str, events: list[dict[str, Any]]) -> None:
        self.events += [{"event": "action", "name": action}, *events]
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
