"""What contacts are told without having just asked: planned by the capabilities, sent by ``siaga.reminders``.

A notice is written in the transaction of what it is about, so that it exists, moves and goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.tables import Notice


def plan(
    session: Session,
    kind: str,
    about: str,
    *,
    contact_id: int,
    values: Mapping[str, str],
    due_at: datetime,
    until: datetime,
    zone: str,
    person_id: int | None = None,
    urgent: bool = False,
) -> None:
    """Plan a notice, or change it: there is one of a kind about a thing for a contact.

    One that has been sent is sent again only if it is due at another time than it was.

    Args:
        kind: names its words: the responses and the template (``siaga.reminders``).
        about: what it hangs on, such as an appointment's code; never personal data.
        values: what fills in the words.
        due_at: from when; ``until``: after that it is of no use, and is not sent any more.
        zone: whose daytime is waited for, such as ``Asia/Makassar``; ``urgent`` does not wait.
    """
    row = insert(Notice).values(
        key=f"{kind}:{about}:{contact_id}",
        contact_id=contact_id,
        person_id=person_id,
        kind=kind,
        about=about,
        values=dict(values),
        zone=zone,
        urgent=urgent,
        due_at=due_at,
        until=until,
    )
    changed = {name: row.excluded[name] for name in ("person_id", "values", "zone", "urgent", "due_at", "until")}
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Notice.key],
            set_={**changed, "status": "planned", "status_at": func.now()},
            where=(Notice.status != "sent") | (Notice.due_at != row.excluded.due_at),
        )
    )


def take_back(session: Session, about: str, *, contact_id: int | None = None) -> None:
    """Cancel all that is still planned about something, for one contact or for all."""
    which = [Notice.about == about, Notice.status == "planned"]
    if contact_id is not None:
        which.append(Notice.contact_id == contact_id)
    session.execute(
        update(Notice)
        .where(*which)
        .values(status="cancelled", status_at=func.now())
        .execution_options(synchronize_session=False)
    )
