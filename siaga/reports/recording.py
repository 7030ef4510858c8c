"""Writing down a report: once for a message, under a number, beside what was reported of the same thing before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from siaga.people.contacts import id_by_key
from siaga.people.tasks import open_task
from siaga.places.timezone import zone
from siaga.privacy import blind_index
from siaga.reports import pictures
from siaga.reports.codes import CODES
from siaga.reports.kinds import OTHER, kinds_now
from siaga.reports.near import Told, is_same
from siaga.reports.tables import Report
from siaga.reports.urgency import URGENT, priority
from siaga.reports.when import When
from siaga.reports.where import Where

TASK = "report"
CAPITAL = ZoneInfo("Asia/Jakarta")
# The first of the two numbers of our advisory locks; the second is made of what must not be grouped twice at once.
_LOCKS = 3591
_TRIES = 5
_AROUND = timedelta(days=2)


@dataclass(frozen=True)
class New:
    """A report as it was told.

    ``contact_key`` is None for a reporter who wishes to stay unknown. ``message_id`` is that of the message which made
    it; ``picture`` the key of the message that brought one.
    """

    kind: str
    what: str = field(repr=False)
    where: Where = field(repr=False)
    when: When | None = field(repr=False)
    at: datetime
    message_id: str
    contact_key: str | None = None
    picture: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What is told to the reporter. ``others``: how many have reported the same before."""

    code: str
    kind: str
    is_urgent: bool
    others: int
    is_anonymous: bool


def zone_of(regency_code: str | None) -> ZoneInfo:
    """The zone of the place; the programme's where that is not known."""
    return zone(regency_code) if regency_code else CAPITAL


def recorded_by(session: Session, message_id: str) -> Recorded | None:
    """What a message has made already, whether by name or without."""
    known = session.execute(
        select(Report).where(Report.message_id.in_((message_id, unlinked(message_id))))
    ).scalar_one_or_none()
    return _told(session, known) if known else None


def record(session: Session, new: New) -> Recorded:
    """Write a report down and put it before the desk; the same message again changes nothing.

    Of a reporter who wishes to stay unknown nothing is written by which they could be found: neither the contact nor
    the key of the message, only a value that the same message gives again.

    Raises:
        ValueError: no such kind.
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    kind = kinds_now().by_id(new.kind)
    if kind is None:
        raise ValueError(f"there is no kind of report {new.kind!r}")
    # Whoever reports the same kind in the same region waits: else of two at once neither would see the other.
    _lock(session, f"{new.kind}:{new.where.regency_code}")
    known = recorded_by(session, new.message_id)
    if known is not None:
        return known
    is_anonymous = new.contact_key is None
    contact_id = None if is_anonymous else id_by_key(session, str(new.contact_key))
    needs_help = priority(kind, new.what) == URGENT
    report = Report(
        code=_new_code(session),
        contact_id=contact_id,
        kind=kind.id,
        needs_help=needs_help,
        what=new.what,
        place=new.where.place,
        regency_code=new.where.regency_code,
        district_code=new.where.district_code,
        lat=new.where.lat,
        lon=new.where.lon,
        happened_at=new.when.at if new.when else None,
        when_told=new.when.words if new.when else None,
        picture=pictures.fetch(session, new.picture, new.at) if new.picture else None,
        group_id=_first_of_it(session, new, needs_help),
        created_at=new.at,
        updated_at=new.at,
        message_id=unlinked(new.message_id) if is_anonymous else new.message_id,
    )
    session.add(report)
    session.flush()
    told = _told(session, report)
    data = {"report": report.code, "kind": report.kind, "priority": priority(kind, new.what), "others": told.others}
    open_task(session, TASK, data, contact_id=contact_id, message_id=report.message_id)
    return told


def unlinked(message_id: str) -> str:
    """What stands for a message without telling which: nobody can find the message from it without our key."""
    return "-" + blind_index(message_id, "report.message").hex()


def _told(session: Session, report: Report) -> Recorded:
    head = report.group_id
    others = 0
    if head is not None:
        before = select(func.count()).where(
            (Report.id == head) | (Report.group_id == head), Report.id != report.id, Report.id < report.id
        )
        others = int(session.scalar(before))
    return Recorded(report.code, report.kind, report.needs_help, others, report.contact_id is None)


def _new_code(session: Session) -> str:
    for _ in range(_TRIES):
        code = CODES.new()
        if session.scalar(select(Report.id).where(Report.code == code)) is None:
            return code
    raise RuntimeError("no number is free")


def _lock(session: Session, what: str) -> None:
    key = int.from_bytes(blind_index(what, "report.lock")[:4], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": _LOCKS, "key": key})


def _first_of_it(session: Session, new: New, needs_help: bool) -> int | None:
    """The first report of the same thing, if somebody has made one; what is neither kind nor place has no same."""
    if new.where.regency_code is None or new.kind == OTHER:
        return None
    told = Told(
        new.kind,
        new.what,
        needs_help,
        (new.when.at if new.when else None) or new.at,
        new.where.district_code,
        new.where.lat,
        new.where.lon,
    )
    lately = session.scalars(
        select(Report)
        .where(
            Report.kind == new.kind,
            Report.regency_code == new.where.regency_code,
            Report.status.not_in(("done", "closed")),
            Report.created_at > new.at - _AROUND,
        )
        .order_by(Report.id)
    )
    for other in lately:
        theirs = Told(
            other.kind,
            other.what,
            other.needs_help,
            other.happened_at or other.created_at,
            other.district_code,
            other.lat,
            other.lon,
        )
        if is_same(told, theirs, zone_of(new.where.regency_code)):
            return other.group_id or other.id
    return None
