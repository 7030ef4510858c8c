"""A few questions for planning, after a registration: as many as ``content/details`` has, and each may be left out."""

from __future__ import annotations

from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, command, option
from actions.forms import within
from actions.forms.ask import AskQuestion
from actions.forms.reading import Reading, Unread, yes_or_no
from actions.forms.state import OpenForm
from actions.forms.validate import ValidateForm
from actions.wording import sentence_start, who
from siaga.db import transaction
from siaga.details import Question, asked_now, keep
from siaga.registration.registry import LocalRegistry, Registered

ANSWER = "details_answer"
SKIPPED = ""
SKIP = option("Lewati", ANSWER, "-")


class Form(OpenForm):
    """One person's answers. ``draft``: ``person`` (id), ``answers`` by question; what was left out is empty."""

    name = "details_form"
    answers = (ANSWER,)

    def person(self) -> Registered | None:
        """Whom it is about, if this contact registered them."""
        mine = LocalRegistry(self.session).mine(self.contact, now=self.message.at)
        return next((one for one in mine if one.person_id == self.draft.get("person")), None)

    def question(self) -> Question | None:
        """The first that is open."""
        given = self.draft.get("answers", {})
        return next((question for question in asked_now().questions if question.id not in given), None)

    @property
    def may_keep(self) -> bool:
        return bool(self.draft.get("person"))


def read_answer(form: Form, message: Message) -> Reading | None:
    """What was answered to the open question, in words."""
    question = form.question()
    if question is None:
        return None
    values = question.read(message.text)
    if not values and "none" in question.options and yes_or_no(message) is False:
        values = ("none",)
    if not values and message.intent == "skip_question":
        return take(form, question, SKIPPED)
    if not values:
        return None
    return take(form, question, ",".join(values), strong="?" not in message.text)


def take(form: Form, question: Question, value: str, strong: bool = True) -> Reading:
    """Keep one answer; the form goes on until none is open."""
    return Reading(None, draft={"answers": {**form.draft.get("answers", {}), question.id: value}}, strong=strong)


def chosen(form: Form, value: str) -> Reading:
    """A tapped option: ``question:value``, or to leave the question out."""
    question = form.question()
    if question is None:
        raise Unread("utter_choice_unreadable")
    if value == "-":
        return take(form, question, SKIPPED)
    name, _, answer = value.partition(":")
    named = asked_now().by_id(name)
    if named is None or answer not in named.options:
        raise Unread("utter_choice_unreadable")
    return take(form, named, answer)


class ValidateDetailsForm(ValidateForm[Form]):
    """Takes answers until there is no question left."""

    form = Form
    readers: ClassVar = {ANSWER: read_answer}
    chosen: ClassVar = {ANSWER: chosen}
    unreadable: ClassVar = {ANSWER: "utter_choice_unreadable"}

    def begin(self, form: Form) -> None:
        """About whom: as the option says that opened it, if it is one of theirs."""
        super().begin(form)
        slot, value = form.message.option or ("", "")
        form.draft = {"person": int(value) if slot == "details" and value.isdecimal() else None, "answers": {}}
        if form.person() is None:
            form.draft = {}
            form.end("stale")

    def choose(self, form: Form, slot: str, value: str) -> bool:
        # There is one slot, asked again and again: an option of an earlier question corrects that one.
        if slot == "details":
            return True
        if slot != ANSWER:
            return False
        self.apply(form, slot, chosen(form, value))
        return True

    def settle(self, form: Form) -> None:
        if form.slots["form_end"] is None and form.question() is None:
            form.slots[ANSWER] = "✓"

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        return "utter_example_details", {}


class AskDetails(AskQuestion[Form]):
    """The open question; before the first one, what it is for."""

    form = Form
    slot = ANSWER

    def custom(self, form: Form) -> dict[str, Any]:
        return {"list_button": "Pilih jawaban"}

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        details, question, person = asked_now(), form.question(), form.person()
        if question is None:
            raise RuntimeError("every question is answered, and yet one is asked")
        whom = who(person.relation if person else None)
        text = question.ask.format(who=whom, who_start=sentence_start(whom))
        options = [option(label, ANSWER, f"{question.id}:{value}") for value, label in question.options.items()]
        if form.draft.get("answers"):
            return "utter_ask_details", {"question": text}, [*options, SKIP]
        first = {"question": text, "purpose": details.purpose, "kept": details.kept}
        return "utter_ask_details_first", first, [*options, SKIP]


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """Why the open question is asked."""
    question, details = form.question(), asked_now()
    return "utter_why_details", {"why": question.why if question else "", "kept": details.kept}


within.register(Form, why, cancelled="utter_details_cancelled")


class ActionFinishDetails(Action):
    """Keeps what was answered, and thanks."""

    def name(self) -> str:
        return "action_finish_details"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            person = form.person()
            answers = {name: value for name, value in form.draft.get("answers", {}).items() if value != SKIPPED}
            if person is not None and answers:
                keep(
                    session,
                    person.person_id,
                    answers,
                    version=asked_now().version,
                    message_id=form.message.id,
                    at=form.message.at,
                )
            form.discard()
        stale = form.slots["form_end"] == "stale"
        dispatcher.utter_message(response="utter_option_stale" if stale else "utter_details_done")
        return Form.blank()


def offer(dispatcher: CollectingDispatcher, person_id: int) -> None:
    """Ask, once a registration is done, whether the questions are welcome."""
    buttons = [
        option("Boleh", "details", str(person_id)),
        command("Daftar yang lain", "register_vaccination"),
        command("Menu", "show_menu"),
    ]
    dispatcher.utter_message(response="utter_details_offer", purpose=asked_now().purpose, buttons=buttons)


def choose(slot: str) -> list[Event] | None:
    """What an option of this module starts; None if it is none."""
    return [FollowupAction(Form.name)] if slot == "details" else None
