"""Downloading what citizens sent: ask the Graph API where it is, and fetch it from there.

Meta's media reference (17 April 2026): the id is good for seven days, the address for five minutes, and it wants the
access token too; 404 there means to ask for a new address.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import httpx

from siaga.settings import Settings, settings
from siaga.whatsapp.access import access
from siaga.whatsapp.download import AccessRefused, Download, Gone, NotNow, TooLarge, connections, fetch

# An address that has just been given and is not found is asked for once more.
ADDRESSES = 2
# Meta's own, for media; anything below the second group's names is theirs, too.
_HOSTS = frozenset({"lookaside.fbsbx.com"})
_DOMAINS = (".fbcdn.net", ".whatsapp.net")
# What other readers of addresses, as a proxy, might take for the end of the name is none of Meta's.
_PLAIN_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_UNKNOWN_OBJECT = (100, 33)
# Error codes that mean our access, not this file.
_ACCESS_CODES = frozenset({0, 3, 10, 190, 368, 131031, 131042, *range(200, 300)})


def is_metas(address: str, graph_url: str) -> bool:
    """Whether the access token may be sent to this address: one of Meta's, or the Graph API's own."""
    try:
        url, graph = httpx.URL(address), httpx.URL(graph_url)
    except (httpx.InvalidURL, ValueError):
        return False
    if url.userinfo:
        return False
    if (url.scheme, url.host, url.port) == (graph.scheme, graph.host, graph.port):
        return True
    if not _PLAIN_HOST.fullmatch(url.host):
        return False
    return url.scheme == "https" and url.port is None and (url.host in _HOSTS or url.host.endswith(_DOMAINS))


class MediaClient:
    """Fetches files by their media id."""

    def __init__(self, config: Settings | None = None) -> None:
        config = config or settings()
        self._graph_url = config.graph_url.rstrip("/")
        self._version = config.whatsapp_api_version
        self._http = connections(Authorization=f"Bearer {access(config).access_token}")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def download(self, media_id: str, most_bytes: int) -> Download:
        """The file, unless it is larger than ``most_bytes``.

        Raises:
            Gone, TooLarge, NotNow, AccessRefused
        """
        for _ in range(ADDRESSES):
            told = await self._where(media_id)
            size = told.get("file_size")
            if isinstance(size, (int, str)) and str(size).isdecimal() and int(size) > most_bytes:
                raise TooLarge
            content = await self._fetch(str(told.get("url") or ""), most_bytes)
            if content is not None:
                return Download(content, _words(told.get("mime_type")), _hex(told.get("sha256")))
        raise NotNow("the address is not found")

    async def _where(self, media_id: str) -> dict[str, Any]:
        url = f"{self._graph_url}/{self._version}/{quote(media_id, safe='')}"
        try:
            response = await self._http.get(url)
        except httpx.HTTPError as trouble:
            raise NotNow(type(trouble).__name__) from None
        body = _json(response)
        if response.status_code == httpx.codes.OK and "error" not in body:
            return body
        error = body.get("error")
        details: dict[str, Any] = error if isinstance(error, dict) else {}
        code, subcode = details.get("code"), details.get("error_subcode")
        if (code, subcode) == _UNKNOWN_OBJECT or (code is None and response.status_code in (404, 410)):
            raise Gone
        raise _refusal(code if isinstance(code, int) else None, response.status_code, response.headers)

    async def _fetch(self, address: str, most_bytes: int) -> bytes | None:
        """The bytes at an address of Meta's; None if there is nothing (any more)."""
        answer = await fetch(self._http, address, most_bytes, allow=self._only_metas)
        if answer.status in (404, 410):
            return None
        if answer.status != httpx.codes.OK:
            raise _refusal(None, answer.status, answer.headers)
        return answer.content

    def _only_metas(self, address: str) -> None:
        if not is_metas(address, self._graph_url):
            raise NotNow("the address is not Meta's")


def _refusal(code: int | None, status: int, headers: httpx.Headers) -> NotNow:
    what = f"code {code}, HTTP {status}"
    if code in _ACCESS_CODES or (code is None and status in (401, 403)):
        return AccessRefused(what)
    return NotNow(what, _seconds(headers.get("Retry-After")))


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _words(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _hex(value: Any) -> str | None:
    """Meta gives 64 hex digits here, unlike in webhooks; anything else says nothing."""
    is_hex = isinstance(value, str) and len(value) == 64 and all(char in "0123456789abcdefABCDEF" for char in value)
    return value if is_hex else None


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None
