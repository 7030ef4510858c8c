"""What is old is forgotten, and only that."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from siaga import media
from siaga.db import engine, transaction
from siaga.identity.tables import IdentityCheck
from siaga.media.tables import Media, ReceivedMedia
from siaga.people.tables import FormDraft, Notice
from siaga.retention import sweeping
from siaga.retention.sweeping import LOCK, sweep
from siaga.turns import inbox, outbox
from siaga.turns.messages import Draft, Option
from siaga.turns.tables import InboundMessage, OutboundMessage, Quarantine
from tests.turns import people
from tests.turns.outgoing import correspondent


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _received(days: float, status: str) -> str:
    """The key of a message that came so many days ago."""
    with transaction() as session:
        inbox.receive(session, [people.text()])
        row = session.scalar(select(InboundMessage).order_by(InboundMessage.id.desc()).limit(1))
        row.status, row.received_at = status, _now() - timedelta(days=days)
        return str(row.key)


def _sent(days: float, status: str) -> str:
    with transaction() as session:
        draft = Draft({"type": "text"}, (Option("k.1", "Ya", "/affirm"),))
        (key,) = outbox.put_all(session, correspondent(session), [draft])
        session.execute(
            update(OutboundMessage)
            .where(OutboundMessage.id == key)
            .values(status=status, created_at=_now() - timedelta(days=days), status_at=_now() - timedelta(days=days))
        )
        return key


def _left(column: Any) -> set[Any]:
    with transaction() as session:
        return set(session.scalars(select(column)))


def test_received_messages_outlive_the_weeks_in_which_they_may_come_again(database: str) -> None:
    kept = {
        _received(13, "done"),
        _received(13, "ignored"),
        _received(60, "waiting"),
        _received(29, "parked"),
    }
    for days, status in ((15, "done"), (15, "ignored"), (31, "parked")):
        _received(days, status)
    told = sweep()
    assert (told["received"], told["parked"]) == (2, 1)
    assert _left(InboundMessage.key) == kept


def test_what_was_sent_is_forgotten_after_a_month_with_its_options(database: str) -> None:
    kept = {_sent(29, "read"), _sent(31, "queued"), _sent(31, "unknown")}
    for status in ("read", "failed", "accepted"):
        _sent(31, status)
    assert sweep()["sent"] == 3
    assert _left(OutboundMessage.id) == kept


def test_words_of_what_was_never_reported_are_forgotten_after_a_day(database: str) -> None:
    young, old, waiting = _sent(0.9, "accepted"), _sent(1.1, "accepted"), _sent(1.1, "queued")
    assert sweep()["unreported"] == 1
    with transaction() as session:
        with_words = select(OutboundMessage.id).where(OutboundMessage.payload.is_not(None))
        assert set(session.scalars(with_words)) == {young, waiting}
        assert session.scalar(select(OutboundMessage.options).where(OutboundMessage.id == old)) is not None
    assert sweep()["unreported"] == 0


def test_an_answer_outlives_the_message_that_it_answered(database: str) -> None:
    _received(15, "done")
    with transaction() as session:
        cause = session.scalar(select(InboundMessage.id))
        outbox.put_all(session, correspondent(session), [Draft({"type": "text"})], caused_by=cause)
    sweep()
    assert _left(OutboundMessage.caused_by) == {None}


def test_quarantine_and_files_are_forgotten_in_their_time(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        contact = correspondent(session)
        for days in (29, 31):
            session.execute(
                insert(Quarantine).values(
                    channel="whatsapp",
                    reason="test",
                    digest=str(days).encode(),
                    content={},
                    received_at=_now() - timedelta(days=days),
                )
            )
        for days in (6, 8):
            session.execute(
                insert(ReceivedMedia).values(
                    contact_id=contact,
                    message_key=f"m{days}",
                    media_kind="image",
                    channel="whatsapp",
                    status="kept",
                    content=b"gambar",
                    received_at=_now() - timedelta(days=days),
                )
            )
    told = sweep()
    assert (told["quarantine"], told["files"]) == (1, 1)
    assert _left(Quarantine.digest) == {b"29"}
    assert _left(ReceivedMedia.message_key) == {"m6"}


def test_more_than_a_batch_is_forgotten_batch_by_batch(database: str) -> None:
    for _ in range(7):
        _received(15, "done")
    assert sweep(batch=3)["received"] == 7


def test_one_process_at_a_time_and_nobody_is_waited_for(database: str) -> None:
    _received(15, "done")
    busy = _received(15, "done")
    with engine().connect() as other:
        other.execute(select(func.pg_advisory_lock(LOCK)))
        assert sweep() is None
        other.execute(select(func.pg_advisory_unlock(LOCK)))
        other.execute(select(InboundMessage.id).where(InboundMessage.key == busy).with_for_update())
        assert sweep()["received"] == 1
        assert _left(InboundMessage.key) == {busy}
        other.rollback()
    assert sweep()["received"] == 1


def test_the_lock_is_given_back_after_a_failure(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "_in_batches", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sweep()
    with engine().connect() as connection:
        held = connection.scalar(text("select count(*) from pg_locks where locktype = 'advisory'"))
    assert held == 0


def test_what_was_drawn_is_forgotten_in_time_and_not_before_it_can_be_sent(database: str) -> None:
    now = _now()
    with transaction() as session:
        for content, until in (
            (b"old", now - timedelta(minutes=1)),
            (b"young", now + timedelta(hours=1)),
            (b"picture", None),
            # Put again: the longer of both times holds, whichever came first.
            (b"again", now - timedelta(hours=1)),
            (b"again", now + timedelta(hours=1)),
            (b"again", now - timedelta(minutes=1)),
            # Without a time: as long as a message may wait.
            (b"to be sent", now - timedelta(hours=1)),
            (b"to be sent", None),
            (b"to be sent", now - timedelta(minutes=1)),
        ):
            media.put(session, content, "application/pdf", until=until)
    assert sweep(now)["documents"] == 1
    with transaction() as session:
        left = {bytes(row.content) for row in session.scalars(select(Media))}
        assert left == {b"young", b"picture", b"again", b"to be sent"}
    assert sweep(now + timedelta(days=1.9))["documents"] == 2
    assert sweep(now + timedelta(days=2.1))["documents"] == 2


def test_what_is_to_be_sent_is_not_stored_in_clear(database: str) -> None:
    with transaction() as session:
        media.put(session, b"Warga Uji 001", "application/pdf")
        stored = bytes(session.execute(text("SELECT content FROM media")).scalar_one())
    assert b"Warga" not in stored


def test_checks_of_identity_are_forgotten_when_their_messages_are(database: str) -> None:
    now = _now()
    with transaction() as session:
        contact = correspondent(session)
        for days in (13, 15):
            session.add(
                IdentityCheck(
                    contact_id=contact,
                    nik_index=b"n",
                    started_at=now - timedelta(days=days),
                    expires_at=now,
                    caused_by=str(days),
                )
            )
    assert sweep(now)["identity"] == 1
    assert _left(IdentityCheck.caused_by) == {"13"}


def test_answers_that_were_begun_are_forgotten_form_by_form(database: str) -> None:
    with transaction() as session:
        contact_id = correspondent(session)
        for form, days in (("lama_form", 15), ("baru_form", 13)):
            values = {"contact_id": contact_id, "form": form, "data": {}, "updated_at": _now() - timedelta(days=days)}
            session.execute(insert(FormDraft).values(**values))
    assert sweep()["drafts"] == 1
    assert _left(FormDraft.form) == {"baru_form"}


def test_notices_are_forgotten_a_month_after_they_were_of_use(database: str) -> None:
    with transaction() as session:
        contact_id = correspondent(session)
        for about, status, days in (("lama", "sent", 31), ("baru", "sent", 29), ("rencana", "planned", 31)):
            until = _now() - timedelta(days=days)
            session.add(
                Notice(
                    contact_id=contact_id, kind="next_dose", about=about, values={}, zone="Asia/Jakarta",
                    due_at=until, until=until, status=status,
                )
            )  # fmt: skip
    assert sweep()["notices"] == 1
    assert _left(Notice.about) == {"baru", "rencana"}
