"""Counting, in the transaction of whoever has something to count.

What is counted is written as the last thing before the commit, in one statement and in one order: the rows that all
others count into, too, are locked for no longer than the commit takes, and nothing is locked after them, so that nobody
waits in a circle. Each transaction counts into a shard of its own choice: two at once seldom meet.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, SmallInteger, Text, event, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from siaga.db.prepared import Prepared, given
from siaga.tallies.times import hour_of

SHARDS = range(1, 17)
FOLDED = 0
"""The shard into which those of past days are summed up."""
_COUNTED = "siaga_tallies"

# The kabupaten/kota of a contact: that of who they registered, themselves first; else what the conversation tells.
_WRITE = Prepared(
    text(
        """
WITH given AS (
    SELECT * FROM unnest(
        :given_days, :given_hours, :given_whats, :given_keys, :given_placed, :given_counts
    ) AS given (day, hour, what, key, placed, n)
), home AS (
    SELECT coalesce(
        (SELECT person.regency_code FROM contact_person JOIN person ON person.id = contact_person.person_id
         WHERE contact_person.contact_id = :given_contact_id
         ORDER BY contact_person.relation = 'self' DESC, contact_person.id LIMIT 1),
        :given_told
    ) AS regency
), present AS (
    INSERT INTO tally_person (day, hour, contact_id, regency)
    SELECT DISTINCT given.day, given.hour, :given_contact_id, home.regency FROM given, home WHERE given.placed
    ON CONFLICT DO NOTHING
)
INSERT INTO tally (day, hour, what, key, regency, shard, n)
SELECT given.day, given.hour, given.what, given.key, CASE WHEN given.placed THEN home.regency ELSE '' END,
       :given_shard, given.n
FROM given, home ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (day, hour, what, key, regency, shard) DO UPDATE SET n = tally.n + excluded.n
"""
    ).bindparams(
        given("days", ARRAY(Date)),
        given("hours", ARRAY(SmallInteger)),
        given("whats", ARRAY(Text)),
        given("keys", ARRAY(Text)),
        given("placed", ARRAY(Boolean)),
        given("counts", ARRAY(BigInteger)),
        given("contact_id", BigInteger),
        given("told", Text),
        given("shard", SmallInteger),
    )
)


@dataclass(frozen=True)
class Count:
    """``n`` times ``what``, of it ``key``; by the contact's kabupaten/kota if ``placed``."""

    what: str
    key: str = ""
    n: int = 1
    placed: bool = False


@dataclass
class _Pending:
    counts: Counter[tuple[date, int, str, str, bool]] = field(default_factory=Counter)
    contact_id: int | None = None
    told: str = ""


def count(session: Session, at: datetime, counts: Iterable[Count]) -> None:
    """Count something of the moment ``at``, which concerns nobody in particular, when the transaction commits."""
    _add(session, at, (count for count in counts if not count.placed))


def count_contact(session: Session, at: datetime, contact_id: int, counts: Iterable[Count], told: str = "") -> None:
    """Count something of a contact's, and that they were there, when the transaction commits; one contact in each.

    Args:
        told: the code of the kabupaten/kota that they told of as theirs, which counts as long as nobody is registered
            by them.
    """
    pending = _add(session, at, counts)
    pending.contact_id, pending.told = contact_id, told


def _add(session: Session, at: datetime, counts: Iterable[Count]) -> _Pending:
    pending: _Pending = session.info.setdefault(_COUNTED, _Pending())
    day, hour = hour_of(at)
    for one in counts:
        pending.counts[day, hour, one.what, one.key, one.placed] += one.n
    return pending


# Before the audit log's seal, which has to be the last that a transaction waits for.
@event.listens_for(Session, "before_commit", insert=True)
def _write(session: Session) -> None:
    if _COUNTED not in session.info or session.in_nested_transaction():
        return
    session.flush()
    pending: _Pending = session.info.pop(_COUNTED)
    rows = sorted(pending.counts.items())
    if not rows:
        return
    _WRITE.run(
        session,
        days=[day for (day, *_), _ in rows],
        hours=[hour for (_, hour, *_), _ in rows],
        whats=[what for (_, _, what, *_), _ in rows],
        keys=[key for (_, _, _, key, _), _ in rows],
        placed=[placed for (*_, placed), _ in rows],
        counts=[n for _, n in rows],
        contact_id=pending.contact_id,
        told=pending.told,
        shard=random.choice(SHARDS),  # noqa: S311 - spreads load
    )
