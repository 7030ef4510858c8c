"""Reports as staff see them: a list without what was told, and one at a time with it, which the audit log notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from siaga import media
from siaga.db.audit import note
from siaga.places import regions
from siaga.reports import pictures
from siaga.reports.kinds import kinds_now
from siaga.reports.status import UnknownReport
from siaga.reports.tables import Report
from siaga.reports.urgency import order


@dataclass(frozen=True)
class Row:
    """One report without the words of the reporter. ``same_as``: the number of the first report of the same thing."""

    code: str
    kind: str
    needs_help: bool
    status: str
    region: str | None
    created_at: datetime
    same_as: str | None
    has_picture: bool
    is_anonymous: bool


@dataclass(frozen=True)
class Shown:
    """All of one report but who made it."""

    row: Row
    what: str = field(repr=False)
    place: str | None = field(repr=False)
    lat: float | None = field(repr=False)
    lon: float | None = field(repr=False)
    happened_at: datetime | None
    when_told: str | None = field(repr=False)
    answer: str | None = field(repr=False)
    picture: bytes | None = field(repr=False)
    group: tuple[str, ...]


def listed(
    session: Session,
    *,
    region: str | None = None,
    ended: bool = False,
    kind: str | None = None,
    status: str | None = None,
    skip: int = 0,
    limit: int = 100,
) -> list[Row]:
    """Reports, those first that need help, then by kind, then the oldest.

    Args:
        region: only those in it: the code of a province, kabupaten/kota or kecamatan.
        ended: also those that are done or closed.
        kind: only those of it; ``status``: only those that have it, ended or not.
    """
    query = select(Report)
    if status:
        query = query.where(Report.status == status)
    elif not ended:
        query = query.where(Report.status.not_in(("done", "closed")))
    if kind:
        query = query.where(Report.kind == kind)
    if region:
        query = query.where(
            or_(
                Report.regency_code == region,
                Report.regency_code.like(f"{region}.%"),
                Report.district_code == region,
            )
        )
    rank = {kind.id: place for place, kind in enumerate(kinds_now().all)}
    found = sorted(
        session.scalars(query), key=lambda one: order(one.needs_help, rank.get(one.kind, len(rank)), one.created_at)
    )
    heads = _codes(session, {one.group_id for one in found if one.group_id})
    return [_row(one, heads) for one in found[skip : skip + limit]]


def regencies(session: Session) -> list[str]:
    """The codes of the kabupaten/kota that there are reports from."""
    query = select(Report.regency_code).where(Report.regency_code.is_not(None)).distinct()
    return sorted(session.scalars(query))


def row(session: Session, code: str) -> Row:
    """One report without what was told.

    Raises:
        UnknownReport: no report has this number.
    """
    report = _named(session, code)
    return _row(report, _codes(session, {report.group_id} if report.group_id else set()))


def contact_of(session: Session, code: str) -> int | None:
    """The contact who made a report; None for who stayed unknown.

    Raises:
        UnknownReport: no report has this number.
    """
    contact_id: int | None = _named(session, code).contact_id
    return contact_id


def picture(session: Session, code: str, *, actor: str) -> tuple[bytes, str] | None:
    """The picture of a report and its type, which the audit log notes; None without one, or while it is on its way.

    Raises:
        UnknownReport: no report has this number.
    """
    report = _named(session, code)
    content = pictures.content(session, report)
    if content is None:
        return None
    note(session, actor, "report.picture", {"report": code})
    return content, str(media.get(session, report.picture).mime)


def show(session: Session, code: str, *, actor: str, now: datetime) -> Shown:
    """One report with the reporter's words, which the audit log notes.

    Raises:
        UnknownReport: no report has this number.
    """
    pictures.bring_in(session, now)
    report = _named(session, code)
    note(session, actor, "report.show", {"report": code})
    head = report.group_id or report.id
    group = session.scalars(
        select(Report.code)
        .where(or_(Report.id == head, Report.group_id == head), Report.id != report.id)
        .order_by(Report.id)
    ).all()
    heads = _codes(session, {report.group_id} if report.group_id else set())
    return Shown(
        _row(report, heads),
        report.what,
        report.place,
        report.lat,
        report.lon,
        report.happened_at,
        report.when_told,
        report.answer,
        pictures.content(session, report),
        tuple(group),
    )


def _named(session: Session, code: str) -> Report:
    report = session.execute(select(Report).where(Report.code == code)).scalar_one_or_none()
    if report is None:
        raise UnknownReport("no report has this number")
    return report


def _codes(session: Session, ids: set[int]) -> dict[int, str]:
    return dict(session.execute(select(Report.id, Report.code).where(Report.id.in_(ids))).all()) if ids else {}


def _row(report: Report, heads: dict[int, str]) -> Row:
    region = report.district_code or report.regency_code
    return Row(
        report.code,
        report.kind,
        report.needs_help,
        report.status,
        regions.full_name(region) if region else None,
        report.created_at,
        heads.get(report.group_id),
        report.picture is not None,
        report.contact_id is None,
    )
