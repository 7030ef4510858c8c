"""What a message is taken for before any rule is asked: a request to check what goes round, or what it was."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from siaga.dialogue.rumours import heard
from siaga.hoaxes import matching

pytestmark = pytest.mark.usefixtures("claims")

NOW = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)
CLAIM = "Di dalam suntikan vaksin ada microchip yang bisa melacak kita, sebarkan ke semua orang"
LOCKDOWN = "mulai senin besok seluruh jawa timur lockdown total tiga hari, pasar ditutup"
GEMPA = "hoax ga kabar gempa besar nanti malam di kota saya"


def parsed(text: str, intent: str, *entities: dict[str, Any]) -> dict[str, Any]:
    ranking = [{"name": intent, "confidence": 0.7}, {"name": "check_hoax", "confidence": 0.1}]
    return {"text": text, "intent": dict(ranking[0]), "intent_ranking": ranking, "entities": list(entities)}


def taken(
    text: str, intent: str, *entities: dict[str, Any], forwarded: str | None = None, asked: timedelta | None = None
) -> str:
    """The intent that a text is heard with; ``asked`` so long before we asked for a message."""
    slot = {"event": "slot", "name": "hoax_waiting", "value": (NOW - asked).isoformat()} if asked else None
    before = [{"event": "user"}, {"event": "action", "name": "x"}, *([slot] if slot else [])]
    about = {"at": NOW.isoformat(), "forwarded": forwarded, "kind": "text"}
    return str(heard(parsed(text, intent, *entities), about, before)["intent"]["name"])


@pytest.mark.parametrize(
    "intent",
    "ask_tips ask_case_data report_incident start_self_check good_news check_eligibility register_vaccination affirm "
    "out_of_scope nlu_fallback".split(),
)
def test_a_forwarded_claim_is_checked_whatever_it_resembles(intent: str) -> None:
    assert taken(CLAIM, intent, forwarded="often") == "check_hoax"
    assert taken(CLAIM, intent) == intent, "in one's own words it is what it was"


@pytest.mark.parametrize("intent", ["out_of_scope", "nlu_fallback", "ask_case_data", "ask_tips", "find_facility"])
def test_who_asks_for_a_check_gets_one(intent: str) -> None:
    assert taken(GEMPA, intent) == "check_hoax"


@pytest.mark.parametrize(
    ("text", "ago", "intent"),
    [
        ("ini bener ga min?", timedelta(minutes=1), "check_hoax"),
        ("hoax ta iki", timedelta(minutes=29), "check_hoax"),
        ("ini bener ga min?", timedelta(minutes=31), "nlu_fallback"),
        ("vaksin halal ga", timedelta(minutes=1), "nlu_fallback"),
        ("oke makasih", timedelta(minutes=1), "nlu_fallback"),
    ],
)
def test_is_it_true_is_about_what_was_forwarded_just_before(text: str, ago: timedelta, intent: str) -> None:
    about = {"at": NOW.isoformat(), "forwarded": None, "kind": "text"}
    forwarded = {"event": "user", "metadata": {"forwarded": "once", "at": (NOW - ago).isoformat()}}
    assert heard(parsed(text, "nlu_fallback"), about, [forwarded])["intent"]["name"] == intent
    forwarded["metadata"] = {"at": (NOW - ago).isoformat()}
    if text.startswith("ini"):
        assert heard(parsed(text, "nlu_fallback"), about, [forwarded])["intent"]["name"] == "nlu_fallback"


def test_danger_goes_first() -> None:
    assert taken(CLAIM, "emergency", forwarded="once") == "emergency"
    assert taken(GEMPA, "emergency") == "emergency"


def test_what_is_forwarded_and_no_claim_is_what_it_was() -> None:
    assert taken(LOCKDOWN, "ask_case_data", forwarded="once") == "ask_case_data"


def test_what_was_asked_for_is_checked_where_it_is_like_a_claim() -> None:
    near = "vaksin covid ada chip magnetnya"
    assert isinstance(matching.check(near), matching.Near)
    minute = timedelta(minutes=1)
    assert taken(near, "ask_vaccine_question", asked=minute) == "check_hoax"
    assert taken(near, "ask_tips", asked=minute) == "check_hoax"
    assert taken(near, "ask_tips") == "ask_tips"
    assert taken(near, "ask_tips", asked=timedelta(minutes=31)) == "ask_tips"
    assert taken(near, "register_vaccination", asked=minute) == "register_vaccination", "another request, and no claim"
    assert taken(CLAIM, "register_vaccination", asked=minute) == "check_hoax"
    assert taken("halo", "greet", asked=minute) == "greet"


def test_what_was_asked_for_is_the_next_message_only() -> None:
    slot = {"event": "slot", "name": "hoax_waiting", "value": NOW.isoformat()}
    about = {"at": NOW.isoformat()}
    parse_data = parsed(CLAIM, "ask_tips")
    assert heard(parse_data, about, [slot])["intent"]["name"] == "check_hoax"
    assert heard(parse_data, about, [slot, {"event": "user"}]) is parse_data
    assert heard(parse_data, about, [slot, {**slot, "value": None}]) is parse_data


def test_of_two_requests_the_other_has_its_turn_but_a_forwarded_message_asks_for_nothing() -> None:
    other = {"entity": "other_request", "value": {"intent": "check_hoax"}, "start": 0, "end": 4}
    assert taken(GEMPA, "register_vaccination", other) == "register_vaccination"
    found = heard(parsed(CLAIM, "ask_tips", other), {"forwarded": "once"}, [])
    assert found["intent"] == {"name": "check_hoax", "confidence": 1.0} and found["entities"] == []
    assert [one["name"] for one in found["intent_ranking"]] == ["check_hoax", "ask_tips"]


def test_a_search_that_fails_leaves_the_message_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("away")

    monkeypatch.setattr(matching, "check", fail)
    assert taken(CLAIM, "ask_tips", forwarded="once") == "ask_tips"
