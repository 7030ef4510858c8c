"""Checking what is told around, in the chat: verdict, text to forward, choices, and what nobody knows yet."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select

from actions.conversation import Message
from actions.hoaxes.checking import ActionCheckHoax
from actions.knowledge import ActionAnswerQuestion, answering
from actions.menu import ActionChooseOption
from actions.out_of_scope import ActionOutOfScope
from actions.registration.form import Form
from actions.unsure import ActionUnsure
from siaga.db import transaction
from siaga.hoaxes import matching, queue
from siaga.hoaxes.tables import HoaxAsker, HoaxQuestion
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Notice
from tests.conversation.chat import Chat
from tests.hoaxes.test_matching import ALIKE, CHAIN, HARMLESS

pytestmark = pytest.mark.usefixtures("claims", "database")

NOW = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)
ACTIONS: dict[str, Action] = {
    "check_hoax": ActionCheckHoax(),
    "ask_vaccine_question": ActionAnswerQuestion(),
    "ask_covid_question": ActionAnswerQuestion(),
    "nlu_fallback": ActionUnsure(),
    "out_of_scope": ActionOutOfScope(),
    "choose_option": ActionChooseOption(),
}
UNKNOWN = "mulai senin besok seluruh jawa timur lockdown total tiga hari, pasar ditutup"


class Talk:
    """One contact's messages; ``said`` is what the last was answered with."""

    def __init__(self, in_form: bool = False, phone: str = "628000000061") -> None:
        with transaction() as session:
            contact = ensure_contact(session, phone=phone)
            self.key, self.contact_id = str(contact.key), int(contact.id)
        self.loop = {"name": Form.name} if in_form else {}
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.at = NOW
        self.said: list[dict[str, Any]] = []

    def say(
        self,
        text: str,
        intent: str = "check_hoax",
        *,
        option: str | None = None,
        forwarded: str | None = None,
        ranking: tuple[str, ...] = (),
        after: float = 1,
    ) -> Talk:
        self.at += timedelta(minutes=after)
        tapped = option is not None or text.startswith("/")
        metadata = {
            "message_id": f"{self.key}-{self.at.isoformat()}",
            "at": self.at.isoformat(),
            "kind": "option" if tapped else "text",
            "forwarded": forwarded,
        }
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": name, "confidence": 0.3} for name in ranking],
            "entities": [{"entity": "option", "value": option}] if option else [],
            "metadata": metadata,
        }
        self.events.append({"event": "user", "text": text, "metadata": metadata})
        dispatcher = CollectingDispatcher()
        action = ACTIONS[intent]
        tracker = Tracker(self.key, dict(self.slots), message, list(self.events), False, None, self.loop, None)
        events = action.run(dispatcher, tracker, {})
        self.events += [{"event": "action", "name": action.name()}, *events]
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        self.said = dispatcher.messages
        return self

    def tap(self, label: str) -> Talk:
        found = re.fullmatch(r"/(\w+)(\{.*\})?", self.options[label])
        assert found
        return self.say(self.options[label], found[1], option=json.loads(found[2] or "{}").get("option"))

    @property
    def responses(self) -> list[str]:
        return [said["response"] for said in self.said]

    @property
    def options(self) -> dict[str, str]:
        return {button["title"]: button["payload"] for said in self.said for button in said.get("buttons") or []}


def questions() -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(HoaxQuestion)))


# ---------------------------------------------------------------------- what is known
def test_the_verdict_comes_first_then_a_text_to_forward() -> None:
    talk = Talk().say("bener ga vaksin ada magnetnya?")
    assert talk.responses == ["utter_hoax", "utter_hoax_share"]
    verdict, share = talk.said
    assert (verdict["mark"], verdict["verdict"]) == ("❌", "HOAKS")
    assert "magnet" in verdict["claim"] and "magnet" in verdict["why"]
    assert (verdict["source"], verdict["checked"], verdict["due"]) == ("WHO", "22 November 2026", "")
    assert share["share"].endswith("Sumber: WHO.") and not talk.options
    assert questions() == 0


@pytest.mark.parametrize(
    ("text", "mark", "verdict"),
    [
        ("masker bekas dijual lagi bener ga", "✅", "BENAR"),
        ("bawang putih bisa nyembuhin covid?", "❗", "MENYESATKAN"),
        ("kumur air garam membunuh virus corona?", "❓", "BELUM TERBUKTI"),
    ],
)
def test_each_verdict_has_its_mark(text: str, mark: str, verdict: str) -> None:
    said = Talk().say(text).said[0]
    assert (said["mark"], said["verdict"]) == (mark, verdict)


def test_a_chain_message_with_two_claims_tells_one_and_offers_the_other() -> None:
    talk = Talk().say(CHAIN, forwarded="often")
    assert talk.responses == ["utter_hoax", "utter_hoax_share", "utter_hoax_also"]
    first = talk.said[0]["claim"]
    (label,) = talk.options
    talk.tap(label)
    assert talk.responses == ["utter_hoax", "utter_hoax_share"] and talk.said[0]["claim"] != first


def test_what_is_due_for_review_says_so() -> None:
    talk = Talk()
    talk.at = datetime(2027, 5, 22, tzinfo=timezone.utc)
    assert "diperiksa ulang" in talk.say("vaksin ada chip?").said[0]["due"]


def test_what_is_alike_is_offered_and_none_of_them_is_an_answer_too() -> None:
    talk = Talk().say(ALIKE)
    assert talk.responses == ["utter_hoax_near"] and list(talk.options)[-1] == "Bukan itu"
    assert 2 <= len(talk.options) <= 4
    talk.tap("Bukan itu")
    assert talk.responses == ["utter_hoax_unknown"]
    with transaction() as session:
        assert [one.text for one in queue.waiting(session)] == [ALIKE]


def test_a_link_is_checked() -> None:
    assert Talk().say("https://kabar-uji.example.com/vaksin-chip", "nlu_fallback").said[0]["verdict"] == "HOAKS"


# ---------------------------------------------------------------------- asking for the message
@pytest.mark.parametrize("text", ["cek hoaks", "ini bener ga min?", "hoaks vaksin?"])
def test_a_bare_request_asks_for_the_message(text: str) -> None:
    talk = Talk().say(text)
    assert talk.responses == ["utter_hoax_ask"] and questions() == 0
    talk.say("Di dalam suntikan vaksin ada microchip yang bisa melacak kita", "out_of_scope")
    assert talk.responses == ["utter_hoax", "utter_hoax_share"]
    assert talk.slots["hoax_waiting"] is None


# The knowledge base is sure of an answer to each of these but the last, whatever else they are.
@pytest.mark.parametrize("intent", ["ask_vaccine_question", "ask_covid_question", "nlu_fallback", "check_hoax"])
@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("vaksin bikin mandul", "utter_hoax"),
        (ALIKE, "utter_hoax_near"),
        ("berapa kali suntik dan berapa jaraknya", "utter_answer"),
        (UNKNOWN, "utter_hoax_unknown"),
    ],
)
def test_what_was_asked_for_is_a_claim_first_then_a_question(
    monkeypatch: pytest.MonkeyPatch, text: str, response: str, intent: str
) -> None:
    some = answering.knowledge(False).answers[0]

    class Known:
        def ask(self, text: str) -> Any:
            return answering.Far() if text == UNKNOWN else answering.Sure(some, 0.9)

    monkeypatch.setattr(answering, "knowledge", lambda preview: Known())
    talk = Talk().say("cek hoaks").say(text, intent, ranking=("ask_vaccine_question",))
    assert talk.responses[0] == response


@pytest.mark.parametrize("in_form", [False, True])
@pytest.mark.parametrize("intent", ["out_of_scope", "nlu_fallback", "ask_vaccine_question", "check_hoax"])
def test_who_wants_something_checked_is_never_told_that_it_is_out_of_scope(intent: str, in_form: bool) -> None:
    talk = Talk(in_form=in_form).say("hoax ga kabar gempa besar nanti malam di kota saya", intent)
    assert talk.responses == ["utter_hoax_unknown_in_form" if in_form else "utter_hoax_unknown"]
    assert questions() == 1


def test_a_message_that_was_asked_for_and_is_not_known() -> None:
    talk = Talk().say("/check_hoax").say(UNKNOWN, "out_of_scope")
    assert talk.responses == ["utter_hoax_unknown"]


def test_it_is_waited_for_once_and_not_for_long() -> None:
    talk = Talk().say("cek hoaks").say("halo halo", "out_of_scope")
    assert talk.responses == ["utter_out_of_scope"]
    assert talk.say(UNKNOWN, "out_of_scope").responses == ["utter_out_of_scope"], "the turn after the next"
    late = Talk(phone="628000000062").say("cek hoaks").say(UNKNOWN, "out_of_scope", after=31)
    assert late.responses == ["utter_out_of_scope"]


def test_is_it_true_means_the_message_forwarded_just_before() -> None:
    talk = Talk().say("Vaksin bikin perempuan mandul", "out_of_scope", forwarded="once")
    assert talk.responses[0] == "utter_hoax"
    talk.say("ini bener ga min?")
    assert talk.responses[0] == "utter_hoax"
    assert Talk(phone="628000000062").say("ini bener ga min?").responses == ["utter_hoax_ask"]


def test_the_message_that_was_not_understood_is_checked_when_that_is_chosen() -> None:
    talk = Talk().say(UNKNOWN, "nlu_fallback", ranking=("check_hoax", "find_facility"))
    assert talk.responses == ["utter_unsure"]
    assert talk.tap("Cek kabar").responses == ["utter_hoax_unknown"]
    with transaction() as session:
        assert [one.text for one in queue.waiting(session)] == [UNKNOWN]


# ---------------------------------------------------------------------- what is not known
def test_unknown_asked_to_be_checked_and_answered() -> None:
    talk = Talk().say(UNKNOWN, forwarded="often")
    assert talk.responses == ["utter_hoax_unknown"]
    assert list(talk.options) == ["Minta diperiksa", "Hubungi petugas", "Menu"]
    about = json.loads(talk.options["Hubungi petugas"].removeprefix("/talk_to_human"))
    assert about == {"reason": "hoax", "about": f"hoax:{_question(talk)}"}
    with transaction() as session:
        assert session.scalar(select(func.count(HoaxAsker.wants_answer_at))) == 0, "nobody has agreed yet"
    check = talk.options["Minta diperiksa"]
    talk.tap("Minta diperiksa")
    assert talk.responses == ["utter_hoax_queued"]
    with transaction() as session:
        (waiting,) = queue.waiting(session)
        assert waiting.waiting == 1
        queue.answer(session, waiting.id, "air-garam", "Petugas Uji", NOW)
        assert session.scalars(select(Notice.contact_id)).all() == [talk.contact_id]
    option = json.loads(check[check.index("{") :])["option"]
    talk.say(check, "choose_option", option=option)
    assert talk.responses[0] == "utter_hoax", "an old button tells the answer by now"


def test_another_contact_cannot_have_the_question_checked() -> None:
    option = f"hoax_check={_question(Talk().say(UNKNOWN))}"
    stranger = Talk(phone="628000000062").say("x", "choose_option", option=option)
    assert stranger.responses == ["utter_hoax_not_queued"]


def _question(talk: Talk) -> str:
    found = re.search(r"hoax_check=(\d+)", talk.options["Minta diperiksa"])
    assert found
    return found[1]


def test_a_tap_on_a_claim_that_is_gone_is_stale() -> None:
    assert Talk().say("x", "choose_option", option="hoax=tidak-ada").responses == ["utter_option_stale"]
    assert Talk().say("x", "choose_option", option="hoax_check=x").responses == ["utter_option_stale"]


# ---------------------------------------------------------------------- taken for something else
@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope", "ask_vaccine_question"])
def test_a_forwarded_claim_is_checked_whatever_it_was_taken_for(intent: str) -> None:
    talk = Talk().say("Di dalam suntikan vaksin ada microchip yang bisa melacak kita", intent, forwarded="often")
    assert talk.responses == ["utter_hoax", "utter_hoax_share"]


def test_a_forwarded_message_that_is_not_understood_is_not_known() -> None:
    assert Talk().say(UNKNOWN, "nlu_fallback", forwarded="once").responses == ["utter_hoax_unknown"]


def test_what_is_none_of_our_business_is_not_for_the_desk() -> None:
    assert Talk().say(HARMLESS, "out_of_scope", forwarded="once").responses == ["utter_out_of_scope"]
    assert questions() == 0


def test_what_was_not_forwarded_is_not_understood_as_before() -> None:
    assert Talk().say("xqzt wvrk", "nlu_fallback").responses == ["utter_unsure_again"]
    assert questions() == 0


def test_no_claim_is_looked_for_where_none_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []
    look = matching.check

    def noted(text: str, preview: bool = False) -> matching.Found:
        looked_for.append(text)
        return look(text, preview)

    monkeypatch.setattr(matching, "check", noted)
    Talk().say(ALIKE, "nlu_fallback", ranking=("greet", "thanks", "find_facility"))
    assert looked_for == []
    Talk().say(ALIKE, "nlu_fallback", ranking=("greet", "thanks", "check_hoax"))
    Talk().say(ALIKE, "nlu_fallback", forwarded="once")
    assert looked_for == [ALIKE, ALIKE]


def test_a_rumour_among_questions_is_answered_by_its_verdict() -> None:
    talk = Talk().say("katanya koin bisa nempel di lengan bekas suntikan vaksin", "ask_vaccine_question")
    assert talk.responses == ["utter_hoax", "utter_hoax_share"]


@pytest.mark.parametrize("text", ["suntik insulin batal puasa ga", "tetes mata pas puasa batal ga"])
def test_a_question_in_the_frame_of_a_claim_gets_no_verdict(text: str) -> None:
    talk = Talk().say(text, "ask_vaccine_question")
    assert "utter_hoax" not in talk.responses
    assert talk.responses in (["utter_hoax_choices"], ["utter_answer_choices"], ["utter_answer_unknown"])


def test_a_plain_question_is_answered_as_one() -> None:
    assert Talk().say("vaksin halal ga", "ask_vaccine_question").responses == ["utter_answer"]
    assert Talk().say("vaksin halal ga", "check_hoax").responses == ["utter_answer"]


# ---------------------------------------------------------------------- in a form
def test_in_a_form_all_is_short_and_without_options() -> None:
    talk = Talk(in_form=True).say("bener ga vaksin ada magnetnya?")
    assert talk.responses == ["utter_hoax_in_form"] and not talk.options
    talk.say(CHAIN)
    assert talk.responses == ["utter_hoax_in_form", "utter_hoax_also_in_form"] and not talk.options
    talk.say(ALIKE)
    assert talk.responses == ["utter_hoax_near_in_form"] and not talk.options
    talk.say(UNKNOWN)
    assert talk.responses == ["utter_hoax_unknown_in_form"] and not talk.options
    talk.say("cek hoaks")
    assert talk.responses == ["utter_hoax_ask_in_form"] and not talk.options


def test_a_forwarded_message_in_a_form_is_checked() -> None:
    talk = Talk(in_form=True).say("vaksin bikin mandul, sebarkan", "nlu_fallback", forwarded="often")
    assert talk.responses == ["utter_hoax_in_form"]


def test_a_request_to_check_is_no_answer_to_the_open_question() -> None:
    chat = Chat(Talk().key)
    chat.start()
    chat.tap("Setuju")
    asked = chat.responses[-1]
    chat.say("hoax ga kabar gempa besar nanti malam di kota saya")
    assert chat.responses[-1] == asked and "utter_resume" in chat.responses


@pytest.mark.parametrize("forwarded", ["often", None])
def test_a_forwarded_claim_is_no_answer_to_the_open_question(
    monkeypatch: pytest.MonkeyPatch, forwarded: str | None
) -> None:
    original = Message.of
    chat = Chat(Talk().key)
    chat.start()
    chat.tap("Setuju")
    asked = chat.responses[-1]
    monkeypatch.setattr(Message, "of", lambda tracker: replace(original(tracker), forwarded=forwarded))
    chat.say("vaksin bikin mandul sebarkan")
    # Set aside, the form goes on where it was; else it tells what it could not read.
    assert chat.responses[-1] == asked
    assert ("utter_resume" in chat.responses) is (forwarded is not None)
