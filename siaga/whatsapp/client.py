"""Calling the Graph API, and what its refusals mean for us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from siaga.whatsapp.access import Access
from siaga.whatsapp.errors import at_home, verdict, verdict_for
from siaga.whatsapp.templates import carries_code

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
# As many as one sender has messages on their way.
CONNECTIONS = 256
# Shorter than any server's: one that is closed while we write to it leaves us in doubt about the message.
IDLE_SECONDS = 4.0


class Refused(Exception):
    """The API answered no. Its words are not kept: they may hold a phone number.

    ``retry_after`` is the number of seconds after which it wants to be asked again, if it said so.
    """

    def __init__(
        self, code: int | None, status: int, retry_after: float | None = None, subcode: int | None = None
    ) -> None:
        super().__init__(f"code {code}, HTTP {status}")
        self.code = code
        self.verdict = verdict(code, status, subcode)
        self.retry_after = retry_after


class Unreachable(Exception):
    """The request has not been sent."""


class Ambiguous(Exception):
    """The request was sent, and no answer came: it may have been carried out."""


@dataclass(frozen=True)
class Recipient:
    """Somebody's phone number in digits, business-scoped user id, or both."""

    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)

    def fields(self, kind: str, *, has_code: bool = False) -> dict[str, str]:
        """How a message of this kind names its recipient; one name only, as Meta prefers ``to`` if there are two.

        An answer goes to the number from which somebody has just written. A template goes out long after that, and
        the number may be a stranger's by then, while a user id never becomes anybody else's: it fails instead. A
        number is written with a ``+``, or Meta puts the business's own country code before it. A user id in ``to`` is
        accepted and never delivered. A one-time code (``has_code``) is for who holds the number; Meta takes it for
        nothing else.
        """
        if self.user_id and (not self.phone or (kind == "template" and not has_code)):
            return {"recipient": self.user_id}
        return {"to": f"+{self.phone}"}


class GraphClient:
    """One phone number's door to the Graph API, for use in one event loop."""

    def __init__(self, access: Access, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._access = access
        self._answer_seconds = answer_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def number(self) -> str:
        """That of ours which it is the door of."""
        return self._access.number

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {self._access.access_token}"},
                timeout=aiohttp.ClientTimeout(total=self._answer_seconds, connect=CONNECT_SECONDS),
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    @cached_property
    def _proxy(self) -> str | None:
        """The proxy that the environment names for the API. aiohttp itself would look, in files too, each time."""
        place = urlsplit(self._access.messages_url)
        return None if proxy_bypass(place.hostname or "") else getproxies().get(place.scheme)

    async def send(self, payload: dict[str, Any], recipient: Recipient, key: str) -> str:
        """Send a message and return its wamid; ``key`` comes back in its statuses.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **recipient.fields(str(payload.get("type")), has_code=carries_code(payload)),
            **payload,
            "biz_opaque_callback_data": key,
        }
        try:
            answer = await self._post(self._access.messages_url, json=message)
        except Refused as refusal:
            home = at_home(recipient.phone, recipient.user_id)
            refusal.verdict = verdict_for(refusal.code, refusal.verdict, home)
            raise
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError):
            raise Ambiguous from None

    async def mark_read(self, wamid: str, *, typing: bool = True, number: str | None = None) -> None:
        """Show the citizen that the message was read, and that an answer is on its way.

        ``number`` is that of ours which it came by, if that is not this one.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        message: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        if typing:
            message["typing_indicator"] = {"type": "text"}
        way = self._access if number is None else self._access.by(number)
        await self._post(way.messages_url, json=message)

    async def upload(self, content: bytes, mime: str) -> str:
        """Upload a picture and return its media id.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        name = "picture." + mime.rpartition("/")[2]
        form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime})
        form.add_field("file", content, filename=name, content_type=mime)
        answer = await self._post(self._access.media_url, data=form)
        try:
            return str(answer["id"])
        except (KeyError, TypeError):
            raise Ambiguous from None

    async def _post(self, url: str, **what: Any) -> Any:
        try:
            async with self._http.post(url, allow_redirects=False, proxy=self._proxy, **what) as response:
                status, headers, body = response.status, response.headers, _json(await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError):
            # The latter means the time to connect: the time to answer is over with a plain timeout.
            raise Unreachable from None
        except (aiohttp.ClientError, asyncio.TimeoutError):
            raise Ambiguous from None
        if 200 <= status < 300 and not (isinstance(body, dict) and "error" in body):
            return body
        error = body.get("error") if isinstance(body, dict) else None
        raise Refused(_number(error, "code"), status, _retry_after(headers), _number(error, "error_subcode"))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _number(error: Any, name: str) -> int | None:
    value = error.get(name) if isinstance(error, dict) else None
    return value if isinstance(value, int) else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """When to come again: ``Retry-After`` in seconds, or what is said about the business's use, in minutes.

    The latter is ``{"<account>": [{"type": …, "estimated_time_to_regain_access": <minutes>}, …]}``.
    """
    said = headers.get("Retry-After")
    try:
        if said:
            return max(0.0, float(said))
    except ValueError:
        return None
    try:
        accounts = json.loads(headers.get("X-Business-Use-Case-Usage") or "{}")
        minutes = [float(use["estimated_time_to_regain_access"]) for uses in accounts.values() for use in uses]
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        return None
    return 60 * max(minutes) if minutes and max(minutes) > 0 else None
