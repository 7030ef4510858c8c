"""Volunteers' browsers, without the browser: each listens as the page does, and fetches what the page would fetch."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.desk.given import Volunteer
from siaga.desk.access import cookie_name

MARK = re.compile(r"uji-(\d+)")
"""What tells the messages of a run apart; the last of them stands in a row of the list."""


def marked(number: int) -> str:
    """The words of a message."""
    return f"uji-{number} masih menunggu jawaban ya kak"


@dataclass
class Screen:
    """What one volunteer sees: when the row of a conversation, and when its bubbles, had a message first.

    Times are monotonic seconds, by hand-off and by the number of the message.
    """

    volunteer: Volunteer
    shown: int
    rows: dict[tuple[int, int], float] = field(default_factory=dict)
    bubbles: dict[int, float] = field(default_factory=dict)
    events: int = 0
    fetches: int = 0
    bytes: int = 0
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once nothing can be missed any more."""
    _last: int = 0
    _fetching: bool = False
    _again: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def live(self, desk: str) -> None:
        """Open the page, and follow what happens until cancelled."""
        jar = aiohttp.CookieJar(unsafe=True)
        jar.update_cookies({cookie_name(): self.volunteer.token})
        # A browser keeps a few connections open, one of them for the stream.
        connector = aiohttp.TCPConnector(limit=6)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
        async with aiohttp.ClientSession(desk, cookie_jar=jar, connector=connector, timeout=timeout) as http:
            page = await self._get(http, f"/kotak/{self.shown}")
            found = re.search(r'data-terakhir="(\d+)"', page)
            self._last = int(found[1]) if found else 0
            async with http.get("/kotak/aliran", params={"percakapan": self.shown}) as stream:
                stream.raise_for_status()
                name = ""
                async for raw in stream.content:
                    line = raw.decode()
                    self.bytes += len(raw)
                    if line.startswith("event: "):
                        name = line[7:].strip()
                    elif line.startswith("data: "):
                        self.events += 1
                        await self._told(http, name, json.loads(line[6:]))

    async def _told(self, http: aiohttp.ClientSession, name: str, data: Mapping[str, Any]) -> None:
        if name == "baris":
            if found := MARK.search(data["html"]):
                self.rows.setdefault((int(data["id"]), int(found[1])), time.monotonic())
        elif name == "percakapan" and int(data["id"]) == self.shown:
            self._fetch_soon(http)
        elif name == "lagi":
            await self._get(http, "/kotak/daftar?tab=saya")
            self._fetch_soon(http)
            self.listening.set()

    def _fetch_soon(self, http: aiohttp.ClientSession) -> None:
        """One at a time, as the page does it: what comes meanwhile is fetched right after."""
        if self._fetching:
            self._again = True
            return
        self._fetching = True
        task = asyncio.create_task(self._news(http))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _news(self, http: aiohttp.ClientSession) -> None:
        with contextlib.suppress(aiohttp.ClientError):
            news = json.loads(await self._get(http, f"/kotak/{self.shown}/baru?setelah={self._last}"))
            self._last = max(self._last, news["terakhir"])
            for number in MARK.findall(news["pesan"]):
                self.bubbles.setdefault(int(number), time.monotonic())
            self._again = self._again or news["lagi"]
        self._fetching = False
        if self._again:
            self._again = False
            self._fetch_soon(http)

    async def _get(self, http: aiohttp.ClientSession, path: str) -> str:
        self.fetches += 1
        async with http.get(path, headers={"HX-Request": "true"} if path.count("/") > 2 else {}) as answer:
            answer.raise_for_status()
            text = await answer.text()
        self.bytes += len(text)
        return text
