"""Playing scenarios through the simulator's interface for programs."""

from __future__ import annotations

import mimetypes
import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from siaga.scenarios.model import UNTIL, Failure, Result, Scenario, Turn
from siaga.scenarios.replies import Option, options, outline, without_marks, words

MOST_DAYS = 3
"""On so many days at most is a time of day waited for."""


class SimulatorAway(RuntimeError):
    """The simulator does not answer, or does not do what it should."""


class SimulatorClient:
    """The simulator at an address; safe to use from several threads.

    Raises, from every method:
        SimulatorAway: it does not answer or refuses.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=timeout + 10, trust_env=False)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            answer = self._http.request(method, path, **arguments)
        except httpx.HTTPError as problem:
            raise SimulatorAway(f"The simulator at {self.url} does not answer ({type(problem).__name__}).") from None
        if answer.is_success:
            return answer.json()
        try:
            reason = answer.json()["detail"]
        except (ValueError, KeyError, TypeError):
            reason = f"status {answer.status_code}"
        raise SimulatorAway(f"The simulator at {self.url} refuses: {reason}")

    def check(self) -> None:
        """Make sure that it is there."""
        self._call("GET", "/health")

    def new_contact(self) -> str:
        """The number of somebody who has never written."""
        return self._call("POST", "/api/contacts", json={"kind": "programs"})["wa_id"]

    def send(self, wa_id: str, message: dict[str, Any]) -> None:
        self._call("POST", f"/api/contacts/{wa_id}/messages", json=message)

    def read(self, wa_id: str, after: int = 0, wait: float = 0) -> dict[str, Any]:
        return self._call("GET", f"/api/contacts/{wa_id}/messages", params={"after": after, "wait": wait})

    def upload(self, path: Path) -> str:
        mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return self._call("POST", "/api/media", content=path.read_bytes(), headers={"Content-Type": mime})["id"]

    def clock_offset(self) -> float:
        return self._call("GET", "/api/clock")["offset"]

    def clock_now(self) -> datetime:
        return datetime.fromisoformat(self._call("GET", "/api/clock")["now"].replace("Z", "+00:00"))

    def move_clock(self, change: dict[str, Any]) -> None:
        self._call("POST", "/api/clock", json=change)

    def close(self) -> None:
        self._http.close()


def _find(label: str, offered: list[Option]) -> Option | None:
    wanted = label.strip().casefold()
    return next((option for option in offered if option.label.strip().casefold() == wanted), None)


def seconds_until(until: re.Match[str], now: datetime) -> float:
    """From ``now``: ``until 09.00`` is the next nine in Jakarta, ``tomorrow 09.00`` the one of the next day.

    Not rounded: half a second too few, and it is 08.59.
    """
    here = now.astimezone(ZoneInfo("Asia/Jakarta"))
    then = here.replace(hour=int(until[2]), minute=int(until[3]), second=0, microsecond=0)
    if until[1] == "tomorrow" or then <= here:
        then += timedelta(days=1)
    return (then - here).total_seconds()


class Dialogue:
    """One scenario while it is played."""

    def __init__(self, client: SimulatorClient, scenario: Scenario, timeout: float) -> None:
        self._client = client
        self._scenario = scenario
        self._timeout = timeout
        self.contact = scenario.contact or client.new_contact()
        chat = client.read(self.contact)
        self._cursor = chat["cursor"]
        self._offered: list[Option] = []
        for entry in chat["messages"]:
            self._remember(entry)

    def _remember(self, entry: dict[str, Any]) -> None:
        if entry["direction"] == "out":
            self._offered = options(entry) or self._offered

    def play(self, turn: Turn) -> list[tuple[str, str]]:
        """Play one turn; what was expected and what came, for each expectation not met."""
        problem = self._act(turn)
        if problem:
            return [problem]
        if turn.action == "wait" and (turn.bot or turn.options):
            chat = self._unasked(turn)
        else:
            chat = self._client.read(self.contact, self._cursor, self._timeout)
        self._cursor = chat["cursor"]
        replies = [entry for entry in chat["messages"] if entry["direction"] == "out"]
        for entry in replies:
            self._remember(entry)
        return _judge(turn, replies, bool(chat["ended"]), self._timeout)

    def _advance(self, wait: str) -> float | str:
        """How far to move the clock on, as the simulator takes it."""
        until = UNTIL.fullmatch(wait)
        return seconds_until(until, self._client.clock_now()) if until else wait

    def _unasked(self, turn: Turn) -> dict[str, Any]:
        """What came after the clock was moved: no answer, so that it has its own time.

        The next time of day is waited for on further days until something comes: there are no sessions on Sundays.
        """
        for days_left in reversed(range(MOST_DAYS if turn.value.startswith("until") else 1)):
            deadline = time.monotonic() + self._timeout / (MOST_DAYS if days_left else 1)
            while True:
                chat: dict[str, Any] = self._client.read(self.contact, self._cursor, self._timeout)
                came = any(entry["direction"] == "out" for entry in chat["messages"])
                if came or time.monotonic() > deadline:
                    break
                time.sleep(0.2)
            if came or not days_left:
                return chat
            self._client.move_clock({"advance": "24h"})
        return chat

    def _act(self, turn: Turn) -> tuple[str, str] | None:
        if turn.action == "wait":
            self._client.move_clock({"advance": self._advance(turn.value)})
            return None
        if turn.action == "tap":
            option = _find(turn.value, self._offered)
            if option is None:
                labels = ", ".join(repr(option.label) for option in self._offered) or "no options at all"
                return f"the option {turn.value!r} to tap", labels
            message: dict[str, Any] = {**option.answer, "context": {"id": option.message_id}}
        elif turn.action == "user":
            message = {"type": "text", "text": {"body": turn.value}}
        elif turn.action == "forward":
            message = {"type": "text", "text": {"body": turn.value}, "context": {"forwarded": True}}
        elif turn.action == "location":
            latitude, longitude = turn.value
            message = {"type": "location", "location": {"latitude": latitude, "longitude": longitude}}
        else:
            block = {key: value for key, value in turn.value.items() if key == "caption"}
            if "file" in turn.value:
                block["id"] = self._client.upload(Path(turn.value["file"]))
            message = {"type": turn.action, turn.action: block}
        self._client.send(self.contact, message)
        return None


def _judge(turn: Turn, replies: list[dict[str, Any]], ended: bool, timeout: float) -> list[tuple[str, str]]:
    texts = [words(entry) for entry in replies]
    # An expectation may be written with or without the marks for bold and italic.
    said = "\n".join(texts)
    plain = without_marks(said)
    labels = [option.label for entry in replies for option in options(entry)]
    came = "\n".join(outline(entry) for entry in replies) or "no reply"
    if not ended:
        came += f"\n(the bot's turn had not ended after {timeout:g} s)"
    failures = []
    for pattern in turn.bot:
        if not (pattern.search(said) or pattern.search(plain)):
            failures.append((f"a reply with /{pattern.pattern}/", came))
    for pattern in turn.never:
        if pattern.search(said) or pattern.search(plain):
            failures.append((f"no reply with /{pattern.pattern}/", came))
    known = {label.strip().casefold() for label in labels}
    for label in turn.options:
        if label.strip().casefold() not in known:
            failures.append((f"the option {label!r}", came))
    if not ended and not failures and not (turn.bot or turn.options):
        failures.append(("the end of the bot's turn", came))
    return failures


def play(client: SimulatorClient, scenario: Scenario, timeout: float) -> Result:
    """Play one scenario up to the first turn with a failure: what follows a wrong turn tells nothing.

    The clock is put back afterwards if the scenario moved it.
    """
    started = time.monotonic()
    offset = client.clock_offset() if scenario.moves_clock else None
    contact = scenario.contact or ""
    failures: list[Failure] = []
    try:
        dialogue = Dialogue(client, scenario, timeout)
        contact = dialogue.contact
        for number, turn in enumerate(scenario.turns, 1):
            failures = [Failure(number, turn.line, turn.label, *met) for met in dialogue.play(turn)]
            if failures:
                break
    except SimulatorAway as problem:
        failures = [Failure(0, scenario.line, "", "an answer of the simulator", str(problem))]
    finally:
        if offset is not None:
            client.move_clock({"offset": offset})
    return Result(scenario, contact, time.monotonic() - started, failures)


def _groups(scenarios: Iterable[Scenario]) -> tuple[list[list[Scenario]], list[Scenario]]:
    """What may be played side by side (one given contact's scenarios stay in a row), and what must be played alone."""
    by_contact: dict[object, list[Scenario]] = {}
    alone = []
    for number, scenario in enumerate(scenarios):
        if scenario.moves_clock:
            alone.append(scenario)
        else:
            by_contact.setdefault(scenario.contact or number, []).append(scenario)
    return list(by_contact.values()), alone


def play_all(
    client: SimulatorClient, scenarios: list[Scenario], *, timeout: float, jobs: int, tell: Callable[[Result], None]
) -> list[Result]:
    """Play scenarios, ``jobs`` at a time; those that move the clock come last, one by one.

    Args:
        tell: called with each result as soon as it is there, never twice at once.

    Returns:
        The results in the order of the scenarios.
    """
    results: dict[int, Result] = {}
    order = {id(scenario): number for number, scenario in enumerate(scenarios)}
    lock = threading.Lock()

    def run(group: list[Scenario]) -> None:
        for scenario in group:
            result = play(client, scenario, timeout)
            with lock:
                results[order[id(scenario)]] = result
                tell(result)

    together, alone = _groups(scenarios)
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as threads:
        for future in [threads.submit(run, group) for group in together]:
            future.result()
    run(alone)
    return [results[number] for number in sorted(results)]
