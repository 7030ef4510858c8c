"""The processes of the Procfile: started, watched, stopped; none is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from honcho.colour import get_colours
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from siaga.db.tether import end_with_parent
from siaga.start.chatter import Chatter

Write = Callable[[str, str], None]
"""Takes the name of a process and one line that it has written."""

_KEPT_LINES = 30


def read_procfile(path: Path) -> dict[str, str]:
    """Name and shell command of each process, in the file's order."""
    return dict(parse_procfile(path.read_text()).processes)


def printer(names: list[str]) -> Write:
    """Writes each line to standard output behind its process's name, in a colour of its own on a terminal."""
    out = Printer(sys.stdout, time_format="%H:%M:%S", width=max(map(len, names), default=0))
    colours = dict(zip(names, get_colours(), strict=False))

    def write(name: str, line: str) -> None:
        now = datetime.now().astimezone()
        out.write(Message(type="line", data=line, time=now, name=name, colour=colours.get(name)))

    return write


_tie = end_with_parent(signal.SIGTERM)


def _apart() -> None:
    """Run in the child. Ctrl-C reaches us alone, and we stop them in order.

    A group of its own, not a session: Linux shares processors fairly between sessions, whatever their niceness.
    """
    os.setpgid(0, 0)
    if _tie:
        _tie()


class Processes:
    """A set of named processes. Start them from the main thread: they end with the thread that started them."""

    def __init__(
        self, commands: dict[str, str], environment: dict[str, str], folder: Path, write: Write, verbose: bool = True
    ) -> None:
        self.commands = commands
        self._verbose = verbose
        self._environment = environment
        self._folder = folder
        self._write = write
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._readers: dict[str, threading.Thread] = {}
        self._lines: dict[str, deque[str]] = {}

    def start(self, name: str) -> None:
        """Start one process by its name."""
        process = subprocess.Popen(  # noqa: S602 - the Procfile's lines are shell commands
            self.commands[name],
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env=self._environment,
            preexec_fn=_apart,
        )
        self._running[name] = process
        self._lines[name] = deque(maxlen=_KEPT_LINES)
        reader = threading.Thread(target=self._read, args=(name, process), daemon=True)
        self._readers[name] = reader
        reader.start()

    def start_all(self, names: Collection[str] | None = None) -> None:
        """Start every process that is not running, or every one of ``names``, in the Procfile's order."""
        for name in self.commands:
            if (names is None or name in names) and not self.alive(name):
                self.start(name)

    def alive(self, name: str) -> bool:
        """Whether the process has been started and has not ended."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def pid(self, name: str) -> int:
        """The process's id.

        Raises:
            KeyError: it has not been started.
        """
        return self._running[name].pid

    def ended(self) -> tuple[str, int] | None:
        """The first process that has ended although nobody stopped it, and its exit code (negative: the signal)."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                return name, code
        return None

    def last_lines(self, name: str) -> list[str]:
        """What the process wrote last."""
        reader = self._readers.get(name)
        if reader is not None and not self.alive(name):
            reader.join(1)
        return list(self._lines.get(name, ()))

    def stop(self, name: str, seconds: float = 10.0) -> None:
        """Ask the process to end, and kill it and what it has started if it has not after ``seconds``."""
        process = self._running.pop(name, None)
        if process is None:
            return
        if process.poll() is None:
            _signal(process, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        self._finish(name, process)

    def kill(self, name: str) -> None:
        """Kill the process on the spot, as a crash or the kernel would."""
        self._finish(name, self._running.pop(name))

    def release(self, name: str) -> subprocess.Popen[bytes]:
        """Watch over the process no longer: whoever asks ends it.

        Raises:
            KeyError: it has not been started.
        """
        return self._running.pop(name)

    def stop_all(self, seconds: float = 10.0) -> None:
        """Stop every process, the last in the Procfile first."""
        for name in reversed(list(self.commands)):
            self.stop(name, seconds)

    def _finish(self, name: str, process: subprocess.Popen[bytes]) -> None:
        _signal(process, signal.SIGKILL)
        process.wait()
        self._readers[name].join(5)

    def _read(self, name: str, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        chatter = Chatter()
        with process.stdout as lines:
            for raw in lines:
                line = raw.decode(errors="replace").rstrip()
                if line and (self._verbose or not chatter.is_chatter(line)):
                    self._lines[name].append(line)
                    self._write(name, line)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Look again and again until ``condition`` holds; ``False`` when it has not after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # Its whole group, which holds what it has started too; the group can outlive the process.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
