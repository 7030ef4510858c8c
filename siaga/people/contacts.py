"""Finding and making contacts by their WhatsApp aliases."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, String, any_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from siaga.db.bulk import columns_of, given_rows
from siaga.db.prepared import Prepared, given, given_all
from siaga.people.tables import Contact
from siaga.privacy import blind_index
from siaga.settings import settings

# How often somebody else may change the same contacts in between before we give up.
TRIES = 5
# How far the channel's clock and ours may be apart.
CLOCK_SKEW = timedelta(minutes=5)

met_before: ContextVar[bool] = ContextVar("met_before", default=False)
"""Whether what is done is done for somebody whose message a channel has brought, and who so had a contact then."""

_ALIASES = (Contact.phone, Contact.phone_index, Contact.user_id, Contact.user_id_index)
_NO_ALIASES = dict.fromkeys(("phone", "phone_index", "user_id", "user_id_index"))


# Made once: this is asked for every webhook.
_WITH_ALIASES = Prepared(
    select(Contact.id, Contact.phone_index, Contact.user_id_index).where(
        or_(
            Contact.phone_index == any_(given_all("phones", LargeBinary)),
            Contact.user_id_index == any_(given_all("user_ids", LargeBinary)),
        )
    )
)
_NEW = given_rows("new", **{name: Contact.__table__.c[name].type for name in ("key", "preview", *_NO_ALIASES)})
_INSERT = Prepared(
    insert(Contact)
    .from_select(_NEW.c.keys(), select(*_NEW.c))
    .on_conflict_do_nothing()
    .returning(Contact.id, Contact.phone_index, Contact.user_id_index)
)
_STAY = Prepared(
    update(Contact)
    .where(Contact.id == any_(given_all("contacts", BigInteger)), Contact.forget_after.is_not(None))
    .values(forget_after=None)
)
# And these for each step of a form.
_OF_KEY = select(Contact.id).where(Contact.key == given("key", String))
_ID = Prepared(_OF_KEY)
_MADE = Prepared(insert(Contact).values(key=given("key", String)).on_conflict_do_nothing())
_HELD = Prepared(_OF_KEY.with_for_update(read=True, key_share=True))


class ContactGone(LookupError):
    """They have been erased since they wrote."""


def phone_index(phone: str) -> bytes:
    """The blind index of a phone number in digits with country code, ``6281…``."""
    return blind_index(phone.lstrip("+"), "contact.phone")


def user_id_index(user_id: str) -> bytes:
    """The blind index of a WhatsApp business-scoped user id."""
    return blind_index(user_id, "contact.user_id")


@dataclass(frozen=True)
class Alias:
    """What WhatsApp calls somebody: a phone number in digits, a business-scoped user id, or both."""

    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)


class ContactsBusy(RuntimeError):
    """Others kept changing the same contacts; a later try will do."""


@dataclass(frozen=True)
class _Person:
    """An alias with its blind indexes, which is all that the database can compare."""

    alias: Alias = field(repr=False)
    phone: bytes | None
    user_id: bytes | None

    @classmethod
    def of(cls, alias: Alias) -> _Person:
        return cls(
            alias,
            phone_index(alias.phone) if alias.phone else None,
            user_id_index(alias.user_id) if alias.user_id else None,
        )

    def values(self) -> dict[str, Any]:
        """The columns of these aliases; those that are not known are left out."""
        values: dict[str, Any] = {}
        if self.alias.phone:
            values |= {"phone": self.alias.phone.lstrip("+"), "phone_index": self.phone}
        if self.alias.user_id:
            values |= {"user_id": self.alias.user_id, "user_id_index": self.user_id}
        return values


def find_contact(session: Session, *, phone: str | None = None, user_id: str | None = None) -> Contact | None:
    """The contact with this user id, else with this phone number.

    A number that is known under another user id is somebody else's now: numbers are given out again.
    """
    if user_id:
        found = session.scalar(select(Contact).where(Contact.user_id_index == user_id_index(user_id)))
        if found:
            return found
    if phone:
        found = session.scalar(select(Contact).where(Contact.phone_index == phone_index(phone)))
        if found and (not user_id or found.user_id_index is None):
            return found
    return None


def ensure_contact(session: Session, *, phone: str | None = None, user_id: str | None = None) -> Contact:
    """The contact with these aliases, made if new; an alias not known before is added to it.

    Safe when two processes meet the same new contact at once.
    """
    alias = Alias(phone, user_id)
    return session.get(Contact, ensure_contacts(session, [alias])[alias], populate_existing=True)


def ensure_contacts(session: Session, aliases: Iterable[Alias]) -> dict[Alias, int]:
    """The ids of the contacts with these aliases, those who are new being made, in a few statements for all of them.

    An alias that was not known before is added to its contact. A phone number that comes with another user id than
    before has been given to somebody else: they are a contact of their own, and have the number from now on. Of two
    user ids with one number, and of two numbers with one user id, the later counts.

    Safe when two processes meet the same contacts at once.

    Raises:
        ValueError: neither a phone number nor a user id.
        ContactsBusy: see there.
    """
    wanted = list(dict.fromkeys(aliases))
    if any(not alias.phone and not alias.user_id for alias in wanted):
        raise ValueError("a contact needs a phone number or a user id")
    whose = _persons(wanted)
    people = {alias: _Person.of(alias) for alias in dict.fromkeys(whose.values())}
    ids: dict[Alias, int] = {}
    for _ in range(TRIES):
        missing = [person for alias, person in people.items() if alias not in ids]
        if not missing:
            return {alias: ids[whose[alias]] for alias in wanted}
        ids |= _ensure(session, missing)
    raise ContactsBusy


def _persons(aliases: Sequence[Alias]) -> dict[Alias, Alias]:
    """All that is known together about whoever stands behind each alias; no two of them share anything."""
    owner = {alias.phone: alias.user_id for alias in aliases if alias.phone and alias.user_id}
    number = {alias.user_id: alias.phone for alias in aliases if alias.phone and alias.user_id}

    def whole(alias: Alias) -> Alias:
        user_id = alias.user_id or owner.get(alias.phone or "")
        phone = number.get(user_id) if user_id else alias.phone
        return Alias(phone if phone and owner.get(phone, user_id) == user_id else None, user_id)

    return {alias: whole(alias) for alias in aliases}


def _ensure(session: Session, people: Sequence[_Person]) -> dict[Alias, int]:
    """Find, complete or make as many of these as nobody else is changing."""
    rows = _rows(session, people)
    ids: dict[Alias, int] = {}
    new: list[_Person] = []
    gains: dict[int, _Person] = {}
    losers: set[int] = set()
    for person in people:
        row = rows.of(person)
        if row is None:
            new.append(person)
        elif person.user_id and (row.user_id is None or person.phone not in (None, row.phone)):
            gains[row.id] = person
        else:
            ids[person.alias] = row.id
            continue
        holder = rows.by_phone.get(person.phone)
        if holder is not None and holder is not row:
            losers.add(holder.id)
    if gains or losers:
        if not _change(session, rows, gains, losers):
            return ids
        ids |= {person.alias: contact_id for contact_id, person in gains.items()}
    return ids | _make(session, new) if new else ids


@dataclass(frozen=True)
class _Row:
    """A contact's aliases as they are in the database."""

    id: int
    phone: bytes | None
    user_id: bytes | None


@dataclass(frozen=True)
class _Rows:
    """Contacts by their aliases."""

    by_phone: Mapping[bytes | None, _Row]
    by_user_id: Mapping[bytes | None, _Row]

    def of(self, person: _Person) -> _Row | None:
        """Whose user id it is, else whose number, unless that is known under another user id."""
        if person.user_id in self.by_user_id:
            return self.by_user_id[person.user_id]
        row = self.by_phone.get(person.phone)
        return row if row is not None and (row.user_id is None or person.user_id is None) else None

    def __iter__(self) -> Iterator[_Row]:
        return iter({row.id: row for row in (*self.by_phone.values(), *self.by_user_id.values())}.values())


def _rows(session: Session, people: Sequence[_Person]) -> _Rows:
    """The contacts that have any of these aliases."""
    return _by_alias(
        _WITH_ALIASES.all(
            session,
            phones=[person.phone for person in people if person.phone],
            user_ids=[person.user_id for person in people if person.user_id],
        )
    )


def _read(session: Session, condition: Any, *, lock: bool = False) -> _Rows:
    """In one order everywhere, so that two webhooks with the same people do not wait for each other in a circle."""
    query = select(Contact.id, Contact.phone_index, Contact.user_id_index).where(condition)
    if lock:
        query = query.order_by(Contact.id).with_for_update()
    return _by_alias(session.execute(query))


def _by_alias(found: Iterable[Any]) -> _Rows:
    rows = [
        _Row(row.id, row.phone_index and bytes(row.phone_index), row.user_id_index and bytes(row.user_id_index))
        for row in found
    ]
    return _Rows({row.phone: row for row in rows if row.phone}, {row.user_id: row for row in rows if row.user_id})


def _change(session: Session, seen: _Rows, gains: Mapping[int, _Person], losers: set[int]) -> bool:
    """Take numbers from those who had them, and add aliases; False where somebody has changed them in between."""
    concerned = gains.keys() | losers
    locked = _read(session, Contact.id.in_(concerned), lock=True)
    if {row for row in seen if row.id in concerned} != set(locked):
        return False
    try:
        with session.begin_nested():
            _set(session, losers, phone=None, phone_index=None)
            for contact_id, person in gains.items():
                _set(session, [contact_id], **person.values())
    except IntegrityError:
        return False
    return True


def _make(session: Session, people: Sequence[_Person]) -> dict[Alias, int]:
    """New contacts; those that somebody else is making at the same time are left out."""
    rows = [
        {"key": secrets.token_hex(16), "preview": _sees_drafts(person.alias), **_NO_ALIASES, **person.values()}
        for person in people
    ]
    rows.sort(key=lambda row: (row["phone_index"] or b"", row["user_id_index"] or b""))
    made = _INSERT.all(session, **columns_of(rows, _NEW.c.keys()))
    ids = {
        (row.phone_index and bytes(row.phone_index), row.user_id_index and bytes(row.user_id_index)): row.id
        for row in made
    }
    return {
        person.alias: ids[person.phone, person.user_id] for person in people if (person.phone, person.user_id) in ids
    }


def _sees_drafts(alias: Alias) -> bool:
    """Whether somebody new is shown what is not published yet: who they are is only known by their number."""
    prefixes = tuple(each.strip() for each in settings().preview_numbers.split(",") if each.strip())
    return bool(prefixes and alias.phone and alias.phone.lstrip("+").startswith(prefixes))


def _set(session: Session, contact_ids: Iterable[int], **values: Any) -> None:
    session.execute(
        update(Contact)
        .where(Contact.id.in_(sorted(contact_ids)))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class Followed:
    """``contact_id`` goes by the new aliases; ``same`` turned out to be the same person, and go by none any more."""

    contact_id: int
    same: tuple[int, ...] = ()


def follow(session: Session, old: Alias, new: Alias, at: datetime) -> Followed | None:
    """Let the contact who went by ``old`` go by ``new``, what they changed to at ``at``; None where nobody did.

    With a new number comes a new user id, and the other way round: what is not told of the two is not known any more.
    Whoever has the new user id is the same person, having written before the news arrived; so is who has the new
    number, if they came after ``at``. Before that the number was somebody else's, who loses it. News about a number
    that has gone on to another person since changes nothing, nor does the same news a second time.
    """
    before, after = _Person.of(old), _Person.of(new)
    _read(session, Contact.id.in_([row.id for row in _rows(session, [before, after])]), lock=True)
    rows = _rows(session, [before, after])
    subject = rows.of(before)
    known_by_number = subject is not None and (before.user_id is None or subject.user_id != before.user_id)
    if subject is not None and known_by_number and _is_another(session, subject, at):
        subject = None
    if subject is None:
        return _complete(session, rows, after)
    aliases = {**_NO_ALIASES, **after.values()}
    same: set[int] = set()
    namesake = rows.by_user_id.get(after.user_id)
    if namesake is not None and namesake is not subject:
        same.add(namesake.id)
    holder = rows.by_phone.get(after.phone)
    if holder is not None and holder not in (subject, namesake):
        if not _made_since(session, holder, at):
            _set(session, [holder.id], phone=None, phone_index=None)
        elif None in (holder.user_id, after.user_id):
            same.add(holder.id)
        else:
            # It has gone on to somebody else: what we know of them is newer than this news.
            aliases |= {"phone": None, "phone_index": None}
    for contact_id in sorted(same):
        theirs = session.execute(select(*_ALIASES).where(Contact.id == contact_id)).one()
        aliases |= {name: value for name, value in theirs._mapping.items() if aliases[name] is None}
        _set(session, [contact_id], **_NO_ALIASES)
    _set(session, [subject.id], **aliases)
    return Followed(subject.id, tuple(sorted(same)))


def _complete(session: Session, rows: _Rows, after: _Person) -> Followed | None:
    """Whoever has the new user id already is told the number that goes with it, where nobody has it."""
    namesake = rows.by_user_id.get(after.user_id)
    if namesake is None:
        return None
    if namesake.phone is None and after.phone and after.phone not in rows.by_phone:
        _set(session, [namesake.id], **after.values())
    return Followed(namesake.id)


def _is_another(session: Session, row: _Row, at: datetime) -> bool:
    """Whether a contact with a number was met, or has written from it, after the number changed hands."""
    contact = session.get(Contact, row.id, populate_existing=True)
    since = [contact.created_at] if contact.last_message_at is None else [contact.created_at, contact.last_message_at]
    return max(since) > at + CLOCK_SKEW


def _made_since(session: Session, row: _Row, at: datetime) -> bool:
    # The simulator's clock may be ahead of the database's.
    then = func.least(at, func.now()) - CLOCK_SKEW
    return bool(session.scalar(select(Contact.created_at >= then).where(Contact.id == row.id)))


def stay(session: Session, contact_ids: Collection[int]) -> None:
    """These have written: who was there only for a last message to be sent is there for good again."""
    _STAY.run(session, contacts=sorted(contact_ids))


def contact_by_key(session: Session, key: str) -> Contact:
    """The contact whose key is Rasa's ``sender_id``.

    Raises:
        sqlalchemy.exc.NoResultFound: nobody has it.
    """
    return session.execute(select(Contact).where(Contact.key == key)).scalar_one()


def id_by_key(session: Session, key: str) -> int:
    """The id of the contact whose key is Rasa's ``sender_id``.

    Raises:
        sqlalchemy.exc.NoResultFound: nobody has it.
    """
    found = _ID.scalar(session, key=key)
    if found is None:
        raise NoResultFound
    return int(found)


def ensure_key(session: Session, key: str) -> None:
    """A contact for a ``sender_id`` that no WhatsApp stands behind, as in ``rasa shell``; one that is known stays.

    Raises:
        ContactGone: there is none, and it was ``met_before``.
    """
    if not met_before.get():
        _MADE.run(session, key=key)
        return
    # Until this transaction ends nobody erases them: what refers to them may follow.
    if _HELD.first(session, key=key) is None:
        raise ContactGone
