"""Whether the name and birth date on file may be put on paper."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people.tables import Person
from siaga.registration.people import LIVE
from siaga.registration.tables import Registration


def is_believed(session: Session, person_id: int) -> bool:
    """Whether a person's data agree with official ones, or nothing speaks against what was registered.

    They are doubtful while the person's newest registration waits to be compared, or was refused. What others told of
    the same NIK is on file beside, and says nothing about these data.
    """
    validated = session.execute(select(Person.validated_at).where(Person.id == person_id)).scalar_one_or_none()
    if validated is not None:
        return True
    newest = session.execute(
        select(Registration.status)
        .where(Registration.person_id == person_id, Registration.status.in_(LIVE))
        .order_by(Registration.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return newest in (None, "confirmed")


def may_have_doses(session: Session, person_id: int) -> bool:
    """Whether what another registry knows of the NIK is theirs, too: not of who disputes it, until it is validated."""
    # Both are asked of everybody, so that it takes as long for who disputes a NIK.
    believed = is_believed(session, person_id)
    query = select(Person.disputed, Person.validated_at).where(Person.id == person_id)
    row = session.execute(query).one_or_none()
    return believed and row is not None and (not row.disputed or row.validated_at is not None)
