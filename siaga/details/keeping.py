"""Writing down what was told, and reading it for the statistics."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db.bulk import is_any
from siaga.details.tables import PersonDetail


def keep(
    session: Session, person_id: int, answers: Mapping[str, str], *, version: str, message_id: str, at: datetime
) -> None:
    """Keep answers by question, several values of one joined by commas; a later answer replaces an earlier one."""
    for field, value in answers.items():
        row = insert(PersonDetail).values(
            person_id=person_id, field=field, value=value, purpose_version=version, message_id=message_id, told_at=at
        )
        fresh = {name: row.excluded[name] for name in ("value", "purpose_version", "message_id", "told_at")}
        session.execute(
            row.on_conflict_do_update(index_elements=[PersonDetail.person_id, PersonDetail.field], set_=fresh)
        )


def told_by(session: Session, people: Collection[int]) -> dict[int, dict[str, str]]:
    """What these people told, by question."""
    told: dict[int, dict[str, str]] = {person_id: {} for person_id in people}
    query = select(PersonDetail.person_id, PersonDetail.field, PersonDetail.value)
    for row in session.execute(query.where(is_any(PersonDetail.person_id, list(people)))):
        told[row.person_id][row.field] = row.value
    return told


def forget(session: Session, people: Collection[int]) -> None:
    """Drop what these people told."""
    session.execute(
        delete(PersonDetail)
        .where(PersonDetail.person_id.in_(list(people)))
        .execution_options(synchronize_session=False)
    )
