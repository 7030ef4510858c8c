"""``siaga radar run`` and ``status``: figures are fetched, subscribers told, pictures drawn ahead, and it is noticed
when nothing comes."""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timezone
from functools import partial

import typer
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from siaga.content import ContentError
from siaga.db import transaction
from siaga.radar import fetching, store, subscriptions, watching
from siaga.radar.ahead import Ahead
from siaga.radar.asked import Limits, ask
from siaga.radar.sources import FetchSource, sources
from siaga.radar.subscriptions import day_of
from siaga.radar.tables import RadarFetch
from siaga.radar.words import words
from siaga.watch.logs import set_up
from siaga.watch.metrics import done
from siaga.watch.process import watched

IDLE_SECONDS = 10.0
"""As late as a file that somebody has brought is noticed."""
WATCH_SECONDS = 900.0
STUCK_SECONDS = 1800.0
"""A round may fetch from several slow services, and draw for minutes; one that takes longer hangs."""

log = logging.getLogger(__name__)


class Process:
    """Does what is due until it is told to stop. Any number of them may run."""

    def __init__(
        self, fetched: Sequence[FetchSource], limits: Limits | None = None, ahead: Ahead | None = None
    ) -> None:
        self._sources = fetched
        self._limits = limits
        self._ahead = ahead or Ahead()
        self._stop = threading.Event()
        self._planned_for: tuple[str, date] | None = None
        self._tidied_on: date | None = None
        self._watched = float("-inf")
        self._told: set[tuple[str, str | None, date]] = set()

    def stop(self) -> None:
        """Return from ``run`` after what is under way."""
        self._stop.set()

    def run(self, idle: float = IDLE_SECONDS, beat: Callable[[], None] = lambda: None) -> None:
        """Work, and rest ``idle`` seconds in between; ``beat`` is told of each round."""
        while not self._stop.is_set():
            beat()
            try:
                self.round(datetime.now(timezone.utc))
                done("figures")
            except SQLAlchemyError as problem:
                log.warning("not now: %s", type(problem).__name__)
            self._stop.wait(idle)

    def round(self, now: datetime) -> None:
        """Do once what is due.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is away; what was not done is done the next time.
        """
        fetching.fetch_due(
            self._sources,
            now,
            ask=partial(ask, limits=self._limits, sleep=self._stop.wait),
            stopping=self._stop.is_set,
        )
        self._plan(now)
        self._watch(now)
        self._tidy(now)
        self._ahead.draw(now, self._stop.is_set)

    def _plan(self, now: datetime) -> None:
        """Subscribers are looked at when figures came or went, whoever brought them, and once a day."""
        with transaction() as session:
            current = store.version(session), day_of(now)
        if current != self._planned_for:
            subscriptions.plan_all(now)
            self._planned_for = current

    def _watch(self, now: datetime) -> None:
        if time.monotonic() - self._watched < WATCH_SECONDS:
            return
        with transaction() as session:
            stale = watching.alarm(session, self._sources, now)
        for one in stale:
            once = one.source, one.disease, day_of(now)
            if once not in self._told:
                age = "never came" if one.days_old is None else f"are {one.days_old} days old"
                log.warning("the figures of %s (%s) %s", one.source, one.disease or "?", age)
                self._told.add(once)
        self._told = {once for once in self._told if once[2] == day_of(now)}
        self._watched = time.monotonic()

    def _tidy(self, now: datetime) -> None:
        if self._tidied_on == day_of(now):
            return
        with transaction() as session:
            store.tidy(session, now)
        self._tidied_on = day_of(now)


def run() -> None:
    """Fetch figures, plan what subscribers are told, draw pictures, and raise the alarm when nothing comes, until
    stopped."""
    set_up("radar")
    process = Process(_sources())
    watch = watched("radar", alive_seconds=STUCK_SECONDS)

    def end(*_: object) -> None:
        watch.drain()
        process.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    process.run(beat=watch.beat)


def status() -> None:
    """How old each series is, and how fetching goes, one JSON line each; exit code 1 if one of them is late."""
    now, fetched = datetime.now(timezone.utc), _sources()
    with transaction() as session:
        found = watching.series(session, fetched, now)
        states = {row.name: row for row in session.scalars(select(RadarFetch))}
        for one in found:
            _line(
                series=one.source,
                disease=one.disease,
                last_day=one.last_day,
                days_old=one.days_old,
                limit=one.limit,
                watched=one.watched,
                stale=one.stale,
                fetched_by=one.fetched_by,
            )
        for source in fetched:
            row = states.get(source.name)
            _line(
                fetch=source.name,
                address=source.told_address,
                enabled=source.enabled,
                tried_at=row and row.tried_at,
                good_at=row and row.good_at,
                next_at=row.next_at if row and source.enabled else None,
                failures=row.failures if row else 0,
                problem=row and row.problem,
            )
    if any(one.watched and one.stale for one in found):
        raise typer.Exit(1)


def _sources() -> tuple[FetchSource, ...]:
    """Read the content now: a mistake in it is to stop the command, and not to be found at night."""
    try:
        words()
        return sources()
    except ContentError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def _line(**values: object) -> None:
    typer.echo(json.dumps(values, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
