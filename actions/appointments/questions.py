"""The questions about an appointment, one action a slot."""

from __future__ import annotations

from abc import ABC
from typing import Any

from actions.appointments.form import ALL, OTHER, WAIT, AppointmentForm
from actions.appointments.words import day_and_hours, in_a_line
from actions.conversation import option
from actions.forms.ask import CANCEL, AskQuestion
from actions.wording import hour, short_weekday_date, vaccine_name
from siaga.registration.registry import Registered

Question = tuple[str, dict[str, Any], list[dict[str, str]]]
OTHER_PLACE = option("Tempat lain", "appointment_facility", OTHER)
ROWS = 9
# Sessions before the way to another place.
FIRST = 7


class AskAppointment(AskQuestion[AppointmentForm], ABC):
    """One question of this conversation."""

    form = AppointmentForm


def person_option(person: Registered, slot: str, value: str) -> dict[str, str]:
    """A row for somebody, with when they are to come."""
    below = in_a_line(person.appointment) if person.appointment else "belum ada jadwal"
    return option(str(person.name or person.masked_name), slot, value, below)


class AskAppointmentPerson(AskAppointment):
    """Whose appointment."""

    slot = "appointment_person"

    def custom(self, form: AppointmentForm) -> dict[str, Any]:
        return {"list_button": "Pilih orang"}

    def ask(self, form: AppointmentForm) -> Question:
        people = [person_option(person, self.slot, str(person.person_id)) for person in form.people[:ROWS]]
        return "utter_ask_appointment_person", {}, [*people, CANCEL]


class AskAppointmentFacility(AskAppointment):
    """Where: places with room, or, where none has any, those that one can wait for."""

    slot = "appointment_facility"

    def custom(self, form: AppointmentForm) -> dict[str, Any]:
        return {"list_button": "Pilih tempat"}

    def ask(self, form: AppointmentForm) -> Question:
        places = form.places()
        if places:
            rows = [
                option(
                    place.name.replace("Puskesmas", "Pusk."),
                    self.slot,
                    str(place.id),
                    f"{place.district_name or place.regency_name} · {place.free} tempat"
                    f" · mulai {short_weekday_date(place.next_at.date())}",
                )
                for place in places
            ]
            return "utter_ask_appointment_facility", {"person": form.person_name}, [*rows, CANCEL]
        full = [
            option(
                place.name.replace("Puskesmas", "Pusk."),
                self.slot,
                str(place.id),
                f"{place.district_name or place.regency_name} · {place.waiting} orang menunggu",
            )
            for place in form.full_places()
        ]
        return "utter_ask_appointment_facility_full", {"person": form.person_name}, [*full, CANCEL]


class AskAppointmentSession(AskAppointment):
    """When; where there is no room, whether to wait."""

    slot = "appointment_session"

    def custom(self, form: AppointmentForm) -> dict[str, Any]:
        return {"list_button": "Pilih jadwal"} if form.sessions() else {}

    def ask(self, form: AppointmentForm) -> Question:
        facility, offers = form.facility_name(), form.shown()
        if not offers:
            options = [option("Masuk daftar tunggu", self.slot, WAIT)]
            if form.places():
                options.append(OTHER_PLACE)
            return "utter_ask_appointment_wait", {"facility": facility, "person": form.person_name}, [*options, CANCEL]
        rows = [
            option(
                f"{short_weekday_date(offer.starts_at.date())} {hour(offer.starts_at)} {offer.zone_letters}",
                self.slot,
                str(offer.id),
                f"{vaccine_name(offer.vaccine)} · {offer.free} tempat",
            )
            for offer in offers
        ]
        if len(offers) < len(form.sessions()):
            rows.append(option("Semua jadwal", self.slot, ALL))
        # On the first page, however many sessions there are.
        rows.insert(FIRST, OTHER_PLACE)
        rows.append(CANCEL)
        values = {"facility": facility, "person": form.person_name}
        if form.appointment is None:
            return "utter_ask_appointment_session", values, rows
        if form.draft.get("elsewhere"):
            return "utter_ask_appointment_session_elsewhere", values, rows
        return "utter_ask_appointment_session_move", {**values, "current": day_and_hours(form.appointment)}, rows


class AskAppointmentConfirmed(AskAppointment):
    """From when to when."""

    slot = "appointment_confirmed"

    def ask(self, form: AppointmentForm) -> Question:
        offer = form.chosen_session()
        values = {"person": form.person_name, "new": in_a_line(offer) if offer else ""}
        if form.appointment is None:
            return "utter_ask_appointment_confirmed_book", values, []
        return "utter_ask_appointment_confirmed_move", {**values, "current": in_a_line(form.appointment)}, []
