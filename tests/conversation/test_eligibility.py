"""The eligibility check as its own conversation: what it takes from free text, what it asks, and that nothing stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from actions.eligibility.form import Form
from actions.eligibility.questions import ActionFinishEligibility, AskEligibility
from actions.eligibility.validate import ValidateEligibilityForm
from actions.registration.validate import ValidateRegistrationForm
from siaga.db import transaction
from siaga.people import drafts
from siaga.people.contacts import ensure_contact
from siaga.people.tables import FormDraft
from tests.conversation.chat import NOW, REGISTRATION, Chat, played

ELIGIBILITY = played(ValidateEligibilityForm, AskEligibility, ActionFinishEligibility)
CHECK = "check_eligibility"
TODAY = (NOW + timedelta(hours=7)).date()


def _drafts() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(FormDraft)) or 0


def _draft(chat: Chat) -> dict[str, Any]:
    with transaction() as session:
        return dict(drafts.load(session, chat.key, Form.name))


@pytest.fixture
def chat(database: str) -> Chat:
    with transaction() as session:
        return Chat(ensure_contact(session, phone="628000000041").key, form=ELIGIBILITY)


def _asked(chat: Chat) -> str:
    return str(chat.said[-1].get("question", ""))


def test_what_is_told_first_is_not_asked_again(chat: Chat) -> None:
    chat.say("ibu saya 67 th darah tinggi, boleh?", CHECK)
    assert chat.responses == ["utter_eligibility_start", "utter_eligibility_understood", "utter_ask_eligibility"]
    assert chat.said[1]["known"] == "ibu Anda, 67 tahun, darah tinggi"
    assert _asked(chat) == "Sudah berapa kali ibu Anda divaksin COVID-19?"
    chat.say("belum pernah")
    assert "tiga atau lebih" in _asked(chat)
    chat.say("tidak", "deny")
    assert "sekarang sehat" in _asked(chat)
    chat.say("sehat")
    chat.say("tidak ada", "deny")
    assert chat.responses == ["utter_eligibility_eligible"]
    said = chat.said[0]
    assert said["who"] == "ibu Anda"
    assert "180/110" in said["reason"]
    assert "HK.02.02/C/380/2023" in said["source"]
    assert "HK.02.02/I/368/2021" in said["source"]
    assert said["since"] == "24 Januari 2023"
    assert list(chat.options) == ["Daftar vaksin", "Periksa orang lain", "Hubungi petugas"]
    assert chat.options["Daftar vaksin"] == '/register_vaccination{"relation": "mother"}'
    assert not chat.open
    assert _drafts() == 0
    assert not any(chat.slots.values())


def test_what_is_told_beside_an_answer_is_kept(chat: Chat) -> None:
    chat.say("saya laki-laki 30 tahun boleh vaksin?", CHECK)
    chat.say("belum pernah, tapi punya asma")
    assert _draft(chat)["answers"] == {"age": 30, "sex": "L", "doses_received": 0, "comorbidity": ["asthma"]}


def test_illnesses_add_up(chat: Chat) -> None:
    chat.say("saya laki-laki 30 tahun darah tinggi boleh?", CHECK)
    chat.say("belum pernah, oh ya asma juga")
    assert _draft(chat)["answers"]["comorbidity"] == ["asthma", "hypertension"]


def test_an_ailment_told_of_frailty_is_none_of_today(chat: Chat) -> None:
    chat.say("ibu saya 67 tahun belum pernah vaksin boleh?", CHECK)
    chat.say("tidak, cuma lemas")
    assert "sekarang sehat" in _asked(chat)


def test_the_age_is_asked_first(chat: Chat) -> None:
    chat.say("boleh vaksin ga ya", CHECK)
    assert chat.responses == ["utter_eligibility_start", "utter_ask_eligibility"]
    assert _asked(chat).startswith("Berapa umur Anda?")


@pytest.mark.parametrize(
    ("text", "response", "reason"),
    [
        ("anak 5 tahun boleh vaksin?", "utter_eligibility_not_eligible", "umur 6 tahun"),
        ("lagi demam, boleh vaksin?", "utter_eligibility_postpone_open", "badan sehat"),
        ("saya 30 tahun demam 38,5 boleh?", "utter_eligibility_postpone_open", "37,5"),
        ("habis transplantasi ginjal boleh vaksin", "utter_eligibility_refer", "kekebalan"),
        ("saya minum obat imun, boleh vaksin?", "utter_eligibility_refer", "kekebalan"),
        ("gula bapak saya tidak terkontrol", "utter_eligibility_refer", "terkontrol"),
        ("ibu saya sakit jantung 67 tahun boleh?", "utter_eligibility_refer", "dokter yang merawat"),
        ("suami saya tensi 190/100 boleh?", "utter_eligibility_postpone_open", "180/110"),
    ],
)
def test_what_decides_is_answered_at_once(chat: Chat, text: str, response: str, reason: str) -> None:
    chat.say(text, CHECK)
    assert chat.responses == [response]
    assert reason in chat.said[0]["reason"]
    assert not chat.open
    assert _drafts() == 0


def test_a_person_turned_away_is_not_sent_to_register(chat: Chat) -> None:
    chat.say("anak 5 tahun boleh vaksin?", CHECK)
    assert list(chat.options) == ["Periksa orang lain", "Hubungi petugas"]


def test_recovered_from_covid_waits_a_month(chat: Chat) -> None:
    chat.say("saya laki-laki 30 tahun, belum pernah vaksin, baru sembuh covid seminggu lalu", CHECK)
    assert "ringan, sedang, atau berat" in _asked(chat)
    chat.say("ringan aja")
    assert chat.responses == ["utter_eligibility_postpone"]
    assert "1 bulan" in chat.said[0]["reason"]


def test_pregnancy_is_taken_with_its_weeks(chat: Chat) -> None:
    chat.say("lagi hamil 2 bulan umur 28, belum pernah vaksin, boleh?", CHECK)
    assert chat.responses[-1] == "utter_eligibility_postpone"
    assert "13 minggu" in chat.said[-1]["reason"]


def test_two_doses_told_beside_the_brand(chat: Chat) -> None:
    chat.say("sudah astra zeneca sekali 2 minggu lalu, umur 30 laki-laki", CHECK)
    assert chat.responses == ["utter_eligibility_postpone"], "the dates decide, whatever else there is"
    assert "8 sampai 12 minggu" in chat.said[-1]["reason"]


def test_a_question_about_people_of_a_kind_is_answered_by_the_knowledge_base(chat: Chat) -> None:
    chat.say("apakah ibu menyusui boleh divaksin?", CHECK)
    assert chat.responses == ["utter_eligibility_in_general"]
    assert "Periksa satu orang" in chat.options
    assert not chat.open
    assert _drafts() == 0


def test_in_the_middle_it_is_answered_and_the_question_stays(chat: Chat) -> None:
    chat.say("boleh vaksin ga ya", CHECK)
    chat.say("apakah ibu menyusui boleh divaksin?", CHECK)
    assert chat.responses == ["utter_eligibility_in_general", "utter_ask_eligibility"]
    assert "sex" not in _draft(chat)["answers"]


def test_another_question_is_set_aside_and_teaches_nothing(chat: Chat) -> None:
    chat.say("saya 30 tahun boleh vaksin ga", CHECK)
    before = dict(chat.slots)
    chat.say("kalau hamil efek sampingnya apa?", "ask_vaccine_question")
    assert chat.slots == before
    assert "pregnant" not in _draft(chat)["answers"]


def test_who_it_is_about_may_be_told_later(chat: Chat) -> None:
    chat.say("lagi ada darah tinggi boleh vaksin ga ya", CHECK)
    chat.say("ibu saya, 67 tahun")
    assert _asked(chat) == "Sudah berapa kali ibu Anda divaksin COVID-19?"
    assert _draft(chat)["answers"]["comorbidity"] == ["hypertension"]


def test_only_the_person_named_asks_on_with_the_name(chat: Chat) -> None:
    chat.say("boleh vaksin ga ya", CHECK)
    chat.say("buat bapak saya")
    assert _asked(chat).startswith("Berapa umur bapak Anda?")
    assert chat.slots["attempts"] is None


def test_another_person_starts_anew(chat: Chat) -> None:
    chat.say("ibu saya 67 tahun darah tinggi boleh?", CHECK)
    chat.say("kalau bapak saya 70 tahun gimana?", CHECK)
    assert _asked(chat) == "Sudah berapa kali bapak Anda divaksin COVID-19?"
    assert _draft(chat)["answers"] == {"age": 70, "sex": "L"}


def test_several_persons_one_after_the_other(chat: Chat) -> None:
    chat.say("ibu sama bapak saya boleh vaksin?", CHECK)
    assert chat.responses[0] == "utter_eligibility_one_by_one"
    assert chat.said[0]["who"] == "ibu Anda"


def test_the_button_for_another_person_asks_about_someone(chat: Chat) -> None:
    chat.say("Periksa orang lain", CHECK, {"relation": "other"})
    assert _asked(chat).startswith("Berapa umur anggota keluarga Anda?")
    chat.say("ibu saya 70")
    assert "ibu Anda" in _asked(chat)


def test_the_button_for_another_person_starts_anew_in_the_middle(chat: Chat) -> None:
    chat.say("ibu saya 67 tahun darah tinggi boleh?", CHECK)
    chat.say("Periksa orang lain", CHECK, {"relation": "other"})
    assert _asked(chat).startswith("Berapa umur anggota keluarga Anda?")
    assert _draft(chat)["answers"] == {}


def test_a_meaning_chosen_from_two_carries_its_question(chat: Chat) -> None:
    chat.say("Boleh divaksin?", CHECK, {"question": "ibu saya 67 tahun darah tinggi gimana"})
    assert _asked(chat) == "Sudah berapa kali ibu Anda divaksin COVID-19?"


def test_an_answer_may_be_corrected(chat: Chat) -> None:
    chat.say("saya laki-laki 17 tahun boleh vaksin?", CHECK)
    chat.say("eh salah, umurnya 71", "change_answer")
    assert chat.responses[0] == "utter_eligibility_understood"
    assert _draft(chat)["answers"]["age"] == 71
    chat.say("2 kali")
    chat.say("eh salah", "change_answer")
    assert "berapa kali" in _asked(chat), "the last answer is asked again"


def test_a_bare_value_corrects_the_last_answer(chat: Chat) -> None:
    chat.say("saya laki-laki boleh vaksin?", CHECK)
    chat.say("67")
    chat.say("eh salah 76 maksudku", "change_answer")
    assert chat.responses[0] == "utter_eligibility_understood"
    assert _draft(chat)["answers"]["age"] == 76
    chat.say("2 kali")
    assert _draft(chat)["answers"]["doses_received"] == 2
    chat.say("eh maaf salah, 3 kali", "change_answer")
    assert _draft(chat)["answers"]["doses_received"] == 3
    chat.say("salah maksud saya", "change_answer")
    assert "doses_received" not in _draft(chat)["answers"]
    assert "berapa kali" in _asked(chat), "without a value it is asked again"


def test_an_old_button_corrects_what_it_stands_for(chat: Chat) -> None:
    chat.say("saya laki-laki 30 tahun boleh vaksin?", CHECK)
    never = chat.options["Belum pernah"]
    chat.say("sudah 4 kali lho", "nlu_fallback")
    assert chat.responses == ["utter_eligibility_not_eligible"]
    chat.say("saya laki-laki 30 tahun boleh vaksin?", CHECK)
    chat.tap("2 kali")
    assert "terakhir divaksin" in _asked(chat)
    chat.choose("Belum pernah", never)
    assert "sekarang sehat" in _asked(chat)


def test_three_unreadable_answers_offer_a_person(chat: Chat) -> None:
    chat.say("boleh vaksin ga ya", CHECK)
    chat.say("hmm hmm")
    assert chat.responses == ["utter_health_unreadable", "utter_ask_eligibility"]
    chat.say("hmm hmm")
    assert "utter_example_health" in chat.responses
    chat.say("hmm hmm")
    assert "utter_offer_person" in chat.responses
    assert "Hubungi petugas" in chat.options


def test_sure_of_a_danger_it_is_set_aside(chat: Chat) -> None:
    chat.say("saya 30 tahun boleh vaksin ga", CHECK)
    before = dict(chat.slots)
    chat.say("bapak saya pingsan sesak", "emergency", confidence=1.0)
    assert chat.slots == before


@pytest.mark.parametrize("steps", [["belum pernah", "sehat", "tidak ada"], ["2 kali", "2020-01-05", "sehat", "tidak"]])
def test_any_turn_may_run_again(chat: Chat, steps: list[str]) -> None:
    """Killed after the action has committed: the same message brings the same, and answers no further question."""
    chat.say("saya laki-laki 30 tahun boleh vaksin ga", CHECK)
    for text in steps:
        tracker = dict(chat.slots)
        chat.say(text, message_id=f"message-{text}")
        if not chat.open:
            break
        first, draft = chat.responses, _draft(chat)["answers"]
        chat.slots = tracker
        chat.say(text, message_id=f"message-{text}")
        assert (chat.responses, _draft(chat)["answers"]) == (first, draft), text


def test_answers_swept_away_meanwhile_begin_anew(chat: Chat) -> None:
    chat.say("ibu saya 67 tahun darah tinggi boleh?", CHECK)
    with transaction() as session:
        drafts.discard(session, chat.key, Form.name)
    chat.say("belum pernah vaksin")
    assert _asked(chat).startswith("Berapa umur Anda?")
    assert _draft(chat)["answers"] == {"doses_received": 0}


def test_turning_to_the_registration_leaves_nothing(chat: Chat) -> None:
    chat.say("ibu saya 67 tahun darah tinggi boleh?", CHECK)
    assert _drafts() == 1
    chat.say("ya sudah daftarkan saja", "register_vaccination")
    assert _drafts() == 0


def test_the_tracker_holds_no_health(chat: Chat) -> None:
    chat.say("ibu saya 67 tahun hiv, tensi 150/90 boleh?", CHECK)
    held = repr(chat.slots)
    assert not any(secret in held for secret in ("67", "hiv", "150"))


def test_two_contacts_at_once(chat: Chat) -> None:
    with transaction() as session:
        other = Chat(ensure_contact(session, phone="628000000042").key, form=ELIGIBILITY)
    chat.say("ibu saya 67 tahun boleh?", CHECK)
    other.say("saya laki-laki 25 tahun boleh?", CHECK)
    assert _draft(chat)["answers"]["age"] == 67
    assert _draft(other)["answers"]["age"] == 25


def test_the_registration_begins_with_the_same_person(chat: Chat) -> None:
    registering = Chat(chat.key, form=REGISTRATION)
    registering.say("Daftar vaksin", "register_vaccination", {"relation": "mother"})
    registering.say("setuju", "affirm")
    assert registering.responses == ["utter_ask_registration_nik"]
    assert registering.said[0]["who"] == "ibu Anda"
    assert isinstance(REGISTRATION.validate, ValidateRegistrationForm)


@pytest.mark.parametrize(("text", "known"), [("sinovac", "Sinovac"), ("sinovac 2x", "2 dosis, Sinovac")])
def test_a_vaccine_told_where_the_day_is_asked_is_taken(chat: Chat, text: str, known: str) -> None:
    chat.say("saya laki-laki 35 tahun boleh vaksin?", CHECK)
    chat.say("2 kali")
    chat.say(text, "ask_vaccine_question")
    assert chat.responses[0] == "utter_dose_noted"
    assert chat.said[0]["known"] == known
    assert _draft(chat)["answers"]["last_vaccine"] == "sinovac"
    assert chat.slots["attempts"] is None
