"""What every action needs of the conversation: the message, the open question, and how to say things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

# The programme's days begin at Jakarta's midnight; sessions are told in the zone of their place.
PROGRAMME_ZONE = ZoneInfo("Asia/Jakarta")
# After this long the citizen is welcomed back, not just asked again.
LONG_SILENCE = timedelta(hours=6)

# The entity and the slot of the second of two requests in one message.
OTHER_REQUEST = "other_request"

TAKEN_UP = "taken_up"
"""The slot with the form that another one gave way to at its end, and by which message."""

# With these a message is answered that was not understood.
NOT_UNDERSTOOD = frozenset({"utter_unsure", "utter_unsure_again"})

Event = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """The citizen's message as the action server sees it."""

    text: str = field(repr=False)
    intent: str
    confidence: float
    entities: tuple[dict[str, Any], ...] = field(repr=False)
    id: str
    at: datetime
    silence: timedelta | None
    tapped: bool
    """An option that we offered, not words of the citizen's own."""
    forwarded: str | None = None
    """It was passed on: once or often."""
    preview: bool = False
    """Whether this contact is shown content that is not published yet."""
    hand_off: str | None = None
    """Where a person has been called: waiting, or held by who answers in the bot's place."""

    @classmethod
    def of(cls, tracker: Tracker) -> Message:
        """The latest message of a tracker. Without a channel's metadata (rasa shell) the time is now."""
        latest = tracker.latest_message or {}
        metadata = latest.get("metadata") or {}
        intent = latest.get("intent") or {}
        at = metadata.get("at")
        silence = metadata.get("silence")
        return cls(
            text=latest.get("text") or "",
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
            entities=tuple(latest.get("entities") or ()),
            id=metadata.get("message_id") or latest.get("message_id") or "",
            at=datetime.fromisoformat(at) if at else datetime.now(timezone.utc),
            silence=None if silence is None else timedelta(seconds=silence),
            tapped=metadata.get("kind") == "option",
            forwarded=metadata.get("forwarded"),
            preview=metadata.get("preview") is True,
            hand_off=metadata.get("hand_off"),
        )

    @property
    def today(self) -> date:
        """The day the message was written on, in the programme's zone."""
        return self.at.astimezone(PROGRAMME_ZONE).date()

    def entity(self, name: str) -> Any:
        """The value of the first entity of a kind, or None."""
        return next((entity["value"] for entity in self.entities if entity["entity"] == name), None)

    @property
    def question(self) -> str:
        """What is to be answered: the text without another request in it; of a tapped option, the question it carries,
        or nothing."""
        if self.tapped:
            return str(self.entity("question") or "")
        text = self.text
        for entity in self.entities:
            if entity["entity"] == OTHER_REQUEST:
                text = f"{text[: entity['start']]} {text[entity['end'] :]}"
        return text

    @property
    def option(self) -> tuple[str, str] | None:
        """What an option that we offered stands for: ``("facility", "12")``."""
        chosen = self.entity("option")
        if not isinstance(chosen, str) or "=" not in chosen:
            return None
        slot, _, value = chosen.partition("=")
        return slot, value

    @property
    def came_back(self) -> bool:
        """Whether the citizen had been silent for long before this message."""
        return self.silence is not None and self.silence >= LONG_SILENCE


def option(title: str, slot: str, value: str, description: str | None = None) -> dict[str, str]:
    """A button or row that answers ``slot`` with ``value``."""
    made = {"title": title, "payload": f'/choose_option{{"option": "{slot}={value}"}}'}
    if description:
        made["description"] = description
    return made


def command(title: str, intent: str) -> dict[str, str]:
    """A button or row that stands for an intent."""
    return {"title": title, "payload": f"/{intent}"}


def events_since_message(tracker: Tracker) -> list[Event]:
    """What has happened in this turn, after the citizen's message."""
    since: list[Event] = []
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        since.append(event)
    return since[::-1]


def was_set_aside(tracker: Tracker, form: str) -> bool:
    """Whether this message was for something else: the form has handed it on, or is taken up again by it."""
    if tracker.get_slot(TAKEN_UP) == taken_up_by(form, Message.of(tracker)):
        return True
    return any(
        event.get("event") == "action_execution_rejected" and event.get("name") == form
        for event in events_since_message(tracker)
    )


def taken_up_by(form: str, message: Message) -> str:
    """What ``TAKEN_UP`` holds when a message has ended another form that had opened in the middle of this one."""
    return f"{form} {message.id}"


def was_reopened(tracker: Tracker, form: str) -> bool:
    """Whether a form has run in this turn, and another action after it that now has it run once more."""
    ran = [event.get("name") for event in events_since_message(tracker) if event.get("event") == "action"]
    # To have its answers validated, Rasa shows a form's run as if it had happened: that one is the last.
    return form in ran and any(name != form for name in ran[ran.index(form) :])


def was_unsure_before(events: list[Event]) -> bool:
    """Whether the turn before this one ended in not understanding, too."""
    users = 0
    for event in reversed(events):
        if event.get("event") == "user":
            users += 1
            if users == 2:
                return False
        elif event.get("event") == "action" and event.get("name") == "action_unsure" and users == 1:
            return True
    return False


def misunderstood_before(events: list[Event]) -> int:
    """In how many turns in a row before this one nothing was understood."""
    turns: list[set[str]] = []
    said: set[str] = set()
    for event in reversed(events):
        if event.get("event") == "bot":
            said.add((event.get("metadata") or {}).get("utter_action") or "")
        elif event.get("event") == "user":
            turns.append(said)
            said = set()
    # The first of them is this one, which is just being answered.
    return sum(1 for _ in takewhile(lambda told: told & NOT_UNDERSTOOD, turns[1:]))


def open_form(tracker: Tracker) -> str | None:
    """The name of the form that waits for an answer."""
    return (tracker.active_loop or {}).get("name")


@dataclass(frozen=True)
class Say:
    """One response of the domain, with what fills it."""

    response: str
    values: dict[str, Any]

    @classmethod
    def it(cls, response: str, **values: Any) -> Say:
        return cls(response, values)


def speak(dispatcher: CollectingDispatcher, says: Iterable[Say]) -> None:
    """Hand responses to the dispatcher, in order."""
    for say in says:
        dispatcher.utter_message(response=say.response, **say.values)
