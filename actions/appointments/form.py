"""The state of a conversation about another time, or a first one, for somebody who is registered."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.forms.state import OpenForm
from siaga.registration.registry import (
    AppointmentView,
    Bookable,
    FacilityView,
    FullFacility,
    LocalRegistry,
    Registered,
    Registry,
    SessionView,
)
from siaga.registration.wishes import Wish, fitting, read_wish

# Values of slots that are no id: another facility, all sessions, the waiting list.
OTHER = "?"
ALL = "*"
WAIT = "wait"


class AppointmentForm(OpenForm):
    """Whose appointment, where, when, and yes; its draft holds what was said of when, and whether elsewhere."""

    name = "appointment_form"
    answers = ("appointment_person", "appointment_facility", "appointment_session", "appointment_confirmed")

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self.registry: Registry = LocalRegistry(session)
        self._people: list[Registered] | None = None
        self._bookable: dict[int, Bookable | None] = {}

    # ------------------------------------------------------------------ whose
    @property
    def people(self) -> list[Registered]:
        """All who are registered from this contact."""
        if self._people is None:
            self._people = self.registry.mine(self.contact, now=self.message.at)
        return self._people

    @property
    def person(self) -> Registered | None:
        """Whose appointment this is about."""
        chosen = self.slots["appointment_person"]
        return next((person for person in self.people if str(person.person_id) == chosen), None)

    @property
    def person_name(self) -> str:
        person = self.person
        return (person.name or person.masked_name) if person else ""

    @property
    def appointment(self) -> AppointmentView | None:
        """The one to be moved; None where there is none yet."""
        return self.person.appointment if self.person else None

    @property
    def bookable(self) -> Bookable | None:
        """What is known for finding them a place."""
        person = self.person
        if person is None:
            return None
        if person.person_id not in self._bookable:
            self._bookable[person.person_id] = self.registry.bookable(self.contact, person.person_id)
        return self._bookable[person.person_id]

    # ------------------------------------------------------------------ where and when
    def places(self) -> list[FacilityView]:
        """Where there is a session that suits them, nearest first."""
        known = self.bookable
        if known is None:
            return []
        offered = self.registry.facilities(known.regency_code, known.district_code, now=self.message.at)
        return [place for place in offered if self._suits(place.id)]

    def _suits(self, facility_id: int) -> bool:
        """Whether any session there suits them; where nothing stands against it, without looking."""
        here = self.appointment is not None and self.appointment.facility_id == facility_id
        postponed = self.bookable is not None and self.bookable.postponed_until is not None
        return bool(self._sessions_at(facility_id)) if here or postponed else True

    def full_places(self) -> list[FullFacility]:
        """Places with a waiting list to join."""
        known = self.bookable
        if known is None:
            return []
        return self.registry.full_facilities(known.regency_code, known.district_code, now=self.message.at)

    def sessions(self) -> list[SessionView]:
        """When there is room at the chosen place, but for when they come already."""
        chosen = self.slots["appointment_facility"]
        return self._sessions_at(int(chosen)) if chosen else []

    def _sessions_at(self, facility_id: int) -> list[SessionView]:
        known, current = self.bookable, self.appointment
        until = known.postponed_until if known else None
        return [
            offer
            for offer in self.registry.sessions(facility_id, now=self.message.at)
            if (current is None or offer.id != current.session_id)
            and (until is None or offer.starts_at.date() >= until)
        ]

    def shown(self) -> list[SessionView]:
        """The sessions that the wish leaves, or all of them."""
        offers = self.sessions()
        wish = self.wish
        return (fitting(wish, offers, self.current_start) if wish else []) or offers

    @property
    def current_start(self) -> Any:
        return self.appointment.starts_at if self.appointment else None

    @property
    def wish(self) -> Wish | None:
        """What was said of when, on the day on which it was said."""
        said = self.draft.get("wish")
        return read_wish(said["text"], date.fromisoformat(said["on"])) if said else None

    def chosen_session(self) -> SessionView | None:
        """The chosen session, if it still has room."""
        wanted = self.slots["appointment_session"]
        return next((offer for offer in self.sessions() if str(offer.id) == wanted), None)

    def facility_name(self) -> str:
        """What the chosen place is called."""
        chosen = self.slots["appointment_facility"]
        known: list[FacilityView | FullFacility] = [*self.places(), *self.full_places()]
        if self.appointment and str(self.appointment.facility_id) == chosen:
            return self.appointment.facility
        return next((place.name for place in known if str(place.id) == chosen), "")

    @property
    def is_done_already(self) -> bool:
        """Whether what was chosen is so already, as when this turn runs again."""
        current = self.appointment
        return current is not None and str(current.session_id) == self.slots["appointment_session"]

    # ------------------------------------------------------------------ what changes
    def remember(self, text: str) -> None:
        """Keep what was said of when."""
        self.draft["wish"] = {"text": text, "on": self.message.today.isoformat()}

    def forget_wish(self) -> None:
        self.draft.pop("wish", None)

    def fill(self, slot: str, value: Any, **draft: Any) -> None:
        """Answer a question; what hangs on it is asked again."""
        if self.slots[slot] != value:
            for fallen in self.answers[self.answers.index(slot) + 1 :]:
                self.slots[fallen] = None
            if slot == "appointment_person":
                self.draft.pop("elsewhere", None)
        super().fill(slot, value, **draft)
