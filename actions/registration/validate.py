"""Takes a message into the registration form, or sets it aside for the rules to answer."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, speak, was_set_aside
from actions.registration.form import FORM, NONE, Form
from actions.registration.reading import (
    CHOSEN,
    READERS,
    UNREADABLE,
    Reading,
    Unread,
    names_home,
    take_nik,
    take_place,
)
from actions.wording import long_date, sentence_start
from siaga.db import transaction
from siaga.eligibility import Ask, Outcome
from siaga.privacy import mask_name
from siaga.registration import drafts, forms
from siaga.registration.answers import field_named, name_inside, read_beneficiary
from siaga.registration.nik import birth_dates, read_nik
from siaga.registration.steps import ANSWERS, FIELD_NAMES, WHICH, changeable, in_a_sentence
from siaga.text.nik import find_nik
from siaga.text.questions import is_question

# What data/rules/registration.yml answers "di tengah pendaftaran".
SET_ASIDE = frozenset(
    "cancel stop_messages emergency ask_vaccine_question ask_covid_question ask_tips check_eligibility "
    "ask_next_dose ask_certificate find_facility check_hoax ask_case_data good_news report_incident "
    "start_self_check report_symptoms report_contact ask_why skip_question repeat register_vaccination "
    "talk_to_human greet thanks goodbye ask_capabilities bot_challenge ask_privacy delete_my_data complaint "
    "out_of_scope send_media check_registration cancel_appointment reschedule_appointment start_messages "
    "show_menu late_messages".split()
)
# Not said by anybody: WhatsApp tells that the form was sent.
FORM_SENT = "submit_form"
# Above this the classifier is believed over an answer that could also be something else, such as a name.
BELIEVED = 0.6
EXAMPLE_AT, PERSON_AT = 2, 3

_CORRECTS = re.compile(
    r"^\W*(?:eh|oh|maaf|waduh|duh|lho|loh|aduh)?[\s,]*(?:salah|ralat|keliru|koreksi|revisi|ganti|ubah|rubah|maksud)",
    re.IGNORECASE,
)


class ValidateRegistrationForm(Action):
    """Rasa calls this before each question of the form."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if was_set_aside(tracker, FORM):
            # Something else has answered this message; the open question is asked again.
            return [SlotSet("requested_slot", tracker.get_slot("requested_slot"))]
        with transaction() as session:
            form = Form(session, tracker)
            if form.message.intent == FORM_SENT:
                take_form(form)
            elif form.asked is None:
                begin(form)
            elif not take(form):
                return []
            settle(form)
            form.keep()
        speak(dispatcher, form.says)
        return form.events()


def take_form(form: Form) -> None:
    """Take over what was filled in in the form, as if it had been answered here; a registration may begin with it.

    It was checked when it was filled in, but for what may have changed since: whether the person is registered.
    """
    filled = forms.sent_answers(form.session, form.contact)
    if not filled:
        # Given up in between; the open question, or the first one, is asked.
        return
    if form.asked is None:
        # A draft left over is not this person's.
        form.draft = {}
    form.slots["attempts"] = form.slots["change"] = None
    consented = {"consented_at": filled["consented_at"], "consent_message": form.message.id}
    form.fill("consent", True, **consented)
    form.fill("beneficiary", filled["beneficiary"])
    nik = take_nik(form, filled["nik"])
    apply(form, "nik", nik)
    if nik.end:
        return
    form.fill("birth_date", "✓", birth_date=filled["birth_date"], birth_date_matches=filled["birth_date_matches"])
    form.fill("full_name", mask_name(filled["name"]), name=filled["name"])
    apply(form, "residence", take_place(filled["regency"], filled["district"] or NONE))
    form.say("utter_form_taken")


def begin(form: Form) -> None:
    """Open the form: a draft left over is not this person's, and who it is for may have been said already."""
    drafts.discard(form.session, form.contact)
    form.draft = {}
    form.slots["beneficiary"] = read_beneficiary(form.message.text)


def take(form: Form) -> bool:
    """Read the message as an answer, a choice or a correction; False sets it aside."""
    message, asked = form.message, form.asked
    if asked is None or (message.intent == "emergency" and message.confidence >= BELIEVED):
        return False
    if form.slots["consent"] and asked != "consent" and not form.draft:
        return _without_draft(form)
    try:
        if message.option:
            return choose(form, *message.option)
        if corrects(form) and correct(form):
            return True
        reading = READERS[asked](form, message)
        if reading is None or _is_something_else(form, reading):
            if _is_for_others(form):
                return False
            if take_along(form):
                return True
        if reading is None:
            if corrects(form) and changeable(form.slots):
                return reopen(form, WHICH)
            raise Unread(UNREADABLE[asked])
    except Unread as unread:
        form.slots["change"] = None
        _not_read(form, unread)
        return True
    apply(form, asked, reading)
    take_along(form)
    return True


def _without_draft(form: Form) -> bool:
    """The answers behind the slots are gone: this turn ran before, or a sweep has removed them."""
    if form.registry.ticket_of(form.message.id):
        form.end("complete")
        return True
    if _is_for_others(form):
        return False
    for slot in ANSWERS:
        form.slots[slot] = None
    return True


def corrects(form: Form) -> bool:
    """Whether the message takes something back, or says which part to change after that was asked."""
    message = form.message
    chosen = form.slots["change"] == WHICH and field_named(message.text) is not None
    believed = message.intent == "change_answer" and message.confidence >= BELIEVED
    return chosen or believed or bool(_CORRECTS.match(message.text)) or _another_nik(form)


def _another_nik(form: Form) -> bool:
    """Whether a whole NIK comes, for the same person, that is not the one given: typed anew, or an edited message."""
    text = form.message.text
    numbers = {candidate.digits for candidate in find_nik(text) if candidate.complete}
    known = form.draft.get("nik")
    same_person = read_beneficiary(text) in (None, form.slots["beneficiary"])
    return bool(known and numbers) and known not in numbers and same_person


def _is_something_else(form: Form, reading: Reading) -> bool:
    """Whether a possible answer is more likely a question or a request."""
    message = form.message
    return (
        not reading.strong and message.intent in SET_ASIDE and ("?" in message.text or message.confidence >= BELIEVED)
    )


def _is_for_others(form: Form) -> bool:
    """Whether a rule has something to say to this message.

    Nonsense resembles "out of scope" most: unless that is certain, the question is explained again.
    """
    message = form.message
    if message.intent == "nlu_fallback":
        return is_question(message.text)
    return message.intent in SET_ASIDE and (message.intent != "out_of_scope" or message.confidence >= BELIEVED)


def apply(form: Form, slot: str, reading: Reading) -> None:
    """Write an answer into the form."""
    form.slots["attempts"] = None
    if reading.end != "complete":
        form.slots["change"] = form.slots["change"] if reading.value is None and slot == "confirmed" else None
    form.says.extend(reading.says)
    form.fill(slot, reading.value, **reading.draft)
    if reading.end:
        form.end(reading.end)


def take_along(form: Form) -> bool:
    """Take answers to other questions in the same message, such as a name beside the NIK; whether there were any."""
    text = form.message.text
    if not form.slots["consent"] or form.slots["registration_end"]:
        return False
    taken = False
    if form.slots["full_name"] is None and form.asked != "full_name" and (name := name_inside(text)):
        form.fill("full_name", mask_name(name), name=name)
        taken = True
    # "ortu" at first, "bapak" now: the more exact word is kept.
    if (
        form.slots["beneficiary"] in (None, "other")
        and form.asked != "beneficiary"
        and (whom := read_beneficiary(text))
    ):
        taken = whom != form.slots["beneficiary"]
        form.fill("beneficiary", whom)
    here = form.message.entity("location") is not None or names_home(text)
    early = {"nik": bool(find_nik(text)), "residence": here}
    for slot, given in early.items():
        if form.slots[slot] is None and form.asked != slot and given:
            taken = True
            try:
                reading = READERS[slot](form, form.message)
            except Unread as unread:
                form.says.append(unread.say)
            else:
                if reading:
                    apply(form, slot, reading)
    return taken


def choose(form: Form, slot: str, value: str) -> bool:
    """An option was tapped: of this question, or of one asked before, which then is corrected."""
    if slot == "change":
        return reopen(form, value)
    if slot not in CHOSEN or (slot != form.asked and form.slots[slot] is None):
        raise Unread(UNREADABLE[form.asked or "confirmed"])
    reading = CHOSEN[slot](form, value)
    if slot != form.asked and _holds(form, slot, reading):
        # Tapped twice, or an old button that says what is known.
        return True
    apply(form, slot, reading)
    if slot != form.asked and slot in FIELD_NAMES and (reading.value is not None or slot == "health"):
        form.say("utter_changed", field=in_a_sentence(slot))
    return True


def _holds(form: Form, slot: str, reading: Reading) -> bool:
    """Whether an answer given before already says this."""
    known = reading.value in (None, form.slots[slot])
    return known and all(form.draft.get(key) == value for key, value in reading.draft.items())


def reopen(form: Form, field: str) -> bool:
    """Ask one answer again; for ``WHICH``, or an answer that was not given yet, ask which."""
    form.slots["attempts"] = None
    if field not in changeable(form.slots):
        form.slots["change"] = WHICH
        form.asks_next = form.asked
        return True
    form.slots["change"] = None
    form.clear(field)
    form.asks_next = field
    return True


def correct(form: Form) -> bool:
    """A correction in words: with the new value it is taken at once, without it the question is asked again."""
    message = form.message
    field = field_named(message.text) or ("nik" if find_nik(message.text) else None)
    if field is None or form.slots[field] is None:
        return False
    kept = dict(form.slots), dict(form.draft)
    try:
        form.draft = {**form.draft, "typed_date": None}
        reading = READERS[field](form, message)
    except Unread as unread:
        form.slots, form.draft = kept
        form.says.append(unread.say)
        return reopen(form, field)
    if reading is None or (reading.value is None and not reading.draft):
        form.slots, form.draft = kept
        return reopen(form, field)
    apply(form, field, reading)
    if reading.end:
        return True
    if reading.value is not None:
        form.say("utter_changed", field=in_a_sentence(field))
    else:
        form.slots[field] = None
        form.asks_next = field
    return True


def _not_read(form: Form, unread: Unread) -> None:
    """Say what is wrong; the second time with an example, the third with a way to a person."""
    attempts = int(form.slots["attempts"] or 0) + 1
    form.slots["attempts"] = attempts
    form.says.append(unread.say)
    if attempts >= EXAMPLE_AT and form.asked:
        values = {}
        if form.asked == "health" and isinstance(asking := form.verdict(), Ask):
            values = {"example": asking.example}
        form.say(f"utter_example_{form.asked}", **values)
    if attempts == PERSON_AT:
        form.say("utter_offer_person")


def settle(form: Form) -> None:
    """Work out what follows from the answers: a birth date that still fits, the eligibility, a place to choose from."""
    if form.slots["registration_end"] or not form.slots["consent"]:
        return
    _settle_birth_date(form)
    _settle_health(form)
    wants_place = form.slots["health"] == "eligible" and form.slots["residence"] and form.slots["facility"] is None
    if wants_place and not form.places():
        form.say("utter_no_facility")
        form.slots["facility"] = form.slots["session"] = NONE


def _settle_birth_date(form: Form) -> None:
    known = form.birth_date
    if known is None or "nik" not in form.draft or not form.draft.get("birth_date_matches"):
        return
    if known not in birth_dates(read_nik(form.draft["nik"]), form.message.today):
        form.clear("birth_date")


def _settle_health(form: Form) -> None:
    before = form.slots["health"]
    if form.slots["residence"] is None or form.birth_date is None:
        return
    verdict = form.verdict()
    if isinstance(verdict, Ask):
        form.slots["health"] = None
        return
    form.slots["health"] = verdict.kind
    form.draft["outcome"] = {
        "kind": verdict.kind,
        "until": verdict.until.isoformat() if verdict.until else None,
        "version": verdict.version,
    }
    if verdict.kind == before:
        return
    _tell(form, verdict)
    if verdict.kind == "not_eligible":
        form.end("not_eligible")
    elif verdict.kind == "eligible":
        if form.slots["facility"] == NONE:
            form.slots["facility"] = form.slots["session"] = None
    else:
        form.slots["facility"] = form.slots["session"] = NONE


def _tell(form: Form, outcome: Outcome) -> None:
    """Good news in one line; bad news as what, why, what next."""
    values = {
        "who": form.who,
        "who_start": sentence_start(form.who),
        "reason": " ".join(outcome.reasons),
        "source": "; ".join(outcome.sources),
    }
    if outcome.kind == "postpone" and outcome.until:
        form.say("utter_postpone", date=long_date(outcome.until), **values)
    elif outcome.kind == "postpone":
        form.say("utter_postpone_open", **values)
    else:
        form.say(f"utter_{outcome.kind}", **values)
