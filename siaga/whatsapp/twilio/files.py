"""Downloading what citizens sent: Twilio names each file by its address, which wants the account's secret.

The address sends on to where the file lies; there the secret is not wanted, and not given. Fetched as
``siaga.whatsapp.fetcher`` asks for it, in place of Meta's ``MediaClient``.
"""

from __future__ import annotations

import httpx

from siaga.whatsapp.download import AccessRefused, Download, Gone, NotNow, connections, fetch
from siaga.whatsapp.twilio.access import TwilioAccess


class TwilioFiles:
    """Fetches files by their addresses."""

    def __init__(self, access: TwilioAccess) -> None:
        self._ours = f"{access.account_url}/"
        self._secure = access.api_url.startswith("https://")
        self._login = httpx.BasicAuth(access.account_sid, access.auth_token)
        self._http = connections()

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
        answer = await fetch(self._http, address, most_bytes, allow=self._only_secure, login=self._login)
        if answer.status in (401, 403) and not answer.sent_on:
            raise AccessRefused(f"HTTP {answer.status}")
        if answer.status in (404, 410):
            raise Gone
        if answer.status != httpx.codes.OK:
            raise NotNow(f"HTTP {answer.status}")
        return Download(answer.content, answer.headers.get("Content-Type"), None)

    def _only_secure(self, address: str) -> None:
        if self._secure and not address.startswith("https://"):
            raise NotNow("sent on to an address that is not secure")
