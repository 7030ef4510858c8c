"""``siaga registry``."""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timezone

import typer
from sqlalchemy.exc import SQLAlchemyError

from siaga.content import live
from siaga.db import transaction
from siaga.registration import writes
from siaga.registration.gateways import access
from siaga.registration.gateways.base import Gateway, Refused, Unavailable
from siaga.registration.gateways.local import LocalGateway
from siaga.registration.validation import validate_all
from siaga.settings import settings
from siaga.watch.logs import set_up
from siaga.watch.process import watched

app = typer.Typer(no_args_is_help=True, help="The outside registry: what it is told, and whether it is up.")

IDLE_SECONDS = 2.0
LONGEST_REST_SECONDS = 60.0
VALIDATE_SECONDS = 300.0
STUCK_SECONDS = 1800.0
"""A batch may wait for a slow registry time and again; one that takes longer hangs."""

log = logging.getLogger(__name__)


@app.callback()
def _group() -> None:
    """The outside registry: what it is told, and whether it is up."""


@app.command()
def run() -> None:
    """Tell the registry what waits in the queue, until stopped."""
    set_up("registry")
    stop = threading.Event()
    watch = watched("registry", alive_seconds=STUCK_SECONDS)

    def end(*_: object) -> None:
        watch.drain()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if not access.is_outside():
        # It would take all the others of the Procfile with it if it ended.
        typer.echo("The registry is our own database: nobody else has to be told.")
        while not stop.wait(IDLE_SECONDS):
            watch.beat()
        return
    # Whose NIK it confirms may take doses along, whose next ones go by the rules that are published.
    live.watch()
    keep_telling(_gateway(), stop, beat=watch.beat)


@app.command()
def check() -> None:
    """Ask the registry whether it is there and takes our credentials; exit code 1 if not."""
    try:
        if access.is_outside():
            _gateway().check()
        else:
            with transaction() as session:
                LocalGateway(session).check()
    except (Unavailable, Refused) as problem:
        typer.echo(f"{settings().registry}: {problem}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{settings().registry}: it answers.")
    if access.is_outside() and not access.compares():
        typer.echo(
            "Its names are taken to be hidden: registrations wait for the card. SIAGA_REGISTRY_TELLS_NAMES=true if not."
        )


@app.command()
def queue() -> None:
    """Print, as JSON, how many writes wait, are done, were refused."""
    with transaction() as session:
        typer.echo(json.dumps(asdict(writes.state(session, datetime.now(timezone.utc)))))


def keep_telling(
    gateway: Gateway, stop: threading.Event, idle: float = IDLE_SECONDS, beat: Callable[[], None] = lambda: None
) -> None:
    """Work the queue until ``stop`` is set; while the registry is away, only now and then one write tries it.

    In between it is asked about the registrations that wait to be validated.
    """
    away = 0
    validated = float("-inf")
    while not stop.is_set():
        beat()
        if not away and time.monotonic() - validated >= VALIDATE_SECONDS:
            validated = time.monotonic()
            try:
                validate_all(datetime.now(timezone.utc), lookup=gateway.lookup)
            except SQLAlchemyError as problem:
                log.warning("nothing can be validated: %s", type(problem).__name__)
        try:
            worked = writes.work(gateway, datetime.now(timezone.utc), limit=1 if away else writes.BATCH)
        except SQLAlchemyError as problem:
            log.warning("the queue cannot be worked: %s", type(problem).__name__)
            stop.wait(idle)
            continue
        if worked.away:
            away += 1
            rest = min(max(idle * 2.0 ** min(away - 1, 10), worked.retry_after or 0.0), LONGEST_REST_SECONDS)
            if away == 1:
                log.warning("the registry is away; what waits is kept")
            stop.wait(rest)
            continue
        if away and worked.done + worked.refused:
            log.info("the registry is back")
            away = 0
        elif not worked.done + worked.refused:
            stop.wait(idle)


def _gateway() -> Gateway:
    try:
        return access.for_queue()
    except access.AccessMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None
