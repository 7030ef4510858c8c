"""The state of an open registration during one turn."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.forms.state import NONE, OpenForm
from actions.wording import who
from siaga.eligibility import Ask, Outcome, assess, rules_in_force
from siaga.registration import forms
from siaga.registration.nik import read_nik
from siaga.registration.registry import FacilityView, LocalRegistry, Registry, SessionView
from siaga.registration.steps import ANSWERS, falls_with, progress

__all__ = ["NONE", "Form"]


class Form(OpenForm):
    """A registration; its draft exists only once consent is given."""

    name = "registration_form"
    answers = ANSWERS
    marks = ("change",)
    draft_of = {
        "nik": ("nik",),
        "birth_date": ("birth_date", "birth_date_matches", "typed_date", "asks_date"),
        "full_name": ("name",),
        "residence": ("regency", "district"),
        "health": ("answers", "outcome"),
    }

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self.registry: Registry = LocalRegistry(session)

    @property
    def may_keep(self) -> bool:
        return bool(self.slots["consent"])

    def discard(self) -> None:
        super().discard()
        forms.discard(self.session, self.contact)

    def begin(self) -> None:
        super().begin()
        forms.discard(self.session, self.contact)

    def progress(self, slot: str) -> str:
        return progress(slot)

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
        super().fill(slot, value, **draft)
