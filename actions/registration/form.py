"""The state of an open registration during one turn: slots in the tracker, answers in the encrypted draft."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from sqlalchemy.orm import Session

from actions.conversation import Event, Message, Say, was_set_aside
from actions.wording import who
from siaga.eligibility import Ask, Outcome, assess, rules_in_force
from siaga.people.contacts import ensure_key
from siaga.registration import drafts
from siaga.registration.nik import read_nik
from siaga.registration.registry import FacilityView, LocalRegistry, Registry, SessionView
from siaga.registration.steps import ANSWERS, falls_with, next_open

FORM = "registration_form"
_SLOTS = (*ANSWERS, "attempts", "change", "registration_end")
# Stands in a slot for "there is none", where None would mean "not asked yet".
NONE = "-"


class Form:
    """What is known, what this message changes, and what is said about it.

    Slots hold masks and marks; the answers themselves are in ``draft``, which exists only once consent is given.
    """

    def __init__(self, session: Session, tracker: Tracker) -> None:
        self.session = session
        self.contact: str = tracker.sender_id
        self.channel: str | None = tracker.get_latest_input_channel()
        self.message = Message.of(tracker)
        self.registry: Registry = LocalRegistry(session)
        self.asked: str | None = tracker.get_slot("requested_slot")
        self.set_aside = was_set_aside(tracker, FORM)
        self.slots: dict[str, Any] = {name: tracker.get_slot(name) for name in _SLOTS}
        self._before = dict(self.slots)
        self.draft: dict[str, Any] = drafts.load(session, self.contact)
        self.says: list[Say] = []
        self.asks_next: str | None = None

    # ------------------------------------------------------------------ what is known
    @property
    def who(self) -> str:
        sex = read_nik(self.draft["nik"]).sex if "nik" in self.draft else None
        return who(self.slots["beneficiary"], sex)

    @property
    def birth_date(self) -> date | None:
        known = self.draft.get("birth_date")
        return date.fromisoformat(known) if known else None

    def facts(self) -> dict[str, Any]:
        """What the eligibility rules may look at."""
        facts: dict[str, Any] = dict(self.draft.get("answers", {}))
        if self.birth_date:
            facts["birth_date"] = self.birth_date
        if "nik" in self.draft:
            facts["sex"] = read_nik(self.draft["nik"]).sex
        return facts

    def verdict(self) -> Ask | Outcome:
        """The next health question, or the outcome."""
        today = self.message.today
        return assess(rules_in_force(today), self.facts(), today)

    def places(self) -> list[FacilityView]:
        """Where there is room, nearest first."""
        regency = self.draft.get("regency")
        if not regency:
            return []
        return self.registry.facilities(regency, self.draft.get("district"), now=self.message.at)

    def sessions(self) -> list[SessionView]:
        """When there is room at the chosen place."""
        facility = self.slots["facility"]
        if facility in (None, NONE):
            return []
        return self.registry.sessions(int(facility), now=self.message.at)

    def chosen_session(self) -> SessionView | None:
        """The chosen session, if it still has room."""
        return next((offer for offer in self.sessions() if str(offer.id) == self.slots["session"]), None)

    # ------------------------------------------------------------------ what changes
    def fill(self, slot: str, value: Any, **draft: Any) -> None:
        """Answer a question, and drop the answers that hang on a former one."""
        if self.slots[slot] not in (None, value) or any(
            self.draft.get(key) not in (None, new) for key, new in draft.items()
        ):
            for fallen in falls_with(slot):
                self.clear(fallen)
        self.slots[slot] = value
        self.draft.update(draft)

    def clear(self, slot: str) -> None:
        """Forget an answer, so that it is asked again."""
        self.slots[slot] = None
        for key in _DRAFT_OF.get(slot, (slot,)):
            self.draft.pop(key, None)

    def say(self, response: str, **values: Any) -> None:
        self.says.append(Say.it(response, **values))

    def end(self, how: str) -> None:
        self.slots["registration_end"] = how

    # ------------------------------------------------------------------ what follows
    def next_slot(self) -> str | None:
        """The question to ask now; None ends the form."""
        if self.slots["registration_end"]:
            return None
        return self.asks_next or next_open(self.slots)

    def keep(self) -> None:
        """Write the draft, if there is consent to."""
        if self.slots["consent"]:
            ensure_key(self.session, self.contact)
            drafts.save(self.session, self.contact, self.draft)

    def events(self) -> list[Event]:
        """What the tracker must learn; ``attempts`` always, so that Rasa knows the message was taken."""
        changed = [SlotSet(name, value) for name, value in self.slots.items() if value != self._before[name]]
        return [*changed, SlotSet("attempts", self.slots["attempts"]), SlotSet("requested_slot", self.next_slot())]


_DRAFT_OF = {
    "nik": ("nik",),
    "birth_date": ("birth_date", "birth_date_matches", "typed_date", "asks_date"),
    "full_name": ("name",),
    "residence": ("regency", "district"),
    "health": ("answers", "outcome"),
}


def blank() -> list[Event]:
    """Events that empty every slot of the form."""
    return [SlotSet(name, None) for name in _SLOTS]
