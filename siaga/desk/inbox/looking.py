"""Who looked into a conversation, in the audit log."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.db import audit
from siaga.db.audit import Audit

SHOW, FILE = "inbox.show", "inbox.file"
AGAIN = timedelta(minutes=10)
"""The page of a conversation asks for news and for its pictures by itself: so long that is one look."""


def note_look(session: Session, login: str, action: str, **at_what: int) -> None:
    """Note that somebody looks at something, unless it is noted already that they do."""
    noted = select(Audit.id).where(
        Audit.actor == login, Audit.action == action, Audit.at > func.now() - AGAIN, Audit.detail == at_what
    )
    if session.scalar(noted.limit(1)) is None:
        audit.note(session, login, action, at_what)
