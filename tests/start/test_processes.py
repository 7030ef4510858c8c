"""Processes are started, watched and stopped, with nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from siaga.start import CannotStart, health
from siaga.start.chatter import Chatter
from siaga.start.processes import Processes, read_procfile, wait_until

Made = list[Processes]
Lines = list[tuple[str, str]]


@pytest.fixture
def lines() -> Lines:
    return []


@pytest.fixture
def made() -> Iterator[Made]:
    all_made: Made = []
    yield all_made
    for one in all_made:
        one.stop_all(1)


def make(made: Made, lines: Lines, folder: Path, **commands: str) -> Processes:
    one = Processes(commands, dict(os.environ), folder, lambda name, line: lines.append((name, line)))
    made.append(one)
    return one


def test_the_procfile_names_all_processes() -> None:
    found = read_procfile(Path(__file__).parents[2] / "Procfile")

    assert list(found) == [
        "simulator",
        "actions",
        "receiver",
        "sender",
        "fetcher",
        "remind",
        "registry",
        "desk",
        "radar",
        "rasa",
    ]
    assert all(command.startswith("exec ") for command in found.values()), "a shell in between would swallow signals"


def test_lines_come_with_their_process(made: Made, lines: Lines, tmp_path: Path) -> None:
    processes = make(made, lines, tmp_path, a="echo satu; sleep 60", b="echo dua >&2; sleep 60")
    processes.start_all()

    assert wait_until(lambda: len(lines) == 2, 5)
    assert sorted(lines) == [("a", "satu"), ("b", "dua")]
    assert processes.ended() is None


def test_other_packages_deprecations_are_kept_off_the_screen() -> None:
    said = [
        "/x/rasa/validation.py:134: DeprecationWarning: pkg_resources is deprecated as an API.",
        "  import pkg_resources",
        "2026-11-22 10:00:00 WARNING  siaga.turns - the database is away",
        "/x/pkg_resources/__init__.py:3117: DeprecationWarning: Deprecated call to `declare_namespace('ruamel')`.",
        "Implementing implicit namespace packages (as specified in PEP 420) is preferred.",
        "  declare_namespace(pkg)",
        "/x/matplotlib/a.py:66: PyparsingDeprecationWarning: 'a' deprecated - use 'b'",
        "  ).setParseAction(self._family)",
        "/x/rasa/io.py:9: UserWarning: The intent 'salam' has no example.",
        "  More text.",
    ]
    chatter = Chatter()
    assert [line for line in said if not chatter.is_chatter(line)] == [said[2], *said[8:]]


def test_a_line_of_json_is_never_chatter_and_ends_it() -> None:
    chatter = Chatter()
    said = ["a.py:1: DeprecationWarning: old", '{"event": "b.py:2: DeprecationWarning: said"}', "plain"]
    assert [line for line in said if not chatter.is_chatter(line)] == said[1:]


def test_a_process_that_ends_is_named_with_its_last_words(made: Made, lines: Lines, tmp_path: Path) -> None:
    processes = make(made, lines, tmp_path, a="sleep 60", b="echo 'no such model'; exit 3")
    processes.start_all()

    with pytest.raises(CannotStart) as told:
        health.wait_until_up(processes, {"a": "http://127.0.0.1:9/"}, lines.append, seconds=5)
    assert str(told.value) == "The process 'b' ended with exit code 3. Its last words: no such model"


def test_one_that_does_not_answer_is_named(made: Made, lines: Lines, tmp_path: Path) -> None:
    processes = make(made, lines, tmp_path, a="sleep 60")
    processes.start_all()

    with pytest.raises(CannotStart, match="a did not answer within"):
        health.wait_until_up(processes, {"a": "http://127.0.0.1:9/"}, lines.append, seconds=0.3)


def test_stopping_goes_backwards_and_reaches_grandchildren(made: Made, lines: Lines, tmp_path: Path) -> None:
    polite = "trap 'echo bye; exit 0' TERM; sleep 300 & echo $!; wait"
    processes = make(made, lines, tmp_path, first=polite, second=polite)
    processes.start_all()
    assert wait_until(lambda: len(lines) == 2, 5)
    grandchildren = [int(line) for _, line in lines]

    processes.stop_all(5)

    assert [name for name, line in lines if line == "bye"] == ["second", "first"]
    assert wait_until(lambda: not any(map(_lives, grandchildren)), 5)


def test_one_that_will_not_stop_is_killed(made: Made, lines: Lines, tmp_path: Path) -> None:
    processes = make(made, lines, tmp_path, stubborn="trap '' TERM; echo up; while :; do sleep 1; done")
    processes.start_all()
    assert wait_until(lambda: bool(lines), 5)
    pid = processes.pid("stubborn")

    processes.stop_all(0.3)

    assert not _lives(pid)


def test_one_can_be_killed_and_started_again(made: Made, lines: Lines, tmp_path: Path) -> None:
    processes = make(made, lines, tmp_path, a="exec sleep 60", b="exec sleep 60")
    processes.start_all()
    first = processes.pid("a")

    processes.kill("a")
    assert not _lives(first)
    assert processes.ended() is None, "it was us"
    processes.start("a")

    assert processes.alive("a")
    assert processes.pid("a") != first


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel call is Linux's")
def test_children_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import os, time, pathlib; from siaga.start.processes import Processes\n"
        "p = Processes({'a': 'exec sleep 300'}, dict(os.environ), pathlib.Path('.'), print)\n"
        "p.start_all(); print(p.pid('a'), flush=True); time.sleep(300)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert _lives(child)

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert wait_until(lambda: not _lives(child), 5)


def test_health_is_a_200(made: Made, lines: Lines, tmp_path: Path) -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else 500)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"

    assert health.is_up(f"{at}/health")
    assert not health.is_up(f"{at}/other")
    server.shutdown()
    server.server_close()
    assert not health.is_up(f"{at}/health")


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
