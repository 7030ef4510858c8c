"""A connection of its own, on which a process hears that the content has changed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from select import select as select_ready
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from siaga.content.versions import CHANNEL
from siaga.db.engine import alive
from siaga.db.server import database_url

POLL_SECONDS = 5.0
"""So long may a change stay unseen whose notification was lost."""
_CONNECT_SECONDS = 3
_STATEMENT_MS = 4000


def rested(stop: socket.socket, seconds: float) -> bool:
    """Rest; whether it is time to stop."""
    return bool(select_ready([stop], [], [], seconds)[0])


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection of its own, that does not wait for a database which has gone without a word."""
    url = database_url()
    engine = create_engine(
        url,
        future=True,
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        connect_args=alive(url, connect_timeout=_CONNECT_SECONDS, application_name="siaga content"),
    )
    # Not as an option that a connection begins with: PgBouncer refuses those.
    event.listen(engine, "begin", lambda begun: begun.exec_driver_sql(f"SET LOCAL statement_timeout = {_STATEMENT_MS}"))
    with engine.connect() as connection:
        yield connection


def listen(connection: Connection) -> None:
    """Be notified of changes from now on."""
    connection.execute(text(f"LISTEN {CHANNEL}"))
    connection.commit()


def wait(connection: Connection, stop: socket.socket, until: datetime | None) -> bool:
    """Until a notification, ``until``, or the time to look anyway; whether it is time to stop instead.

    ``until``: when the next version starts or ends by itself.
    """
    raw: Any = connection.connection.dbapi_connection
    if raw.notifies:  # it came with the answer to a statement
        raw.notifies.clear()
        return rested(stop, 0)
    seconds = POLL_SECONDS
    if until is not None:
        seconds = min(seconds, max(0.01, (until - datetime.now(timezone.utc)).total_seconds()))
    ready = select_ready([raw, stop], [], [], seconds)[0]
    if raw in ready:
        raw.poll()
        raw.notifies.clear()
    return stop in ready
