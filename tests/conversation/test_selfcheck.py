"""The self-check as a conversation: what it takes from free text, what it asks, and how it goes wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.selfcheck.form import Form, together
from actions.selfcheck.questions import ActionFinishSelfCheck, ActionOfferSelfCheck, AskSelfCheck
from actions.selfcheck.validate import ValidateSelfCheckForm
from siaga.db import transaction
from siaga.handoffs.tables import HandOff
from siaga.people import drafts
from siaga.people.contacts import ensure_contact
from siaga.selfcheck import Result, assess, memory, rules_in_force
from siaga.selfcheck.tables import SelfCheck
from siaga.settings import ROOT
from tests.conversation.chat import NOW, Chat, played
from tests.plain_yaml import domain, load

SELFCHECK = played(ValidateSelfCheckForm, AskSelfCheck, ActionFinishSelfCheck)
CHECK, SYMPTOMS, CONTACT = "start_self_check", "report_symptoms", "report_contact"


@pytest.fixture
def chat(database: str) -> Chat:
    with transaction() as session:
        return Chat(ensure_contact(session, phone="628000000051").key, form=SELFCHECK)


def _asked(chat: Chat) -> str:
    return str(chat.said[-1].get("question", ""))


def _draft(chat: Chat) -> dict[str, Any]:
    with transaction() as session:
        return dict(drafts.load(session, chat.key, Form.name))


def _facts(chat: Chat) -> dict[str, Any]:
    return dict(_draft(chat).get("answers", {}))


def _checks() -> list[Any]:
    with transaction() as session:
        return [
            (row.who, row.level, dict(row.answers)) for row in session.scalars(select(SelfCheck).order_by(SelfCheck.id))
        ]


def test_what_is_told_first_is_said_and_not_asked_again(chat: Chat) -> None:
    chat.say("demam 3 hari sama anosmia, serumah ada yg positif", SYMPTOMS)
    assert chat.responses == ["utter_selfcheck_start", "utter_selfcheck_understood", "utter_ask_selfcheck"]
    assert chat.said[1]["known"] == "Anda, demam (3 hari), tidak bisa mencium bau, serumah dengan orang positif"
    assert "tanda bahaya" in _asked(chat), "danger is asked first"
    assert "Kejang" in chat.options
    assert len(chat.options) <= 10, "on one page"
    chat.say("tidak ada", "deny")
    assert _asked(chat).startswith("Berapa umur Anda?")
    chat.say("34 laki-laki")
    assert chat.responses == ["utter_ask_selfcheck_more"]
    assert "Demam" not in chat.options
    chat.say("cuma itu aja")
    chat.say("belum tes")
    assert chat.responses == ["utter_selfcheck_doctor"]
    assert list(chat.options)[-1] == "Hubungi petugas"
    assert not chat.open
    assert not any(chat.slots.values())
    ((who, level, facts),) = _checks()
    assert (who, level, facts["exposure"]) == ("self", "doctor", "household")


def test_a_child_is_spoken_of_as_a_child(chat: Chat) -> None:
    chat.say("anak saya 2 th panas 39,5 dari kemarin", SYMPTOMS)
    assert chat.said[1]["known"] == "anak Anda, 2 tahun, demam tinggi 39,5 °C (1 hari)"
    assert "anak Anda" in _asked(chat)
    chat.say("ga ada")
    assert "tanda ini pada anak" in _asked(chat)
    chat.tap("Tak mau minum / menyusu")
    assert chat.responses == ["utter_selfcheck_emergency"]
    assert chat.said[0]["who"] == "anak Anda"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("sesak banget", "emergency"),
        ("sekarang saturasinya 85", "emergency"),
        ("bibirnya jadi biru", "nlu_fallback"),
        ("kejang", SYMPTOMS),
    ],
)
def test_a_danger_sign_at_any_moment_ends_the_questions(chat: Chat, text: str, intent: str) -> None:
    chat.say("saya batuk 2 hari", SYMPTOMS)
    chat.say("tidak ada", "deny")
    chat.say(text, intent)
    assert chat.responses == ["utter_selfcheck_emergency"]
    assert not chat.open
    assert chat.slots["emergency_at"], "a pin is now about the emergency"
    assert _checks()[0][1] == "emergency"


def test_danger_told_at_first_asks_nothing(chat: Chat) -> None:
    chat.say("bapak saya 60 tahun bingung mendadak", SYMPTOMS)
    assert chat.responses == ["utter_selfcheck_emergency"]
    assert chat.said[0]["who"] == "bapak Anda"


def test_who_does_not_breathe_any_more_is_helped_as_that(chat: Chat) -> None:
    chat.say("anak saya batuk 2 hari", SYMPTOMS)
    chat.say("tiba2 anaknya biru ga napas", "emergency", confidence=1.0)
    assert "tekan kuat di tengah dada" in chat.said[0]["advice"]
    assert "Dudukkan" not in chat.said[0]["advice"]


def test_danger_of_somebody_else_is_answered_for_them(chat: Chat) -> None:
    chat.say("anak saya demam", SYMPTOMS)
    chat.say("ibu saya pingsan", "emergency", confidence=1.0)
    assert chat.responses == ["utter_selfcheck_emergency"]
    assert chat.said[0]["who"] == "ibu Anda"
    assert [check[0] for check in _checks()] == ["mother"]


def test_who_wants_to_die_needs_another_answer(chat: Chat) -> None:
    chat.say("saya demam", SYMPTOMS)
    before = dict(chat.slots)
    chat.say("saya mau bunuh diri saja", "emergency", confidence=1.0)
    assert chat.slots == before
    assert _checks() == []


def test_a_bare_yes_to_danger_gets_the_number_first(chat: Chat) -> None:
    chat.say("Cek gejala", CHECK)
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_selfcheck_which_danger", "utter_ask_selfcheck"]


def test_a_sentence_that_holds_a_no_is_none(chat: Chat) -> None:
    chat.say("Cek gejala", CHECK)
    chat.say("ga kuat naik tangga")
    assert "danger" not in _facts(chat)


def test_several_may_be_tapped(chat: Chat) -> None:
    chat.say("Cek gejala", CHECK)
    chat.tap("Tidak ada")
    chat.say("40 tahun laki-laki")
    chat.tap("Batuk")
    chat.tap("Demam")
    assert chat.said[0]["known"] == "batuk, demam"
    chat.tap("Tidak ada lagi")
    assert set(_facts(chat)["symptoms"]) == {"cough", "fever"}
    assert _facts(chat)["symptoms_asked"] is True


def test_several_people_one_after_the_other(chat: Chat) -> None:
    chat.say("suami saya demam, anak saya batuk", SYMPTOMS)
    assert chat.said[0] == {**chat.said[0], "response": "utter_selfcheck_one_by_one", "who": "suami Anda"}
    for answer in ("tidak ada", "35", "tidak ada", "tidak", "ringan", "hari ini", "tidak ada", "tidak"):
        chat.say(answer)
    assert chat.responses == ["utter_selfcheck_watch", "utter_selfcheck_next"]
    assert chat.said[1]["who"] == "anak Anda"
    assert list(chat.options) == ["Ya, lanjut", "Pantau tiap hari", "Hubungi petugas"]
    chat.tap("Ya, lanjut")
    assert "anak Anda" in _asked(chat)
    assert set(_facts(chat)["symptoms"]) == {"cough"}, "what was told of them is not asked again"
    assert _draft(chat)["waiting"] == []


def test_what_is_told_of_somebody_else_is_not_learned_of_the_first(chat: Chat) -> None:
    chat.say("anak saya batuk", SYMPTOMS)
    chat.say("tidak ada", "deny")
    chat.say("ibu saya juga demam")
    assert set(_facts(chat)["symptoms"]) == {"cough"}
    assert "anak Anda" in _asked(chat)
    assert [each[0] for each in _draft(chat)["waiting"]] == ["mother"]


def test_turning_to_another_person(chat: Chat) -> None:
    chat.say("anak saya batuk", SYMPTOMS)
    chat.say("kalau ibu saya demam gimana", SYMPTOMS)
    assert "ibu Anda" in _asked(chat)
    assert set(_facts(chat)["symptoms"]) == {"fever"}
    assert [each[0] for each in _draft(chat)["waiting"]] == ["child"]


def test_who_it_is_about_may_be_told_later(chat: Chat) -> None:
    chat.say("Cek gejala", CHECK)
    chat.say("buat anak saya 3 tahun")
    assert "anak Anda" in _asked(chat)
    assert _facts(chat) == {"age": 3}


def test_a_positive_husband_is_a_contact_of_ones_own(chat: Chat) -> None:
    chat.say("suami saya positif", CONTACT)
    assert chat.said[1]["known"] == "Anda, serumah dengan orang positif"
    assert "Anda sekarang" in _asked(chat)


def test_an_answer_may_be_corrected(chat: Chat) -> None:
    chat.say("saya laki-laki 40 tahun demam batuk", SYMPTOMS)
    for answer in ("tidak ada", "tidak ada", "tidak", "ringan", "1 hari"):
        chat.say(answer)
    assert _facts(chat)["symptoms"]["fever"]["days"] == 1
    chat.say("eh salah, 2 hari")
    assert chat.responses[0] == "utter_selfcheck_understood"
    assert _facts(chat)["symptoms"]["fever"]["days"] == 2
    chat.say("eh salah, umurnya 41", "change_answer")
    assert _facts(chat)["age"] == 41


def test_a_bare_bukan_is_a_no(chat: Chat) -> None:
    chat.say("saya batuk", SYMPTOMS)
    for answer in ("tidak ada", "30 cewek", "bukan"):
        chat.say(answer)
    assert _facts(chat)["pregnant"] is False


def test_what_nobody_knows_may_be_left_out(chat: Chat) -> None:
    chat.say("saya laki-laki 40 tahun batuk", SYMPTOMS)
    chat.say("tidak ada")
    chat.say("tidak ada")
    chat.say("ga tau suhunya")
    assert chat.responses == ["utter_selfcheck_unmeasured", "utter_ask_selfcheck"]
    chat.say("lewati", "skip_question")
    assert chat.responses[0] == "utter_selfcheck_skipped"
    assert _facts(chat)["positive_test"] is False


def test_danger_is_never_left_out(chat: Chat) -> None:
    chat.say("saya batuk", SYMPTOMS)
    before = dict(chat.slots)
    chat.say("lewati", "skip_question")
    assert chat.slots == before
    assert "danger" not in _facts(chat)


def test_three_unreadable_answers_offer_a_person(chat: Chat) -> None:
    chat.say("Cek gejala", CHECK)
    chat.say("hmm hmm")
    assert chat.responses == ["utter_health_unreadable", "utter_ask_selfcheck"]
    chat.say("hmm hmm")
    assert "utter_example_health" in chat.responses
    chat.say("hmm hmm")
    assert "utter_offer_person" in chat.responses
    assert "Hubungi petugas" in chat.options


def test_another_question_is_set_aside_and_teaches_nothing(chat: Chat) -> None:
    chat.say("saya 30 tahun batuk", SYMPTOMS)
    before, facts = dict(chat.slots), _facts(chat)
    chat.say("kalau demam habis vaksin itu normal ga?", "ask_vaccine_question")
    assert (chat.slots, _facts(chat)) == (before, facts)


def test_yesterdays_check_is_remembered(chat: Chat) -> None:
    _yesterday(chat)
    chat.say("Cek gejala", CHECK)
    assert chat.responses[-1] == "utter_ask_selfcheck_change"
    assert chat.said[-1]["since"] == "Kemarin"
    assert chat.said[-1]["symptoms"] == "demam, batuk"
    assert list(chat.options) == ["Membaik", "Sama saja", "Memburuk"]
    chat.tap("Sama saja")
    assert "tanda bahaya" in _asked(chat), "danger is asked anew"
    assert _facts(chat)["symptoms"]["fever"]["days"] == 2, "a day has gone by"
    assert _facts(chat)["age"] == 40
    assert "danger" not in _facts(chat)


def test_worse_than_yesterday_needs_a_doctor(chat: Chat) -> None:
    _yesterday(chat)
    chat.say("Cek gejala", CHECK)
    chat.say("makin parah")
    for _ in range(4):
        if chat.open:
            chat.say("tidak ada", "deny")
    assert _checks()[-1][1] == "doctor"
    assert chat.responses[-1] == "utter_selfcheck_desk"
    with transaction() as session:
        assert session.scalar(select(HandOff.reason)) == "worsened"


def test_better_than_yesterday_asks_what_is_left(chat: Chat) -> None:
    _yesterday(chat)
    chat.say("Cek gejala", CHECK)
    chat.say("udah mendingan")
    chat.say("tidak ada")
    assert "symptoms" not in _facts(chat)
    assert "rasakan sekarang" in _asked(chat)


def _yesterday(chat: Chat) -> None:
    symptoms = {
        name: {"present": True, "severity": None, "days": 1, "temperature": None} for name in ("fever", "cough")
    }
    facts = {"danger": [], "age": 40, "sex": "L", "symptoms": symptoms, "symptoms_asked": True, "positive_test": False}
    at = NOW - timedelta(days=1)
    with transaction() as session:
        result = assess(rules_in_force(at.date()), {**facts, "severity": "severe"}, at.date())
        assert isinstance(result, Result)
        memory.keep(session, chat.key, None, facts, result, "yesterday", at)


@pytest.mark.parametrize("steps", [["tidak ada", "40 tahun laki-laki", "cuma itu", "belum tes", "ringan", "tidak"]])
def test_any_turn_may_run_again(chat: Chat, steps: list[str]) -> None:
    """Killed after the actions have committed: the same message brings the same, and keeps no second check."""
    chat.say("saya batuk 2 hari", SYMPTOMS)
    for text in steps:
        tracker, was_open = dict(chat.slots), chat.open
        chat.say(text, message_id=f"message-{text}")
        first, facts = chat.responses, _facts(chat)
        chat.slots, chat.open = tracker, was_open
        chat.say(text, message_id=f"message-{text}")
        assert (chat.responses, _facts(chat)) == (first, facts), text
    assert not chat.open
    assert len(_checks()) == 1


def test_answers_swept_away_meanwhile_begin_anew(chat: Chat) -> None:
    chat.say("ibu saya batuk", SYMPTOMS)
    with transaction() as session:
        drafts.discard(session, chat.key, Form.name)
    chat.say("saya demam")
    assert "Anda sekarang" in _asked(chat)
    assert set(_facts(chat)["symptoms"]) == {"fever"}


def test_the_tracker_holds_no_health(chat: Chat) -> None:
    chat.say("ibu saya 67 tahun hiv, demam 39,5, saturasi 93", SYMPTOMS)
    held = repr(chat.slots)
    assert not any(secret in held for secret in ("67", "hiv", "39", "93", "fever"))


def test_two_contacts_at_once(chat: Chat) -> None:
    with transaction() as session:
        other = Chat(ensure_contact(session, phone="628000000052").key, form=SELFCHECK)
    chat.say("saya demam", SYMPTOMS)
    other.say("anak saya batuk", SYMPTOMS)
    assert set(_facts(chat)["symptoms"]) == {"fever"}
    assert set(_facts(other)["symptoms"]) == {"cough"}


def test_every_other_form_goes_on_when_symptoms_are_told_in_it() -> None:
    """A form without this rule would be left for a check that nobody asked for."""
    rules = load(ROOT / "data/rules/selfcheck.yml")["rules"]
    going_on = {
        rule["condition"][0]["active_loop"]
        for rule in rules
        if rule["steps"][-1].get("action") == ActionOfferSelfCheck().name()
    }
    assert going_on == set(domain()["forms"]) - {Form.name}


def test_what_was_asked_stays_asked() -> None:
    fever = {"fever": {"present": True, "severity": None, "days": 2, "temperature": None}}
    later = {"fever": {"present": True, "severity": "mild", "days": None, "temperature": None}}
    both = together({"symptoms": fever, "symptoms_asked": True}, {"symptoms": later, "symptoms_asked": False})
    assert both == {"symptoms": {"fever": {**later["fever"], "days": 2}}, "symptoms_asked": True}


def test_a_temperature_told_while_something_else_is_asked_belongs_to_the_fever(chat: Chat) -> None:
    chat.say("saya demam 3 hari", SYMPTOMS)
    chat.say("35 laki2")
    assert chat.said[0]["known"] == "Anda, laki-laki, 35 tahun"
    assert "tanda bahaya" in _asked(chat)
    chat.say("38.5 tadi pagi")
    assert _facts(chat)["symptoms"]["fever"] == {"present": True, "severity": None, "days": 3, "temperature": 38.5}
    assert "tanda bahaya" in _asked(chat)


def test_what_is_no_yes_is_no_positive_test(chat: Chat) -> None:
    chat.say("saya laki-laki 40 tahun batuk", SYMPTOMS)
    chat.say("tidak ada", "deny")
    chat.say("itu aja", "affirm")
    assert "positif" in _asked(chat)
    chat.say("itu aja", "affirm")
    assert "positif" in _asked(chat) and "positive_test" not in _facts(chat)


def test_a_length_that_is_taken_back_does_not_close_the_list_of_symptoms(chat: Chat) -> None:
    chat.say("saya laki-laki 40 tahun demam 3 hari, batuk", SYMPTOMS)
    chat.say("tidak ada", "deny")
    assert chat.responses == ["utter_ask_selfcheck_more"]
    chat.say("eh demamnya 4 hari bukan 3")
    assert chat.responses == ["utter_selfcheck_understood", "utter_ask_selfcheck_more"]
    assert _facts(chat)["symptoms"]["fever"]["days"] == 4
