"""Showing who one is: NIK, birth date, and a one-time code that goes to the phone on record.

A stranger learns nothing from it. Whoever the NIK belongs to, whether their birth date is another, whether they have a
phone on record, or whether there is nobody at all: the same is answered after the same work, and the same limits hold.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from siaga.identity.tables import IdentityCheck
from siaga.people import notices
from siaga.people.contacts import contact_by_key, ensure_contact, phone_index
from siaga.people.tables import Contact, Person
from siaga.places.timezone import zone
from siaga.privacy import blind_index
from siaga.settings import settings

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
TRIES = 3
"""Codes that may be tried in one check."""
PASS_LIFE = timedelta(minutes=30)
"""How long a contact who has shown who they are may see that person's data."""
WINDOW = timedelta(hours=24)
"""The time in which ``settings().identity_checks`` counts."""

_CAPITAL = "31"
# The first of the two numbers of our advisory locks; the second is made from what is counted.
_LOCKS = 3590


@dataclass(frozen=True)
class Passed:
    """The contact may see this person's data until ``until``."""

    person_id: int
    until: datetime


@dataclass(frozen=True)
class CodeAsked:
    """A code is waited for until ``until``, whether or not one was sent."""

    check_id: int
    until: datetime


@dataclass(frozen=True)
class TooMany:
    """The contact, or somebody about this NIK, has asked too often; nothing was begun."""


@dataclass(frozen=True)
class Wrong:
    """Not the code; so many more may be tried."""

    left: int


@dataclass(frozen=True)
class Over:
    """The check is over: too late, too many wrong codes, or there is no such check of this contact."""


def start(
    session: Session, contact_key: str, nik: str, birth_date: date, *, message_id: str, now: datetime
) -> Passed | CodeAsked | TooMany:
    """Begin a check. The same ``message_id`` again is the same check, and sends nothing twice.

    Who writes from the phone on record of that very person, or has passed for them within ``PASS_LIFE``, passes at
    once.

    Args:
        nik: 16 digits.
        birth_date: as the contact says.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    index = _nik_index(nik)
    contact = contact_by_key(session, contact_key)
    # Whoever counts waits for who counts the same, in one order: first the contact, then the NIK.
    _lock(session, contact.key.encode())
    _lock(session, index)
    known = started(session, contact_key, message_id, now)
    if known is not None:
        return known
    if _too_many(session, contact.id, index, now):
        return TooMany()
    person = _whose(session, index, birth_date)
    check = IdentityCheck(
        contact_id=contact.id,
        nik_index=index,
        person_id=person.id if person else None,
        started_at=now,
        expires_at=now + CODE_LIFE,
        caused_by=message_id,
    )
    session.add(check)
    session.flush()
    lately = _passed_lately(session, check, now)
    if person is not None and (lately or _is_own(person, contact)):
        check.passed_at = now
        session.flush()
        return Passed(person.id, now + PASS_LIFE)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    was_sent = _send(session, check, person, code, now)
    # What no code has for its hash, where none was sent.
    check.code_hash = _code_hash(message_id, code) if was_sent else secrets.token_bytes(32)
    session.flush()
    return CodeAsked(check.id, check.expires_at)


def started(session: Session, contact_key: str, message_id: str, now: datetime) -> Passed | CodeAsked | None:
    """What ``start`` gave for a message, if it began a check."""
    check = session.execute(_of_contact(contact_key).where(IdentityCheck.caused_by == message_id)).scalar_one_or_none()
    if check is None:
        return None
    if check.passed_at == check.started_at and check.person_id is not None:
        return Passed(check.person_id, check.passed_at + PASS_LIFE)
    return CodeAsked(check.id, check.expires_at)


def answer(
    session: Session, contact_key: str, check_id: int, code: str, *, message_id: str, now: datetime
) -> Passed | Wrong | Over:
    """Try a code. The same ``message_id`` again counts once.

    Args:
        code: in whatever way it is spaced.
    """
    check = session.execute(
        _of_contact(contact_key)
        .where(IdentityCheck.id == check_id)
        .with_for_update(of=IdentityCheck)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if check is None:
        return Over()
    if check.passed_at is not None:
        return _passed(check, now)
    again = check.answered_by == message_id
    if now >= check.expires_at or (check.tries >= TRIES and not again):
        return Over()
    if not again:
        check.answered_by = message_id
        given = _code_hash(check.caused_by, "".join(filter(str.isdecimal, code)))
        if hmac.compare_digest(given, bytes(check.code_hash)) and check.person_id is not None:
            check.passed_at = now
            session.flush()
            return _passed(check, now)
        check.tries += 1
        session.flush()
    left = TRIES - check.tries
    return Wrong(left) if left > 0 else Over()


def _of_contact(contact_key: str):  # type: ignore[no-untyped-def]  # a query of SQLAlchemy 1.4 has no useful type
    return select(IdentityCheck).join(Contact, Contact.id == IdentityCheck.contact_id).where(Contact.key == contact_key)


def _passed(check: IdentityCheck, now: datetime) -> Passed | Over:
    until = check.passed_at + PASS_LIFE
    return Passed(check.person_id, until) if now < until else Over()


def _nik_index(nik: str) -> bytes:
    """As ``Person.nik_index`` is made."""
    return blind_index(nik, "person.nik")


def _code_hash(message_id: str, code: str) -> bytes:
    return blind_index(f"{message_id}\0{code}", "identity_check.code")


def _lock(session: Session, what: bytes) -> None:
    key = int.from_bytes(blind_index(what.hex(), "identity_check.lock")[:4], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": _LOCKS, "key": key})


def _too_many(session: Session, contact_id: int, nik_index: bytes, now: datetime) -> bool:
    query = select(
        func.count().filter(IdentityCheck.contact_id == contact_id),
        func.count().filter(IdentityCheck.nik_index == nik_index),
    ).where(
        IdentityCheck.started_at > now - WINDOW,
        or_(IdentityCheck.contact_id == contact_id, IdentityCheck.nik_index == nik_index),
    )
    return max(session.execute(query).one()) >= settings().identity_checks


def _whose(session: Session, nik_index: bytes, birth_date: date) -> Person | None:
    """The person with this NIK, if they were born on this day."""
    person = session.execute(
        select(Person).where(Person.nik_index == nik_index, ~Person.disputed).execution_options(populate_existing=True)
    ).scalar_one_or_none()
    on_file = person.birth_date if person else ""
    same = hmac.compare_digest(on_file.encode(), birth_date.isoformat().encode())
    return person if same else None


def _is_own(person: Person, contact: Contact) -> bool:
    """Whether the contact writes from the phone on record."""
    return bool(person.phone and contact.phone_index and phone_index(person.phone) == bytes(contact.phone_index))


def _passed_lately(session: Session, check: IdentityCheck, now: datetime) -> bool:
    query = select(IdentityCheck.id).where(
        IdentityCheck.contact_id == check.contact_id,
        IdentityCheck.person_id == check.person_id,
        IdentityCheck.passed_at > now - PASS_LIFE,
    )
    return session.execute(query).first() is not None


def _send(session: Session, check: IdentityCheck, person: Person | None, code: str, now: datetime) -> bool:
    """Have the code sent to the phone on record; without one all the same is done, and then undone."""
    phone = person.phone if person else None
    nowhere = "0" * 15 + str(check.id)
    with session.begin_nested() as attempt:
        to = ensure_contact(session, phone=phone or nowhere)
        notices.plan(
            session,
            "identity_code",
            f"identity:{check.id}",
            contact_id=to.id,
            values={"kode": code, "menit": str(int(CODE_LIFE.total_seconds() // 60))},
            due_at=now,
            until=check.expires_at,
            zone=zone(person.regency_code if person else _CAPITAL).key,
            urgent=True,
        )
        if phone is None:
            attempt.rollback()
    return phone is not None
