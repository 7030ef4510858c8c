"""The result of a self-check as it is sent, and being asked every day, played against the real actions and database."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select

from actions.emergency import ActionEmergency
from actions.menu import ActionChooseOption
from actions.reminders import ActionStartMessages, ActionStopMessages
from actions.selfcheck.telling import tell
from siaga import media
from siaga.db import transaction
from siaga.dialogue.reading import typed_option
from siaga.handoffs.tables import HandOff
from siaga.people.contacts import contact_by_key
from siaga.people.tables import Contact, Notice
from siaga.reminders.sending import send_due
from siaga.selfcheck import Level, Result, assess, memory, monitoring, rules_in_force
from siaga.selfcheck.picture import draw
from siaga.selfcheck.tables import Monitoring
from siaga.turns.messages import Option
from siaga.turns.offers import Offered
from siaga.turns.tables import OutboundMessage
from siaga.whatsapp.limits import BODY
from siaga.whatsapp.render import render
from siaga.whatsapp.reply import merge
from tests.conversation.chat import RESPONSES
from tests.registration.given import NOW, contact
from tests.selfcheck.given import result

LEVELS = get_args(Level)
TOMORROW = NOW + timedelta(days=1)


@dataclass
class Chat:
    """A contact who taps and writes outside of forms; ``said`` is what the last message was answered with."""

    key: str
    said: tuple[dict[str, Any], ...] = ()
    number: int = 0

    @property
    def responses(self) -> list[str]:
        return [one["response"] for one in self.said]

    @property
    def text(self) -> str:
        """What the citizen reads, all of it filled in."""
        return "\n\n".join(RESPONSES[one["response"]][0]["text"].format(**one) for one in self.said)

    @property
    def buttons(self) -> dict[str, str]:
        return {one["title"]: one["payload"] for one in self.said[-1].get("buttons", [])}

    def say(
        self,
        action: Any,
        text: str,
        *,
        at: datetime = NOW,
        entities: dict[str, Any] | None = None,
        form: str | None = None,
        message_id: str | None = None,
    ) -> None:
        self.number += 1
        latest = {
            "text": text,
            "intent": {"name": "any", "confidence": 1.0},
            "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
            "metadata": {
                "message_id": message_id or f"wamid.{self.key}.{self.number}",
                "at": at.isoformat(),
                "kind": "option" if entities else "text",
            },
        }
        loop = {"name": form} if form else {}
        dispatcher = CollectingDispatcher()
        action.run(dispatcher, Tracker(self.key, {}, latest, [{"event": "user"}], False, None, loop, None), {})
        self.said = tuple(dispatcher.messages)

    def tap(self, payload: str, **differs: Any) -> None:
        found = re.fullmatch(r"/(\w+)(\{.*\})", payload)
        assert found and found[1] == "choose_option", payload
        self.say(ActionChooseOption(), "x", entities=json.loads(found[2]), **differs)

    def check(self, level: Level, who: str | None = None, at: datetime = NOW, until: date | None = None) -> None:
        self.number += 1
        with transaction() as session:
            memory.keep(session, self.key, who, {}, result(level, until=until), f"check.{self.number}", at)

    def last(self) -> Any:
        """The last message in the outbox."""
        with transaction() as session:
            query = (
                select(OutboundMessage)
                .join(Contact, Contact.id == OutboundMessage.contact_id)
                .where(Contact.key == self.key)
                .order_by(OutboundMessage.seq.desc())
                .limit(1)
            )
            found = session.execute(query).scalar_one()
            session.expunge(found)
            return found

    def offered(self) -> dict[str, str]:
        return {option.label: option.payload for option in self.options()}

    def options(self) -> list[Option]:
        return [Option(**one) for one in self.last().options]

    def write(self, text: str, **differs: Any) -> None:
        """Answer the last question in one's own words, as the dialogue reads them."""
        found = typed_option(text, Offered(self.options(), newest=True))
        assert found is not None, text
        self.tap(found.payload, **differs)


@pytest.fixture
def chat(database: str) -> Chat:
    with transaction() as session:
        return Chat(contact(session))


def rows() -> list[Any]:
    with transaction() as session:
        found = list(session.scalars(select(Monitoring).order_by(Monitoring.id)))
        session.expunge_all()
        return found


def before_desk() -> list[str]:
    """Why somebody is in the queue."""
    with transaction() as session:
        return list(session.scalars(select(HandOff.reason).order_by(HandOff.id)))


START, STOP = ActionStartMessages(), ActionStopMessages()


# ---------------------------------------------------------------------- the result
def told(key: str, found: Result, whom: str | None = None, who: str = "Anda") -> tuple[list[Any], Any]:
    """What is said of a result, and the messages that it becomes."""
    with transaction() as session:
        form = SimpleNamespace(
            session=session,
            contact=key,
            whom=whom,
            who=who,
            message=SimpleNamespace(at=NOW, id="wamid.result", text=""),
        )
        says = tell(form, found)
    responses = []
    for say in says:
        variant = RESPONSES[say.response][0]
        responses.append(
            {
                "text": variant["text"].format(**say.values),
                "image": say.values.get("image"),
                "custom": variant.get("custom"),
                "buttons": say.values.get("buttons", []),
            }
        )
    return says, render(merge(responses), "k")


@pytest.mark.parametrize("level", LEVELS)
def test_a_result_is_one_message_with_its_picture_above(chat: Chat, level: Level) -> None:
    _, drafts = told(chat.key, result(level, again_after=None if level == "emergency" else timedelta(days=1)))
    (draft,) = drafts
    shown = draft.payload["interactive"]

    assert shown["header"]["type"] == "image"
    with transaction() as session:
        kept = media.get(session, shown["header"]["image"]["id"])
        when = "" if level == "emergency" else "besok, 23 November 2026"
        assert bytes(kept.content) == draw(level, when, "Minggu, 22 November 2026")
        assert kept.forget_after is not None
    assert len(shown["body"]["text"]) <= BODY
    titles = [button["reply"]["title"] for button in shown["action"]["buttons"]]
    assert titles[-1] == "Hubungi petugas", "a person is one tap away"
    assert ("Pantau tiap hari" in titles) is (level in ("isolate", "watch"))
    assert ("Saran" in titles) is (level != "emergency")
    if level != "emergency":
        assert "bukan diagnosis" in shown["footer"]["text"]


@pytest.mark.parametrize("level", LEVELS)
def test_all_that_the_picture_shows_stands_in_the_words(chat: Chat, level: Level) -> None:
    _, (draft,) = told(chat.key, result(level))
    body = draft.payload["interactive"]["body"]["text"].lower()
    words = {
        "emergency": "119", "doctor": "dokter hari ini", "isolate": "tes dan isolasi", "watch": "dipantau di rumah",
        "none": "belum ada tanda covid-19",
    }[level]  # fmt: skip
    assert words in body
    assert "sumber: se hk.02.01/menkes/18/2022" in body
    assert "tes antigen atau pcr." in body and ("ada demam dan kontak serumah." in body) is (level != "none")
    if level != "emergency":
        assert "cek lagi: *besok, 23 november 2026*" in body
        assert "berlaku sampai senin, 23 november 2026 pukul 10.00 wib" in body


def test_an_emergency_begins_with_the_number(chat: Chat) -> None:
    _, (draft,) = told(chat.key, result("emergency", advice=("Telepon *119* sekarang.", "Dudukkan tegak.")))
    body = draft.payload["interactive"]["body"]["text"]
    assert body.startswith("⚠ Telepon *119*") and "IGD" in body.splitlines()[0]
    assert body.count("119") == 1 and "Dudukkan tegak." in body


def test_to_be_checked_again_today_is_told_by_the_hour(chat: Chat) -> None:
    _, (draft,) = told(chat.key, result("doctor", again_after=timedelta(hours=2)))
    assert "Cek lagi: *hari ini pukul 12.00 WIB*." in draft.payload["interactive"]["body"]["text"]


def test_a_document_is_named_once(chat: Chat) -> None:
    sources = ("WHO, Living guidance: umur", "WHO, Living guidance: komorbid", "KMK 5671/2021")
    _, (draft,) = told(chat.key, result("doctor", sources=sources))
    assert "Sumber: WHO, Living guidance; KMK 5671/2021" in draft.payload["interactive"]["body"]["text"]


@pytest.mark.parametrize(
    "facts",
    [
        {"danger": ["breath", "blue"]},
        {"age": 67, "danger": [], "symptoms": {"fever": {"present": True, "severity": "severe", "days": 5,
         "temperature": 39.2}, "cough": {"present": True, "severity": None, "days": 5, "temperature": None}},
         "symptoms_asked": True, "exposure": "household", "comorbidity": ["diabetes", "heart"], "positive_test": True,
         "oxygen": 94, "sex": "P"},
        {"age": 30, "danger": [], "symptoms": {"loss_of_smell": {"present": True, "severity": None, "days": 3,
         "temperature": None}, "fever": {"present": True, "severity": "mild", "days": 3, "temperature": None}},
         "symptoms_asked": True, "exposure": "household", "exposure_days": 4, "comorbidity": [], "positive_test": True,
         "positive_days": 1, "oxygen": 98, "sex": "L"},
        {"age": 30, "danger": [], "symptoms": {"runny_nose": {"present": True, "severity": "mild", "days": 1,
         "temperature": None}}, "symptoms_asked": True, "exposure": "none", "comorbidity": [], "positive_test": False,
         "sex": "L"},
        {"age": 30, "danger": [], "symptoms": {}, "symptoms_asked": True, "exposure": "none", "comorbidity": [],
         "positive_test": False, "sex": "L"},
    ],
)  # fmt: skip
def test_results_of_the_rules_fit_one_message(chat: Chat, facts: dict[str, Any]) -> None:
    day = NOW.date()
    found = assess(rules_in_force(day), facts, day)
    assert isinstance(found, Result), found
    _, drafts = told(chat.key, found)
    assert [draft.payload["type"] for draft in drafts] == ["interactive"], drafts


def test_the_tips_button_asks_a_question_of_its_own(chat: Chat) -> None:
    says, _ = told(chat.key, result("isolate"))
    (tips,) = [button for button in says[0].values["buttons"] if button["title"] == "Saran"]
    assert tips["payload"].startswith("/ask_tips{") and "isolasi" in json.loads(tips["payload"][9:])["question"]


def test_who_is_asked_already_is_not_offered_it(chat: Chat) -> None:
    chat.check("isolate")
    chat.say(START, "tanyain saya tiap hari dong")
    says, (draft,) = told(chat.key, result("isolate"))
    titles = [button["reply"]["title"] for button in draft.payload["interactive"]["action"]["buttons"]]
    assert titles == ["Saran", "Hubungi petugas"]
    assert says[-1].response == "utter_selfcheck_still_watched"
    says, _ = told(chat.key, result("isolate"), "mother", "ibu Anda")
    assert "Pantau tiap hari" in [button["title"] for button in says[0].values["buttons"]], "of her nobody asks yet"


# ---------------------------------------------------------------------- begin
def test_the_button_of_a_result(chat: Chat) -> None:
    chat.check("isolate", "mother", until=date(2026, 12, 2))
    says, _ = told(chat.key, result("isolate"), "mother", "ibu Anda")
    button = says[0].values["buttons"][0]
    chat.tap(button["payload"])

    assert chat.responses == ["utter_monitoring_started"]
    assert "kabar ibu Anda saya tanyakan tiap hari pukul 09.00 WIB" in chat.text
    assert "sampai 2 Desember 2026" in chat.text and "*119*" in chat.text
    assert [(one.who, one.hour) for one in rows()] == [("mother", 9)]


@pytest.mark.parametrize("text", ["pantau", "tanyain saya tiap hari dong", "mau dipantau min", "Pantau tiap hari"])
def test_the_same_in_ones_own_words(chat: Chat, text: str) -> None:
    _, (draft,) = told(chat.key, result("watch"))
    found = typed_option(text, Offered(list(draft.options), newest=True))
    assert found is not None and found.label == "Pantau tiap hari"


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("tanyain saya tiap hari dong", 9),
        ("pantau tiap hari jam 7 malam", 19),
        ("pantau saya jam 8", 8),
        ("tanya tiap sore ya", 16),
        ("pantau tiap hari jam 3 pagi", 7),
    ],
)
def test_asked_for_in_words_with_or_without_an_hour(chat: Chat, text: str, hour: int) -> None:
    chat.check("isolate")
    chat.say(START, text)
    assert chat.responses == ["utter_monitoring_started"]
    assert [(one.who, one.hour) for one in rows()] == [("self", hour)]


def test_whom_the_words_name_else_who_was_checked_last(chat: Chat) -> None:
    chat.check("isolate", at=NOW - timedelta(hours=2))
    chat.check("watch", "mother", at=NOW - timedelta(hours=1))
    chat.say(START, "tanyain tiap hari dong")
    chat.say(START, "pantau bapak saya tiap hari")
    assert [one.who for one in rows()] == ["mother"]
    assert chat.responses == ["utter_monitoring_check_first"] and "bapak Anda" in chat.text
    assert chat.buttons["Cek mandiri"] == '/start_self_check{"relation": "father"}'


def test_without_a_check_that_comes_first(chat: Chat) -> None:
    chat.say(START, "tolong pantau saya tiap hari")
    assert chat.responses == ["utter_monitoring_check_first"] and rows() == []
    chat.check("isolate", at=NOW - timedelta(days=4))
    chat.say(START, "tolong pantau saya tiap hari")
    assert chat.responses == ["utter_monitoring_check_first"], "that was another time"


def test_who_is_in_danger_is_not_asked_tomorrow(chat: Chat) -> None:
    chat.check("emergency")
    chat.say(START, "pantau saya tiap hari", at=TOMORROW - timedelta(hours=20))
    assert chat.responses == ["utter_monitoring_emergency"] and chat.text.startswith("⚠ Telepon *119*")
    assert rows() == []


def test_who_should_see_a_doctor_still_should(chat: Chat) -> None:
    chat.check("doctor")
    chat.say(START, "pantau saya tiap hari")
    assert chat.responses == ["utter_monitoring_started", "utter_monitoring_doctor"]


def test_a_start_of_reminders_is_none_of_this(chat: Chat) -> None:
    chat.check("isolate")
    for text in ("ingatkan vaksin saya tiap hari", "nyalakan pengingat", "mulai"):
        chat.say(START, text)
        assert chat.responses[0].startswith("utter_start_messages"), text
    assert rows() == []


def test_a_turn_that_runs_again_begins_one(chat: Chat) -> None:
    chat.check("isolate")
    for _ in range(2):
        chat.say(START, "pantau saya tiap hari", message_id="wamid.same")
        assert chat.responses == ["utter_monitoring_started"]
    assert len(rows()) == 1


# ---------------------------------------------------------------------- the question and its answers
def watched(chat: Chat, who: str | None = None) -> datetime:
    """Begin, and have tomorrow's question sent; when that was."""
    chat.check("isolate", who, until=date(2026, 12, 2))
    chat.say(START, "pantau tiap hari")
    at = rows()[-1].started_at + timedelta(days=1)
    assert send_due(at).messages == 1
    return at + timedelta(minutes=5)


def test_the_question_and_its_template_have_the_same_buttons(chat: Chat) -> None:
    watched(chat, "mother")
    message = chat.last()
    assert list(chat.offered()) == ["Membaik", "Sama saja", "Memburuk"]
    assert "ibu Anda" in message.payload["interactive"]["body"]["text"]
    template = message.template["template"]
    assert template["name"] == "pantauan_harian"
    tapped = [
        part["parameters"][0]["payload"] for part in template["components"] if part.get("sub_type") == "quick_reply"
    ]
    assert tapped == [option.id for option in chat.options()], "a tap outside of 24 hours is the same tap"
    assert "119" in str(message.payload)


@pytest.mark.parametrize(
    ("text", "response", "answer"),
    [
        ("Membaik", "utter_monitored_better", "better"),
        ("udah mendingan", "utter_monitored_better", "better"),
        ("masih sama aja min", "utter_monitored_same", "same"),
        ("belum ada perubahan", "utter_monitored_same", "same"),
        ("tambah lemes", "utter_monitored_worse", "worse"),
        ("mendingan tapi masih sesak", "utter_monitored_worse", "worse"),
    ],
)
def test_an_answer_in_ones_own_words(chat: Chat, text: str, response: str, answer: str) -> None:
    at = watched(chat)
    chat.write(text, at=at)
    assert chat.responses == [response] and rows()[0].answer == answer
    assert "Besok pukul 09.00 WIB saya hubungi lagi." in chat.text
    assert "Hubungi petugas" in chat.buttons
    assert len(before_desk()) == (1 if answer == "worse" else 0)


def test_worse_tells_the_danger_signs_first_and_runs_twice_and_is_before_the_desk_once(chat: Chat) -> None:
    at = watched(chat)
    for _ in range(2):
        chat.write("Memburuk", at=at, message_id="wamid.worse")
        assert chat.text.startswith("⚠ Telepon *119*") and "petugas" in chat.text
    assert before_desk() == ["worsened"]
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Notice).where(Notice.status == "planned")) == 1


def test_danger_is_no_answer_but_an_emergency_that_the_desk_learns_of(chat: Chat) -> None:
    at = watched(chat)
    assert typed_option("tambah sesak", Offered(chat.options(), newest=True)) is None
    for _ in range(2):
        chat.say(ActionEmergency(), "tambah sesak", at=at, message_id="wamid.danger")
        assert chat.responses[0] == "utter_emergency"
    assert before_desk() == ["worsened"]


def test_whoever_is_not_monitored_is_not_put_before_the_desk(chat: Chat) -> None:
    chat.say(ActionEmergency(), "tambah sesak")
    assert before_desk() == []
    Chat("nobody").say(ActionEmergency(), "tambah sesak")


def test_that_the_desk_cannot_be_reached_keeps_nobody_from_the_number(chat: Chat, monkeypatch: Any) -> None:
    from sqlalchemy.exc import OperationalError

    def away(*_: Any) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(monitoring, "alarm", away)
    chat.say(ActionEmergency(), "tambah sesak")
    assert chat.responses[0] == "utter_emergency"


def test_an_old_button_of_an_ended_one_is_still_heard(chat: Chat) -> None:
    at = watched(chat)
    payload = chat.offered()["Memburuk"]
    chat.say(STOP, "berhenti pantau", at=at)
    chat.tap(payload, at=at + timedelta(hours=1))
    assert chat.responses == ["utter_monitored_worse"] and before_desk() == ["worsened"]
    assert "tidak bertanya tiap hari lagi" in chat.text


def test_a_button_of_somebody_else_or_of_nothing_is_stale(chat: Chat) -> None:
    at = watched(chat)
    payload = chat.offered()["Memburuk"]
    with transaction() as session:
        stranger = Chat(contact(session, 2))
    stranger.tap(payload, at=at)
    assert stranger.responses == ["utter_option_stale"] and before_desk() == []
    for value in ("worse/99", "worse/x", "dead/1", "worse"):
        chat.tap(f'/choose_option{{"option": "monitored={value}"}}', at=at)
        assert chat.responses == ["utter_option_stale"]


def test_after_silence_it_can_be_taken_up_again(chat: Chat) -> None:
    at = watched(chat)
    for day in range(1, 4):
        send_due(at + timedelta(days=day))
    assert list(chat.offered()) == ["Pantau lagi", "Hubungi petugas"]
    chat.write("lagi dong", at=at + timedelta(days=3, minutes=5))
    assert chat.responses == ["utter_monitoring_started"] and rows()[0].ended_at is None
    chat.tap(chat.offered()["Pantau lagi"], at=at + timedelta(days=20))
    assert chat.responses == ["utter_monitoring_check_first"]


# ---------------------------------------------------------------------- the end
def test_stop_ends_only_the_questions_where_they_are_meant(chat: Chat) -> None:
    at = watched(chat)
    for _ in range(2):
        chat.say(STOP, "berhenti pantau", at=at, message_id="wamid.stop")
        assert chat.responses == ["utter_monitoring_stopped"]
    assert rows()[0].ended_why == "stopped"
    with transaction() as session:
        assert contact_by_key(session, chat.key).reminders_off_at is None


def test_a_mere_stop_ends_everything_and_a_mere_start_does_not_begin_the_questions_again(chat: Chat) -> None:
    at = watched(chat)
    chat.say(STOP, "berhenti", at=at)
    assert chat.responses == ["utter_monitoring_stopped_too", "utter_stop_messages"]
    chat.say(START, "mulai", at=at)
    assert chat.responses == ["utter_start_messages"]
    assert rows()[0].ended_why == "stopped"
    assert send_due(at + timedelta(days=1)).messages == 0


@pytest.mark.parametrize(
    ("text", "ended"),
    [("berhenti", False), ("berhenti nanya", False), ("berhenti pantau", True), ("stop pantau", True)],
)
def test_in_the_middle_of_a_form_a_mere_stop_means_the_form(chat: Chat, text: str, ended: bool) -> None:
    at = watched(chat)
    chat.say(STOP, text, at=at, form="registration_form")
    assert (rows()[0].ended_at is not None) is ended
    assert ("utter_registration_cancelled" in chat.responses) is not ended


def test_who_is_not_asked_stops_the_reminders(chat: Chat) -> None:
    chat.say(STOP, "berhenti tanya-tanya")
    assert chat.responses == ["utter_stop_messages"]


def test_everything_that_is_said_can_be_filled(chat: Chat) -> None:
    at = watched(chat)
    chat.write("sama", at=at)
    assert "masih sama" in chat.text and "{" not in chat.text
