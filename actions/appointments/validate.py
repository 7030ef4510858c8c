"""Takes a message into the conversation about an appointment, and works out what is to be asked next."""

from __future__ import annotations

from typing import Any

from actions.appointments.form import WAIT, AppointmentForm
from actions.appointments.reading import CHOSEN, READERS, UNREADABLE, another_person
from actions.appointments.words import in_a_line
from actions.forms import within
from actions.forms.reading import Reading, Unread
from actions.forms.validate import ValidateForm
from actions.wording import long_date
from siaga.registration.registry import Bookable
from siaga.registration.whose import named
from siaga.registration.wishes import fitting, read_wish


def why(form: AppointmentForm, with_example: bool) -> tuple[str, dict[str, Any]]:
    """Why the open question is asked."""
    return f"utter_why_{form.asked}", {}


within.register(AppointmentForm, why, cancelled="utter_appointment_left")


class ValidateAppointmentForm(ValidateForm[AppointmentForm]):
    """Another time, another place, a first appointment, or the waiting list."""

    form = AppointmentForm
    readers = READERS
    chosen = CHOSEN
    unreadable = UNREADABLE

    def begin(self, form: AppointmentForm) -> None:
        """Whose, and when, may be said already: "jadwal ibu saya pindah ke selasa"."""
        super().begin(form)
        slot, value = form.message.option or ("", "")
        tapped = value if slot == "appointment_person" else None
        people = form.people
        found = named(people, form.message.text) if not tapped else []
        if tapped and any(str(person.person_id) == tapped for person in people):
            form.slots["appointment_person"] = tapped
        elif len(found) == 1:
            form.slots["appointment_person"] = str(found[0].person_id)
        elif not found:
            booked = [person for person in people if person.appointment]
            likely = people if len(people) == 1 else booked
            if len(likely) == 1:
                form.slots["appointment_person"] = str(likely[0].person_id)
        if not form.message.tapped and read_wish(form.message.text, form.message.today):
            form.remember(form.message.text)

    def before(self, form: AppointmentForm) -> bool | None:
        """Somebody else may be named at any question; what was said of when is kept."""
        if form.asked == "appointment_person":
            return None
        other = another_person(form, form.message)
        if other is None:
            return None
        form.slots["attempts"] = None
        form.fill("appointment_person", str(other.person_id))
        if read_wish(form.message.text, form.message.today):
            form.remember(form.message.text)
        return True

    def choose(self, form: AppointmentForm, slot: str, value: str) -> bool:
        """As in every form; a place or a person from an older list is taken, too."""
        if slot in self.chosen and slot != form.asked and form.slots[slot] is None and slot in CHOSEN:
            raise Unread(UNREADABLE[form.asked or slot])
        return super().choose(form, slot, value)

    def apply(self, form: AppointmentForm, slot: str, reading: Reading) -> None:
        """An answer that only brings the question further leaves what the reader has filled in itself."""
        form.slots["attempts"] = None
        form.says.extend(reading.says)
        if reading.value is not None:
            form.fill(slot, reading.value, **reading.draft)
        elif reading.draft.get("elsewhere"):
            form.fill("appointment_facility", None, **reading.draft)
        if reading.end:
            form.end(reading.end)

    def settle(self, form: AppointmentForm) -> None:
        settle(form)

    def example_of(self, form: AppointmentForm) -> tuple[str, dict[str, Any]] | None:
        return f"utter_example_{form.asked}", {}


def settle(form: AppointmentForm) -> None:
    """Fill in what there is no choice about, and end where there is nothing to choose."""
    if form.slots["form_end"] or form.is_done_already:
        return
    if not form.people:
        form.say("utter_no_registrations")
        form.end("nobody")
        return
    if form.slots["appointment_person"] and form.person is None:
        form.fill("appointment_person", None)
    if form.slots["appointment_person"] is None or not _may_look(form):
        return
    if form.slots["appointment_facility"] is None:
        _settle_place(form)
    if form.slots["form_end"] or form.slots["appointment_facility"] is None:
        return
    _settle_session(form)


def _may_look(form: AppointmentForm) -> bool:
    """Whether a place may be looked for; otherwise it is said why not, and this ends."""
    known = form.bookable
    if known is None:
        form.say("utter_appointment_refused", person=form.person_name)
    elif form.appointment is None and _is_to_be_checked(known):
        form.say("utter_appointment_check_again", person=form.person_name)
    else:
        return True
    form.end("refused")
    return False


def _is_to_be_checked(known: Bookable) -> bool:
    """Whether it is open when they may be vaccinated: the registration asks for their health anew."""
    return known.outcome == "not_eligible" or (known.outcome == "postpone" and known.postponed_until is None)


def _settle_place(form: AppointmentForm) -> None:
    current = form.appointment
    if current is not None and not form.draft.get("elsewhere"):
        form.slots["appointment_facility"] = str(current.facility_id)
        if form.sessions():
            return
        form.slots["appointment_facility"] = None
        form.draft["elsewhere"] = True
        form.say("utter_no_other_session_here", facility=current.facility)
    if form.places():
        return
    if current is not None:
        form.say("utter_no_other_session", person=form.person_name, current=in_a_line(current))
        form.end("nothing")
        return
    known = form.bookable
    if known is not None and known.postponed_until and known.postponed_until > form.message.today:
        form.say("utter_appointment_not_before", person=form.person_name, date=long_date(known.postponed_until))
        form.end("nothing")
    elif not form.full_places():
        form.say("utter_no_place_to_wait", person=form.person_name)
        form.end("nothing")


def _settle_session(form: AppointmentForm) -> None:
    offers = form.sessions()
    chosen = form.slots["appointment_session"]
    if chosen not in (None, WAIT) and form.chosen_session() is None:
        form.slots["appointment_session"] = form.slots["appointment_confirmed"] = None
        form.say("utter_session_gone")
    if not offers and form.appointment is not None:
        form.say("utter_no_other_session_here", facility=form.facility_name())
        form.fill("appointment_facility", None, elsewhere=True)
        _settle_place(form)
        return
    wish = form.wish
    if form.slots["appointment_session"] is None and wish is not None and offers:
        left = fitting(wish, offers, form.current_start)
        if len(left) == 1:
            form.slots["appointment_session"] = str(left[0].id)
            form.forget_wish()
        elif not left:
            form.say("utter_no_session_then", facility=form.facility_name())
            form.forget_wish()
