"""Downloading a file from an address that a channel has given: no further than allowed, and no more than wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 20.0
REDIRECTS = 3


class Gone(Exception):
    """There is no such file, or no more."""


class TooLarge(Exception):
    """The file is larger than wanted."""


class NotNow(Exception):
    """It may work later; after ``seconds``, if the channel has said so."""

    def __init__(self, what: str, seconds: float | None = None) -> None:
        super().__init__(what)
        self.seconds = seconds


class AccessRefused(NotNow):
    """No file can be fetched until somebody has looked at our access."""


@dataclass(frozen=True)
class Download:
    """A file's bytes, and what the channel says about it; ``sha256`` in hex."""

    content: bytes = field(repr=False)
    mime: str | None
    sha256: str | None


@dataclass(frozen=True)
class Answer:
    """What came from an address, or from where it sent us on to; ``content`` is empty unless the status is 200."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    sent_on: bool


def connections(**headers: str) -> httpx.AsyncClient:
    """A client that fetches files, and follows no redirect by itself."""
    return httpx.AsyncClient(
        headers={"Accept-Encoding": "identity", **headers},
        timeout=httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=16, max_keepalive_connections=4, keepalive_expiry=4.0),
        follow_redirects=False,
    )


async def fetch(
    http: httpx.AsyncClient,
    address: str,
    most_bytes: int,
    *,
    allow: Callable[[str], None],
    login: httpx.Auth | None = None,
) -> Answer:
    """What lies at an address. ``allow`` is called with each address before it is asked, and raises if it must not be.

    ``login`` is for the first address only: where that sends us on to is somebody else's.

    Raises:
        TooLarge, NotNow, and what ``allow`` raises
    """
    for sent_on in range(REDIRECTS + 1):
        allow(address)
        try:
            async with http.stream("GET", address, auth=None if sent_on else login) as response:
                if response.next_request is not None:
                    address = str(response.next_request.url)
                    continue
                is_there = response.status_code == httpx.codes.OK
                content = await _read(response, most_bytes) if is_there else b""
                return Answer(response.status_code, response.headers, content, bool(sent_on))
        except (httpx.HTTPError, httpx.InvalidURL) as trouble:
            raise NotNow(type(trouble).__name__) from None
    raise NotNow("redirected too often")


async def _read(response: httpx.Response, most_bytes: int) -> bytes:
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise TooLarge
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > most_bytes:
            raise TooLarge
    return bytes(content)
