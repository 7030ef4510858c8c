"""What has become of a report: for who asks by its number, and for staff who say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.people import notices
from siaga.people.tables import Contact, Task
from siaga.reports import tries
from siaga.reports.kinds import kinds_now
from siaga.reports.recording import TASK, zone_of
from siaga.reports.tables import Report

STATUSES: Mapping[str, str] = {
    "new": "sudah diterima, menunggu dibaca petugas",
    "seen": "sudah dibaca petugas",
    "working": "sedang ditangani",
    "done": "sudah ditangani",
    "closed": "ditutup",
}
"""Each status in the citizen's words, as they follow "laporan Anda"."""
_ENDED = ("done", "closed")
# Said where staff say nothing themselves.
_OTHERWISE: Mapping[str, str] = {
    "new": "Belum ada kabar lain.",
    "seen": "Kalau ada perkembangan, saya kabari lagi.",
    "working": "Kalau ada perkembangan, saya kabari lagi.",
    "done": "Kalau masalahnya masih ada, silakan lapor lagi.",
    "closed": "Kalau masalahnya masih ada, silakan lapor lagi.",
}
ANSWER = 150
"""Characters of an answer: as many fit into the message that brings it."""
OF_USE = timedelta(days=3)
MINE = 3


class UnknownReport(LookupError):
    """There is no report with this number."""


@dataclass(frozen=True)
class Status:
    """What whoever has the number is told: nothing of what was reported, nor where, nor by whom."""

    code: str
    kind: str
    status: str
    answer: str | None = field(repr=False)
    created_on: date
    updated_on: date

    @property
    def in_words(self) -> str:
        return STATUSES[self.status]

    @property
    def label(self) -> str:
        kind = kinds_now().by_id(self.kind)
        return kind.label if kind else "Laporan"

    @property
    def said(self) -> str:
        """The answer of staff, or what is said without one."""
        return self.answer or _OTHERWISE[self.status]


@dataclass(frozen=True)
class TooMany:
    """The contact has asked about too many wrong numbers today."""


def status_of(session: Session, contact_key: str, code: str, day: date) -> Status | TooMany | None:
    """What has become of the report with this number; None if there is none.

    After too many wrong numbers in a day no number is answered that day, right or wrong, but one's own: whoever
    guesses does not learn when they are right.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    contact_id = tries.hold(session, contact_key)
    report = session.execute(select(Report).where(Report.code == code)).scalar_one_or_none()
    if report is not None and report.contact_id == contact_id:
        return _told(report)
    if tries.is_over(session, contact_id, day):
        return TooMany()
    if report is None:
        tries.note_wrong(session, contact_id, code, day)
        return None
    return _told(report)


def of_contact(session: Session, contact_key: str) -> list[Status]:
    """The latest reports that a contact made by name, the newest first."""
    query = select(Report).join(Contact, Contact.id == Report.contact_id).where(Contact.key == contact_key)
    return [_told(report) for report in session.scalars(query.order_by(Report.id.desc()).limit(MINE))]


def set_status(
    session: Session,
    code: str,
    status: str,
    answer: str | None = None,
    *,
    actor: str,
    now: datetime,
    whole_group: bool = False,
) -> list[str]:
    """Say what has become of a report; each reporter who is known is told, if it is news.

    Args:
        status: one of ``STATUSES``.
        answer: what the reporters are told, in one line of at most ``ANSWER`` characters; None keeps what was said.
        whole_group: all reports of the same thing, too.

    Returns:
        The numbers of the reports that changed.

    Raises:
        UnknownReport, ValueError: no such status, or the answer is too long.
    """
    if status not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(STATUSES)}")
    said = " ".join(answer.split()) if answer else None
    if said and len(said) > ANSWER:
        raise ValueError(f"the answer has {len(said)} characters; at most {ANSWER} fit")
    named = session.execute(select(Report).where(Report.code == code).with_for_update()).scalar_one_or_none()
    if named is None:
        raise UnknownReport("no report has this number")
    changed = []
    for report in [named, *(_others(session, named) if whole_group else ())]:
        if report.status == status and said in (None, report.answer):
            continue
        report.status, report.updated_at = status, now
        report.answer = said or report.answer
        session.flush()
        _close_task(session, report, actor, now)
        _tell(session, report, now)
        note(session, actor, "report.set", {"report": report.code, "status": status, "answered": said is not None})
        changed.append(str(report.code))
    return changed


def _others(session: Session, report: Report) -> list[Report]:
    head = report.group_id or report.id
    query = select(Report).where(or_(Report.id == head, Report.group_id == head), Report.id != report.id)
    return list(session.scalars(query.order_by(Report.id).with_for_update()))


def _told(report: Report) -> Status:
    zone = zone_of(report.regency_code)
    return Status(
        report.code,
        report.kind,
        report.status,
        report.answer,
        report.created_at.astimezone(zone).date(),
        report.updated_at.astimezone(zone).date(),
    )


def _close_task(session: Session, report: Report, actor: str, now: datetime) -> None:
    """The desk's task is done when the report is, and open again with it."""
    ended = report.status in _ENDED
    session.execute(
        update(Task)
        .where(Task.caused_by == f"{report.message_id}:{TASK}")
        .values(
            status="done" if ended else "open",
            done_at=func.coalesce(Task.done_at, now) if ended else None,
            done_by=func.coalesce(Task.done_by, actor[:60]) if ended else None,
        )
        .execution_options(synchronize_session=False)
    )


def _tell(session: Session, report: Report, now: datetime) -> None:
    if report.contact_id is None:
        return
    status = _told(report)
    notices.plan(
        session,
        "report_status",
        report.code,
        contact_id=report.contact_id,
        values={"nomor": report.code, "keadaan": status.in_words, "jawaban": status.said},
        due_at=now,
        until=now + OF_USE,
        zone=zone_of(report.regency_code).key,
        # Who waits for oxygen is told at night, too.
        urgent=report.needs_help,
    )
