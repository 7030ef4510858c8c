"""Downloading what citizens sent: Twilio names each file by its address, which wants the account's secret.

The address sends on to where the file lies; there the secret is not wanted, and not given. Fetched as
``siaga.whatsapp.fetcher`` asks for it, in place of Meta's ``MediaClient``.
"""

from __future__ import annotations

import httpx

from siaga.whatsapp.media import (
    CONNECT_SECONDS,
    REDIRECTS,
    SILENT_SECONDS,
    AccessRefused,
    Download,
    Gone,
    NotNow,
    TooLarge,
)
from siaga.whatsapp.twilio.access import TwilioAccess


class TwilioFiles:
    """Fetches files by their addresses."""

    def __init__(self, access: TwilioAccess) -> None:
        self._ours = f"{access.account_url}/"
        self._secure = access.api_url.startswith("https://")
        self._login = httpx.BasicAuth(access.account_sid, access.auth_token)
        self._http = httpx.AsyncClient(
            headers={"Accept-Encoding": "identity"},
            timeout=httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=4, keepalive_expiry=4.0),
            follow_redirects=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def download(self, address: str, most_bytes: int) -> Download:
        """The file, unless it is larger than ``most_bytes``.

        Raises:
            Gone, TooLarge, NotNow, AccessRefused
        """
        # Signed webhooks bring addresses, but the secret goes to our own account only.
        if not address.startswith(self._ours) or ".." in address:
            raise Gone
        for sent_on in range(REDIRECTS + 1):
            try:
                request = self._http.build_request("GET", address)
                response = await self._http.send(request, auth=None if sent_on else self._login, stream=True)
            except (httpx.HTTPError, httpx.InvalidURL) as trouble:
                raise NotNow(type(trouble).__name__) from None
            try:
                if response.next_request is None:
                    if response.status_code in (401, 403) and not sent_on:
                        raise AccessRefused(f"HTTP {response.status_code}")
                    return Download(await _read(response, most_bytes), response.headers.get("Content-Type"), None)
                address = str(response.next_request.url)
            except httpx.HTTPError as trouble:
                raise NotNow(type(trouble).__name__) from None
            finally:
                await response.aclose()
            if self._secure and not address.startswith("https://"):
                raise NotNow("sent on to an address that is not secure")
        raise NotNow("redirected too often")


async def _read(response: httpx.Response, most_bytes: int) -> bytes:
    if response.status_code in (404, 410):
        raise Gone
    if response.status_code != httpx.codes.OK:
        raise NotNow(f"HTTP {response.status_code}")
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise TooLarge
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > most_bytes:
            raise TooLarge
    return bytes(content)
