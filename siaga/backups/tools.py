"""PostgreSQL's own programs, and how they are told of our database: never a password among the arguments."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from psycopg2.extensions import make_dsn
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

from siaga.backups import BackupError
from siaga.db.server import DatabaseUnavailable, binaries

_MAJOR = re.compile(rb"\(PostgreSQL\) (\d+)")


@lru_cache(maxsize=8)
def program(name: str, at_least: int) -> Path:
    """``pg_dump`` and the like, of this major version or a newer one: from our own wheel, or from ``PATH``.

    Raises:
        BackupError: there is none.
    """
    found = [shutil.which(name)]
    with suppress(DatabaseUnavailable):
        found.insert(0, shutil.which(name, path=str(binaries())))
    for path in found:
        if path is not None and _major(path) >= at_least:
            return Path(path)
    raise BackupError(f"{name} of PostgreSQL {at_least} or newer is needed: install its client programs.")


def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, check=False).stdout  # noqa: S603 - found by us
    matched = _MAJOR.search(said)
    return int(matched[1]) if matched else 0


def connection(url: str) -> tuple[str, dict[str, str]]:
    """What ``--dbname`` is given for a SQLAlchemy URL, and the environment, where the password is."""
    # SQLAlchemy's own reading of it, which knows of several servers in one address.
    _, parts = postgresql.dialect().create_connect_args(make_url(url))
    environment = os.environ | {"LC_ALL": "C", "PGAPPNAME": "siaga backup"}
    password = parts.pop("password", None)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return make_dsn(**parts), environment


def last_words(output: bytes) -> str:
    """The last line that a program said."""
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
