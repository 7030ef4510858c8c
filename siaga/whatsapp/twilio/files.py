"""Downloading what citizens sent: Twilio names each file by its address, which wants the account's secret.

The address sends on to where the file lies; there the secret is not wanted, and not given. Fetched as
``siaga.whatsapp.fetcher`` asks for it, in place of Meta's ``MediaClient``.
"""

from __future__ import annotations

import re

import httpx

from siaga.whatsapp.download import AccessRefused, Download, Gone, NotNow, connections, fetch
from siaga.whatsapp.twilio.access import TwilioAccess

# A name in the internet, and neither a number nor a name that only a network of one's own knows.
_PUBLIC_NAME = re.compile(r"(?:[a-z0-9_-]+\.)+(?!internal|local|localhost|localdomain|lan|home|corp)[a-z][a-z0-9-]+")


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
        """Files lie on the open internet: nobody sends us on to a machine of the programme's own network."""
        if not self._secure:
            return
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, ValueError):
            raise NotNow("sent on to an address that is none") from None
        if url.scheme != "https" or url.userinfo or not _PUBLIC_NAME.fullmatch(url.host):
            raise NotNow("sent on to an address that is not secure")
