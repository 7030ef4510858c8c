"""Walking the chain, and saying in plain words where it is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siaga.db.audit.chain import COLUMNS, START, Head, Row, moment, seal_of

BATCH = 5_000
MOST_TOLD = 100
"""As many breaks are put into words; all are counted."""
MAY_WAIT = timedelta(minutes=1)
"""A row is sealed before others see it. One that is not was written past this programme; the next note seals it."""

_LINKS = f"SELECT place, {COLUMNS}, seal FROM audit WHERE place IS NOT NULL"  # noqa: S608 - constants
_NEXT = text(f"{_LINKS} AND (place, id) > (:place, :id) ORDER BY place, id LIMIT {BATCH}")
_LAST = text("SELECT place, seal FROM audit WHERE place IS NOT NULL ORDER BY place DESC, id DESC LIMIT 1")
_AT = text("SELECT seal FROM audit WHERE place = :place")
_LOOSE = text(
    f"SELECT id, seal IS NOT NULL AS sealed, at < now() - CAST(:may_wait AS interval) AS old "  # noqa: S608 - constants
    f"FROM audit WHERE place IS NULL ORDER BY id LIMIT {MOST_TOLD + 1}"
)
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


@dataclass
class Verified:
    """What a walk has found.

    Attributes:
        rows: how many it has looked at.
        head: how far the chain goes; None if there is none.
        first, last: the times of the first and the last row looked at; None if no calendar has it.
        breaks: one line each, at most ``MOST_TOLD`` of them; none: the chain is whole.
        broken: how many breaks there are.
        nothing_fits: not one seal was made with our key: rather another key than so many changes.
    """

    rows: int = 0
    head: Head | None = None
    first: datetime | None = None
    last: datetime | None = None
    breaks: list[str] = field(default_factory=list)
    broken: int = 0
    nothing_fits: bool = False

    def add(self, line: str) -> None:
        """Take up a break."""
        self.broken += 1
        if self.broken <= MOST_TOLD:
            self.breaks.append(line)


class Walk:
    """Goes along the chain row by row; what it remembers is only the link it stands at."""

    def __init__(self, place: int = 0, seal: bytes | None = START) -> None:
        """Args: the place and seal of the row before the first; no seal: that row is missing."""
        self.place = place
        self.fits = 0
        self._before = [] if seal is None else [seal]

    def step(self, row: Row, seal: bytes | None) -> Iterator[str]:
        """Look at the next row, which has this seal; yields what is wrong."""
        if row.place <= self.place:
            yield f"place {row.place}: row {row.id} is not one of the chain"
            return
        if row.place > self.place + 1:
            first, last = self.place + 1, row.place - 1
            gap = f"place {first}" if first == last else f"places {first} to {last}"
            yield f"{gap}: missing; so what stands at place {row.place} cannot be checked"
            self._before = []
        self.place = row.place
        right = [seal_of(row, before) for before in self._before]
        if seal is not None and seal in right:
            self.fits += 1
            self._before = [seal]
            return
        if seal is None:
            yield f"place {row.place}: row {row.id} has no seal"
        elif right:
            yield f"place {row.place}: row {row.id} or its seal was changed"
        # The next is right if it follows the seal that stands here, or one that should: what is whole is not accused.
        self._before = [one for one in dict.fromkeys([seal, *right[:1], *right[-1:]]) if one is not None]


def verify(session: Session, *, heads: Sequence[Head] = (), last: int | None = None) -> Verified:
    """Check the chain from its beginning, or only its ``last`` rows, and against ``heads`` that were noted before.

    That its end was cut off, or that all was made anew by somebody with our key, is only seen by such a head.
    """
    done = Verified()
    walk, row_id = _start(session, last)
    for row, seal in _rows(session, walk.place if last is not None else _SMALLEST, row_id):
        done.last = moment(row.at)
        done.first = done.first if done.rows else done.last
        done.rows += 1
        for line in walk.step(row, seal):
            done.add(line)
        if seal is not None and row.place == walk.place:
            done.head = Head(row.place, seal)
    done.nothing_fits = done.rows > 0 and not walk.fits
    for line in (*_loose(session), *_against(session, heads, walk.place)):
        done.add(line)
    return done


def head(session: Session) -> Head | None:
    """How far the chain goes; None if nothing is sealed yet."""
    found = session.execute(_LAST).first()
    return Head(int(found.place), bytes(found.seal or b"")) if found else None


def _start(session: Session, last: int | None) -> tuple[Walk, int]:
    end = session.execute(_LAST).first() if last is not None else None
    if last is None or end is None or end.place <= last:
        return Walk(), _SMALLEST
    place = end.place - last
    before = session.execute(_AT, {"place": place}).first()
    if before is None or before.seal is None:
        return Walk(place - 1, None), _LARGEST
    return Walk(place, bytes(before.seal)), _LARGEST


def _rows(session: Session, place: int, row_id: int) -> Iterator[tuple[Row, bytes | None]]:
    at = (place, row_id)
    while True:
        found: Sequence[Any] = session.execute(_NEXT, {"place": at[0], "id": at[1]}).all()
        for *columns, seal in found:
            yield Row(*columns), None if seal is None else bytes(seal)
        if len(found) < BATCH:
            return
        at = (found[-1].place, found[-1].id)


def _loose(session: Session) -> Iterator[str]:
    for row in session.execute(_LOOSE, {"may_wait": MAY_WAIT}):
        if row.sealed:
            yield f"row {row.id}: sealed, but without a place in the chain"
        elif row.old:
            yield f"row {row.id}: not sealed; it was not written by this programme, or before there was a chain"


def _against(session: Session, heads: Iterable[Head], end: int) -> Iterator[str]:
    for noted in heads:
        found = session.execute(_AT, {"place": noted.place}).first()
        if found is None and noted.place > end:
            yield f"place {noted.place} was noted before, and the chain ends at {end}: its end was cut off"
        elif found is None or bytes(found.seal or b"") != noted.seal:
            yield f"place {noted.place}: what stands there is not what was noted before"
