"""Forgetting: what passed through the inbox and the outbox stays no longer than it is needed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import and_, delete, exists, func, inspect, or_, select, update
from sqlalchemy.sql.dml import UpdateBase

from siaga.db import engine, transaction
from siaga.handoffs.tables import HandOff
from siaga.hoaxes.tables import HoaxQuestion
from siaga.identity.tables import IdentityCheck
from siaga.knowledge.tables import UnansweredQuestion
from siaga.media.store import PREFIX
from siaga.media.tables import Media, ReceivedMedia
from siaga.people.tables import FormDraft, Notice
from siaga.registration.tables import RegistrationForm
from siaga.reports import pictures
from siaga.reports.tables import Report
from siaga.selfcheck.tables import Monitoring, SelfCheck
from siaga.settings import settings
from siaga.turns.tables import OPEN, InboundMessage, OutboundMessage, Quarantine
from siaga.unclear.tables import UnclearMessage

# WhatsApp delivers again for seven days: a message must be known for longer than that. Answers that were begun are kept
# as long.
RECEIVED = timedelta(days=14)
# Messages that were given up, and what could not be understood, wait so long for somebody to look at them.
LOOKED_AT = timedelta(days=30)
# A button that is older than this stands for nothing any more.
SENT = timedelta(days=30)
# What somebody told of their health, and that they were asked every day.
SELF_CHECKS = timedelta(days=30)
MONITORED = timedelta(days=90)
# A message that was accepted, and of which nothing was heard since, is not sent again after so long.
UNREPORTED = timedelta(days=1)

BATCH = 1000
# Any number that nothing else takes a lock on.
_LOCK = 0x51A6A


def sweep(now: datetime | None = None, *, batch: int = BATCH) -> dict[str, int]:
    """Forget what is old enough; returns how many rows of each kind, nothing if another process is at it.

    Rows are taken in batches, each in a transaction of its own, and those that somebody is working on are left for the
    next time: nobody waits for this.
    """
    now = now or datetime.now(timezone.utc)
    with engine().connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(_LOCK))):
            return {}
        connection.commit()
        try:
            with transaction() as session:
                # Before the file that a report waits for is forgotten.
                pictures.bring_in(session, now)
            return {name: _in_batches(work, batch) for name, work in _steps(now).items()}
        finally:
            connection.scalar(select(func.pg_advisory_unlock(_LOCK)))
            connection.commit()


def _steps(now: datetime) -> dict[str, tuple[Any, UpdateBase, Any]]:
    """What is forgotten, by name: the table, how, and which of its rows, the oldest first."""
    media_life = timedelta(days=settings().media_days)
    answered = InboundMessage.status.in_(("done", "ignored"))
    return {
        "received": (
            InboundMessage,
            delete(InboundMessage),
            select(InboundMessage.id)
            .where(answered, InboundMessage.received_at < now - RECEIVED)
            .order_by(InboundMessage.received_at),
        ),
        "parked": (
            InboundMessage,
            delete(InboundMessage),
            select(InboundMessage.id).where(
                InboundMessage.status == "parked", InboundMessage.received_at < now - LOOKED_AT
            ),
        ),
        "unreported": (
            OutboundMessage,
            update(OutboundMessage).values(payload=None, template=None),
            select(OutboundMessage.id)
            .where(
                OutboundMessage.status == "accepted",
                OutboundMessage.created_at < now - UNREPORTED,
                or_(OutboundMessage.payload.is_not(None), OutboundMessage.template.is_not(None)),
            )
            .order_by(OutboundMessage.created_at),
        ),
        "sent": (
            OutboundMessage,
            delete(OutboundMessage),
            select(OutboundMessage.id)
            .where(OutboundMessage.status.not_in(OPEN), OutboundMessage.created_at < now - SENT)
            .order_by(OutboundMessage.created_at),
        ),
        "quarantine": (
            Quarantine,
            delete(Quarantine),
            select(Quarantine.id).where(Quarantine.received_at < now - LOOKED_AT),
        ),
        "files": (
            ReceivedMedia,
            delete(ReceivedMedia),
            select(ReceivedMedia.id)
            .where(ReceivedMedia.received_at < now - media_life)
            .order_by(ReceivedMedia.received_at),
        ),
        "reports": (
            Report,
            delete(Report),
            select(Report.id)
            .where(
                Report.status.in_(("done", "closed")),
                Report.updated_at < now - timedelta(days=settings().report_days),
            )
            .order_by(Report.updated_at),
        ),
        # A picture lives as long as a report shows it.
        "report_pictures": (
            Media,
            update(Media).values(forget_after=now + pictures.LIFE),
            select(Media.sha256).where(
                Media.forget_after < now + pictures.LIFE / 2,
                exists().where(Report.picture == PREFIX + Media.sha256),
            ),
        ),
        "documents": (
            Media,
            delete(Media),
            select(Media.sha256).where(Media.forget_after < now).order_by(Media.forget_after),
        ),
        "identity": (
            IdentityCheck,
            delete(IdentityCheck),
            select(IdentityCheck.id)
            .where(IdentityCheck.started_at < now - RECEIVED)
            .order_by(IdentityCheck.started_at),
        ),
        "drafts": (
            FormDraft,
            delete(FormDraft),
            select(FormDraft.contact_id, FormDraft.form).where(FormDraft.updated_at < now - RECEIVED),
        ),
        "notices": (
            Notice,
            delete(Notice),
            select(Notice.id).where(Notice.status != "planned", Notice.until < now - SENT),
        ),
        "self_checks": (
            SelfCheck,
            delete(SelfCheck),
            select(SelfCheck.id).where(SelfCheck.at < now - SELF_CHECKS).order_by(SelfCheck.at),
        ),
        "monitoring": (
            Monitoring,
            delete(Monitoring),
            # One that nobody has ended, as when no reminders are sent at all, is over after its time, too.
            select(Monitoring.id).where(func.coalesce(Monitoring.ended_at, Monitoring.until) < now - MONITORED),
        ),
        "unclear": (
            UnclearMessage,
            delete(UnclearMessage),
            select(UnclearMessage.id).where(UnclearMessage.forget_after < now).order_by(UnclearMessage.forget_after),
        ),
        "questions": (
            UnansweredQuestion,
            delete(UnansweredQuestion),
            select(UnansweredQuestion.id)
            .where(UnansweredQuestion.forget_after < now)
            .order_by(UnansweredQuestion.forget_after),
        ),
        "hoaxes": (
            HoaxQuestion,
            delete(HoaxQuestion),
            select(HoaxQuestion.id)
            .where(HoaxQuestion.first_at < now - timedelta(days=settings().hoax_days))
            .order_by(HoaxQuestion.first_at),
        ),
        "hand_offs": (
            HandOff,
            delete(HandOff),
            select(HandOff.id)
            .where(HandOff.state == "closed", HandOff.closed_at < now - timedelta(days=settings().handoff_days))
            .order_by(HandOff.closed_at),
        ),
        "forms": (
            RegistrationForm,
            delete(RegistrationForm),
            select(RegistrationForm.contact_id).where(
                or_(
                    and_(RegistrationForm.expires_at < now, RegistrationForm.sent_at.is_(None)),
                    # That it was sent may become known later.
                    RegistrationForm.expires_at < now - RECEIVED,
                )
            ),
        ),
    }


def _in_batches(work: tuple[Any, UpdateBase, Any], batch: int) -> int:
    table, change, which = work
    total = 0
    while True:
        with transaction() as session:
            some = which.limit(batch).with_for_update(skip_locked=True).cte("some")
            same = and_(*(key == some.c[key.name] for key in inspect(table).primary_key))
            done = session.execute(change.where(same).execution_options(synchronize_session=False)).rowcount
        total += done
        if done < batch:
            return total
