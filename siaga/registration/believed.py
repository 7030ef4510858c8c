"""Whether the name and birth date on file may be put on paper."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people.tables import Person
from siaga.registration.people import LIVE
from siaga.registration.tables import Registration


def is_believed(session: Session, person_id: int) -> bool:
    """Whether a person's data agree with official ones, or nothing speaks against what was registered.

    They are doubtful while the newest registration by somebody who looks after the person waits to be compared, or was
    refused. What others told of the same NIK is kept beside, and says nothing about the data on file.
    """
    validated = session.execute(select(Person.validated_at).where(Person.id == person_id)).scalar_one_or_none()
    if validated is not None:
        return True
    rows = session.execute(
        select(Registration.status, Registration.told)
        .where(Registration.person_id == person_id, Registration.status.in_(LIVE))
        .order_by(Registration.id.desc())
    )
    newest = next((row.status for row in rows if row.told is None), None)
    return newest in (None, "confirmed")
