"""The figures that everybody may read: of whole days that are over, small numbers hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.content import live
from siaga.desk.dashboard.period import Period
from siaga.desk.dashboard.tables import TOP, UNKNOWN, Conversations, Row, Table, daily, places, services
from siaga.people.tables import Contact
from siaga.registration.tables import Registration
from siaga.settings import settings
from siaga.tallies.hiding import alone
from siaga.tallies.reading import read
from siaga.tallies.tables import Tally

DAYS = 30


@dataclass(frozen=True)
class Figures:
    """What is published: ``people``, ``conversations`` and ``registrations`` since the beginning, None where hidden;
    the tables are of ``period``."""

    period: Period
    at: datetime
    people: int | None
    conversations: int | None
    registrations: int | None
    hoaxes: int
    """claims that have been checked and are told about"""
    daily: Table
    places: Table
    services: Table

    @property
    def tables(self) -> Sequence[Table]:
        """In the order of the page."""
        return self.daily, self.places, self.services


def gather(session: Session, today: date, now: datetime) -> Figures:
    """The figures of the last ``DAYS`` days before this one, and the sums until then."""
    period = Period(today - timedelta(DAYS), today - timedelta(1))
    end = period.ends(settings().desk_zone)
    counted = read(session, period.first, period.last)
    conversations = Conversations.of(counted)
    return Figures(
        period=period,
        at=now,
        people=_number(
            session,
            select(func.count()).where(
                Contact.last_message_at.is_not(None), Contact.created_at < end, Contact.preview.is_(False)
            ),
        ),
        conversations=_number(
            session, select(func.sum(Tally.n)).where(Tally.what == "conversation", Tally.day < today)
        ),
        registrations=_number(
            session,
            select(func.count()).where(Registration.status == "confirmed", Registration.created_at < end),
        ),
        hoaxes=len(live.entries("hoax")),
        daily=daily(counted, conversations.by_day),
        places=_first(places(counted, conversations.by_place)),
        services=services(counted),
    )


def _number(session: Session, query: Any) -> int | None:
    return alone(int(session.scalar(query) or 0))


def _first(table: Table) -> Table:
    """The first of the rows that are shown, and what all others are together, where that follows from the total."""
    first = tuple(row for row in table.rows if row.cells[0] and row.label != UNKNOWN)[:TOP]
    total = table.total[0] if table.total else None
    if not isinstance(total, int):
        return replace(table, rows=(), total=None, drawn=None)
    rest = total - sum(int(row.cells[0] or 0) for row in first)
    others = (Row("Lainnya dan yang belum diketahui", (rest,)),) if rest else ()
    return replace(table, rows=(*first, *others), top=None, drawn=table.drawn if first else None)
