"""A database for one measurement: real fsync, keys of its own, gone afterwards."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from siaga.db.engine import forget
from siaga.db.server import start_embedded, stop_embedded
from siaga.migrations import upgrade
from siaga.settings import settings


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """A migrated database that ``siaga.db.transaction()`` works in; ``name`` begins its folder's."""
    with tempfile.TemporaryDirectory(prefix=f"siaga-{name}-") as folder:
        os.environ["SIAGA_KEYS"] = "bench:" + base64.b64encode(secrets.token_bytes(32)).decode()
        os.environ["SIAGA_INDEX_KEY"] = base64.b64encode(secrets.token_bytes(32)).decode()
        os.environ["DATABASE_URL"] = start_embedded(Path(folder) / "postgres", durable=True)
        settings.cache_clear()
        forget()
        upgrade()
        try:
            yield
        finally:
            forget()
            stop_embedded()
