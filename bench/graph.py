"""A stand-in for Meta's Graph API, as light as can be: takes messages, writes down when, and reports statuses back."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiohttp import web

LADDER = ("sent", "delivered", "read")
# How a call may fail: refused with a server's error, or with too many; not taken, or taken, and never answered.
FAILURES = ("error", "too_many", "not_taken", "unanswered")
_CODES = {"error": (500, 131000), "too_many": (429, 130429)}
_SILENT_SECONDS = 1.0


@dataclass(frozen=True)
class Arrival:
    """A message of the bot's that came in here: ``key`` is its ``biz_opaque_callback_data``, ``at`` monotonic."""

    key: str
    to: str
    at: float
    message: dict[str, Any] = field(repr=False)


class FakeGraph:
    """Answers every message with an id. What citizens read goes to ``hear``; statuses to ``report``, in batches."""

    def __init__(self, port: int, seed: int = 1) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.arrivals: list[Arrival] = []
        self.read_marks = 0
        self.hear: Callable[[Arrival], None] = _ignore
        self.failing = 0.0
        """This share of the calls fails, in one of the ``FAILURES``."""
        self.failed: Counter[str] = Counter()
        self.unanswered: list[float] = []
        """When a message was taken and its sender heard nothing of it, monotonic."""
        self._chance = Random(seed)
        self._port = port
        self._numbers = itertools.count(1)
        self._to_report: list[dict[str, Any]] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/{version}/{number}/messages", self._messages)
        app.router.add_post("/{version}/{number}/media", self._media)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner:
            await self._runner.cleanup()

    def take_statuses(self) -> list[dict[str, Any]]:
        """The statuses that have not been reported yet, in Meta's form."""
        taken, self._to_report = self._to_report, []
        return taken

    async def _messages(self, request: web.Request) -> web.Response:
        try:
            message = json.loads(await request.read())
        except ConnectionResetError:
            # A sender that was killed in mid-sentence: nothing has arrived.
            raise web.HTTPBadRequest from None
        failure = self._chance.choice(FAILURES) if self._chance.random() < self.failing else None
        if failure:
            self.failed[failure] += 1
            if failure in _CODES:
                status, code = _CODES[failure]
                return web.json_response({"error": {"code": code, "message": failure}}, status=status)
            if failure == "not_taken" or "status" in message:
                return await _hang_up(request)
        if "status" in message:
            self.read_marks += 1
            return web.json_response({"success": True})
        arrival = Arrival(
            message.get("biz_opaque_callback_data", ""),
            str(message.get("to") or message.get("recipient")).lstrip("+"),
            time.monotonic(),
            message,
        )
        self.arrivals.append(arrival)
        wamid = f"wamid.out{next(self._numbers)}"
        for status in LADDER:
            self._to_report.append(
                {
                    "id": wamid,
                    "status": status,
                    "timestamp": str(int(time.time())),
                    "recipient_id": arrival.to,
                    "biz_opaque_callback_data": arrival.key,
                }
            )
        if failure:
            self.unanswered.append(arrival.at)
            asyncio.get_running_loop().call_soon(self.hear, arrival)
            return await _hang_up(request)
        # After the answer has been written, so that nobody writes back before the bot knows it has spoken.
        asyncio.get_running_loop().call_soon(self.hear, arrival)
        return web.json_response(
            {"messaging_product": "whatsapp", "contacts": [{"wa_id": arrival.to}], "messages": [{"id": wamid}]}
        )

    async def _media(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"id": f"{next(self._numbers)}"})


async def _hang_up(request: web.Request) -> web.Response:
    """Say nothing for a while, and close the connection."""
    await asyncio.sleep(_SILENT_SECONDS)
    if request.transport:
        request.transport.close()
    return web.Response()


def _ignore(_: Arrival) -> None:
    """Nobody listens."""
