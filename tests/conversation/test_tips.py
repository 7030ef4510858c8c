""" "Apa yang harus saya lakukan": told by situation, and what is asked further keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.within import ActionRepeat
from actions.knowledge import ActionAnswerQuestion
from actions.menu import ActionChooseOption
from actions.out_of_scope import ActionOutOfScope
from actions.registration.form import Form
from actions.tips import telling
from actions.tips.answering import ActionTellTips
from actions.unsure import ActionAcknowledge, ActionUnsure
from siaga.tips import tips

NOW = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
ACTIONS: dict[str, Action] = {
    "ask_tips": ActionTellTips(),
    "nlu_fallback": ActionUnsure(),
    "ask_covid_question": ActionAnswerQuestion(),
    "affirm": ActionAcknowledge(),
    "repeat": ActionRepeat(),
    "out_of_scope": ActionOutOfScope(),
    "choose_option": ActionChooseOption(),
}

# What a yes may be meant for is looked up.
pytestmark = pytest.mark.usefixtures("database")


class Talk:
    """One contact's messages; ``said`` is what the last was answered with."""

    def __init__(self, in_form: bool = False) -> None:
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.at = NOW
        self.loop = {"name": Form.name} if in_form else {}
        self.said: list[dict[str, Any]] = []

    def say(self, text: str, intent: str = "ask_tips", option: str | None = None, after: float = 1) -> Talk:
        self.at += timedelta(minutes=after)
        entities = [{"entity": "option", "value": option}] if option else []
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [],
            "entities": entities,
            "metadata": {
                "message_id": str(self.at),
                "at": self.at.isoformat(),
                "kind": "option" if option or text.startswith("/") else "text",
            },
        }
        self.events.append({"event": "user", "text": text})
        dispatcher = CollectingDispatcher()
        action = ACTIONS[intent]
        tracker = Tracker("k", dict(self.slots), message, list(self.events), False, None, self.loop, None)
        events = action.run(dispatcher, tracker, {})
        self.events += [{"event": "action", "name": action.name()}, *events]
        self.events.append({"event": "action", "name": "action_listen"})
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        self.said = dispatcher.messages
        return self

    @property
    def responses(self) -> list[str]:
        return [said["response"] for said in self.said]

    @property
    def title(self) -> str:
        return str(self.said[-1]["title"])

    @property
    def text(self) -> str:
        return str(self.said[-1]["lines"])

    @property
    def labels(self) -> list[str]:
        return [button["title"] for button in self.said[-1].get("buttons") or []]

    @property
    def situation(self) -> str | None:
        return (self.slots.get("tips_situation") or {}).get("id")


def test_a_situation_is_told_with_source_and_date() -> None:
    talk = Talk().say("tips isoman")
    assert talk.responses == ["utter_tip"]
    assert talk.title == "Isolasi di rumah"
    assert talk.text.count("• ") == 4 and "⚠" in talk.text
    assert talk.said[0]["source"].startswith("WHO, 13 Januari 2023")
    assert talk.said[0]["checked"] == "23 November 2026"
    assert talk.said[0]["due"] == ""
    assert talk.labels == ["Selengkapnya", "Cek gejala", "Keadaan lain"]
    assert talk.situation == "isolasi-mandiri"


def test_what_is_due_for_review_says_so() -> None:
    talk = Talk()
    talk.at = datetime(2027, 2, 22, 3, tzinfo=timezone.utc)
    assert "diperiksa ulang" in talk.say("tips isoman").said[0]["due"]


def test_for_whom_it_is_asked_is_told_at_once() -> None:
    assert "*Untuk ibu hamil*" in Talk().say("cara isoman kalau hamil").text
    assert "*Untuk" not in Talk().say("tips isoman").text


def test_without_a_situation_there_is_a_list_to_choose_from() -> None:
    for text in ("apa yang harus saya lakukan", "/ask_tips"):
        talk = Talk().say(text)
        assert talk.responses == ["utter_tips"]
        assert len(talk.labels) == len(tips().all)
        assert talk.situation is None


def test_two_likely_situations_are_offered() -> None:
    talk = Talk().say("isoman sambil merawat ibu")
    assert talk.responses == ["utter_tip_choices"]
    assert talk.labels == ["Merawat yang sakit", "Isolasi di rumah", "Keadaan lain"]


def test_the_knowledge_base_answers_what_is_no_situation() -> None:
    talk = Talk().say("tips isoman").say("vaksin halal atau tidak")
    assert talk.responses == ["utter_answer"]
    assert talk.situation is None


def test_an_option_tells_its_situation_and_its_longer_text() -> None:
    talk = Talk().say("Masker", "choose_option", option="tip=masker")
    assert (talk.title, talk.situation) == ("Memakai masker", "masker")
    talk.say("Selengkapnya", "choose_option", option="tip_more=masker")
    assert "4 jam" in talk.text
    assert talk.labels == ["Cuci tangan", "Udara di rumah", "Mencegah tertular"]


def test_an_option_of_a_situation_that_is_gone_is_stale() -> None:
    assert Talk().say("Lama", "choose_option", option="tip=tidak-ada").responses == ["utter_option_stale"]


# ---------------------------------------------------------------------------- what is asked further
@pytest.mark.parametrize("intent", ["ask_tips", "nlu_fallback", "ask_covid_question", "out_of_scope"])
@pytest.mark.parametrize(
    ("text", "title", "words"),
    [
        ("kalau anak?", "Isolasi di rumah, untuk anak", "tidak diisolasi sendirian"),
        ("nek meteng piye", "Isolasi di rumah, untuk ibu hamil", "janin"),
        ("klo ibu sy 67 th", "Isolasi di rumah, untuk usia 60 tahun ke atas", "menengok"),
        ("berapa lama?", "Isolasi di rumah", "10 hari sejak gejala muncul"),
        ("lanjut", "Isolasi di rumah", "Kamar mandi dipakai bersama"),
        ("boleh keluar beli makan?", "Isolasi di rumah", "sebaiknya tidak keluar"),
        ("kalau sudah negatif?", "Kapan isolasi selesai", "10 hari"),
    ],
)
def test_what_follows_keeps_the_situation(intent: str, text: str, title: str, words: str) -> None:
    talk = Talk().say("tips isoman").say(text, intent)
    assert talk.responses == ["utter_tip"]
    assert talk.title == title
    assert words in talk.text


@pytest.mark.parametrize(("text", "intent"), [("lanjut", "affirm"), ("apa lagi", "repeat"), ("lanjutkan", "repeat")])
def test_a_word_for_more_follows_upon_a_tip(text: str, intent: str) -> None:
    assert "Kamar mandi dipakai bersama" in Talk().say("tips isoman").say(text, intent).text


@pytest.mark.parametrize("intent", ["affirm", "repeat"])
def test_a_mere_yes_asks_for_nothing(intent: str) -> None:
    assert Talk().say("tips isoman").say("iya", intent).responses == ["utter_acknowledge"]


def test_further_and_further() -> None:
    talk = Talk().say("tips isoman").say("kalau sudah negatif?", "nlu_fallback")
    assert talk.situation == "selesai-isolasi"
    assert talk.say("kalau masih positif?", "nlu_fallback").text.startswith("Hasil tes bisa tetap positif")
    assert talk.say("kalau anak?", "nlu_fallback").title == "Kapan isolasi selesai, untuk anak"


def test_how_long_for_a_child_tells_both() -> None:
    text = Talk().say("tips isoman").say("kalau anak berapa lama?", "nlu_fallback").text
    assert "10 hari" in text and "tidak diisolasi sendirian" in text


def test_where_nothing_differs_or_nobody_knows_that_is_said() -> None:
    talk = Talk().say("cara cuci tangan yang benar")
    assert talk.say("kalau hamil?", "nlu_fallback").responses == ["utter_tip_no_variant"]
    talk = Talk().say("tips hidup sehat setiap hari")
    assert talk.say("berapa lama?", "nlu_fallback").responses == ["utter_tip_no_length"]


def test_another_situation_may_follow_without_its_question() -> None:
    talk = Talk().say("tips isoman").say("cuci tangan gmn", "nlu_fallback")
    assert talk.title == "Cuci tangan yang benar"
    assert Talk().say("cuci tangan gmn", "nlu_fallback").responses != ["utter_tip"]


def test_the_situation_is_forgotten_after_half_an_hour() -> None:
    assert Talk().say("tips isoman").say("kalau anak?", "nlu_fallback", after=30).responses == ["utter_tip"]
    assert Talk().say("tips isoman").say("kalau anak?", "nlu_fallback", after=31).responses == ["utter_unsure_again"]
    assert Talk().say("tips isoman").say("berapa lama?", after=31).responses != ["utter_tip"]


def test_each_question_keeps_it_for_longer() -> None:
    talk = Talk().say("tips isoman").say("kalau anak?", "nlu_fallback", after=20)
    assert talk.say("berapa lama?", "nlu_fallback", after=20).responses == ["utter_tip"]


def test_after_another_answer_it_is_another_subject() -> None:
    talk = Talk().say("tips isoman").say("vaksin halal ga", "ask_covid_question")
    assert talk.responses == ["utter_answer"]
    assert talk.say("berapa lama?", "nlu_fallback").responses == ["utter_unsure_again"]


def test_small_talk_in_between_does_not_matter() -> None:
    talk = Talk().say("tips isoman").say("hmm apa ya", "nlu_fallback")
    assert talk.say("kalau anak?", "nlu_fallback").title == "Isolasi di rumah, untuk anak"


def test_nothing_follows_upon_nothing() -> None:
    assert Talk().say("berapa lama?", "nlu_fallback").responses == ["utter_unsure_again"]
    assert Talk().say("kalau bayi", "out_of_scope").responses == ["utter_out_of_scope"]
    assert Talk().say("lanjut", "affirm").responses == ["utter_acknowledge"]


def test_abuse_is_no_question() -> None:
    assert Talk().say("tips isoman").say("goblok", "out_of_scope").responses == ["utter_abuse"]


# ---------------------------------------------------------------------------- danger
def test_danger_comes_first() -> None:
    talk = Talk().say("tips isoman").say("kalau sesak?", "nlu_fallback")
    assert talk.responses == ["utter_tip_danger"]
    assert talk.say("kalau anak?", "nlu_fallback").title == "Isolasi di rumah, untuk anak"
    talk = Talk().say("saya isoman dan sesak, tips dong")
    assert talk.responses[0] == "utter_tip_danger"
    assert "⚠" not in "".join(str(said.get("text", "")) for said in talk.said)


# ---------------------------------------------------------------------------- in a form
def test_in_a_form_it_is_told_without_buttons() -> None:
    talk = Talk(in_form=True).say("tips isoman")
    assert talk.responses == ["utter_tip"]
    assert talk.labels == []
    assert talk.say("kalau anak?").title == "Isolasi di rumah, untuk anak"
    assert talk.labels == []


def test_in_a_form_the_likeliest_is_told_as_a_guess_and_a_list_is_not() -> None:
    assert Talk(in_form=True).say("isoman sambil merawat ibu").responses == ["utter_tip_maybe"]
    assert Talk(in_form=True).say("minta saran").responses == ["utter_tips_in_form"]


@pytest.mark.parametrize("intent", ["nlu_fallback", "repeat", "out_of_scope", "ask_covid_question"])
def test_in_a_form_only_a_question_for_advice_follows_upon_a_tip(intent: str) -> None:
    talk = Talk(in_form=True).say("tips isoman").say("berapa lama?", intent)
    assert "utter_tip" not in talk.responses


def test_the_same_message_again_is_answered_the_same() -> None:
    talk = Talk().say("tips isoman")
    kept = dict(talk.slots)
    first = talk.say("kalau anak?", "nlu_fallback").said
    talk.slots = kept
    assert talk.say("kalau anak?", "nlu_fallback", after=0).said == first


def test_a_broken_slot_is_no_situation() -> None:
    talk = Talk()
    talk.slots["tips_situation"] = "isolasi-mandiri"
    assert talk.say("kalau anak?", "nlu_fallback").responses == ["utter_unsure_again"]
    assert telling.SITUATION == "tips_situation"
