"""Sending what is due: marked as sent and put into the outbox in one transaction, so that it is said once.

Each contact has a transaction of its own, which locks in the order of webhooks: the contact, its notices, its street.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.notices import KINDS
from siaga.people.tables import Contact, Notice
from siaga.radar import subscriptions
from siaga.reminders.daytime import first_moment, is_daytime
from siaga.reminders.words import LANGUAGE, Subject, Words, fit, names, words
from siaga.selfcheck import monitoring
from siaga.settings import settings
from siaga.turns import outbox
from siaga.turns.messages import Draft
from siaga.turns.tables import OPEN, Dispatch, OutboundMessage
from siaga.whatsapp.channels import Channel
from siaga.whatsapp.render import render
from siaga.whatsapp.reply import Choice, Reply
from siaga.whatsapp.templates import TemplateMisused, template_payload
from siaga.whatsapp.twilio.render import render as render_for_twilio

ASKED_FOR = frozenset(
    {
        "place_free",
        "session_moved",
        "session_cancelled",
        "identity_code",
        "report_status",
        "hoax_answered",
        "hand_off_requeued",
        "hand_off_callback",
        *monitoring.KINDS,
        subscriptions.KIND,
    }
)
"""Told to those, too, who want no reminders: they asked for it when they booked, put themselves on the list, want to
see what is kept of them, to be asked every day how they are, to be told of a place, to have a claim checked, or to be
answered by a person."""


def _monitored(session: Session, notice: Any, now: datetime, sent: bool) -> None:
    monitoring.after(session, notice.kind, notice.about, now, sent=sent)


def _subscribed(session: Session, notice: Any, now: datetime, sent: bool) -> None:
    subscriptions.after(session, notice.contact_id, notice.values, now, sent=sent)


AFTER: Mapping[str, Callable[[Session, Any, datetime, bool], None]] = {
    **dict.fromkeys(monitoring.KINDS, _monitored),
    subscriptions.KIND: _subscribed,
}
"""What follows, in the same transaction, once a notice of a kind was sent or found to be of no use."""
TOGETHER = frozenset({"appointment_day_before", "appointment_morning", "next_dose"})
"""Told once for several of a family, where all but the name is the same."""
MOST_TOGETHER = 6
QUIET = timedelta(minutes=10)
"""Nobody is interrupted who has written in the last so many minutes ..."""
HASTE = timedelta(hours=1)
"""... unless it is of no use so soon."""
ROOM = 40
"""So many unasked messages wait in the outbox at most, half a second's: answers wait no longer behind them."""

log = logging.getLogger(__name__)


@dataclass
class Sent:
    """What came of a round: ``messages`` put into the outbox, notices ``skipped``, contacts for whom it ``failed``.

    ``more``: something else may be due that there was no room for.
    """

    messages: int = 0
    skipped: int = 0
    failed: int = 0
    more: bool = False


def send_due(now: datetime) -> Sent:
    """Send what is due and what there is room for. Any number of processes may do so at once.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away; what was not sent is sent another time.
    """
    sent = Sent()
    with transaction() as session:
        left = room(session)
        awake = zones_awake(session, now)
    seen: set[int] = set()
    while True:
        if left <= 0:
            sent.more = True
            return sent
        try:
            with transaction() as session:
                contact_id = _next_contact(session, now, awake, seen)
                if contact_id is None:
                    return sent
                seen.add(contact_id)
                messages, skipped = send_to(session, contact_id, now, awake)
        except SQLAlchemyError:
            raise
        except Exception as problem:
            # Such as what cannot be deciphered any more: the others are not to wait for it.
            log.error("the notices of a contact cannot be sent: %s", type(problem).__name__)
            sent.failed += 1
        else:
            left -= messages
            sent.messages += messages
            sent.skipped += skipped


def send_to(session: Session, contact_id: int, now: datetime, awake: Collection[str]) -> tuple[int, int]:
    """Send all that is due to a contact, whom the caller has locked: how many messages, and how many notices not."""
    street = session.execute(select(Dispatch).where(Dispatch.contact_id == contact_id)).scalar_one_or_none()
    contact = session.execute(
        select(Contact.phone_index, Contact.user_id_index, Contact.reminders_off_at).where(Contact.id == contact_id)
    ).one()
    of_use, out_of_use = _sorted_out(_due_to(session, contact_id, now, awake), contact, street, now)
    messages = 0
    for together in _gathered(of_use):
        try:
            _put(session, contact_id, street, together)
        except (TemplateMisused, KeyError) as problem:
            # A programmer's or a designer's mistake; it names no person.
            log.error("a notice %s cannot be written: %s", together[0].kind, problem)
            out_of_use += together
        else:
            _mark(session, together, "sent")
            _follow(session, together, now, sent=True)
            messages += 1
    _mark(session, out_of_use, "skipped")
    _follow(session, out_of_use, now, sent=False)
    return messages, len(out_of_use)


def room(session: Session) -> int:
    """How many messages may be put into the outbox before those that answer somebody would have to wait."""
    waiting = session.scalar(
        select(func.count())
        .select_from(OutboundMessage)
        .where(OutboundMessage.status.in_(OPEN), OutboundMessage.caused_by.is_(None))
    )
    return max(0, ROOM - waiting)


def next_due(session: Session, now: datetime) -> datetime | None:
    """When the next notice is due, though perhaps at night; None if none will be."""
    at: datetime | None = session.scalar(
        select(func.min(Notice.due_at)).where(Notice.status == "planned", Notice.due_at > now)
    )
    return at


def counts(session: Session) -> list[tuple[str, str, int]]:
    """How many notices there are of each kind and status."""
    query = select(Notice.kind, Notice.status, func.count()).group_by(Notice.kind, Notice.status)
    return sorted((row[0], row[1], row[2]) for row in session.execute(query))


# ---------------------------------------------------------------------- what is due
def zones_awake(session: Session, now: datetime) -> list[str]:
    """The zones, of those that notices are planned for, in which it is day."""
    zones = session.scalars(select(Notice.zone).where(Notice.status == "planned").distinct())
    return [zone for zone in zones if is_daytime(now, zone)]


def _is_due(now: datetime, awake: Collection[str]) -> Any:
    """The condition under which a notice is to be looked at: it may be said now, or is of no use any more."""
    is_quiet = or_(
        Contact.last_message_at.is_(None), Contact.last_message_at <= now - QUIET, Notice.until <= now + HASTE
    )
    may_be_said = or_(Notice.urgent, and_(Notice.zone.in_(list(awake)), is_quiet))
    return and_(Notice.status == "planned", Notice.due_at <= now, or_(Notice.until < now, may_be_said))


def _next_contact(session: Session, now: datetime, awake: Collection[str], seen: Collection[int]) -> int | None:
    """The contact to whom something has been due for longest, locked; those whom somebody else is at are passed by."""
    query = (
        select(Contact.id)
        .join(Notice, Notice.contact_id == Contact.id)
        .where(_is_due(now, awake), Contact.id.not_in(list(seen)))
        .order_by(Notice.due_at, Notice.id)
        .limit(1)
        .with_for_update(of=Contact, key_share=True, skip_locked=True)
    )
    found: int | None = session.execute(query).scalar_one_or_none()
    return found


def _due_to(session: Session, contact_id: int, now: datetime, awake: Collection[str]) -> list[Any]:
    """The contact's notices that are due, locked; one that is just being changed is looked at another time."""
    query = (
        select(Notice)
        .join(Contact, Contact.id == Notice.contact_id)
        .where(Notice.contact_id == contact_id, _is_due(now, awake))
        .order_by(Notice.due_at, Notice.id)
        .with_for_update(of=Notice, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _sorted_out(due: Sequence[Any], contact: Any, street: Any, now: datetime) -> tuple[list[Any], list[Any]]:
    """Those to send, and those that are of no use any more, or not wanted."""
    reachable = contact.phone_index is not None or contact.user_id_index is not None
    of_use: list[Any] = []
    out_of_use: list[Any] = []
    for notice in due:
        asked_for = notice.kind in ASKED_FOR
        unwanted = not asked_for and (contact.reminders_off_at is not None or (street and street.opted_out_at))
        late = first_moment(max(now, notice.due_at), notice.until, notice.zone, urgent=notice.urgent) is None
        blocked = street is not None and street.blocked_at is not None
        known = notice.kind in KINDS
        (of_use if reachable and known and not (unwanted or late or blocked) else out_of_use).append(notice)
    return of_use, out_of_use


def _gathered(due: Sequence[Any]) -> list[list[Any]]:
    """The notices of each message: those of a family that say the same of everybody stand together."""
    found: list[list[Any]] = []
    open_: dict[Any, list[Any]] = {}
    for notice in due:
        values = fit(notice.values)
        same = (notice.kind, notice.again, *(values.get(name) for name in KINDS[notice.kind] if name != "nama"))
        gathered = open_.get(same)
        if gathered is None or notice.kind not in TOGETHER or len(gathered) == MOST_TOGETHER:
            gathered = open_[same] = []
            found.append(gathered)
        gathered.append(notice)
    return found


# ---------------------------------------------------------------------- one message
def _put(session: Session, contact_id: int, street: Any, together: Sequence[Any]) -> None:
    """Put the message into the outbox, in both forms: the sender knows which may go when its turn comes.

    Raises:
        TemplateMisused, KeyError: a value lacks.
    """
    first = together[0]
    said = words()[first.kind]
    values = fit(first.values)
    people = tuple(sorted({notice.person_id for notice in together if notice.person_id is not None}))
    subject = Subject(first.kind, tuple(notice.about for notice in together), first.again, people)
    if len(together) > 1:
        values["nama"] = names([fit(notice.values)["nama"] for notice in together])
    channel = street.channel if street is not None else settings().channel
    key = outbox.new_key()
    drafts = _drafts(channel, said, subject, values, key)
    taps = [f"{key}.{number}" for number in range(1, len(said.buttons) + 1)]
    outbox.put_all(
        session,
        contact_id,
        drafts,
        key,
        channel=channel,
        unasked=first.kind not in ASKED_FOR,
        template=template_payload(said.template.name, LANGUAGE, said.of_template(values), taps),
        until=min(notice.until for notice in together),
    )


def _drafts(channel: str, said: Words, subject: Subject, values: dict[str, str], key: str) -> list[Draft]:
    """The message of our own."""
    choices = tuple(Choice(button.label, button.payload(subject), also=button.also) for button in said.buttons)
    reply = Reply(text=said.said(values), choices=choices, footer=said.footer)
    if channel == Channel.TWILIO.value:
        return render_for_twilio(reply, key, use_content=settings().twilio_content)
    return render(reply, key)


def _mark(session: Session, notices: Sequence[Any], status: str) -> None:
    if notices:
        session.execute(
            update(Notice)
            .where(Notice.id.in_([notice.id for notice in notices]))
            .values(status=status, status_at=func.now())
            .execution_options(synchronize_session=False)
        )


def _follow(session: Session, notices: Sequence[Any], now: datetime, *, sent: bool) -> None:
    for notice in notices:
        if notice.kind in AFTER:
            AFTER[notice.kind](session, notice, now, sent)
