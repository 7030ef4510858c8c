"""Reading a message as the answer to one question about an appointment."""

from __future__ import annotations

import re
from typing import Any

from actions.appointments.form import ALL, OTHER, WAIT, AppointmentForm
from actions.conversation import Message, Say
from actions.forms.reading import Reading, Unread, is_short, yes_or_no
from siaga.registration.registry import FacilityView, FullFacility, Registered
from siaga.registration.whose import named
from siaga.registration.wishes import fitting, read_wish

_ELSEWHERE = re.compile(
    r"\b(?:(?:di\s+)?(?:tempat|lokasi|puskesmas|pkm|faskes|rs|klinik)\s*(?:yang|yg)?\s*(?:lain(?:nya)?|laen|beda|liyane)"
    r"|pindah\s+(?:tempat|lokasi|puskesmas|faskes)|ganti\s+(?:tempat|lokasi|puskesmas|faskes)|nggon\s+liyo)\b",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"\bdaftar\s+tunggu\b|\bwaiting\s?-?list\b|\b(?:meng)?ant(?:ri|re|rian|rean)\b"
    r"|\b(?:saya\s+)?(?:tunggu|nunggu|menunggu)\s*(?:aja|saja|ae|deh|dulu)?\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:semua|lihat\s+semua|jadwal\s+lain(?:nya)?|hari\s+lain|yang\s+lain)\b", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[^\w\s]")


# ---------------------------------------------------------------------- whose
def read_person(form: AppointmentForm, message: Message) -> Reading | None:
    found = named(form.people, message.text)
    if len(found) != 1:
        return None
    _note_wish(form, message)
    return take_person(form, str(found[0].person_id))


def take_person(form: AppointmentForm, value: str) -> Reading:
    """One of the people registered from here."""
    if not any(str(person.person_id) == value for person in form.people):
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


def another_person(form: AppointmentForm, message: Message) -> Registered | None:
    """Somebody else whom the message names for certain: "eh, punya ibu saya"."""
    if "?" in message.text or len(form.people) < 2:
        return None
    found = named(form.people, message.text)
    other = len(found) == 1 and str(found[0].person_id) != form.slots["appointment_person"]
    return found[0] if other else None


# ---------------------------------------------------------------------- where
def read_facility(form: AppointmentForm, message: Message) -> Reading | None:
    found = _place_named(form, message.text)
    if found is None:
        return None
    _note_wish(form, message)
    return take_facility(form, found)


def _place_named(form: AppointmentForm, text: str) -> str | None:
    """The id of the only place on offer that a text names, by a word of its name or by its kecamatan."""
    said = set(_plain(text).split())
    places: list[FacilityView | FullFacility] = [*form.places()]
    if form.appointment is None:
        places += form.full_places()
    for words_of in (lambda place: place.name, lambda place: place.district_name or ""):
        words = {place.id: {word for word in _plain(words_of(place)).split() if len(word) > 2} for place in places}
        telling = {word for word in said if sum(word in names for names in words.values()) == 1}
        found = [place_id for place_id, names in words.items() if names & telling]
        if len(found) == 1:
            return str(found[0])
    return None


def _plain(text: str) -> str:
    return " ".join(_NOT_LETTERS.sub(" ", text.casefold()).split())


def take_facility(form: AppointmentForm, value: str) -> Reading:
    """A place on offer, a full one, or ``OTHER``: the list of places."""
    if value == OTHER:
        return Reading(None, draft={"elsewhere": True}, strong=True)
    known = {place.id for place in form.places()}
    if form.appointment is None:
        known |= {place.id for place in form.full_places()}
    if value not in map(str, known):
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


# ---------------------------------------------------------------------- when
def read_session(form: AppointmentForm, message: Message) -> Reading | None:
    text = message.text
    if _ELSEWHERE.search(text):
        return elsewhere(form)
    if form.appointment is None and _WAITS.search(text):
        return take_session(form, WAIT)
    offers = form.sessions()
    wish = read_wish(text, message.today)
    if wish is not None:
        left = fitting(wish, offers, form.current_start)
        if len(left) == 1:
            form.forget_wish()
            return Reading(str(left[0].id), strong=True)
        if not left:
            form.forget_wish()
            return Reading(None, says=(Say.it("utter_no_session_then", facility=form.facility_name()),), strong=True)
        form.remember(text)
        return Reading(None, strong=True)
    if _ALL.search(text) and offers:
        return take_session(form, ALL)
    found = _place_named(form, text)
    if found is not None and found != form.slots["appointment_facility"]:
        form.fill("appointment_facility", found)
        return Reading(None, strong=True)
    said = yes_or_no(message)
    if said and not offers:
        return take_session(form, WAIT)
    if said and len(form.shown()) == 1:
        return take_session(form, str(form.shown()[0].id))
    if said is False:
        return Reading(None, strong=is_short(message), end="kept", says=(Say.it(kept(form)),))
    return None


def elsewhere(form: AppointmentForm) -> Reading:
    """The list of places is asked for."""
    form.fill("appointment_facility", None, elsewhere=True)
    return Reading(None, strong=True)


def take_session(form: AppointmentForm, value: str) -> Reading:
    """A session on offer, ``ALL`` of them, or ``WAIT`` for one, which needs no further question."""
    if value == WAIT and form.appointment is None:
        return Reading(WAIT, strong=True, end="complete")
    if value == ALL:
        form.forget_wish()
        return Reading(None, strong=True)
    if not any(str(offer.id) == value for offer in form.sessions()):
        raise Unread("utter_choice_unreadable")
    form.forget_wish()
    return Reading(value, strong=True)


def kept(form: AppointmentForm) -> str:
    """What is said to somebody who does not want to go on."""
    return "utter_appointment_kept" if form.appointment else "utter_appointment_not_booked"


# ---------------------------------------------------------------------- sure?
def read_confirmed(form: AppointmentForm, message: Message) -> Reading | None:
    """Yes; another day or place, which is taken at once; no, which asks for the day again."""
    wish = read_wish(message.text, message.today)
    if wish is not None or _ELSEWHERE.search(message.text) or _ALL.search(message.text):
        chosen = form.chosen_session()
        if not (wish and chosen and fitting(wish, [chosen], form.current_start) and yes_or_no(message)):
            form.slots["appointment_session"] = None
            again = read_session(form, message)
            if again is not None:
                if again.value is not None:
                    form.fill("appointment_session", again.value)
                return Reading(None, says=again.says, strong=True)
    said = yes_or_no(message)
    if said is None:
        return None
    if said:
        return Reading(True, strong=is_short(message), end="complete")
    return take_confirmed(form, "no")


def take_confirmed(form: AppointmentForm, value: str) -> Reading:
    """``yes``, or ``no``: another day."""
    if value == "yes":
        return Reading(True, strong=True, end="complete")
    form.slots["appointment_session"] = None
    form.forget_wish()
    return Reading(None, strong=True)


def _note_wish(form: AppointmentForm, message: Message) -> None:
    if read_wish(message.text, message.today):
        form.remember(message.text)


READERS: dict[str, Any] = {
    "appointment_person": read_person,
    "appointment_facility": read_facility,
    "appointment_session": read_session,
    "appointment_confirmed": read_confirmed,
}
CHOSEN: dict[str, Any] = {
    "appointment_person": take_person,
    "appointment_facility": take_facility,
    "appointment_session": take_session,
    "appointment_confirmed": take_confirmed,
}
UNREADABLE = {
    "appointment_person": "utter_appointment_whose_unreadable",
    "appointment_facility": "utter_choice_unreadable",
    "appointment_session": "utter_appointment_when_unreadable",
    "appointment_confirmed": "utter_yes_no_unreadable",
}
