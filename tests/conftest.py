"""What all tests share: a real PostgreSQL, made once a run, emptied between tests.

Where several processes share the tests, each has its own: folder, database, and what Rasa has cached.
"""

from __future__ import annotations

import atexit
import base64
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.groups import group, place

# Set before anything reads the settings.
_HOME = Path(tempfile.mkdtemp(prefix="siaga-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)  # before the server's own, so that it runs after that
os.environ["SIAGA_HOME"] = str(_HOME)
os.environ["SIAGA_KEYS"] = "test1:" + base64.b64encode(b"k" * 32).decode()
os.environ["SIAGA_INDEX_KEY"] = base64.b64encode(b"i" * 32).decode()
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["RASA_CACHE_DIRECTORY"] = str(_HOME / "rasa")
# Each message has its own turn at once, but where a test is about several becoming one.
os.environ["SIAGA_PAUSE_SECONDS"] = "0"
# All that tests ask of the desk comes from one address, faster than people click.
os.environ["SIAGA_DESK_RATE"] = "0"


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``-n 2 --dist loadgroup``, as `make test` has it: what shares a costly fixture stays in one process."""
    if not getattr(config.option, "loadgroup", False):
        return
    here = Path(__file__).parent
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item.path.relative_to(here))))
    items.sort(key=lambda item: place(item.path.relative_to(here)))


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for garbage once when all tests are read, and never again among them: it was a third of the time."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The URL of a migrated database on a server of this test run's own."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url

    from siaga.db.engine import forget
    from siaga.db.server import start_embedded, stop_embedded
    from siaga.migrations import upgrade
    from siaga.settings import settings

    server = os.environ.get("SIAGA_TEST_DATABASE_URL") or start_embedded(_HOME / "postgres", durable=False)
    name = f"siaga_test_{os.getpid()}"
    with create_engine(server, future=True, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    os.environ["DATABASE_URL"] = url
    settings.cache_clear()
    forget()
    upgrade()
    yield url
    forget()
    # Now rather than at the process's end, for which xdist has no more than ten seconds' patience.
    stop_embedded()
    shutil.rmtree(_HOME / "postgres", ignore_errors=True)


@pytest.fixture
def database(database_url: str) -> Iterator[str]:
    """An empty, migrated database: ``siaga.db.transaction()`` works in it."""
    from siaga.content import live
    from tests.emptying import empty

    yield database_url
    follows = live.rest()
    empty()
    if follows:
        # A server of this test's would have told other tests what is in their database, or was in this one.
        live.refresh()
