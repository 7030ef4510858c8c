"""Signed webhooks, as Meta posts them: by citizens who wait for their answer, or at a fixed rate."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from bench.citizens import Content, Heard, Visit, heard, visit
from bench.graph import Arrival, FakeGraph
from siaga.settings import settings
from siaga.whatsapp.signature import HEADER, sign

# Meta tries again for a week; a webhook here, until the run is over.
RETRY_SECONDS = 0.2
ANSWER_SECONDS = 60.0
# A citizen who gets no answer writes again after so long, as people do.
PATIENCE_SECONDS = 60.0
STATUSES_EVERY = 0.25
STATUSES_AT_MOST = 300


@dataclass
class Sent:
    """A message of a citizen's: ``number`` counts that citizen's, times are monotonic seconds."""

    wamid: str
    phone: str
    number: int
    text: str = field(repr=False)
    tapped: bool
    at: float
    took: float = 0.0
    """Seconds until the webhook was answered 200, the last try alone."""
    tries: int = 0


@dataclass
class Post:
    """One try to deliver a webhook: when, how long, what it was answered (0: nothing), how many updates it held."""

    at: float
    took: float
    status: int
    updates: int
    kind: str


def phone(number: int) -> str:
    """The number of a citizen: within 62800-0000-…, which nobody has."""
    return f"628000000{number:05d}"


def webhook(messages: Sequence[dict[str, Any]] = (), statuses: Sequence[dict[str, Any]] = ()) -> bytes:
    """What Meta posts."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "628000000000", "phone_number_id": settings().whatsapp_phone_number_id},
    }
    if messages:
        value["contacts"] = [
            {"profile": {"name": "Warga Uji"}, "wa_id": one} for one in sorted({m["from"] for m in messages})
        ]
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


class Traffic:
    """Everything that goes to the webhooks, round robin over the Rasa processes, and what became of it."""

    def __init__(self, webhooks: Sequence[str], graph: FakeGraph, seed: int = 1) -> None:
        self.sent: list[Sent] = []
        self.posts: list[Post] = []
        self.silences = 0
        """How often a citizen has waited in vain."""
        self._graph = graph
        self._chance = Random(seed)
        self._targets = itertools.cycle(webhooks)
        self._secret = settings().whatsapp_app_secret
        self._numbers = itertools.count(1)
        self._counts: dict[str, int] = {}
        self._writing = 0
        self._waiting: dict[str, asyncio.Future[Heard]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.stopping = asyncio.Event()
        """Set, nobody writes any more; what was begun goes on."""
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=2.0),
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
        )
        graph.hear = self._heard
        self._spawn(self._report())

    async def close(self) -> None:
        """Stop everybody and hang up."""
        self.stopping.set()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.close()

    def aim(self, webhooks: Sequence[str]) -> None:
        """From now on webhooks go to these addresses; what is on its way stays there."""
        self._targets = itertools.cycle(webhooks)

    @property
    def writing(self) -> int:
        """Webhooks of messages that have not been acknowledged yet."""
        return self._writing

    # ------------------------------------------------------------------ citizens
    def citizens(
        self,
        at_once: int,
        people: Sequence[int],
        think: float = 0.0,
        visits: Callable[[Random], Visit] = visit,
    ) -> None:
        """From now on so many citizens write at once, each when the last message was answered.

        One visit after the other, each by somebody else of ``people``, who come in turn; ``think`` is the mean time
        in seconds that they take to write.
        """
        coming = deque(people)
        for _ in range(at_once):
            self._spawn(self._live(coming, think, visits))

    async def _live(self, coming: deque[int], think: float, visits: Callable[[Random], Visit]) -> None:
        # Not all in the same moment.
        await asyncio.sleep(self._chance.random())
        while not self.stopping.is_set():
            number = coming.popleft()
            await self._visit(phone(number), visits(Random(self._chance.random())), think)
            coming.append(number)

    async def _visit(self, who: str, messages: Visit, think: float) -> None:
        said: Heard | None = None
        while not self.stopping.is_set():
            try:
                content = messages.send(said) if said else next(messages)
            except StopIteration:
                return
            if think:
                await asyncio.sleep(self._chance.expovariate(1 / think))
            answer: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()
            self._waiting[who] = answer
            await self.write(who, content)
            try:
                said = await asyncio.wait_for(answer, PATIENCE_SECONDS)
            except asyncio.TimeoutError:
                self.silences += 1
                said = Heard()

    def _heard(self, arrival: Arrival) -> None:
        answer = self._waiting.get(arrival.to)
        if answer and not answer.done():
            answer.set_result(heard(arrival.message))

    def at_rate(
        self,
        a_second: float,
        write: Callable[[Random], Content],
        people: Sequence[int],
        *,
        in_a_row: int = 1,
        kind: str = "message",
    ) -> None:
        """From now on so many messages a second, at random moments, whether they are answered or not.

        Each is written by one of ``people``; up to ``in_a_row`` follow each other, each as soon as the webhook of the
        one before has been acknowledged.
        """
        self._spawn(self._at_rate(a_second, write, deque(people), in_a_row, kind))

    async def _at_rate(
        self, a_second: float, write: Callable[[Random], Content], free: deque[int], most: int, kind: str
    ) -> None:
        due = time.monotonic()
        while not self.stopping.is_set():
            contents = [write(self._chance) for _ in range(self._chance.randint(1, most))]
            due += sum(self._chance.expovariate(a_second) for _ in contents)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            # While all of them are still waiting for an acknowledgement, nobody is left to write.
            while not free:
                await asyncio.sleep(0.01)
            self._spawn(self._in_a_row(free.popleft(), contents, free, kind))

    async def _in_a_row(self, number: int, contents: Sequence[Content], free: deque[int], kind: str) -> None:
        for content in contents:
            await self.write(phone(number), content, kind)
        free.append(number)

    # ------------------------------------------------------------------ webhooks
    async def write(self, who: str, content: Content, kind: str = "message") -> Sent:
        """Deliver one message of a citizen's, trying again until it is acknowledged."""
        message, sent = self.message(who, content)
        self.sent.append(sent)
        body = webhook([message])
        self._writing += 1
        while True:
            sent.tries += 1
            post = await self.post(body, 1, kind)
            if post.status == 200:
                break
            await asyncio.sleep(RETRY_SECONDS)
        sent.took = post.took
        self._writing -= 1
        return sent

    def message(self, who: str, content: Content) -> tuple[dict[str, Any], Sent]:
        """A message in Meta's form, and the note that is kept of it."""
        number = self._counts[who] = self._counts.get(who, 0) + 1
        wamid = f"wamid.bench{next(self._numbers)}"
        typed = content.get("text", {}).get("body", "")
        message = {"from": who, "id": wamid, "timestamp": str(int(time.time())), **content}
        return message, Sent(wamid, who, number, typed, content["type"] != "text", time.monotonic())

    async def post(self, body: bytes, updates: int, kind: str) -> Post:
        """Deliver a webhook once, at the process whose turn it is."""
        began = time.monotonic()
        status = 0
        headers = {HEADER: sign(body, self._secret), "Content-Type": "application/json"}
        with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError, OSError):
            async with self._http.post(next(self._targets), data=body, headers=headers) as answer:
                await answer.read()
                status = answer.status
        post = Post(began, time.monotonic() - began, status, updates, kind)
        self.posts.append(post)
        return post

    async def _report(self) -> None:
        """Report statuses, in batches; each batch until it is acknowledged."""
        while True:
            await asyncio.sleep(STATUSES_EVERY)
            statuses = self._graph.take_statuses()
            for first in range(0, len(statuses), STATUSES_AT_MOST):
                self._spawn(self._deliver_statuses(statuses[first : first + STATUSES_AT_MOST]))

    async def _deliver_statuses(self, statuses: Sequence[dict[str, Any]]) -> None:
        body = webhook(statuses=statuses)
        while (await self.post(body, len(statuses), "statuses")).status != 200:
            await asyncio.sleep(RETRY_SECONDS)

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            raise RuntimeError("the traffic has a fault") from task.exception()
