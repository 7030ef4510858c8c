"""Takes a message into the request for a certificate, or sets it aside for the rules to answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.certificates.form import (
    BIRTH_DATE,
    CHECK,
    CODE,
    DOSE,
    NIK,
    OPENS,
    OTHER,
    PERSON,
    WHAT,
    WHOSE,
    WORDS,
    WRONG,
    Form,
)
from actions.certificates.reading import (
    CHOSEN,
    READERS,
    UNREADABLE,
    born_beside,
    fits,
    read_nik_answer,
    someone_meant,
    whose_at_once,
)
from actions.forms import within
from actions.forms.reading import Unread
from actions.forms.state import NONE
from actions.forms.validate import ValidateForm
from siaga.certificates import read_wish
from siaga.doses import recorded
from siaga.identity import CodeAsked, Passed, TooMany, may_see, start, started

ASK = "ask_certificate"
# Nobody is asked for these where their data are theirs to see anyway; nor for those where nothing is wrong.
PROOF = (NIK, BIRTH_DATE, CODE)
REPORT = (WRONG, WORDS)


_WHY = {
    PERSON: "utter_why_certificate_person",
    NIK: "utter_why_certificate_nik",
    BIRTH_DATE: "utter_why_certificate_birth_date",
    CODE: "utter_why_certificate_code",
    WRONG: "utter_why_certificate_wrong",
    WORDS: "utter_why_certificate_words",
}
_EXAMPLES = {
    PERSON: "utter_example_certificate_person",
    NIK: "utter_example_nik",
    BIRTH_DATE: "utter_example_birth_date",
    CODE: "utter_example_certificate_code",
    WRONG: "utter_example_certificate_wrong",
    WORDS: "utter_example_certificate_words",
}


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """The response that tells why the open question is asked, or how it can be answered."""
    return (_EXAMPLES if with_example else _WHY)[form.asked or PERSON], {}


within.register(Form, why, cancelled="utter_certificate_cancelled")


class ValidateCertificateForm(ValidateForm[Form]):
    """Whose, then who asks where that is not known, then what is wrong where something is."""

    form = Form
    readers = READERS
    chosen = CHOSEN
    unreadable = UNREADABLE

    def begin(self, form: Form) -> None:
        """What is wanted, and whose, as far as the first message or its button says."""
        super().begin(form)
        what, person = _opened(form)
        wish = read_wish(form.message.question)
        form.slots[WHAT] = what or wish.what
        form.slots[DOSE] = None if what else wish.dose
        form.slots[WRONG] = "missing" if form.slots[WHAT] == "missing" else wish.wrong
        if person is None:
            form.slots[PERSON] = whose_at_once(form, form.message.question)
            return
        if any(one.person_id == person for one in form.people):
            form.slots[PERSON] = str(person)
        elif may_see(form.session, form.contact, person, form.message.at):
            form.slots[PERSON], form.slots[WHOSE] = OTHER, str(person)
        else:
            form.say("utter_option_stale")
            form.end("stale")

    def choose(self, form: Form, slot: str, value: str) -> bool:
        """A button of an earlier answer begins anew."""
        if slot == OPENS:
            self.begin(form)
            return True
        return super().choose(form, slot, value)

    def before(self, form: Form) -> bool | None:
        """ "eh, punya ibu", "bukan, namanya yang salah": what is wanted, or whose, is another than was thought."""
        message = form.message
        if message.tapped or form.asked == WORDS:
            return None
        if form.asked in PROOF and (meant := someone_meant(form, message.text)) not in (None, OTHER):
            form.slots["attempts"] = None
            form.fill(PERSON, meant)
            return True
        if form.asked in (BIRTH_DATE, CODE) and (reading := _nik_in(form)) is not None:
            self.apply(form, NIK, reading)
            if not fits(form):
                form.clear(BIRTH_DATE)
            self.take_along(form)
            return True
        if message.intent != ASK or form.asked == WRONG:
            return None
        wish = read_wish(message.text)
        meant = someone_meant(form, message.text)
        if wish.what == "get" and meant is None:
            # "mana sertifikatnya?": the open question comes again, it is what is needed.
            return None if READERS[form.asked or PERSON](form, message) else True
        form.slots["attempts"] = None
        if wish.what != "get":
            form.slots[WHAT], form.slots[DOSE] = wish.what, wish.dose
            form.slots[WRONG] = wish.wrong
            form.slots[WORDS] = None
        if meant is not None:
            form.fill(PERSON, meant)
        return True

    def take_along(self, form: Form) -> bool:
        """A birth date in the same message as the NIK."""
        if form.slots[NIK] in (None, NONE) or form.slots[BIRTH_DATE] is not None or form.asked == BIRTH_DATE:
            return False
        reading = born_beside(form, form.message)
        if reading is None:
            return False
        form.fill(BIRTH_DATE, reading.value, **reading.draft)
        return True

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        return _EXAMPLES[form.asked or PERSON], {}

    def settle(self, form: Form) -> None:
        if form.slots["form_end"] or form.slots[PERSON] is None:
            return
        if form.slots[PERSON] != OTHER:
            self._settle_own(form)
        elif form.slots[WHOSE] is None:
            self._settle_proof(form)
        elif form.whose is None:
            form.say("utter_certificate_pass_over")
            form.end("pass_over")
        else:
            _leave_out(form, PROOF)
        if not form.slots["form_end"] and form.slots[WHOSE] is not None:
            _settle_report(form)

    def _settle_own(self, form: Form) -> None:
        if form.person is None:
            # They have been removed, or are looked after by somebody else meanwhile.
            form.say("utter_option_stale")
            form.end("stale")
            return
        form.slots[WHOSE] = str(form.person.person_id)
        _leave_out(form, PROOF)

    def _settle_proof(self, form: Form) -> None:
        """Begin a check as soon as NIK and birth date are known."""
        if form.slots[NIK] is None or form.slots[BIRTH_DATE] is None or form.slots[CHECK] is not None:
            return
        message = form.message
        begun = started(form.session, form.contact, message.id, message.at)
        if begun is None:
            nik, born = form.draft.get("nik"), form.draft.get("birth_date")
            if nik is None or born is None:
                # They have been swept away meanwhile.
                form.forget_proof()
                return
            form.keep()  # whoever has no contact yet, as in a shell, has one now
            outcome: Passed | CodeAsked | TooMany = start(
                form.session, form.contact, nik, date.fromisoformat(born), message_id=message.id, now=message.at
            )
        else:
            outcome = begun
        if isinstance(outcome, TooMany):
            form.say("utter_certificate_too_many")
            form.end("too_many")
        elif isinstance(outcome, CodeAsked):
            form.slots[CHECK] = str(outcome.check_id)
        else:
            form.slots[WHOSE] = str(outcome.person_id)
            _leave_out(form, PROOF)


def _opened(form: Form) -> tuple[str | None, int | None]:
    """What a button that opens this says: what is wanted, and of whom."""
    slot, value = form.message.option or ("", "")
    what, _, person = value.partition(":")
    if slot != OPENS or what not in ("get", "correct", "missing") or not person.isdecimal():
        return None, None
    return what, int(person)


def _nik_in(form: Form) -> Any:
    try:
        return read_nik_answer(form, form.message)
    except Unread:
        return None


def _leave_out(form: Form, slots: tuple[str, ...]) -> None:
    for slot in slots:
        if form.slots[slot] is None:
            form.slots[slot] = NONE


def _settle_report(form: Form) -> None:
    """A dose that is said to be missing and is not is simply shown."""
    dose, whose = form.slots[DOSE], form.slots[WHOSE]
    if form.slots[WHAT] == "missing" and dose is not None:
        official = {one.number for one in recorded(form.session, int(whose)) if not one.told}
        if dose in official:
            form.slots[WHAT] = "get"
    if form.slots[WHAT] == "get":
        form.slots[WRONG] = form.slots[WORDS] = NONE
    elif form.slots[WHAT] == "missing":
        form.slots[WRONG] = "missing"
