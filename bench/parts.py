"""``python -m bench.parts``: where the processor time of a turn goes, in the Rasa process.

The process's work is done in this one, as ``rasa run`` sets it up: a worker, a trained model, a database with fsync,
and an action server beside it. Citizens come one after the other, so that the same ``--seed`` says the same. Told is
the processor time of each kind of thread, whatever else the machine does: the event loop (Rasa's dialogue, the calls
of actions, what is rendered), understanding (the NLU pipeline), the database's threads; and that of the action server.
``--profile`` writes what cProfile saw of the event loop and of understanding, and makes both slower; ``--transcript``
what was said, so that the answers of two states of the code can be compared.
"""

from __future__ import annotations

import asyncio
import cProfile
import logging
import os
import random
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import typer
import uvloop
from sqlalchemy import select, update

from bench.citizens import heard, visit
from bench.database import own_database
from bench.graph import FakeGraph
from bench.measures import Machine, as_json
from bench.run import JSON, MODEL, SEED, say
from bench.stack import free_ports
from bench.traffic import phone, webhook
from bench.transcript import transcript as told_transcript
from siaga.db import transaction
from siaga.registration.tables import Session as VaccinationSession
from siaga.settings import ROOT
from siaga.start import model as models
from siaga.start import search
from siaga.start.environment import quiet
from siaga.start.health import wait_until_up
from siaga.start.processes import Processes, read_procfile, wait_until
from siaga.turns import inbox
from siaga.turns.messages import message_key
from siaga.turns.tables import InboundMessage, OutboundMessage
from siaga.whatsapp.parse import read

Parts = Counter[str]
"""Seconds of processor time, by part."""

_THREADS = {"MainThread": "event loop", "understanding": "understanding", "turns": "database"}
PROFILE = typer.Option(None, help="A file for cProfile's figures, for `python -m pstats`.")
TRANSCRIPT = typer.Option(None, help="A file for what was said.")
PEOPLE = 40
PLACES_A_SESSION = 1_000_000
ANSWER_SECONDS = 180.0


class Citizens:
    """Who write, one after the other, and wait until their turn has ended; from a thread of their own."""

    def __init__(self, turns: int, warm_up: int, seed: int, actions: int) -> None:
        self.used: Parts = Counter()
        self.said: list[dict[str, Any]] = []
        self.failed: str | None = None
        self._turns, self._warm_up = turns, warm_up
        self._chance = random.Random(seed)
        self._actions = psutil.Process(actions)

    def run(self) -> None:
        """So many turns, after those that warm up."""
        try:
            for place, (who, message) in enumerate(self._messages()):
                if place == self._warm_up:
                    before = self._meters()
                self.said.append({"who": who, **message})
                if place == self._warm_up + self._turns - 1:
                    break
            self.used = self._meters()
            self.used.subtract(before)
        except Exception as error:
            self.failed = f"{type(error).__name__}: {error}"

    def _messages(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """One visit after the other; each message when the one before was answered, with its answer."""
        number = 0
        while True:
            who, number = phone(1 + number % PEOPLE), number + 1
            messages = visit(random.Random(self._chance.random()))
            content = next(messages, None)
            while content:
                replies = self._turn(who, content, number)
                yield who, {"message": content, "replies": replies}
                try:
                    content = messages.send(heard(replies[0] if replies else {}))
                except StopIteration:
                    content = None

    def _turn(self, who: str, content: dict[str, Any], number: int) -> list[dict[str, Any]]:
        """Deliver a message, and what it is answered."""
        wamid = f"wamid.parts{number}.{time.monotonic_ns()}"
        message = {"from": who, "id": wamid, "timestamp": str(int(time.time())), **content}
        with transaction() as session:
            inbox.receive(session, read(webhook([message])).messages)
        row = (InboundMessage.key == message_key(wamid), InboundMessage.status != "waiting")

        def ended() -> bool:
            with transaction() as session:
                return session.scalar(select(InboundMessage.id).where(*row)) is not None

        if not wait_until(ended, ANSWER_SECONDS, 0.004):
            raise TimeoutError("a turn did not end")
        answers = select(OutboundMessage).join(InboundMessage, OutboundMessage.caused_by == InboundMessage.id)
        with transaction() as session:
            found = session.scalars(answers.where(row[0]).order_by(OutboundMessage.seq))
            return [answer.payload for answer in found]

    def _meters(self) -> Parts:
        used: Parts = Counter()
        for thread in threading.enumerate():
            part = _THREADS.get(thread.name.partition("_")[0])
            if part and thread.ident:
                used[part] += time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        times = self._actions.cpu_times()
        used["action server"] = times.user + times.system
        return used


def main(
    turns: int = typer.Option(400, help="How many turns are measured."),
    warm_up: int = typer.Option(100, help="Turns before those."),
    model: Path = MODEL,
    seed: int = SEED,
    profile: Path = PROFILE,
    transcript: Path = TRANSCRIPT,
    as_data: bool = JSON,
) -> None:
    """Processor time of a turn by part."""
    machine = Machine.here()
    os.environ |= quiet() | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "SIAGA_PAUSE_SECONDS": "0"}
    graph_port, action_port = free_ports(2)
    os.environ["SIAGA_GRAPH_URL"] = f"http://127.0.0.1:{graph_port}"
    os.environ["SIAGA_ACTION_URL"] = f"http://127.0.0.1:{action_port}/webhook"
    os.environ["SIAGA_ACTION_PORT"] = str(action_port)
    trained = model or models.ensure(typer.echo)
    search.ensure(typer.echo)
    with own_database("parts"), _action_server(action_port) as actions, _graph(graph_port):
        _prepare()
        random.seed(seed)
        np.random.seed(seed)
        citizens = Citizens(turns, warm_up, seed, actions)
        loop = uvloop.new_event_loop()  # as Sanic's
        loop.run_until_complete(_run(citizens, trained, profile))
        loop.close()
    if citizens.failed:
        raise typer.BadParameter(citizens.failed)
    if transcript:
        transcript.write_text(told_transcript(citizens.said))
    each = {part: round(used / turns * 1000, 1) for part, used in citizens.used.items()}
    rasa = round(sum(citizens.used[part] for part in _THREADS.values()) / turns * 1000, 1)
    told = ", ".join(f"{part} {used}" for part, used in each.items())
    row = (
        f"| processor time of a turn in the Rasa process, {turns} turns | {rasa} ms ({told}) "
        f"| `python -m bench.parts --turns {turns}` | {machine.date}, {machine.code} |"
    )
    data = as_json(machine=machine, turns=turns, rasa=rasa, parts=each)
    say(as_data, data, [str(machine), f"ms of processor time a turn: {told}; Rasa process {rasa}"], row)


async def _run(citizens: Citizens, model: Path, profile: Path | None) -> None:
    """The worker on this thread's event loop, for as long as the citizens write."""
    async with _worker(model) as worker:
        profiles: Sequence[cProfile.Profile] = [cProfile.Profile(time.thread_time) for _ in range(2)] if profile else []
        if profiles:
            await asyncio.wrap_future(worker._reader.submit(profiles[1].enable))
            profiles[0].enable()
        await asyncio.to_thread(citizens.run)
        if profiles:
            profiles[0].disable()
            await asyncio.wrap_future(worker._reader.submit(profiles[1].disable))
    for each, name in zip(profiles, ("", ".understanding"), strict=False):
        each.dump_stats(f"{profile}{name}")


@asynccontextmanager
async def _worker(model: Path) -> AsyncIterator[Any]:
    """A worker as ``siaga.whatsapp.input`` starts it."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    from siaga.dialogue.responses import begin
    from siaga.dialogue.worker import Worker
    from siaga.whatsapp.access import access
    from siaga.whatsapp.client import GraphClient
    from siaga.whatsapp.output import WhatsAppDoor

    configure_logging_and_warnings(logging.WARNING)
    configure_structlog(logging.WARNING)
    agent = await load_agent(str(model), endpoints=AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")))
    if not agent.is_ready():
        raise typer.BadParameter(f"{model} cannot be loaded")
    client = GraphClient(access())
    worker = Worker(agent, WhatsAppDoor(client))
    await begin()
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()
        await client.close()


def _prepare() -> None:
    from siaga.start.system import prepare_database

    prepare_database(sample_data=True)
    with transaction() as session:
        session.execute(update(VaccinationSession).values(quota=PLACES_A_SESSION))


@contextmanager
def _action_server(port: int) -> Iterator[int]:
    """Its process id, while it runs."""
    commands = {"actions": read_procfile(ROOT / "Procfile")["actions"]}
    made = dict(os.environ) | {"PYTHONPATH": str(ROOT), "SIAGA_RASA_LOG": "--quiet"}
    processes = Processes(commands, made, ROOT, _write, verbose=False)
    processes.start_all()
    try:
        wait_until_up(processes, {"actions": f"http://127.0.0.1:{port}/health"}, typer.echo)
        yield processes.pid("actions")
    finally:
        processes.stop_all()


def _write(name: str, line: str) -> None:
    typer.echo(f"{name}: {line}", err=True)


@contextmanager
def _graph(port: int) -> Iterator[None]:
    """What stands in for Meta, on an event loop of its own."""
    loop = asyncio.new_event_loop()
    graph = FakeGraph(port)
    thread = threading.Thread(target=loop.run_forever, name="graph", daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(graph.start(), loop).result()
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(graph.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


if __name__ == "__main__":
    typer.run(main)
