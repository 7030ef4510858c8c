"""Takes a message into the open form, or sets it aside for the rules to answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, speak, was_reopened, was_set_aside
from actions.forms.reading import Reading, Unread
from actions.forms.state import OpenForm
from actions.forms.waiting import STAYS_QUIET, answers_surely, waits
from actions.handoffs.offering import BACK, DESK_CLOSED
from actions.hoaxes.noticing import is_for_check
from actions.knowledge.following import follows_in_form
from actions.radar.reading import asks_of_place
from siaga.db import transaction
from siaga.text.abuse import is_abusive
from siaga.text.questions import is_question
from siaga.text.words import split_words

# What data/rules has something to say to, in every form.
SET_ASIDE = frozenset(
    "cancel stop_messages emergency ask_vaccine_question ask_covid_question ask_tips check_eligibility "
    "ask_next_dose ask_certificate find_facility check_hoax ask_case_data good_news report_incident "
    "start_self_check report_symptoms report_contact ask_why skip_question repeat register_vaccination "
    "talk_to_human greet thanks goodbye ask_capabilities bot_challenge ask_privacy delete_my_data see_my_data "
    "withdraw_consent complaint out_of_scope send_media check_registration cancel_appointment "
    "reschedule_appointment start_messages show_menu late_messages submit_form back_to_bot desk_closed".split()
)
# Above this the classifier is believed over an answer that could also be something else, such as a name.
BELIEVED = 0.6
PLACE_SENT = "share_location"
# In fewer different words hardly anything can be told that is none of our business.
SENTENCE = 3
# Answers to one question that could not be read: with the second comes an example, with the third a way to a person.
EXAMPLE_AT, PERSON_AT = 2, 3

F = TypeVar("F", bound=OpenForm)
Reader = Callable[[F, Message], "Reading | None"]
Chooser = Callable[[F, str], Reading]


class ValidateForm(Action, ABC, Generic[F]):
    """Rasa calls this before each question of a form.

    ``readers`` read words, ``chosen`` what an option of ours stands for, both by slot; ``unreadable`` is the response
    to words that are neither an answer nor anything else. Say ``utter_example_<form>_<slot>`` or
    ``utter_example_<slot>`` in the domain for the second attempt (``example_of`` chooses).
    """

    form: type[F]
    readers: ClassVar[Mapping[str, Any]]
    chosen: ClassVar[Mapping[str, Any]] = {}
    unreadable: ClassVar[Mapping[str, str]]

    def name(self) -> str:
        return f"validate_{self.form.name}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if was_set_aside(tracker, self.form.name):
            # Something else has answered this message; the open question is asked again.
            return [SlotSet("requested_slot", tracker.get_slot("requested_slot"))]
        with transaction() as session:
            form = self.form(session, tracker)
            form.follows_answer = follows_in_form(tracker)
            # Where its own end has opened it once more, this message has been taken.
            if not was_reopened(tracker, self.form.name):
                form.rewind()
                if waits(tracker) and self.is_left_waiting(form):
                    return []
                if not self.open(form):
                    return []
            self.settle(form)
            form.keep()
        speak(dispatcher, form.says)
        return form.events()

    def is_left_waiting(self, form: F) -> bool:
        """Whether a message after an emergency is set aside unread: it is none that goes on with the form."""
        if form.asked not in form.answers:
            return False
        if form.message.intent in SET_ASIDE - STAYS_QUIET and form.message.confidence >= BELIEVED:
            return False
        return not answers_surely(form, self.readers.get(form.asked))

    # ------------------------------------------------------------------ what a form may do in its own way
    def open(self, form: F) -> bool:
        """Begin the form, or take the message; False sets it aside."""
        if form.asked not in form.answers:
            self.begin(form)
            return True
        return self.take(form)

    def begin(self, form: F) -> None:
        """Open the form; what its first message says already may be taken here."""
        form.begin()

    def is_for_radar(self, form: F) -> bool:
        """Whether a message asks how things stand in a place, which then is no answer: "kasus di surabaya berapa?"."""
        message = form.message
        return message.intent == "ask_case_data" and message.confidence >= BELIEVED and asks_of_place(message)

    def before(self, form: F) -> bool | None:
        """Whether the message was taken, or set aside, before it is read as an answer; None: go on."""
        return None

    def take_along(self, form: F) -> bool:
        """Take answers to other questions in the same message; whether there were any."""
        return False

    def instead(self, form: F) -> bool:
        """The last resort for a message that is neither an answer nor for others; whether it was taken."""
        return False

    @abstractmethod
    def settle(self, form: F) -> None:
        """Work out what follows from the answers."""

    def example_of(self, form: F) -> tuple[str, dict[str, Any]] | None:
        """The response, with its values, that shows how the open question can be answered."""
        return f"utter_example_{form.asked}", {}

    # ------------------------------------------------------------------ how a message is taken
    def take(self, form: F) -> bool:
        """Read the message as a choice or an answer; False sets it aside."""
        message, asked = form.message, form.asked
        if asked is None or (message.intent == "emergency" and message.confidence >= BELIEVED):
            return False
        if message.intent in (BACK, DESK_CLOSED):
            # Known for what they are: in no question's words.
            return False
        try:
            if message.option:
                return self.choose(form, *message.option)
            if is_for_check(message):
                return False
            taken = self.before(form)
            if taken is not None:
                return taken
            if self.is_for_radar(form):
                return False
            reading = self.readers[asked](form, message)
            if reading is None or is_something_else(form, reading):
                if is_for_others(form):
                    return False
                if self.take_along(form):
                    return True
            if reading is None:
                if self.instead(form):
                    return True
                if message.intent == PLACE_SENT:
                    form.say("utter_location_not_asked")
                    return True
                raise Unread(self.unreadable[asked])
        except Unread as unread:
            self.not_read(form, unread)
            return True
        self.apply(form, asked, reading)
        self.take_along(form)
        return True

    def choose(self, form: F, slot: str, value: str) -> bool:
        """An option was tapped: of this question, or of one asked before, which then is corrected; of something else it
        is set aside."""
        if slot not in self.chosen:
            return False
        if slot != form.asked and form.slots[slot] is None:
            raise Unread(self.unreadable[form.asked or slot])
        self.apply(form, slot, self.chosen[slot](form, value))
        return True

    def apply(self, form: F, slot: str, reading: Reading) -> None:
        """Write an answer into the form."""
        form.slots["attempts"] = None
        form.says.extend(reading.says)
        form.fill(slot, reading.value, **reading.draft)
        if reading.end:
            form.end(reading.end)

    def not_read(self, form: F, unread: Unread) -> None:
        """Say what is wrong; the second time with an example, the third with a way to a person."""
        attempts = int(form.slots["attempts"] or 0) + 1
        form.slots["attempts"] = attempts
        form.says.append(unread.say)
        if attempts >= EXAMPLE_AT and form.asked and (example := self.example_of(form)):
            form.say(example[0], **example[1])
        if attempts == PERSON_AT and form.message.hand_off is None:
            form.say("utter_offer_person")


def is_something_else(form: OpenForm, reading: Reading) -> bool:
    """Whether a possible answer is more likely a question or a request."""
    message = form.message
    return (
        not reading.strong and message.intent in SET_ASIDE and ("?" in message.text or message.confidence >= BELIEVED)
    )


def is_for_others(form: OpenForm) -> bool:
    """Whether a rule has something to say to this message."""
    message = form.message
    if form.follows_answer:
        return True
    if message.intent == "nlu_fallback":
        return is_question(message.text)
    if message.intent == "out_of_scope":
        return _is_surely_out_of_scope(message)
    return message.intent in SET_ASIDE


def _is_surely_out_of_scope(message: Message) -> bool:
    """Nonsense ("hmm hmm") resembles "out of scope" most: unless that is certain, the question is explained again."""
    if message.confidence < BELIEVED:
        return False
    return len({word.text.casefold() for word in split_words(message.text)}) >= SENTENCE or is_abusive(message.text)
