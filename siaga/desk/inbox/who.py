"""Who may come to the inbox, and what citizens are told that they are."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session

from siaga.desk import access, showing
from siaga.desk.sessions import Here
from siaga.handoffs import attendants
from siaga.handoffs.tables import Attendant

Volunteer = Annotated[Here, Depends(access.for_roles("volunteer", "admin"))]


def role_of(here: Here) -> str:
    """As a citizen reads it after the name."""
    return "relawan kesehatan" if here.may("volunteer") else "petugas Siaga"


def seen(session: Session, here: Here) -> None:
    """Note that a volunteer is there for citizens, unless they take no new conversations; an admin only looks on."""
    if here.may("volunteer") and not is_away(session, here.login):
        attendants.seen(session, here.login, here.name, showing.now())


def is_away(session: Session, login: str) -> bool:
    """Whether somebody takes no new conversations just now."""
    attendant = session.get(Attendant, login)
    return attendant is not None and bool(attendant.away)
