"""A form played straight against the actions, on the real database: what Rasa's form loop does, without Rasa.

The whole road, understanding included, is in tests/scenarios; here a single message can be repeated, or the database
changed in between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.ask import AskQuestion
from actions.forms.validate import ValidateForm
from actions.registration.ends import ActionFinishRegistration
from actions.registration.questions import AskRegistration
from actions.registration.validate import ValidateRegistrationForm
from tests.plain_yaml import domain

NOW = datetime.now(timezone.utc)
RESPONSES: dict[str, list[dict[str, Any]]] = domain()["responses"]


@dataclass(frozen=True)
class Played:
    """A form with its actions; ``finish`` runs when no question is open any more."""

    name: str
    validate: Action
    questions: Mapping[str, Action]
    finish: Action


def played(validate: type[ValidateForm[Any]], questions: type[AskQuestion[Any]], finish: type[Action]) -> Played:
    """A form by the class that validates it, the base class of its questions, and the action that ends it."""
    return Played(
        validate.form.name, validate(), {question.slot: question() for question in questions.__subclasses__()}, finish()
    )


REGISTRATION = played(ValidateRegistrationForm, AskRegistration, ActionFinishRegistration)


def _own_options(said: dict[str, Any]) -> dict[str, str]:
    return {button["title"]: button["payload"] for button in said.get("buttons") or []}


def _domain_options(said: dict[str, Any]) -> dict[str, str]:
    """The options that the domain has for a response, filled in as Rasa does."""
    buttons = RESPONSES[said["response"]][0].get("buttons", []) if said.get("response") else []
    # A command such as /cancel has no braces; what has is written with them doubled.
    return {button["title"]: button["payload"].format(**said) for button in buttons}


class Chat:
    """One contact's open form. ``said`` is what the last message was answered with: (response, values).

    ``hand_off`` is waiting, or held, where a person has been called.
    """

    def __init__(self, key: str, channel: str | None = None, form: Played = REGISTRATION) -> None:
        self.key = key
        self.channel = channel
        self.form = form
        self.slots: dict[str, Any] = {}
        self.open = False
        self.said: list[dict[str, Any]] = []
        self.followed_up: str | None = None
        self.hand_off: str | None = None
        self._number = 0
        self._ahead = timedelta(0)

    @property
    def responses(self) -> list[str]:
        return [said["response"] for said in self.said]

    @property
    def options(self) -> dict[str, str]:
        """Label to payload, of the last message that offers any: the domain's options, then the action's own."""
        offered = [found for said in self.said if (found := _domain_options(said) | _own_options(said))]
        return offered[-1] if offered else {}

    def start(self) -> None:
        self.say("daftar vaksin", "register_vaccination")

    def later(self, by: timedelta) -> None:
        """Let time go by before the next message."""
        self._ahead += by

    def tap_first(self) -> None:
        """Choose the first option of the list on offer."""
        self.tap(next(iter(self.options)))

    def tap(self, label: str) -> None:
        """Choose one of the options on offer."""
        self.choose(label, self.options[label])

    def choose(self, label: str, payload: str) -> None:
        """Choose an option, of whichever message."""
        found = re.fullmatch(r"/(\w+)(\{.*\})?", payload)
        assert found
        self.say(label, found[1], json.loads(found[2] or "{}"))

    def say(
        self,
        text: str,
        intent: str = "nlu_fallback",
        entities: dict[str, Any] | None = None,
        message_id: str | None = None,
        confidence: float = 0.9,
    ) -> None:
        self._number += 1
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
            "metadata": {
                "message_id": message_id or f"{self.key}-{self._number}",
                "at": (NOW + self._ahead + timedelta(seconds=self._number)).isoformat(),
                "kind": "option" if entities else "text",
                **({"hand_off": self.hand_off} if self.hand_off else {}),
            },
        }
        dispatcher = CollectingDispatcher()
        happened: list[dict[str, Any]] = [{"event": "user", "input_channel": self.channel}]
        # As Rasa does, which shows the form's run to the validation as if it had happened.
        running = [*happened, {"event": "action", "name": self.form.name}]
        events = self.form.validate.run(dispatcher, self._tracker(message, running), {})
        if not events:
            happened.append({"event": "action_execution_rejected", "name": self.form.name})
        self.open = True
        self._apply(events)
        asked = self.slots.get("requested_slot")
        if asked:
            self._apply(self.form.questions[asked].run(dispatcher, self._tracker(message, happened), {}))
        else:
            self.open = False
            self._apply(self.form.finish.run(dispatcher, self._tracker(message, happened), {}))
        self.said = dispatcher.messages

    def _apply(self, events: list[dict[str, Any]]) -> None:
        self.followed_up = None
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "followup":
                self.followed_up = event["name"]

    def _tracker(self, message: dict[str, Any], happened: list[dict[str, Any]]) -> Tracker:
        loop = {"name": self.form.name} if self.open else {}
        return Tracker(self.key, dict(self.slots), message, happened, False, None, loop, None)
