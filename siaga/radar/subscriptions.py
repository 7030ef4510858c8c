"""Who wants to be told when the level of a place changes: begin, end, and the notice that tells it.

One notice a contact is planned at a time (``siaga.people.notices``), made anew from what they were last told and what
is known now whenever either changes. What it tells counts as told in the transaction that sends it, so that nothing is
told twice, nor lost, whichever process is killed; and there is at most one a day, of all their places together. Made-up
figures tell nobody anything.

All that changes a subscription locks the contact first, as the sender of notices does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people import notices
from siaga.people.contacts import ensure_key
from siaga.people.tables import Contact, Notice
from siaga.places import regions
from siaga.places.timezone import zone
from siaga.radar.figures import NATION, Colour
from siaga.radar.news import Change, Told, change, is_first_colour, news
from siaga.radar.standing import NOTHING, Standing, Watched, standings
from siaga.radar.tables import RadarSubscription

KIND = "radar_level"
MOST = 10
"""Places that one contact may be told of."""
OF_USE = timedelta(days=2)
"""For so long a change is news."""
MORNING = time(7)
_ABOUT = "radar:"
_ZONE = ZoneInfo("Asia/Jakarta")
"""The programme's: a day is one of its days."""

Outcome = Literal["begun", "already", "full"]


class UnknownPlace(ValueError):
    """No region has this code."""


@dataclass(frozen=True)
class Subscription:
    """A place that a contact is told of, with the level (1 to 4) or the colour that they know of."""

    code: str
    disease: str
    level: int | None
    colour: Colour | None


@dataclass(frozen=True)
class Begun:
    """``full``: they are told of ``MOST`` places already, and this is none of them."""

    outcome: Outcome
    subscription: Subscription | None = None


# ---------------------------------------------------------------------- what the contact does
def subscribe(session: Session, contact_key: str, code: str, disease: str, message_id: str, at: datetime) -> Begun:
    """Tell a contact from now on when the level of a place changes; the same message changes nothing.

    Raises:
        UnknownPlace
    """
    if code != NATION and regions.name(code) is None:
        raise UnknownPlace(code)
    ensure_key(session, contact_key)
    contact_id = _lock(session, contact_key)
    if contact_id is None:  # taken away in between
        raise LookupError("no such contact")
    row = session.get(RadarSubscription, (contact_id, code, disease), populate_existing=True)
    if row is not None and row.ended_at is None:
        return Begun("begun" if row.message_id == message_id else "already", _seen(row))
    if len(_open(session, contact_id)) >= MOST:
        return Begun("full")
    if row is None:
        row = RadarSubscription(contact_id=contact_id, region_code=code, disease=disease)
        session.add(row)
    row.created_at, row.ended_at, row.message_id = at, None, message_id
    row.level = row.measures = row.colour = None
    _note(row, standings(session, [(code, disease)], day_of(at))[code, disease])
    session.flush()
    return Begun("begun", _seen(row))


def unsubscribe(
    session: Session,
    contact_key: str,
    message_id: str,
    at: datetime,
    *,
    codes: Iterable[str] | None = None,
    disease: str | None = None,
) -> list[Subscription]:
    """Tell a contact no more of these places, or of any; which ones ended, also when this very message has done so.

    Args:
        codes: None for all places; disease: None for all.
    """
    contact_id = _lock(session, contact_key)
    if contact_id is None:
        return []
    wanted = None if codes is None else set(codes)
    for row in _open(session, contact_id):
        if (wanted is None or row.region_code in wanted) and disease in (None, row.disease):
            row.ended_at, row.message_id = at, message_id
    session.flush()
    ended = select(RadarSubscription).where(
        RadarSubscription.contact_id == contact_id,
        RadarSubscription.message_id == message_id,
        RadarSubscription.ended_at.is_not(None),
    )
    found = [_seen(row) for row in session.scalars(ended.order_by(RadarSubscription.region_code))]
    if found:
        plan(session, contact_id, at)
    return found


def of_contact(session: Session, contact_key: str) -> list[Subscription]:
    """The places that a contact is told of, the oldest first."""
    query = (
        select(RadarSubscription)
        .join(Contact, Contact.id == RadarSubscription.contact_id)
        .where(Contact.key == contact_key, RadarSubscription.ended_at.is_(None))
        .order_by(RadarSubscription.created_at, RadarSubscription.region_code)
    )
    return [_seen(row) for row in session.scalars(query)]


def is_told(session: Session, contact_key: str, message_id: str) -> bool:
    """Whether a contact is told of any place, or was until this message."""
    query = (
        select(RadarSubscription.contact_id)
        .join(Contact, Contact.id == RadarSubscription.contact_id)
        .where(
            Contact.key == contact_key,
            or_(RadarSubscription.ended_at.is_(None), RadarSubscription.message_id == message_id),
        )
    )
    return session.execute(query.limit(1)).first() is not None


# ---------------------------------------------------------------------- what changes of figures bring
def plan_all(at: datetime) -> int:
    """Plan, or take back, the notices of all contacts whose places changed; of how many contacts it was looked at.

    Each contact has a transaction of its own; any number of processes may do so at once.
    """
    today = day_of(at)
    with transaction() as session:
        planned = _planned(session)
        rows = [
            (row.contact_id, _told(row))
            for row in session.scalars(select(RadarSubscription).where(RadarSubscription.ended_at.is_(None)))
        ]
        now = standings(session, [(told.code, told.disease) for _, told in rows], today)
    concerned = planned | {who for who, told in rows if _is_concerned(told, now[told.code, told.disease])}
    for contact_id in sorted(concerned):
        with transaction() as session:
            if _lock_id(session, contact_id):
                plan(session, contact_id, at)
    return len(concerned)


def plan(session: Session, contact_id: int, at: datetime) -> None:
    """Plan what a contact, whom the caller has locked, is told next; or take back what is no news any more."""
    rows = _open(session, contact_id)
    now = standings(session, [(row.region_code, row.disease) for row in rows], day_of(at))
    for row in rows:
        known = now[row.region_code, row.disease]
        if is_first_colour(_told(row), known):
            row.colour = known.colour
    session.flush()
    found = news(_changes(rows, now))
    about = None if found is None else about_of(found.changes[0].told.code, found.changes[0].told.disease)
    for other in _abouts(session, contact_id):
        if other != about:
            notices.take_back(session, other, contact_id=contact_id)
    if found is None or about is None:
        return
    local = _zone(found.changes[0].told.code)
    due_at = _due(session, contact_id, at, local)
    notices.plan(
        session,
        KIND,
        about,
        contact_id=contact_id,
        values={**found.values, "told": json.dumps([_kept(each) for each in found.changes])},
        due_at=due_at,
        until=due_at + OF_USE,
        zone=local.key,
    )


def after(session: Session, contact_id: int, values: Mapping[str, str], now: datetime, *, sent: bool) -> None:
    """A notice with these values was sent ``now``, by who has locked the contact: it has been told, and what did not
    fit is for another day. One that was of no use leaves all as it was."""
    if not sent:
        return
    for kept in json.loads(values.get("told", "[]")):
        row = session.get(RadarSubscription, (contact_id, kept["code"], kept["disease"]), populate_existing=True)
        if row is not None:
            row.level, row.colour = kept["level"] or row.level, kept["colour"] or row.colour
            row.measures = kept["measures"] or row.measures
            row.told_on = day_of(now)
    session.flush()
    plan(session, contact_id, now)


# ---------------------------------------------------------------------- what hangs on what
def about_of(code: str, disease: str) -> str:
    """What a notice about a place, and perhaps others beside it, hangs on."""
    return f"{_ABOUT}{code}:{disease}"


def place_of(about: str) -> Watched | None:
    """The place that a notice is first of all about; None if it is about something else."""
    code, colon, disease = about.removeprefix(_ABOUT).partition(":")
    return (code, disease) if about.startswith(_ABOUT) and colon else None


def day_of(at: datetime) -> date:
    """The programme's day."""
    return at.astimezone(_ZONE).date()


def _is_concerned(told: Told, now: Standing) -> bool:
    return change(told, now) is not None or is_first_colour(told, now)


def _changes(rows: Sequence[Any], now: Mapping[Watched, Standing]) -> list[Change]:
    compared = (change(_told(row), now.get((row.region_code, row.disease), NOTHING)) for row in rows)
    return [each for each in compared if each is not None]


def _due(session: Session, contact_id: int, at: datetime, local: ZoneInfo) -> datetime:
    """Now, or the morning after the day on which something was told last."""
    last = session.scalar(select(func.max(RadarSubscription.told_on)).where(RadarSubscription.contact_id == contact_id))
    if last is None or last < day_of(at):
        return at.astimezone(timezone.utc)
    return datetime.combine(last + timedelta(days=1), MORNING, local).astimezone(timezone.utc)


def _zone(code: str) -> ZoneInfo:
    return _ZONE if code == NATION else zone(code)


def _kept(each: Change) -> dict[str, Any]:
    return {
        "code": each.told.code,
        "disease": each.told.disease,
        "level": each.now.level,
        "measures": ",".join(each.now.measures) or None,
        "colour": each.now.colour,
    }


def _note(row: Any, now: Standing) -> None:
    row.level, row.colour = now.level, now.colour
    row.measures = ",".join(now.measures) or None


def _told(row: Any) -> Told:
    measures = tuple(row.measures.split(",")) if row.measures else ()
    return Told(row.region_code, row.disease, row.level, measures, row.colour)


def _seen(row: Any) -> Subscription:
    return Subscription(row.region_code, row.disease, row.level, row.colour)


def _open(session: Session, contact_id: int) -> Sequence[Any]:
    query = (
        select(RadarSubscription)
        .where(RadarSubscription.contact_id == contact_id, RadarSubscription.ended_at.is_(None))
        .order_by(RadarSubscription.region_code, RadarSubscription.disease)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _planned(session: Session) -> set[int]:
    query = select(Notice.contact_id).where(Notice.kind == KIND, Notice.status == "planned")
    return set(session.scalars(query))


def _abouts(session: Session, contact_id: int) -> list[str]:
    query = select(Notice.about).where(Notice.contact_id == contact_id, Notice.kind == KIND, Notice.status == "planned")
    return list(session.scalars(query))


def _lock(session: Session, contact_key: str) -> int | None:
    query = select(Contact.id).where(Contact.key == contact_key).with_for_update(key_share=True)
    found: int | None = session.execute(query).scalar_one_or_none()
    return found


def _lock_id(session: Session, contact_id: int) -> bool:
    query = select(Contact.id).where(Contact.id == contact_id).with_for_update(key_share=True)
    return session.execute(query).first() is not None
