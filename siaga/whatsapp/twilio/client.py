"""Calling Twilio's API."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import quote

import httpx

from siaga.whatsapp.client import ANSWER_SECONDS, CONNECT_SECONDS, Ambiguous, Recipient, Refused, Unreachable
from siaga.whatsapp.templates import carries_code
from siaga.whatsapp.twilio import media, templates
from siaga.whatsapp.twilio.access import PATH, TRY_AGAIN, TwilioAccess
from siaga.whatsapp.twilio.contents import Contents
from siaga.whatsapp.twilio.errors import CONTENT_CODES, CONTENT_GONE, verdict

# As many as one sender has messages on their way.
CONNECTIONS = 128
# Shorter than Twilio's: a connection that is closed while we write to it leaves us in doubt about the message.
IDLE_SECONDS = 4.0

log = logging.getLogger(__name__)


class TwilioRefused(Refused):
    """Twilio answered no. Its words are not kept: they may hold a phone number."""

    def __init__(self, code: int | None, status: int, retry_after: float | None = None) -> None:
        Exception.__init__(self, f"code {code}, HTTP {status}")
        self.code = code
        self.verdict = verdict(code, status)
        self.retry_after = retry_after


class TwilioClient:
    """One number's door to Twilio's API; sends as ``GraphClient`` does."""

    def __init__(self, access: TwilioAccess, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._access = access
        self._http = httpx.AsyncClient(
            auth=(access.account_sid, access.auth_token),
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS
            ),
        )
        self._contents = Contents(access, self._http)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, payload: dict[str, Any], recipient: Recipient, key: str) -> str:
        """Send a message and return its sid; ``key`` comes back with its statuses.

        ``payload`` is what ``siaga.whatsapp.twilio.render`` makes, or a template in Meta's form.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        around = self._around(payload, recipient, key)
        content = payload.get("Content")
        if content and self._access.use_content:
            sid = await self._contents.sid(content["types"], content["variables"])
            if sid:
                variables = json.dumps(content["variables"], ensure_ascii=False)
                try:
                    return await self._send({**around, "ContentSid": sid, "ContentVariables": variables})
                except Refused as refusal:
                    if refusal.code not in CONTENT_CODES:
                        raise
                    log.warning("a content template was refused (%s): message %s goes out in words", refusal, key)
                    if refusal.code == CONTENT_GONE:
                        await self._contents.forget(content["types"])
        return await self._send({**around, **self._words(payload)})

    async def show_typing(self, sid: str) -> None:
        """Show the citizen that this message was read and is being answered, if the settings want it.

        Raises:
            Refused, Unreachable, Ambiguous
        """
        if self._access.typing:
            await self._post(self._access.typing_url, {"messageId": sid.partition(".")[0], "channel": "whatsapp"})

    def _around(self, payload: dict[str, Any], recipient: Recipient, key: str) -> dict[str, str]:
        """Whom it goes to, from whom, and where its statuses go: with our own random name of it.

        A template goes to the user id if there is one, as it may go out long after somebody has written: the number
        may be a stranger's by then.
        """
        sender = self._access.sender
        goes_late = templates.is_template(payload) and not carries_code(payload)
        by_user_id = recipient.user_id and (goes_late or not recipient.phone)
        return {
            "To": f"whatsapp:{recipient.user_id}" if by_user_id else f"whatsapp:+{recipient.phone}",
            "MessagingServiceSid" if sender.startswith("MG") else "From": sender,
            "StatusCallback": f"{self._access.public_url}{PATH}/status?key={quote(key)}{TRY_AGAIN}",
        }

    def _words(self, payload: dict[str, Any]) -> dict[str, str]:
        if templates.is_template(payload):
            try:
                return templates.parameters(payload, self._access.templates)
            except templates.TemplateUnknown as unknown:
                log.error("SIAGA_TWILIO_TEMPLATES does not name the template %s", unknown)
                raise TwilioRefused(None, 400) from None
        said = {name: payload[name] for name in ("Body", "MediaUrl") if payload.get(name)}
        if not said:
            log.error("a message that was not made for Twilio")
            raise TwilioRefused(None, 400)
        if "MediaUrl" in said:
            said["MediaUrl"] = media.address(self._access.public_url, said["MediaUrl"])
        return said

    async def _send(self, fields: dict[str, str]) -> str:
        answer = await self._post(f"{self._access.account_url}/Messages.json", fields)
        sid = answer.get("sid") if isinstance(answer, dict) else None
        if not isinstance(sid, str):
            raise Ambiguous
        return sid

    async def _post(self, url: str, fields: dict[str, str]) -> Any:
        try:
            response = await self._http.post(url, data=fields)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Unreachable from None
        except httpx.HTTPError:
            raise Ambiguous from None
        try:
            body = response.json()
        except (ValueError, RecursionError):
            body = None
        if response.is_success:
            return body
        code = body.get("code") if isinstance(body, dict) else None
        raise TwilioRefused(
            code if isinstance(code, int) else None, response.status_code, _seconds(response.headers.get("Retry-After"))
        )


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None
