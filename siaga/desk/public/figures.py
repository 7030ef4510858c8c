"""The figures that everybody may read: of whole days that are over, rounded down to tens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.content import live
from siaga.desk.dashboard.period import Period
from siaga.desk.dashboard.tables import TOP, UNKNOWN, Row, Table, daily, places, services
from siaga.people.tables import Contact
from siaga.registration.tables import Registration
from siaga.settings import settings
from siaga.tallies.folding import PEOPLE_DAY
from siaga.tallies.hiding import TEN, tens
from siaga.tallies.reading import Counted, read
from siaga.tallies.tables import Tally

DAYS = 30
OTHERS = "Lainnya dan yang belum diketahui"


@dataclass(frozen=True)
class Figures:
    """What is published: ``people``, ``conversations`` and ``registrations`` since the beginning, None where there are
    fewer than ten; the tables are of ``period``.
    """

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
        daily=_rounded(
            daily(
                counted,
                tens(counted.by_day(PEOPLE_DAY).values()),
                tens(counted.by_day("conversation").values()),
            )
        ),
        places=_places(counted),
        services=_rounded(services(counted, tens)),
    )


def _number(session: Session, query: Any) -> int | None:
    return tens([int(session.scalar(query) or 0)]).values[0]


def _rounded(table: Table) -> Table:
    """The table without totals, which would be exact."""
    return replace(table, total=None, fewest=TEN)


def _places(counted: Counted) -> Table:
    """The first kabupaten/kota, and how many conversations all others had together."""
    found = counted.by_regency("conversation")
    table = _rounded(places(counted, tens(found.values())))
    first = tuple(row for row in table.rows if row.cells[0] and row.label != UNKNOWN)[:TOP]
    largest = sorted((n for code, n in found.items() if code), reverse=True)[: len(first)]
    (rest,) = tens([sum(found.values()) - sum(largest)]).values
    others = () if rest == 0 else (Row(OTHERS, (rest,)),)
    return replace(table, rows=(*first, *others), top=None, drawn=table.drawn if first else None)
