"""The people registered from a contact: all of them, one of them, and what can be done for that one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.appointments.lists import line, place_options
from actions.conversation import Event, Message, command, option
from actions.registration.tickets import show_tickets
from actions.wording import hours, sentence_start, weekday_date, who
from siaga.db import transaction
from siaga.people.contacts import id_by_key
from siaga.people.tasks import open_task
from siaga.registration.records import AppointmentView, Registered, WaitingView
from siaga.registration.registry import LocalRegistry
from siaga.registration.validation import WAY_ON
from siaga.registration.whose import named
from siaga.text.relations import find_relations

STATUS = {
    "confirmed": "terdaftar",
    "waiting_validation": "menunggu validasi",
    "refused": "belum cocok dengan data resmi",
}
ROW = 24
"""Characters of a row's title."""
MOST = 9
"""Rows, so that one is left for something else."""
# What an option of this module stands for: whom to show, and whose data the desk is to correct.
PERSON, CORRECT = "person", "correct_person"

Waits = Mapping[int, WaitingView]


class ActionShowRegistrations(Action):
    """The people registered from this contact; of several, whom the message names, or all."""

    def name(self) -> str:
        return "action_show_registrations"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        people, waits = _people(tracker, message)
        if not people:
            dispatcher.utter_message(response="utter_no_registrations")
            return []
        if not message.tapped:
            with transaction() as session:
                if show_tickets(dispatcher, session, people, message.text):
                    return []
        asked = [] if message.tapped else asked_for(people, message.text)
        if len(asked) == 1 or len(people) == 1:
            missing = _missing(people, message)
            if missing and not asked:
                dispatcher.utter_message(response="utter_not_registered_here", who=missing)
            _show_one(dispatcher, (asked or people)[0], waits, alone=len(people) == 1)
            return []
        if not asked and (missing := _missing(people, message)):
            dispatcher.utter_message(response="utter_not_registered_here", who=missing)
        _show_all(dispatcher, asked or people, waits)
        return []


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> bool:
    """What an option of this module does when it is tapped; False if it is none of them."""
    if slot not in (PERSON, CORRECT):
        return False
    message = Message.of(tracker)
    people, waits = _people(tracker, message)
    person = next((one for one in people if str(one.person_id) == value), None)
    if person is None:
        dispatcher.utter_message(response="utter_no_registrations")
    elif slot == CORRECT:
        with transaction() as session:
            open_task(
                session,
                "correct_person",
                {"differs": person.refused_for or ""},
                contact_id=id_by_key(session, tracker.sender_id),
                message_id=message.id,
                person_id=person.person_id,
            )
        dispatcher.utter_message(response="utter_correction_noted", person=person.name)
    else:
        _show_one(dispatcher, person, waits, alone=len(people) == 1)
    return True


def _people(tracker: Tracker, message: Message) -> tuple[list[Registered], dict[int, WaitingView]]:
    with transaction() as session:
        registry = LocalRegistry(session)
        people = registry.mine(tracker.sender_id, now=message.at)
        waits = {view.person_id: view for view in registry.waits(tracker.sender_id)} if people else {}
    return people, waits


def asked_for(people: Sequence[Registered], text: str) -> list[Registered]:
    """Whom a message is about; "pendaftaran saya" means all that were made from here, "saya sendiri" only oneself."""
    stressed = any(found.value == "self" for found in find_relations(text))
    found = named(people, text)
    return found if stressed or any(person.relation != "self" for person in found) else _by_name(found, text)


def _by_name(people: Sequence[Registered], text: str) -> list[Registered]:
    said = text.casefold()
    return [person for person in people if person.name and person.name.casefold() in said]


def _missing(people: Sequence[Registered], message: Message) -> str | None:
    """Who is named and has not been registered from here."""
    if message.tapped:
        return None
    relations = {person.relation for person in people}
    named_here = [found.value for found in find_relations(message.text)]
    return who(named_here[0]) if len(named_here) == 1 and named_here[0] not in {*relations, "other"} else None


# ---------------------------------------------------------------------- what is shown
def _show_all(dispatcher: CollectingDispatcher, people: Sequence[Registered], waits: Waits) -> None:
    # A bullet each, with as much as tells them apart; the rest is behind the row.
    lines = [f"• {_head(person)}\n  {_state(person, waits)}" for person in people]
    rows = [
        option(_title(person), PERSON, str(person.person_id), sentence_start(who(person.relation)))
        for person in people[:MOST]
    ]
    dispatcher.utter_message(
        response="utter_registrations",
        list="\n".join(lines),
        buttons=[*rows, command("Daftarkan yang lain", "register_vaccination")],
        json_message={"list_button": "Pilih orang"},
    )


def _show_one(dispatcher: CollectingDispatcher, person: Registered, waits: Waits, alone: bool) -> None:
    lines = [_head(person), f"Status: {STATUS.get(person.status, person.status)}"]
    if person.status == "refused":
        lines.append(WAY_ON)
    place, waiting = person.appointment, waits.get(person.person_id)
    if place is not None:
        lines += [f"🗓 {_where_and_when(place)}", f"Tiket *{place.code}*"]
    elif waiting is not None:
        lines.append(sentence_start(line(waiting)))
    else:
        lines.append("Belum ada jadwal.")
    dispatcher.utter_message(
        response="utter_person",
        person="\n".join(lines),
        buttons=_what_can_be_done(person, waiting, alone),
        json_message={"list_button": "Pilih"},
    )


def _what_can_be_done(person: Registered, waiting: WaitingView | None, alone: bool) -> list[dict[str, str]]:
    place = person.appointment
    about = f"appointment_person={person.person_id}"
    options = []
    if place is not None:
        options.append(option("Lihat tiket", "ticket", place.code))
        options.append(_with("Pindah jadwal", "reschedule_appointment", about))
        options.append(_with("Batalkan jadwal", "cancel_appointment", f"ask_cancel={place.code}"))
    elif waiting is not None and waiting.status == "offered":
        options += place_options(waiting)
    elif waiting is not None:
        options.append(_with("Batal menunggu", "cancel_appointment", f"cancel_which=waiting:{waiting.id}"))
    elif person.status != "refused":
        options.append(_with("Pilih jadwal", "reschedule_appointment", about))
    else:
        options.append(command("Daftar ulang", "register_vaccination"))
    if person.status == "refused":
        options.append(option("Minta dicek petugas", CORRECT, str(person.person_id)))
    options.append(_with("Dosis berikutnya", "ask_next_dose", f"dose_person=person:{person.person_id}"))
    options.append(_with("Sertifikat", "ask_certificate", f"{PERSON}={person.person_id}"))
    if not alone:
        options.append(command("Lihat semua", "check_registration"))
    return options


def _with(title: str, intent: str, chosen: str) -> dict[str, str]:
    """A row that stands for an intent about somebody."""
    return {"title": title, "payload": f'/{intent}{{"option": "{chosen}"}}'}


def _title(person: Registered) -> str:
    name = person.name or person.masked_name
    return name if len(name) <= ROW else f"{name[: ROW - 1].rstrip()}…"


def _head(person: Registered) -> str:
    return f"*{person.name}* ({sentence_start(who(person.relation))}, NIK {person.masked_nik})"


def _state(person: Registered, waits: Waits) -> str:
    status = STATUS.get(person.status, person.status)
    if person.appointment is not None:
        return f"{status} · {_where_and_when(person.appointment)} · tiket *{person.appointment.code}*"
    waiting = waits.get(person.person_id)
    return f"{status} · {line(waiting)}" if waiting is not None else f"{status} · belum ada jadwal"


def _where_and_when(place: AppointmentView) -> str:
    time = hours(place.starts_at, place.ends_at, place.zone_letters)
    return f"{weekday_date(place.starts_at.date())}, {time}, {place.facility}"
