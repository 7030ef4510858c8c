"""The content templates we have at Twilio: each made once for all senders, when it is first needed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

import httpx
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from siaga.db import transaction
from siaga.whatsapp.twilio import content
from siaga.whatsapp.twilio.access import TwilioAccess
from siaga.whatsapp.twilio.tables import TwilioContent

# After Twilio would not make a template, none is asked for during so many seconds.
REST_SECONDS = 300.0

log = logging.getLogger(__name__)


class Contents:
    """Finds or makes templates."""

    def __init__(self, access: TwilioAccess, http: httpx.AsyncClient) -> None:
        self._access = access
        self._http = http
        self._known: dict[bytes, str] = {}
        self._making: dict[bytes, asyncio.Lock] = {}
        self._rest_until = 0.0

    async def sid(self, types: Mapping[str, Any], variables: Mapping[str, str]) -> str | None:
        """What Twilio calls this shape; None when it has none, and will not make one now."""
        name = content.digest(types, self._access.account_sid)
        async with self._making.setdefault(name, asyncio.Lock()):
            known = self._known.get(name) or await asyncio.to_thread(_find, name)
            if known is None and time.monotonic() >= self._rest_until:
                known = await self._make(types, variables, name)
            if known is not None:
                self._known[name] = known
            return known

    async def forget(self, types: Mapping[str, Any]) -> None:
        """Twilio does not know it any more."""
        name = content.digest(types, self._access.account_sid)
        self._known.pop(name, None)
        await asyncio.to_thread(_forget, name)

    async def _make(self, types: Mapping[str, Any], variables: Mapping[str, str], name: bytes) -> str | None:
        wanted = content.definition(types, variables, name)
        try:
            response = await self._http.post(self._access.content_url, json=wanted)
            sid = response.json()["sid"] if response.is_success else None
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("a content template could not be made: %s", type(error).__name__)
            sid = None
        else:
            if sid is None:
                log.warning("Twilio would not make a content template: HTTP %d", response.status_code)
        if not isinstance(sid, str) or len(sid) > TwilioContent.sid.type.length:
            self._rest_until = time.monotonic() + REST_SECONDS
            return None
        await asyncio.to_thread(_keep, name, sid)
        return sid


def _find(name: bytes) -> str | None:
    with transaction() as session:
        row = session.get(TwilioContent, name)
        return row.sid if row else None


def _keep(name: bytes, sid: str) -> None:
    with transaction() as session:
        session.execute(insert(TwilioContent).values(digest=name, sid=sid).on_conflict_do_nothing())


def _forget(name: bytes) -> None:
    with transaction() as session:
        session.execute(delete(TwilioContent).where(TwilioContent.digest == name))
