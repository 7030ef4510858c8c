"""Whatever is signed is acknowledged, costs nothing else in its batch, and leaves nothing that cannot be read back.

Through the real route, into the real database, and out of it the way a turn reads it.
"""

from __future__ import annotations

import copy
import itertools
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.dialogue import reading
from siaga.dialogue.gather import gathered
from siaga.media.tables import ReceivedMedia
from siaga.people.tables import Contact
from siaga.settings import settings as siaga_settings
from siaga.turns import inbox, offers, outbox
from siaga.turns.messages import Draft, message_key
from siaga.turns.tables import InboundMessage, OutboundMessage, Quarantine
from siaga.whatsapp.signature import HEADER, sign
from tests.whatsapp.door import PATH, serving_beside
from tests.whatsapp.webhooks import WEBHOOKS, body, message, webhook

GOOD = "wamid.the-good-one"

fuzzed = settings(
    max_examples=60,
    deadline=None,
    database=None,
    # Each example is an HTTP request; what fails is printed as it is.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

Door = Callable[[bytes], int]


@pytest.fixture
def door(database: str) -> Iterator[Door]:
    """Posts signed bytes, and answers with the status."""
    secret = siaga_settings().whatsapp_app_secret
    with serving_beside() as address, httpx.Client(base_url=address, timeout=30) as client:
        yield lambda content: client.post(PATH, content=content, headers={HEADER: sign(content, secret)}).status_code


def _read_back_and_forget() -> set[str]:
    """Read all that is stored as those do whom it was stored for; the keys of the messages."""
    with transaction() as session:
        keys = set(session.scalars(select(InboundMessage.key)))
        for contact in session.scalars(select(Contact)).all():
            assert contact.phone or contact.user_id
            _read_turns(session, contact.id)
        for content in session.scalars(select(Quarantine.content)):
            json.dumps(content, allow_nan=False)
        for file in session.scalars(select(ReceivedMedia)):
            assert file.channel_id and file.channel_id.isascii()
        for table in (Contact, Quarantine):
            session.execute(delete(table))
    return keys


def _read_turns(session: Session, contact_id: int) -> None:
    offered = offers.last_offered(session, contact_id)
    while turn := inbox.open_turn(session, contact_id, len, stale_after=math.inf):
        assert 1 <= gathered(turn, 1.2) <= len(turn)
        for said in ([heard] for heard in turn):
            (heard,) = said
            assert heard.wamid
            json.dumps([heard.content, heard.around], allow_nan=False)
            json.dumps([heard.content, heard.around], ensure_ascii=False).encode()
            if heard.kind == "option":
                offers.options_of(session, contact_id, heard.content["id"])
            understood = reading.read(said, None, offered)
            assert understood.text.encode()
            json.dumps(understood.parse_data, allow_nan=False)
            json.dumps(reading.metadata(said, understood.kind, has_phone=True, previous=None), allow_nan=False)
        reading.late(turn)
        inbox.finish(session, turn)


# ---------------------------------------------------------------------- anything
_text = st.text(st.characters(), max_size=8)
_leaf = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | _text
    | st.sampled_from([10**30, "\ud800", "\x00", "", "1795316400", "wamid.1", "stop", "x" * 70_000, 1e308])
)
_names = st.sampled_from("entry changes value messages statuses id type text body from field contacts system".split())
_json = st.recursive(
    _leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names | _text, inner, max_size=4), max_leaves=12
)


@fuzzed
@given(content=_json)
def test_any_json(door: Door, content: Any) -> None:
    value = webhook([content], [content], [content])
    value["entry"].append(content)
    for whole in (content, value):
        assert door(body(whole)) == 200
    _read_back_and_forget()


@fuzzed
@given(content=st.binary(max_size=200), name=st.sampled_from(sorted(WEBHOOKS)), at=st.integers(0, 2000))
def test_any_bytes(door: Door, content: bytes, name: str, at: int) -> None:
    whole = body(WEBHOOKS[name])
    assert door(whole[:at] + content + whole[at + len(content) :]) == 200
    _read_back_and_forget()


# ---------------------------------------------------------------------- what is nearly right
def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every member of a value lies."""
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from _paths(part, (*path, key))


_CHANGES: list[Callable[[Any], Any]] = [
    lambda value: [value],
    lambda value: {"value": value},
    lambda value: [value] * 3,
    str,
    lambda value: next(iter(value), None) if isinstance(value, (dict, list)) else value,
    lambda value: float(value) if isinstance(value, str) and value.isdigit() else -1,
]


def _mutated(draw: Callable[[Any], Any], content: Any) -> Any:
    """A copy in which one member is gone, replaced, of another type, or has a new neighbour."""
    content = copy.deepcopy(content)
    paths = list(_paths(content))
    if not paths:
        return content
    *way, last = draw(st.sampled_from(paths))
    holder = content
    for key in way:
        holder = holder[key]
    what = draw(st.sampled_from(["drop", "replace", "change", "add"]))
    if what == "drop":
        del holder[last]
    elif what == "replace":
        holder[last] = draw(_json)
    elif what == "change":
        holder[last] = draw(st.sampled_from(_CHANGES))(holder[last])
    elif isinstance(holder, dict):
        holder[draw(_text)] = draw(_leaf)
    else:
        holder.append(draw(_leaf))
    return content


@settings(fuzzed, max_examples=100)
@given(data=st.data(), name=st.sampled_from(sorted(WEBHOOKS)))
def test_real_webhooks_with_a_member_dropped_replaced_or_retyped(door: Door, data: st.DataObject, name: str) -> None:
    entries = WEBHOOKS[name]["entry"]
    for _ in range(data.draw(st.integers(1, 3))):
        entries = _mutated(data.draw, entries)
    good = webhook([message(wamid=GOOD, **{"from": "628000000099"})])["entry"]
    assert door(body({"object": "whatsapp_business_account", "entry": [*entries, *good]})) == 200
    assert message_key(GOOD) in _read_back_and_forget()


_GONE = object()
_RUBBISH = [_GONE, None, "\ud800x\x00", "", 5, True, [], {}, ["x"], {"id": "x"}, "y" * 9000, 1e308]


def _with_rubbish_everywhere(content: Any) -> Iterator[Any]:
    """Copies, in each of which one member is rubbish, each with an id of its own."""
    for number, (path, rubbish) in enumerate(itertools.product(_paths(content), _RUBBISH)):
        text = json.dumps(content).replace('"wamid.1"', f'"wamid.1.{number}"')
        one = json.loads(text)
        holder: Any = one
        for key in path[:-1]:
            holder = holder[key]
        if rubbish is _GONE:
            del holder[path[-1]]
        else:
            holder[path[-1]] = rubbish
        yield one


@pytest.mark.parametrize("name", sorted(WEBHOOKS))
def test_real_webhooks_with_rubbish_in_any_place(door: Door, name: str) -> None:
    """All of these in one batch: what is wrong with one costs no other."""
    entries = [entry for one in _with_rubbish_everywhere(WEBHOOKS[name]["entry"]) for entry in one]
    good = webhook([message(wamid=GOOD)])["entry"]
    assert door(body({"entry": [*entries, *good]})) == 200
    assert message_key(GOOD) in _read_back_and_forget()


def test_statuses_of_our_own_messages_never_go_astray(door: Door) -> None:
    assert door(body(WEBHOOKS["text"])) == 200
    with transaction() as session:
        contact = session.scalar(select(Contact.id))
        (key,) = outbox.put_all(session, contact, [Draft({"type": "text"})])

    @fuzzed
    @given(data=st.data(), name=st.sampled_from([name for name in WEBHOOKS if name.startswith("status")]))
    def check(data: st.DataObject, name: str) -> None:
        content = _mutated(data.draw, WEBHOOKS[name])
        text = json.dumps(content).replace("0123456789abcdef01234567", key)
        assert door(text.encode()) == 200
        with transaction() as session:
            (sent,) = session.scalars(select(OutboundMessage))
            assert sent.status in {"queued", "sent", "delivered", "read", "failed"}

    check()
