"""Tickets and the state of registrations, as the citizen sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, command, option
from actions.wording import hours, long_date, sentence_start, weekday_date, who
from siaga import media
from siaga.db import transaction
from siaga.registration.registry import AppointmentView, LocalRegistry, Registered, Ticket
from siaga.registration.ticket import qr_png, qr_text


def show_ticket(
    dispatcher: CollectingDispatcher, ticket: Ticket, keep: Callable[[bytes], str], until: date | None = None
) -> None:
    """The ticket with its QR; without an appointment, what comes next.

    ``keep`` stores a picture and returns its reference.
    """
    if ticket.appointment is None:
        following = (
            f'Tulis lagi "daftar vaksin" setelah {long_date(until)} untuk memilih jadwal.'
            if until
            else 'Tulis lagi "daftar vaksin" kalau sudah siap memilih jadwal.'
        )
        dispatcher.utter_message(
            response="utter_registered_without_appointment",
            person=ticket.person_name,
            nik=ticket.masked_nik,
            next=following,
        )
        return
    place = ticket.appointment
    dispatcher.utter_message(
        response="utter_ticket",
        image=keep(qr_png(qr_text(place.code))),
        person=ticket.person_name,
        code=place.code,
        facility=place.facility,
        address=place.address,
        date=weekday_date(place.starts_at.date()),
        time=hours(place.starts_at, place.ends_at, place.zone_letters),
        sample="\n_Tempat dan jadwal ini contoh, bukan yang sesungguhnya._" if place.is_sample else "",
    )


def _line(person: Registered) -> str:
    head = f"• *{person.name}* ({sentence_start(who(person.relation))}, NIK {person.masked_nik})"
    if person.appointment is None:
        return f"{head}\n  belum ada jadwal"
    return f"{head}\n  {_where_and_when(person.appointment)}\n  Tiket *{person.appointment.code}*"


def _where_and_when(place: AppointmentView) -> str:
    time = hours(place.starts_at, place.ends_at, place.zone_letters)
    return f"{weekday_date(place.starts_at.date())}, {time}, {place.facility}"


class ActionShowRegistrations(Action):
    """The people registered from this contact, with their appointments."""

    def name(self) -> str:
        return "action_show_registrations"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            people = LocalRegistry(session).mine(tracker.sender_id, now=Message.of(tracker).at)
        if not people:
            dispatcher.utter_message(response="utter_no_registrations")
            return []
        buttons = [
            option(f"Tiket {person.appointment.code}", "ticket", person.appointment.code)
            for person in people
            if person.appointment
        ][:2]
        if any(person.appointment for person in people):
            buttons.append(command("Batalkan jadwal", "cancel_appointment"))
        else:
            buttons.append(command("Daftar vaksin", "register_vaccination"))
        dispatcher.utter_message(
            response="utter_registrations", list="\n".join(_line(person) for person in people), buttons=buttons
        )
        return []


class ActionCancelAppointment(Action):
    """Asks which appointment to cancel, and whether really."""

    def name(self) -> str:
        return "action_cancel_appointment"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            booked = [
                person
                for person in LocalRegistry(session).mine(tracker.sender_id, now=Message.of(tracker).at)
                if person.appointment
            ]
        if not booked:
            dispatcher.utter_message(response="utter_no_appointment")
        elif len(booked) == 1:
            _confirm_cancelling(dispatcher, booked[0])
        else:
            dispatcher.utter_message(
                response="utter_which_appointment",
                buttons=[
                    option(str(person.name), "ask_cancel", person.appointment.code, _where_and_when(person.appointment))
                    for person in booked[:9]
                    if person.appointment
                ],
            )
        return []


def _confirm_cancelling(dispatcher: CollectingDispatcher, person: Registered) -> None:
    place = person.appointment
    if place is None:
        return
    dispatcher.utter_message(
        response="utter_confirm_cancel_appointment",
        person=person.name,
        date=weekday_date(place.starts_at.date()),
        time=hours(place.starts_at, place.ends_at, place.zone_letters),
        facility=place.facility,
        buttons=[option("Ya, batalkan jadwal", "cancel_code", place.code), option("Tidak jadi", "keep", place.code)],
    )


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> bool:
    """What an option of this module does when it is tapped; False if it is none of them."""
    if slot == "keep":
        dispatcher.utter_message(response="utter_appointment_kept")
        return True
    with transaction() as session:
        registry = LocalRegistry(session)
        mine = registry.mine(tracker.sender_id, now=Message.of(tracker).at)
        person = next((one for one in mine if one.appointment and one.appointment.code == value), None)
        if slot == "ticket" and person:
            show_ticket(dispatcher, person.ticket(), lambda png: media.put(session, png, "image/png"))
        elif slot == "ask_cancel" and person:
            _confirm_cancelling(dispatcher, person)
        elif slot == "cancel_code":
            done = registry.cancel(tracker.sender_id, value, Message.of(tracker).id, Message.of(tracker).at)
            dispatcher.utter_message(response="utter_appointment_cancelled" if done else "utter_no_appointment")
        elif slot in ("ticket", "ask_cancel"):
            dispatcher.utter_message(response="utter_no_appointment")
        else:
            return False
    return True
