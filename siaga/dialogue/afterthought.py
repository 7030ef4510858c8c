"""What is still to be done when the rules have had their say: a word about danger, the open question, more.

A message that might tell of danger, but most likely asks something else, gets its answer and one sentence more. When a
rule has answered something else in the middle of a form, the form asks its open question again: a rule without a
condition holds in every form, and need not name any. A citizen may ask two things in one message; rules answer one
intent, the other waits in the slot ``other_request`` until no form is open, and is then offered.

What is written soon after an emergency ("udah dibawa ke RS", a pin, "bukan darurat kok") goes to an action of its own:
by itself it would mean something else, or nothing. While the form waits for that, its questions say nothing
(``actions.forms.waiting``).
"""

from __future__ import annotations

from datetime import datetime, timezone
from functools import cached_property
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from siaga.dialogue.rule_index import RuleIndex
from siaga.emergency import asks_department, is_recent, read_aftermath
from siaga.places.search import find_places

WARN = "utter_danger_hint"
OFFER = "action_offer_other_request"
OTHER_REQUEST = "other_request"
DANGER_HINT = "danger_hint"
EMERGENCY = "emergency"
AFTER_EMERGENCY = "action_after_emergency"
# Slots: when an emergency was last told of, and since when the open form waits because of it; both as ISO text.
EMERGENCY_AT, EMERGENCY_WAITS = "emergency_at", "emergency_waits"
# Said after an emergency these are about it, whatever else they could mean; in a form that waits, more are.
_CLOSING = frozenset({"thanks", "goodbye", "share_location"})
_LEFT_WAITING = _CLOSING | {
    "affirm", "deny", "greet", "change_answer", "nlu_fallback", "out_of_scope", "report_symptoms"
}  # fmt: skip
# What is none of these may name a place: an answer to "where are you?".
_UNCLEAR = frozenset({"nlu_fallback", "out_of_scope", "find_facility"})
# Known for what they are, and not for their words: an option, and whose the conversation is from now on.
_KNOWN = frozenset({"choose_option", "back_to_bot", "desk_closed"})
_SHORT = 5
"""Words; in so few a place may be named that in a sentence would be an everyday word."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RulesThenMore(RulePolicy):
    """Rasa's ``RulePolicy``, which says what is still to be said before it listens."""

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The rules' next action; instead of listening, what is still to be said."""
        done = _done(tracker)
        if not done and follows_emergency(tracker):
            return self._say(AFTER_EMERGENCY, tracker, domain)
        if done and done[-1] in (WARN, OFFER, AFTER_EMERGENCY):
            # The rules know nothing of these, and had finished.
            return self._say(still_to_say(tracker, done) or ACTION_LISTEN_NAME, tracker, domain)
        prediction = super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        listens = (
            prediction.max_confidence > 0
            and domain.action_names_or_texts[prediction.max_confidence_index] == ACTION_LISTEN_NAME
        )
        if listens and done and (more := still_to_say(tracker, done)):
            return self._say(more, tracker, domain)
        return prediction

    @cached_property
    def _indices(self) -> dict[int, RuleIndex]:
        return {}

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        """The rules that apply to a conversation: Rasa's answer, with fewer of them tried."""
        index = self._indices.get(id(lookup))
        if index is None or not index.is_of(lookup):
            index = self._indices[id(lookup)] = RuleIndex(lookup)
        found: set[str] = super()._get_possible_keys(dict.fromkeys(index.candidates(states)), states)
        return found

    def _say(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        return self._prediction(self._prediction_result(action, tracker, domain), is_no_user_prediction=True)


def follows_emergency(tracker: DialogueStateTracker) -> bool:
    """Whether the message is about an emergency that was told of before, and so is answered like nothing else."""
    message = tracker.latest_message
    name = (message.intent or {}).get("name") if message else None
    if message is None or name is None or name in _KNOWN:
        return False
    in_form = tracker.active_loop_name is not None
    now = _time_of(message)
    if in_form and not (tracker.is_active_loop_rejected and is_recent(tracker.get_slot(EMERGENCY_WAITS), now)):
        return False
    text = message.text or ""
    if in_form and (name in _LEFT_WAITING or read_aftermath(text) == "go_on"):
        return True
    if not is_recent(tracker.get_slot(EMERGENCY_AT), now):
        return False
    aftermath, short = read_aftermath(text), len(text.split()) <= _SHORT
    # "lanjut" without a form, and a question after "bukan darurat", have answers of their own.
    asks_more = name not in _LEFT_WAITING and not short
    if (aftermath == "go_on" and not in_form) or (aftermath == "false_alarm" and asks_more):
        return False
    # Danger again, and who asks for a department, are answered as at first.
    if aftermath is not None or name == EMERGENCY:
        return aftermath is not None
    if name in _CLOSING or asks_department(text, hospital=True):
        return True
    return name in _UNCLEAR and bool(find_places(text, asked=short))


def _time_of(message: UserUttered) -> datetime:
    at = (message.metadata or {}).get("at")
    return datetime.fromisoformat(at) if at else datetime.now(timezone.utc)


def still_to_say(tracker: DialogueStateTracker, done: list[str]) -> str | None:
    """The action that is still due in this turn, in which ``done`` has been done."""
    message = tracker.latest_message
    entities = message.entities if message else []
    # About the emergency itself all has been said.
    if (
        WARN not in done
        and AFTER_EMERGENCY not in done
        and any(entity.get("entity") == DANGER_HINT for entity in entities)
    ):
        return WARN
    form = tracker.active_loop_name
    if form:
        return form if form not in done else None
    if OFFER not in done and AFTER_EMERGENCY not in done and tracker.get_slot(OTHER_REQUEST):
        return OFFER
    return None


def _done(tracker: DialogueStateTracker) -> list[str]:
    """The names of the actions since the citizen's message, in order."""
    done: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name:
            done.append(event.action_name)
    return done[::-1]
