"""The figures of a period as they are in the database: nothing is hidden in them yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Interval, case, func, literal, select
from sqlalchemy.orm import Session

from siaga.desk.dashboard.period import Period
from siaga.handoffs.tables import HandOff
from siaga.hoaxes import queue
from siaga.knowledge import feedback
from siaga.knowledge.tables import UnansweredQuestion
from siaga.people.tables import Task
from siaga.people.tasks import CALLBACK
from siaga.registration.tables import Appointment, Facility, Registration
from siaga.registration.tables import Session as Sitting
from siaga.reports.tables import Report
from siaga.settings import settings
from siaga.tallies.reading import Counted, read
from siaga.turns.failures import FAILED

IN_TIME = timedelta(hours=1)
"""A callback is kept if it comes no later than this after the time that was promised."""
HOAXES = 10


@dataclass(frozen=True)
class Waits:
    """How long those waited for a first answer who got one, in seconds; out of hours from the promised time on."""

    people: int
    half: float
    most: float
    """nine of ten waited no longer"""


@dataclass(frozen=True)
class Figures:
    """What there is to show of a period, and when it was computed."""

    period: Period
    at: datetime
    counted: Counted
    opened: Mapping[str, int]
    """hand-offs by reason"""
    closed: Mapping[str, int]
    """by why"""
    waits: Waits | None
    callbacks: Mapping[str, int]
    """``kept``, ``late``, ``broken`` (overdue, nobody has written), ``ahead``"""
    registrations: Mapping[str, int]
    facilities: Sequence[tuple[str, int]]
    answers: Sequence[feedback.Count]
    questions: int
    hoaxes: Sequence[queue.Waiting]
    """as things are now, whatever the period"""
    reports: Mapping[str, int]
    report_statuses: Mapping[str, int]

    @property
    def failures(self) -> Mapping[str, int]:
        """Messages that did not arrive, by code."""
        return self.counted.by_key(FAILED)


def gather(session: Session, period: Period, now: datetime) -> Figures:
    """All figures of a period."""
    zone = settings().desk_zone
    begin, end = period.begins(zone), period.ends(zone)

    def by(column: Any, when: Any) -> dict[str, int]:
        query = select(column, func.count()).where(when >= begin, when < end).group_by(column)
        return {str(key): int(n) for key, n in session.execute(query)}

    return Figures(
        period=period,
        at=now,
        counted=read(session, period.first, period.last),
        opened=by(HandOff.reason, HandOff.opened_at),
        closed=by(HandOff.closed_why, HandOff.closed_at),
        waits=_waits(session, begin, end),
        callbacks=_callbacks(session, begin, end, now),
        registrations=by(Registration.status, Registration.created_at),
        facilities=_facilities(session, begin, end),
        answers=feedback.counted(session, begin, end),
        questions=sum(by(UnansweredQuestion.intent, UnansweredQuestion.at).values()),
        hoaxes=queue.waiting(session, HOAXES),
        reports=by(Report.kind, Report.created_at),
        report_statuses=by(Report.status, Report.created_at),
    )


def _waits(session: Session, begin: datetime, end: datetime) -> Waits | None:
    since = func.greatest(HandOff.opened_at, HandOff.callback_at)
    seconds = func.greatest(0, func.extract("epoch", HandOff.first_reply_at - since))
    people, half, most = session.execute(
        select(
            func.count(),
            func.percentile_cont(0.5).within_group(seconds),
            func.percentile_cont(0.9).within_group(seconds),
        ).where(HandOff.opened_at >= begin, HandOff.opened_at < end, HandOff.first_reply_at.is_not(None))
    ).one()
    return Waits(int(people), float(half), float(most)) if people else None


def _callbacks(session: Session, begin: datetime, end: datetime, now: datetime) -> dict[str, int]:
    became = case(
        (Task.done_at - Task.due_at <= literal(IN_TIME, Interval()), "kept"),
        (Task.done_at.is_not(None), "late"),
        (Task.due_at < now - IN_TIME, "broken"),
        else_="ahead",
    )
    query = (
        select(became, func.count())
        .where(Task.kind == CALLBACK, Task.due_at >= begin, Task.due_at < end)
        .group_by(became)
    )
    return {str(key): int(n) for key, n in session.execute(query)}


def _facilities(session: Session, begin: datetime, end: datetime) -> list[tuple[str, int]]:
    """Places by how many appointments were made at them that were not given up since, most first."""
    number = func.count()
    query = (
        select(Facility.name, number)
        .join(Sitting, Sitting.facility_id == Facility.id)
        .join(Appointment, Appointment.session_id == Sitting.id)
        .where(Appointment.status != "cancelled", Appointment.created_at >= begin, Appointment.created_at < end)
        .group_by(Facility.id)
        .order_by(number.desc(), Facility.name)
    )
    return [(name, int(n)) for name, n in session.execute(query)]
