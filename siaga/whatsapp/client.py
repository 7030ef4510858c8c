"""Calling the Graph API, and what its refusals mean for us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from siaga.whatsapp.access import Access
from siaga.whatsapp.errors import verdict

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0


class Refused(Exception):
    """The API answered no. Its words are not kept: they may hold a phone number."""

    def __init__(self, code: int | None, status: int, retry_after: float | None = None) -> None:
        super().__init__(f"code {code}, HTTP {status}")
        self.code = code
        self.verdict = verdict(code, status)
        self.retry_after = retry_after


class Unreachable(Exception):
    """The request has not been sent."""


class Ambiguous(Exception):
    """The request was sent, and no answer came: it may have been carried out."""


@dataclass(frozen=True)
class Recipient:
    """A phone number in digits, or a business-scoped user id for those who have none."""

    phone: str | None = None
    user_id: str | None = None

    def fields(self) -> dict[str, str]:
        """How a message names its recipient: with a ``+``, or Meta puts the business's own country code before."""
        return {"to": f"+{self.phone}"} if self.phone else {"recipient": self.user_id or ""}


class GraphClient:
    """One phone number's door to the Graph API."""

    def __init__(self, access: Access, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._access = access
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {access.access_token}"},
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=4.0),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, payload: dict[str, Any], recipient: Recipient, key: str) -> str:
        """Send a message and return its wamid; ``key`` comes back in its statuses.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **recipient.fields(),
            **payload,
            "biz_opaque_callback_data": key,
        }
        answer = await self._post(self._access.messages_url, json=message)
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError):
            raise Ambiguous from None

    async def mark_read(self, wamid: str, *, typing: bool = True) -> None:
        """Show the citizen that the message was read, and that an answer is on its way.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        message: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        if typing:
            message["typing_indicator"] = {"type": "text"}
        await self._post(self._access.messages_url, json=message)

    async def upload(self, content: bytes, mime: str) -> str:
        """Upload a picture and return its media id.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        name = "picture." + mime.rpartition("/")[2]
        answer = await self._post(
            self._access.media_url,
            data={"messaging_product": "whatsapp", "type": mime},
            files={"file": (name, content, mime)},
        )
        try:
            return str(answer["id"])
        except (KeyError, TypeError):
            raise Ambiguous from None

    async def _post(self, url: str, **what: Any) -> Any:
        try:
            response = await self._http.post(url, **what)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Unreachable from None
        except httpx.HTTPError:
            raise Ambiguous from None
        body = _json(response)
        if response.is_success and not (isinstance(body, dict) and "error" in body):
            return body
        raise Refused(_code(body), response.status_code, _seconds(response.headers.get("Retry-After")))


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _code(body: Any) -> int | None:
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else None


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None
