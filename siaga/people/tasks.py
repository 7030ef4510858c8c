"""What a person at the desk has to do for a contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.tables import Task


def open_task(
    session: Session,
    kind: str,
    data: Mapping[str, Any],
    *,
    contact_id: int | None,
    message_id: str,
    person_id: int | None = None,
) -> None:
    """Put a task on the desk; the same message opens no second one. ``contact_id`` None: nobody is to be told."""
    row = insert(Task).values(
        kind=kind, data=dict(data), contact_id=contact_id, person_id=person_id, caused_by=f"{message_id}:{kind}"
    )
    session.execute(row.on_conflict_do_nothing(index_elements=[Task.caused_by]))
