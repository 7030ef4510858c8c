"""Webhooks that are forged, repeated, out of order, or not what they seem, at the receiver's own door.

What is malformed is tried in tests/whatsapp/test_fuzz.py, and the plain refusals in tests/whatsapp/test_input.py.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select, update

from siaga.db import transaction
from siaga.people.contacts import ensure_contact, find_contact
from siaga.people.tables import Contact
from siaga.retention.rules import RECEIVED
from siaga.retention.sweeping import sweep
from siaga.settings import settings
from siaga.turns import outbox
from siaga.turns.intake import OLDEST, TOO_OLD
from siaga.turns.messages import Draft
from siaga.turns.tables import Dispatch, InboundMessage, OutboundMessage, Quarantine
from siaga.whatsapp.signature import HEADER, sign
from tests.attacks.door import Door, answered, open_door, received, set_aside
from tests.whatsapp.webhooks import OTHER_PHONE, PHONE, USER_ID, body, change, contact, message, status, webhook

NIK = "3578010502859001"


@pytest.fixture
def door(database: str) -> Iterator[Door]:
    with open_door() as found:
        yield found


def said(text: str = "halo", wamid: str = "wamid.1", at: float | None = None, **rest: Any) -> bytes:
    """A webhook in which somebody has just written."""
    stamp = str(int(time.time() if at is None else at))
    return body(webhook([message(content={"body": text}, wamid=wamid, timestamp=stamp, **rest)]))


# ---------------------------------------------------------------- forged
def _mac(key: str, content: bytes) -> str:
    return hmac.new(key.encode(), content, hashlib.sha256).hexdigest()


_BODY = said()
_SECRET = settings().whatsapp_app_secret
_GOOD = sign(_BODY, _SECRET).encode()
_SHA1 = b"sha1=" + hmac.new(_SECRET.encode(), _BODY, hashlib.sha1).hexdigest().encode()
_FORGED: dict[str, list[tuple[str, bytes]]] = {
    "none": [],
    "empty": [(HEADER, b"")],
    "another secret": [(HEADER, b"sha256=" + _mac("lain", _BODY).encode())],
    "an empty secret": [(HEADER, b"sha256=" + _mac("", _BODY).encode())],
    "of another body": [(HEADER, sign(said("lain"), _SECRET).encode())],
    "of the body without its end": [(HEADER, sign(_BODY[:-1], _SECRET).encode())],
    "without its name": [(HEADER, _mac(_SECRET, _BODY).encode())],
    "sha1 in its place": [(HEADER, _SHA1)],
    "only the old header": [("X-Hub-Signature", _SHA1)],
    "capitals": [(HEADER, _GOOD.upper())],
    "cut": [(HEADER, _GOOD[:-1])],
    "longer": [(HEADER, _GOOD + b"0")],
    "two in one": [(HEADER, _GOOD + b"," + _GOOD)],
    "other digits": [(HEADER, _GOOD.decode().translate({48 + n: 0xFF10 + n for n in range(10)}).encode())],
    "no text": [(HEADER, b"sha256=\xff\xfe" + _GOOD[9:])],
    "the bad one first": [(HEADER, b"sha256=" + b"0" * 64), (HEADER, _GOOD)],
    "by another name": [("X-Hub-Signature-512", _GOOD), ("X-Hub_Signature-256", _GOOD)],
}


def test_a_forged_signature_lets_nothing_in(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert {how: door.post(_BODY, headers) for how, headers in _FORGED.items()} == dict.fromkeys(_FORGED, 403)
    assert (received(), set_aside()) == (0, [])
    assert PHONE not in caplog.text
    assert door.post(_BODY, [(HEADER, _GOOD)]) == 200, "the same body, signed, is let in"


# ---------------------------------------------------------------- repeated
def test_what_has_been_answered_is_not_answered_again(door: Door) -> None:
    """At once, the next day, and thirteen days later, with the sweep going round each day."""
    first = said("halo", at=time.time() - 13 * 86_400)
    assert door.signed(said("halo")) == 200
    assert answered() == ["halo"]
    for age in (0, 1, 13):
        with transaction() as session:
            then = datetime.now(timezone.utc) - timedelta(days=age)
            session.execute(update(InboundMessage).values(received_at=then))
        sweep()
        assert door.signed(said("halo")) == door.signed(first) == 200
        assert answered() == []
    assert received() == 1


def test_nor_after_it_has_been_forgotten(door: Door) -> None:
    """Fourteen days later nobody knows the message any more, but that it is too old for WhatsApp to bring it."""
    written = time.time() - 14.1 * 86_400
    again = said("halo", at=written)
    assert door.signed(said("halo")) == 200
    assert answered() == ["halo"]
    with transaction() as session:
        then = datetime.fromtimestamp(written, timezone.utc)
        session.execute(update(InboundMessage).values(received_at=then))
        session.execute(update(Dispatch).values(last_inbound_at=then, blocked_at=then))
    sweep()
    assert received() == 0
    for _ in range(2):
        assert door.signed(again) == 200
    assert (received(), answered(), set_aside()) == (0, [], [TOO_OLD])
    with transaction() as session:
        row = session.execute(select(Dispatch.last_inbound_at, Dispatch.blocked_at)).one()
    assert row == (then, then), "it opens no window, and ends no block"


def test_a_message_is_known_for_longer_than_it_is_taken() -> None:
    assert timedelta(days=7) < OLDEST < timedelta(days=RECEIVED)


def test_an_old_webhook_brings_nobody_back_who_was_erased(door: Door) -> None:
    assert door.signed(said("halo", at=time.time() - 20 * 86_400)) == 200
    with transaction() as session:
        assert session.scalars(select(Contact.id)).all() == []


def test_what_is_new_beside_something_old_is_kept(door: Door) -> None:
    old = message(wamid="wamid.lama", timestamp=str(int(time.time()) - 30 * 86_400))
    new = message(wamid="wamid.baru", content={"body": "baru"}, timestamp=str(int(time.time())))
    assert door.signed(body(webhook([old, new]))) == 200
    assert answered() == ["baru"]


def test_two_messages_of_one_id_are_the_first_of_them(door: Door) -> None:
    """Together, and one after the other; of the other nothing is done."""
    assert door.signed(said("satu")) == door.signed(said("dua")) == 200
    assert answered() == ["satu"]
    at = int(time.time())
    twins = [message(wamid="wamid.2", content={"body": text}, timestamp=str(at)) for text in ("tiga", "empat")]
    assert door.signed(body(webhook(twins))) == 200
    assert answered() == ["tiga"]


def test_an_id_that_another_has_used_takes_nothing_from_them(door: Door) -> None:
    """Ids come from WhatsApp: one that two people share would be a forgery, and nobody's words go to the other."""
    assert door.signed(said("rahasia A")) == 200
    assert door.signed(said("milik B", **{"from": OTHER_PHONE})) == 200
    with transaction() as session:
        mine, other = (find_contact(session, phone=number) for number in (PHONE, OTHER_PHONE))
        owners = session.scalars(select(InboundMessage.contact_id)).all()
        assert owners == [mine.id] and other is not None
    assert answered() == ["rahasia A"]


def test_deliveries_in_disorder_are_each_answered_once(door: Door) -> None:
    now = int(time.time())
    deliveries = [said(f"pesan {n}", f"wamid.{n}", now - 60 + n) for n in range(6)]
    for which in (3, 0, 5, 0, 1, 4, 2, 3):
        assert door.signed(deliveries[which]) == 200
    assert sorted(answered()) == [f"pesan {n}" for n in range(6)]


def test_a_welcome_that_comes_again_does_not_undo_a_later_stop(door: Door) -> None:
    def wish(value: str, ago: int) -> bytes:
        told = {"wa_id": PHONE, "category": "marketing_messages", "value": value, "timestamp": int(time.time()) - ago}
        return body(change("user_preferences", {"user_preferences": [told]}))

    assert door.signed(said()) == 200
    for value, ago in (("resume", 600), ("stop", 300), ("resume", 600)):
        assert door.signed(wish(value, ago)) == 200
    with transaction() as session:
        assert session.scalar(select(Dispatch.opted_out_at)) is not None
    assert door.signed(wish("resume", 0)) == 200
    with transaction() as session:
        assert session.scalar(select(Dispatch.opted_out_at)) is None, "they may change their mind"


# ---------------------------------------------------------------- in another's name
def test_a_status_for_another_ones_message_moves_that_message_and_nothing_else(door: Door) -> None:
    """Who is named as the recipient counts for nothing: the message is found by its own id or our key."""
    with transaction() as session:
        one, two = (ensure_contact(session, phone=number).id for number in (PHONE, OTHER_PHONE))
        keys = [outbox.put_all(session, contact_id, [Draft({"type": "text"})])[0] for contact_id in (one, two)]
    theirs = status(name="failed", biz_opaque_callback_data=keys[0], recipient_id=OTHER_PHONE)
    theirs["errors"] = [{"code": 131050}]
    assert door.signed(body(webhook(statuses=[theirs]))) == 200
    with transaction() as session:
        by_key = dict(session.execute(select(OutboundMessage.id, OutboundMessage.status)).all())
        opted_out = dict(session.execute(select(Dispatch.contact_id, Dispatch.opted_out_at)).all())
    assert by_key[keys[0]] == "failed" and by_key[keys[1]] == "queued"
    assert opted_out[two] is None, "whose message it was not has not stopped anything"


def test_a_status_for_a_message_that_is_not_ours_does_nothing(door: Door) -> None:
    strangers = [status(wamid="wamid.asing", name=name, biz_opaque_callback_data="f" * 32) for name in ("read", "sent")]
    assert door.signed(body(webhook(statuses=strangers))) == 200
    with transaction() as session:
        assert session.scalars(select(OutboundMessage.id)).all() == []
        assert session.scalars(select(Contact.id)).all() == []


def test_what_came_to_another_number_of_the_account_is_not_ours(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(settings(), "whatsapp_phone_number_id", "100000000000001")
    elsewhere = webhook([message(timestamp=str(int(time.time())))])
    elsewhere["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "100000000000002"
    with open_door() as door:
        assert door.signed(body(elsewhere)) == 200
        assert (received(), set_aside()) == (0, [])
        assert door.signed(said("halo")) == 200
    assert received() == 1
    assert PHONE not in caplog.text


def test_who_wrote_is_who_the_message_names_and_not_a_card_beside_it(door: Door) -> None:
    """The card of somebody else lends the sender neither their number nor their conversation."""
    with transaction() as session:
        victim = ensure_contact(session, phone=OTHER_PHONE, user_id=USER_ID).id
    now = str(int(time.time()))
    cards = [[contact(OTHER_PHONE, None)], [contact(OTHER_PHONE, None), contact(PHONE, None)]]
    for number, card in enumerate(cards):
        assert door.signed(body(webhook([message(wamid=f"wamid.{number}", timestamp=now)], contacts=card))) == 200
    with transaction() as session:
        writer = find_contact(session, phone=PHONE)
        assert set(session.scalars(select(InboundMessage.contact_id))) == {writer.id}
        assert writer.id != victim
        assert find_contact(session, phone=OTHER_PHONE).id == victim


# ---------------------------------------------------------------- swollen and crooked
def _deep(depth: int) -> bytes:
    return b'{"entry":' + b"[" * depth + b"]" * depth + b"}"


def _raw(text: bytes, wamid: bytes = b"wamid.aneh") -> bytes:
    """A text message with these very bytes for its text."""
    stamp = str(int(time.time())).encode()
    one = b'{"id":"' + wamid + b'","from":"' + PHONE.encode() + b'","timestamp":"' + stamp + b'","type":"text","text":'
    return b'{"entry":[{"changes":[{"field":"messages","value":{"messages":[' + one + b'{"body":' + text + b"}}]}}]}]}"


_CROOKED = {
    "deep": (_deep(900), 0),
    "too deep to read": (_deep(200_000), 0),
    "a deep message": (_raw(b'{"a":' * 500 + b"1" + b"}" * 500), 1),
    "very many entries": (b'{"entry":[' + b"{}," * 200_000 + b"{}]}", 0),
    "very many members": (b"{" + b",".join(b'"a%d":0' % n for n in range(100_000)) + b"}", 0),
    "not quite 3 MB of text": (_raw(b'"' + b"x" * (3 * 1024 * 1024 - 2000) + b'"'), 1),
    "not UTF-8": (_raw(b'"\xff\xfe\xc0\x80"'), 0),
    "UTF-16": (_raw(b'"halo"').decode().encode("utf-16"), 1),
    "NUL in the text": (_raw(b'"hal\\u0000o"'), 1),
    "a bare NUL": (_raw(b'"hal\x00o"'), 0),
    "half a surrogate": (_raw(b'"hal\\ud83do"'), 1),
    "NaN for a text": (_raw(b"NaN"), 1),
    "Infinity": (b'{"entry":Infinity}', 0),
    "a number of 5,000 digits": (_raw(b"9" * 5000), 1),
    "members twice": (_raw(b'"satu","body":"dua"'), 1),
    "the sender twice": (_raw(b'"x"', b'wamid.aneh","from":"' + OTHER_PHONE.encode()), 1),
    "only a list": (b"[[1]]", 0),
    "a byte order mark": (b"\xef\xbb\xbf" + _raw(b'"halo"'), None),
    "the empty object": (b"{}", 0),
}


@pytest.fixture
def crooked(door: Door, caplog: pytest.LogCaptureFixture) -> Iterator[Door]:
    """After whatever was posted, a good message is still kept, and no log holds anything of either."""
    caplog.set_level(logging.DEBUG)
    yield door
    assert door.signed(said("masih ada", "wamid.sesudah")) == 200
    assert "masih ada" in answered()
    assert PHONE not in caplog.text and "masih ada" not in caplog.text


def test_what_is_swollen_or_crooked_is_acknowledged_and_never_lost(crooked: Door) -> None:
    for how, (content, kept) in _CROOKED.items():
        assert crooked.signed(content) == 200, how
        assert kept is None or received() == kept, how
        assert received() or set_aside(), f"{how}: neither kept nor set aside"
        with transaction() as session:
            session.execute(InboundMessage.__table__.delete())
            session.execute(Quarantine.__table__.delete())


def test_numbers_in_place_of_texts_are_still_the_sender(door: Door) -> None:
    raw = message(timestamp=int(time.time()), **{"from": int(PHONE)})
    assert door.signed(body(webhook([raw]))) == 200
    with transaction() as session:
        assert find_contact(session, phone=PHONE) is not None
    assert answered() == ["halo"]


# ---------------------------------------------------------------- nothing personal in logs
_PERSONAL = [PHONE, NIK, "Warga Uji 001", "628000000777", "sakit sekali"]


def _secrets_everywhere() -> Iterator[dict[str, Any]]:
    """Webhooks with something personal in every place that Meta's own words have, each broken in one of them."""
    whole = webhook(
        [message(content={"body": f"{NIK} sakit sekali"}, wamid="wamid.1", timestamp="0")],
        contacts=[{"profile": {"name": "Warga Uji 001"}, "wa_id": PHONE}],
    )
    value = whole["entry"][0]["changes"][0]["value"]
    for at in ("type", "id", "timestamp", "from", "text"):
        for wrong in (f"{PHONE} {NIK}", {"x": f"{PHONE} sakit sekali"}, [PHONE, NIK], f"Warga Uji 001\n{PHONE}"):
            broken = copy.deepcopy(whole)
            broken["entry"][0]["changes"][0]["value"]["messages"][0][at] = wrong
            yield broken
    for at in ("field", "value"):
        broken = copy.deepcopy(whole)
        broken["entry"][0]["changes"][0][at] = f"{PHONE} {NIK}"
        yield broken
    yield {"entry": [{"changes": [{"field": f"sakit sekali {PHONE}", "value": value}]}]}
    yield webhook(statuses=[{"id": PHONE, "status": f"{NIK}", "timestamp": PHONE}])
    yield webhook([message("interactive", {"type": f"{PHONE}", NIK: PHONE}, wamid="wamid.9")])
    yield webhook([message("system", {"type": "user_changed_number", "wa_id": [PHONE]}, wamid="wamid.10")])


def test_no_log_and_no_reason_tells_anything_personal(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for one in _secrets_everywhere():
        assert door.signed(json.dumps(one).encode()) == 200
    assert len(set_aside()) > 3
    told = caplog.text + " ".join(set_aside())
    assert [secret for secret in _PERSONAL if secret in told] == []
