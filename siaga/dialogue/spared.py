"""Work that Rasa does anew for each message although its outcome never changes: here it is done once.

Measured with ``python -m bench.parts``; what it is worth stands in docs/performance.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from jsonschema.validators import validator_for
from rasa.core import processor
from rasa.core.actions import action as actions
from rasa.core.actions import forms
from rasa.core.actions.action import Action, ActionExtractSlots, ActionRetrieveResponse, RemoteAction
from rasa.core.policies import memoization, rule_policy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.utils import common
from rasa.utils.endpoints import EndpointConfig

from siaga.dialogue.graphs import spare_graphs
from siaga.dialogue.histories import spare_histories
from siaga.dialogue.told import spare_calls
from siaga.lasting import settle

_stock_warn = MessageProcessor._check_for_unseen_features
_stock_extract = ActionExtractSlots.run
_stock_named = actions.action_for_name_or_text
# Attributes of a domain.
_FEWER, _MADE = "_siaga_fewer_slots", "_siaga_actions"
_SLOT_SET = {"event", "name", "value", "timestamp"}


def spare() -> None:
    """Change Rasa so, for this process."""
    if hasattr(common.all_subclasses, "cache_info"):
        return
    # For each stored event Rasa walks the tree of its event classes.
    common.all_subclasses = lru_cache(maxsize=None)(common.all_subclasses)
    _spare_checks()
    _spare_log_copies()
    MessageProcessor._check_for_unseen_features = warn_of_unknown
    # Writes all slots down for the log, where they must not be.
    MessageProcessor._log_slots = staticmethod(lambda _: None)
    ActionExtractSlots.run = extract_slots
    actions.action_for_name_or_text = action_named
    spare_graphs()
    spare_histories()
    spare_calls()
    settle()


def _spare_checks() -> None:
    # With each answer of an action, jsonschema checks the schema itself before the answer.
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(_: RemoteAction, answer: Any) -> bool:
        if not is_plain_answer(answer):
            error = next(validator.iter_errors(answer), None)
            if error is not None:
                raise error
        return True

    RemoteAction._validate_action_result = validate


def is_plain_answer(answer: Any) -> bool:
    """Whether an action has answered with nothing but slots to set, and things to say: most do. Rasa's schema, which
    tells the kinds of events apart by trying each, has nothing against these."""
    if not isinstance(answer, dict):
        return False
    events, responses = answer.get("events", []), answer.get("responses", [])
    return (
        isinstance(events, list)
        and all(map(_sets_slot, events))
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
    )


def _sets_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and type(event.get("timestamp")) in (int, float, type(None))
        and event.keys() <= _SLOT_SET
    )


def warn_of_unknown(processor: MessageProcessor, parse_data: dict[str, Any]) -> None:
    """As Rasa's: warns of an intent or an entity that the domain does not know.

    Rasa makes two domains into dictionaries first, to see whether its own is empty.
    """
    intent, domain = parse_data["intent"]["name"], processor.domain
    if (not intent or intent in domain.intent_properties) and all(
        entity["entity"] in domain.entities for entity in parse_data["entities"] or ()
    ):
        return
    _stock_warn(processor, parse_data)


async def extract_slots(action: ActionExtractSlots, channel: Any, nlg: Any, tracker: Any, domain: Domain) -> list[Any]:
    """As Rasa's: the slots that a message fills. Those that only actions fill, nearly all, are not looked at."""
    fewer = domain.__dict__.get(_FEWER)
    if fewer is None:
        fewer = domain.__dict__[_FEWER] = _FewerSlots(domain)
    filled: list[Any] = await _stock_extract(action, channel, nlg, tracker, fewer)
    return filled


def action_named(name: str, domain: Domain, endpoint: EndpointConfig | None) -> Action:
    """As Rasa's: the action of a name. Rasa makes it anew each time, and with it all of its own.

    Nothing of a conversation stays with an action, but with one that retrieves responses.
    """
    made: dict[str, tuple[EndpointConfig | None, Action]] = domain.__dict__.setdefault(_MADE, {})
    known = made.get(name)
    if known is not None and known[0] is endpoint:
        return known[1]
    action: Action = _stock_named(name, domain, endpoint)
    if not isinstance(action, ActionRetrieveResponse):
        made[name] = endpoint, action
    return action


class _FewerSlots:
    """A domain, of whose slots only those are told that a message may fill."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self.slots = [slot for slot in domain.slots if not all(map(_is_for_actions, slot.mappings))]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._domain, name)


def _is_for_actions(mapping: Mapping[str, Any]) -> bool:
    return mapping.get("type") == "custom" and not mapping.get("action")


def _spare_log_copies() -> None:
    # Deep copies of states, events and entities, made for lines that the log never gets: ``quiet_rasa`` sees to that.
    # In these modules nothing else is copied.
    for module in (memoization, rule_policy, processor, forms):
        module.copy = SimpleNamespace(deepcopy=_as_it_is)


def _as_it_is(value: Any) -> Any:
    return value
