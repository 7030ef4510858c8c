"""What a turn needs to know, read in the transaction that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import BigInteger, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.prepared import Prepared, given
from siaga.dialogue.gather import gathered
from siaga.dialogue.reading import DESK, turned_page, typed_option, written
from siaga.handoffs.state import CLOSED, HELD
from siaga.handoffs.tables import HandOff
from siaga.people.tables import Contact
from siaga.registration import forms
from siaga.settings import Settings
from siaga.turns import inbox, offers, trackers
from siaga.turns.lanes import Lease
from siaga.turns.messages import Option
from siaga.turns.offers import Offered
from siaga.turns.tables import Lane, TrackerRow

_contact, _lane, _hand_off, _tracker = (each.__table__.c for each in (Contact, Lane, HandOff, TrackerRow))
_CONTACT = given("contact", BigInteger)
_STATE = select(_hand_off.state).where(_hand_off.contact_id == _contact.id, _hand_off.state != CLOSED).scalar_subquery()
# Made once: each is asked for every turn.
_STANDING = Prepared(
    select(
        _contact.key,
        # Read, so that nobody is answered who then cannot be written to.
        _contact.phone,
        _contact.user_id,
        _contact.last_message_at,
        _contact.preview,
        _STATE.label("hand_off"),
        _lane.failures,
        _lane.unread,
        _tracker.events,
        _tracker.version,
    )
    .join_from(Contact, Lane, _lane.contact_id == _contact.id)
    .outerjoin(TrackerRow, _tracker.key == _contact.key)
    .where(_contact.id == _CONTACT)
)
_HEARD = Prepared(
    update(Contact)
    .where(_contact.id == _CONTACT)
    .values(last_message_at=func.greatest(_contact.last_message_at, given("at", UtcDateTime)))
)


@dataclass(frozen=True)
class Work:
    """All that a turn needs to know."""

    lease: Lease
    turn: tuple[inbox.Waiting, ...]
    is_late: bool
    key: str
    has_phone: bool
    last_message_at: datetime | None
    stored: trackers.Stored = field(repr=False)
    tapped: Option | None = field(repr=False)
    offered: Offered | None = field(repr=False)
    form_sent: bool
    failures: int
    problem: str | None = None
    """why it cannot be run: the class of the exception with which it could not be read, or ``WorkerDied``"""
    preview: bool = False
    """it is answered with content that is not published yet"""
    hand_off: str | None = None
    """the state of the hand-off that is open: waiting for a person, or held by one"""
    unread: int = 0
    """so many messages were too many to be read, and the contact has not been told"""

    @property
    def attempts(self) -> int:
        """How often the turn has failed."""
        return self.turn[0].attempts

    @property
    def is_held(self) -> bool:
        """A person has the conversation."""
        return self.hand_off == HELD

    @property
    def is_of_desk(self) -> bool:
        """It is the desk that has something to tell, and not the contact who wrote."""
        return self.turn[0].kind == DESK


def open_work(session: Session, lease: Lease, config: Settings) -> Work | None:
    """The lane's next turn, or None if nothing waits."""
    turn = inbox.open_turn(
        session,
        lease.contact_id,
        partial(gathered, pause=config.pause_seconds),
        stale_after=config.stale_seconds,
    )
    if not turn:
        return None
    try:
        return _read(session, lease, turn, config.stale_seconds)
    except SQLAlchemyError:
        raise
    except Exception as error:
        # It fails alone, and not all who are claimed with it, or the turn before it.
        return _unreadable(session, lease, turn, type(error).__name__)


def _read(session: Session, lease: Lease, turn: Sequence[inbox.Waiting], stale_seconds: float) -> Work:
    """All that this turn needs."""
    standing = _STANDING.first(session, contact=lease.contact_id)
    tapped = offered = None
    message = turn[-1]
    if message.kind == "option":
        option_id = str(message.content.get("id") or "")
        options = offers.options_of(session, lease.contact_id, option_id)
        tapped = next((option for option in options if option.id == option_id), None)
        offered = Offered(options, False) if tapped else None
    if tapped is None and message.kind in ("text", "option"):
        quoted = turn[0].around.get("quotes")
        offered = (offers.offered_in(session, lease.contact_id, quoted) if quoted else None) or offers.last_offered(
            session, lease.contact_id
        )
        if offered and any(turned_page(option) is not None for option in offered.options):
            # Who types "lainnya" turns the page, too.
            typed = typed_option(written(turn), offered)
            tapped = typed if turned_page(typed) is not None else None
    return Work(
        lease=lease,
        turn=tuple(turn),
        is_late=turn[0].age > stale_seconds and turn[0].kind != DESK,
        key=standing.key,
        has_phone=standing.phone is not None,
        last_message_at=standing.last_message_at,
        stored=trackers.Stored(standing.events or [], standing.version or 0),
        tapped=tapped,
        offered=offered,
        form_sent=message.kind == "form"
        and forms.was_sent(session, lease.contact_id, str(message.content.get("token") or "")),
        failures=standing.failures,
        problem=_problem(lease, turn),
        preview=standing.preview,
        hand_off=standing.hand_off,
        unread=standing.unread,
    )


def heard_from(session: Session, contact_id: int, at: datetime) -> None:
    """The contact wrote then; that they have written since stands."""
    _HEARD.run(session, contact=contact_id, at=at)


def _problem(lease: Lease, turn: Sequence[inbox.Waiting]) -> str | None:
    """Why a turn cannot be run now.

    One over which its worker has died counts as failed: perhaps it was the turn that killed it.
    """
    unread = next((message.problem for message in turn if message.problem), None)
    return unread or ("WorkerDied" if lease.abandoned and turn[0].turn_id is not None else None)


def _unreadable(session: Session, lease: Lease, turn: Sequence[inbox.Waiting], problem: str) -> Work:
    """A turn of which it is known only that it cannot be run."""
    key, hand_off = session.execute(select(_contact.key, _STATE).where(_contact.id == lease.contact_id)).one()
    nothing = trackers.Stored([], 0)
    return Work(lease, tuple(turn), False, key, False, None, nothing, None, None, False, 0, problem, hand_off=hand_off)
