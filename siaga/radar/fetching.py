"""Fetching from outside services what is due: each answer is checked whole before it counts, else the last good stands.

Who fetches puts the next time off first, in a transaction of its own, so that of several processes one asks. Figures
and what is remembered of their fetching are written in one transaction. What was taken back by hand is not fetched
again until the service says something else.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.tasks import open_task
from siaga.radar.asked import Answer, NotFetched, ask
from siaga.radar.importing import Refused
from siaga.radar.sources import FetchSource
from siaga.radar.store import Contradiction
from siaga.radar.subscriptions import day_of
from siaga.radar.tables import RadarFetch
from siaga.radar.taking import bring

AGAIN = timedelta(minutes=5)
"""After a failure it is asked again so much later, then twice as much, until the usual time."""
LEASE = timedelta(minutes=10)
"""Whoever was killed while it asked is followed by another after this."""
REASONS = 10
REASON = 300
TASK = "radar_refused"

Outcome = Literal["taken", "same", "failed", "refused"]
Ask = Callable[..., Answer]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """What came of one service: ``taken``: new figures, ``same``: nothing new, ``failed``: no answer, ``refused``: one
    that cannot be right. ``problem`` says why, for operators."""

    name: str
    outcome: Outcome
    problem: str | None = None


def fetch_due(
    sources: Iterable[FetchSource],
    now: datetime,
    *,
    ask: Ask = ask,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Fetched]:
    """Ask those services that are due; what came of each.

    Args:
        ask: as ``asked.ask``, perhaps with other limits.
        stopping: whether it is to end after the one under way.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    done = []
    for source in sources:
        if stopping():
            break
        if source.enabled and (state := _claim(source, now)) is not None:
            done.append(_fetch(source, state, now, ask))
    return done


def next_due(session: Session, sources: Iterable[FetchSource]) -> datetime | None:
    """When the next service is due; None where none is enabled, or one was never asked."""
    names = [source.name for source in sources if source.enabled]
    known = dict(session.execute(select(RadarFetch.name, RadarFetch.next_at).where(RadarFetch.name.in_(names))).all())
    return min(known.values()) if names and len(known) == len(names) else None


# ---------------------------------------------------------------------- one service
@dataclass(frozen=True)
class _State:
    etag: str | None
    last_modified: str | None
    digest: str | None
    failures: int


def _claim(source: FetchSource, now: datetime) -> _State | None:
    """What is remembered of a service that is due, which nobody else asks from now on; None if it is not."""
    with transaction() as session:
        session.execute(
            insert(RadarFetch)
            .values(name=source.name, address=source.address, next_at=now)
            .on_conflict_do_nothing(index_elements=[RadarFetch.name])
        )
        query = select(RadarFetch).where(RadarFetch.name == source.name).with_for_update(skip_locked=True)
        row = session.execute(query).scalar_one_or_none()
        if row is None:
            return None
        if row.address != source.address:
            # What is remembered is of another place.
            row.address, row.next_at, row.failures = source.address, now, 0
            row.etag = row.last_modified = row.digest = row.problem = None
        if row.next_at > now:
            return None
        row.next_at, row.tried_at = now + LEASE, now
        return _State(row.etag, row.last_modified, row.digest, row.failures)


def _fetch(source: FetchSource, state: _State, now: datetime, ask: Ask) -> Fetched:
    try:
        answer = ask(source.address, etag=state.etag, last_modified=state.last_modified)
    except NotFetched as problem:
        return _failed(source, state, now, problem)
    digest = None if answer.content is None else hashlib.sha256(answer.content).hexdigest()
    if answer.content is None or digest == state.digest:
        kept = {} if answer.content is None else {"etag": answer.etag, "last_modified": answer.last_modified}
        _note(source, good_at=now, next_at=now + source.every, failures=0, problem=None, **kept)
        return Fetched(source.name, "same")
    try:
        with transaction() as session:
            brought = bring(
                session,
                answer.content,
                file=source.told_address,
                today=day_of(now),
                at=now,
                shape=source.shape,
                source=source.series,
                said_by=source.said_by,
                disease=source.disease,
            )
            _set(
                session,
                source,
                good_at=now,
                next_at=now + source.every,
                failures=0,
                problem=None,
                digest=digest,
                etag=answer.etag,
                last_modified=answer.last_modified,
                series=brought.table.source,
            )
    except (Refused, Contradiction) as problem:
        return _refused(source, state, now, str(digest), problem)
    except SQLAlchemyError:
        raise
    except Exception as problem:
        # What a reader did not foresee is in the answer, too: nothing of it counts, and the others are asked.
        log.exception("%s: its answer cannot be read", source.name)
        return _refused(source, state, now, str(digest), Refused([f"tidak terbaca: {type(problem).__name__}"]))
    new = brought.taken is not None and not brought.taken.already
    for told in brought.table.notes if new else ():
        log.info("%s: %s", source.name, told)
    return Fetched(source.name, "taken" if new else "same")


def _failed(source: FetchSource, state: _State, now: datetime, problem: NotFetched) -> Fetched:
    pause = AGAIN * 2 ** min(state.failures, 12)
    if problem.retry_after is not None:
        pause = max(pause, timedelta(seconds=problem.retry_after))
    # Never rarer than usual, unless the service asks for it.
    pause = max(min(pause, source.every), timedelta(seconds=problem.retry_after or 0))
    _note(source, next_at=now + pause, failures=state.failures + 1, problem=problem.code)
    log.warning("%s cannot be fetched: %s", source.name, problem.code)
    return Fetched(source.name, "failed", problem.code)


def _refused(
    source: FetchSource, state: _State, now: datetime, digest: str, problem: Refused | Contradiction
) -> Fetched:
    """The last good figures stand, and the desk is told, once of the same answer."""
    reasons = problem.reasons if isinstance(problem, Refused) else [str(problem)]
    told = [reason[:REASON] for reason in reasons[:REASONS]]
    with transaction() as session:
        _set(
            session,
            source,
            next_at=now + source.every,
            failures=state.failures + 1,
            problem=f"refused: {told[0] if told else 'no reason'}",
        )
        data = {
            "source": source.name,
            "address": source.told_address,
            "reasons": told,
            "more": len(reasons) - len(told),
        }
        open_task(session, TASK, data, contact_id=None, message_id=f"radar:{source.name}:{digest[:16]}")
    log.warning("%s was refused, the last good figures stand: %s", source.name, "; ".join(told[:3]))
    return Fetched(source.name, "refused", told[0] if told else None)


def _note(source: FetchSource, **values: Any) -> None:
    with transaction() as session:
        _set(session, source, **values)


def _set(session: Session, source: FetchSource, **values: Any) -> None:
    session.execute(
        update(RadarFetch)
        .where(RadarFetch.name == source.name)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
