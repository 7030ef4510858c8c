"""Danger overtakes: in the queue of turns, and in the queue of what is sent."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from siaga.db import transaction
from siaga.people.contacts import find_contact
from siaga.settings import settings
from siaga.turns import claims, inbox, lanes, outbox
from siaga.turns.messages import Draft
from siaga.turns.tables import Dispatch, Lane, OutboundMessage
from siaga.watch import figures
from tests.turns import people

CROWD = [f"62800000010{number}" for number in range(1, 6)]
IN_DANGER = "628000000109"
DANGER = "tolong bapak saya sesak napas berat bibirnya biru"


def _write(body: str, phone: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text(body, phone=phone)])


def _next() -> str:
    with transaction() as session:
        (lease,) = lanes.claim(session, "a", 1, 10, share=0)
        return _phone(session, lease.contact_id)


def _phone(session: object, contact_id: int) -> str:
    return next(
        phone for phone in [*CROWD, IN_DANGER] if (one := find_contact(session, phone=phone)) and one.id == contact_id
    )


def test_danger_is_next_whoever_waits(database: str) -> None:
    for phone in CROWD:
        _write("halo", phone)
    _write(DANGER, IN_DANGER)
    assert [_next() for _ in range(3)] == [IN_DANGER, *CROWD[:2]]


def test_who_waits_already_comes_first_once_there_is_danger(database: str) -> None:
    for phone in [*CROWD, IN_DANGER]:
        _write("halo", phone)
    _write(DANGER, IN_DANGER)
    assert _next() == IN_DANGER


def test_danger_waits_for_no_more_words(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "pause_seconds", 30.0)
    _write("min", IN_DANGER)
    with transaction() as session:
        assert lanes.claim(session, "a", 1, 10) == []
    _write(DANGER, IN_DANGER)
    assert _next() == IN_DANGER


def test_a_caption_may_tell_of_danger_too(database: str) -> None:
    from dataclasses import replace

    _write("halo", CROWD[0])
    picture = replace(
        people.text(phone=IN_DANGER), kind="media", content={"media_kind": "image", "caption": DANGER, "media_id": "1"}
    )
    with transaction() as session:
        inbox.receive(session, [picture])
    assert _next() == IN_DANGER


def test_a_lane_that_is_worked_and_one_that_rests_are_left_alone(database: str) -> None:
    _write("halo", IN_DANGER)
    with transaction() as session:
        (lease,) = lanes.claim(session, "a", 1, 10)
    _write(DANGER, IN_DANGER)
    with transaction() as session:
        assert lanes.claim(session, "b", 1, 10) == []
        lanes.free(lanes.hold(session, lease), waiting=True, pause=30, failed=True)
    _write(DANGER, IN_DANGER)
    with transaction() as session:
        assert lanes.claim(session, "b", 1, 10) == []


def test_the_queue_looks_no_older_for_it(database: str) -> None:
    _write(DANGER, IN_DANGER)
    with transaction() as session:
        assert session.scalar(select(Lane.contact_id).where(lanes.is_urgent())) is not None
    row = figures.read()
    assert 0 <= (row["now"] - row["oldest_lane"]).total_seconds() < 60


def test_its_answer_overtakes_what_is_for_others_and_nothing_of_the_same_contact(database: str) -> None:
    for phone in [*CROWD, IN_DANGER]:
        _write("halo", phone)
    with transaction() as session:
        ids = {phone: find_contact(session, phone=phone).id for phone in [*CROWD, IN_DANGER]}
        for phone in [*CROWD, IN_DANGER]:
            outbox.put_all(session, ids[phone], [Draft({"type": "text", "text": {"body": phone}})])
        outbox.put_all(session, ids[IN_DANGER], [Draft({"type": "text", "text": {"body": "119"}})], urgent=True)
    said = []
    for _ in range(3):
        with transaction() as session:
            (one,) = claims.claim(session, "whatsapp", 1, rate=0, resend_after=30).messages
            said.append(one.payload["text"]["body"])
            session.execute(update(OutboundMessage).where(OutboundMessage.id == one.key).values(status="sent"))
            if one.contact_id == ids[IN_DANGER] and len(said) == 1:
                # As when it has been accepted: the next one of theirs may go.
                session.execute(
                    update(Dispatch).where(Dispatch.contact_id == one.contact_id).values(ready_at=people.AT)
                )
    assert said == [IN_DANGER, "119", CROWD[0]]
