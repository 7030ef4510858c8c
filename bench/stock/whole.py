"""The whole comparison: our own project on stock Rasa, and the same visits with both bots."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any

from bench.citizens import Heard, Visit, visit
from bench.run import Running
from bench.stock import UNDERSTOOD, same
from bench.stock.asking import Asking, Load, Round, ask_siaga, ask_stock
from bench.stock.conversation import Conversation, Done, is_payload, turns, understood_itself
from bench.stock.server import Stock, new_database
from bench.stock.training import environment
from bench.traffic import Sent, phone
from siaga.db import transaction
from siaga.dialogue.reading import unarmed
from siaga.people.contacts import find_contact
from siaga.start import CannotStart
from siaga.turns import trackers
from siaga.turns.messages import message_key

PART = 1
_DATABASE = "stock_project"


class Whole:
    """``bench.stock.same`` beside Siaga."""

    name = "the same project and the same visits"

    def __init__(
        self, folder: Path, load: Load, part: int, rounds: int, epochs: int, ours: Path, *, stories: bool
    ) -> None:
        self._folder, self._load, self._rounds, self._ours = folder, load, rounds, ours
        self._part, self._epochs, self._stories = part or PART, epochs, stories
        self.options = "--stories" if stories else ""
        self._silences = self._same = self._compared = self._right = self._typed = 0
        self.differing: list[tuple[str, Done, Done]] = []
        """What was written, what ours did, and what the stock bot did instead"""

    def train(self, keep: Path, say: Callable[[str], None]) -> None:
        """Take its model, or make it."""
        same.write(self._folder, self._epochs, self._part, stories=self._stories)
        self._model = same.model(self._folder, keep, self._epochs, say)

    async def start(self, run: Running) -> Stock:
        """The stock bot, beside the running system, with a database of its own for what its actions keep."""
        self.run = run
        url = new_database(run.stack, _DATABASE)
        # As Siaga's action server has it; the database is its own.
        own = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "SIAGA_WATCH_PORT": "0", "DATABASE_URL": url}
        people = self._load.people(0).start, (self._rounds + 1) * self._load.each
        self._keys = json.loads(await asyncio.to_thread(_module, "bench.stock.seed", *people, **own))
        self.stock = await asyncio.to_thread(Stock, self._folder, self._model, run.stack, same.connect, own)
        return self.stock

    async def round(self, number: int) -> tuple[Round, Round]:
        """Siaga's, and the stock bot's, whose citizens go through the same visits; after the last from the first on."""
        written, coming = len(self.run.traffic.sent), itertools.count()
        ours = await self._ask_ours(self._load, number, coming)
        visits, sent = next(coming), self.run.traffic.sent[written:]
        understood = await asyncio.to_thread(self._understood, [one.text for one in sent if not one.tapped])
        theirs, silences = await self._ask_theirs(self._load, number, visits, understood)
        self._silences += silences
        await asyncio.to_thread(self._compare, sent)
        return ours, theirs

    async def warm(self) -> None:
        """Have both answer, by people of their own; nothing is measured."""
        await self._ask_ours(self._load.short(), self._rounds, itertools.count())
        await self._ask_theirs(self._load.short(), self._rounds, self._load.each, {})

    def lines(self) -> list[str]:
        """What must be known of the stock bot's figures."""
        return [
            f"stock: {self._epochs} epochs for each network, {'with' if self._stories else 'without'} stories for TED "
            f"and UnexpecTED; of {self._typed} typed messages it had understood {self._right} as it was then told",
            f"of {self._compared} turns that can be compared the stock bot did in {self._same} "
            f"({self._same / max(self._compared, 1):.0%}) what ours did; {self._silences} were answered with nothing",
        ]

    async def _ask_ours(self, load: Load, number: int, coming: Iterator[int]) -> Round:
        return await ask_siaga(self.run, load, load.people(number), lambda _: self._visit(number, next(coming)))

    async def _ask_theirs(self, load: Load, number: int, visits: int, understood: dict[str, Any]) -> tuple[Round, int]:
        people, coming = load.people(number), itertools.count()

        async def go(asking: Asking) -> None:
            place = next(coming)
            who = phone(people[place % len(people)])
            await self._talk(asking, who, self._visit(number, place % visits), understood)

        return await ask_stock(self.run, self.stock, load, go)

    def _visit(self, number: int, place: int) -> Visit:
        return visit(Random(f"{self._load.seed} {number} {place}"))

    async def _talk(self, asking: Asking, who: str, messages: Visit, understood: dict[str, Any]) -> None:
        """One visit, each message when the one before has been answered."""
        conversation = Conversation()
        said: Heard | None = None
        last: datetime | None = None
        for number in itertools.count(1):
            try:
                content = messages.send(said) if said else next(messages)
            except StopIteration:
                return
            asked = conversation.asks(content)
            if isinstance(asked, Heard):
                said = asked
                continue
            at = datetime.now(timezone.utc)
            metadata: dict[str, Any] = {
                "message_id": _id(who, number),
                "at": at.isoformat(),
                "kind": "option" if is_payload(asked) else "text",
                "phone": True,
                "silence": (at - last).total_seconds() if last else None,
                "forwarded": None,
                "files": [],
            }
            if asked in understood:
                metadata[UNDERSTOOD] = understood[asked]
            said, last = conversation.hear(await asking.post(self._keys[who], asked, metadata)), at
            if asking.over.is_set():
                return

    def _understood(self, texts: Iterable[str]) -> dict[str, Any]:
        """What our model makes of each text."""
        with tempfile.TemporaryDirectory(prefix="siaga-stock-") as folder:
            written, result = Path(folder) / "texts.json", Path(folder) / "understood.json"
            written.write_text(json.dumps(sorted({unarmed(text) for text in texts})), encoding="utf-8")
            _module("bench.stock.understand", self._ours, written, result)
            found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return found

    def _compare(self, sent: Sequence[Sent]) -> None:
        """What both did in each turn, of which both still know."""
        ours: dict[str, Done] = {}
        theirs: dict[str, Done] = {}
        for who in sorted({one.phone for one in sent}):
            with transaction() as session:
                contact = find_contact(session, phone=who)
                ours |= turns(trackers.load(session, contact.key).events if contact else ())
            events = self.stock.events(self._keys[who])
            theirs |= turns(events)
            right, typed = understood_itself(events)
            self._right, self._typed = self._right + right, self._typed + typed
        for one in sent:
            did, instead = ours.get(message_key(one.wamid)), theirs.get(_id(one.phone, one.number))
            if did is not None and instead is not None:
                self._compared += 1
                self._same += did == instead
                if did != instead:
                    self.differing.append((one.text, did, instead))


def _id(who: str, number: int) -> str:
    return message_key(f"stock {who} {number}")


def _module(name: str, *arguments: object, **variables: str) -> str:
    """What one of ours prints, run in a process of its own.

    Raises:
        CannotStart: it did not end well.
    """
    done = subprocess.run(
        [sys.executable, "-m", name, *map(str, arguments)],
        env=environment() | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stderr.splitlines()[-15:])
        raise CannotStart(f"{name} ended with\n{last}")
    return done.stdout
