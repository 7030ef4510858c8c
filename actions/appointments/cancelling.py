"""Giving an appointment up, or leaving a waiting list: whose, and whether really; and taking it back."""

from __future__ import annotations

import re
from abc import ABC
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.appointments.words import in_a_line
from actions.conversation import Event, Message, command, option
from actions.forms import within
from actions.forms.ask import CANCEL, AskQuestion
from actions.forms.reading import Reading, Unread, is_short, yes_or_no
from actions.forms.state import OpenForm
from actions.forms.validate import ValidateForm
from actions.registration.tickets import show_ticket
from siaga import media
from siaga.db import transaction
from siaga.registration.registry import AlreadyRegistered, LocalRegistry, Registered, SessionFull, WaitingView
from siaga.registration.ticket import find_code
from siaga.registration.whose import named

ROWS = 9
_ABOUT_LIST = re.compile(r"\bdaftar\s+tunggu\b|\bwaiting\s?-?list\b|\bantre?(?:an)?\b|\bantri(?:an)?\b", re.IGNORECASE)
_CANCEL_IT = re.compile(r"\b(?:di\s?)?batal(?:kan|in|no|ke|aja|saja)\b|\bhapus\b|\bkeluar(?:kan|in)?\b", re.IGNORECASE)
_BARE_CANCEL = re.compile(r"^\W*(?:batal|cancel)\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Held:
    """What somebody may give up: an appointment, or their place on a waiting list."""

    key: str
    """the appointment's code, or ``waiting:12``"""
    person: Registered
    waiting: WaitingView | None = None

    @property
    def name(self) -> str:
        return self.person.name or self.person.masked_name

    @property
    def in_words(self) -> str:
        if self.waiting is not None:
            return f"daftar tunggu {self.waiting.facility}"
        return in_a_line(self.person.appointment) if self.person.appointment else ""


# What people type who take a cancellation back.
UNDO_WORDS = [
    "tidak jadi batal", "tidak jadi dibatalkan", "tidak jadi", "batal dibatalkan", "jangan dibatalkan", "jangan batal",
    "salah pencet", "salah tekan", "kembalikan", "kembalikan jadwalnya", "undo",
]  # fmt: skip


class CancelForm(OpenForm):
    """Which, and yes."""

    name = "cancel_form"
    answers = ("cancel_which", "cancel_confirmed")

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self.registry = LocalRegistry(session)

    def held(self) -> list[Held]:
        """All that can be given up from this contact."""
        people = self.registry.mine(self.contact, now=self.message.at)
        waits = {view.person_id: view for view in self.registry.waits(self.contact)}
        found = []
        for person in people:
            view = waits.get(person.person_id)
            if person.appointment is not None:
                found.append(Held(person.appointment.code, person))
            elif view is not None:
                found.append(Held(f"waiting:{view.id}", person, view))
        return found

    def chosen(self) -> Held | None:
        """What is to be given up, if it is still held."""
        return next((one for one in self.held() if one.key == self.slots["cancel_which"]), None)

    def fill(self, slot: str, value: Any, **draft: Any) -> None:
        """Another one is confirmed anew."""
        if slot == "cancel_which" and self.slots[slot] != value:
            self.slots["cancel_confirmed"] = None
        super().fill(slot, value, **draft)


def why(form: CancelForm, with_example: bool) -> tuple[str, dict[str, Any]]:
    """Why the open question is asked."""
    return f"utter_why_{form.asked}", {}


within.register(CancelForm, why, cancelled="utter_appointment_kept")


def _named(form: CancelForm, text: str) -> list[Held]:
    """Those that a text names: by the code, by the person, or as "the waiting list"."""
    held = form.held()
    code = find_code(text)
    if code is not None:
        return [one for one in held if one.key == code]
    if _ABOUT_LIST.search(text):
        held = [one for one in held if one.waiting is not None]
    people = {person.person_id for person in named([one.person for one in held], text)}
    by_person = [one for one in held if one.person.person_id in people]
    return by_person or (held if _ABOUT_LIST.search(text) else [])


def read_which(form: CancelForm, message: Message) -> Reading | None:
    found = _named(form, message.text)
    return Reading(found[0].key, strong=True) if len(found) == 1 else None


def take_which(form: CancelForm, value: str) -> Reading:
    """One of those on offer."""
    if not any(one.key == value for one in form.held()):
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


def read_confirmed(form: CancelForm, message: Message) -> Reading | None:
    """ "batal" alone says neither that the appointment is off nor that it stays: it is asked again."""
    if _BARE_CANCEL.match(message.text):
        raise Unread("utter_cancel_or_keep")
    said = yes_or_no(message)
    if said is None and message.intent != "reschedule_appointment" and _CANCEL_IT.search(message.text):
        said = True
    if said is None:
        return None
    if said:
        return Reading(True, strong=is_short(message), end="complete")
    return take_confirmed(form, "no")


def take_confirmed(form: CancelForm, value: str) -> Reading:
    """``yes``, or ``no``, which leaves all as it is."""
    return Reading(value == "yes", strong=True, end="complete" if value == "yes" else "kept")


class ValidateCancelForm(ValidateForm[CancelForm]):
    """Which, and whether really."""

    form = CancelForm
    readers = {"cancel_which": read_which, "cancel_confirmed": read_confirmed}
    chosen = {"cancel_which": take_which, "cancel_confirmed": take_confirmed}
    unreadable = {"cancel_which": "utter_appointment_whose_unreadable", "cancel_confirmed": "utter_cancel_or_keep"}

    def begin(self, form: CancelForm) -> None:
        """Whose may be said already, or be in the button."""
        super().begin(form)
        slot, value = form.message.option or ("", "")
        held = form.held()
        if slot in ("ask_cancel", "cancel_which"):
            found = [one for one in held if one.key == value]
        else:
            found = _named(form, form.message.text)
        if not found and len(held) == 1 and slot not in ("ask_cancel", "cancel_which"):
            found = held
        if len(found) == 1:
            form.slots["cancel_which"] = found[0].key

    def before(self, form: CancelForm) -> bool | None:
        """At the last question another one may be named: "eh, punya ibu"."""
        if form.asked != "cancel_confirmed" or len(form.held()) < 2:
            return None
        found = _named(form, form.message.text)
        if len(found) != 1 or found[0].key == form.slots["cancel_which"]:
            return None
        form.slots["attempts"] = None
        form.fill("cancel_which", found[0].key)
        return True

    def settle(self, form: CancelForm) -> None:
        if form.slots["form_end"]:
            return
        if not form.held():
            form.say("utter_no_appointment")
            form.end("nothing")
        elif form.slots["cancel_which"] and form.chosen() is None:
            form.fill("cancel_which", None)


class AskCancel(AskQuestion[CancelForm], ABC):
    """One question of giving up."""

    form = CancelForm


class AskCancelWhich(AskCancel):
    """Whose."""

    slot = "cancel_which"

    def custom(self, form: CancelForm) -> dict[str, Any]:
        return {"list_button": "Pilih jadwal"}

    def ask(self, form: CancelForm) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        rows = [option(one.name, self.slot, one.key, one.in_words) for one in form.held()[:ROWS]]
        return "utter_which_appointment", {}, [*rows, CANCEL]


class AskCancelConfirmed(AskCancel):
    """Really?"""

    slot = "cancel_confirmed"

    def ask(self, form: CancelForm) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        held = form.chosen()
        values = {"person": held.name, "what": held.in_words} if held else {"person": "", "what": ""}
        if held is not None and held.waiting is not None:
            options = [option("Ya, keluar", self.slot, "yes"), option("Tetap menunggu", self.slot, "no")]
            return "utter_confirm_leave_waiting", values, options
        options = [option("Ya, batalkan jadwal", self.slot, "yes")]
        if held is not None:
            options.append(move_option(held.person.person_id, "Pindah jadwal saja"))
        return "utter_confirm_cancel_appointment", values, [*options, option("Tidak jadi", self.slot, "no")]


def move_option(person_id: int, title: str) -> dict[str, str]:
    """Opens the conversation about somebody's appointment."""
    payload = f'/reschedule_appointment{{"option": "appointment_person={person_id}"}}'
    return {"title": title, "payload": payload}


class ActionFinishCancel(Action):
    """Gives up what was confirmed; with a way back while the place is free."""

    def name(self) -> str:
        return "action_finish_cancel"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = CancelForm(session, tracker)
            end, which = form.slots["form_end"], form.slots["cancel_which"]
            if end == "complete" and which:
                give_up(dispatcher, form.registry, form.contact, which, form.message)
            elif end == "kept":
                dispatcher.utter_message(response="utter_appointment_kept")
            form.discard()
        return CancelForm.blank()


def give_up(
    dispatcher: CollectingDispatcher, registry: LocalRegistry, contact: str, which: str, message: Message
) -> None:
    """Give up an appointment by its code, or a place on a waiting list by ``waiting:12``."""
    if which.startswith("waiting:"):
        left = registry.leave(contact, int(which.rpartition(":")[2]), message.id, message.at)
        dispatcher.utter_message(response="utter_waiting_left" if left else "utter_no_appointment")
        return
    done = registry.cancel(contact, which, message.id, message.at)
    if done is None or done.status != "cancelled":
        dispatcher.utter_message(response="utter_no_appointment")
        return
    options: list[dict[str, Any]] = [{**option("Urungkan", "undo_cancel", which), "also": UNDO_WORDS}]
    if done.person_id is not None:
        options.append(move_option(done.person_id, "Pilih jadwal lain"))
    dispatcher.utter_message(response="utter_appointment_cancelled", buttons=options)


def undo(dispatcher: CollectingDispatcher, tracker: Tracker, code: str) -> None:
    """Take a cancelled appointment back, if its place is still free."""
    message = Message.of(tracker)
    with transaction() as session:
        registry = LocalRegistry(session)
        try:
            with session.begin_nested():
                back = registry.restore(tracker.sender_id, code, message.id, message.at)
        except SessionFull:
            dispatcher.utter_message(
                response="utter_undo_too_late", buttons=[command("Pilih jadwal lain", "reschedule_appointment")]
            )
            return
        except AlreadyRegistered:
            back = None
        mine = registry.mine(tracker.sender_id, now=message.at)
        person = next((one for one in mine if one.appointment and one.appointment.code == code), None)
        if back is None or person is None:
            dispatcher.utter_message(response="utter_no_appointment")
            return
        dispatcher.utter_message(response="utter_cancel_undone")
        show_ticket(dispatcher, person.ticket(), lambda png: media.put(session, png, "image/png"))


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> bool:
    """What an option does when it is tapped outside its form; False if it is none of these."""
    if slot == "undo_cancel":
        undo(dispatcher, tracker, value)
    elif slot == "keep" or (slot == "cancel_confirmed" and value == "no"):
        dispatcher.utter_message(response="utter_appointment_kept")
    elif slot == "cancel_code":
        with transaction() as session:
            give_up(dispatcher, LocalRegistry(session), tracker.sender_id, value, Message.of(tracker))
    else:
        return False
    return True
