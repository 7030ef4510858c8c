"""Tickets and the state of registrations, as the citizen sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.conversation import Message
from actions.wording import hours, long_date, weekday_date
from siaga import media
from siaga.db import transaction
from siaga.registration.registry import AppointmentView, LocalRegistry, Registered, Ticket
from siaga.registration.ticket import qr_png, qr_text
from siaga.registration.whose import named


def show_ticket(
    dispatcher: CollectingDispatcher,
    ticket: Ticket,
    keep: Callable[[bytes], str],
    until: date | None = None,
    pin: bool = True,
) -> None:
    """The ticket with its QR and a pin on the map; without an appointment, what comes next.

    ``keep`` stores a picture and returns its reference.
    """
    if ticket.appointment is None:
        following = (
            f'Tulis "pilih jadwal" mulai {long_date(until)}.'
            if until
            else 'Tulis "pilih jadwal" kalau sudah siap; kalau semua tempat penuh, Anda bisa masuk daftar tunggu.'
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
        bring=and_list([PAPERS[paper] for paper in place.bring] + ["tiket ini"]),
        sample="\n_Tempat dan jadwal ini contoh, bukan yang sesungguhnya._" if place.is_sample else "",
        json_message=_pin(place) if pin else {},
    )


# The papers of siaga.registration.bringing in the citizen's words.
PAPERS = {
    "ktp": "KTP",
    "kk": "KK atau akta kelahiran",
    "guardian_ktp": "KTP orang tua atau wali yang menemani",
    "vaccine_card": "kartu vaksin",
    "doctor_letter": "surat keterangan dokter",
}


def and_list(words: list[str]) -> str:
    """``KTP, kartu vaksin, dan tiket ini``."""
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"


def _pin(place: AppointmentView) -> dict[str, Any]:
    """The place on the map, where that is known."""
    if place.lat is None or place.lon is None:
        return {}
    return {"location": {"lat": place.lat, "lon": place.lon, "name": place.facility, "address": place.address}}


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> bool:
    """What an option of this module does when it is tapped; False if it is none of them."""
    if slot != "ticket":
        return False
    with transaction() as session:
        mine = LocalRegistry(session).mine(tracker.sender_id, now=Message.of(tracker).at)
        person = next((one for one in mine if one.appointment and one.appointment.code == value), None)
        if person is None:
            dispatcher.utter_message(response="utter_no_such_appointment")
        else:
            show_ticket(dispatcher, person.ticket(), lambda png: media.put(session, png, "image/png"))
    return True


# "tiket saya mana", "minta QR lagi": not how things stand, but the ticket itself.
_TICKET = re.compile(r"\b(?:e-?)?ti(?:k|c|ck)et\w*|\bqr\b|\bbarcode\w*|\bkode\b", re.IGNORECASE)
SHOWN = 3


def show_tickets(dispatcher: CollectingDispatcher, session: Session, people: list[Registered], text: str) -> bool:
    """The tickets that a text asks for, of whom it names, or of all; False if it asks for none, or there is none."""
    if not _TICKET.search(text):
        return False
    having = [person for person in people if person.appointment]
    wanted = named(having, text) or having
    places = set()
    for person in wanted[:SHOWN]:
        ticket = person.ticket()
        # One pin for each place will do.
        show_ticket(
            dispatcher,
            ticket,
            lambda png: media.put(session, png, "image/png"),
            pin=ticket.facility_id not in places,
        )
        places.add(ticket.facility_id)
    return bool(wanted)
