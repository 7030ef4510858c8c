"""Whether what was told of a person agrees with official data: on a list that was imported, or in another registry.

A registration that cannot be compared yet waits, and is told about once it is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db.bulk import is_any
from siaga.people import notices
from siaga.people.names import name_birth_index, same_name
from siaga.people.tables import ContactPerson, Person
from siaga.places.timezone import zone
from siaga.registration import writes
from siaga.registration.people import nik_index, shown_name
from siaga.registration.records import Submission
from siaga.registration.tables import OfficialPerson, Registration

NOTICE_LIFE = timedelta(days=14)
"""How long somebody may still be told the outcome."""
FIELDS = ("name", "birth_date", "sex")
"""What is compared, in the order it is told."""
UNKNOWN = "unknown"
"""Why a registration is refused whose NIK nobody has for long."""

_IN_WORDS = {"name": "nama", "birth_date": "tanggal lahir", "sex": "jenis kelamin"}


@dataclass(frozen=True)
class Known:
    """What a source says of the person with a NIK. ``source``: ``list`` or ``outside``; ``sex``: L or P."""

    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: str | None = None
    regency_code: str | None = None
    district_code: str | None = None
    phone: str | None = field(default=None, repr=False)
    source: str = "list"


class CannotTell(Exception):
    """A source does not answer now; what waits for it goes on waiting."""


Lookup = Callable[[str], "Known | None"]
"""Another registry: what it knows of a NIK, None where it knows that nobody has it; raises ``CannotTell``."""


def compare(told: Known, official: Known) -> frozenset[str]:
    """What differs of ``FIELDS``, nothing if they agree; what one of the two does not know does not differ.

    It does not matter which of the two is which.
    """
    differs = set()
    if not same_name(told.name, official.name):
        differs.add("name")
    if told.birth_date != official.birth_date:
        differs.add("birth_date")
    if told.sex and official.sex and told.sex != official.sex:
        differs.add("sex")
    return frozenset(differs)


def has_lists(session: Session) -> bool:
    """Whether an official list was ever imported."""
    return bool(session.execute(select(exists().where(OfficialPerson.id > 0))).scalar())


def on_lists(session: Session, nik: str) -> Known | None:
    """What the official lists say of a NIK."""
    return _listed(session, [nik]).get(nik_index(nik))


def _listed(session: Session, niks: list[str]) -> dict[bytes, Known]:
    rows = session.execute(
        select(OfficialPerson).where(is_any(OfficialPerson.nik_index, [nik_index(nik) for nik in niks]))
    ).scalars()
    return {
        bytes(row.nik_index): Known(
            row.name,
            date.fromisoformat(row.birth_date),
            row.sex,
            row.regency_code,
            row.district_code,
            row.phone,
        )
        for row in rows
    }


def first_status(session: Session, submission: Submission, person_id: int, told: dict[str, str] | None) -> str:
    """The status of a new registration: ``confirmed``, or ``waiting_validation``.

    Without any list it is believed, unless something about it is doubtful: the birth date is not the NIK's, somebody
    else told something else before, or a similar person is known. With lists it is believed if it agrees with them.
    """
    if told is not None or submission.doubted or not submission.birth_date_matches_nik:
        return "waiting_validation"
    person = session.execute(
        select(Person).where(Person.id == person_id).execution_options(populate_existing=True)
    ).scalar_one()
    if person.validated_at is not None or not has_lists(session):
        return "confirmed"
    official = on_lists(session, person.nik)
    if official is None or compare(_of_person(person), official):
        return "waiting_validation"
    _mark(person, official, submission.at)
    return "confirmed"


@dataclass(frozen=True)
class Swept:
    """What came of a batch of waiting registrations. ``last``: the id of the last one looked at, None if none is left."""

    agreed: int = 0
    differed: int = 0
    waiting: int = 0
    last: int | None = None


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

    Those that agree are confirmed, those that differ refused, and their contacts told once; the others go on waiting,
    with ``give_up`` not longer than that since they were made, where there is anything to compare with at all. Safe to
    run in several processes at once: outside registries are asked before any row is locked.
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
    known, answers = _known(session, [row.nik for row in waiting], lookup)
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
        official = known.get(bytes(person.nik_index))
        if official is None:
            too_old = oldest is not None and registration.created_at < oldest
            if too_old and (lookup is None or answers):
                _refuse(session, registration, person, [UNKNOWN], now)
                differed += 1
            continue
        differs = compare(_as_told(registration, person), official)
        if differs:
            _refuse(session, registration, person, [name for name in FIELDS if name in differs], now)
            differed += 1
        else:
            _confirm(session, registration, person, official, now)
            agreed += 1
    session.flush()
    return Swept(agreed, differed, len(waiting) - agreed - differed, waiting[-1].id)


def _known(session: Session, niks: list[str], lookup: Lookup | None) -> tuple[dict[bytes, Known], bool]:
    """What is known of these NIKs, and whether the outside registry answered for all that are on no list."""
    known = _listed(session, niks)
    if lookup is None:
        return known, False
    for nik in niks:
        index = nik_index(nik)
        if index in known:
            continue
        try:
            found = lookup(nik)
        except CannotTell:
            # The others wait too, rather than each for its own time limit.
            return known, False
        if found is not None:
            known[index] = found
    return known, True


def _of_person(person: Person) -> Known:
    return Known(person.name, date.fromisoformat(person.birth_date), person.sex)


def _as_told(registration: Registration, person: Person) -> Known:
    """What this registration's contact told, which may differ from what is on file."""
    if registration.told is None:
        return _of_person(person)
    return Known(registration.told["name"], date.fromisoformat(registration.told["birth_date"]), person.sex)


def _mark(person: Person, official: Known, at: datetime) -> None:
    person.validated_at = at
    person.validated_by = official.source
    if person.phone is None and official.phone:
        person.phone = official.phone


def _confirm(session: Session, registration: Registration, person: Person, official: Known, now: datetime) -> None:
    told = registration.told
    if told is not None:
        # Who told what is officially so looks after the person from now on, whoever else did before.
        person.name, person.birth_date = told["name"], told["birth_date"]
        person.name_birth_index = name_birth_index(person.name, person.birth_date)
        bond = insert(ContactPerson).values(
            contact_id=registration.contact_id,
            person_id=person.id,
            relation=told.get("relation", "other"),
            guardian=told.get("guardian") == "yes",
        )
        session.execute(bond.on_conflict_do_nothing())
        registration.told = None
    _mark(person, official, now)
    registration.status, registration.validated_at = "confirmed", now
    session.flush()
    writes.queue_registration(session, registration.id)
    _tell(session, "validated", registration, person, told, now)


def _refuse(session: Session, registration: Registration, person: Person, why: list[str], now: datetime) -> None:
    registration.status, registration.validated_at = "refused", now
    registration.refused_for = ",".join(why)
    reason = reason_words(registration.refused_for)
    _tell(session, "not_validated", registration, person, registration.told, now, alasan=reason)


def reason_words(refused_for: str) -> str:
    """What does not agree, in the citizen's words: never what the official data say."""
    if refused_for == UNKNOWN:
        return "NIK belum ditemukan di data resmi"
    names = " dan ".join(_IN_WORDS[name] for name in refused_for.split(",") if name in _IN_WORDS)
    return f"{names} belum sama dengan data resmi"


def _tell(
    session: Session,
    kind: str,
    registration: Registration,
    person: Person,
    told: dict[str, Any] | None,
    now: datetime,
    **values: str,
) -> None:
    notices.plan(
        session,
        kind,
        f"registration:{registration.id}",
        contact_id=registration.contact_id,
        person_id=person.id,
        values={"nama": shown_name(session, registration.contact_id, person, told), **values},
        due_at=now,
        until=now + NOTICE_LIFE,
        zone=zone(person.regency_code).key,
    )
