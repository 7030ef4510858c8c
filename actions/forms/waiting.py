"""A form that waits because its citizen was told whom to call: it does not ask, and hardly anything is an answer to it.

Somebody who has just written that their child is not breathing is not asked for a NIK in the same breath, and what they
write next ("masih napas tapi lemes", "iya") is about the child. The form goes on when they tap an option, write what
can only be an answer, ask something else, or say so; ``actions.emergency`` answers the rest.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from actions.conversation import Message
from actions.forms.reading import Unread
from actions.forms.state import OpenForm
from siaga.emergency import is_recent

AT = "emergency_at"
"""The slot that holds when an emergency was last told of, as ISO text."""
WAITS = "emergency_waits"
"""The slot that holds since when the open form waits, as ISO text."""

# After these a form that waits says nothing: they are not a wish to go on.
STAYS_QUIET = frozenset(
    "emergency thanks goodbye greet affirm deny change_answer nlu_fallback out_of_scope share_location send_media "
    "late_messages report_symptoms complaint talk_to_human".split()
)
# NIK, dates, telephone numbers: nobody writes these about the one who is ill.
_NUMBER = re.compile(r"\d[\d\s./-]{3,}")


def waits(tracker: Tracker) -> bool:
    """Whether the open form waits; not for ever: who comes back the next day is asked."""
    return is_recent(tracker.get_slot(WAITS), Message.of(tracker).at)


def answers_surely(form: OpenForm, reader: Any) -> bool:
    """Whether a message can be nothing but an answer to the open question."""
    message: Message = form.message
    if message.option:
        return True
    if reader is None or not _NUMBER.search(message.text):
        return False
    try:
        reading = reader(form, message)
    except Unread:
        return False
    return reading is not None and bool(reading.strong)
