"""What the inbox decides without a database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies

from siaga.desk import sending
from siaga.desk.inbox import shown, suggesting, throttle
from siaga.desk.inbox.actions import moment_of
from siaga.desk.inbox.search import phone_of
from siaga.desk.inbox.summary import FORMS, QUESTIONS
from siaga.desk.inbox.ticks import why
from siaga.handoffs.queue import Row, in_words
from siaga.media.checking import Unwanted
from siaga.settings import ROOT

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=timezone.utc)


def row(**differs: Any) -> Row:
    """A row that waits."""
    plain = {name: None for name in ("about", "callback_at", "danger_at", "wanted_login", "held_by", "held_at")}
    plain |= {name: None for name in ("last_citizen_at", "last_desk_at", "closed_at", "closed_why")}
    given_ = {"id": 1, "contact_id": 1, "reason": "asked", "urgency": 0, "state": "waiting", "opened_at": NOON}
    return Row(**{**plain, **given_, "waiting_since": NOON, **differs})


moments = strategies.integers(0, 10**6).map(lambda seconds: NOON + timedelta(seconds=seconds))
waiters = strategies.builds(
    lambda urgency, since: row(urgency=urgency, waiting_since=since), strategies.integers(0, 2), moments
)


@given(strategies.lists(waiters, max_size=8))
def test_places_sort_as_urgency_and_waiting_do(rows: list[Row]) -> None:
    by_place = [(each.urgency, each.waiting_since) for each in sorted(rows, key=lambda each: each.place)]
    assert by_place == sorted(by_place, key=lambda each: (-each[0], each[1]))


def test_who_waits_for_an_answer_stands_before_who_has_one() -> None:
    answered = row(state="held", held_by="ani", last_desk_at=NOON - timedelta(hours=2), unanswered=0)
    waits = row(state="held", held_by="ani", last_citizen_at=NOON, unanswered=2)
    over = [row(closed_at=NOON, state="closed"), row(closed_at=NOON + timedelta(hours=1), state="closed")]
    assert waits.place < answered.place < over[1].place < over[0].place


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0800-0000-1234", "6280000001234"),
        ("+62 800 0000 1234", "6280000001234"),
        ("6280000001234", "6280000001234"),
        ("12", None),
        ("budi", None),
        ("", None),
    ],
)
def test_a_phone_number_is_found_however_it_is_written(typed: str, digits: str | None) -> None:
    assert phone_of(typed) == digits


@pytest.mark.parametrize("text", ["NIK 3578011708909001", "hubungi 0800-0000-1234", "+62 800 0000 1234 ya"])
def test_long_numbers_are_seen(text: str) -> None:
    assert sending.has_number(text)


@pytest.mark.parametrize("text", ["telepon 119 ext 9", "tanggal 17-08-1990", "dosis 1, 2, 3", "08.00 sampai 10.00"])
def test_other_numbers_are_not_asked_about(text: str) -> None:
    assert not sending.has_number(text)


def test_the_window_is_a_day_and_its_last_hour_is_told() -> None:
    window = sending.Window("whatsapp", NOON)
    assert not window.is_open(NOON) and window.is_open(NOON - timedelta(seconds=1))
    assert window.is_closing(NOON - timedelta(minutes=59)) and not window.is_closing(NOON - timedelta(minutes=61))
    assert not sending.Window("whatsapp", None).is_open(NOON)


def test_a_file_is_what_it_holds_not_what_it_is_called() -> None:
    assert sending.attached(b"%PDF-1.4 x", "a.jpg").kind == "document"
    with pytest.raises(Unwanted):
        sending.attached(b"MZ" + b"\0" * 100, "a.jpg")
    with pytest.raises(Unwanted):
        sending.attached(b"%PDF-1.4 " + b"x" * sending.MOST_BYTES, "a.pdf")


def test_why_something_failed_is_told_in_plain_words() -> None:
    assert "24 jam" in why(131047, "whatsapp")
    assert "dijangkau" in why(131026, "whatsapp")
    assert why(None, "whatsapp") == "tidak sempat dikirim"
    assert why(999999, "whatsapp")


def test_what_is_sent_beside_words_is_named() -> None:
    assert in_words("media", {"media_kind": "image", "caption": "ini"}) == "[foto] ini"
    assert in_words("option", {"title": "Ya"}) == "Ya"
    assert in_words("withdrawn", {}) == "[pesan ditarik]"
    assert in_words("text", {}).startswith("[")


def test_the_citizens_words_since_somebody_wrote_are_what_is_asked() -> None:
    def bubble(by: str, text: str) -> shown.Bubble:
        return shown.Bubble(1, NOON, by, by, text)

    said = [bubble("citizen", "lama"), bubble("desk", "jawab"), bubble("citizen", "boleh?"), bubble("note", "catatan")]
    assert suggesting.last_words([*said, bubble("citizen", "[foto]"), bubble("citizen", "saya hamil")]) == (
        "boleh?\nsaya hamil"
    )
    assert suggesting.last_words([]) == ""


def test_a_citizen_is_shown_typing_every_twenty_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 100.0
    monkeypatch.setattr(throttle.time, "monotonic", lambda: clock)
    monkeypatch.setattr(throttle, "_shown", {})
    assert throttle.is_time(1) and not throttle.is_time(1) and throttle.is_time(2)
    clock += throttle.EVERY_SECONDS
    assert throttle.is_time(1)


def test_a_time_is_by_the_desks_clock() -> None:
    found = moment_of("2026-11-24T08:00")
    assert found is not None and found.utcoffset() == timedelta(hours=7)
    assert moment_of("besok") is None


def test_every_form_and_question_of_the_bot_has_a_name() -> None:
    forms = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["forms"]
    assert set(forms) == set(FORMS)
    asked = {slot for form in forms.values() if len(form["required_slots"]) > 1 for slot in form["required_slots"]}
    assert asked == set(QUESTIONS)
