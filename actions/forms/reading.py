"""What reading a message as an answer gives.

A reader returns a ``Reading``, or None when the message is no answer to its question, and raises ``Unread`` for an
attempt at an answer that can't be taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.conversation import Message, Say
from siaga.text.questions import is_question
from siaga.text.yesno import read_yes_no


@dataclass(frozen=True)
class Reading:
    """An answer: the slot's value, what the draft keeps, and whether it could hardly be anything else.

    ``value`` None keeps the question open, for an answer that only brings it further. ``end`` ends the form.
    """

    value: Any
    draft: dict[str, Any] = field(default_factory=dict)
    says: tuple[Say, ...] = ()
    strong: bool = False
    end: str | None = None


class Unread(Exception):
    """An attempt at an answer that can't be taken; ``say`` tells why."""

    def __init__(self, response: str, **values: Any) -> None:
        super().__init__(response)
        self.say = Say.it(response, **values)


def yes_or_no(message: Message) -> bool | None:
    """What a message says to a yes-or-no question, in words or by its intent."""
    said = read_yes_no(message.text)
    if said is None and message.intent in ("affirm", "deny"):
        return message.intent == "affirm"
    return said


def is_short(message: Message) -> bool:
    """Whether there is hardly more in a message than an answer."""
    return len(message.text.split()) <= 5 and not is_question(message.text)
