"""The people whose data are on file because of a contact: registered now or before, with what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people.tables import Consent, Contact, ContactPerson, Person
from siaga.privacy import mask_name, mask_nik
from siaga.registration import waiting
from siaga.registration.people import registered_by, shown_name
from siaga.registration.records import Registered, WaitingView
from siaga.registration.tables import Registration


@dataclass(frozen=True)
class Kept:
    """Somebody on file. ``agreed``: this contact's consent for them stands; ``waits``: the list that they are on."""

    person: Registered
    agreed: bool
    waits: WaitingView | None = None

    @property
    def name(self) -> str:
        """As this contact may read it."""
        return self.person.name or self.person.masked_name


def kept(session: Session, contact_key: str, now: datetime) -> list[Kept]:
    """Whom a contact looks after or has registered, those whose registration counts first; past appointments are left
    out. A registration that does not count any more is ``cancelled``."""
    contact_id = session.execute(select(Contact.id).where(Contact.key == contact_key)).scalar_one_or_none()
    if contact_id is None:
        return []
    people = registered_by(session, contact_key, now)
    people += _others(session, contact_id, {person.person_id for person in people})
    agreed = set(
        session.execute(
            select(Consent.person_id).where(
                Consent.contact_id == contact_id, Consent.person_id.is_not(None), Consent.withdrawn_at.is_(None)
            )
        ).scalars()
    )
    waits = {view.person_id: view for view in waiting.listed(session, contact_key)} if people else {}
    return [Kept(person, person.person_id in agreed, waits.get(person.person_id)) for person in people]


def _others(session: Session, contact_id: int, known: set[int]) -> list[Registered]:
    """Those without a registration that counts."""
    registered = select(Registration.person_id).where(
        Registration.contact_id == contact_id, Registration.person_id.is_not(None)
    )
    theirs = set(session.execute(registered).scalars())
    bonds = select(ContactPerson.person_id, ContactPerson.relation).where(ContactPerson.contact_id == contact_id)
    relations = {row.person_id: row.relation for row in session.execute(bonds)}
    wanted = (theirs | relations.keys()) - known
    query = select(Person).where(Person.id.in_(wanted)).order_by(Person.id)
    return [
        Registered(
            person_id=person.id,
            masked_nik=mask_nik(person.nik),
            masked_name=mask_name(person.name),
            status="cancelled",
            appointment=None,
            name=shown_name(session, contact_id, person),
            relation=relations.get(person.id),
        )
        for person in (session.execute(query).scalars() if wanted else ())
    ]
