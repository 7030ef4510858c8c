"""Good news in the chat: the newest first, with its age, each once."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.news import ActionTellNews, news
from actions.registration.form import Form

pytestmark = pytest.mark.usefixtures("database")


def _ask(message_id: str, at: datetime | None = None, in_form: bool = False) -> dict[str, Any]:
    when = at or datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
    metadata = {"message_id": message_id, "at": when.isoformat()}
    message = {"text": "kabar baik", "intent": {"name": "good_news"}, "entities": [], "metadata": metadata}
    loop = {"name": Form.name} if in_form else {}
    dispatcher = CollectingDispatcher()
    tracker = Tracker("k", {}, message, [], False, None, loop, None)
    assert ActionTellNews().run(dispatcher, tracker, {}) == []
    (said,) = dispatcher.messages
    return dict(said)


def test_all_are_told_once_and_then_there_is_nothing_newer() -> None:
    titles = [_ask(str(number))["title"] for number in range(len(news()))]
    assert titles == [item.title for item in news()]
    last = _ask("last")
    assert last["response"] == "utter_news_all_told"
    assert [button["title"] for button in last["buttons"]] == ["Menu"]


def test_old_news_says_how_old_it_is() -> None:
    assert _ask("1")["response"] == "utter_news_old"
    assert _ask("1")["date"] == "13 Februari 2026"


def test_new_news_is_told_as_news() -> None:
    assert _ask("1", datetime(2026, 2, 14, tzinfo=timezone.utc))["response"] == "utter_news"


def test_what_is_yet_to_happen_is_no_news() -> None:
    assert _ask("1", datetime(2026, 2, 12, 9, tzinfo=timezone.utc))["title"] == news()[1].title


def test_a_turn_that_runs_again_tells_the_same() -> None:
    assert _ask("1") == _ask("1")
    assert _ask("2")["title"] != _ask("1")["title"]


def test_in_a_form_there_are_no_buttons() -> None:
    assert not _ask("1", in_form=True)["buttons"]
    assert [button["title"] for button in _ask("2")["buttons"]] == ["Kabar lain", "Menu"]
