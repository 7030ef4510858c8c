"""The state of an open form during one turn: slots in the tracker, answers in an encrypted draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from sqlalchemy.orm import Session

from actions.conversation import Event, Message, Say, was_set_aside
from siaga.people import drafts
from siaga.people.contacts import ensure_key

# Every form's own: how often the open question was answered unreadably, and how the form ended.
SHARED_SLOTS = ("attempts", "form_end")
# In the draft, beside the answers: the message that brought it there, and what it was before that.
_MESSAGE, _BEFORE = "_message", "_before"
# Stands in a slot for "there is none", where None would mean "not asked yet".
NONE = "-"


class OpenForm:
    """What is known, what this message changes, and what is said about it.

    Slots hold masks and marks; the answers themselves are in ``draft``, which is kept only while ``may_keep``.
    """

    name: ClassVar[str]
    """As in ``forms:`` of the domain."""
    answers: ClassVar[tuple[str, ...]]
    """The slots, in the order asked."""
    marks: ClassVar[tuple[str, ...]] = ()
    """Further slots of this form, which are not asked for."""
    draft_of: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """What of the draft goes with a slot that is cleared, if it is not the slot's own name."""

    follows_answer = False
    """Whether this message is about an answer that was just told, rather than about the open question."""

    def __init__(self, session: Session, tracker: Tracker) -> None:
        self.session = session
        self.contact: str = tracker.sender_id
        self.channel: str | None = tracker.get_latest_input_channel()
        self.message = Message.of(tracker)
        self.asked: str | None = tracker.get_slot("requested_slot")
        self.set_aside = was_set_aside(tracker, self.name)
        self.slots: dict[str, Any] = {name: tracker.get_slot(name) for name in self.all_slots()}
        self._before = dict(self.slots)
        self.draft: dict[str, Any] = drafts.load(session, self.contact, self.name)
        self._taken_before = self.draft.pop(_MESSAGE, None) == self.message.id != ""
        former: dict[str, Any] = self.draft.pop(_BEFORE, {})
        self._start = former if self._taken_before else dict(self.draft)
        self.says: list[Say] = []
        self.asks_next: str | None = None

    @classmethod
    def all_slots(cls) -> tuple[str, ...]:
        return (*cls.answers, *cls.marks, *SHARED_SLOTS)

    @property
    def may_keep(self) -> bool:
        """Whether the draft may be written down."""
        return True

    def begin(self) -> None:
        """Start anew: what is left of a former one is not this one's."""
        drafts.discard(self.session, self.contact, self.name)
        self.draft = {}
        self.slots = dict.fromkeys(self.slots)

    def rewind(self) -> None:
        """Where this message was taken before, and the turn then died: forget what it brought.

        The draft was written then, the slots were not; the message would be read as the answer to another question.
        """
        if self._taken_before:
            self.draft = dict(self._start)

    # ------------------------------------------------------------------ what changes
    def fill(self, slot: str, value: Any, **draft: Any) -> None:
        """Answer a question."""
        self.slots[slot] = value
        self.draft.update(draft)

    def clear(self, slot: str) -> None:
        """Forget an answer, so that it is asked again."""
        self.slots[slot] = None
        for key in self.draft_of.get(slot, (slot,)):
            self.draft.pop(key, None)

    def say(self, response: str, **values: Any) -> None:
        self.says.append(Say.it(response, **values))

    def end(self, how: str) -> None:
        self.slots["form_end"] = how

    # ------------------------------------------------------------------ what follows
    def progress(self, slot: str) -> str | None:
        """Where we are, in the citizen's words (``langkah 3 dari 7``); None in a form too short to tell."""
        return None

    def next_slot(self) -> str | None:
        """The question to ask now; None ends the form."""
        if self.slots["form_end"]:
            return None
        return self.asks_next or next((slot for slot in self.answers if self.slots[slot] is None), None)

    def keep(self) -> None:
        """Write the draft, if that may be done."""
        if self.may_keep:
            ensure_key(self.session, self.contact)
            again = {_MESSAGE: self.message.id, _BEFORE: self._start}
            drafts.save(self.session, self.contact, self.name, {**self.draft, **again})

    def discard(self) -> None:
        """Forget the answers."""
        drafts.discard(self.session, self.contact, self.name)

    def events(self) -> list[Event]:
        """What the tracker must learn; ``attempts`` always, so that Rasa knows the message was taken."""
        changed = [SlotSet(name, value) for name, value in self.slots.items() if value != self._before[name]]
        return [*changed, SlotSet("attempts", self.slots["attempts"]), SlotSet("requested_slot", self.next_slot())]

    @property
    def left_open(self) -> type[OpenForm] | None:
        """The form in the middle of which this one opened, and that goes on after it."""
        return None

    @property
    def left_at(self) -> str:
        """The question that was open there."""
        return ""

    def leaving(self) -> list[Event]:
        """Events after which no form is open."""
        return [*self.blank(), ActiveLoop(None), SlotSet("requested_slot", None)]

    def close(self) -> list[Event]:
        """Events that leave the form before its end."""
        return self.leaving()

    def dropping(self) -> list[Event]:
        """Forget the answers of the form that was left open; events that empty it."""
        return []

    @classmethod
    def blank(cls) -> list[Event]:
        """Events that empty every slot of the form."""
        return [SlotSet(name, None) for name in cls.all_slots()]
