"""Counts to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from siaga.db import transaction
from siaga.desk import showing
from siaga.tallies.tables import Tally


def tallied(
    what: str, numbers: Mapping[str, int] | int, *, days_ago: int = 1, hour: int = 10, by_place: bool = False
) -> None:
    """Count something of a day: a number, or some by key or kabupaten/kota."""
    day = day_ago(days_ago)
    found = {"": numbers} if isinstance(numbers, int) else numbers
    with transaction() as session:
        for key, n in found.items():
            session.add(
                Tally(
                    day=day,
                    hour=hour,
                    what=what,
                    key="" if by_place else key,
                    regency=key if by_place else "",
                    shard=0,
                    n=n,
                )
            )


def day_ago(days: int) -> date:
    """A day by the desk's clock."""
    return showing.today() - timedelta(days)
