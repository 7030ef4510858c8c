"""The turn that is running: what it read, and what it will write if it ends well."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from siaga.dialogue.unclear import Noticed
from siaga.turns.messages import Draft
from siaga.turns.trackers import Events, Stored


class TurnAborted(BaseException):
    """The turn cannot end well, and nothing of it may be kept.

    Not an ``Exception``: Rasa catches those around actions and the tracker store, and would go on in silence.
    """

    danger = False
    """Whether the message tells of danger"""


class ActionServerDown(TurnAborted):
    """The action server cannot be reached, or does not answer: the turn is run again when it does."""


class ActionFailed(TurnAborted):
    """An action answered with an error: the turn counts as failed."""


class ConversationUnreadable(TurnAborted):
    """What is stored of the conversation cannot be read."""


@dataclass(frozen=True)
class Named:
    """What is counted of an event: its kind and its name; ``value`` where that is a code, and no more than a code."""

    kind: str
    name: str | None
    value: str | None = None


@dataclass
class Turn:
    """One run of one message. ``kept`` is the conversation as it is to be stored, once Rasa has saved it.

    ``published`` of the events that it has added were handed to the event broker, which leaves ``events`` here.
    """

    key: str
    stored: Stored
    kept: Events | None = field(default=None, repr=False)
    published: int = 0
    events: list[Named] = field(default_factory=list)
    failure: str | None = None
    """The class of an exception that Rasa swallowed"""


@dataclass(frozen=True)
class Spoken:
    """What came of a turn: the conversation to keep, what to say under which key, what it tells of understanding."""

    kept: Events = field(repr=False)
    drafts: Sequence[Draft] = field(repr=False)
    key: str
    noticed: Noticed | None = None
    events: Sequence[Named] = ()
    """what the turn has added to the conversation, to be counted"""
    silent: bool = False
    """it is for the person who has the conversation: the bot says nothing, and nothing is kept of it here"""
    danger: bool = False
    """it tells of danger"""


_current: ContextVar[Turn | None] = ContextVar("turn", default=None)


def current_turn() -> Turn | None:
    """The turn that this task runs, if it runs one."""
    return _current.get()


def begin(turn: Turn) -> None:
    """Make ``turn`` this task's turn, in place of an earlier one."""
    _current.set(turn)


def end() -> None:
    """This task runs no turn any more."""
    _current.set(None)
