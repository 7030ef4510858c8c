"""How the conversation about an appointment ends: moved, booked, or on the waiting list."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointments.form import WAIT, AppointmentForm
from actions.appointments.waiting import tell_joined
from actions.conversation import Event, command
from actions.registration.tickets import show_ticket
from siaga import media
from siaga.db import transaction
from siaga.registration.registry import AlreadyRegistered, AppointmentView, CannotWait, SessionFull


class ActionFinishAppointment(Action):
    """Does what was chosen, in one transaction; a conversation that ended in another way changes nothing."""

    def name(self) -> str:
        return "action_finish_appointment"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = AppointmentForm(session, tracker)
            if form.slots["form_end"] == "complete" and form.person is not None:
                try:
                    with session.begin_nested():
                        self._do(dispatcher, form)
                except SessionFull:
                    # Somebody was faster; what they hold already stays theirs.
                    full = "utter_move_full" if form.appointment else "utter_session_full"
                    dispatcher.utter_message(response=full)
                    slots = ("appointment_session", "appointment_confirmed", "form_end")
                    return [
                        *(SlotSet(name, None) for name in slots),
                        SlotSet("requested_slot", "appointment_session"),
                        FollowupAction(form.name),
                    ]
                except (AlreadyRegistered, CannotWait):
                    dispatcher.utter_message(
                        response="utter_appointment_changed", buttons=[command("Cek pendaftaran", "check_registration")]
                    )
            form.discard()
        return AppointmentForm.blank()

    def _do(self, dispatcher: CollectingDispatcher, form: AppointmentForm) -> None:
        person, message = form.person, form.message
        if person is None:
            return
        wanted = form.slots["appointment_session"]
        if wanted == WAIT:
            facility_id = int(form.slots["appointment_facility"])
            view = form.registry.wait(form.contact, person.person_id, facility_id, message.id, message.at)
            tell_joined(dispatcher, view, form.person_name)
            return
        done: AppointmentView | None
        if person.appointment is None:
            done = form.registry.book(form.contact, person.person_id, int(wanted), message.id, message.at)
        else:
            done = form.registry.move(form.contact, person.appointment.code, int(wanted), message.id, message.at)
        if done is None:
            raise CannotWait
        dispatcher.utter_message(response="utter_appointment_set", person=form.person_name)
        now = form.registry.mine(form.contact, now=message.at)
        ticket = next(one for one in now if one.person_id == person.person_id).ticket()
        show_ticket(dispatcher, ticket, lambda png: media.put(form.session, png, "image/png"))
