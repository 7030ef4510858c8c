"""What becomes of a contact's reports when the contact is erased."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siaga.people.tables import Task
from siaga.privacy import mask_name, mask_text
from siaga.reports.pictures import WAITING
from siaga.reports.recording import TASK, unlinked
from siaga.reports.tables import Report

ENDED = ("done", "closed")
"""Nobody works on these any more."""


def part(session: Session, contact_id: int, names: Collection[str]) -> tuple[int, int]:
    """Erase a contact's reports; those on which somebody still works stay, as of a reporter who is unknown.

    Somebody else may wait for that help. In their words numbers, dates and ``names`` are masked.

    Returns:
        How many were erased, and how many stay.
    """
    reports = session.scalars(select(Report).where(Report.contact_id == contact_id).with_for_update()).all()
    erased = 0
    for report in reports:
        cause = f"{report.message_id}:{TASK}"
        if report.status in ENDED:
            session.delete(report)
            erased += 1
            continue
        report.message_id = unlinked(report.message_id)
        report.contact_id = None
        session.execute(
            update(Task)
            .where(Task.caused_by == cause)
            .values(contact_id=None, caused_by=f"{report.message_id}:{TASK}")
            .execution_options(synchronize_session=False)
        )
        for column in ("what", "place", "when_told", "answer"):
            said = getattr(report, column)
            if said is not None:
                setattr(report, column, without(said, names))
        if (report.picture or "").startswith(WAITING):
            report.picture = None
    session.flush()
    return erased, len(reports) - erased


def without(text: str, names: Collection[str]) -> str:
    """Free text with long numbers, dates and these names masked."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), mask_name(name), text, flags=re.IGNORECASE)
    return mask_text(text)
