"""People on file: who they are by NIK, and who may see and correct them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import LargeBinary, String, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.prepared import Prepared, given
from siaga.doses import hand_over_known
from siaga.people.names import name_birth_index, same_name
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.privacy import blind_index, mask_name, mask_nik
from siaga.registration.appointments import booked_appointment
from siaga.registration.nik import read_nik
from siaga.registration.records import Bookable, Registered, Submission
from siaga.registration.tables import Appointment, Registration
from siaga.registration.tables import Session as VaccinationSession

LIVE = ("confirmed", "waiting_validation", "refused")
"""The statuses of a registration that counts; one refused does, until it is made anew: its place is still held."""


ACCEPTED = ("confirmed", "waiting_validation")
"""The statuses with which a place may be looked for; one refused is to be made anew first."""

# Made once: the one is asked at each step of a registration from its name on, the other whenever one opens.
_OF_NIK = Prepared(
    select(
        Person.name,
        Person.birth_date,
        exists()
        .where(
            Appointment.person_id == Person.id,
            Appointment.status == "booked",
            VaccinationSession.id == Appointment.session_id,
            VaccinationSession.ends_at > given("now", UtcDateTime),
        )
        .label("held"),
    ).where(Person.nik_index == given("nik", LargeBinary))
)
_MINE = Prepared(
    select(
        Registration.id,
        Registration.person_id,
        Registration.status,
        Person.nik,
        Person.name,
        Registration.refused_for,
        ContactPerson.relation,
        ContactPerson.sees_name,
    )
    .join(Contact, Contact.id == Registration.contact_id)
    .join(Person, Person.id == Registration.person_id)
    .outerjoin(
        ContactPerson,
        (ContactPerson.contact_id == Registration.contact_id) & (ContactPerson.person_id == Registration.person_id),
    )
    .where(Contact.key == given("key", String), Registration.status.in_(LIVE))
    .order_by(Registration.id)
)


def nik_index(nik: str) -> bytes:
    """The blind index under which a NIK is found, however it is spaced."""
    return blind_index("".join(filter(str.isdigit, nik)), "person.nik")


def person_by_nik(session: Session, nik: str) -> int | None:
    """The id of the person with this NIK; not of those who dispute it."""
    query = select(Person.id).where(Person.nik_index == nik_index(nik), ~Person.disputed)
    return session.execute(query).scalar_one_or_none()


def all_by_nik(session: Session, nik: str) -> list[int]:
    """The ids of all who were registered with this NIK, the one who is not disputed first."""
    query = select(Person.id).where(Person.nik_index == nik_index(nik)).order_by(Person.disputed, Person.id)
    return list(session.execute(query).scalars())


def find(session: Session, nik: str, now: datetime | None) -> Registered | None:
    """The registered person with this NIK, masked, for anyone who knows the number."""
    person_id = person_by_nik(session, nik)
    return None if person_id is None else masked(session, person_id, now)


def masked(session: Session, person_id: int, now: datetime | None) -> Registered | None:
    """A registered person as strangers may know them; None without a live registration."""
    query = (
        select(Registration.status, Person.nik, Person.name)
        .join(Person, Person.id == Registration.person_id)
        .where(Person.id == person_id, Registration.status.in_(LIVE))
        .order_by(Registration.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return Registered(
        person_id=person_id,
        masked_nik=mask_nik(row.nik),
        masked_name=mask_name(row.name),
        status=row.status,
        appointment=booked_appointment(session, person_id, now),
    )


def registered_by(session: Session, contact_key: str, now: datetime | None) -> list[Registered]:
    """The people a contact has registered, in the order of their newest registration, with their names."""
    return [
        Registered(
            person_id=row.person_id,
            masked_nik=mask_nik(row.nik),
            masked_name=mask_name(row.name),
            status=row.status,
            appointment=booked_appointment(session, row.person_id, now),
            name=_name_for(row.name, row.sees_name),
            relation=row.relation,
            refused_for=row.refused_for,
        )
        for row in _MINE.all(session, key=contact_key)
    ]


def name_mask(name: str) -> str:
    """``Warga Uji 001`` -> ``W•••• U•• 0••``: a mask that WhatsApp does not take for bold."""
    return mask_name(name).replace("*", "•")


def _name_for(name: str, sees_name: bool | None) -> str:
    return name_mask(name) if sees_name is False else name


def shown_name(session: Session, contact_id: int, person: Person) -> str:
    """A person's name as a contact who registered them may read it: as on file, or the mask of it."""
    query = select(ContactPerson.sees_name).where(
        ContactPerson.contact_id == contact_id, ContactPerson.person_id == person.id
    )
    return _name_for(person.name, session.execute(query).scalar_one_or_none())


def holds_place(session: Session, contact_key: str, nik: str, now: datetime | None) -> bool:
    """Whether this contact has registered the person with this NIK, and they hold an appointment.

    Of those whom others registered it tells nothing, nor does it take longer for them.
    """
    persons = all_by_nik(session, nik)
    mine = registered_by(session, contact_key, now)
    return any(one.person_id in persons and one.appointment is not None for one in mine)


def is_registered_elsewhere(session: Session, nik: str, name: str, birth_date: date, now: datetime) -> bool:
    """Whether the person with this NIK holds an appointment, asked by who knows their name and birth date, too.

    Nobody learns from a NIK alone that somebody has it.
    """
    told = {"name": name, "birth_date": birth_date.isoformat()}
    return any(
        row.held and _same_person(told, {"name": row.name, "birth_date": row.birth_date})
        for row in _OF_NIK.all(session, nik=nik_index(nik), now=now)
    )


def bookable(session: Session, contact_key: str, person_id: int) -> Bookable | None:
    """What is known of somebody for whom a contact may look for a place; None without a registration that allows it."""
    row = session.execute(
        select(Registration.outcome, Registration.postponed_until, Person.regency_code, Person.district_code)
        .join(Contact, Contact.id == Registration.contact_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Contact.key == contact_key, Person.id == person_id, Registration.status.in_(ACCEPTED))
        .order_by(Registration.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Bookable(person_id=person_id, **row._mapping)


@dataclass(frozen=True)
class OnFile:
    """Who of a NIK's rows is meant by what was told: None nobody; ``taken``: the NIK has a row that is not disputed."""

    person_id: int | None
    taken: bool


def meant(session: Session, contact_id: int, nik: str, name: str, birth_date: date) -> OnFile:
    """Whom a contact means who tells a NIK, a name and a birth date: the one of these, or else one they look after.

    From anyone else a known NIK leads to nobody: what they told is put on file beside, as of a person of its own, so
    that all that follows is as it is for a NIK that nobody has. The caller holds the lock on the NIK.
    """
    told = {"name": name, "birth_date": birth_date.isoformat()}
    cared_for = exists().where(ContactPerson.person_id == Person.id, ContactPerson.contact_id == contact_id)
    query = (
        select(Person.id, Person.name, Person.birth_date, Person.disputed, cared_for.label("cared_for"))
        .where(Person.nik_index == nik_index(nik))
        .order_by(Person.disputed, Person.id)
    )
    rows = session.execute(query).all()
    same = [row.id for row in rows if _same_person(told, {"name": row.name, "birth_date": row.birth_date})]
    found = same + [row.id for row in rows if row.cared_for]
    return OnFile(found[0] if found else None, any(not row.disputed for row in rows))


def put_on_file(session: Session, submission: Submission, contact_id: int, known: OnFile) -> int:
    """The id of a submission's person, made or brought up to date; from now on the contact looks after them.

    ``known`` is what ``meant`` found, under the same lock.
    """
    nik = read_nik(submission.nik)
    details = {
        "name": submission.name,
        "birth_date": submission.birth_date.isoformat(),
        "name_birth_index": name_birth_index(submission.name, submission.birth_date),
        "regency_code": submission.regency_code,
        "district_code": submission.district_code,
    }
    person_id = known.person_id
    if person_id is None:
        new = insert(Person).values(
            nik=nik.number, nik_index=nik_index(nik.number), sex=nik.sex, disputed=known.taken, **details
        )
        person_id = session.execute(new.returning(Person.id)).scalar_one()
    else:
        person = session.get(Person, person_id, populate_existing=True)
        if person.birth_date != details["birth_date"] or not same_name(person.name, submission.name):
            # What was validated is not what is on file any more.
            person.validated_at = person.validated_by = None
        for column, value in details.items():
            setattr(person, column, value)
    bond = insert(ContactPerson).values(
        contact_id=contact_id, person_id=person_id, relation=submission.relation, guardian=submission.guardian
    )
    session.execute(
        bond.on_conflict_do_update(
            index_elements=[ContactPerson.contact_id, ContactPerson.person_id],
            set_={
                "relation": bond.excluded.relation,
                "guardian": or_(ContactPerson.guardian, bond.excluded.guardian),
                # They have told the name themselves.
                "sees_name": True,
            },
        )
    )
    return int(person_id)


def settle(session: Session, person: Person) -> None:
    """Of the rows of this NIK it is this one that is right: the others are disputed, and stay as they are.

    What official sources know of the NIK's doses goes with it. The caller holds the lock on the NIK, or on this row.
    """
    if not person.disputed:
        return
    former = person_by_nik(session, person.nik)
    session.execute(
        update(Person)
        .where(Person.nik_index == person.nik_index, ~Person.disputed)
        .values(disputed=True)
        .execution_options(synchronize_session=False)
    )
    person.disputed = False
    session.flush()
    if former is not None:
        hand_over_known(session, former, person.id)


def _same_person(told: dict[str, str], on_file: dict[str, str]) -> bool:
    def plain(details: dict[str, str]) -> tuple[str, str]:
        return "".join(filter(str.isalnum, details["name"].casefold())), details["birth_date"]

    return plain(told) == plain(on_file)
