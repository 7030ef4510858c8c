"""Checks that were made: kept, so that tomorrow can be asked whether it has become better or worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.handoffs import opening
from siaga.people.contacts import ensure_key
from siaga.people.tables import Contact
from siaga.selfcheck import monitoring
from siaga.selfcheck.results import LEVELS
from siaga.selfcheck.tables import SelfCheck

if TYPE_CHECKING:
    from siaga.selfcheck import Level, Result

ASKED_ABOUT = timedelta(days=3)
"""After so long an illness has its own new story: it is asked from the beginning."""
GRAVE: frozenset[Level] = frozenset({"emergency", "doctor"})


@dataclass(frozen=True)
class Kept:
    """A check of somebody (``who``: their relation to the contact), what was told, and what came of it."""

    who: str
    at: datetime
    level: Level
    facts: Mapping[str, Any] = field(repr=False)
    rules_version: str
    valid_until: datetime
    again_at: datetime | None
    isolate_until: date | None

    def is_valid(self, at: datetime) -> bool:
        """Whether the result still counts."""
        return at < self.valid_until


def keep(
    session: Session,
    contact_key: str,
    who: str | None,
    facts: Mapping[str, Any],
    result: Result,
    message_id: str,
    at: datetime,
) -> Kept:
    """Keep a check that the message ``message_id`` has ended; the same message keeps no second one.

    Who is asked every day how they are is so from now on as this check says; who has become worse goes to the desk.

    Args:
        who: a relation as of ``siaga.text.relations``; None: the contact.
    """
    ensure_key(session, contact_key)
    whom = who or monitoring.SELF
    contact_id = monitoring.lock_contact(session, contact_key)
    row = insert(SelfCheck).values(
        contact_id=contact_id,
        who=whom,
        at=at,
        level=result.level,
        answers=dict(facts),
        rules_version=result.version,
        valid_until=at + result.valid_for,
        again_at=None if result.again_after is None else at + result.again_after,
        isolate_until=result.until,
        message_id=message_id,
    )
    added = session.execute(row.on_conflict_do_nothing(index_elements=[SelfCheck.message_id]))
    kept = _kept(session.execute(select(SelfCheck).where(SelfCheck.message_id == message_id)).scalar_one())
    if added.rowcount:
        monitoring.checked(session, contact_id, whom, result.level, result.until, message_id, at)
        if has_worsened(session, contact_key, kept):
            opening.ask(session, contact_id, monitoring.WORSENED, message_id=message_id, at=at)
    return kept


def has_worsened(session: Session, contact_key: str, kept: Kept) -> bool:
    """Whether somebody has become gravely worse, as they say or as the last check of them tells."""
    before = _newest(session, contact_key, kept.at, SelfCheck.who == kept.who, SelfCheck.at < kept.at)
    if kept.level not in GRAVE or before is None:
        return False
    return kept.facts.get("worse") is True or LEVELS.index(kept.level) < LEVELS.index(before.level)


def last(session: Session, contact_key: str, who: str | None, at: datetime) -> Kept | None:
    """The check before ``at`` that it may be asked of whether it has become better since; None if there is none.

    It is not too old, nor one that found nothing. One made ``at`` that very moment is this turn's own, run before.
    """
    found = latest(session, contact_key, who, at)
    return None if found is None or found.level == "none" or found.at >= at else found


def latest(session: Session, contact_key: str, who: str | None, at: datetime) -> Kept | None:
    """The newest check of somebody up to ``at``, whatever it found; None if that is older than ``ASKED_ABOUT``."""
    return _newest(session, contact_key, at, SelfCheck.who == (who or monitoring.SELF))


def newest(session: Session, contact_key: str, at: datetime) -> Kept | None:
    """As ``latest``, of whomever the contact has checked."""
    return _newest(session, contact_key, at)


def _newest(session: Session, contact_key: str, at: datetime, *whose: Any) -> Kept | None:
    query = (
        select(SelfCheck)
        .join(Contact, Contact.id == SelfCheck.contact_id)
        .where(Contact.key == contact_key, SelfCheck.at <= at, SelfCheck.at >= at - ASKED_ABOUT, *whose)
        .order_by(SelfCheck.at.desc(), SelfCheck.id.desc())
        .limit(1)
    )
    found = session.execute(query).scalar_one_or_none()
    return None if found is None else _kept(found)


def _kept(row: Any) -> Kept:
    return Kept(
        row.who, row.at, row.level, row.answers, row.rules_version, row.valid_until, row.again_at, row.isolate_until
    )
