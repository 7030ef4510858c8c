"""``siaga remind``."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Annotated

import typer

from siaga.content import ContentError, live
from siaga.db import transaction
from siaga.people.notices import KINDS
from siaga.reminders import sending
from siaga.reminders.clock import clock
from siaga.reminders.words import Words, load, words
from siaga.watch.logs import set_up
from siaga.watch.process import watched

app = typer.Typer(no_args_is_help=True, help="What contacts are told unasked: reminders, free places, changes.")


@app.callback()
def _group() -> None:
    """What contacts are told unasked: reminders, free places, changes."""


def _read_words(read: Callable[[], dict[str, Words]]) -> dict[str, Words]:
    """Read the content now: a mistake in it is to stop the command, and not to be found at night."""
    try:
        return read()
    except ContentError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


@app.command()
def run() -> None:
    """Tell what is due, offer places on, validate registrations, until stopped."""
    from siaga.reminders.process import Process

    set_up("remind")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    live.watch()
    _read_words(words)

    async def main() -> None:
        process = Process(clock())
        loop = asyncio.get_running_loop()
        watch = watched("remind", figures=True)

        def stop() -> None:
            watch.drain()
            process.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        with watch.beating():
            await process.run()

    asyncio.run(main())


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """How many notices there are of each kind and status; nothing about anybody."""
    with transaction() as session:
        found = sending.counts(session)
    if as_json:
        of_kind: dict[str, dict[str, int]] = {}
        for kind, status, count in found:
            of_kind.setdefault(kind, {})[status] = count
        typer.echo(json.dumps(of_kind))
        return
    for kind, status, count in found:
        typer.echo(f"{kind:<24} {status:<10} {count:>8}")


@app.command()
def once(
    at: Annotated[str | None, typer.Option(help="As if it were then: 2026-11-23T18:00+07:00. Now if absent.")] = None,
) -> None:
    """Tell what is due, once, and say how many messages went into the outbox."""
    try:
        now = datetime.fromisoformat(at) if at else clock().now()
    except ValueError:
        now = None
    if now is None or now.tzinfo is None:
        typer.echo("--at takes a time with its distance from UTC, such as 2026-11-23T18:00+07:00", err=True)
        raise typer.Exit(1)
    _read_words(words)
    sent = sending.send_due(now.astimezone(timezone.utc))
    typer.echo(json.dumps(vars(sent)))


@app.command()
def check() -> None:
    """Read the files with the words of all kinds, say what is wrong with file and line, and show each as it is read."""
    found = _read_words(load)
    for kind in KINDS:
        said = found[kind]
        typer.echo(f"\n{kind}\n{said.purpose}\n")
        example = {name: said.template.examples.get(name, f"<{name}>") for name in KINDS[kind]}
        for line in said.said(example).split("\n"):
            typer.echo(f"    {line}" if line else "")
        typer.echo("    " + " ".join(f"[ {button.label} ]" for button in said.buttons))
        typer.echo(f"    after 24 hours: {said.template.name}")
