"""Asking the processes whether they are ready."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.client import OK

from siaga.start import CannotStart
from siaga.start.ports import Ports
from siaga.start.processes import Processes
from siaga.watch.asking import status

START_SECONDS = 180.0
ANSWER_SECONDS = 5.0


def addresses(ports: Ports) -> dict[str, str]:
    """Which address of which process answers 200 when it is ready; without watch ports, sender and others have none."""
    found = {
        "actions": f"http://127.0.0.1:{ports.action}/health",
        "receiver": f"http://127.0.0.1:{ports.receive}/",
    }
    found |= {name: f"http://127.0.0.1:{port}/" for name, port in ports.all_rasa.items()}
    if ports.simulator:
        found["simulator"] = f"http://127.0.0.1:{ports.simulator}/health"
    if ports.desk:
        found["desk"] = f"http://127.0.0.1:{ports.desk}/health"
    return found | {name: f"http://127.0.0.1:{port}/ready" for name, port in ports.watch}


def is_up(url: str) -> bool:
    """Whether the address answers 200."""
    return status(url, ANSWER_SECONDS) == OK


def wait_until_up(
    processes: Processes, urls: dict[str, str], tell: Callable[[str], None], seconds: float = START_SECONDS
) -> None:
    """Wait until every process answers, telling of each one that does.

    Raises:
        CannotStart: one has ended, or does not answer in time.
    """
    began = time.monotonic()
    waiting = dict(urls)
    while True:
        if ended := processes.ended():
            raise CannotStart(describe_end(processes, *ended))
        for name, url in list(waiting.items()):
            if is_up(url):
                del waiting[name]
                tell(f"  {name} is up ({time.monotonic() - began:.0f} s)")
        if not waiting:
            return
        if time.monotonic() - began > seconds:
            raise CannotStart(f"{', '.join(waiting)} did not answer within {seconds:.0f} seconds.")
        time.sleep(0.2)


def describe_end(processes: Processes, name: str, code: int) -> str:
    """One sentence about a process that has ended by itself."""
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    last = processes.last_lines(name)
    return f"The process '{name}' {how}." + (f" Its last words: {last[-1]}" if last else "")
