"""Whether figures still come: which series are kept up, how old each is, and the alarm when one goes stale."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people.tasks import open_task
from siaga.radar.situation import STALE_DAYS
from siaga.radar.sources import FetchSource
from siaga.radar.tables import RadarFetch, RadarImport

KEPT_UP = timedelta(days=30)
"""What nobody has brought anything to for so long has been given up, and raises no alarm any more."""
RHYTHM = 5
"""From so many last days of a series it is told how often something comes."""
TASK = "radar_stale"
_ZONE = ZoneInfo("Asia/Jakarta")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Series:
    """Figures of one source and disease; None for what never came. ``limit``: so many days old, it is not stale yet.

    ``watched``: somebody keeps it up, or a service is to, so that its going stale is worth an alarm. ``fetched_by``
    names the services that feed it, and ``problem`` is what is wrong with them.
    """

    source: str
    disease: str | None
    last_day: date | None
    days_old: int | None
    limit: int
    watched: bool
    fetched_by: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def stale(self) -> bool:
        """Whether it is too old, or never came."""
        return self.days_old is None or self.days_old > self.limit


@dataclass
class _Brought:
    """The real imports of a series that count, the newest first."""

    last_days: list[date] = field(default_factory=list)
    arrived: list[datetime] = field(default_factory=list)

    def limit(self) -> int:
        """As old as figures get by themselves where they come every so many days; twice that is a day missed."""
        days = sorted(set(self.last_days), reverse=True)[:RHYTHM]
        if len(days) < 2:
            return STALE_DAYS
        return max(STALE_DAYS, 2 * math.ceil((days[0] - days[-1]).days / (len(days) - 1)))

    def is_kept_up(self, now: datetime) -> bool:
        """Whether something has come of late that was new then: a file of bygone years is not the news of today."""
        limit = timedelta(days=self.limit())
        return any(
            at > now - KEPT_UP and _day(at) - day <= limit for day, at in zip(self.last_days, self.arrived, strict=True)
        )


def series(session: Session, sources: Iterable[FetchSource], now: datetime) -> list[Series]:
    """The series that there are real figures of, and the enabled services that have not brought any yet."""
    enabled = {source.name: source for source in sources if source.enabled}
    states = {row.name: row for row in session.scalars(select(RadarFetch).where(RadarFetch.name.in_(enabled)))}
    found = []
    for (source, disease), brought in sorted(_brought(session).items()):
        feeding = [one for one in enabled.values() if one.name in states and states[one.name].series == source]
        last = max(brought.last_days)
        problems = [states[one.name].problem for one in feeding if states[one.name].problem]
        found.append(
            Series(
                source,
                disease,
                last,
                (_day(now) - last).days,
                min((one.stale_days for one in feeding), default=brought.limit()),
                bool(feeding) or brought.is_kept_up(now),
                tuple(one.name for one in feeding),
                problems[0] if problems else None,
            )
        )
    for name, one in enabled.items():
        state = states.get(name)
        # One that was never asked is not late.
        if state is not None and state.good_at is None and state.failures:
            found.append(Series(name, one.disease, None, None, one.stale_days, True, (name,), state.problem))
    return found


def alarm(session: Session, sources: Sequence[FetchSource], now: datetime) -> list[Series]:
    """Put what went stale before the desk, each once a day; which series those are."""
    stale = [one for one in series(session, sources, now) if one.watched and one.stale]
    for one in stale:
        data = {
            "source": one.source,
            "disease": one.disease,
            "last_day": one.last_day.isoformat() if one.last_day else None,
            "days_old": one.days_old,
            "fetched_by": list(one.fetched_by),
            "problem": one.problem,
        }
        about = f"radar:{one.source}:{one.disease or ''}:{_day(now).isoformat()}"
        open_task(session, TASK, data, contact_id=None, message_id=about)
    return stale


def _brought(session: Session) -> dict[tuple[str, str], _Brought]:
    query = (
        select(RadarImport.source, RadarImport.disease, RadarImport.last_day, RadarImport.arrived_at)
        .where(RadarImport.undone_at.is_(None), ~RadarImport.sample, RadarImport.last_day.is_not(None))
        .order_by(RadarImport.id.desc())
    )
    found: dict[tuple[str, str], _Brought] = {}
    for row in session.execute(query):
        one = found.setdefault((row.source, row.disease), _Brought())
        one.last_days.append(row.last_day)
        one.arrived.append(row.arrived_at)
    return found


def _day(at: datetime) -> date:
    return at.astimezone(_ZONE).date()
