"""Having all data erased: what goes and what stays is said first, and only a fresh yes counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, command, option
from actions.forms import within
from actions.forms.ask import AskQuestion
from actions.forms.reading import Reading
from actions.registration.people import asked_for
from actions.rights.confirming import YES, Confirming, ValidateConfirming, read
from actions.rights.wording import called, given_up, names
from siaga.db import transaction
from siaga.people.contacts import ensure_key
from siaga.people.data_requests import ask, waiting_for
from siaga.registration.kept import Kept
from siaga.text.relations import find_relations

CONFIRMED = "erase_confirmed"
ONE = "erase_one"
"""The slot for whom alone it was asked: a person's number, ``-`` for somebody who is not registered from here."""
_ALL = frozenset({"semua", "semuanya"})
_ALSO = _ALL | frozenset("hapus dihapus hapuskan menghapus saja busak dibusak hilangkan musnahkan".split())


class EraseForm(Confirming):
    """One question."""

    name = "erase_form"
    answers = (CONFIRMED,)
    marks: ClassVar[tuple[str, ...]] = (*Confirming.marks, ONE)
    confirmed = CONFIRMED

    def one(self) -> Kept | None:
        """For whom alone it was asked, where others are registered, too."""
        return next((one for one in self.people if str(one.person.person_id) == self.slots[ONE]), None)


def why(form: EraseForm, with_example: bool) -> tuple[str, dict[str, Any]]:
    """Why it is asked."""
    return "utter_why_erase_confirmed", {}


within.register(EraseForm, why, cancelled="utter_erase_kept")


def read_confirmed(form: EraseForm, message: Message) -> Reading | None:
    # Who asked for one person alone has not said yes to all with a mere "ya".
    return read(form, message, _ALSO, needed=_ALL if form.slots[ONE] else frozenset())


class ValidateEraseForm(ValidateConfirming[EraseForm]):
    """Asks, unless it has been asked for already; takes a yes that is fresh."""

    form = EraseForm
    readers: ClassVar = {CONFIRMED: read_confirmed}
    chosen: ClassVar = {CONFIRMED: lambda form, value: form.answer(value)}
    unreadable: ClassVar = {CONFIRMED: "utter_erase_unreadable"}

    def begin(self, form: EraseForm) -> None:
        super().begin(form)
        ensure_key(form.session, form.contact)
        if (number := waiting_for(form.session, form.contact, "erase")) is not None:
            form.say("utter_erase_already", number=number)
            form.end("asked")
            return
        if form.message.option and form.message.option[0] == CONFIRMED:
            # From a question of long ago.
            form.say("utter_rights_ask_again")
        form.slots[ONE] = _for_one(form)
        form.mark()

    def before(self, form: EraseForm) -> bool | None:
        """Asked for once more, it is asked about once more: that is no yes to what has just been said."""
        if form.message.intent != "delete_my_data" or read_confirmed(form, form.message) is not None:
            return None
        form.slots["attempts"] = None
        form.slots[ONE] = _for_one(form)
        return True

    def settle(self, form: EraseForm) -> None:
        """Nothing follows from one answer."""

    def example_of(self, form: EraseForm) -> tuple[str, dict[str, Any]] | None:
        return "utter_example_erase_confirmed", {}


def _for_one(form: EraseForm) -> str | None:
    """Whether it is to be for somebody alone: "hapus data ibu saya saja"."""
    message = form.message
    if message.tapped or not form.people:
        return None
    meant = asked_for([one.person for one in form.people], message.text)
    if len(meant) == 1 and len(form.people) > 1:
        return str(meant[0].person_id)
    others = {found.value for found in find_relations(message.text)} - {"self"}
    return "-" if others and not meant else None


class AskErase(AskQuestion[EraseForm]):
    """What goes, what stays, and whether really."""

    form = EraseForm
    slot = CONFIRMED

    def ask(self, form: EraseForm) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        keep = form.no("jangan dihapus")
        values = {"gone": "\n".join(f"• {line}" for line in gone(form.people)), "stays": _stays(form.people)}
        if not form.slots[ONE]:
            yes: dict[str, Any] = {
                **option("Ya, hapus semua", CONFIRMED, form.yes()),
                "also": ["hapus semua", "hapus saja"],
            }
            return "utter_ask_erase", values, [yes, keep]
        # A mere "ya" must not be one to all of it: three options, and none that begins with it.
        everything = option("Hapus semua", CONFIRMED, form.yes())
        one = form.one()
        if one is not None and one.agreed:
            just = f'/withdraw_consent{{"option": "withdraw_person={one.person.person_id}"}}'
            alone = {"title": "Untuk 1 orang saja", "payload": just}
            return "utter_ask_erase_for_one", {**values, "person": called(one, form.people)}, [alone, everything, keep]
        return "utter_ask_erase_for_nobody", values, [everything, command("Hubungi petugas", "talk_to_human"), keep]


def gone(people: Sequence[Kept]) -> list[str]:
    """What will not be there any more, a line each."""
    lines = ["percakapan ini, cek gejala, dan jawaban yang belum selesai"]
    if people:
        lines.append(f"pendaftaran {names(people)}, dan sertifikatnya di sini")
    if held := given_up(people):
        lines.append(f"{' dan '.join(held)}; tempatnya untuk orang lain")
    return lines


def _stays(people: Sequence[Kept]) -> str:
    stays = ["laporan yang masih ditangani (tanpa nama dan nomor Anda)"]
    if people:
        stays.append("data orang yang juga didaftarkan dari nomor lain")
        stays.append("catatan suntikan di fasilitas kesehatan")
    return ", ".join(stays)


class ActionFinishErase(Action):
    """Hands the wish on, or leaves all as it is; what was open before goes on, unless it goes, too."""

    def name(self) -> str:
        return "action_finish_erase"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = EraseForm(session, tracker)
            if form.slots["form_end"] == "complete":
                asked = ask(session, form.contact, "erase", message_id=form.message.id, now=form.message.at)
                dispatcher.utter_message(response="utter_erase_asked", number=asked.number)
                return [*form.dropping(), *form.blank()]
            if form.slots["form_end"] == "kept":
                dispatcher.utter_message(response="utter_erase_kept")
            return form.close()


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> list[Event] | None:
    """An option of a question that is not open any more: a yes is asked about again; None if it is none of these."""
    if slot != CONFIRMED:
        return None
    if value.partition(":")[0] == YES:
        return [FollowupAction(EraseForm.name)]
    dispatcher.utter_message(response="utter_erase_kept")
    return []
