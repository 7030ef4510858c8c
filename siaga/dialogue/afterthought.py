"""What is still to be done when the rules have had their say: a word about danger, the open question, more.

A message that might tell of danger, but most likely asks something else, gets its answer and one sentence more. When a
rule has answered something else in the middle of a form, the form asks its open question again: a rule without a
condition holds in every form, and need not name any. A citizen may ask two things in one message; rules answer one
intent, the other waits in the slot ``other_request`` until no form is open, and is then offered.
"""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

WARN = "utter_danger_hint"
OFFER = "action_offer_other_request"
OTHER_REQUEST = "other_request"
DANGER_HINT = "danger_hint"


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
        if done and done[-1] in (WARN, OFFER):
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

    def _say(self, action: str, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        return self._prediction(self._prediction_result(action, tracker, domain), is_no_user_prediction=True)


def still_to_say(tracker: DialogueStateTracker, done: list[str]) -> str | None:
    """The action that is still due in this turn, in which ``done`` has been done."""
    message = tracker.latest_message
    entities = message.entities if message else []
    if WARN not in done and any(entity.get("entity") == DANGER_HINT for entity in entities):
        return WARN
    form = tracker.active_loop_name
    if form:
        return form if form not in done else None
    if OFFER not in done and tracker.get_slot(OTHER_REQUEST):
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
