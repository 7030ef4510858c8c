"""Takes a message into a report: what it tells already is not asked, what is wrong is changed by itself."""

from __future__ import annotations

import re
from typing import Any

from actions.forms import within
from actions.forms.reading import Unread, is_short
from actions.forms.validate import BELIEVED, ValidateForm, is_for_others
from actions.reports.form import ANSWER, ANSWERED, COMPLETE, LONGEST, Form
from actions.reports.reading import UNREADABLE, chosen_answer, field_named, read_answer, skips
from actions.reports.telling import REPORT, asked, by_number, understood
from actions.reports.understanding import understand, wishes_to_stay_unknown
from siaga.reports import asks_status, find_code, kinds_now, read_when, recorded_by, where
from siaga.reports.kinds import OTHER
from siaga.text.questions import is_question

INTENT = "report_incident"
_PICTURES = ("image",)
_SLIP = r"(?:salah(?!\s+(?:satu|paham|suntik|obat))|ralat|keliru|koreksi|revisi|maksud(?:nya|ku|\s+saya)?)"
_CORRECTS = re.compile(
    rf"^\W*(?:(?:eh|oh|maaf|waduh|duh|lho|loh|aduh|sori|sorry|bukan)\W+)*(?:{_SLIP}|ganti|ubah|rubah)\b", re.IGNORECASE
)
_IS_WRONG = re.compile(rf"\b(?:{_SLIP}|harusnya|seharusnya|mestinya|ganti|ubah|diganti|diubah|bukan)\b", re.IGNORECASE)
# What only leads to the right value.
_LEAD = re.compile(
    rf"\b(?:eh|oh|maaf|waduh|duh|lho|sori|sorry|{_SLIP}|harusnya|seharusnya|mestinya|ganti|ubah|rubah|diganti|diubah|jadi|menjadi|"
    r"yang\s+benar|yg\s+bener|yang\s+bener|ternyata|bukan)\b",
    re.IGNORECASE,
)
_MORE = 3
"""So many words beside the summary are something more to tell."""
_WHY = {
    "what": "utter_why_report_what",
    "where": "utter_why_report_where",
    "region": "utter_why_report_where",
    "when": "utter_why_report_when",
    "picture": "utter_why_report_picture",
    "name": "utter_why_report_name",
    "confirm": "utter_why_report_confirm",
    "change": "utter_why_report_confirm",
}
_EXAMPLES = {
    "what": "utter_example_report_what",
    "where": "utter_example_report_where",
    "region": "utter_example_report_region",
    "when": "utter_example_report_when",
}


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """The response that tells why the open question is asked."""
    return _WHY[form.question()], {}


within.register(Form, why, cancelled="utter_report_cancelled")


class ValidateReportForm(ValidateForm[Form]):
    """One question of the form, asked with what is missing next until the summary is sent."""

    form = Form
    readers = {ANSWER: read_answer}
    chosen = {ANSWER: chosen_answer}
    unreadable = {ANSWER: UNREADABLE["what"]}

    def open(self, form: Form) -> bool:
        if form.asked == ANSWER and not form.draft:
            if recorded_by(form.session, form.message.id):
                # The turn ran to its end, and died before it was kept.
                form.end(COMPLETE)
                return True
            # The answers have been swept away meanwhile: what this message tells is a new beginning.
            if form.message.intent != INTENT and (form.message.option or is_for_others(form)):
                return False
            self.begin(form)
            return True
        return super().open(form)

    def begin(self, form: Form) -> None:
        super().begin(form)
        if asks_status(form.words):
            form.says.append(asked(form.session, form.contact, form.words, form.message))
            form.end(ANSWERED)
            return
        form.draft = {"left": [], "last": None, "change": False, **understand(form, form.words).found}
        if form.files:
            form.draft["picture"] = form.files[0]
        form.slots["attempts"] = None
        known = understood(form)
        if form.kind is not None and form.kind.needs_help:
            form.say("utter_report_start_urgent")
        elif not known:
            form.say("utter_report_start")
        if known:
            form.say("utter_report_understood", known=known)

    def take(self, form: Form) -> bool:
        if form.message.intent == "emergency" and form.message.confidence >= BELIEVED and not form.message.tapped:
            # Danger is answered first, by the rules. What was told is in the report all the same.
            add(form, form.words)
            form.keep()
            return False
        return super().take(form)

    def choose(self, form: Form, slot: str, value: str) -> bool:
        if slot == REPORT and (code := find_code(value)):
            form.says.append(by_number(form.session, form.contact, code, form.message))
            return True
        if slot != ANSWER:
            return False
        self.apply(form, slot, chosen_answer(form, value))
        return True

    def not_read(self, form: Form, unread: Unread) -> None:
        if unread.say.response == UNREADABLE["what"] and form.question() != "what":
            unread = Unread(UNREADABLE[form.question()])
        super().not_read(form, unread)

    def before(self, form: Form) -> bool | None:
        message = form.message
        point = message.entity("location")
        if point:
            place = where.from_pin(point["lat"], point["lon"])
            if place is None:
                raise Unread("utter_residence_outside")
            spot = form.place.place if form.place else None
            kept = {**place.kept(), "place": spot}
            form.slots["attempts"] = None
            form.draft |= form.learn("where", kept)
            return True
        if form.files:
            if (taken := self._file(form)) is not None:
                return taken
        elif message.intent == "send_media":
            return False
        if asks_status(form.words):
            form.says.append(asked(form.session, form.contact, form.words, message))
            return True
        if form.question() != "name" and is_short(message) and wishes_to_stay_unknown(form.words):
            # Said before it is asked.
            form.slots["attempts"] = None
            form.draft["name"] = "no"
            form.say("utter_report_unknown_noted")
            return True
        if skips(form):
            form.slots["attempts"] = None
            form.draft |= form.leave_out(form.question())
            return True
        if corrects(form):
            return correct(form)
        if form.question() == "confirm" and is_more(form):
            add(form, form.words)
            form.slots["attempts"] = None
            return True
        if message.intent == INTENT and not message.tapped and read_answer(form, message) is None:
            return self._told_again(form)
        if message.intent == INTENT and not message.tapped:
            reading = read_answer(form, message)
            if reading is not None:
                self.apply(form, ANSWER, reading)
                return True
        return None

    def _file(self, form: Form) -> bool | None:
        """A picture is kept, whatever is asked; its caption, if there is one, is read on."""
        kind = form.message.entity("media_kind")
        if kind is not None and kind not in _PICTURES:
            return False
        is_asked = form.question() == "picture"
        last = form.draft.get("last")
        form.draft |= form.learn("picture", form.files[0])
        if not is_asked:
            form.draft["last"] = last
        if kind is None and not is_asked:
            return None
        form.slots["attempts"] = None
        if not is_asked:
            form.say("utter_report_picture_kept")
        return True

    def _told_again(self, form: Form) -> bool:
        """A report in the middle of a report: what it tells that is missing is taken, else the question comes again."""
        found = understand(form, form.words).found
        new = {name: value for name, value in found.items() if form.draft.get(name) is None}
        if not new and form.what is not None:
            raise Unread(UNREADABLE[form.question()])
        form.slots["attempts"] = None
        form.draft |= new
        return True

    def settle(self, form: Form) -> None:
        if form.slots["form_end"]:
            return
        form.slots[ANSWER] = None
        if form.draft.pop("sent", False) and form.question() in ("confirm", "change"):
            form.end(COMPLETE)
            form.slots[ANSWER] = COMPLETE

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        response = _EXAMPLES.get(form.question())
        return (response, {}) if response else None


def is_more(form: Form) -> bool:
    """Whether more is told where the summary waits for a yes: neither an answer nor a question, nor for others."""
    return (
        read_answer(form, form.message) is None
        and not is_question(form.words)
        and len(form.words.split()) >= _MORE
        and (form.message.intent == INTENT or not is_for_others(form))
    )


def add(form: Form, text: str) -> None:
    """What is told once more belongs to what happened; a kind that goes first is taken over from it."""
    former = form.what
    told = understand(form, text).found
    form.draft["what"] = (f"{former}\n{text.strip()}" if former else text.strip())[:LONGEST]
    kinds = kinds_now()
    kind = kinds.by_id(told.get("kind"))
    if form.kind is None or form.kind.id == OTHER or (kind and kind.needs_help and not form.kind.needs_help):
        form.draft["kind"] = kind.id if kind else form.draft.get("kind") or OTHER
    for name in ("where", "when", "name"):
        if form.draft.get(name) is None and name in told:
            form.draft[name] = told[name]
    form.draft["change"] = False


def corrects(form: Form) -> bool:
    """Whether the message takes something back: only where something has been told."""
    if not form.what and not form.place:
        return False
    text = form.words
    if form.message.intent == "change_answer" and form.message.confidence >= BELIEVED:
        return True
    if _CORRECTS.match(text):
        return True
    at_the_end = form.question() in ("confirm", "change")
    named = field_named(text)
    return at_the_end and named is not None and (form.question() == "change" or bool(_IS_WRONG.search(text)))


def correct(form: Form) -> bool:
    """A correction: with the new value it is taken at once, without it that part is asked again."""
    form.slots["attempts"] = None
    text = form.words
    named = field_named(text)
    rest = " ".join(_LEAD.sub(" ", text).split()).strip(" ,.:;-")
    if wishes_to_stay_unknown(text):
        form.draft |= form.learn("name", "no")
        return True
    if named in ("where", "when", "picture", "name", "what"):
        value = _value(form, named, rest)
        if value is None:
            form.reopen(named)
        else:
            form.draft |= form.learn(named, value)
            if named == "where":
                form.draft["left"] = [one for one in form.draft["left"] if one != "region"]
        return True
    place, time = where.told(rest), read_when(rest, form.at, form.zone)
    if place is not None or time is not None:
        form.draft |= form.learn("where", place.kept()) if place else {}
        form.draft |= form.learn("when", time.kept()) if time else {}
        return True
    if form.draft.get("last") in ("where", "region") and rest and (other := where.answered(rest)):
        form.draft |= form.learn("where", other.kept())
        return True
    if len(rest.split()) >= 2:
        # What was told first stays beside what it should be: nobody has to guess which part is meant.
        add(form, f"Ralat: {rest}")
        return True
    last = form.draft.get("last")
    if form.question() in ("confirm", "change") and not last:
        form.draft["change"] = True
    elif last and last != "kind":
        form.reopen(last)
    else:
        form.draft["change"] = True
    return True


def _value(form: Form, field: str, rest: str) -> Any:
    """The new value of a named part, if the message tells it."""
    without = " ".join(word for word in rest.split() if field_named(word) != field)
    if field == "where":
        place = where.answered(without) if without else None
        return place.kept() if place else None
    if field == "when":
        time = read_when(rest, form.at, form.zone, asked=True)
        return time.kept() if time else None
    if field == "what" and len(without.split()) >= _MORE:
        form.draft["kind"] = understand(form, without).found.get("kind") or OTHER
        return without[:LONGEST]
    return None
