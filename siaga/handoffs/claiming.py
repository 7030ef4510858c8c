"""Taking a hand-off, giving it back to the queue, and passing it on: of two at the same moment one succeeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.handoffs import attendants, changes, recording
from siaga.handoffs.opening import about_of, raise_urgency
from siaga.handoffs.reasons import SOON
from siaga.handoffs.state import HELD, WAITING, Over, queue_again, to_change
from siaga.handoffs.tables import Attendant, HandOff
from siaga.people.notices import take_back

__all__ = ["Over", "Taken", "claim", "release", "requeue", "transfer"]


class Taken(ValueError):
    """Somebody else holds it: ``name`` is what they are called."""

    def __init__(self, name: str) -> None:
        super().__init__("somebody else holds it")
        self.name = name


def claim(session: Session, hand_off_id: int, login: str, at: datetime) -> HandOff:
    """Take a hand-off; who holds it already keeps it. From now on the bot is silent.

    Raises:
        UnknownHandOff, Over
        Taken: somebody else holds it.
    """
    hand_off = _held_by_nobody_else(session, hand_off_id, login)
    if hand_off.state == WAITING:
        _give(session, hand_off, login, at)
        recording.system(session, hand_off, f"Diambil oleh {attendants.name_of(session, login)}.", at)
        _changed(session, hand_off)
    return hand_off


def release(session: Session, hand_off_id: int, login: str, at: datetime) -> HandOff:
    """Put a hand-off back into the queue; one that waits there stays as it is.

    Raises:
        UnknownHandOff, Over
        Taken: somebody else holds it.
    """
    hand_off = _held_by_nobody_else(session, hand_off_id, login)
    if hand_off.state == HELD:
        queue_again(hand_off, at)
        name = attendants.name_of(session, login)
        recording.system(session, hand_off, f"Dikembalikan ke antrean oleh {name}.", at)
        _changed(session, hand_off)
    return hand_off


def requeue(session: Session, hand_off: HandOff, at: datetime) -> None:
    """Put a locked hand-off back into the queue whose holder does not answer: the next is to come soon."""
    name = attendants.name_of(session, hand_off.held_by)
    queue_again(hand_off, at)
    raise_urgency(hand_off, SOON)
    recording.system(session, hand_off, f"{name} belum membalas: kembali ke antrean.", at)
    _changed(session, hand_off)


def transfer(session: Session, hand_off_id: int, login: str, to_login: str, at: datetime, remark: str = "") -> HandOff:
    """Pass a hand-off on to a colleague, who holds it at once if they are there; else it waits for them.

    ``remark`` is for colleagues.

    Raises:
        UnknownHandOff, Over
        Taken: somebody else holds it.
    """
    hand_off = _held_by_nobody_else(session, hand_off_id, login)
    if hand_off.state == HELD and to_login == login:
        return hand_off
    there = session.scalar(select(Attendant.login).where(Attendant.login == to_login, attendants.is_there(at)))
    if there is not None:
        _give(session, hand_off, to_login, at)
    else:
        if hand_off.state == HELD:
            queue_again(hand_off, at)
        hand_off.wanted_login = to_login
    from_, to = (attendants.name_of(session, who) for who in (login, to_login))
    recording.system(session, hand_off, f"Diteruskan oleh {from_} kepada {to}.", at)
    if remark.strip():
        recording.note(session, hand_off, login, remark.strip(), at)
    _changed(session, hand_off)
    return hand_off


def _held_by_nobody_else(session: Session, hand_off_id: int, login: str) -> HandOff:
    hand_off = to_change(session, hand_off_id)
    if hand_off.state == HELD and hand_off.held_by != login:
        raise Taken(attendants.name_of(session, hand_off.held_by))
    return hand_off


def _give(session: Session, hand_off: HandOff, login: str, at: datetime) -> None:
    hand_off.state, hand_off.held_by, hand_off.held_at, hand_off.wanted_login = HELD, login, at, None
    # Nobody need hear that they wait.
    take_back(session, about_of(hand_off.id))


def _changed(session: Session, hand_off: HandOff) -> None:
    session.flush()
    changes.notify(session, hand_off.id)
