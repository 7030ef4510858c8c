"""What a conversation's memory keeps: no personal data in clear, and no more than is needed to go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    REQUESTED_SLOT,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    deserialise_events,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from siaga.privacy import mask_nik, mask_phone, mask_strange, mask_text

HIDDEN = "[disamarkan]"
# The entity and the slot that keep the second of two requests in one message.
OTHER_REQUEST = "other_request"
# While one of these is asked, the whole message is the answer: nothing of its text is kept.
PERSONAL_SLOTS = frozenset(
    "nik birth_date full_name residence health certificate_nik certificate_birth_date certificate_words "
    "eligibility_outcome details_answer selfcheck_answer selfcheck_change report_answer".split()
)

# More events than this are shortened, so that at least the last so many stay as they are; about ten make a turn.
MOST_EVENTS = 160
KEPT_EVENTS = 80
# Policies look back over so many actions; fewer may stay only when a conversation grows beyond all measure.
KEPT_ACTIONS = 10

# What stands for a message that was not typed, such as [lokasi].
_OURS = re.compile(
    r"\[(?:image|audio|video|document|sticker|contacts|order|form|edit|poll|unsupported"
    r"|lokasi|terlambat|formulir|percakapan petugas selesai)\]|…"
)
# Understood from lists of our own: nobody's name.
_HARMLESS = frozenset("regency district province vaccine relation symptom age_group".split())
_REFERRED_TO = frozenset(
    "nlu_fallback out_of_scope check_hoax ask_covid_question ask_vaccine_question ask_tips ask_case_data".split()
)
# Kemendagri codes of regions look like dates: 35.78.01, and old Papua 91-2022.
_REGION_CODE = re.compile(r"\d{2}(?:\.\d{2}){0,2}(?:-20\d{2})?")
# When something happened, as our own actions write it into a slot: a moment, no day of birth.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?\+\d{2}:\d{2}")

# Which model ran is the same for every event of a turn, and needed by none.
_MODEL_METADATA = {"model_id", "assistant_id"}

EventDict = dict[str, Any]


def keep(stored: Sequence[EventDict], events: Sequence[Event], slots: Iterable[Slot]) -> list[EventDict]:
    """The events to store: those stored already, and the new ones of ``events``, masked; shortened if long."""
    # Events are only ever appended; otherwise all are written anew.
    start = len(stored) if len(events) >= len(stored) else 0
    kept = list(stored[:start])
    asked = _asked(kept)
    for event in list(events)[start:]:
        if isinstance(event, SlotSet) and event.key == REQUESTED_SLOT:
            asked = event.value
        kept.append(masked(event.as_dict(), asked))
        if kept[-1]["event"] == "user":
            _outdate(kept)
    return shortened(kept, slots)


def _outdate(kept: list[EventDict]) -> None:
    """Of the message before the newest one only ordinary words stay: nothing refers to it any more."""
    place = next((place for place in range(len(kept) - 2, -1, -1) if kept[place]["event"] == "user"), None)
    if place is None or not kept[place].get("text") or not _may_be_referred_to(kept[place]):
        return
    text = mask_strange(kept[place]["text"])
    kept[place] = {**kept[place], "text": text, "parse_data": {**kept[place]["parse_data"], "text": text}}


def _asked(events: Sequence[EventDict]) -> str | None:
    """The question that is open after these events."""
    return next((e["value"] for e in reversed(events) if e["event"] == "slot" and e["name"] == REQUESTED_SLOT), None)


def masked(event: EventDict, asked: str | None) -> EventDict:
    """An event without personal data; ``asked`` is the slot whose question was open."""
    kind = event["event"]
    if kind == "user":
        return _masked_message(event, asked)
    if kind == "bot":
        # What was said holds names and dates; which response it was is enough.
        utter_action = (event.get("metadata") or {}).get("utter_action")
        metadata = {"utter_action": utter_action} if utter_action else {}
        return {"event": "bot", "timestamp": event["timestamp"], "text": None, "data": {}, "metadata": metadata}
    lean = {key: value for key, value in event.items() if key != "metadata"}
    if kind == "slot" and event["name"] == SESSION_START_METADATA_SLOT:
        lean["value"] = None
    elif kind == "slot":
        lean["value"] = _masked_part(event["name"], event["value"], asked)
    if kind == "entities":
        lean["entities"] = [_masked_entity(entity, asked) for entity in event["entities"]]
    return lean


def _masked_message(event: EventDict, asked: str | None) -> EventDict:
    parse_data = event.get("parse_data") or {}
    intent = parse_data.get("intent") or {}
    text = _masked_words(event, asked)
    return {
        "event": "user",
        "timestamp": event["timestamp"],
        "text": text,
        "parse_data": {
            "intent": {key: intent[key] for key in ("name", "confidence") if key in intent},
            "entities": [_masked_entity(entity, asked) for entity in parse_data.get("entities") or ()],
            "text": text,
        },
        "input_channel": event.get("input_channel"),
        "message_id": event.get("message_id"),
        "metadata": {k: v for k, v in (event.get("metadata") or {}).items() if k not in _MODEL_METADATA},
    }


def _masked_words(event: EventDict, asked: str | None) -> str | None:
    """Of what was written the words that everybody uses, and the names of places and the like that were understood;
    all but what is called a name, a number or a date while the next message may be about it."""
    written = event.get("text")
    if not written or not isinstance(written, str):
        return None
    if _OURS.fullmatch(written):
        return written
    if asked in PERSONAL_SLOTS:
        return HIDDEN
    if _may_be_referred_to(event):
        return mask_text(written)
    entities = (event.get("parse_data") or {}).get("entities") or ()
    named = " ".join(written[entity["start"] : entity["end"]] for entity in entities if entity["entity"] in _HARMLESS)
    return mask_strange(written, frozenset(re.findall(r"[^\W\d_]+", named.lower())))


def _may_be_referred_to(event: EventDict) -> bool:
    """Whether the next message may be about this one: "ini bener ga?", or a meaning chosen for what was not clear."""
    intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return intent in _REFERRED_TO or bool((event.get("metadata") or {}).get("forwarded"))


def _masked_entity(entity: EventDict, asked: str | None) -> EventDict:
    lean: EventDict = {key: entity[key] for key in ("entity", "start", "end", "role", "group") if key in entity}
    value, kind = entity.get("value"), entity.get("entity")
    if kind == "nik":
        value = mask_nik(str(value))
    elif kind == "phone":
        value = mask_phone(str(value))
    elif kind in ("date", "location", "symptom"):
        value = HIDDEN
    else:
        value = _masked_part(kind, value, asked)
    return {**lean, "value": value}


def _masked_part(name: str | None, value: Any, asked: str | None) -> Any:
    """An entity's or a slot's value; of another request in a message of whose text nothing is kept, only its intent."""
    if name == OTHER_REQUEST and isinstance(value, dict) and asked in PERSONAL_SLOTS:
        value = {key: part for key, part in value.items() if key != "question"}
    return _masked_value(value)


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return value if _REGION_CODE.fullmatch(value) or _MOMENT.fullmatch(value) else mask_text(value)
    if isinstance(value, dict):
        return {key: _masked_value(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_masked_value(part) for part in value]
    return value


def shortened(events: list[EventDict], slots: Iterable[Slot]) -> list[EventDict]:
    """The same conversation with its older part replaced by a few events that lead to the same state.

    Cut before a message of the citizen's, when the bot was listening. Short conversations stay as they are.
    """
    if len(events) <= MOST_EVENTS:
        return events
    replayed = deserialise_events(events)
    cut = _cut(events, replayed)
    if cut is None:
        return events
    return _summary(replayed[:cut], slots) + events[cut:]


def _cut(events: Sequence[EventDict], replayed: Sequence[Event]) -> int | None:
    places = [
        place
        for place in range(len(events) - KEPT_EVENTS, 1, -1)
        if events[place]["event"] == "user" and events[place - 1].get("name") == ACTION_LISTEN_NAME
    ]
    # A form that runs smoothly counts as one action, however many questions it had.
    tracker = DialogueStateTracker.from_events("", list(replayed))
    applied = {id(event) for event in tracker.applied_events() if isinstance(event, ActionExecuted)}
    actions_after = sum(id(event) in applied for event in replayed[places[0] :]) if places else 0
    at = places[0] if places else 0
    for place in places:
        actions_after += sum(id(event) in applied for event in replayed[place:at])
        at = place
        if actions_after >= KEPT_ACTIONS:
            return place
    if len(events) <= 2 * MOST_EVENTS:
        return None
    return places[0] if places and len(events) - places[0] <= MOST_EVENTS else _anywhere(events)


def _anywhere(events: Sequence[EventDict]) -> int:
    """Where to cut a conversation in which the bot does not listen, as one that is paused: it must not grow all the
    same."""
    latest = len(events) - KEPT_EVENTS
    return next((place for place in range(latest, 1, -1) if events[place]["event"] == "user"), latest)


def _summary(head: Sequence[Event], slots: Iterable[Slot]) -> list[EventDict]:
    tracker = DialogueStateTracker.from_events("", list(head), slots=slots)
    loop = tracker.active_loop
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    if loop and loop.name:
        events += [ActionExecuted(loop.name), ActiveLoop(loop.name)]
    events += [SlotSet(slot.name, slot.value) for slot in tracker.slots.values() if slot.value != slot.initial_value]
    if loop and loop.name and loop.rejected:
        events.append(ActionExecutionRejected(loop.name))
    if tracker.is_paused():
        events.append(ConversationPaused())
    events.append(ActionExecuted(ACTION_LISTEN_NAME))
    for event in events:
        event.timestamp = head[-1].timestamp
    return [event.as_dict() for event in events]
