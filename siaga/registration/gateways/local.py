"""Our own database as a registry: the official lists that staff import, and the doses on file."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.doses.tables import Dose
from siaga.people.tables import Person
from siaga.registration.gateways.base import (
    PERSON_UNKNOWN,
    DoseToWrite,
    Known,
    KnownDose,
    Refused,
    RegistrationToWrite,
)
from siaga.registration.people import nik_index, person_by_nik
from siaga.registration.tables import OfficialPerson


class LocalGateway:
    """The registry in the caller's transaction. It is never unavailable: without the database there is no turn."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lookup(self, nik: str) -> Known | None:
        row = self._session.execute(
            select(OfficialPerson).where(OfficialPerson.nik_index == nik_index(nik))
        ).scalar_one_or_none()
        if row is None:
            return None
        return Known(
            outside_id=str(row.id),
            name=row.name,
            birth_date=date.fromisoformat(row.birth_date),
            sex=row.sex,
            regency_code=row.regency_code,
            district_code=row.district_code,
            phone=row.phone,
        )

    def doses(self, nik: str, outside_id: str | None = None) -> list[KnownDose]:
        """The doses that an import or a registry knows of; what was only told is no registry's word."""
        rows = self._session.execute(
            select(Dose)
            .join(Person, Person.id == Dose.person_id)
            .where(Person.nik_index == nik_index(nik), ~Person.disputed, Dose.source != "told")
            .order_by(Dose.number)
        ).scalars()
        return [
            KnownDose(row.outside_id or str(row.id), row.number, row.vaccine, row.given_on, row.place, row.batch)
            for row in rows
        ]

    def write_dose(self, dose: DoseToWrite, key: str) -> str:
        person_id = self._person(dose.nik)
        known = {
            "vaccine": dose.vaccine,
            "given_on": dose.given_on,
            "place": dose.place,
            "batch": dose.batch,
            "source": "import",
            "outside_id": key,
        }
        row = insert(Dose).values(person_id=person_id, number=dose.number, **known)
        written = row.on_conflict_do_update(
            index_elements=[Dose.person_id, Dose.number],
            set_=known,
            where=(Dose.source == "told") | (Dose.outside_id == key),
        )
        if self._session.execute(written.returning(Dose.id)).scalar_one_or_none() is None:
            raise Refused("duplicate")
        return key

    def write_registration(self, registration: RegistrationToWrite, key: str) -> str:
        """A registration is on file here before it is told to anybody."""
        return str(self._person(registration.nik))

    def check(self) -> None:
        self._session.execute(select(1))

    def _person(self, nik: str) -> int:
        person_id = person_by_nik(self._session, nik)
        if person_id is None:
            raise Refused(PERSON_UNKNOWN)
        return person_id
