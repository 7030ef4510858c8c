"""Whatever Meta sends, what can be read is read, and the rest does no harm."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.turns.messages import Delivery, Incoming
from siaga.whatsapp.parse import parse
from tests.whatsapp.webhooks import PHONE, message, webhook

AT = datetime.fromtimestamp(1795316400, timezone.utc)


def _one(raw: Any, **rest: Any) -> Incoming:
    (found,) = parse(webhook([raw], **rest)).messages
    return found


@pytest.mark.parametrize(
    ("type_", "content", "kind", "expected"),
    [
        ("text", {"body": "halo"}, "text", {"text": "halo"}),
        ("text", {"body": "a\x00b\ud800c"}, "text", {"text": "abc"}),
        (
            "interactive",
            {"type": "button_reply", "button_reply": {"id": "k.1", "title": "Setuju"}},
            "option",
            {"id": "k.1", "title": "Setuju"},
        ),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "k.2", "title": "PKM", "description": "1 km"}},
            "option",
            {"id": "k.2", "title": "PKM"},
        ),
        ("button", {"payload": "k.3", "text": "Ya"}, "option", {"id": "k.3", "title": "Ya"}),
        ("location", {"latitude": -7.25, "longitude": 112.75}, "location", {"lat": -7.25, "lon": 112.75}),
        (
            "location",
            {"latitude": -7.25, "longitude": 112.75, "name": "Rumah", "address": "Jl. Uji"},
            "location",
            {"lat": -7.25, "lon": 112.75, "name": "Rumah"},
        ),
        ("image", {"id": "1", "caption": "KTP saya"}, "text", {"text": "KTP saya"}),
        ("image", {"id": "1", "caption": "  "}, "media", {"media_kind": "image"}),
        ("audio", {"id": "1", "voice": True}, "media", {"media_kind": "audio"}),
        ("video", {"id": "1"}, "media", {"media_kind": "video"}),
        ("document", {"id": "1", "filename": "a.pdf"}, "media", {"media_kind": "document"}),
        ("sticker", {"id": "1"}, "media", {"media_kind": "sticker"}),
        ("contacts", [{"name": {}}], "media", {"media_kind": "contacts"}),
        ("order", {"catalog_id": "1"}, "media", {"media_kind": "order"}),
        (
            "interactive",
            {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": "{}"}},
            "media",
            {"media_kind": "unsupported"},
        ),
        ("interactive", {"type": "call_permission_reply", "call_permission_reply": {}}, "ignored", {}),
        ("unsupported", {"type": "poll_creation"}, "media", {"media_kind": "unsupported"}),
        ("hologram", {}, "media", {"media_kind": "unsupported"}),
        ("reaction", {"message_id": "wamid.0", "emoji": "👍"}, "ignored", {}),
        ("edit", {"original_message_id": "wamid.0"}, "ignored", {}),
        ("revoke", {"original_message_id": "wamid.0"}, "ignored", {}),
        ("system", {"type": "user_changed_number", "wa_id": "628000000002"}, "ignored", {}),
        # Something was written that we cannot read: answered, not dropped.
        ("text", {}, "media", {"media_kind": "unsupported"}),
        ("text", None, "text", {"text": "halo"}),
        ("location", {"latitude": 91, "longitude": 0}, "media", {"media_kind": "unsupported"}),
        ("location", {"latitude": "nan", "longitude": 0}, "media", {"media_kind": "unsupported"}),
        ("interactive", {"type": "button_reply", "button_reply": {"id": 5}}, "media", {"media_kind": "unsupported"}),
    ],
)
def test_each_type_of_message(type_: str, content: Any, kind: str, expected: dict[str, Any]) -> None:
    found = _one(message(type_, content))
    assert (found.kind, found.content, found.phone, found.at) == (kind, expected, PHONE, AT)


def test_a_message_to_a_group_is_not_ours() -> None:
    assert _one(message(group_id="g")).kind == "ignored"


@pytest.mark.parametrize("stamp", ["1795316400", 1795316400, "1795316400000", 1795316400000])
def test_times_in_seconds_and_milliseconds(stamp: object) -> None:
    assert _one(message(timestamp=stamp)).at == AT


@pytest.mark.parametrize("stamp", [None, "", "kemarin", "-1e400", [], "nan"])
def test_a_time_that_cannot_be_read_is_now(stamp: object) -> None:
    assert abs((_one(message(timestamp=stamp)).at - datetime.now(timezone.utc)).total_seconds()) < 10


def test_the_user_id_comes_with_the_message_or_with_the_contacts() -> None:
    assert _one(message(from_user_id="ID.abc")).user_id == "ID.abc"
    contacts = [{"wa_id": PHONE, "user_id": "ID.def", "profile": {"name": "Warga Uji 001"}}]
    assert _one(message(), contacts=contacts).user_id == "ID.def"


def test_a_message_may_come_without_a_phone_number() -> None:
    raw = message(from_user_id="ID.abc")
    del raw["from"]
    found = _one(raw)
    assert (found.phone, found.user_id) == (None, "ID.abc")


@pytest.mark.parametrize(
    "broken", [None, 5, "x", [], {}, {"id": "wamid.x"}, {"id": "", "from": PHONE}, {"id": 7, "from": PHONE}]
)
def test_one_malformed_message_does_not_stop_the_rest(broken: object) -> None:
    found = parse(webhook([message(wamid="wamid.1"), broken, message(wamid="wamid.2")]))
    assert [message.wamid for message in found.messages] == ["wamid.1", "wamid.2"]


def test_statuses() -> None:
    statuses = [
        {"id": "wamid.a", "status": "delivered", "timestamp": "1795316400", "biz_opaque_callback_data": "k"},
        {"id": "wamid.b", "status": "failed", "timestamp": "1795316400", "errors": [{"code": 131026}]},
        {"id": "wamid.c", "status": "played", "timestamp": "1795316400"},
        {"id": "wamid.d", "status": "invented"},
        "broken",
    ]
    assert parse(webhook(statuses=statuses)).deliveries == [
        Delivery("wamid.a", "delivered", AT, "k"),
        Delivery("wamid.b", "failed", AT, None, 131026),
        Delivery("wamid.c", "read", AT),
    ]


def test_other_fields_than_messages_are_not_ours() -> None:
    other = webhook([message()])
    other["entry"][0]["changes"][0]["field"] = "account_update"
    assert parse(other).messages == []


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["entry", "changes", "value", "messages", "statuses", "id", "type", "text", "body", "from"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_no_json_makes_it_raise(value: object) -> None:
    parse(value)
    parse(webhook([value], [value], [value]))


@given(json_values, st.sampled_from(["text", "interactive", "location", "button", "image", "reaction", "contacts"]))
def test_no_content_makes_it_raise_and_all_of_it_can_be_stored(value: object, type_: str) -> None:
    (found,) = parse(webhook([message(type_, value)])).messages
    json.dumps(found.content).encode()
    assert "\x00" not in json.dumps(found.content, ensure_ascii=False)
