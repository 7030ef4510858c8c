"""The picture of a report: from where received files wait to where it stays as long as the report."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga import media
from siaga.media import received
from siaga.media.store import PREFIX
from siaga.reports.tables import Report

WAITING = "received:"
"""Begins the reference of a picture that is still on its way; the key of its message follows."""
LIFE = timedelta(days=2)
"""A picture is forgotten so long after its report; the sweep prolongs it while there is one."""


def fetch(session: Session, message_key: str, now: datetime) -> str | None:
    """The reference to keep of the picture that a message brought; None if there will be none.

    A received file belongs to a contact and is forgotten within days: it is put away anew, under what it holds, so
    that nothing leads from it to who sent it.
    """
    file = received.get(session, message_key)
    if file is None or file.status in ("refused", "gone"):
        return None
    content = received.content_of(session, message_key)
    if content is None or not (file.mime or "").startswith("image/"):
        return WAITING + message_key if file.status == "waiting" else None
    return media.put(session, content, str(file.mime), until=now + LIFE)


def bring_in(session: Session, now: datetime) -> int:
    """Put those pictures away that have arrived since their report was made; returns how many reports changed."""
    waiting = session.scalars(
        select(Report).where(Report.picture.like(WAITING + "%")).with_for_update(skip_locked=True)
    ).all()
    changed = 0
    for report in waiting:
        former = report.picture
        report.picture = fetch(session, former.removeprefix(WAITING), now)
        changed += report.picture != former
    session.flush()
    return changed


def content(session: Session, report: Report) -> bytes | None:
    """The bytes of a report's picture; None without one, or while it is on its way."""
    if not (report.picture or "").startswith(PREFIX):
        return None
    return bytes(media.get(session, report.picture).content)
