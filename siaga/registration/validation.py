"""Whether what was told of a person agrees with official data: on a list that was imported, or in another registry.

A registration that cannot be compared yet waits, and is told about once it is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from siaga.db import transaction
from siaga.db.bulk import is_any
from siaga.people import notices
from siaga.people.names import same_name
from siaga.people.tables import Person
from siaga.places.timezone import zone
from siaga.registration import writes
from siaga.registration.gateways.access import compares, is_outside
from siaga.registration.gateways.base import Known, Unavailable
from siaga.registration.people import nik_index, person_by_nik, settle, shown_name
from siaga.registration.records import Submission
from siaga.registration.tables import OfficialPerson, Registration
from siaga.settings import settings

NOTICE_LIFE = timedelta(days=14)
"""How long somebody may still be told the outcome."""
FIELDS = ("name", "birth_date", "sex")
"""What is compared, in the order it is told."""
LIST, OUTSIDE = "list", "outside"
"""What a person's data agreed with."""
UNKNOWN = "unknown"
"""Why a registration is refused of whose NIK nothing official is known that could be compared, for staff."""

WAY_ON = (
    "Cek lagi NIK, nama, dan tanggal lahirnya di KTP atau KK. Kalau sudah benar, bawa KTP atau KK ke puskesmas untuk "
    "dicocokkan."
)
"""What is told with every refusal: neither what differs, nor whether anybody has the NIK."""


Lookup = Callable[[str], "Known | None"]
"""Another registry: what it knows of a NIK, None where it knows that nobody has it; raises ``Unavailable``."""


def compare(told: Known, official: Known) -> frozenset[str]:
    """What differs of ``FIELDS``, nothing if they agree; what one of the two does not know does not differ.

    It does not matter which of the two is which.
    """
    differs = set()
    if told.name and official.name and not same_name(told.name, official.name):
        differs.add("name")
    if told.birth_date and official.birth_date and told.birth_date != official.birth_date:
        differs.add("birth_date")
    if told.sex and official.sex and told.sex != official.sex:
        differs.add("sex")
    return frozenset(differs)


def is_enough(official: Known) -> bool:
    """Whether there is enough to compare with: a registry may show no more than a mask.

    A birth date alone is not, as it follows from the NIK.
    """
    return official.name is not None and official.birth_date is not None


def has_lists(session: Session) -> bool:
    """Whether an official list was ever imported."""
    return bool(session.execute(select(exists().where(OfficialPerson.id > 0))).scalar())


def is_compared(session: Session) -> bool:
    """Whether there is anything official that registrations are compared with."""
    return is_outside() or has_lists(session)


def on_lists(session: Session, nik: str) -> Known | None:
    """What the official lists say of a NIK."""
    return _listed(session, [nik]).get(nik_index(nik))


def _listed(session: Session, niks: list[str]) -> dict[bytes, Known]:
    rows = session.execute(
        select(OfficialPerson).where(is_any(OfficialPerson.nik_index, [nik_index(nik) for nik in niks]))
    ).scalars()
    return {
        bytes(row.nik_index): Known(
            outside_id="",
            name=row.name,
            birth_date=date.fromisoformat(row.birth_date),
            sex=row.sex,
            regency_code=row.regency_code,
            district_code=row.district_code,
            phone=row.phone,
        )
        for row in rows
    }


def first_status(session: Session, submission: Submission, person_id: int) -> str:
    """The status of a new registration: ``confirmed``, or ``waiting_validation``.

    Without any list or outside registry it is believed, unless something about what was told is doubtful, such as a
    birth date that is not the NIK's. With them it is believed if it agrees with what they say.
    """
    if submission.doubted or not submission.birth_date_matches_nik:
        return "waiting_validation"
    person = session.execute(
        select(Person).where(Person.id == person_id).execution_options(populate_existing=True)
    ).scalar_one()
    if person.validated_at is not None or not is_compared(session):
        return "confirmed"
    official = on_lists(session, person.nik)
    if official is None and submission.agrees_outside:
        _mark(session, person, OUTSIDE, None, submission.at)
        return "confirmed"
    if official is None or compare(_of_person(person), official):
        return "waiting_validation"
    _mark(session, person, LIST, official.phone, submission.at)
    return "confirmed"


AT_ONCE = 200
"""Registrations compared in one transaction."""


@dataclass(frozen=True)
class Swept:
    """What came of a batch of waiting registrations. ``last``: the id of the last one, None if there was none."""

    agreed: int = 0
    differed: int = 0
    waiting: int = 0
    last: int | None = None


def validate_all(now: datetime, *, lookup: Lookup | None = None, batch: int = AT_ONCE) -> Swept:
    """``validate_waiting`` for all that wait, a batch a transaction; what came of them together.

    Nothing waits longer than ``validation_days`` where there is anything to compare with. A registry that hides names
    is not asked, and where there is one nobody is refused: who is on no list waits for staff to see the card, and so
    does who differs from one, as it would tell otherwise that the NIK is known.
    """
    with transaction() as session:
        settle_disputes(session, now, batch)
    total = Swept()
    give_up: timedelta | None = timedelta(days=settings().validation_days)
    if is_outside() and not compares():
        lookup = give_up = None
    after = 0
    while True:
        with transaction() as session:
            done = validate_waiting(session, now, batch, after=after, lookup=lookup, give_up=give_up)
        if done.last is None:
            return total
        after = done.last
        total = Swept(
            total.agreed + done.agreed, total.differed + done.differed, total.waiting + done.waiting, done.last
        )


def settle_disputes(session: Session, now: datetime, limit: int) -> int:
    """Give NIKs to those whose data the official lists have, who were confirmed before there was such a list; how many.

    Nobody is told: neither has learned that there is another, and each keeps what they have.
    """
    holder = aliased(Person)
    rows = session.execute(
        select(Person, OfficialPerson.phone)
        .join(OfficialPerson, OfficialPerson.nik_index == Person.nik_index)
        .outerjoin(holder, (holder.nik_index == Person.nik_index) & ~holder.disputed)
        .where(
            Person.disputed,
            Person.validated_at.is_(None),
            holder.validated_at.is_(None),
            OfficialPerson.name_birth_index == Person.name_birth_index,
        )
        .order_by(Person.id)
        .limit(limit)
        .with_for_update(of=Person, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for person, phone in rows:
        _mark(session, person, LIST, phone, now)
    session.flush()
    return len(rows)


def validate_waiting(
    session: Session,
    now: datetime,
    limit: int,
    *,
    after: int = 0,
    lookup: Lookup | None = None,
    give_up: timedelta | None = None,
) -> Swept:
    """Compare up to ``limit`` waiting registrations, those with ids above ``after``, with what is officially known.

    Those that agree are confirmed, and their contacts told at once. All others wait alike: nobody learns from an
    answer, or from when it comes, whether a NIK is known. With ``give_up`` they are refused so long after they were
    made, where there is anything to compare with at all. Safe to run in several processes at once: outside registries
    are asked before any row is locked.
    """
    waiting = session.execute(
        select(Registration.id, Person.nik)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.status == "waiting_validation", Registration.id > after)
        .order_by(Registration.id)
        .limit(limit)
    ).all()
    if not waiting:
        return Swept()
    found, answers = _known(session, [row.nik for row in waiting], lookup)
    oldest = now - give_up if give_up is not None and (answers or has_lists(session)) else None
    agreed = differed = 0
    locked = session.execute(
        select(Registration, Person)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.id.in_([row.id for row in waiting]), Registration.status == "waiting_validation")
        .order_by(Registration.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for registration, person in locked:
        official, source = found.get(bytes(person.nik_index), (None, LIST))
        differs = None if official is None or not is_enough(official) else compare(_of_person(person), official)
        if official is not None and differs is not None and not differs:
            _mark(session, person, source, official.phone, now)
            confirm(session, registration, person, now)
            agreed += 1
        elif oldest is not None and registration.created_at < oldest and (lookup is None or answers):
            why = [UNKNOWN] if differs is None else [name for name in FIELDS if name in differs]
            _refuse(session, registration, person, why, now)
            differed += 1
    session.flush()
    return Swept(agreed, differed, len(waiting) - agreed - differed, waiting[-1].id)


def _known(session: Session, niks: list[str], lookup: Lookup | None) -> tuple[dict[bytes, tuple[Known, str]], bool]:
    """What is known of these NIKs and by which source, and whether the outside registry answered for all on no list."""
    found = {index: (known, LIST) for index, known in _listed(session, niks).items()}
    if lookup is None:
        return found, False
    for nik in niks:
        index = nik_index(nik)
        if index in found:
            continue
        try:
            known = lookup(nik)
        except Unavailable:
            # The others wait too, rather than each for its own time limit.
            return found, False
        if known is not None:
            found[index] = (known, OUTSIDE)
    return found, True


def _of_person(person: Person) -> Known:
    return Known("", person.name, date.fromisoformat(person.birth_date), person.sex)


def _mark(session: Session, person: Person, source: str, phone: str | None, at: datetime) -> None:
    person.validated_at, person.validated_by = at, source
    if person.phone is None and phone:
        person.phone = phone
    holder = person_by_nik(session, person.nik)
    believed = select(Person.validated_at).where(Person.id == holder)
    if session.execute(believed).scalar_one_or_none() is None:
        settle(session, person)


def confirm(session: Session, registration: Registration, person: Person, now: datetime) -> None:
    """Believe a registration, whose person the caller has found right: its contact is told."""
    registration.status, registration.validated_at = "confirmed", now
    session.flush()
    writes.queue_registration(session, registration.id)
    _tell(session, "validated", registration, person, now)


def _refuse(session: Session, registration: Registration, person: Person, why: list[str], now: datetime) -> None:
    registration.status, registration.validated_at = "refused", now
    registration.refused_for = ",".join(why)
    _tell(session, "not_validated", registration, person, now, lanjut=WAY_ON)


def _tell(
    session: Session,
    kind: str,
    registration: Registration,
    person: Person,
    now: datetime,
    **values: str,
) -> None:
    notices.plan(
        session,
        kind,
        f"registration:{registration.id}",
        contact_id=registration.contact_id,
        person_id=person.id,
        values={"nama": shown_name(session, registration.contact_id, person), **values},
        due_at=now,
        until=now + NOTICE_LIFE,
        zone=zone(person.regency_code).key,
    )
