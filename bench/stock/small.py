"""The small comparison: a bot that has next to nothing to do, and short questions that need nothing before them."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from bench.citizens import Visit, unprompted
from bench.run import Running
from bench.stock import project
from bench.stock.asking import Asking, Load, Round, ask_siaga, ask_stock
from bench.stock.server import Stock
from bench.traffic import phone

PART = 10


class Small:
    """``bench.stock.project`` beside Siaga."""

    name = "the same questions"
    options = "--small"

    def __init__(self, folder: Path, load: Load, part: int) -> None:
        self._folder, self._load, self._part = folder, load, part or PART
        self._said: Counter[bool] = Counter()
        """How many answers said that it did not understand, and how many did not."""

    def train(self, keep: Path, say: Callable[[str], None]) -> None:
        """Take its model, or make it."""
        self._model = project.trained(self._folder, keep, self._part, say)

    async def start(self, run: Running) -> Stock:
        """The stock bot, beside the running system."""
        self.run = run
        self.stock = await asyncio.to_thread(Stock, self._folder, self._model, run.stack, project.connect)
        return self.stock

    async def round(self, number: int) -> tuple[Round, Round]:
        """Siaga's, and the stock bot's."""
        return await self._round(self._load, number)

    async def warm(self) -> None:
        """Have both answer; nothing is measured."""
        await self._round(self._load.short(), 0)
        self._said.clear()

    async def _round(self, load: Load, number: int) -> tuple[Round, Round]:
        people = load.people(number)
        chance, coming = Random(f"{load.seed} {number}"), itertools.cycle(people)

        async def visit(asking: Asking) -> None:
            who = phone(next(coming))
            for message in questions(chance):
                if said := await asking.post(who, message["text"]["body"]):
                    self._said[said[0].get("text") == project.UNSURE] += 1
                if asking.over.is_set():
                    return

        ours = await ask_siaga(self.run, load, people, questions)
        theirs, _ = await ask_stock(self.run, self.stock, load, visit)
        return ours, theirs

    def lines(self) -> list[str]:
        """What must be known of the stock bot's figures."""
        return [
            f"the stock bot did not understand {self._said[True]} of {self._said.total()} messages, which spares it "
            "the action server"
        ]


def questions(chance: Random) -> Visit:
    """A handful of messages, none of which needs what came before."""
    for _ in range(chance.randint(1, 5)):
        yield unprompted(chance)
