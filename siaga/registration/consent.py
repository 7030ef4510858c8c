"""The consent asked before anything is kept."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from siaga.people.tables import Consent, Contact

PURPOSE = "registration"

# The wording in the domain's `utter_ask_registration_consent`; a change of meaning there takes a new version here.
CONSENT_VERSION = "2026-11"


def agreed_before(session: Session, contact_key: str) -> bool:
    """Whether a contact has agreed to this wording before, for whomever, and has taken nothing back since."""
    taken_back = (
        select(func.max(Consent.withdrawn_at))
        .join(Contact, Contact.id == Consent.contact_id)
        .where(Contact.key == contact_key, Consent.purpose == PURPOSE)
        .scalar_subquery()
    )
    query = (
        select(Consent.id)
        .join(Contact, Contact.id == Consent.contact_id)
        .where(
            Contact.key == contact_key,
            Consent.purpose == PURPOSE,
            Consent.version == CONSENT_VERSION,
            Consent.withdrawn_at.is_(None),
            or_(taken_back.is_(None), Consent.given_at > taken_back),
        )
        .limit(1)
    )
    return session.execute(query).first() is not None
