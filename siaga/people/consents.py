"""Which consents stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists

from siaga.people.tables import Consent


def is_taken_back(bond: Any) -> Any:
    """The condition that the contact of ``bond`` (a row with ``contact_id`` and ``person_id``) has agreed to something
    for its person, and nothing of it stands any more."""
    theirs = and_(Consent.contact_id == bond.contact_id, Consent.person_id == bond.person_id)
    return and_(exists().where(theirs), ~exists().where(theirs, Consent.withdrawn_at.is_(None)))
