"""Takes a message into the question about the next dose, or sets it aside for the rules to answer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions.conversation import Say
from actions.doses.form import AGE, DATE, KNOWN, NUMBER, PERSON, REGISTERED, VACCINE, Form
from actions.doses.reading import CHOSEN, READERS, UNREADABLE, person_of
from actions.doses.wording import doses_told
from actions.forms import within
from actions.forms.reading import Reading
from actions.forms.state import NONE
from actions.forms.validate import BELIEVED, ValidateForm, is_for_others
from actions.knowledge import knowledge
from siaga.doses import Told, read_told
from siaga.knowledge import Sure
from siaga.registration.answers import read_beneficiary
from siaga.text.vaccines import tells_only_doses

ASK = "ask_next_dose"
ANSWERED, TELL = "answered", "tell"

_CORRECTS = re.compile(
    r"^\W*(?:eh|oh|maaf|waduh|duh|lho|loh|aduh)?[\s,]*(?:salah|ralat|keliru|koreksi|revisi|ganti|ubah|rubah|maksud|bukan)",
    re.IGNORECASE,
)


# "kapan vaksin kedua": theirs, though they do not say so.
_WHEN = re.compile(
    r"\b(?:kapan|kpn|kapam|when|waktunya|saatnya|giliran|jadwal\w*|jatuh\w*|tanggal\s+(?:berapa|brp|piro|pinten))\b",
    re.IGNORECASE,
)

_WHY = {
    PERSON: "utter_why_dose_person",
    NUMBER: "utter_why_dose_number",
    VACCINE: "utter_why_dose_vaccine",
    DATE: "utter_why_dose_date",
    AGE: "utter_why_dose_age",
}
_EXAMPLES = {
    PERSON: "utter_example_dose_person",
    NUMBER: "utter_example_dose_number",
    VACCINE: "utter_example_dose_vaccine",
    DATE: "utter_example_dose_date",
    AGE: "utter_example_dose_age",
}


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """The response that tells why the open question is asked, or how it can be answered."""
    return (_EXAMPLES if with_example else _WHY)[form.asked or PERSON], {}


within.register(Form, why, cancelled="utter_dose_cancelled")


class ValidateDoseForm(ValidateForm[Form]):
    """As few questions as decide: none, where the doses are on file or in the first message."""

    form = Form
    readers = READERS
    chosen = CHOSEN
    unreadable = UNREADABLE

    def open(self, form: Form) -> bool:
        if form.asked in form.answers and form.asked != PERSON and "begun" not in form.draft:
            # The answers have been swept away meanwhile, or this turn has run to its end before.
            if form.message.option or (is_for_others(form) and form.message.intent != ASK):
                return False
            person = form.slots[PERSON]
            self.begin(form)
            form.slots[PERSON] = person
            return True
        return super().open(form)

    def begin(self, form: Form) -> None:
        super().begin(form)
        form.draft["begun"] = True
        slot, value = form.message.option or ("", "")
        if slot == PERSON and value in {f"{REGISTERED}{one.id}" for one in form.people}:
            # From the list of people.
            form.slots[PERSON] = value
            return
        told = read_told(form.words, form.message.today)
        if answered_in_general(form, told):
            return
        form.learn(told)
        form.slots[PERSON] = named(form) or only_one(form, told)

    def before(self, form: Form) -> bool | None:
        if form.message.tapped:
            return None
        told = read_told(form.words, form.message.today)
        corrects = bool(_CORRECTS.match(form.words)) or (
            form.message.intent == "change_answer" and form.message.confidence >= BELIEVED
        )
        if corrects:
            form.slots["attempts"] = None
            if not form.learn(told):
                form.forget_last()
            return True
        if _tells_other(form, told):
            form.slots["attempts"] = None
            form.learn(replace(told, received=told.received or None))
            form.say("utter_dose_noted", known=doses_told(None if told.implied else told.received, told.vaccine))
            return True
        if form.message.intent == ASK and READERS[form.asked or ""](form, form.message) is None:
            # "jadi kapan?": the open question comes again, it is what is needed to tell.
            form.slots["attempts"] = None
            form.learn(told)
            return True
        return None

    def apply(self, form: Form, slot: str, reading: Reading) -> None:
        super().apply(form, slot, reading)
        form.draft["last"] = slot

    def take_along(self, form: Form) -> bool:
        told = read_told(form.words, form.message.today)
        open_still = [slot for slot in (VACCINE, DATE, AGE) if slot != form.asked and form.slots[slot] in (None, NONE)]
        counted = told.received if told.received and not told.implied else None
        return form.learn(
            Told(
                received=counted,
                vaccine=told.vaccine if VACCINE in open_still else None,
                last_on=told.last_on if DATE in open_still else None,
                age=told.age if AGE in open_still else None,
            )
        )

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        return _EXAMPLES[form.asked or PERSON], {}

    def settle(self, form: Form) -> None:
        if form.slots["form_end"]:
            return
        form.ask_outside()
        open_slot = form.still_open()
        for slot in form.answers[1:]:
            if slot == open_slot:
                form.slots[slot] = None
            elif form.slots[slot] is None and open_slot != PERSON:
                known = any(form.draft.get(key) is not None for key in form.draft_of[slot])
                form.slots[slot] = KNOWN if known else NONE
        if open_slot is None:
            form.end(TELL)
        else:
            form.asks_next = open_slot


def _tells_other(form: Form, told: Told) -> bool:
    """Whether a message does not answer the open question, and tells another thing that counts, and nothing else:
    "sinovac kok" to "when?", "sudah 2x" to "which one?"."""
    asked, words = form.asked or "", form.words
    counted = told.received if not told.implied else None
    if asked not in (VACCINE, DATE, AGE) or "?" in words or not (counted or (told.vaccine and asked != VACCINE)):
        return False
    if told.last_on is not None or READERS[asked](form, form.message) is not None:
        return False
    return tells_only_doses(words)


def named(form: Form) -> str | None:
    """Who the first message is about, if it says so, or if a button that was tapped does."""
    tapped = form.message.entity("relation") if form.message.tapped else None
    relation = tapped or read_beneficiary(form.words)
    return person_of(form, relation) if relation else None


def only_one(form: Form, told: Told) -> str | None:
    """Who it is about where nobody was named: themselves, if only they can be meant."""
    own = [one for one in form.people if one.relation == "self"]
    if own and (told.own or len(form.people) == 1):
        return f"{REGISTERED}{own[0].id}"
    return None if form.people else "self"


def answered_in_general(form: Form, told: Told) -> bool:
    """Answer a question about doses in general, where the knowledge base is sure; whether it was one."""
    if not form.words or told.personal or _WHEN.search(form.words) or read_beneficiary(form.words):
        return False
    found = knowledge(form.message.preview).ask(form.words)
    if not isinstance(found, Sure):
        return False
    answer = found.answer
    form.says.append(Say.it("utter_next_dose_in_general", answer=answer.short.strip(), source=answer.source))
    form.end(ANSWERED)
    return True
