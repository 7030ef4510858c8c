"""What contacts want with their data is done: once, in time, and so that nothing is left but the receipt."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg2
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner, Result

from siaga import media
from siaga.db import engine, transaction
from siaga.db.audit import Audit
from siaga.desk.inbox.stream import Looking
from siaga.desk.tasks.kinds import KINDS
from siaga.handoffs import changes
from siaga.handoffs.tables import HandOff
from siaga.media.tables import Media
from siaga.people.contacts import contact_by_key, ensure_contact
from siaga.people.data_requests import Kind, ask
from siaga.people.tables import Contact, DataRequest, Person, Task
from siaga.people.tasks import close
from siaga.registration.registry import LocalRegistry
from siaga.reminders.clock import Clock
from siaga.reminders.process import Process
from siaga.rights import carrying_out, commands
from siaga.rights.carrying_out import LOOK_AGAIN, MOST_ATTEMPTS, PATIENCE, REST, carry_out, erase_by_rule
from siaga.rights.erasing import KEPT, Receipt, erase
from siaga.rights.farewell import GROUPS, STAYING, STAYS, text_of
from siaga.rights.subjects import find
from siaga.rights.tables import Erasure
from siaga.rights.words import TABLES
from siaga.turns import claims, inbox, lanes, outbox, outcomes, trackers
from siaga.turns.follow import merge
from siaga.turns.intake import Intake
from siaga.turns.messages import Batch, Draft, Incoming, message_key
from siaga.turns.tables import Dispatch, InboundMessage, Lane, OutboundMessage
from tests.registration.given import contact, facility, held, nik, submission
from tests.rights.test_rights import _everything as everything
from tests.rights.test_rights import whole  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("database")

PHONE = "628000000001"
NAME, NIK = "Warga Uji 001", nik(1)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def wished(kind: Kind, *, phone: str = PHONE, message: str = "wamid.wish") -> str:
    """The number of what somebody on file wants; no message of theirs is in the inbox."""
    with transaction() as session:
        key = ensure_contact(session, phone=phone).key
        # The message was written long ago, as after an outage: what counts is when it was asked.
        return ask(session, key, kind, message_id=message, now=_now() - timedelta(hours=5)).number


def _later(by: timedelta) -> None:
    with transaction() as session:
        session.execute(update(DataRequest).values(asked_at=func.now() - by))


def on_file() -> str:
    """The key of a contact who has registered themselves, with a conversation, and has written just now."""
    with transaction() as session:
        key = contact(session, 1)
        LocalRegistry(session).register(submission(key, held(session, facility(session))))
        trackers.write(session, key, [{"event": "user", "text": "halo Siaga"}], version=0)
        session.add(Dispatch(contact_id=contact_by_key(session, key).id, channel="whatsapp", last_inbound_at=_now()))
    return key


def sent_texts() -> list[str]:
    with transaction() as session:
        payloads = session.scalars(select(OutboundMessage.payload).order_by(OutboundMessage.seq)).all()
    return [str(payload) for payload in payloads]


def _count(table: Any) -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


# ---------------------------------------------------------------------- the words
def test_every_table_that_can_be_erased_is_in_one_group_and_every_reason_is_told() -> None:
    grouped = [table for tables in GROUPS.values() for table in tables]
    assert sorted(grouped) == sorted({*TABLES, "hoax_question", "media", "quarantine"})
    # What is told of a person alone never stands in a contact's receipt.
    assert set(STAYING) == set(KEPT) - {"conversation"}
    assert carrying_out.TASK in KINDS


def test_the_receipt_says_what_went_and_what_stays_in_words() -> None:
    at = datetime(2026, 11, 23, 3, 5, tzinfo=timezone.utc)
    said = text_of(Receipt("HD-0123456789AB", at, {"person": 1, "dose": 2, "lane": 1}, {"report": 1}, 1, 0))
    assert "*HD-0123456789AB*\n23 November 2026, 10.05 WIB" in said
    assert "• catatan vaksin dan sertifikat" in said and "• cek gejala" not in said
    assert STAYING["report"] in said and "sudah saya kembalikan" in said
    assert not [name for name in (*TABLES, *KEPT) if "_" in name and name in said]
    assert len(said) < 1500
    assert "sudah saya kembalikan" not in text_of(Receipt("HD-0123456789AB", at, {"lane": 1}, {}, 0, 0))


# ---------------------------------------------------------------------- erasing
def test_erased_with_a_receipt_that_can_be_sent() -> None:
    on_file()
    number = wished("erase")
    assert carry_out(_now()) is None
    with transaction() as session:
        fresh = session.scalars(select(Contact)).one()
        street = session.scalars(select(Dispatch)).one()
        listed = session.scalars(select(Erasure)).one()
        note = session.scalars(select(Audit).where(Audit.action == "person.erase")).one()
        assert (fresh.phone, fresh.last_message_at) == (PHONE, None)
        assert abs(fresh.forget_after - _now() - STAYS) < timedelta(minutes=1)
        assert fresh.created_at > listed.at
        assert _now() - street.last_inbound_at < timedelta(minutes=1)
        assert (listed.number, listed.by, listed.nik_index, listed.listed_at) == (number, "citizen", None, None)
        assert listed.phone_index == fresh.phone_index
        assert listed.erased["person"] == 1 and "contact" in listed.erased
        assert note.detail["receipt"] == number
        assert session.scalars(select(DataRequest)).all() == []
        assert session.scalars(select(Person)).all() == []
        going = claims.claim(session, "whatsapp", 10, rate=0, resend_after=30).messages
        assert [message.phone for message in going] == [PHONE], "the window for answers is open"
    (said,) = sent_texts()
    assert number in said and "sudah dihapus" in said and NAME not in said and NIK not in said


def test_who_has_opted_out_stays_so_and_who_has_no_address_gets_no_receipt() -> None:
    on_file()
    with transaction() as session:
        session.execute(update(Dispatch).values(opted_out_at=_now()))
        session.add(Contact(key="shell"))
        session.flush()
        ask(session, "shell", "erase", message_id="m.shell", now=_now())
    wished("erase")
    assert carry_out(_now()) is None
    with transaction() as session:
        assert session.scalars(select(Contact.phone)).all() == [PHONE]
        assert session.scalars(select(Dispatch)).one().opted_out_at is not None
        assert _count(Erasure) == 2 and len(sent_texts()) == 1


def _message(wamid: str) -> Incoming:
    return Incoming(wamid=wamid, at=_now(), kind="text", content={"text": "hapus data saya"}, phone=PHONE)


# ---------------------------------------------------------------------- by staff
def by_staff(*more: str, number: str = PHONE) -> Result:
    return CliRunner().invoke(commands.app, ["erase", "--by", "petugas", *more], input=f"{number}\n")


def test_erased_by_staff_they_get_the_receipt_that_is_shown() -> None:
    on_file()
    dry = by_staff()
    assert dry.exit_code == 0 and _count(Person) == 1 and sent_texts() == []
    done = by_staff("--yes")
    assert "Tanda terima ini dikirim" in done.output
    (said,) = sent_texts()
    with transaction() as session:
        number = session.scalars(select(Erasure.number)).one()
        assert f"Tanda terima {number}" in done.output and f"*{number}*" in said
        assert session.scalars(select(Contact.forget_after)).one() is not None
        going = claims.claim(session, "whatsapp", 10, rate=0, resend_after=30).messages
        assert [message.phone for message in going] == [PHONE]
    again = by_staff("--yes")
    assert "Tidak ada tanda terima" in again.output, "none for the contact that was there for the first alone"
    assert _count(Contact) == 0


@pytest.mark.parametrize(("number", "more"), [(PHONE, ("--quietly",)), (NIK, ())], ids=["quietly", "by NIK"])
def test_nobody_is_written_to(number: str, more: tuple[str, ...]) -> None:
    on_file()
    done = by_staff("--yes", *more, number=number)
    assert done.exit_code == 0 and "Tidak ada tanda terima" in done.output
    assert (_count(Erasure), _count(Person), sent_texts()) == (1, 0, [])
    assert _count(Contact) == (1 if number == NIK else 0)


def test_who_cannot_be_written_to_any_more_is_not_kept_for_a_receipt_that_never_goes() -> None:
    on_file()
    with transaction() as session:
        session.execute(update(Dispatch).values(last_inbound_at=_now() - timedelta(hours=25)))
    done = by_staff("--yes")
    assert "Tidak ada tanda terima" in done.output
    assert (_count(Erasure), _count(Contact), _count(OutboundMessage)) == (1, 0, 0)


# ---------------------------------------------------------------------- in its time
def test_it_waits_for_the_answer_that_announces_it() -> None:
    with transaction() as session:
        inbox.receive(session, [_message("wamid.wish")])
        contact_id = session.scalars(select(Contact.id)).one()
        (lease,) = lanes.claim(session, "worker", 1, 60)
    wished("erase", message=message_key("wamid.wish"))
    assert carry_out(_now()) == LOOK_AGAIN, "its turn is not over"
    with transaction() as session:
        turn = inbox.open_turn(session, contact_id, lambda _: 1, stale_after=3600)
        (key,) = outbox.put_all(session, contact_id, [Draft({"text": "ya"})], caused_by=turn[0].id)
        inbox.finish(session, turn)
        lanes.free(lanes.hold(session, lease), waiting=False)
    assert carry_out(_now()) == LOOK_AGAIN, "its answer waits"
    with transaction() as session:
        session.execute(update(OutboundMessage).where(OutboundMessage.id == key).values(status="sending"))
        outcomes.accepted(session, key, "wamid.out")
        session.execute(update(Lane).values(lease_owner="worker", ready_at=func.now() + timedelta(seconds=60)))
    assert carry_out(_now()) == LOOK_AGAIN, "another turn is run"
    assert _count(Erasure) == 0
    with transaction() as session:
        session.execute(update(Lane).values(lease_owner=None, ready_at=None))
    assert carry_out(_now()) is None
    assert _count(Erasure) == 1


def test_it_does_not_wait_for_long() -> None:
    with transaction() as session:
        inbox.receive(session, [_message("wamid.wish")])
        lanes.claim(session, "worker", 1, 600)
    wished("erase", message=message_key("wamid.wish"))
    _later(PATIENCE / 2)
    assert carry_out(_now()) == LOOK_AGAIN
    _later(PATIENCE)
    assert carry_out(_now()) is None
    assert _count(Erasure) == 1


def test_a_turn_under_way_leaves_nothing() -> None:
    with transaction() as session:
        inbox.receive(session, [_message("wamid.wish")])
        contact_id = session.scalars(select(Contact.id)).one()
        (lease,) = lanes.claim(session, "worker", 1, 600)
        turn = inbox.open_turn(session, contact_id, lambda _: 1, stale_after=3600)
    wished("erase")
    _later(PATIENCE)
    assert carry_out(_now()) is None
    for end in (
        lambda session: lanes.hold(session, lease),
        lambda session: inbox.finish(session, turn),
        lambda session: inbox.fail(session, turn, "E", limit=5),
    ):
        with pytest.raises(lanes.LeaseLost), transaction() as session:
            end(session)
    with transaction() as session:
        lanes.renew(session, [lease], 10)
        lanes.release(session, [lease])
        outcomes.accepted(session, "gone", "wamid.out")
        outcomes.failed(session, "gone", None)
        assert session.scalars(select(Lane)).all() == []
        assert session.scalars(select(InboundMessage)).all() == []


def test_who_writes_again_begins_anew_and_stays() -> None:
    key = on_file()
    wished("erase")
    carry_out(_now())
    taken = asyncio.run(Intake("whatsapp").take(Batch(messages=[_message("wamid.back")])))
    assert taken
    with transaction() as session:
        back = session.scalars(select(Contact)).one()
        assert (back.forget_after, back.phone) == (None, PHONE)
        assert back.key != key
        assert find(session, PHONE).persons == frozenset()
        assert trackers.load(session, back.key).events == []


def test_a_message_that_came_before_changes_nothing_of_a_stay() -> None:
    with transaction() as session:
        inbox.receive(session, [_message("wamid.old")])
        session.execute(update(Contact).values(forget_after=_now()))
        inbox.receive(session, [_message("wamid.old")])
    with transaction() as session:
        assert session.scalars(select(Contact.forget_after)).one() is not None
        inbox.receive(session, [_message("wamid.new")])
        assert session.scalars(select(Contact.forget_after)).one() is None


def test_who_turns_out_to_be_somebody_else_stays_too() -> None:
    with transaction() as session:
        ids = [contact_by_key(session, contact(session, number)).id for number in (1, 2)]
        session.execute(update(Contact).where(Contact.id == ids[1]).values(forget_after=_now()))
        merge(session, ids[0], ids[1])
        assert session.execute(select(Contact.id, Contact.forget_after)).all() == [(ids[1], None)]


# ---------------------------------------------------------------------- seeing
def test_the_file_is_sent_once_and_kept_sealed_for_a_while() -> None:
    on_file()
    number = wished("see")
    assert carry_out(_now()) is None
    assert carry_out(_now()) is None
    with transaction() as session:
        (payload,) = session.scalars(select(OutboundMessage.payload)).all()
        file = session.scalars(select(Media)).one()
        request = session.scalars(select(DataRequest)).one()
        assert payload["document"]["filename"] == "data-saya.pdf"
        reference = f"media:{file.sha256}"
        assert reference in str(payload) and bytes(media.get(session, reference).content).startswith(b"%PDF")
        assert timedelta(hours=23) < file.forget_after - _now() < timedelta(hours=25)
        assert request.done_at is not None
        raw = bytes(session.execute(text("SELECT content FROM media")).scalar_one())
        assert b"%PDF" not in raw
        note = session.scalars(select(Audit).where(Audit.action == "person.export")).one()
        assert note.detail["request"] == number and note.detail["rows"]["person"] == 1


def test_the_file_comes_after_the_answer_that_announces_it() -> None:
    with transaction() as session:
        inbox.receive(session, [_message("wamid.wish")])
    wished("see", message=message_key("wamid.wish"))
    assert carry_out(_now()) == LOOK_AGAIN and _count(Media) == 0
    with transaction() as session:
        turn = inbox.open_turn(session, session.scalars(select(Contact.id)).one(), lambda _: 1, stale_after=3600)
        outbox.put_all(session, turn[0].contact_id, [Draft({"text": "ya"})], caused_by=turn[0].id)
        inbox.finish(session, turn)
    assert carry_out(_now()) is None
    assert ["text" in said for said in sent_texts()] == [True, False] and "document" in sent_texts()[1]


def test_while_a_file_is_drawn_messages_are_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    on_file()
    wished("see")
    taken: list[bool] = []
    send = carrying_out.seeing.send

    def slowly(*given: Any) -> Any:
        with ThreadPoolExecutor(1) as threads:
            intake = Intake("whatsapp").take(Batch(messages=[_message("wamid.meanwhile")]))
            taken.append(threads.submit(asyncio.run, intake).result(10))
        return send(*given)

    monkeypatch.setattr(carrying_out.seeing, "send", slowly)
    assert carry_out(_now()) is None
    assert taken == [True] and _count(Media) == 1


def test_a_file_that_was_sent_is_erased_with_its_owner() -> None:
    on_file()
    wished("see")
    carry_out(_now())
    with transaction() as session:
        session.execute(update(OutboundMessage).values(status="read", payload=None))
    assert _count(Media) == 1
    wished("erase", message="m.erase")
    carry_out(_now())
    assert (_count(Media), _count(Erasure)) == (0, 1)


def test_nothing_of_anything_is_left_but_the_number(whole: set[str]) -> None:  # noqa: F811 - the fixture
    wished("erase", message="m.erase")
    carry_out(_now())
    with transaction() as session:
        after = everything(session)
    assert [secret for secret in (NAME, NIK) if secret in after] == []
    # In the fresh contact, read under its key.
    assert after.count(PHONE) == 1


# ---------------------------------------------------------------------- failing
def test_a_failure_is_counted_rests_and_is_tried_again(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    on_file()
    number = wished("erase")
    broken = [True]

    def fails(*given: Any, **named: Any) -> Any:
        receipt = erase(*given, **named)
        if broken[0]:
            raise ValueError(f"{NAME} {NIK}")
        return receipt

    monkeypatch.setattr(carrying_out, "erase", fails)
    start = _now()
    assert carry_out(start) == REST.total_seconds()
    assert carry_out(start + REST / 2) == pytest.approx(REST.total_seconds() / 2)
    with transaction() as session:
        request = session.scalars(select(DataRequest)).one()
        assert (request.attempts, request.not_before) == (1, start + REST)
        assert session.scalars(select(Person)).one().name == NAME, "nothing is erased by halves"
    assert "ValueError" in caplog.text
    assert not [secret for secret in (NAME, NIK, PHONE) if secret in caplog.text]
    broken[0] = False
    assert carry_out(start + REST) is None
    with transaction() as session:
        assert session.scalars(select(Erasure.number)).all() == [number]


@pytest.mark.parametrize("kind", ["see", "erase"])
def test_what_fails_too_often_is_for_staff(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    on_file()
    number = wished(kind)

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(carrying_out, "erase", fails)
    monkeypatch.setattr(carrying_out.seeing, "send", fails)
    at = _now()
    for _ in range(MOST_ATTEMPTS):
        carry_out(at)
        at += timedelta(hours=1)
    assert carry_out(at) is None
    with transaction() as session:
        task = session.scalars(select(Task)).one()
        assert (task.kind, task.data) == ("data_request", {"wish": kind, "number": number})
        assert find(session, number).contact_id == task.contact_id
        assert session.scalars(select(DataRequest)).one().done_at is None
    (said,) = sent_texts()
    assert number in said and "petugas" in said
    # When staff are done with it, it may be wished for again.
    with transaction() as session:
        close(session, task.id, by="petugas", at=at)
    carry_out(at)
    with transaction() as session:
        assert session.scalars(select(DataRequest)).one().done_at == at
    assert len(sent_texts()) == 1


def test_one_that_fails_keeps_nobody_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    on_file()
    wished("see")
    wished("erase", phone="628000000002", message="m2")
    monkeypatch.setattr(carrying_out.seeing, "send", lambda *_: 1 / 0)
    assert carry_out(_now()) == REST.total_seconds()
    assert _count(Erasure) == 1


def test_while_the_database_is_away_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    wished("erase")

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(carrying_out, "erase", away)
    with pytest.raises(OperationalError):
        carry_out(_now())
    with transaction() as session:
        assert session.scalars(select(DataRequest.attempts)).one() == 0


# ---------------------------------------------------------------------- several at once
def test_many_at_once_do_each_wish_once() -> None:
    with transaction() as session:
        for number in range(12):
            key = ensure_contact(session, phone=f"62800000{number:04}").key
            ask(session, key, "erase" if number % 2 else "see", message_id=f"m{number}", now=_now())
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(carry_out, _now()) for _ in range(4)]:
            done.result(60)
    assert carry_out(_now()) is None
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Erasure)) == 6
        assert session.scalar(select(func.count()).select_from(OutboundMessage)) == 12
        assert session.scalar(select(func.count()).select_from(Contact)) == 12
        assert session.scalars(select(DataRequest.attempts)).all() == [0] * 6


@pytest.mark.parametrize("kind", ["see", "erase"])
def test_what_another_has_done_before_the_contact_was_locked_is_not_done_again(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of what is wished for is read first, the contact locked then; between the two another may be done."""
    on_file()
    wished(kind)
    claim = carrying_out._claim

    def claimed_late(*asked: Any) -> Any:
        found = claim(*asked)
        if found is not None:
            with transaction() as other:
                other.execute(update(DataRequest).where(DataRequest.id == found.id).values(done_at=_now()))
        return found

    monkeypatch.setattr(carrying_out, "_claim", claimed_late)
    assert carry_out(_now()) is None
    with transaction() as session:
        assert session.scalars(select(OutboundMessage.id)).all() == session.scalars(select(Erasure.id)).all() == []


def test_who_is_met_in_a_circle_is_met_again() -> None:
    """Somebody has a row that goes with the contact, and then wants one that the erasure has: one of both gives way."""
    on_file()
    wished("erase")
    with transaction() as session:
        contact_id = find(session, PHONE).contact_id
    locked, waits = threading.Event(), threading.Event()

    def other() -> None:
        with transaction() as session:
            session.execute(text("SET LOCAL deadlock_timeout = '30s'"))
            session.execute(select(Dispatch).where(Dispatch.contact_id == contact_id).with_for_update()).all()
            locked.set()
            waits.wait(10)
            session.execute(select(Contact.id).where(Contact.id == contact_id).with_for_update()).all()

    with ThreadPoolExecutor(2) as threads:
        circle = threads.submit(other)
        locked.wait(10)
        done = threads.submit(carry_out, _now())
        time.sleep(0.3)
        waits.set()
        circle.result(30)
        assert done.result(30) is None or carry_out(_now()) is None
    with transaction() as session:
        assert session.scalars(select(Erasure.by)).all() == ["citizen"]


def test_a_conversation_on_a_screen_at_the_desk_is_called_away() -> None:
    on_file()
    with transaction() as session:
        contact_id = find(session, PHONE).contact_id
        hand_off = HandOff(contact_id=contact_id, reason="asked", caused_by="c", opened_at=_now(), waiting_since=_now())
        session.add(hand_off)
        session.flush()
        number = hand_off.id
    wished("erase")
    listening = psycopg2.connect(engine().url.render_as_string(hide_password=False))
    listening.autocommit = True
    with listening.cursor() as cursor:
        cursor.execute(f"LISTEN {changes.CHANNEL}")
        carry_out(_now())
        listening.poll()
    assert str(number) in [one.payload for one in listening.notifies]
    listening.close()
    (event,) = Looking()([number], [], outbox=False)
    assert (event.name, event.data) == ("hilang", {"id": number})


# ---------------------------------------------------------------------- by rule
def test_by_rule_nobody_is_told() -> None:
    on_file()
    with transaction() as session:
        contact_id = find(session, PHONE).contact_id
    assert erase_by_rule(contact_id, _now(), only_if=Contact.last_message_at.is_not(None)) is False
    assert erase_by_rule(contact_id, _now(), only_if=Contact.last_message_at.is_(None)) is True
    assert erase_by_rule(contact_id, _now()) is False
    with transaction() as session:
        assert session.scalars(select(Erasure.by)).all() == ["rule"]
        assert session.scalars(select(Contact)).all() == []
    assert sent_texts() == []


# ---------------------------------------------------------------------- the process
def test_the_process_is_woken_and_needs_no_half_minute() -> None:
    on_file()
    process = Process(Clock(None))
    asked = threading.Event()

    async def run() -> float:
        running = asyncio.create_task(process.run())
        await asyncio.sleep(1.0)
        began = time.monotonic()
        await asyncio.to_thread(wished, "erase")
        asked.set()
        while await asyncio.to_thread(_count, Erasure) == 0 and time.monotonic() - began < 20:
            await asyncio.sleep(0.05)
        took = time.monotonic() - began
        while await asyncio.to_thread(_unlisted) and time.monotonic() - began < 20:
            await asyncio.sleep(0.05)
        process.stop()
        await running
        return took

    assert asyncio.run(run()) < 5
    assert _unlisted() == 0


def _unlisted() -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(Erasure).where(Erasure.listed_at.is_(None))))
