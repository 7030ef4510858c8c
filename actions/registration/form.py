"""The state of an open registration during one turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.conversation import Say
from actions.forms.state import NONE, OpenForm
from actions.wording import who
from siaga.eligibility import Ask, Outcome, assess, rules_in_force
from siaga.people import drafts
from siaga.registration import forms
from siaga.registration.nik import read_nik
from siaga.registration.registry import FacilityView, LocalRegistry, Registry, SessionView
from siaga.registration.steps import ANSWERS, falls_with, progress

__all__ = ["ASKED_ANEW", "NONE", "Form"]

ASKED_ANEW = 0
"""In ``attempts``: the open question was shown before, and comes again for another reason than an unreadable answer."""
# Stands alone in the draft of a registration that ended without being made.
ENDED = "ended"


class Form(OpenForm):
    """A registration; its draft exists only once consent is given."""

    name = "registration_form"
    answers = ANSWERS
    marks = ("change", "next_people", "facility_wanted")
    draft_of = {
        "nik": ("nik",),
        "birth_date": ("birth_date", "birth_date_matches", "typed_date", "asks_date"),
        "guardian": ("guardian_of",),
        "official_match": ("official_of", "official"),
        "full_name": ("name",),
        "nik_check": ("near_of", "namesake"),
        "residence": ("regency", "district", "point"),
        "health": ("answers", "outcome"),
    }

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self.registry: Registry = LocalRegistry(session)
        # Of a registration that ended without being made: by which message, how, and what was said.
        self.ended: dict[str, Any] = self.draft.pop(ENDED, None) or {}

    @property
    def may_keep(self) -> bool:
        return bool(self.slots["consent"])

    def keep(self) -> None:
        """Write the draft; of a registration that ends here, only what was said of it."""
        if self.may_keep and self.slots["form_end"] not in (None, "complete", "declined"):
            self.end_here(self.says)
        else:
            super().keep()

    def end_here(self, says: Sequence[Say]) -> None:
        """Forget the answers; a turn that runs again after a crash says the same, from what is kept here."""
        self.discard()
        said = [[say.response, say.values] for say in says]
        ended = {"by": self.message.id, "how": self.slots["form_end"], "says": said}
        drafts.save(self.session, self.contact, self.name, {ENDED: ended})

    def end_again(self) -> bool:
        """Say again what this message was answered with, if it ended the registration."""
        if not self.ended or self.ended["by"] != self.message.id:
            return False
        self.says = [Say.it(response, **values) for response, values in self.ended["says"]]
        self.end(self.ended["how"])
        return True

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
        return assess(rules_in_force(today, preview=self.message.preview), self.facts(), today)

    def places(self) -> list[FacilityView]:
        """Where there is room, nearest first."""
        regency = self.draft.get("regency")
        if not regency:
            return []
        return self.registry.facilities(regency, self.draft.get("district"), self.point, now=self.message.at)

    @property
    def point(self) -> tuple[float, float] | None:
        """About where the person lives, if that was told by a pin in their regency."""
        known = self.draft.get("point")
        if not known or known[2] != self.draft.get("regency"):
            return None
        return float(known[0]), float(known[1])

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
        if slot == "full_name" and self.slots["official_match"] == "yes":
            # It was said to be the one on the list, and is another now.
            self.slots["official_match"] = "no"
        if slot == "residence" and self.slots[slot] is not None and "point" not in draft:
            # Said in words now: where the pin was is past.
            self.draft.pop("point", None)
        if self.slots[slot] not in (None, value) or any(
            self.draft.get(key) not in (None, new) for key, new in draft.items()
        ):
            for fallen in falls_with(slot):
                self.clear(fallen)
        super().fill(slot, value, **draft)

    def clear(self, slot: str) -> None:
        """As in every form; with a yes to the mask of an official list, what came from there goes, too."""
        was_listed = slot == "official_match" and self.slots[slot] == "yes"
        super().clear(slot)
        if was_listed:
            for theirs in ("full_name", "residence", *falls_with("residence")):
                super().clear(theirs)
