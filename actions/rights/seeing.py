"""What is kept of a contact: said in short, sent as a file; and how it is put right."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, command, open_form, option
from actions.registration.people import CORRECT, MOST, ROW
from actions.rights.telling import ERASE, WITHDRAW
from actions.rights.wording import names
from siaga.db import transaction
from siaga.people.contacts import ensure_key
from siaga.people.data_requests import ask
from siaga.registration.kept import Kept, kept
from siaga.registration.people import LIVE

CORRECTING = "correct_data"
"""What the option stands for that tells how something is put right."""
CORRECT_IT = option("Perbaiki data", CORRECTING, "how")
_WRONG = re.compile(
    r"\b(?:salah|keliru|kliru|klentu|klintu|lepat|typo|(?:di\s?)?(?:perbaiki|benerin|betulin|betulkan|benarkan|ralat|koreksi|ubah|ganti|"
    r"update|rubah)|mem(?:perbaiki|betulkan)|meralat|mengoreksi|mengubah|mengganti|(?:tidak|tdk|ga|gak|nggak|ora)\s+(?:cocok|sesuai)|"
    r"wrong|correct|change)(?:\s?(?:kan|in|nya))?\b",
    re.IGNORECASE,
)


_DATA = re.compile(r"\b(?:data|nama|nik|ktp|tanggal\s+lahir|tgl\s+lahir|alamat)(?:ku|nya|ne)?\b", re.IGNORECASE)


def is_about_data(text: str) -> bool:
    """Whether a wish to change something is about what is on file: "nama saya salah"."""
    return bool(_DATA.search(text))


class ActionSeeMyData(Action):
    """Says what kinds of data there are and that a file comes; or, where something is wrong, how it is put right."""

    def name(self) -> str:
        return "action_see_my_data"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        if not message.tapped and _WRONG.search(message.text):
            tell_correcting(dispatcher, tracker)
            return []
        with transaction() as session:
            ensure_key(session, tracker.sender_id)
            people = kept(session, tracker.sender_id, message.at)
            asked = ask(session, tracker.sender_id, "see", message_id=message.id, now=message.at)
        if people:
            dispatcher.utter_message(response="utter_my_data", people=_registered(people), more=_more(people))
        else:
            dispatcher.utter_message(response="utter_my_data_none")
        how = "utter_my_data_sent" if asked.is_done else "utter_my_data_comes" if asked.is_new else "utter_my_data_soon"
        dispatcher.utter_message(response=how, buttons=[CORRECT_IT, ERASE, WITHDRAW] if people else [ERASE])
        return []


def _registered(people: list[Kept]) -> str:
    return f"{len(people)} orang ({names(people)})" if len(people) > 1 else names(people)


def _more(people: list[Kept]) -> str:
    """What else there is of the registered."""
    more = ["jadwalnya"] if any(one.person.appointment for one in people) else []
    if any(one.waits for one in people):
        more.append("antreannya")
    return f", dengan {' dan '.join(more)}" if more else ""


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str) -> bool:
    """What an option of this module does when it is tapped; False if it is none."""
    if slot != CORRECTING:
        return False
    tell_correcting(dispatcher, tracker)
    return True


def tell_correcting(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """How data are put right: in words while they are asked for, later by staff who have seen a card."""
    if open_form(tracker) == "registration_form":
        dispatcher.utter_message(response="utter_correct_in_form")
        return
    with transaction() as session:
        people = kept(session, tracker.sender_id, Message.of(tracker).at)
    people = [one for one in people if one.person.status in LIVE]
    if not people:
        dispatcher.utter_message(
            response="utter_correct_nothing", buttons=[command("Hubungi petugas", "talk_to_human")]
        )
        return
    certificate = command("Data di sertifikat", "ask_certificate")
    if len(people) == 1:
        rows = [option("Minta diperbaiki", CORRECT, str(people[0].person.person_id))]
        dispatcher.utter_message(response="utter_correct_one", person=names(people), buttons=[*rows, certificate])
        return
    rows = [option(_title(one), CORRECT, str(one.person.person_id)) for one in people[: MOST - 1]]
    dispatcher.utter_message(
        response="utter_correct_which", buttons=[*rows, certificate], json_message={"list_button": "Pilih orang"}
    )


def _title(one: Kept) -> str:
    return one.name if len(one.name) <= ROW else f"{one.name[: ROW - 1].rstrip()}…"
