"""The replica that figures are read from: there, a replica at all, and not far behind."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from siaga.db.engine import replica_engine
from siaga.db.replica import MOST_SECONDS, lag
from siaga.doctor.finding import Finding, look, ok, span

_INSTEAD = "figures are read from the database itself meanwhile"


@dataclass(frozen=True)
class Facts:
    """``seconds`` behind, infinite if that cannot be told; None: it does not answer. ``follows``: it is a replica."""

    seconds: float | None
    follows: bool = True


def gather() -> Facts | None:
    """What it says of itself; None: there is none."""
    engine = replica_engine()
    if engine is None:
        return None
    try:
        with engine.connect() as connection:
            follows = bool(connection.scalar(text("SELECT pg_is_in_recovery()")))
        return Facts(lag(), follows)
    except DBAPIError:
        return Facts(None)


def check(facts: Facts | None) -> Finding:
    """It is worth its address."""
    if facts is None:
        return ok("replica", "none is named (SIAGA_DATABASE_READ_URL), which will do")
    if facts.seconds is None:
        return look("replica", f"it does not answer; {_INSTEAD}", "start it, or mend SIAGA_DATABASE_READ_URL")
    if not facts.follows:
        do = "has it been promoted? Name another replica in SIAGA_DATABASE_READ_URL, or none"
        return look("replica", "it takes writes itself: it is none", do)
    if facts.seconds > MOST_SECONDS:
        behind = "nobody can say how far behind" if math.isinf(facts.seconds) else f"{span(facts.seconds)} behind"
        do = "SELECT * FROM pg_stat_wal_receiver there: is it connected, does something long run on it?"
        return look("replica", f"{behind}; {_INSTEAD}", do)
    return ok("replica", f"{span(facts.seconds)} behind")
