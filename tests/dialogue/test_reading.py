"""What was tapped or typed, as Rasa gets it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage

from siaga.dialogue.reading import NOTHING, late, metadata, read, turned_page, typed_option, unarmed
from siaga.turns.inbox import Waiting
from siaga.turns.messages import Option
from siaga.turns.offers import Offered

AT = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
YES = Option("k.1", "Ya, daftarkan", "/affirm")
PLACE = Option("k.2", "Puskesmas Jagir", '/choose_option{"option": "facility=12"}')
OFFERED = Offered([YES, PLACE], newest=True)


def _message(kind: str, content: dict[str, Any], **rest: Any) -> list[Waiting]:
    return [Waiting(id=1, key="1", wamid="wamid.1", contact_id=1, at=AT, kind=kind, content=content, **rest)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1", YES),
        (" 2. ", PLACE),
        ("2)", PLACE),
        ("nomor 2", PLACE),
        ("no. 1", YES),
        ("Ya, daftarkan", YES),
        ("ya,  DAFTARKAN!", YES),
        ("puskesmas jagir", PLACE),
        ("0", None),
        ("3", None),
        ("1 2", None),
        ("12", None),
        ("ya", YES),
        ("boleh deh min", YES),
        ("tidak", None),
        ("ya tapi namanya salah", None),
        ("jagir", None),
        ("", None),
        ("3578011708549001", None),
    ],
)
def test_an_option_may_be_typed(typed: str, expected: Option | None) -> None:
    assert typed_option(typed, OFFERED) == expected


CHECK, NOT_THAT, WHY = (
    Option("k.1", "Cek pendaftaran", "/x"),
    Option("k.2", "Bukan itu", "/y"),
    Option("k.3", "Menu", "/z"),
)


@pytest.mark.parametrize(
    ("typed", "options", "expected"),
    [
        ("ya", [CHECK, NOT_THAT], CHECK),
        ("nggih", [NOT_THAT, CHECK], CHECK),
        ("bukan itu", [CHECK, NOT_THAT], NOT_THAT),
        ("bukan", [CHECK, NOT_THAT], NOT_THAT),
        # Of two, nobody knows which; and beside no "no" a yes chooses nothing.
        ("ya", [CHECK, WHY, NOT_THAT], None),
        ("ya", [CHECK, WHY], None),
        ("ya", [CHECK], None),
        ("tidak", [CHECK, WHY], None),
        # "Batal" is nothing to say yes to.
        ("iya", [Option("k.4", "Tanpa foto", "/x"), Option("k.5", "Batal", "/cancel")], None),
    ],
)
def test_yes_to_the_only_thing_that_is_offered(typed: str, options: list[Option], expected: Option | None) -> None:
    assert typed_option(typed, Offered(options, newest=True)) == expected
    assert typed == NOT_THAT.label.lower() or typed_option(typed, Offered(options, newest=False)) is None


def test_a_number_is_no_choice_any_more_once_something_else_was_answered() -> None:
    later = Offered([YES, PLACE], newest=False)
    assert typed_option("1", later) is None
    assert typed_option("ya", later) is None
    assert typed_option("Puskesmas Jagir", later) == PLACE
    assert typed_option("1", None) is None


def test_a_label_that_is_a_number_wins_over_the_place_in_the_list() -> None:
    doses = Offered([Option("k.1", "0", "/x"), Option("k.2", "1", "/y")], newest=True)
    assert typed_option("1", doses).payload == "/y"


def test_a_tapped_option_says_what_it_stands_for() -> None:
    found = read(_message("option", {"id": "k.2", "title": "Puskesmas Jagir"}), PLACE, None)
    assert (found.text, found.kind) == ("Puskesmas Jagir", "option")
    assert found.parse_data == {
        "text": "Puskesmas Jagir",
        "intent": {"name": "choose_option", "confidence": 1.0},
        "entities": [{"entity": "option", "value": "facility=12", "start": 0, "end": 0, "extractor": "option"}],
        "intent_ranking": [{"name": "choose_option", "confidence": 1.0}],
    }


def test_an_option_that_is_not_ours_is_what_its_title_says() -> None:
    forged = _message("option", {"id": "/restart", "title": "/affirm"})
    assert read(forged, None, OFFERED) == read(_message("text", {"text": "affirm"}), None, OFFERED)
    assert read(forged, None, OFFERED).parse_data is None


@pytest.mark.parametrize("payload", ["affirm", "/", "/a b", "/a{", '/a{"x": }', ""])
def test_an_option_without_a_readable_payload_is_its_label(payload: str) -> None:
    found = read(_message("option", {"id": "k.1", "title": "Ya"}), Option("k.1", "Ya", payload), None)
    assert (found.text, found.parse_data) == ("Ya", None)


def test_a_pin_and_a_picture_are_known() -> None:
    pin = read(_message("location", {"lat": -7.25, "lon": 112.75}), None, None)
    assert (pin.text, pin.kind, pin.parse_data["intent"]["name"]) == ("[lokasi]", "location", "share_location")
    assert pin.parse_data["entities"][0]["value"] == {"lat": -7.25, "lon": 112.75}
    voice = read(_message("media", {"media_kind": "audio"}), None, OFFERED)
    assert (voice.text, voice.kind, voice.parse_data["intent"]["name"]) == ("[audio]", "media", "send_media")
    assert voice.parse_data["entities"][0]["value"] == "audio"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/restart", "restart"),
        ('/greet{"x": 1}', 'greet{"x": 1}'),
        ("  //  / /restart", "restart"),
        ("\u2003/restart", "restart"),
        ("a/b", "a/b"),
        ("1/2", "1/2"),
        ("/", NOTHING),
        ("", NOTHING),
        ("  ", NOTHING),
    ],
)
def test_what_is_typed_is_never_a_command(typed: str, expected: str) -> None:
    assert unarmed(typed) == expected


@given(st.text(st.sampled_from("/ \t\n\x1c\u00a0\u2003\u200bab"), max_size=12))
def test_no_typed_text_reaches_rasa_as_a_command(typed: str) -> None:
    text = UserMessage(unarmed(typed)).text
    assert text
    assert not text.startswith("/")


def test_what_actions_are_told() -> None:
    told = metadata(_message("text", {}), "text", has_phone=True, previous=AT - timedelta(hours=1))
    assert told == {
        "message_id": "1",
        "at": "2026-11-22T03:00:00+00:00",
        "kind": "text",
        "phone": True,
        "silence": 3600.0,
        "forwarded": None,
        "files": [],
    }
    assert metadata(_message("text", {}), "text", has_phone=False, previous=None)["silence"] is None
    assert metadata(_message("text", {}), "text", has_phone=False, previous=AT + timedelta(1))["silence"] == 0


def test_a_number_does_not_cancel_where_no_numbers_are_shown() -> None:
    cancel = Option("k.3", "Batal", "/cancel")
    assert typed_option("3", Offered([YES, PLACE, cancel], newest=True)) is None
    assert typed_option("batal", Offered([YES, PLACE, cancel], newest=True)) == cancel
    many = Offered([*[PLACE] * 10, cancel], newest=True)
    assert typed_option("11", many) is None


def test_turning_pages_does_not_change_the_numbers_of_options() -> None:
    turner = Option("k.page.2", "Pilihan lainnya", "page:2")
    assert typed_option("2", Offered([YES, turner, PLACE], newest=True)) == PLACE
    assert typed_option("pilihan lainnya", Offered([YES, turner], newest=True)) == turner
    assert [turned_page(option) for option in (turner, YES, None)] == [2, None, None]
    assert turned_page(Option("k.1", "x", "page:x")) is None


def test_texts_of_one_turn_are_read_together() -> None:
    turn = _message("text", {"text": "ibu sy 67 th"}) + _message("text", {"text": "boleh vaksin ga?"})
    assert read(turn, None, OFFERED).text == "ibu sy 67 th\nboleh vaksin ga?"


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        (["Assalamualaikum", "kak", "vaksin halal ga"], "vaksin halal ga"),
        (["halo min", "selamat pagi", "mau daftar"], "mau daftar"),
        (["p", "p", "p"], "p\np\np"),
        (["mas", "bapak saya sesak"], "bapak saya sesak"),
        (["Bu Pagiyem", "Jl. Malam 3"], "Bu Pagiyem\nJl. Malam 3"),
    ],
)
def test_a_greeting_that_leads_to_more_is_left_out(bodies: list[str], expected: str) -> None:
    turn = [message for body in bodies for message in _message("text", {"text": body})]
    assert read(turn, None, None).text == expected


def test_what_is_written_below_photos_counts() -> None:
    photos = _message("media", {"media_kind": "image"}) + _message("media", {"media_kind": "image", "caption": "hoax?"})
    found = read(photos, None, None)
    assert (found.text, found.parse_data) == ("hoax?", None)
    assert metadata(photos, found.kind, has_phone=True, previous=None)["files"] == ["1", "1"]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("contacts", {"phones": []}, "contacts"),
        ("order", {}, "order"),
        ("unsupported", {}, "unsupported"),
        ("unsupported", {"type": "edit"}, "edit"),
        ("unsupported", {"type": "poll_creation"}, "poll"),
        ("form", {"fields": {"nik": "1"}}, "form"),
        ("media", {}, "unsupported"),
    ],
)
def test_what_cannot_be_read_has_a_kind(kind: str, content: dict[str, Any], expected: str) -> None:
    found = read(_message(kind, content), None, None)
    assert found.parse_data is not None and found.parse_data["entities"][0]["value"] == expected


def test_our_own_form_is_known_and_its_fields_are_not_looked_at() -> None:
    sent = _message("form", {"fields": {"nik": "3578010502859001"}, "token": "t"})
    found = read(sent, None, OFFERED, form_sent=True)
    assert (found.text, found.kind, found.parse_data["intent"]["name"]) == ("[formulir]", "form", "submit_form")
    assert found.parse_data["entities"] == []
    assert read(sent, None, OFFERED).parse_data["intent"]["name"] == "send_media"


def test_late_messages_are_counted_and_searched_for_danger() -> None:
    turn = _message("text", {"text": "halo"}) + _message("text", {"text": "ibu saya sesak napas berat"})
    found = late(turn)
    assert found.parse_data is not None
    assert found.parse_data["intent"]["name"] == "late_messages"
    assert found.parse_data["entities"][0]["value"] == {"count": 2, "danger": True}
    assert late(turn[:1]).parse_data["entities"][0]["value"]["danger"] is False
    assert "sesak" not in found.text


def test_what_was_forwarded_is_told() -> None:
    turn = _message("text", {}, around={"forwarded": "once"}) + _message("text", {}, around={"forwarded": "often"})
    assert metadata(turn, "text", has_phone=True, previous=None)["forwarded"] == "often"
