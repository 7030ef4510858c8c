"""A way to a person, and back: what is told honestly, and that nobody is called twice or without being told."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select

from actions.conversation import Say
from actions.forms.within import ActionShowMenu
from actions.handoffs.calling import ActionTalkToHuman
from actions.handoffs.offering import person
from actions.handoffs.returning import ActionBackToBot, ActionDeskClosed
from actions.handoffs.telling import lasting, standing, told
from actions.menu import ActionGreet
from actions.registration.form import Form
from actions.unsure import ActionDefaultFallback, ActionUnsure
from siaga.db import transaction
from siaga.front import Hours
from siaga.handoffs import claiming, opening
from siaga.handoffs.opening import Opened
from siaga.handoffs.tables import REASONS, HandOff
from siaga.people.contacts import contact_by_key
from siaga.people.tables import Task
from tests.conversation.chat import REGISTRATION, RESPONSES, Chat, Played
from tests.conversation.test_certificates import CERTIFICATE
from tests.conversation.test_facilities import FACILITY
from tests.conversation.test_reports import REPORT
from tests.conversation.test_selfcheck import SELFCHECK
from tests.handoffs.given import NIGHT, NOW, come, keep_hours
from tests.registration.given import contact

WIB = ZoneInfo("Asia/Jakarta")
FRIDAY = datetime(2026, 11, 27, 5, tzinfo=timezone.utc)
"""Noon in Jakarta."""
BREAK = ((time(7, 30), time(11, 30)), (time(13), time(16)))
HOURS = Hours("WIB", (((time(7, 30), time(16)),),) * 4 + (BREAK, (), ()), {date(2026, 12, 25): "Hari Raya Natal"})
CLOSES = datetime(2026, 11, 23, 16, tzinfo=WIB)
OPENS = datetime(2026, 11, 24, 7, 30, tzinfo=WIB)


def opened(**differs: Any) -> Opened:
    values: dict[str, Any] = {
        "id": 1, "is_new": True, "state": "waiting", "is_open": True, "closes_at": CLOSES, "callback_at": None,
        "ahead": 0, "wait": None, "attendants": 1,
    }  # fmt: skip
    return Opened(**{**values, **differs})


def read(*says: Say) -> str:
    """What the citizen reads."""
    return "\n".join(RESPONSES[say.response][0]["text"].format(**say.values) for say in says)


# ---------------------------------------------------------------------- how things stand
@pytest.mark.parametrize(
    ("differs", "words", "never"),
    [
        ({}, ["Sekarang ada petugas, sampai 16.00 WIB.", "Anda yang berikutnya."], ["Biasanya"]),
        ({"ahead": 3}, ["Ada 3 orang sebelum Anda."], ["berikutnya"]),
        ({"ahead": 1, "wait": timedelta(minutes=12)}, ["Biasanya dibalas dalam sekitar 15 menit."], []),
        ({"closes_at": None}, ["Sekarang ada petugas. Anda"], ["sampai", "WIB"]),
        ({"attendants": 0}, ["*belum ada petugas yang masuk*", "Kalau sampai 16.00 WIB belum"], ["ada petugas,"]),
        ({"attendants": 0, "closes_at": None}, ["*belum ada petugas yang masuk*"], ["Kalau sampai", "WIB"]),
    ],
)
def test_within_the_hours_it_is_told_who_is_there(differs: dict[str, Any], words: list[str], never: list[str]) -> None:
    said = read(standing(opened(**differs), NOW, HOURS))
    assert all(part in said for part in words), said
    assert not any(part in said for part in never), said


@pytest.mark.parametrize(
    ("at", "callback_at", "words"),
    [
        (NIGHT, OPENS, "Sekarang di luar jam petugas. Petugas menulis ke chat ini *Selasa, 24 November 2026, mulai"),
        (NIGHT, OPENS.astimezone(timezone.utc), "mulai 07.30 WIB*; itu janji"),
        (FRIDAY, datetime(2026, 11, 27, 13, tzinfo=WIB), "*hari ini, mulai 13.00 WIB*"),
        (datetime(2026, 12, 25, 3, tzinfo=timezone.utc), datetime(2026, 12, 28, 7, 30, tzinfo=WIB),
         "Hari ini libur (Hari Raya Natal). Petugas menulis ke chat ini *Senin, 28 Desember 2026, mulai 07.30 WIB*"),
        # What was promised for a time that is past is not told again.
        (NIGHT, NIGHT - timedelta(days=1), "*Selasa, 24 November 2026, mulai 07.30 WIB*"),
    ],
)  # fmt: skip
def test_out_of_hours_it_is_told_when_somebody_writes(at: datetime, callback_at: datetime, words: str) -> None:
    said = read(standing(opened(is_open=False, closes_at=None, callback_at=callback_at, attendants=0), at, HOURS))
    assert words in said
    assert "Jam petugas: Senin–Kamis 07.30–16.00, Jumat 07.30–11.30 dan 13.00–16.00 WIB." in said


def test_where_nobody_knows_when_nothing_is_promised() -> None:
    never = Hours("WIB", ((),) * 7, {})
    said = read(standing(opened(is_open=False, closes_at=None, attendants=0), NIGHT, never))
    assert "belum tahu kapan" in said and "janji" not in said


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(), "sekitar 5 menit"),
        (timedelta(minutes=5), "sekitar 5 menit"),
        (timedelta(minutes=5, seconds=1), "sekitar 10 menit"),
        (timedelta(minutes=56), "sekitar 1 jam"),
        (timedelta(minutes=61), "sekitar 2 jam"),
        (timedelta(days=1), "sekitar 24 jam"),
        (timedelta(days=1, seconds=1), "lebih dari sehari"),
    ],
)
def test_how_long_in_words(wait: timedelta, words: str) -> None:
    assert lasting(wait) == words


@given(wait=st.timedeltas(timedelta(), timedelta(days=1)))
def test_nobody_waits_longer_than_is_said(wait: timedelta) -> None:
    number, unit = re.fullmatch(r"sekitar (\d+) (menit|jam)", lasting(wait)).groups()  # type: ignore[union-attr]
    said = timedelta(minutes=int(number)) if unit == "menit" else timedelta(hours=int(number))
    assert wait <= said <= wait + timedelta(hours=1, minutes=5)


@given(
    is_new=st.booleans(),
    is_open=st.booleans(),
    known=st.booleans(),
    ahead=st.integers(0, 200),
    there=st.integers(0, 3),
    reason=st.sampled_from(REASONS),
    in_form=st.booleans(),
    unasked=st.booleans(),
)
def test_nobody_is_left_without_a_way(
    is_new: bool, is_open: bool, known: bool, ahead: int, there: int, reason: str, in_form: bool, unasked: bool
) -> None:
    given_ = opened(
        is_new=is_new, is_open=is_open, closes_at=CLOSES if known and is_open else None, ahead=ahead, attendants=there,
        callback_at=None if is_open else OPENS,
    )  # fmt: skip
    said = told(
        given_, NOW if is_open else NIGHT, HOURS if known else None, reason=reason, in_form=in_form, unasked=unasked
    )
    text = read(*said)
    assert "*119*" in text and "ext 9" in text and "puskesmas" in text and "*kembali ke bot*" in text
    assert "{" not in text and len(text) <= 1024
    assert ("ada petugas, sampai" in text) == bool(is_open and known and there)
    assert text.startswith("⚠ Jangan menunggu") == (reason == "danger")


# ---------------------------------------------------------------------- in the chat
class Talk:
    """One contact who writes; ``said`` is what the last message was answered with, as Rasa keeps it for the next."""

    def __init__(self, key: str, form: str | None = None) -> None:
        self.key = key
        self.loop = {"name": form} if form else {}
        self.events: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self.hand_off: str | None = None
        self._number = 0

    @property
    def responses(self) -> list[str]:
        return [one["response"] for one in self.said]

    @property
    def text(self) -> str:
        return read(*(Say(one["response"], one) for one in self.said))

    @property
    def buttons(self) -> dict[str, str]:
        return {one["title"]: one["payload"] for said in self.said for one in said.get("buttons") or []}

    def say(
        self,
        action: Action,
        text: str = "petugas",
        *,
        entities: dict[str, Any] | None = None,
        ranking: tuple[str, ...] = (),
        at: datetime = NOW,
        message_id: str | None = None,
    ) -> Talk:
        self._number += 1
        message = {
            "text": text,
            "intent": {"name": "nlu_fallback", "confidence": 0.3},
            "intent_ranking": [{"name": name, "confidence": 0.3} for name in ranking],
            "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
            "metadata": {
                "message_id": message_id or f"{self.key}-{self._number}",
                "at": at.isoformat(),
                "kind": "option" if entities else "text",
                **({"hand_off": self.hand_off} if self.hand_off else {}),
            },
        }
        self.events.append({"event": "user", "text": text})
        dispatcher = CollectingDispatcher()
        action.run(dispatcher, Tracker(self.key, {}, message, self.events, False, None, self.loop, None), {})
        self.said = dispatcher.messages
        self.events.append({"event": "action", "name": action.name()})
        self.events += [{"event": "bot", "metadata": {"utter_action": name}} for name in self.responses]
        return self


@pytest.fixture
def talk(database: str, monkeypatch: pytest.MonkeyPatch) -> Talk:
    keep_hours(monkeypatch)
    with transaction() as session:
        return Talk(contact(session))


def rows() -> list[HandOff]:
    with transaction() as session:
        found = list(session.scalars(select(HandOff).order_by(HandOff.id)))
        session.expunge_all()
        return found


def tasks() -> list[str]:
    """The kinds of what is to be done at the desk."""
    with transaction() as session:
        return list(session.scalars(select(Task.kind).order_by(Task.id)))


def tap(button: dict[str, str]) -> dict[str, Any]:
    """What a button carries."""
    return dict(json.loads(button["payload"].partition("human")[2] or "{}"))


def test_asked_for_a_person_is_called_and_how_things_stand_is_told(talk: Talk) -> None:
    come("ani")
    talk.say(ActionTalkToHuman())
    assert talk.responses == ["utter_hand_off_asked", "utter_hand_off_there", "utter_hand_off_meanwhile"]
    assert "Sekarang ada petugas, sampai 16.00 WIB. Anda yang berikutnya." in talk.text
    (row,) = rows()
    assert (row.state, row.reason, row.about, row.urgency) == ("waiting", "asked", None, 0)


def test_who_is_before_them_is_counted(talk: Talk, database: str) -> None:
    with transaction() as session:
        other = Talk(contact(session, 2))
    other.say(ActionTalkToHuman())
    talk.say(ActionTalkToHuman(), at=NOW + timedelta(minutes=1))
    assert "Ada 1 orang sebelum Anda." in talk.text and "belum ada petugas yang masuk" in talk.text


def test_at_night_a_callback_is_promised(talk: Talk) -> None:
    talk.say(ActionTalkToHuman(), at=NIGHT)
    assert talk.responses[1] == "utter_hand_off_later"
    assert "*Selasa, 24 November 2026, mulai 07.30 WIB*" in talk.text
    assert rows()[0].callback_at == OPENS


def test_without_known_hours_no_time_is_told(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_hours(monkeypatch, None)
    talk.say(ActionTalkToHuman(), at=NIGHT)
    assert talk.responses[1] == "utter_hand_off_nobody" and "WIB" not in talk.text


def test_asked_again_nobody_is_called_twice(talk: Talk) -> None:
    talk.say(ActionTalkToHuman())
    talk.say(ActionTalkToHuman(), at=NOW + timedelta(minutes=3))
    assert talk.responses[0] == "utter_hand_off_again" and "Anda yang berikutnya" in talk.text
    assert len(rows()) == 1


def test_a_turn_that_runs_again_says_the_same(talk: Talk) -> None:
    first = talk.say(ActionTalkToHuman(), message_id="same").responses
    assert talk.say(ActionTalkToHuman(), message_id="same").responses == first
    assert len(rows()) == 1


def test_who_is_being_served_is_told_so(talk: Talk) -> None:
    talk.say(ActionTalkToHuman())
    with transaction() as session:
        claiming.claim(session, rows()[0].id, "ani", NOW)
    assert talk.say(ActionTalkToHuman()).responses == ["utter_hand_off_held"]


def test_in_a_form_the_way_back_is_told_in_words(talk: Talk) -> None:
    talk.loop = {"name": Form.name}
    talk.say(ActionTalkToHuman())
    assert talk.responses[-1] == "utter_hand_off_meanwhile_in_form" and "*kembali ke bot*" in talk.text
    assert not talk.buttons


@pytest.mark.parametrize(
    ("carried", "reason", "about"),
    [
        (tap(person()), "asked", None),
        (tap(person("unsure")), "unsure", None),
        (tap(person("hoax", "hoax:5")), "hoax", "hoax:5"),
        (tap(person("danger")), "danger", None),
        ({"reason": "money", "about": "Warga Uji 001"}, "asked", None),
        ({"reason": ["x"], "about": 5}, "asked", None),
        ({"reason": "hoax", "about": "hoax:" + "5" * 100}, "hoax", None),
    ],
)
def test_the_button_tells_the_desk_why(talk: Talk, carried: dict[str, Any], reason: str, about: str | None) -> None:
    talk.say(ActionTalkToHuman(), "Hubungi petugas", entities=carried)
    assert [(row.reason, row.about) for row in rows()] == [(reason, about)]
    assert talk.text.startswith("⚠ Jangan menunggu") == (reason == "danger")
    assert "saya belum juga menangkap" not in talk.text, "they have asked"


# ---------------------------------------------------------------------- back to the bot
def test_back_to_the_bot_while_waiting(talk: Talk) -> None:
    talk.say(ActionTalkToHuman())
    assert talk.say(ActionBackToBot(), "kembali ke bot").responses == ["utter_back_to_bot_waiting"]
    assert [(row.state, row.closed_by, row.closed_why) for row in rows()] == [("closed", "citizen", "back_to_bot")]


def test_back_to_the_bot_from_a_person(talk: Talk) -> None:
    talk.say(ActionTalkToHuman())
    with transaction() as session:
        claiming.claim(session, rows()[0].id, "ani", NOW)
    assert talk.say(ActionBackToBot(), "kembali ke bot").responses == ["utter_back_to_bot"]
    assert rows()[0].state == "closed"


def test_back_to_the_bot_that_is_there_anyway(talk: Talk) -> None:
    assert talk.say(ActionBackToBot(), "kembali ke bot").responses == ["utter_back_to_bot_already"]
    assert Talk("nobody").say(ActionBackToBot(), "kembali ke bot").responses == ["utter_back_to_bot_already"]


@pytest.mark.parametrize(
    ("ended", "response", "words"),
    [
        ({"why": "solved", "by_name": "Ani"}, "utter_desk_closed", "Percakapan dengan Ani sudah selesai."),
        ({"why": "referred", "by_name": None}, "utter_desk_closed", "Percakapan dengan petugas sudah selesai."),
        ({"why": "silence", "by_name": "Ani"}, "utter_desk_closed_silence", "percakapan dengan Ani saya tutup"),
        (None, "utter_desk_closed", "Percakapan dengan petugas sudah selesai."),
    ],
)
def test_when_the_person_is_done_the_bot_says_so(talk: Talk, ended: Any, response: str, words: str) -> None:
    talk.say(ActionDeskClosed(), "[petugas]", entities={"desk": ended})
    assert talk.responses == [response] and words in talk.text and "asisten otomatis" in talk.text


@pytest.mark.parametrize(
    ("text", "intent", "carried"),
    [
        ("[percakapan petugas selesai]", "desk_closed", {"desk": {"why": "solved", "by_name": "Ani"}}),
        ("Kembali ke bot", "back_to_bot", None),
        ("Hubungi petugas", "talk_to_human", {"reason": "unsure"}),
    ],
)
@pytest.mark.parametrize(
    ("form", "begins", "first"),
    [
        (REPORT, "report_incident", "mau lapor"),
        (SELFCHECK, "start_self_check", "cek gejala"),
        (FACILITY, "find_facility", "cari tempat vaksin"),
        (CERTIFICATE, "ask_certificate", "data sertifikat salah"),
        (REGISTRATION, "register_vaccination", "daftar vaksin"),
    ],
)
def test_in_a_form_it_is_no_answer_and_the_question_comes_again(
    talk: Talk, form: Played, begins: str, first: str, text: str, intent: str, carried: dict[str, Any] | None
) -> None:
    chat = Chat(talk.key, form=form)
    chat.say(first, begins)
    slots, asked = dict(chat.slots), chat.responses[-1]
    chat.say(text, intent, carried, confidence=1.0)
    assert chat.open and chat.slots == {**slots, "attempts": chat.slots.get("attempts")}
    assert chat.responses[-1].startswith(asked) and not chat.slots.get("attempts")


# ---------------------------------------------------------------------- not understood
def test_the_third_message_that_is_not_understood_calls_a_person_and_says_so(talk: Talk) -> None:
    assert talk.say(ActionUnsure(), "xqzt wvrk", ranking=("find_facility",)).responses == ["utter_unsure"]
    assert talk.say(ActionUnsure(), "grbl frtz", ranking=("find_facility",)).responses == ["utter_unsure_again"]
    assert rows() == []
    talk.say(ActionUnsure(), "plmn brrt", ranking=("find_facility",))
    assert talk.responses[0] == "utter_hand_off_unsure" and "jadi petugas kesehatan saya panggil" in talk.text
    assert [row.reason for row in rows()] == ["unsure"]
    talk.hand_off = "waiting"
    assert talk.say(ActionUnsure(), "plmn brrt").responses == ["utter_unsure_waiting"]
    assert talk.say(ActionDefaultFallback(), "plmn brrt").responses == ["utter_unsure_waiting"]
    assert len(rows()) == 1


def test_without_any_likely_meaning_it_is_the_third_too(talk: Talk) -> None:
    said = [talk.say(ActionUnsure(), "xqzt wvrk").responses[0] for _ in range(3)]
    assert said == ["utter_unsure_again", "utter_unsure_again", "utter_hand_off_unsure"]


def test_what_is_understood_in_between_starts_over(talk: Talk) -> None:
    for _ in range(2):
        talk.say(ActionUnsure(), "xqzt wvrk")
    talk.say(ActionGreet(), "halo")
    assert talk.say(ActionUnsure(), "xqzt wvrk").responses == ["utter_unsure_again"]
    assert rows() == []


def test_an_answer_to_what_was_not_surely_understood_counts_as_understood(talk: Talk) -> None:
    for _ in range(2):
        talk.say(ActionUnsure(), "xqzt wvrk")
    assert talk.say(ActionUnsure(), "vaksin halal ga", ranking=("ask_vaccine_question",)).responses == ["utter_answer"]
    assert talk.say(ActionUnsure(), "xqzt wvrk").responses == ["utter_unsure_again"]


def test_who_waits_for_a_person_is_not_offered_one(talk: Talk) -> None:
    talk.hand_off = "waiting"
    talk.say(ActionUnsure(), "xqzt wvrk", ranking=("talk_to_human", "find_facility"))
    assert "/talk_to_human" not in talk.buttons.values() and "/find_facility" in talk.buttons.values()
    talk.hand_off = None
    talk.say(ActionGreet(), "halo")
    talk.say(ActionUnsure(), "xqzt wvrk", ranking=("talk_to_human", "find_facility"))
    assert talk.buttons["Hubungi petugas"] == "/talk_to_human"


# ---------------------------------------------------------------------- meanwhile
@pytest.mark.parametrize("action", [ActionGreet(), ActionShowMenu()])
def test_who_waits_is_reminded_once(talk: Talk, action: Action) -> None:
    assert "utter_hand_off_waiting" not in talk.say(action, "halo").responses
    talk.say(ActionTalkToHuman())
    talk.hand_off = "waiting"
    assert "utter_hand_off_waiting" in talk.say(action, "halo").responses
    assert "utter_hand_off_waiting" not in talk.say(ActionGreet(), "halo").responses
    talk.say(ActionBackToBot(), "kembali ke bot").say(ActionTalkToHuman())
    assert "utter_hand_off_waiting" in talk.say(action, "halo").responses, "of the next one, too"


def test_a_person_who_is_there_is_no_reason_to_remind(talk: Talk) -> None:
    talk.hand_off = "held"
    assert talk.say(ActionGreet(), "halo").responses == ["utter_greet"]


def test_nothing_is_asked_of_who_is_not_known_yet(talk: Talk) -> None:
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(HandOff)) == 0
    Talk("somebody").say(ActionTalkToHuman())
    with transaction() as session:
        assert contact_by_key(session, "somebody").id == session.scalar(select(HandOff.contact_id))


# ---------------------------------------------------------------------- put before the desk without asking
def test_who_has_not_asked_is_promised_nothing_until_they_ask(talk: Talk) -> None:
    with transaction() as session:
        contact_id = contact_by_key(session, talk.key).id
        opening.ask(session, contact_id, "incident", message_id="report", at=NIGHT, about="report:LP-7K2M-9Q")
    assert rows()[0].callback_at is None and tasks() == []
    talk.say(ActionTalkToHuman(), at=NIGHT + timedelta(minutes=5))
    assert talk.responses[0] == "utter_hand_off_again" and "24 November 2026, mulai 07.30 WIB" in talk.text
    (row,) = rows()
    assert (row.reason, row.about, row.callback_at) == ("asked", "report:LP-7K2M-9Q", OPENS)
    assert tasks() == ["callback"]
