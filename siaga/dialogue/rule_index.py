"""Rules by how they end: of hundreds only those are looked at that can apply now.

Rasa compares each rule with the conversation, whatever was said. Most rules end after another action, or with another
intent, than the conversation does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import State
from rasa.shared.nlu.constants import INTENT

_End = tuple[str | None, str | None]
"""The action after which a rule goes on, and the intent; None where any will do."""


class RuleIndex:
    """The rules of a lookup, by their keys."""

    def __init__(self, lookup: Mapping[str, str]) -> None:
        self._lookup, self._size = lookup, len(lookup)
        self._by_end: defaultdict[_End, list[str]] = defaultdict(list)
        for key in lookup:
            states = json.loads(key)
            # A rule without states asks for nothing.
            last = states[-1] if states else {}
            self._by_end[_asked(last, PREVIOUS_ACTION, "action_name"), _asked(last, USER, INTENT)].append(key)

    def is_of(self, lookup: Mapping[str, str]) -> bool:
        """Whether these are the rules of a lookup, which loses some while Rasa learns."""
        return self._lookup is lookup and self._size == len(lookup)

    def candidates(self, states: Sequence[State]) -> set[str]:
        """The rules that may apply to a conversation, among them all that do."""
        if not states:
            return {key for keys in self._by_end.values() for key in keys}
        last = states[-1]
        if not last.get(PREVIOUS_ACTION):
            # The beginning, before any action: Rasa compares nothing else of such a state.
            return {key for keys in self._by_end.values() for key in keys}
        action, intent = last[PREVIOUS_ACTION].get("action_name"), last.get(USER, {}).get(INTENT)
        ends = {(a, i) for a in (action, None) for i in (intent, None)}
        return {key for end in ends for key in self._by_end.get(end, ())}


def _asked(state: Mapping[str, Any], part: str, name: str) -> str | None:
    """What a rule's state wants there, in so many words; None where it does not."""
    value = state.get(part, {}).get(name)
    return value if isinstance(value, str) and value and value != SHOULD_NOT_BE_SET else None
