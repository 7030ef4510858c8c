"""The door in the chat: the notice of the day, once a day; the hours in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import front as door
from actions.forms.within import ActionShowMenu
from actions.front import week
from actions.menu import ActionGreet
from actions.registration.form import Form
from siaga.content import ContentError
from siaga.front import Front, Notice, load_front
from siaga.settings import ROOT

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Monday


class Citizen:
    """One contact, whose slots are kept from turn to turn."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}

    def say(self, action: Action, at: datetime = NOON, in_form: bool = False, preview: bool = False) -> dict[str, Any]:
        metadata = {
            "message_id": "m",
            "at": at.astimezone(timezone.utc).isoformat(),
            **({"preview": True} if preview else {}),
        }
        message = {"text": "halo", "intent": {"name": "greet"}, "entities": [], "metadata": metadata}
        dispatcher = CollectingDispatcher()
        loop = {"name": Form.name} if in_form else {}
        tracker = Tracker("k", dict(self.slots), message, [], False, None, loop, None)
        for event in action.run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        (said,) = dispatcher.messages
        return dict(said)


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[bool, Front]]:
    fronts = {
        False: Front(notices=(Notice("libur", "Besok libur.", NOON, NOON + timedelta(days=3)),)),
        True: Front(notices=(Notice("draf", "Draf.", NOON, NOON + timedelta(days=3)),)),
    }
    monkeypatch.setattr(door, "front", lambda *, preview=False: fronts[preview])
    yield fronts


def test_a_notice_is_told_once_a_day_in_the_greeting_or_the_menu(standing: dict[bool, Front]) -> None:
    citizen = Citizen()
    assert citizen.say(ActionGreet())["notice"] == "Besok libur."
    assert "notice" not in citizen.say(ActionGreet(), NOON + timedelta(hours=11, minutes=59))
    assert "notice" not in citizen.say(ActionShowMenu(), NOON + timedelta(hours=1))
    # The day after begins at midnight in Jakarta.
    assert citizen.say(ActionShowMenu(), NOON + timedelta(hours=12))["notice"] == "Besok libur."
    assert "notice" not in citizen.say(ActionGreet(), NOON + timedelta(days=3))


def test_another_notice_is_told_on_the_same_day(standing: dict[bool, Front]) -> None:
    citizen = Citizen()
    citizen.say(ActionGreet())
    standing[False] = Front(notices=(Notice("baru", "Ada perubahan.", NOON, NOON + timedelta(days=1)),))
    assert citizen.say(ActionGreet())["notice"] == "Ada perubahan."


def test_nothing_is_told_of_it_in_a_form(standing: dict[bool, Front]) -> None:
    citizen = Citizen()
    assert citizen.say(ActionGreet(), in_form=True)["response"] == "utter_greet_back"
    assert citizen.slots == {}


def test_who_previews_sees_the_draft_each_time(standing: dict[bool, Front]) -> None:
    citizen = Citizen()
    assert [citizen.say(ActionGreet(), preview=True)["notice"] for _ in range(2)] == ["Draf.", "Draf."]


def test_without_a_notice_nothing_is_kept() -> None:
    citizen = Citizen()
    assert "notice" not in citizen.say(ActionGreet())
    assert citizen.slots == {}


def test_a_front_that_cannot_be_read_leaves_nobody_without_a_greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, preview: bool = False) -> Front:
        raise ContentError(ROOT / "content/front/menu.yml", 3, "wrong")

    monkeypatch.setattr(door, "front", broken)
    assert Citizen().say(ActionGreet())["response"] == "utter_greet"


def test_the_week_names_days_alike_once() -> None:
    hours = load_front().hours
    assert hours and week(hours) == "Senin–Kamis 07.30–16.00, Jumat 07.30–16.30"
