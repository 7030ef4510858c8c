"""Takes a message into the registration form, or sets it aside for the rules to answer."""

from __future__ import annotations

import re
from typing import Any

from actions.facilities import telling
from actions.forms import within
from actions.forms.reading import Reading, Unread
from actions.forms.validate import BELIEVED, ValidateForm, is_for_others
from actions.registration.explain import why
from actions.registration.form import ASKED_ANEW, NONE, Form
from actions.registration.numbers import take_nik
from actions.registration.official import settle_official
from actions.registration.reading import (
    CHOSEN,
    READERS,
    REGISTER,
    UNREADABLE,
    names_home,
    nik_digits,
    take_place,
    tells_more,
)
from actions.wording import long_date, sentence_start
from siaga.eligibility import Ask, Outcome
from siaga.privacy import mask_name
from siaga.registration import forms
from siaga.registration.answers import (
    field_named,
    name_inside,
    read_beneficiaries,
    read_beneficiary,
    sure_beneficiaries,
)
from siaga.registration.nik import birth_dates, read_nik
from siaga.registration.steps import ANSWERS, FIELD_NAMES, WHICH, changeable, in_a_sentence
from siaga.text.nik import find_nik
from siaga.text.questions import is_question
from siaga.text.relations import find_relations

within.register(Form, why, cancelled="utter_registration_cancelled", menu="utter_menu_in_form")

# Not said by anybody: WhatsApp tells that the form was sent.
FORM_SENT = "submit_form"

_CORRECTS = re.compile(
    r"^\W*(?:eh|oh|maaf|waduh|duh|lho|loh|aduh)?[\s,]*(?:salah|ralat|keliru|koreksi|revisi|ganti|ubah|rubah|maksud)",
    re.IGNORECASE,
)
_NOT_THEM = re.compile(
    r"^\W*(?:(?:eh|oh|maaf|waduh|duh|lho|loh|aduh|sori|sorry)\W+)*(?:bukan|bkn|dudu|sanes|salah|ralat|keliru|ganti|maksud)",
    re.I,
)
_NIK_OF = re.compile(r"\b(?:nik|ktp)(?:\s*nya|e)?\W+(?:(?:dari|punya|punyanya|milik|si|utk|untuk)\W+)?$", re.IGNORECASE)
_ASKS_HOW = re.compile(r"\b(?:cara(?:ne|nya|ku|nipun)?|gimana|gmn|bagaimana|bgmn|piye|pripun|kepriye)\b", re.IGNORECASE)


class ValidateRegistrationForm(ValidateForm[Form]):
    """The registration, whose answers may be corrected at any time."""

    form = Form
    readers = READERS
    chosen = CHOSEN
    unreadable = UNREADABLE

    def open(self, form: Form) -> bool:
        if form.message.intent == FORM_SENT:
            take_form(self, form)
            return True
        return super().open(form)

    def begin(self, form: Form) -> None:
        """Who it is for may have been said already."""
        super().begin(form)
        told = form.message.entity("relation") if form.message.tapped else None
        named = [one for one in str(told or "").split(",") if one] or read_beneficiaries(form.message.text)
        form.slots["beneficiary"] = named[0] if named else None
        form.slots["next_people"] = named[1:] or None
        slot, value = form.message.option or ("", "")
        form.slots["facility_wanted"] = value if slot == "facility" and value.isdigit() else None

    def take(self, form: Form) -> bool:
        lost = form.slots["consent"] and form.asked != "consent" and not form.draft
        if lost and not _in_danger(form) and form.message.option != ("consent", "no"):
            return _without_draft(form)
        return super().take(form)

    def before(self, form: Form) -> bool | None:
        asks_about_one = form.asked == "facility" and is_question(form.message.text)
        if asks_about_one and (about := telling.about(form.session, form.message.text, form.message.at)):
            form.says.append(about)
            return True
        if form.message.intent == REGISTER and _ASKS_HOW.search(form.message.text):
            form.say("utter_registration_how")
            return True
        if form.asked == "consent" and take_whom(form):
            return True
        if form.asked == "nik" and (whom := somebody_else(form)):
            form.fill("beneficiary", whom)
            form.slots["attempts"] = None
            form.say("utter_changed", field=in_a_sentence("beneficiary"))
            if not nik_digits(form.message.text):
                return True
        if form.asked == "nik" and more_than_asked(form):
            self.take_along(form)
            form.say("utter_nik_first")
            form.slots["attempts"] = None
            return True
        return True if corrects(form) and correct(self, form) else None

    def take_along(self, form: Form) -> bool:
        return take_along(self, form)

    def instead(self, form: Form) -> bool:
        if form.asked == "consent" and tells_more(form.message):
            form.say("utter_consent_first")
            form.slots["attempts"] = ASKED_ANEW
            return True
        return corrects(form) and bool(changeable(form.slots)) and reopen(form, WHICH)

    def settle(self, form: Form) -> None:
        settle(form)

    def choose(self, form: Form, slot: str, value: str) -> bool:
        """As in every form; also says what was changed by it, and opens an answer that was chosen to be changed."""
        if slot == "change":
            return reopen(form, value)
        if slot == "facility" and form.asked != slot and form.slots[slot] is None and value.isdigit():
            # "Daftar di sini", of a place that was shown in between.
            form.slots["facility_wanted"] = value
            return True
        reading = CHOSEN[slot](form, value) if slot in CHOSEN and form.slots[slot] is not None else None
        if reading is not None and slot != form.asked and _holds(form, slot, reading):
            # Tapped twice, or an old button that says what is known.
            return True
        taken = super().choose(form, slot, value)
        changed = reading is not None and (reading.value is not None or slot == "health")
        if changed and slot != form.asked and slot in FIELD_NAMES:
            form.say("utter_changed", field=in_a_sentence(slot))
        return taken

    def apply(self, form: Form, slot: str, reading: Reading) -> None:
        if reading.end != "complete":
            form.slots["change"] = form.slots["change"] if reading.value is None and slot == "confirmed" else None
        super().apply(form, slot, reading)

    def not_read(self, form: Form, unread: Unread) -> None:
        form.slots["change"] = None
        super().not_read(form, unread)

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        asking = form.verdict() if form.asked == "health" else None
        return f"utter_example_{form.asked}", {"example": asking.example} if isinstance(asking, Ask) else {}


def _in_danger(form: Form) -> bool:
    return form.message.intent == "emergency" and form.message.confidence >= BELIEVED


def take_form(validate: ValidateRegistrationForm, form: Form) -> None:
    """Take over what was filled in in the form, as if it had been answered here; a registration may begin with it.

    It was checked when it was filled in, but for what may have changed since: whether the person is registered.
    """
    filled = forms.sent_answers(form.session, form.contact)
    if not filled:
        # Given up in between; the open question, or the first one, is asked.
        return
    if form.asked not in form.answers:
        # A draft left over is not this person's.
        form.draft = {}
    form.slots["attempts"] = form.slots["change"] = None
    consented = {"consented_at": filled["consented_at"], "consent_message": form.message.id}
    form.fill("consent", True, **consented)
    form.fill("beneficiary", filled["beneficiary"])
    nik = take_nik(form, filled["nik"])
    validate.apply(form, "nik", nik)
    if nik.end:
        return
    form.fill("birth_date", "✓", birth_date=filled["birth_date"], birth_date_matches=filled["birth_date_matches"])
    form.fill("full_name", mask_name(filled["name"]), name=filled["name"])
    validate.apply(form, "residence", take_place(filled["regency"], filled["district"] or NONE))
    form.say("utter_form_taken")


def _without_draft(form: Form) -> bool:
    """The answers behind the slots are gone: this turn ran before, or a sweep has removed them."""
    if form.end_again():
        return True
    if form.registry.ticket_of(form.message.id):
        form.end("complete")
        return True
    if is_for_others(form):
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


def take_whom(form: Form) -> bool:
    """While consent is asked, take who it is for, which is no yes: "daftar bapak"; the question then names them."""
    message = form.message
    named = [] if message.tapped else sure_beneficiaries(message.text)
    if not named or READERS["consent"](form, message) is not None:
        return False
    if message.intent != REGISTER and is_for_others(form):
        return False
    form.slots["beneficiary"], form.slots["next_people"] = named[0], named[1:] or None
    form.slots["attempts"] = ASKED_ANEW
    if tells_more(message):
        form.say("utter_consent_first")
    return True


def somebody_else(form: Form) -> str | None:
    """For whom it is after all, where the NIK is asked: "eh bukan, buat bapak", "nik bapak saya 3578…"."""
    text = form.message.text
    named = [] if form.message.tapped or is_question(text) else sure_beneficiaries(text)
    if len(named) != 1 or named[0] == form.slots["beneficiary"]:
        return None
    theirs = any(_NIK_OF.search(text[: found.start]) for found in find_relations(text) if found.value == named[0])
    return named[0] if theirs or _NOT_THEM.match(text) else None


def more_than_asked(form: Form) -> bool:
    """Whether everything but the NIK is told where that is asked: "saya Warga Uji 001 lahir 3 mei 1961"."""
    message = form.message
    if nik_digits(message.text) or not tells_more(message):
        return False
    return message.intent == "out_of_scope" or not is_for_others(form)


def take_along(validate: ValidateRegistrationForm, form: Form) -> bool:
    """Take answers to other questions in the same message, such as a name beside the NIK; whether there were any."""
    text = form.message.text
    if not form.slots["consent"] or form.slots["form_end"]:
        return False
    taken = False
    if form.slots["full_name"] is None and form.asked != "full_name" and (name := name_inside(text)):
        form.fill("full_name", mask_name(name), name=name)
        taken = True
    # "ortu" at first, "bapak" now: the more exact word is kept.
    if (
        form.slots["beneficiary"] in (None, "other")
        and form.asked != "beneficiary"
        and (named := sure_beneficiaries(text))
    ):
        whom = named[0]
        if form.slots["beneficiary"] is None:
            form.slots["next_people"] = named[1:] or form.slots["next_people"]
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
                    validate.apply(form, slot, reading)
    return taken


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


def correct(validate: ValidateRegistrationForm, form: Form) -> bool:
    """A correction in words: with the new value it is taken at once, without it the question is asked again."""
    message = form.message
    field = field_named(message.text) or _field_told(form)
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
    validate.apply(form, field, reading)
    if reading.end:
        return True
    if reading.value is not None:
        form.say("utter_changed", field=in_a_sentence(field))
    else:
        form.slots[field] = None
        form.asks_next = field
    return True


def _field_told(form: Form) -> str | None:
    """Which answer is told anew without being named: "eh salah, di Waru Sidoarjo"."""
    message = form.message
    if find_nik(message.text):
        return "nik"
    if form.asked != "residence" and (message.entity("district") or message.entity("regency")):
        return "residence"
    return None


def settle(form: Form) -> None:
    """Work out what follows from the answers: a birth date that still fits, the eligibility, a place to choose from."""
    if form.slots["form_end"] or not form.slots["consent"]:
        return
    _settle_birth_date(form)
    settle_official(form)
    if form.slots["form_end"]:
        return
    _settle_health(form)
    if form.slots["facility"] not in (None, NONE) and form.slots["session"] is None and not form.sessions():
        # The last place there went while this was being filled in.
        form.say("utter_session_gone")
        form.clear("facility")
    wants_place = form.slots["health"] == "eligible" and form.slots["residence"] and form.slots["facility"] is None
    if wants_place and form.slots["facility_wanted"]:
        wants_place = not _take_wanted(form)
    if wants_place and not form.places():
        form.say("utter_no_facility")
        form.slots["facility"] = form.slots["session"] = NONE


def _take_wanted(form: Form) -> bool:
    """Choose the place that the registration began with, if it has room; whether it has."""
    wanted, form.slots["facility_wanted"] = form.slots["facility_wanted"], None
    offers = form.registry.sessions(int(wanted), now=form.message.at)
    if not offers:
        form.say("utter_facility_wanted_full")
        return False
    form.fill("facility", wanted)
    form.say("utter_facility_wanted", facility=offers[0].facility_name)
    return True


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
