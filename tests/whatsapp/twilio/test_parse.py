"""Twilio's webhooks are understood, and nothing that arrives makes the parser raise."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.turns.messages import Delivery, Incoming, Preference, Verdict, message_key
from siaga.whatsapp.twilio.parse import parse_message, parse_status
from tests.whatsapp.twilio.webhooks import PHONE, message, sid, status

AT = datetime(2026, 11, 22, 6, 0, tzinfo=timezone.utc)
FILE = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def _one(**fields: Any) -> Incoming:
    batch = parse_message(message(**fields), AT)
    assert not batch.oddities
    (found,) = batch.messages
    return found


def test_a_text() -> None:
    assert _one() == Incoming(sid(), AT, "text", {"text": "halo"}, PHONE, None, {})


@pytest.mark.parametrize(
    ("fields", "kind", "content"),
    [
        (
            {"ButtonPayload": "abc.1", "ButtonText": "Ya", "Body": "Ya", "MessageType": "interactive"},
            "option",
            {"id": "abc.1", "title": "Ya"},
        ),
        ({"ButtonText": "Ya", "Body": "Ya", "MessageType": "button"}, "option", {"id": "", "title": "Ya"}),
        ({"ListId": "abc.7", "ListTitle": "Batuk", "Body": "Batuk"}, "option", {"id": "abc.7", "title": "Batuk"}),
        (
            {"Latitude": "-7.25", "Longitude": "112.75", "Label": "Rumah", "Address": "Surabaya", "Body": ""},
            "location",
            {"lat": -7.25, "lon": 112.75, "name": "Rumah"},
        ),
        ({"Latitude": "91", "Longitude": "0", "Body": ""}, "unsupported", {"type": "location"}),
        ({"Latitude": "nan", "Longitude": "x", "Body": ""}, "unsupported", {"type": "location"}),
        (
            {"NumMedia": "1", "MediaUrl0": FILE, "MediaContentType0": "image/jpeg", "Body": "hoaks?"},
            "media",
            {"media_kind": "image", "media_id": FILE, "mime": "image/jpeg", "caption": "hoaks?"},
        ),
        (
            {"NumMedia": "1", "MediaUrl0": FILE, "MediaContentType0": "audio/ogg", "Body": ""},
            "media",
            {"media_kind": "audio", "media_id": FILE, "mime": "audio/ogg"},
        ),
        (
            {"NumMedia": "1", "MediaUrl0": FILE, "MediaContentType0": "application/pdf", "Body": ""},
            "media",
            {"media_kind": "document", "media_id": FILE, "mime": "application/pdf"},
        ),
        (
            {"NumMedia": "1", "MediaUrl0": FILE, "MediaContentType0": "image/webp", "MessageType": "sticker"}
            | {"Body": ""},
            "media",
            {"media_kind": "sticker", "media_id": FILE, "mime": "image/webp"},
        ),
        (
            {"NumMedia": "1", "MediaUrl0": FILE, "MediaContentType0": "text/vcard; charset=utf-8", "Body": ""},
            "contacts",
            {"phones": []},
        ),
        (
            {"InteractiveData": '{"nik": "3578010101709001", "flow_token": "t1"}', "Body": ""},
            "form",
            {"fields": {"nik": "3578010101709001"}, "token": "t1"},
        ),
        ({"InteractiveData": "[1", "Body": ""}, "unsupported", {"type": "form"}),
        ({"MessageType": "reaction", "Body": "👍"}, "ignored", {"event": "reaction"}),
        ({"MessageType": "order", "Body": ""}, "order", {}),
        ({"Body": "", "MessageType": "poll"}, "unsupported", {"type": "poll"}),
    ],
)
def test_kinds(fields: dict[str, str], kind: str, content: dict[str, Any]) -> None:
    found = _one(**fields)
    assert (found.kind, found.content) == (kind, content)


def test_several_files_are_several_messages_and_the_first_has_the_words() -> None:
    files = {"NumMedia": "2", "MediaUrl0": FILE, "MediaContentType0": "image/png", "Body": "ini"}
    batch = parse_message(message(**files, MediaUrl1=FILE + "2", MediaContentType1="image/png"), AT)
    assert [found.wamid for found in batch.messages] == [sid(), sid() + ".1"]
    assert [found.content.get("caption") for found in batch.messages] == ["ini", None]


def test_what_is_said_about_a_message() -> None:
    referral = {"ReferralSourceType": "ad", "ReferralSourceId": "1", "ReferralHeadline": "Vaksin", "ReferralBody": ""}
    found = _one(Forwarded="true", FrequentlyForwarded="true", OriginalRepliedMessageSid="MM" + "a" * 32, **referral)
    assert found.around == {
        "quotes": message_key("MM" + "a" * 32),
        "forwarded": "often",
        "referral": {"source_type": "ad", "source_id": "1", "headline": "Vaksin"},
    }
    assert _one(Forwarded="true", FrequentlyForwarded="false").around == {"forwarded": "once"}
    assert _one(Forwarded="false").around == {}


@pytest.mark.parametrize(
    ("fields", "whom"),
    [
        ({"ExternalUserId": "whatsapp:ID.4566546130240823"}, (PHONE, "ID.4566546130240823")),
        ({"From": "whatsapp:ID.45665", "ExternalUserId": "whatsapp:ID.45665"}, (None, "ID.45665")),
        ({"From": "whatsapp:ID.45665"}, (None, "ID.45665")),
    ],
)
def test_a_phone_number_may_be_missing(fields: dict[str, str], whom: tuple[str | None, str]) -> None:
    found = _one(**fields)
    assert (found.phone, found.user_id) == whom


@pytest.mark.parametrize(("word", "welcome"), [("STOP", False), ("START", True)])
def test_words_that_twilio_answers_itself(word: str, welcome: bool) -> None:
    batch = parse_message(message(Body=word, OptOutType=word), AT)
    assert [found.kind for found in batch.messages] == ["ignored"]
    assert batch.preferences == [Preference(AT, welcome, PHONE)]


@pytest.mark.parametrize("fields", [{"MessageSid": "", "SmsMessageSid": ""}, {"From": "+628000000001"}, {"From": ""}])
def test_what_makes_no_sense_is_set_aside_without_its_content_in_the_reason(fields: dict[str, str]) -> None:
    batch = parse_message(message(**fields), AT)
    assert not batch.messages
    (oddity,) = batch.oddities
    assert oddity.raw["Body"] == "halo"
    assert "628" not in oddity.reason


@pytest.mark.parametrize(
    ("word", "known"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("failed", "failed"), ("undelivered", "failed")],
)
def test_statuses(word: str, known: str) -> None:
    (delivery,) = parse_status(status(sid(), word), "abc", AT).deliveries
    verdict = Verdict.DROP if known == "failed" else None
    assert delivery == Delivery(sid(), known, AT, "abc", None, verdict)


def test_a_failed_status_says_what_to_do() -> None:
    (delivery,) = parse_status(status(sid(), "undelivered", ErrorCode="63016"), None, AT).deliveries
    assert (delivery.error_code, delivery.verdict) == (63016, Verdict.WINDOW)


@pytest.mark.parametrize("word", ["queued", "accepted", "sending", "scheduled"])
def test_statuses_on_the_way_tell_nothing_new(word: str) -> None:
    assert not parse_status(status(sid(), word), "abc", AT)


@pytest.mark.parametrize("fields", [{}, {"MessageStatus": "lost"}, {"MessageSid": sid()}])
def test_unknown_statuses_are_set_aside(fields: dict[str, str]) -> None:
    assert len(parse_status(fields, None, AT).oddities) == 1


MORE = """
    Latitude Longitude ListId ListTitle ButtonPayload ButtonText InteractiveData MediaUrl0 MediaContentType0 OptOutType
    ExternalUserId ErrorCode MessageStatus Label OriginalRepliedMessageSid ReferralBody Forwarded FrequentlyForwarded
"""
NAMES = st.sampled_from([*message(), *MORE.split()])
VALUES = st.one_of(
    st.text(),
    st.sampled_from(["nan", "inf", "1e999", "-0", "٣", "9" * 30, "whatsapp:", "STOP", "{}", "[[[[", "\x00", "\ud800"]),
    st.sampled_from(['{"a": "\\ud800\\u0000"}', "[" * 10_000, '{"a": NaN}', '{"flow_token": 1}']),
)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return _texts([*value, *value.values()])
    if isinstance(value, list):
        return [text for held in value for text in _texts(held)]
    return [value] if isinstance(value, str) else []


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, VALUES))
def test_no_field_makes_it_raise_and_what_it_finds_can_be_stored(fields: dict[str, str]) -> None:
    for found in (parse_message({**message(), **fields}, AT), parse_status(fields, fields.get("Body"), AT)):
        for incoming in found.messages:
            for text in _texts([incoming.content, incoming.around]):
                assert "\x00" not in text
                text.encode()
            assert incoming.phone or incoming.user_id
        for delivery in found.deliveries:
            assert delivery.error_code is None or delivery.error_code < 2**31
