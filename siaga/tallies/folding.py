"""Keeping the counts small: days that are over are summed up, and who was there in them is forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.tallies.counting import FOLDED
from siaga.tallies.tables import Tally, TallyPerson
from siaga.tallies.times import hour_of

PEOPLE, PEOPLE_DAY = "people", "people_day"
"""What is counted: people of each hour; and of each day, whose hour is 0."""
REMEMBERED = timedelta(days=2)
"""So long after its day is it known who was there, for messages that arrive late."""
LATE = timedelta(days=10)
"""So far back it is looked for something new: WhatsApp delivers again for seven days."""
# Any number that nothing else takes a lock on.
_LOCK = 0x51A70

# Who is erased meanwhile was there all the same: a number never becomes smaller.
_COUNT_PEOPLE = """
INSERT INTO tally (day, hour, what, key, regency, shard, n)
SELECT day, hour, '{what}', '', regency, 0, count(*)
FROM (
    SELECT day, CAST({hour} AS smallint) AS hour, contact_id, max(regency) AS regency FROM tally_person
    WHERE day = ANY(:days) GROUP BY 1, 2, 3
) AS present GROUP BY day, hour, regency
ON CONFLICT (day, hour, what, key, regency, shard) DO UPDATE SET n = greatest(tally.n, excluded.n)
"""
_BY_DAY = text(_COUNT_PEOPLE.format(what=PEOPLE_DAY, hour=0))
_BY_HOUR = text(_COUNT_PEOPLE.format(what=PEOPLE, hour="hour"))
_FORGET_PEOPLE = text("DELETE FROM tally_person WHERE day < :before")
# Rows that somebody is counting into are left for the next time: nobody waits for this.
_SUM_UP = text(
    """
WITH single AS (
    SELECT day, hour, what, key, regency, shard FROM tally
    WHERE day >= :since AND day < :today AND shard > 0 FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM tally USING single
    WHERE (tally.day, tally.hour, tally.what, tally.key, tally.regency, tally.shard)
        = (single.day, single.hour, single.what, single.key, single.regency, single.shard)
    RETURNING tally.day, tally.hour, tally.what, tally.key, tally.regency, tally.n
)
INSERT INTO tally (day, hour, what, key, regency, shard, n)
SELECT day, hour, what, key, regency, 0, sum(n) FROM gone GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (day, hour, what, key, regency, shard) DO UPDATE SET n = tally.n + excluded.n
"""
)


def fold(now: datetime) -> int:
    """Sum up the days before this one; how many rows that made superfluous, none if another process is at it."""
    today, _ = hour_of(now)
    with transaction() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
            return 0
        fewer = _sum_up(session, today)
        return fewer + int(session.execute(_FORGET_PEOPLE, {"before": today - REMEMBERED}).rowcount)


def _sum_up(session: Session, today: date) -> int:
    """Whoever was there has counted something, too: only days with something new to sum up have new people."""
    # After a long time in which nobody has summed up, from where that ended.
    since = min(today - LATE, session.scalar(select(func.min(TallyPerson.day))) or today)
    single = (Tally.day >= since, Tally.day < today, Tally.shard > FOLDED)
    before = dict(session.execute(select(Tally.day, func.count()).where(*single).group_by(Tally.day)).all())
    if not before:
        return 0
    for statement in (_BY_DAY, _BY_HOUR):
        session.execute(statement, {"days": list(before)})
    session.execute(_SUM_UP, {"since": since, "today": today})
    return sum(before.values()) - int(session.scalar(select(func.count()).where(*single)) or 0)
