"""A person's rights in the conversation: seeing, putting right, taking consent back, having all erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select, update

from actions.conversation import TAKEN_UP, was_set_aside
from actions.forms.beside import LEFT_OPEN
from actions.forms.within import ActionShowMenu
from actions.menu import ActionChooseOption
from actions.rights.confirming import ASKED, GOOD_FOR
from actions.rights.erasing import ActionFinishErase, AskErase, ValidateEraseForm
from actions.rights.seeing import ActionSeeMyData
from actions.rights.withdrawing import ActionFinishWithdraw, AskWithdraw, ValidateWithdrawForm
from actions.unsure import ActionAcknowledge
from siaga.db import transaction
from siaga.dialogue.memory import masked
from siaga.dialogue.reading import typed_option
from siaga.people import drafts
from siaga.people.tables import Consent, DataRequest, Task
from siaga.registration import booking
from siaga.registration.people import registered_by
from siaga.registration.steps import progress
from siaga.registration.tables import Session as VaccinationSession
from siaga.turns.messages import Option
from siaga.turns.offers import Offered
from tests.conversation.chat import NOW, Chat, Played, played
from tests.plain_yaml import domain
from tests.registration.given import contact, facility, held, nik, submission

ERASING = Played("erase_form", ValidateEraseForm(), {AskErase.slot: AskErase()}, ActionFinishErase())
WITHDRAWING: Played = played(ValidateWithdrawForm, AskWithdraw, ActionFinishWithdraw)
YES, NO = "Ya, hapus semua", "Tidak jadi"


class Given:
    """One contact, who may have registered people; a place with one session tomorrow."""

    def __init__(self) -> None:
        with transaction() as session:
            self.key = contact(session)
            self.session = held(session, facility(session), starts_at=NOW + timedelta(days=1))

    def register(self, serial: int = 1, **differs: Any) -> int:
        with transaction() as session:
            values = {"session_id": self.session, "at": NOW, "consented_at": NOW, **differs}
            wanted = submission(self.key, serial=serial, **values)
            booking.register(session, wanted)
            return registered_by(session, self.key, NOW)[-1].person_id

    def erasing(self, text: str = "hapus data saya") -> Chat:
        chat = Chat(self.key, form=ERASING)
        chat.say(text, "delete_my_data")
        return chat

    def withdrawing(self, text: str = "cabut persetujuan saya") -> Chat:
        chat = Chat(self.key, form=WITHDRAWING)
        chat.say(text, "withdraw_consent")
        return chat


@pytest.fixture
def given(database: str) -> Given:
    return Given()


def wished() -> list[str]:
    with transaction() as session:
        return list(session.execute(select(DataRequest.kind).order_by(DataRequest.id)).scalars())


def standing() -> int:
    with transaction() as session:
        return int(session.execute(select(func.count()).where(Consent.withdrawn_at.is_(None))).scalar_one())


def run(
    action: Any, key: str, text: str, intent: str, form: str | None = None, **entities: Any
) -> list[dict[str, Any]]:
    """What an action of its own says."""
    dispatcher = CollectingDispatcher()
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"message_id": f"wamid.{text}", "at": NOW.isoformat(), "kind": "option" if entities else "text"},
    }
    loop = {"name": form} if form else {}
    tracker = Tracker(key, {}, message, [{"event": "user"}], False, None, loop, None)
    run.events = action.run(dispatcher, tracker, {})  # type: ignore[attr-defined]
    return list(dispatcher.messages)


def titles(said: dict[str, Any]) -> list[str]:
    return [button["title"] for button in said["buttons"]]


# ---------------------------------------------------------------------- erasing
def test_what_goes_is_said_and_a_yes_hands_the_wish_on(given: Given) -> None:
    given.register()
    chat = given.erasing()
    assert chat.responses == ["utter_ask_erase"]
    asked = chat.said[-1]
    assert "pendaftaran *Warga*" in asked["gone"] and "jadwal" in asked["gone"] and "percakapan" in asked["gone"]
    assert "laporan" in asked["stays"] and "fasilitas kesehatan" in asked["stays"]
    assert list(chat.options) == [YES, NO]
    assert wished() == []
    chat.tap(YES)
    assert chat.responses == ["utter_erase_asked"] and not chat.open
    assert chat.said[0]["number"].startswith("HD-")
    assert wished() == ["erase"]


def test_asked_twice_it_is_the_same_number(given: Given) -> None:
    chat = given.erasing()
    chat.tap(YES)
    number = chat.said[0]["number"]
    again = given.erasing()
    assert again.responses == ["utter_erase_already"] and not again.open
    assert again.said[0]["number"] == number
    assert wished() == ["erase"]


@pytest.mark.parametrize(
    "text", ["iya", "ya hapus aja semua", "hapus", "iyo busak kabeh", "nggih dihapus mawon", "Ya, hapus semua"]
)
def test_a_plain_yes_counts(given: Given, text: str) -> None:
    chat = given.erasing()
    chat.say(text, "affirm")
    assert wished() == ["erase"], text


@pytest.mark.parametrize("text", ["gak jadi deh", "jangan", "tidak", "ga usah dihapus", "ora sido", "batal"])
def test_a_no_leaves_everything(given: Given, text: str) -> None:
    chat = given.erasing()
    chat.say(text, "cancel" if text == "batal" else "deny")
    assert chat.responses == ["utter_erase_kept"] and not chat.open
    assert wished() == []


@pytest.mark.parametrize(
    "text",
    [
        "qwerty asdf", "ya tapi jadwalnya jangan", "iya gimana ya", "ya?", "hapus data saya", "mungkin", "sudah",
        "ok lah kapan",
    ],
)  # fmt: skip
def test_anything_else_is_no_yes(given: Given, text: str) -> None:
    chat = given.erasing()
    chat.say(text, "delete_my_data" if "data" in text else "nlu_fallback")
    assert chat.open and wished() == []


def test_nonsense_is_explained_then_shown(given: Given) -> None:
    chat = given.erasing()
    chat.say("qwerty")
    assert chat.responses == ["utter_erase_unreadable", "utter_ask_erase"]
    chat.say("asdf")
    assert chat.responses == ["utter_erase_unreadable", "utter_example_erase_confirmed", "utter_ask_erase"]


def test_a_yes_from_an_hour_ago_is_asked_about_again(given: Given) -> None:
    chat = given.erasing()
    old = chat.options[YES]
    chat.later(GOOD_FOR + timedelta(minutes=1))
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_rights_ask_again", "utter_ask_erase"] and wished() == []
    chat.choose(YES, old)
    assert chat.responses == ["utter_rights_ask_again", "utter_ask_erase"] and wished() == [], "a former question's"
    chat.tap(YES)
    assert wished() == ["erase"]


def test_the_mark_of_a_question_is_kept_as_it_is(given: Given) -> None:
    """Digits, and what is called a name, are masked where the conversation is kept."""
    chat = in_registration(given, ERASING, "hapus data saya", "delete_my_data")
    for slot in (ASKED, LEFT_OPEN):
        event = {"event": "slot", "name": slot, "value": chat.slots[slot]}
        assert masked(event, None)["value"] == chat.slots[slot]
    for form, slots in domain()["forms"].items():
        for slot in slots["required_slots"]:
            event = {"event": "slot", "name": LEFT_OPEN, "value": f"{form} {slot}"}
            assert masked(event, None)["value"] == f"{form} {slot}"


def test_a_yes_to_what_has_changed_meanwhile_is_asked_about_again(given: Given) -> None:
    chat = given.erasing()
    given.register()
    chat.tap(YES)
    assert chat.responses == ["utter_rights_ask_again", "utter_ask_erase"] and wished() == []
    chat.tap(YES)
    assert wished() == ["erase"]


def test_an_old_button_without_the_question_asks_again(given: Given) -> None:
    chat = given.erasing()
    old = chat.options[YES]
    chat.tap(NO)
    value = old.split('"option": "')[1].rstrip('"}')
    said = run(ActionChooseOption(), given.key, YES, "choose_option", option=value)
    assert said == [] and run.events[0]["name"] == "erase_form"  # type: ignore[attr-defined]
    chat.choose(YES, old)
    assert chat.responses == ["utter_rights_ask_again", "utter_ask_erase"] and wished() == []
    assert run(ActionChooseOption(), given.key, NO, "choose_option", option="erase_confirmed=no")[0]["response"] == (
        "utter_erase_kept"
    )


def test_a_turn_that_runs_again_gives_the_same_number(given: Given) -> None:
    chat = given.erasing()
    before, payload = dict(chat.slots), chat.options[YES]
    chat.choose(YES, payload)
    number = chat.said[0]["number"]
    chat.slots, chat.open, chat._number = before, True, chat._number - 1
    chat.choose(YES, payload)
    assert chat.said[0]["number"] == number and wished() == ["erase"]


def test_for_one_person_alone_there_is_another_way(given: Given) -> None:
    given.register(1)
    mother = given.register(2, relation="mother")
    chat = given.erasing("hapus data ibu saya saja")
    assert chat.responses == ["utter_ask_erase_for_one"]
    assert chat.said[0]["person"] == "*Warga Uji 002*", "the first name alone would be either"
    assert f"withdraw_person={mother}" in chat.options["Untuk 1 orang saja"]
    assert all(len(title) <= 20 for title in chat.options)
    nobody = given.erasing("hapus data anak saya")
    assert nobody.responses == ["utter_ask_erase_for_nobody"]
    for other in (chat, nobody):
        assert len(other.options) == 3, "of two, a typed ya would mean the one that is not no"
        other.say("ya", "affirm")
        assert other.open and wished() == [], "a yes to one person is none to all"
    assert given.erasing("hapus data saya").responses == ["utter_ask_erase"]
    chat.say("iya hapus semua aja", "affirm")
    assert wished() == ["erase"]


# ---------------------------------------------------------------------- in the middle of something else
def in_registration(given: Given, form: Played, text: str, intent: str) -> Chat:
    """A registration that waits for a NIK, and then something else."""
    with transaction() as session:
        drafts.save(session, given.key, "registration_form", {"consented_at": NOW.isoformat()})
    chat = Chat(given.key, form=form)
    chat.slots = {"requested_slot": "nik", "consent": True, "beneficiary": "self"}
    chat.say(text, intent)
    return chat


def test_after_a_no_the_registration_goes_on(given: Given) -> None:
    chat = in_registration(given, ERASING, "hapus data saya", "delete_my_data")
    assert chat.responses == ["utter_ask_erase"]
    chat.tap(NO)
    assert chat.responses == ["utter_erase_kept"]
    assert (chat.slots["requested_slot"], chat.slots["beneficiary"]) == ("nik", "self")
    # Its message was for something else: the registration does not read it, and asks again.
    message = {
        "text": NO,
        "intent": {"name": "choose_option"},
        "metadata": {"message_id": f"{given.key}-{chat._number}"},
    }
    for name, is_it in (("registration_form", True), ("selfcheck_form", False)):
        tracker = Tracker(given.key, dict(chat.slots), message, [{"event": "user"}], False, None, {}, None)
        assert was_set_aside(tracker, name) is is_it
    assert str(chat.slots[TAKEN_UP]).startswith("registration_form ")


def test_after_a_yes_the_registration_ends(given: Given) -> None:
    chat = in_registration(given, ERASING, "hapus data saya", "delete_my_data")
    chat.tap(YES)
    assert (chat.slots["requested_slot"], chat.slots["beneficiary"]) == (None, None)
    with transaction() as session:
        assert not drafts.load(session, given.key, "registration_form")
    assert wished() == ["erase"]


@pytest.mark.parametrize(
    ("form", "text", "intent"),
    [(ERASING, "hapus data saya", "delete_my_data"), (WITHDRAWING, "cabut persetujuan saya", "withdraw_consent")],
    ids=["erasing", "withdrawing"],
)
def test_the_menu_has_the_way_back_to_the_registration(given: Given, form: Played, text: str, intent: str) -> None:
    given.register()
    chat = in_registration(given, form, text, intent)
    said, events = menu(chat)
    assert [one["response"] for one in said] == ["utter_menu_in_form"]
    assert said[0]["progress"] == progress("nik")
    chat._apply(events)
    assert (chat.slots["requested_slot"], chat.slots["beneficiary"]) == ("nik", "self")
    assert [event["name"] for event in events if event["event"] == "active_loop"][-1] == "registration_form"
    assert chat.slots[LEFT_OPEN] is None and wished() == []


def test_the_menu_ends_what_it_has_no_way_back_to(given: Given) -> None:
    chat = Chat(given.key, form=ERASING)
    with transaction() as session:
        drafts.save(session, given.key, "selfcheck_form", {"signs": ["cough"]})
    chat.slots = {"requested_slot": "selfcheck_answer"}
    chat.say("hapus data saya", "delete_my_data")
    assert chat.slots[LEFT_OPEN] == "selfcheck_form selfcheck_answer"
    said, events = menu(chat)
    assert [one["response"] for one in said] == ["utter_menu"]
    chat._apply(events)
    assert chat.slots["requested_slot"] is None and chat.slots[LEFT_OPEN] is None
    assert [event["name"] for event in events if event["event"] == "active_loop"] == [None]
    with transaction() as session:
        assert not drafts.load(session, given.key, "selfcheck_form")


def menu(chat: Chat) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is said to "menu" in the open form, and the events."""
    message = {"text": "menu", "intent": {"name": "show_menu"}, "metadata": {"message_id": f"{chat.key}-menu"}}
    loop = {"name": chat.form.name}
    dispatcher = CollectingDispatcher()
    tracker = Tracker(chat.key, dict(chat.slots), message, [{"event": "user"}], False, None, loop, None)
    events = ActionShowMenu().run(dispatcher, tracker, {})
    return dispatcher.messages, events


def test_an_option_of_the_registration_means_going_on(given: Given) -> None:
    chat = in_registration(given, ERASING, "hapus data saya", "delete_my_data")
    chat.choose("Saya sendiri", '/choose_option{"option": "beneficiary=self"}')
    assert chat.responses == ["utter_erase_kept"] and wished() == []
    assert chat.slots["requested_slot"] == "nik"


@pytest.mark.parametrize("text", ["lanjut daftar aja", "lanjut", "ok lanjutkan", "terusin pendaftarannya"])
def test_going_on_with_the_registration_is_no_yes(given: Given, text: str) -> None:
    chat = in_registration(given, ERASING, "hapus data saya", "delete_my_data")
    chat.say(text, "affirm")
    assert chat.responses == ["utter_erase_kept"] and chat.slots["requested_slot"] == "nik"
    assert wished() == []


def test_nor_is_it_where_the_channel_reads_it_as_an_option(given: Given) -> None:
    def typed(text: str, chat: Chat) -> str | None:
        buttons = chat.said[-1]["buttons"]
        options = [Option("1", one["title"], one["payload"], also=tuple(one.get("also", ()))) for one in buttons]
        found = typed_option(text, Offered(options, newest=True))
        return found and found.label

    alone = given.erasing()
    assert (typed("ya", alone), typed("ga jadi", alone), typed("batal", alone)) == (YES, NO, NO)
    inside = in_registration(given, ERASING, "hapus data saya", "delete_my_data")
    assert typed("lanjut", inside) == NO and typed("lanjut aja min", inside) in (NO, None)
    assert typed("hapus semua", inside) == YES


def test_of_one_form_after_the_other_the_first_goes_on(given: Given) -> None:
    given.register()
    chat = in_registration(given, ERASING, "hapus data saya", "delete_my_data")
    chat.form = WITHDRAWING
    chat.say("cabut persetujuan saja", "withdraw_consent")
    chat.tap(NO)
    assert chat.slots["requested_slot"] == "nik"


# ---------------------------------------------------------------------- taking consent back
def test_nobody_is_registered(given: Given) -> None:
    chat = given.withdrawing()
    assert chat.responses == ["utter_nothing_agreed"] and not chat.open


def test_of_one_it_is_confirmed_and_done(given: Given) -> None:
    given.register()
    chat = given.withdrawing()
    assert chat.responses == ["utter_ask_withdraw_confirmed"]
    assert "jadwal" in chat.said[0]["ends"] and chat.said[0]["people"] == "*Warga*"
    chat.tap("Ya, cabut")
    assert chat.responses == ["utter_withdrawn"] and standing() == 0
    assert "dibatalkan" in chat.said[0]["ended"]
    assert titles(chat.said[0])[0] == "Hapus data saya"
    with transaction() as session:
        assert session.execute(select(VaccinationSession.booked)).scalars().all() == [0]
    assert given.withdrawing().responses == ["utter_nothing_agreed"]


def test_of_several_one_is_chosen_or_all(given: Given) -> None:
    given.register(1)
    given.register(2, relation="mother")
    chat = given.withdrawing()
    assert chat.responses == ["utter_ask_withdraw_person"]
    assert list(chat.options) == ["Warga Uji 001", "Warga Uji 002", "Semua", "Batal"]
    chat.say("punya ibu saya aja")
    assert chat.said[-1]["people"] == "*Warga Uji 002*"
    chat.say("eh semua deh")
    assert chat.said[-1]["people"] == "*Warga Uji 001* dan *Warga Uji 002*", "the question is about others now"
    chat.say("ya cabut", "affirm")
    assert chat.responses == ["utter_withdrawn"] and standing() == 0


def test_named_at_once_it_is_only_confirmed(given: Given) -> None:
    given.register(1)
    given.register(2, relation="mother")
    chat = given.withdrawing("cabut persetujuan ibu saya")
    assert chat.responses == ["utter_ask_withdraw_confirmed"]
    chat.tap("Ya, cabut")
    assert standing() == 1


def test_a_turn_that_runs_again_says_the_same(given: Given) -> None:
    given.register()
    chat = given.withdrawing()
    before, payload = dict(chat.slots), chat.options["Ya, cabut"]
    chat.choose("Ya, cabut", payload)
    said = chat.said
    chat.slots, chat.open, chat._number = before, True, chat._number - 1
    chat.choose("Ya, cabut", payload)
    assert chat.said == said


def test_a_no_leaves_the_consent(given: Given) -> None:
    given.register()
    for text, intent in (("tidak jadi", "deny"), ("batal", "cancel"), ("gausah deh", "deny")):
        chat = given.withdrawing()
        chat.say(text, intent)
        assert chat.responses == ["utter_withdraw_kept"], text
    assert standing() == 1


def test_in_the_middle_of_a_registration_it_stops_that(given: Given) -> None:
    chat = in_registration(given, WITHDRAWING, "cabut persetujuan saya", "withdraw_consent")
    assert chat.responses == ["utter_withdrawn_in_form"] and chat.slots["beneficiary"] is None
    with transaction() as session:
        assert not drafts.load(session, given.key, "registration_form")


def test_a_registration_under_way_ends_with_the_consent_and_goes_on_without(given: Given) -> None:
    given.register()
    chat = in_registration(given, WITHDRAWING, "cabut persetujuan saya", "withdraw_consent")
    chat.tap(NO)
    assert chat.slots["requested_slot"] == "nik"
    chat = in_registration(given, WITHDRAWING, "cabut persetujuan saya", "withdraw_consent")
    chat.tap("Ya, cabut")
    assert chat.slots["requested_slot"] is None and "sedang diisi" in chat.said[0]["ended"]


# ---------------------------------------------------------------------- seeing, and putting right
def test_what_is_kept_is_said_at_once_and_the_file_follows(given: Given) -> None:
    def see(text: str) -> list[dict[str, Any]]:
        return run(ActionSeeMyData(), given.key, text, "see_my_data")

    said = see("lihat data saya")
    assert [one["response"] for one in said] == ["utter_my_data_none", "utter_my_data_comes"]
    assert titles(said[-1]) == ["Hapus data saya"]
    given.register(1)
    given.register(2, relation="mother", session_id=None)
    said = see("data saya")
    assert [one["response"] for one in said] == ["utter_my_data", "utter_my_data_soon"], "it is on its way"
    assert said[0]["people"] == "2 orang (*Warga Uji 001* dan *Warga Uji 002*)"
    assert titles(said[-1]) == ["Perbaiki data", "Hapus data saya", "Cabut persetujuan"]
    with transaction() as session:
        session.execute(update(DataRequest).values(done_at=NOW))
    assert see("data saya lagi")[-1]["response"] == "utter_my_data_sent"
    assert wished() == ["see"]
    assert nik(1) not in str(said)


def test_what_is_wrong_is_put_right_by_staff(given: Given) -> None:
    def said(text: str, form: str | None = None) -> dict[str, Any]:
        return run(ActionSeeMyData(), given.key, text, "see_my_data", form)[0]

    assert said("data saya salah, nama saya keliru")["response"] == "utter_correct_nothing"
    person = given.register()
    one = said("perbaiki data saya")
    assert one["response"] == "utter_correct_one"
    assert said("data saya salah", form="registration_form")["response"] == "utter_correct_in_form"
    given.register(2, relation="mother", session_id=None)
    several = run(ActionChooseOption(), given.key, "Perbaiki data", "choose_option", option="correct_data=how")[0]
    assert several["response"] == "utter_correct_which"
    assert titles(several) == ["Warga Uji 001", "Warga Uji 002", "Data di sertifikat"]
    run(ActionChooseOption(), given.key, "Warga Uji 001", "choose_option", option=f"correct_person={person}")
    with transaction() as session:
        assert session.execute(select(Task.kind, Task.person_id)).all() == [("correct_person", person)]
    assert wished() == [], "who wants something put right has not asked for the file"


def test_something_wrong_outside_of_a_form_is_about_the_data(given: Given) -> None:
    assert run(ActionAcknowledge(), given.key, "data saya salah", "change_answer")[0]["response"] == (
        "utter_correct_nothing"
    )
    assert run(ActionAcknowledge(), given.key, "eh salah ketik", "change_answer")[0]["response"] == "utter_acknowledge"
