"""Everything the doctor looks at, area by area; what cannot be looked at is a line, too."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from siaga.backups import shelf
from siaga.db import engine, transaction
from siaga.db.level import level
from siaga.db.server import DatabaseUnknown
from siaga.doctor import configured, database, keys, machine, online, processes, records, replica, waiting
from siaga.doctor.finding import Finding, broken, look
from siaga.privacy.keys import KeysMissing
from siaga.rights import listed
from siaga.settings import ROOT, Settings

_LOCK_SECONDS, _STATEMENT_SECONDS = 5, 60
"""Whoever holds a table for longer, or has too many rows to count, does not keep the doctor waiting."""


def examine(chosen: Settings, *, online_too: bool = False, elsewhere: Collection[str] = ()) -> Iterator[Finding]:
    """All lines, in the order in which to mend things. It works without a database, and without keys.

    Args:
        online_too: ask Meta, and look at certificates.
        elsewhere: names of ``processes.NAMES`` that run on other machines.
    """
    now = datetime.now(timezone.utc)
    production = chosen.environment == "production"
    yield from configured.check(configured.Configured(chosen, os.environ.get("SIAGA_BIND") or "127.0.0.1"))
    yield keys.present(chosen)
    yield keys.rights(keys.files(chosen, ROOT))
    answers = {name: said for name, said in processes.ask_all(chosen).items() if name not in elsewhere}
    yield from _area("machine", lambda: _machine(chosen, answers))
    why = _why_not()
    if why is not None:
        yield why
        yield from _area("backup", lambda: [records.backups(records.gather_kept(None, chosen, now), chosen)])
        yield from _area("list of the erased", lambda: [records.erased(records.gather_erased(None))])
    else:
        embedded = chosen.database_url is None
        yield from _area("database", lambda: _database(embedded=embedded, production=production))
        yield from _area("replica", lambda: [replica.check(replica.gather())])
        yield from _area("keys in use", _keys)
        yield from _area("queue", _waiting)
        yield from _area("records", lambda: _records(chosen, now))
    yield from _area("processes", lambda: list(processes.check(answers, processes.models())))
    if online_too:
        yield from _area("online", lambda: list(online.check(chosen)))


def _area(name: str, work: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What one area says; whatever goes wrong in it, the others are told."""
    try:
        yield from work()
    except KeysMissing:
        yield look(name, "not looked at: there are no keys", "see the line “keys”")
    except OperationalError:
        says = "not looked at: the database did not answer in time"
        yield look(name, says, "is a table locked, or a migration running? then look again")
    except Exception as problem:
        # The text of an exception may quote what stands in a row.
        yield broken(name, f"could not be looked at ({type(problem).__name__})", "mend what is said above, look again")


def _why_not() -> Finding | None:
    try:
        found = level()
        return database.away(found, database.refusal(engine()) if found in ("away", "empty") else "")
    except DatabaseUnknown as problem:
        return broken("database", str(problem), "`siaga start`, or DATABASE_URL")
    except ArgumentError:
        # Its text quotes the address, with the password.
        return broken("database", "DATABASE_URL is no address", "write postgresql://account:password@host:5432/name")


def _machine(chosen: Settings, answers: dict[str, processes.Answer]) -> list[Finding]:
    places = {
        "home": chosen.home,
        "models": ROOT / "models",
        "backups": shelf.folder(),
        "the list of the erased": listed.path().parent,
    }
    ports = {
        "receiver": chosen.receive_port, "Rasa": chosen.rasa_port, "action server": chosen.action_port,
        "desk": chosen.desk_port,
    }  # fmt: skip
    ours = {ports[name] for name, answer in answers.items() if answer.right}
    return list(machine.check((machine.look_at(what, folder) for what, folder in places.items()), ports, ours))


def _database(*, embedded: bool, production: bool) -> list[Finding]:
    with engine().connect() as connection:
        _be_patient(connection)
        return list(database.check(database.gather(connection, embedded=embedded), production=production))


def _be_patient(asked: Connection | Session) -> None:
    asked.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
    asked.execute(text(f"SET LOCAL statement_timeout = '{_STATEMENT_SECONDS}s'"))


@contextmanager
def _reading() -> Iterator[Session]:
    with transaction() as session:
        _be_patient(session)
        yield session


def _keys() -> list[Finding]:
    with _reading() as session:
        return list(keys.check(keys.gather(session)))


def _waiting() -> list[Finding]:
    with _reading() as session:
        return list(waiting.check(waiting.gather(session)))


def _records(chosen: Settings, now: datetime) -> list[Finding]:
    with _reading() as session:
        found = list(records.check(session, chosen, now))
        found.append(records.backups(records.gather_kept(session, chosen, now), chosen))
        return [*found, records.erased(records.gather_erased(session))]
