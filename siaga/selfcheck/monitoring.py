"""Who isolates may ask to be asked every day how it goes; whoever gets worse is put before the desk at once.

Before the desk means: into the queue of who answers in the bot's place, and nowhere else, so that it is seen once.

One question is planned at a time, as a notice (``siaga.people.notices``): the next one in the transaction that sends
the last, or that handles its answer. So a silent day is followed by the next one, and nobody is asked twice a day,
whichever process is killed. All that changes a monitoring locks the contact first, as the sender of notices does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from siaga.handoffs import opening
from siaga.people import notices
from siaga.people.contacts import ensure_key
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.places.timezone import zone
from siaga.selfcheck.tables import Monitoring
from siaga.text.whom import who as called
from siaga.text.written import long_date

if TYPE_CHECKING:
    from siaga.selfcheck import Level

Answer = Literal["better", "same", "worse"]
ANSWERS: tuple[Answer, ...] = ("better", "same", "worse")
SELF = "self"
KINDS = CHECK, OVER, SILENT = ("isolation_check", "isolation_over", "isolation_silent")
WORSENED = "worsened"
"""Why somebody is put before the desk."""

HOUR = 9
"""When nobody said another: by then people are up."""
EARLIEST, LATEST = 7, 19
"""Nobody is written to outside of these hours, see ``siaga.reminders.daytime``."""
SILENT_DAYS = 3
WATCHED = timedelta(days=7)
"""For so long who is to watch at home, without an isolation that has its own length; our own choice."""
LAST_WORD = timedelta(days=3)
"""For so long it is of use to say that it is over; a question is of use on its own day only."""
_ABOUT = "monitoring:"
_DAY_ENDS = time(20)
_DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True)
class Watched:
    """Somebody who is, or was, asked every day: the last ``day`` of it, and when they are asked next (None: ended)."""

    id: int
    who: str
    day: date
    next_at: datetime | None
    zone: str
    ended_why: str | None


# ---------------------------------------------------------------------- what the contact does
def start(
    session: Session,
    contact_key: str,
    who: str | None,
    *,
    until: date | None,
    message_id: str,
    at: datetime,
    hour: int | None = None,
) -> Watched:
    """Ask every day from tomorrow on. Who is asked already is asked at the new hour, until the new day.

    Args:
        until: the last day of isolation, as a check has found (``Result.until``); None: for ``WATCHED``.
        hour: on the clock of where they live, 0 to 23; brought into the daytime. None: as before, or ``HOUR``.
    """
    ensure_key(session, contact_key)
    contact_id = lock_contact(session, contact_key)
    whom = who or SELF
    local = zone_of(session, contact_id, whom)
    over = _over(until, _day(at, local), local)
    row = _open(session, contact_id, whom) or _of_message(session, message_id)
    if row is None:
        made = insert(Monitoring).values(
            contact_id=contact_id,
            who=whom,
            started_at=at,
            until=over,
            hour=_within_day(HOUR if hour is None else hour),
            zone=local,
            message_id=message_id,
        )
        row = session.get(Monitoring, session.execute(made.returning(Monitoring.id)).scalar_one())
    elif row.ended_at is None:
        row.until = over
        row.hour = row.hour if hour is None else _within_day(hour)
        row.zone = local
    session.flush()
    if row.ended_at is None:
        _plan(session, row, at)
    return _seen(session, row)


def ask_again(session: Session, contact_key: str, monitoring_id: int, at: datetime) -> Watched | None:
    """Take up a monitoring that has ended, until its day; None if it is not theirs, or that day has come."""
    row = _theirs(session, contact_key, monitoring_id)
    if row is None or _day(at, row.zone) >= _day(row.until, row.zone):
        return None
    if row.ended_at is not None and _open(session, row.contact_id, row.who) is None:
        row.ended_at = row.ended_why = None
        row.unanswered = 0
        session.flush()
        _plan(session, row, at)
    return _seen(session, row)


def answer(
    session: Session, contact_key: str, monitoring_id: int, told: Answer, message_id: str, at: datetime
) -> Watched | None:
    """Note how it goes; "worse" is put before the desk, also when nobody is asked any more. None: it is not theirs.

    The same message, or an older one, changes nothing.
    """
    row = _theirs(session, contact_key, monitoring_id)
    if row is None:
        return None
    if told == "worse":
        _put_before_desk(session, row, message_id, at)
    if row.answered_at is None or row.answered_at < at:
        row.answered_at, row.answer, row.unanswered = at, told, 0
        session.flush()
        if row.ended_at is None:
            _plan(session, row, at)
    return _seen(session, row)


def checked(
    session: Session, contact_id: int, who: str, level: Level, until: date | None, message_id: str, at: datetime
) -> None:
    """A new check of somebody, whose contact the caller has locked: it changes until when they are asked.

    An emergency ends the questions: now others look after them. It goes to the desk, as does a doctor's visit to make.
    """
    row = _open(session, contact_id, who)
    if row is None:
        return
    row.answered_at, row.unanswered = at, 0
    if level in ("emergency", "doctor"):
        _put_before_desk(session, row, message_id, at)
    if level == "emergency":
        _end(session, row, "worse", at)
        return
    if level in ("isolate", "watch"):
        # Nobody is let go earlier because today looks better.
        row.until = max(row.until, _over(until, _day(at, row.zone), row.zone))
    session.flush()
    _plan(session, row, at)


def alarm(session: Session, contact_key: str, message_id: str, at: datetime) -> bool:
    """A danger sign was told: if anybody is monitored, the desk learns of it; whether somebody is.

    The questions go on as planned: nobody knows what has become of it.
    """
    contact_id = _find_and_lock(session, contact_key)
    rows: Sequence[Any] = [] if contact_id is None else _all_open(session, contact_id)
    for row in rows:
        row.answered_at, row.answer, row.unanswered = at, "worse", 0
    if rows:
        session.flush()
        _put_before_desk(session, rows[0], message_id, at)
    return bool(rows)


def stop(session: Session, contact_key: str, at: datetime) -> int:
    """End all questions of a contact; how many people were asked about, also when this very message has done so."""
    contact_id = _find_and_lock(session, contact_key)
    if contact_id is None:
        return 0
    for row in _all_open(session, contact_id):
        _end(session, row, "stopped", at)
    ended = select(func.count()).where(
        Monitoring.contact_id == contact_id, Monitoring.ended_at == at, Monitoring.ended_why == "stopped"
    )
    return int(session.scalar(ended))


def is_open(session: Session, contact_key: str, who: str | None) -> bool:
    """Whether the contact is asked every day about somebody."""
    query = (
        select(Monitoring.id)
        .join(Contact, Contact.id == Monitoring.contact_id)
        .where(Contact.key == contact_key, Monitoring.who == (who or SELF), Monitoring.ended_at.is_(None))
    )
    return session.execute(query).first() is not None


# ---------------------------------------------------------------------- what the sender does
def after(session: Session, kind: str, about: str, now: datetime, *, sent: bool) -> None:
    """A notice of ours was sent, or found to be of no use, ``now``, by who has locked the contact: what comes next."""
    number = about.removeprefix(_ABOUT)
    row = session.get(Monitoring, int(number), populate_existing=True) if number.isdecimal() else None
    if row is None or row.ended_at is not None:
        return
    if kind in (OVER, SILENT):
        _end(session, row, "over" if kind == OVER else "silent", now)
        return
    if sent:
        # A day on which nothing could be sent is nobody's silence.
        row.asked_at = now
        row.unanswered += 1
        session.flush()
    _plan(session, row, now)


# ---------------------------------------------------------------------- when, where, in which words
def about_of(monitoring_id: int) -> str:
    """What the notices of a monitoring hang on."""
    return f"{_ABOUT}{monitoring_id}"


def zone_of(session: Session, contact_id: int, who: str) -> str:
    """The time zone of where somebody is registered, else of where the contact is, else Jakarta's."""
    query = (
        select(ContactPerson.relation, Person.regency_code)
        .join(Person, Person.id == ContactPerson.person_id)
        .where(ContactPerson.contact_id == contact_id)
        .order_by(ContactPerson.id)
    )
    known = {row.relation: row.regency_code for row in session.execute(query)}
    code = known.get(who) or known.get(SELF) or next(iter(known.values()), None)
    try:
        return zone(code).key if code else _DEFAULT_ZONE
    except ValueError:
        return _DEFAULT_ZONE


def zone_of_contact(session: Session, contact_key: str, who: str | None) -> str:
    """As ``zone_of``; of a contact nobody knows yet Jakarta's."""
    contact_id = session.scalar(select(Contact.id).where(Contact.key == contact_key))
    return _DEFAULT_ZONE if contact_id is None else zone_of(session, contact_id, who or SELF)


def lock_contact(session: Session, contact_key: str) -> int:
    """The contact's id, locked until the transaction ends, so that sender and conversation take turns.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    found = _find_and_lock(session, contact_key)
    if found is None:
        raise NoResultFound("no such contact")
    return found


def _find_and_lock(session: Session, contact_key: str) -> int | None:
    query = select(Contact.id).where(Contact.key == contact_key).with_for_update(key_share=True)
    found: int | None = session.execute(query).scalar_one_or_none()
    return found


def _plan(session: Session, row: Any, at: datetime) -> None:
    """Plan what is said next: tomorrow's question, or that there will be no more."""
    local = ZoneInfo(row.zone)
    # Whoever has been asked today, or has told, is asked tomorrow.
    latest = max(moment for moment in (at, row.asked_at, row.answered_at) if moment is not None)
    day = latest.astimezone(local).date() + timedelta(days=1)
    over = _day(row.until, row.zone)
    kind = OVER if day >= over else SILENT if row.unanswered >= SILENT_DAYS else CHECK
    due_at = _morning(day, row.hour, row.zone)
    until = datetime.combine(day, _DAY_ENDS, local) if kind == CHECK else due_at + LAST_WORD
    begun = _day(row.started_at, row.zone)
    about = about_of(row.id)
    notices.take_back(session, about)
    notices.plan(
        session,
        kind,
        about,
        contact_id=row.contact_id,
        values={
            "siapa": called(row.who),
            # The day of the check is the first.
            "hari": str((day - begun).days + 1),
            "mulai_tanggal": long_date(begun),
        },
        due_at=due_at,
        until=until,
        zone=row.zone,
    )


def _end(session: Session, row: Any, why: str, at: datetime) -> None:
    row.ended_at, row.ended_why = at, why
    session.flush()
    notices.take_back(session, about_of(row.id))


def _put_before_desk(session: Session, row: Any, message_id: str, at: datetime) -> None:
    opening.ask(session, row.contact_id, WORSENED, message_id=message_id, at=at, about=about_of(row.id))


def _over(until: date | None, today: date, where: str) -> datetime:
    """When the questions are over: not before one has been asked."""
    return _morning(max(until or today + WATCHED, today + timedelta(days=2)), 0, where)


def _morning(day: date, hour: int, where: str) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(where))


def _day(moment: datetime, where: str) -> date:
    return moment.astimezone(ZoneInfo(where)).date()


def _within_day(hour: int) -> int:
    return min(max(hour, EARLIEST), LATEST)


def _seen(session: Session, row: Any) -> Watched:
    next_at = None if row.ended_at is not None else notices.next_about(session, about_of(row.id))
    return Watched(row.id, row.who, _day(row.until, row.zone), next_at, row.zone, row.ended_why)


def _theirs(session: Session, contact_key: str, monitoring_id: int) -> Any:
    contact_id = _find_and_lock(session, contact_key)
    row = session.get(Monitoring, monitoring_id, populate_existing=True)
    return row if row is not None and row.contact_id == contact_id else None


def _open(session: Session, contact_id: int, who: str) -> Any:
    return next((row for row in _all_open(session, contact_id) if row.who == who), None)


def _all_open(session: Session, contact_id: int) -> Sequence[Any]:
    query = (
        select(Monitoring)
        .where(Monitoring.contact_id == contact_id, Monitoring.ended_at.is_(None))
        .order_by(Monitoring.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _of_message(session: Session, message_id: str) -> Any:
    query = select(Monitoring).where(Monitoring.message_id == message_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
