"""What an action is told: its name and the conversation, as Rasa tells it, without what none of ours reads.

Rasa sends the whole domain along to each action that validates a form, a hundred kilobytes, and writes all events down
anew for each call. Here events that were kept are told as they were kept: the same, but for the copies of its number
and of what the channel said about it that Rasa puts into what was understood of a message. Beside the conversation
go the last message's sentence vectors, as far as it took any to understand it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from siaga.text import handed

# An event's attribute: how it was kept.
_KEPT = "_siaga_kept"
_VALIDATES = "validate_"


def spare_calls() -> None:
    """Change Rasa so, for this process."""
    RemoteAction._action_call_format = call_format


def restored(kept: Sequence[dict[str, Any]]) -> list[Event]:
    """The events that were kept so."""
    events: list[Event] = deserialise_events(list(kept))
    if len(events) == len(kept):
        for event, as_kept in zip(events, kept, strict=True):
            setattr(event, _KEPT, as_kept)
    return events


def call_format(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """As Rasa's: what the action server is asked."""
    call = {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": _state(tracker),
        "version": rasa.__version__,
    }
    if not action._is_selective_domain_enabled() or _asks_for_domain(action.name(), domain):
        call["domain"] = domain.as_dict()
    message = tracker.latest_message
    if message and (vectors := handed.hand(message.text)):
        call[handed.VECTORS] = vectors
    return call


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    # To be written down at once: nothing need be copied for it.
    loop = tracker.active_loop
    return {
        "sender_id": tracker.sender_id,
        "slots": tracker.current_slot_values(),
        "latest_message": tracker._latest_message_data(),
        "latest_event_time": tracker.events[-1].timestamp if tracker.events else None,
        "followup_action": tracker.followup_action,
        "paused": tracker.is_paused(),
        "events": [getattr(event, _KEPT, None) or event.as_dict() for event in tracker.events],
        "latest_input_channel": tracker.get_latest_input_channel(),
        "active_loop": vars(loop) if loop else {},
        "latest_action": tracker.latest_action,
        "latest_action_name": tracker.latest_action_name,
    }


def _asks_for_domain(name: str, domain: Domain) -> bool:
    """Whether the domain says of an action that it needs the domain. Rasa takes it for said of all that validate."""
    return domain.does_custom_action_explicitly_need_domain(name) and not name.startswith(_VALIDATES)
