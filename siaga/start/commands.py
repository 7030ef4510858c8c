"""``siaga start``."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from siaga.db import level
from siaga.db.server import DatabaseUnavailable, database_url, start_embedded, stop_embedded
from siaga.doors.tokens import TokenUnfit, action_token, rasa_api_token
from siaga.privacy.keys import KeysMissing
from siaga.settings import ROOT, Settings, settings
from siaga.start import CannotStart, health, model, search
from siaga.start.ports import Ports
from siaga.start.processes import Write, printer, read_procfile
from siaga.start.system import SIMULATOR, System, prepare_database

app = typer.Typer(help="Run everything on this machine.")

_FREE_MB = 300
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN_SECONDS = 0.05
FIRST_WATCH_PORT = 9110


class _Interrupted(BaseException):
    """Somebody wants the system to stop: Ctrl-C, a service manager, a terminal that is closed."""


@app.command()
def start(
    port_offset: int = typer.Option(0, help="Added to every port, to run beside another one."),
    rasa: int = typer.Option(1, min=1, max=16, help="How many Rasa processes share the work."),
    verbose: bool = typer.Option(False, help="Show all that the processes log, not only warnings."),
    migrate: bool = typer.Option(False, help="In production, migrate the database of DATABASE_URL; otherwise always."),
) -> None:
    """Run database, Rasa, action server, sender, fetcher, desk and simulator; Ctrl-C stops all of them."""
    os.chdir(ROOT)  # `.env`, the Procfile and Rasa's files are found from there
    try:
        with _interruptible():
            _run(port_offset, rasa, verbose, migrate)
    except _Interrupted:
        typer.echo("Siaga has stopped.")
    except (CannotStart, DatabaseUnavailable) as problem:
        typer.echo(f"siaga: {problem}", err=True)
        raise typer.Exit(1) from None


def _run(port_offset: int, rasa: int, verbose: bool, migrate: bool) -> None:
    chosen = settings()
    production = chosen.environment == "production"
    _check_tokens(chosen)
    ports = Ports.chosen(chosen, port_offset, rasa)
    if production:
        ports = ports.without_simulator()
    ports = ports.watching((chosen.watch_port or FIRST_WATCH_PORT) + port_offset, watched_processes(ports))
    ports.check()
    _check_disk(chosen.home)

    with contextlib.ExitStack() as stack:
        if chosen.database_url is None:
            typer.echo("Starting the database ...")
            stack.callback(stop_embedded)
            start_embedded()
        if production and chosen.database_url is not None and not migrate:
            _check_level()
        else:
            typer.echo("Bringing the database up to date ...")
            try:
                prepare_database(sample_data=not production, tell=typer.echo)
            except OperationalError as problem:
                raise CannotStart(_database_trouble(chosen, problem)) from None
        trained = model.ensure(typer.echo, verbose=verbose)
        search.ensure(typer.echo)

        write = _as_it_is if chosen.log == "json" else _named(ports)
        system = System(chosen, ports, database_url(), trained, write, verbose)
        stack.callback(system.stop)
        stack.callback(_ignore_signals)  # first of the three: nothing interrupts the stopping
        typer.echo(f"Starting {', '.join(system.processes.commands)} ...")
        system.start(typer.echo)
        _say_where(system)
        while (ended := system.processes.ended()) is None:
            time.sleep(0.3)
        raise CannotStart(health.describe_end(system.processes, *ended) + " Everything else has been stopped.")


def _named(ports: Ports) -> Write:
    return printer([*read_procfile(ROOT / "Procfile"), *ports.all_rasa])


def _as_it_is(_: str, line: str) -> None:
    """A line that names its process itself."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def watched_processes(ports: Ports) -> list[str]:
    """The processes that tell how they are, each always at the same port, whichever of the others run."""
    names = [name for name in read_procfile(ROOT / "Procfile") if name != SIMULATOR]
    return [*names, *(name for name in ports.all_rasa if name not in names)]


def _say_where(system: System) -> None:
    typer.echo("\nSiaga is running.")
    if system.ports.simulator:
        typer.echo(f"  Chat page: {system.chat_page}/")
    if system.ports.desk:
        typer.echo(f"  Desk:      {settings().desk_url or f'http://127.0.0.1:{system.ports.desk}'}/")
        if _nobody_may_sign_in():
            typer.echo("             Nobody can sign in yet. Make the first admin, in another terminal:")
            typer.echo(f"             {Path(sys.executable).parent / 'siaga'} desk admin create")
    typer.echo(f"  Webhook:   http://127.0.0.1:{system.ports.receive}/webhooks/whatsapp/webhook")
    typer.echo("  Ctrl-C stops it.\n")


def _nobody_may_sign_in() -> bool:
    from siaga.db import transaction
    from siaga.desk.accounts import is_empty

    with transaction() as session:
        return is_empty(session)


def _check_tokens(chosen: Settings) -> None:
    try:
        action_token(chosen)
        if chosen.rasa_api:
            rasa_api_token(chosen)
    except (KeysMissing, TokenUnfit) as problem:
        raise CannotStart(str(problem)) from None


def _check_level() -> None:
    """Raise unless the database is as this code needs it: others may be at work in it, with other code."""
    try:
        level.wait(0, typer.echo)
    except level.NotMigrated as problem:
        raise CannotStart(f"{problem} Or start with --migrate.") from None


def _check_disk(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free // 1_000_000
    if free < _FREE_MB:
        raise CannotStart(f"Not enough disk space in {home}: {_FREE_MB} MB are needed, {free} MB are free.")


def _database_trouble(chosen: Settings, problem: OperationalError) -> str:
    reason = str(problem.orig).strip().splitlines()[-1] if problem.orig else "it does not answer"
    if chosen.database_url is None:
        return f"The database cannot be used: {reason}"
    where = make_url(database_url())
    several = where.query.get("host")
    host = where.host or (", ".join(several) if isinstance(several, tuple) else "this machine")
    return f"The database '{where.database}' on {host} (DATABASE_URL) cannot be used: {reason}"


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise _Interrupted

    def dropped(what: sys.UnraisableHookArgs) -> None:
        # Python goes on after what is raised in a destructor, or right after a fork; nobody could stop us any more.
        if what.exc_type is _Interrupted:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            others(what)

    # `nohup` has asked that a closing terminal be survived. Ctrl-C, though, is for us even where a shell has switched
    # it off, as it does for what it starts in the background.
    heard = [n for n in _SIGNALS if n != signal.SIGHUP or signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in [*heard, signal.SIGALRM]}
    others, sys.unraisablehook = sys.unraisablehook, dropped
    try:
        yield
    finally:
        sys.unraisablehook = others
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
