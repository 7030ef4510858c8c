"""Who answers at the desk, and is there just now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.handoffs.tables import Attendant

THERE = timedelta(minutes=2)
"""Whoever was seen so lately is there."""


def seen(session: Session, login: str, name: str, at: datetime) -> None:
    """Somebody has the desk open, and is called ``name`` by citizens; the last time counts."""
    new = insert(Attendant).values(login=login, name=name, seen_at=at)
    session.execute(
        new.on_conflict_do_update(
            index_elements=[Attendant.login],
            set_={"name": new.excluded.name, "seen_at": func.greatest(Attendant.seen_at, new.excluded.seen_at)},
        )
    )


def set_away(session: Session, login: str, away: bool) -> None:
    """Somebody takes no new conversations, or does again; nothing of who was never seen."""
    session.execute(
        update(Attendant).where(Attendant.login == login).values(away=away).execution_options(synchronize_session=False)
    )


def present(session: Session, at: datetime) -> list[Attendant]:
    """Who is there and takes conversations, by name."""
    return list(session.scalars(select(Attendant).where(is_there(at)).order_by(Attendant.name, Attendant.login)))


def count(session: Session, at: datetime) -> int:
    """How many are there and take conversations."""
    return int(session.scalar(select(func.count()).select_from(Attendant).where(is_there(at))) or 0)


def is_there(at: datetime) -> Any:
    """The condition that an attendant is there and takes conversations."""
    return and_(Attendant.seen_at > at - THERE, Attendant.away.is_(False))


def name_of(session: Session, login: str) -> str:
    """What somebody is called; their login where no name is known."""
    return str(session.scalar(select(Attendant.name).where(Attendant.login == login)) or login)
