"""Taking consent back: for whom, what ends with it, and whether really."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, command, option
from actions.forms import within
from actions.forms.ask import CANCEL, AskQuestion
from actions.forms.reading import Reading, Unread
from actions.registration.form import Form as RegistrationForm
from actions.registration.people import ROW, asked_for
from actions.rights.confirming import YES, Confirming, ValidateConfirming, read
from actions.rights.telling import ERASE
from actions.rights.wording import given_up, names
from actions.wording import sentence_start, who
from siaga.db import transaction
from siaga.registration.kept import Kept
from siaga.registration.whose import named
from siaga.registration.withdrawing import was_withdrawn, withdraw
from siaga.text.normalise import normalise

PERSON, CONFIRMED = "withdraw_person", "withdraw_confirmed"
ALL = "all"
ROWS = 8
"""Persons on one page, beside "Semua" and the way out."""
_ALL_WORDS = frozenset("semua semuanya sedaya sedanten kabeh sadaya seluruhnya sekeluarga all".split())
_ALSO = frozenset("cabut dicabut cabutkan mencabut tarik ditarik batalkan saja semua semuanya".split())


class WithdrawForm(Confirming):
    """``withdraw_person``: a person's number, or all of them."""

    name = "withdraw_form"
    answers = (PERSON, CONFIRMED)
    confirmed = CONFIRMED

    def agreed(self) -> list[Kept]:
        """For whom a consent stands."""
        return [one for one in self.people if one.agreed]

    def concerned(self) -> Sequence[Kept]:
        chosen = self.slots[PERSON]
        return [one for one in self.agreed() if chosen in (ALL, str(one.person.person_id))]

    def was_done(self) -> bool:
        return was_withdrawn(self.session, self.contact, self.message.at)

    def fill(self, slot: str, value: Any, **draft: Any) -> None:
        """For somebody else it is confirmed anew."""
        super().fill(slot, value, **draft)
        if slot == PERSON and value is not None:
            self.slots[CONFIRMED] = None
            self.mark()


def why(form: WithdrawForm, with_example: bool) -> tuple[str, dict[str, Any]]:
    """Why the open question is asked."""
    return f"utter_why_{form.asked}", {}


within.register(WithdrawForm, why, cancelled="utter_withdraw_kept")


def _named(form: WithdrawForm, text: str) -> str | None:
    """Whom a text names: all, or one. "persetujuan saya" is that of whoever was registered; asked for whom, "saya" is
    oneself."""
    if set(normalise(text).split()) & _ALL_WORDS:
        return ALL
    agreed = [one.person for one in form.agreed()]
    people = named(agreed, text) if form.asked == PERSON else asked_for(agreed, text)
    return str(people[0].person_id) if len(people) == 1 else None


def read_person(form: WithdrawForm, message: Message) -> Reading | None:
    found = _named(form, message.text)
    return Reading(found, strong=True) if found else None


def take_person(form: WithdrawForm, value: str) -> Reading:
    """One of those on offer, or all."""
    if value != ALL and not any(str(one.person.person_id) == value for one in form.agreed()):
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


def read_confirmed(form: WithdrawForm, message: Message) -> Reading | None:
    return read(form, message, _ALSO)


class ValidateWithdrawForm(ValidateConfirming[WithdrawForm]):
    """For whom, and whether really."""

    form = WithdrawForm
    readers: ClassVar = {PERSON: read_person, CONFIRMED: read_confirmed}
    chosen: ClassVar = {PERSON: take_person, CONFIRMED: lambda form, value: form.answer(value)}
    unreadable: ClassVar = {PERSON: "utter_withdraw_whose_unreadable", CONFIRMED: "utter_withdraw_unreadable"}

    def begin(self, form: WithdrawForm) -> None:
        """For whom may be said already, or be in the button."""
        super().begin(form)
        agreed = form.agreed()
        if not agreed:
            form.end("in_form" if form.left_open is RegistrationForm else "nobody")
            return
        slot, value = form.message.option or ("", "")
        if slot == CONFIRMED:
            # From a question of long ago.
            form.say("utter_rights_ask_again")
        known = {str(one.person.person_id) for one in agreed}
        wanted = value if slot == PERSON and value in known | {ALL} else _named(form, form.message.text)
        if len(agreed) == 1:
            wanted = next(iter(known))
        if wanted:
            form.fill(PERSON, wanted)

    def before(self, form: WithdrawForm) -> bool | None:
        """At the last question another one may be named: "eh, punya ibu"; asked for again, it is asked about again."""
        if form.asked == CONFIRMED and len(form.agreed()) > 1:
            found = _named(form, form.message.text)
            if found and found != form.slots[PERSON] and read_confirmed(form, form.message) is None:
                form.slots["attempts"] = None
                form.fill(PERSON, found)
                return True
        if form.message.intent == "cancel":
            form.slots["attempts"] = None
            form.end("kept")
            return True
        if (
            form.message.intent != "withdraw_consent"
            or self.readers[form.asked or PERSON](form, form.message) is not None
        ):
            return None
        form.slots["attempts"] = None
        return True

    def settle(self, form: WithdrawForm) -> None:
        """Whoever is not registered any more by now cannot be withdrawn."""
        if not form.slots["form_end"] and form.slots[PERSON] and not form.concerned():
            form.end("nobody")

    def example_of(self, form: WithdrawForm) -> tuple[str, dict[str, Any]] | None:
        return f"utter_example_{form.asked}", {}


class AskWithdraw(AskQuestion[WithdrawForm], ABC):
    """One question of taking consent back."""

    form = WithdrawForm


class AskWithdrawPerson(AskWithdraw):
    """For whom."""

    slot = PERSON

    def custom(self, form: WithdrawForm) -> dict[str, Any]:
        return {"list_button": "Pilih orang"}

    def ask(self, form: WithdrawForm) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        rows = [
            option(_title(one), PERSON, str(one.person.person_id), sentence_start(who(one.person.relation)))
            for one in form.agreed()[:ROWS]
        ]
        return "utter_ask_withdraw_person", {}, [*rows, option("Semua", PERSON, ALL), CANCEL]


def _title(one: Kept) -> str:
    return one.name if len(one.name) <= ROW else f"{one.name[: ROW - 1].rstrip()}…"


class AskWithdrawConfirmed(AskWithdraw):
    """What ends with it, and whether really."""

    slot = CONFIRMED

    def ask(self, form: WithdrawForm) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        people = form.concerned()
        held = given_up(people)
        ends = f"Pendaftarannya dihentikan; {' dan '.join(held)} dibatalkan." if held else "Pendaftarannya dihentikan."
        options: list[dict[str, Any]] = [
            {**option("Ya, cabut", CONFIRMED, form.yes()), "also": ["ya cabut", "cabut saja"]},
            form.no("jangan dicabut"),
        ]
        return "utter_ask_withdraw_confirmed", {"people": names(people, form.people), "ends": ends}, options


class ActionFinishWithdraw(Action):
    """Takes it back, or leaves all as it is; what was open before goes on, except a registration."""

    def name(self) -> str:
        return "action_finish_withdraw"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = WithdrawForm(session, tracker)
            end, message = form.slots["form_end"], form.message
            in_registration = form.left_open is RegistrationForm
            if end == "complete":
                people = [one for one in form.people if form.slots[PERSON] in (ALL, str(one.person.person_id))]
                ids = [one.person.person_id for one in people]
                done = withdraw(session, form.contact, ids, message.at, message_id=message.id)
                dispatcher.utter_message(
                    response="utter_withdrawn",
                    people=names(people, form.people) if form.slots[PERSON] != ALL else "semua orang dari nomor ini",
                    ended=_ended(done.appointments, in_registration),
                    buttons=[ERASE, command("Menu", "show_menu")],
                )
            elif end == "in_form":
                dispatcher.utter_message(response="utter_withdrawn_in_form")
            elif end == "nobody":
                dispatcher.utter_message(response="utter_nothing_agreed", buttons=[ERASE, command("Menu", "show_menu")])
            elif end == "kept":
                dispatcher.utter_message(response="utter_withdraw_kept")
            if in_registration and end in ("complete", "in_form"):
                # It was agreed to in the same words.
                return [*form.dropping(), *form.blank()]
            return form.close()


def _ended(appointments: int, in_registration: bool) -> str:
    ended = ["Pendaftarannya dihentikan"]
    if appointments:
        ended.append("jadwalnya dibatalkan" if appointments == 1 else f"{appointments} jadwal dibatalkan")
    if in_registration:
        ended.append("yang sedang diisi tidak jadi")
    return f"{', '.join(ended)}."


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> list[Event] | None:
    """An option of a question that is not open any more: a yes is asked about again; None if it is none of these."""
    if slot not in (PERSON, CONFIRMED):
        return None
    if slot == PERSON or value.partition(":")[0] == YES:
        return [FollowupAction(WithdrawForm.name)]
    dispatcher.utter_message(response="utter_withdraw_kept")
    return []
