"""Whatever Meta sends, what can be read is read, the rest is set aside, and nothing is lost in silence."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from siaga.turns.messages import AliasChange, Batch, Delivery, Incoming, Preference, Verdict, message_key
from siaga.whatsapp.inbound.values import TEXT_LENGTH
from siaga.whatsapp.parse import parse, read
from tests.whatsapp.webhooks import (
    AT,
    CARD,
    DIGEST,
    MESSAGES,
    NEW_USER_ID,
    OTHER_PHONE,
    OTHER_USER_ID,
    PHONE,
    STATUSES,
    STOP,
    USER_ID,
    USER_ID_UPDATE,
    WEBHOOKS,
    change,
    contact,
    message,
    status,
    system,
    webhook,
)

WHEN = datetime.fromtimestamp(AT, timezone.utc)
SHA256 = DIGEST.hex()
FILE = {"media_id": "1003383421387256", "sha256": SHA256}


def _one(raw: Any, **rest: Any) -> Incoming:
    batch = parse(webhook([raw], **rest))
    (found,) = batch.messages
    assert not batch.oddities
    return found


def _odd(body: Any) -> list[str]:
    return [oddity.reason for oddity in parse(body).oddities]


EXPECTED: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("text", {"text": "halo"}),
    "product inquiry": ("text", {"text": "halo"}),
    "from an ad": ("text", {"text": "halo"}),
    "forwarded": ("text", {"text": "halo"}),
    "often forwarded": ("text", {"text": "halo"}),
    "reaction": ("ignored", {"event": "reaction"}),
    "reaction withdrawn": ("ignored", {"event": "reaction"}),
    "image": ("media", {"media_kind": "image", **FILE, "mime": "image/jpeg", "caption": "Hoaks?"}),
    "voice": ("media", {"media_kind": "audio", **FILE, "mime": "audio/ogg; codecs=opus", "voice": True}),
    "video": ("media", {"media_kind": "video", **FILE, "mime": "video/mp4", "caption": "lihat"}),
    "document": ("media", {"media_kind": "document", **FILE, "mime": "application/pdf", "filename": "surat.pdf"}),
    "sticker": ("media", {"media_kind": "sticker", **FILE, "mime": "image/webp"}),
    "too large": ("media", {"media_kind": "video"}),
    "location": ("location", {"lat": -7.25, "lon": 112.75, "name": "Rumah"}),
    "current location": ("location", {"lat": -7.25, "lon": 112.75}),
    "contacts": ("contacts", {"phones": [OTHER_PHONE]}),
    "own contact": ("contacts", {"phones": [PHONE]}),
    "unsupported": ("unsupported", {}),
    "poll": ("unsupported", {"type": "poll_creation"}),
    "unavailable": ("unsupported", {"type": "unavailable"}),
    "template button": ("option", {"id": "k.3", "title": "Ya"}),
    "list reply": ("option", {"id": "k.2", "title": "PKM"}),
    "button reply": ("option", {"id": "k.1", "title": "Setuju"}),
    "flow reply": ("form", {"fields": {"nama": "Warga Uji 001"}, "token": "t.1"}),
    "call permission": ("ignored", {"event": "call_permission_reply"}),
    "order": ("order", {}),
    "edit": ("edit", {"original": message_key("wamid.0"), "text": "halo lagi"}),
    "revoke": ("revoke", {"original": message_key("wamid.0")}),
    "welcome": ("ignored", {"event": "request_welcome"}),
    "group": ("ignored", {"event": "group"}),
    "identity": ("ignored", {"event": "system"}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_type_of_message(name: str) -> None:
    found = _one(MESSAGES[name])
    assert (found.wamid, found.kind, found.content, found.phone, found.at) == ("wamid.1", *EXPECTED[name], PHONE, WHEN)


def test_every_type_of_the_reference_is_tested() -> None:
    assert {name for name in MESSAGES if not name.startswith("new")} == set(EXPECTED)


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("text", {}),
        ("product inquiry", {"quotes": message_key("wamid.quoted")}),
        ("button reply", {"quotes": message_key("wamid.quoted")}),
        ("forwarded", {"forwarded": "once"}),
        ("often forwarded", {"forwarded": "often"}),
        (
            "from an ad",
            {
                "referral": {
                    "source_type": "ad",
                    "source_id": "120226305854810726",
                    "headline": "Tanya Siaga",
                    "body": "Ayo vaksin!",
                    "source_url": "https://fb.me/uji",
                }
            },
        ),
    ],
)
def test_what_is_said_about_a_message(name: str, around: dict[str, Any]) -> None:
    assert _one(MESSAGES[name]).around == around


@pytest.mark.parametrize("rubbish", [None, 5, "x", [], {"id": 5, "forwarded": "ya"}, {"headline": ["x"], "body": "\0"}])
def test_rubbish_around_a_message_does_it_no_harm(rubbish: Any) -> None:
    assert _one(message(context=rubbish, referral=rubbish)).around == {}


# ---------------------------------------------------------------------- people
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (MESSAGES["new number"], AliasChange(WHEN, PHONE, None, OTHER_PHONE, None)),
        (MESSAGES["new number and id"], AliasChange(WHEN, PHONE, USER_ID, OTHER_PHONE, OTHER_USER_ID)),
        (NEW_USER_ID, AliasChange(WHEN, None, USER_ID, None, OTHER_USER_ID)),
        # The sender is told by the user id of before, or, it seems, by that of after.
        (
            message("system", system("user_changed_number", wa_id=OTHER_PHONE), from_user_id=USER_ID),
            AliasChange(WHEN, PHONE, USER_ID, OTHER_PHONE, None),
        ),
        (
            message(
                "system",
                system("user_changed_user_id", wa_id=OTHER_PHONE, user_id=OTHER_USER_ID),
                from_user_id=OTHER_USER_ID,
            ),
            AliasChange(WHEN, PHONE, None, OTHER_PHONE, OTHER_USER_ID),
        ),
        # As documentation of the years before had it.
        (
            message("system", system("customer_changed_number", new_wa_id=OTHER_PHONE, customer=PHONE)),
            AliasChange(WHEN, PHONE, None, OTHER_PHONE, None),
        ),
    ],
)
def test_the_system_says_who_somebody_is_now(raw: dict[str, Any], expected: AliasChange) -> None:
    assert parse(webhook([raw])) == Batch(alias_changes=[expected])


@pytest.mark.parametrize(
    "value",
    [
        {"user_id_update": [USER_ID_UPDATE]},
        {"user_id_update": USER_ID_UPDATE},
        USER_ID_UPDATE,
        {"wa_id": OTHER_PHONE, "previous": USER_ID, "current": OTHER_USER_ID, "timestamp": AT},
    ],
)
def test_a_field_of_its_own_says_so_too(value: dict[str, Any]) -> None:
    expected = AliasChange(WHEN, None, USER_ID, OTHER_PHONE, OTHER_USER_ID)
    assert parse(change("user_id_update", value)) == Batch(alias_changes=[expected])


def test_a_change_of_nobody_or_into_nothing_is_odd() -> None:
    nobody = {**NEW_USER_ID, "system": system("user_changed_user_id", user_id=USER_ID)}
    nothing = message("system", system("user_changed_number"))
    assert _odd(webhook([nobody, nothing])) == ["malformed messages: ValueError"] * 2


def test_wishes_about_what_is_sent_unasked() -> None:
    resume = {"wa_id": OTHER_PHONE, "value": "resume", "timestamp": str(AT)}
    unknown = {**STOP, "value": "perhaps"}
    body = change("user_preferences", {"contacts": [contact()], "user_preferences": [STOP, resume, unknown, {}, 5]})
    batch = parse(body)
    assert batch.preferences == [Preference(WHEN, False, PHONE, USER_ID), Preference(WHEN, True, OTHER_PHONE)]
    assert len(batch.oddities) == 3


def test_the_user_id_comes_with_the_message_or_with_the_contacts() -> None:
    assert _one(message(from_user_id="ID.abc")).user_id == "ID.abc"
    assert _one(message(), contacts=[contact()]).user_id == USER_ID
    assert _one(message(), contacts=[contact(), contact(OTHER_PHONE, OTHER_USER_ID)]).user_id == USER_ID
    # A number and a WhatsApp id may differ; one contact is the one who wrote.
    assert _one(message(), contacts=[contact(OTHER_PHONE)]).user_id == USER_ID


def test_one_contact_is_not_given_to_two_senders() -> None:
    both = [message(), message(wamid="wamid.2", **{"from": OTHER_PHONE})]
    batch = parse(webhook(both, contacts=[contact()]))
    assert [found.user_id for found in batch.messages] == [USER_ID, None]


@pytest.mark.parametrize("contacts", [None, [contact(None)]])
def test_a_message_may_come_without_a_phone_number(contacts: Any) -> None:
    raw = message(**({} if contacts else {"from_user_id": USER_ID}))
    del raw["from"]
    found = _one(raw, contacts=contacts)
    assert (found.phone, found.user_id) == (None, USER_ID)


@pytest.mark.parametrize(
    ("entry", "phones"),
    [
        ({"phone": "0812-3456-7890"}, ["6281234567890"]),
        ({"phone": "+1 (983) 555-2319", "wa_id": "19835552319"}, ["19835552319"]),
        ({"phone": "halo"}, []),
        ({"phone": "+62 800"}, []),
        ({"phone": 5, "wa_id": []}, []),
        ("x", []),
    ],
)
def test_numbers_on_a_card(entry: Any, phones: list[str]) -> None:
    assert _one(message("contacts", [CARD | {"phones": [entry, entry]}])).content == {"phones": phones}


def test_numbers_on_a_plain_vcard() -> None:
    vcard = "BEGIN:VCARD\nitem1.TEL;type=CELL;waid=628000000002:+62 800\nTEL:0812 3456 7890\nEND:VCARD"
    assert _one(message("contacts", [{"vcard": vcard}])).content == {"phones": [OTHER_PHONE, "6281234567890"]}


# ---------------------------------------------------------------------- what cannot be read
@pytest.mark.parametrize(
    ("type_", "content"),
    [
        ("text", {}),
        ("text", {"body": 5}),
        ("text", "halo"),
        ("location", {"latitude": 91, "longitude": 0}),
        ("location", {"latitude": "NaN", "longitude": 0}),
        ("location", {"latitude": True, "longitude": 0}),
        ("interactive", {"type": "button_reply", "button_reply": {"id": 5}}),
        ("interactive", []),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": "{"}}),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": "[]"}}),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "[" * 100_000}}),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": json.dumps({"x": "y" * 70_000})}}),
        ("button", {"payload": "x"}),
        ("contacts", {}),
        ("image", {}),
        ("image", "x"),
        ("edit", {}),
        ("revoke", {"original_message_id": ""}),
    ],
)
def test_what_is_malformed_is_answered_and_set_aside(type_: str, content: Any) -> None:
    raw = message(type_, content)
    batch = parse(webhook([raw]))
    assert [(found.kind, found.content) for found in batch.messages] == [("unsupported", {"type": type_})]
    (oddity,) = batch.oddities
    assert oddity.reason.startswith(f"malformed {type_}: ")
    assert oddity.raw == raw


@pytest.mark.parametrize(
    ("type_", "content", "reason"),
    [
        ("hologram", {"depth": 3}, "unknown type hologram"),
        ("interactive", {"type": "gesture", "gesture": {}}, "unknown type interactive gesture"),
        ("Warga Uji 001", {}, "unknown type"),
    ],
)
def test_an_unknown_type_is_answered_and_set_aside(type_: str, content: Any, reason: str) -> None:
    batch = parse(webhook([message(type_, content)]))
    assert [found.kind for found in batch.messages] == ["unsupported"]
    assert [oddity.reason for oddity in batch.oddities] == [reason]


@pytest.mark.parametrize(
    "broken", [None, 5, "x", [], {}, {"id": "wamid.x"}, {"id": "", "from": PHONE}, {"id": 7, "from": PHONE}]
)
def test_one_malformed_message_does_not_stop_the_rest(broken: object) -> None:
    batch = parse(webhook([message(wamid="wamid.1"), broken, message(wamid="wamid.2")]))
    assert [found.wamid for found in batch.messages] == ["wamid.1", "wamid.2"]
    assert [oddity.raw for oddity in batch.oddities] == [broken]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "no webhook"),
        ([], "no webhook"),
        ({"entry": 5}, "no webhook"),
        ({"entry": [5]}, "an entry without changes"),
        ({"entry": [{"changes": [5]}]}, "a change without a value"),
        ({"entry": [{"changes": [{"field": "messages"}]}]}, "a change without a value"),
        (change("messages", {"messages": {}}), "messages is no list"),
        (change("messages", {"statuses": "x"}), "statuses is no list"),
        (change("messages", {"contacts": []}), "neither messages nor statuses"),
        (change("messages", {"errors": [{"code": 131042}]}), "errors of the account"),
        (change("user_preferences", {}), "user_preferences is no list"),
        (change("account_update", {"event": "DISABLED_UPDATE"}), "field account_update"),
        (change("nama Warga Uji 001", {}), "field unknown"),
    ],
)
def test_the_envelope_may_be_anything(body: Any, reason: str) -> None:
    assert _odd(body) == [reason]


def test_news_about_the_account_is_for_people_to_read(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        parse(change("phone_number_quality_update", {"event": "FLAGGED", "display_phone_number": PHONE}))
    assert "phone_number_quality_update" in caplog.text
    assert PHONE not in caplog.text


def test_an_empty_webhook_is_nothing() -> None:
    assert not parse({"object": "whatsapp_business_account", "entry": []})


# ---------------------------------------------------------------------- values
@pytest.mark.parametrize("stamp", ["1795316400", 1795316400, "1795316400000", 1795316400000, 1795316400.0])
def test_times_in_seconds_and_milliseconds(stamp: object) -> None:
    assert _one(message(timestamp=stamp)).at == datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize("stamp", [None, "", "kemarin", "-1e400", [], "nan", True, 0, "-5", "9" * 400, 10**400])
def test_a_time_that_makes_no_sense_is_now(stamp: object) -> None:
    assert abs((_one(message(timestamp=stamp)).at - datetime.now(timezone.utc)).total_seconds()) < 10


def test_the_simulators_clock_may_be_put_forward_but_not_by_years() -> None:
    now = datetime.now(timezone.utc).replace(microsecond=0)
    ahead = now + timedelta(days=300)
    assert _one(message(timestamp=str(int(ahead.timestamp())))).at == ahead
    assert _one(message(timestamp=str(int((now + timedelta(days=500)).timestamp())))).at < now + timedelta(days=1)


@pytest.mark.parametrize(
    ("body", "text"), [("a\x00b\ud800c", "abc"), ("🙏", "🙏"), ("x" * 20_000, "x" * TEXT_LENGTH), ("", "")]
)
def test_text_can_be_stored(body: str, text: str) -> None:
    assert _one(message(content={"body": body})).content == {"text": text}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ({"id": 1003383421387256}, {"media_id": "1003383421387256"}),
        ({"id": "../../me", "caption": "  "}, {}),
        ({"id": "1", "sha256": SHA256.upper()}, {"media_id": "1", "sha256": SHA256}),
        ({"id": "1", "sha256": "c2hvcnQ="}, {"media_id": "1"}),
        ({"id": "1", "sha256": "\ud800", "mime_type": "x" * 500}, {"media_id": "1", "mime": "x" * 100}),
        ({"id": "1", "voice": "yes", "filename": 5}, {"media_id": "1"}),
    ],
)
def test_values_of_a_file(file: dict[str, Any], expected: dict[str, Any]) -> None:
    assert _one(message("image", file)).content == {"media_kind": "image", **expected}


def test_a_template_button_without_a_payload_is_its_text() -> None:
    assert _one(message("button", {"text": "Ya"})).content == {"id": "Ya", "title": "Ya"}


def test_fields_of_a_form_can_be_stored() -> None:
    response = '{"a\\u0000": NaN, "b": ' + "9" * 5000 + ', "c": "\\ud800x", "a": [1e999]}'
    (found,) = parse(webhook([message("interactive", {"nfm_reply": {"response_json": response}})])).messages
    assert found.kind == "form"
    assert found.content == {"fields": {"a": "NaN", "b": "9" * 256, "c": "x", "a'": ["inf"]}}


# ---------------------------------------------------------------------- statuses
def test_statuses() -> None:
    batch = parse(webhook(statuses=list(STATUSES.values())))
    assert batch == Batch(
        deliveries=[
            Delivery("wamid.out", "sent", WHEN, "0123456789abcdef01234567"),
            Delivery("wamid.out", "delivered", WHEN),
            Delivery("wamid.out", "read", WHEN),
            Delivery("wamid.out", "read", WHEN),
            Delivery("wamid.out", "failed", WHEN, None, 131026, Verdict.UNREACHABLE),
        ]
    )


@pytest.mark.parametrize(
    ("errors", "code"),
    [(None, None), ([], None), ([5], None), ([{"code": "131056"}], 131056), ([{"code": 2**40}], None), ({}, None)],
)
def test_a_failed_status_always_has_a_verdict(errors: Any, code: int | None) -> None:
    (found,) = parse(webhook(statuses=[status(name="failed", errors=errors)])).deliveries
    assert found.error_code == code
    assert found.verdict is (Verdict.RETRY_CONTACT if code else Verdict.DROP)


def test_statuses_that_nobody_knows_are_set_aside() -> None:
    odd = [status(name="deleted"), status(name="warning"), {"status": "read"}, "x", {**status(), "status": []}]
    batch = parse(webhook(statuses=[status(), *odd, status(name="read")]))
    assert [found.status for found in batch.deliveries] == ["delivered", "read"]
    assert [oddity.raw for oddity in batch.oddities] == odd


def test_a_key_that_is_not_ours_is_left_out() -> None:
    (found,) = parse(webhook(statuses=[status(biz_opaque_callback_data="k" * 33)])).deliveries
    assert found.key is None


# ---------------------------------------------------------------------- bytes
@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"\x80abc", b"[" * 100_000, b'{"a": 1', b"x" * 3_000_000])
def test_what_is_not_json_is_set_aside(body: bytes) -> None:
    batch = read(body)
    (oddity,) = batch.oddities
    assert oddity.reason.startswith("not JSON")
    assert body.decode("latin-1").startswith(oddity.raw)
    assert len(oddity.raw) <= 64 * 1024


def test_of_members_of_one_name_the_last_counts_and_no_number_is_too_long() -> None:
    body = json.dumps(webhook([message()])).replace('"halo"', '"x", "body": "y", "n": ' + "9" * 10_000)
    (found,) = read(body.encode()).messages
    assert found.content == {"text": "y"}


def test_every_kind_of_webhook_is_read_without_a_loss() -> None:
    for name, content in WEBHOOKS.items():
        batch = read(json.dumps(content).encode())
        found = [batch.messages, batch.deliveries, batch.alias_changes, batch.preferences, batch.oddities]
        assert sum(map(len, found)) == 1, name
        assert bool(batch.oddities) == (name in {"group created", "account update", "account errors"}), name


def test_what_came_to_another_number_of_the_account_is_not_ours() -> None:
    theirs = webhook([message()])
    theirs["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "2"
    assert parse(theirs, "100000000000001") == Batch()
    assert parse(theirs, "100000000000001", ("3",)) == Batch()
    assert len(parse(webhook([message()]), "100000000000001").messages) == 1


def test_what_came_to_another_number_of_ours_knows_by_which() -> None:
    first, other = webhook([message()]), webhook([message()])
    other["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "2"
    both = {"entry": [*first["entry"], *other["entry"]]}
    assert [one.number for one in parse(both, "100000000000001", ("2",)).messages] == ["", "2"]
    reached = webhook(statuses=[status()])
    reached["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "2"
    assert [one.number for one in parse(reached, "100000000000001", ("2",)).deliveries] == ["2"]
