"""A registration in which something happens in between: a place is taken, a turn runs twice, a draft is gone."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from actions.registration.form import Form
from siaga.db import transaction
from siaga.people import drafts
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Consent, FormDraft, Person
from siaga.registration.seed import seed
from siaga.registration.tables import Appointment, Registration
from siaga.registration.tables import Session as VaccinationSession
from tests.conversation.chat import NOW, Chat

NIK = "3578010502859001"


def _count(table: type) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def chat(database: str) -> Chat:
    with transaction() as session:
        seed(session, (NOW + timedelta(hours=7)).date())
        return Chat(ensure_contact(session, phone="628000000001").key)


def _answer_all(chat: Chat) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    for text in (
        "saya sendiri",
        NIK,
        "ya",
        "Warga Uji 001",
        "wonokromo surabaya",
        "belum pernah",
        "sehat",
        "tidak ada",
    ):
        chat.say(text)
    chat.tap_first()
    chat.tap_first()
    assert chat.responses == ["utter_ask_registration_confirmed"]


def test_nothing_is_kept_before_consent(chat: Chat) -> None:
    chat.start()
    chat.say(f"NIK saya {NIK}")
    assert _count(FormDraft) == 0
    chat.say("tidak setuju", "deny")
    assert chat.responses == ["utter_no_consent"]
    assert (_count(FormDraft), _count(Consent), _count(Person), _count(Registration)) == (0, 0, 0, 0)
    assert not any(chat.slots.values())


def test_the_tracker_never_holds_what_is_personal(chat: Chat) -> None:
    _answer_all(chat)
    held = repr(chat.slots)
    for secret in (NIK, "Warga", "1985-02-05", "05-02-1985"):
        assert secret not in held


def test_a_ticket_and_nothing_left_of_the_draft(chat: Chat) -> None:
    _answer_all(chat)
    chat.say("ya, daftarkan", "affirm")
    assert chat.responses == ["utter_ticket", "utter_details_offer"]
    assert chat.said[0]["image"].startswith("media:")
    assert (_count(FormDraft), _count(Consent), _count(Person), _count(Appointment)) == (0, 1, 1, 1)
    assert not any(chat.slots.values())


def test_a_turn_that_runs_again_registers_once_and_says_the_same(chat: Chat) -> None:
    _answer_all(chat)
    before = copy.deepcopy(chat)
    chat.say("ya", "affirm", message_id="the-same")
    before.say("ya", "affirm", message_id="the-same")
    assert before.responses == chat.responses == ["utter_ticket", "utter_details_offer"]
    assert before.said[0]["code"] == chat.said[0]["code"]
    assert (_count(Appointment), _count(Registration), _count(Consent)) == (1, 1, 1)


def test_any_turn_may_run_again(chat: Chat) -> None:
    """Killed after the action has committed: the tracker is as before, the draft is not."""
    chat.start()
    steps = [("setuju", "affirm"), *((text, "nlu_fallback") for text in ("saya sendiri", NIK, "ya", "Warga Uji 001"))]
    for text, intent in steps:
        again = copy.deepcopy(chat)
        chat.say(text, intent)
        again.say(text, intent)
        assert (again.responses, again.slots) == (chat.responses, chat.slots), text


def test_the_last_place_is_taken_in_between(chat: Chat) -> None:
    _answer_all(chat)
    taken = int(chat.slots["session"])
    with transaction() as session:
        session.execute(
            update(VaccinationSession).where(VaccinationSession.id == taken).values(booked=VaccinationSession.quota)
        )
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_session_full"]
    assert chat.followed_up == "registration_form"
    assert chat.slots["full_name"] and chat.slots["facility"], "the other answers stay"
    assert chat.slots["session"] is None and chat.slots["confirmed"] is None
    assert _count(Appointment) == 0


def test_a_draft_that_is_gone_starts_again_with_consent(chat: Chat) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    with transaction() as session:
        drafts.discard(session, chat.key, Form.name)
    chat.say(NIK)
    assert chat.responses == ["utter_ask_registration_consent"]
    assert _count(FormDraft) == 0


def test_cancelling_twice_is_cancelling(chat: Chat) -> None:
    """The turn of "batal" ran before and took the draft with it: it is still for the rule that cancels."""
    chat.start()
    chat.say("setuju", "affirm")
    with transaction() as session:
        drafts.discard(session, chat.key, Form.name)
    before = dict(chat.slots)
    chat.say("batal", "cancel")
    assert chat.slots | {"requested_slot": None} == before | {"requested_slot": None}, "set aside, nothing asked anew"


@pytest.mark.parametrize(
    ("whom", "nik", "asks_century"),
    [
        ("buat anak saya", "3578010502239003", False),
        ("buat ibu saya", "3578014502259003", False),
        ("buat mbah saya", "3578014502259003", False),
        ("keluarga saya", "3578010502239003", True),
    ],
)
def test_the_century_is_asked_only_where_both_could_be(chat: Chat, whom: str, nik: str, asks_century: bool) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say(whom)
    chat.say(nik)
    expected = "utter_ask_registration_birth_date" + ("_century" if asks_century else "")
    assert chat.responses == [expected]


def test_a_new_nik_keeps_what_still_holds(chat: Chat) -> None:
    _answer_all(chat)
    session_before = chat.slots["session"]
    chat.say("eh salah, NIK nya 3578020502859002", "change_answer")
    assert chat.responses == ["utter_changed", "utter_ask_registration_confirmed"], "same birth date, same outcome"
    assert chat.slots["session"] == session_before


def test_an_older_birth_date_asks_what_the_rules_need_then(chat: Chat) -> None:
    _answer_all(chat)
    chat.say("eh salah, NIK nya 3578020502559002", "change_answer")
    assert chat.responses[-1] == "utter_ask_registration_birth_date"
    chat.say("ya", "affirm")
    assert "tiga atau lebih" in chat.said[-1]["question"], "someone over 60 is asked about frailty"


def test_an_old_yes_does_not_confirm(chat: Chat) -> None:
    chat.start()
    agree = chat.options["Setuju"]
    chat.tap("Setuju")
    chat.tap("Saya sendiri")
    chat.say(NIK)
    right, wrong = chat.options["Ya, betul"], chat.options["Bukan"]
    chat.tap("Ya, betul")
    chat.say("Warga Uji 001")
    for text in ("wonokromo surabaya", "belum pernah", "sehat", "tidak ada"):
        chat.say(text)
    chat.tap_first()
    chat.tap_first()
    for old in (agree, right):
        chat.choose("Ya", old)
        assert chat.responses == ["utter_ask_registration_confirmed"]
        assert _count(Registration) == 0
    chat.choose("Bukan", wrong)
    assert chat.responses == ["utter_ask_registration_birth_date_typed"]


def test_a_button_tapped_twice_changes_nothing(chat: Chat) -> None:
    chat.start()
    agree = chat.options["Setuju"]
    chat.tap("Setuju")
    chat.choose("Setuju", agree)
    assert chat.responses == ["utter_ask_registration_beneficiary"]
    chat.tap("Saya sendiri")
    chat.choose("Saya sendiri", '/choose_option{"option": "beneficiary=self"}')
    assert chat.responses == ["utter_ask_registration_nik"], "nothing was changed, so nothing is said to be"


def test_agreement_can_be_withdrawn_with_the_button_it_was_given_by(chat: Chat) -> None:
    chat.start()
    refuse = chat.options["Tidak setuju"]
    chat.tap("Setuju")
    chat.tap("Saya sendiri")
    chat.say(NIK)
    chat.choose("Tidak setuju", refuse)
    assert chat.responses == ["utter_no_consent"]
    assert _count(FormDraft) == 0


@pytest.mark.parametrize("before", [(), ("eh salah",), ("ya",)])
def test_a_nik_typed_anew_is_the_one_that_counts(chat: Chat, before: tuple[str, ...]) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    chat.say(NIK)
    for text in before:
        chat.say(text, "deny" if text == "eh salah" else "affirm")
    chat.say("3578020503869002")
    assert chat.responses == ["utter_changed", "utter_ask_registration_birth_date"]
    assert chat.said[-1]["date"] == "5 Maret 1986"


def test_the_nik_of_somebody_else_is_not_taken_for_a_correction(chat: Chat) -> None:
    _answer_all(chat)
    before = chat.slots["nik"]
    chat.say("sekalian daftarkan istri saya 3578024503869002")
    assert chat.slots["nik"] == before


def test_a_date_to_keep_from_another_nik_is_not_kept(chat: Chat) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    chat.say(NIK)
    chat.say("6 Maret 1986")
    assert chat.responses == ["utter_ask_registration_birth_date_mismatch"]
    keep = '/choose_option{"option": "birth_date=keep"}'
    chat.say("3578020503869002")
    chat.choose("Tanggal saya benar", keep)
    assert not chat.slots.get("birth_date")
    assert chat.responses == ["utter_birth_date_unreadable", "utter_ask_registration_birth_date"]


def test_the_explanation_is_told_once(chat: Chat) -> None:
    chat.start()
    assert chat.responses == ["utter_ask_registration_consent"]
    chat.say("vaksin halal ga?", "ask_vaccine_question")
    assert chat.responses == ["utter_resume", "utter_ask_registration_consent_again"]
    chat.say("qwerty")
    assert chat.responses == ["utter_yes_no_unreadable", "utter_ask_registration_consent_again"]
    chat.say("ulangi", "repeat")
    assert chat.responses[-1] == "utter_ask_registration_consent"


def test_a_health_answer_that_comes_twice_answers_one_question(chat: Chat) -> None:
    """The turn died after the answer was written and before the conversation was: it runs again."""
    chat.start()
    chat.say("setuju", "affirm")
    for text in ("saya sendiri", NIK, "ya", "Warga Uji 001", "wonokromo surabaya"):
        chat.say(text)
    before = copy.deepcopy(chat.slots)
    chat.say("belum pernah", message_id="wamid.mati")
    asked = chat.said[-1]["question"]
    chat.slots = before
    chat.say("belum pernah", message_id="wamid.mati")
    assert chat.said[-1]["question"] == asked
    with transaction() as session:
        answers = drafts.load(session, chat.key, Form.name)["answers"]
    assert answers == {"doses_received": 0}


def test_a_correction_that_names_no_answer_is_taken_for_the_one_it_tells(chat: Chat) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    for text in ("saya sendiri", NIK, "ya", "Warga Uji 001", "wonokromo surabaya"):
        chat.say(text)
    chat.say("eh salah, di waru sidoarjo", "change_answer", entities={"district": "35.15.18", "regency": "35.15"})
    assert chat.responses[0] == "utter_changed"
    assert chat.slots["requested_slot"] == "health" and "berapa kali" in chat.said[-1]["question"]


def test_doses_told_late_are_no_answer_to_another_question(chat: Chat) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    for text in ("ibu saya", "3578015502549001", "ya", "Warga Uji 001", "wonokromo surabaya"):
        chat.say(text)
    chat.say("belum pernah")
    asked = chat.said[-1]["question"]
    assert "tiga atau lebih" in asked
    chat.say("udh 2x sinovac agustus 2021", "ask_next_dose")
    assert chat.slots.get("health") is None and chat.said[-1]["question"] == asked
    with transaction() as session:
        answers = drafts.load(session, chat.key, "registration_form")["answers"]
    assert answers["doses_received"] == 2 and "frail" not in answers


def test_a_question_that_ends_like_a_no_does_not_decline(chat: Chat) -> None:
    chat.start()
    chat.say("vaksin halal ga", "ask_vaccine_question")
    assert chat.open and chat.slots.get("consent") is None
    chat.say("ga mau", "deny")
    assert not chat.open


@pytest.mark.parametrize("asked", ["piye carane daftar?", "cara daftarnya gimana min"])
def test_how_to_register_is_told_in_the_middle_of_it(chat: Chat, asked: str) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    open_question = chat.slots["requested_slot"]
    chat.say(asked, "register_vaccination")
    assert chat.responses[0] == "utter_registration_how"
    assert chat.slots["requested_slot"] == open_question
    chat.say("mau daftar", "register_vaccination")
    assert "utter_registration_how" not in chat.responses, "the question alone"


# ---------------------------------------------------------------------- whom, and consent
REGISTER = "register_vaccination"


@pytest.mark.parametrize(
    ("text", "intent", "whom"),
    [
        ("daftar bapak", REGISTER, "father"),
        ("mau daftarin ibu sy", REGISTER, "mother"),
        ("daftar bapak ya", REGISTER, "father"),
        ("daftarkan orang tua saya", REGISTER, "other"),
        ("buat bapak saya", "nlu_fallback", "father"),
    ],
)
def test_whom_is_taken_while_consent_is_asked_and_is_no_consent(chat: Chat, text: str, intent: str, whom: str) -> None:
    chat.start()
    chat.say(text, intent)
    assert chat.responses == ["utter_ask_registration_consent_again"], "the explanation stands right above"
    assert (chat.slots["beneficiary"], chat.slots.get("consent")) == (whom, None)
    chat.say("setuju", "affirm")
    assert chat.responses == ["utter_ask_registration_nik"]


def test_several_named_while_consent_is_asked(chat: Chat) -> None:
    chat.start()
    chat.say("daftarkan ibu dan bapak saya", REGISTER)
    assert (chat.slots["beneficiary"], chat.slots["next_people"]) == ("mother", ["father"])


@pytest.mark.parametrize("text", ["saya setuju", "iya saya setuju", "ya bapak", "iya bu setuju"])
def test_who_agrees_is_not_yet_who_is_registered(chat: Chat, text: str) -> None:
    chat.start()
    chat.say(text, "affirm")
    assert chat.slots["consent"]
    assert chat.responses == ["utter_ask_registration_beneficiary"]


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("setuju, buat saya sendiri", "self"),
        ("iya buat ibu sy", "mother"),
        ("daftar bapak, setuju", "father"),
        ("iya daftarin ibu saya", "mother"),
    ],
)
def test_consent_and_whom_in_one(chat: Chat, text: str, whom: str) -> None:
    chat.start()
    chat.say(text, REGISTER)
    assert (chat.slots["consent"], chat.slots["beneficiary"]) == (True, whom)


def test_a_wish_to_register_somebody_answers_who(chat: Chat) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya mau daftarkan bapak saya min", REGISTER)
    assert (chat.responses, chat.slots["beneficiary"]) == (["utter_ask_registration_nik"], "father")


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_what_is_told_too_early_is_met_kindly(chat: Chat, intent: str) -> None:
    told = "nama saya Warga Uji 001, lahir 3 mei 1961"
    chat.start()
    chat.say(told)
    assert chat.responses == ["utter_consent_first", "utter_ask_registration_consent_again"]
    assert _count(FormDraft) == 0
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    chat.say(told, intent)
    assert chat.responses == ["utter_nik_first", "utter_ask_registration_nik"]
    assert chat.slots["full_name"], "the name is not asked again"


def test_a_vaccine_told_where_the_day_is_asked_is_taken(chat: Chat) -> None:
    chat.start()
    for text, intent in (("setuju", "affirm"), ("saya sendiri", ""), (NIK, ""), ("ya", "affirm")):
        chat.say(text, intent)
    for text in ("Warga Uji 001", "wonokromo surabaya", "2 kali", "sinovac"):
        chat.say(text)
    assert chat.responses == ["utter_dose_noted", "utter_ask_registration_health"]
    assert chat.slots["attempts"] is None


def _until_nik(chat: Chat, whom: str) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say(whom)
    assert chat.responses == ["utter_ask_registration_nik"]


@pytest.mark.parametrize("text", ["eh bukan, buat bapak", "salah, untuk bapak saya"])
def test_another_person_after_all(chat: Chat, text: str) -> None:
    _until_nik(chat, "buat ibu")
    chat.say(text)
    assert chat.responses == ["utter_changed", "utter_ask_registration_nik"]
    assert chat.said[1]["who"] == "bapak Anda"


@pytest.mark.parametrize("before", ["buat ibu", "saya sendiri"])
def test_whose_nik_it_is_said_to_be_counts(chat: Chat, before: str) -> None:
    """Taken for the mother's, a father's NIK would have registered him as her."""
    _until_nik(chat, before)
    chat.say(f"nik bapak sy {NIK}")
    assert chat.slots["beneficiary"] == "father"
    assert chat.responses[-1] == "utter_ask_registration_birth_date"


@pytest.mark.parametrize("text", [f"nik saya {NIK}, ibu saya juga mau", f"{NIK} bapak"])
def test_who_else_is_named_beside_a_nik_does_not(chat: Chat, text: str) -> None:
    _until_nik(chat, "saya sendiri")
    chat.say(text)
    assert chat.slots["beneficiary"] == "self"
