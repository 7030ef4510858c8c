"""Our pictures and files in a message to send: uploaded to the Graph API once, and named by the id it gave them.

Each of our numbers uploads for itself: Meta knows such an id only by the number that it was given to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from sqlalchemy import select, true, update
from sqlalchemy.dialects.postgresql import insert

from siaga import media
from siaga.db import transaction
from siaga.media.store import PREFIX
from siaga.media.tables import Media, Upload
from siaga.whatsapp.client import Ambiguous, GraphClient, Unreachable

# Meta keeps uploads for thirty days.
UPLOAD_LIFE = timedelta(days=29)

T = TypeVar("T")


class Pictures:
    """Puts the Graph API's ids in the place of our own names, ``media:<sha256>``.

    A sender uploads a picture once, however many of its messages want it at the same time. Two senders that meet the
    same new picture may both upload it, which does no harm: the id that was kept first is used from then on.
    """

    def __init__(self, client: GraphClient, threads: Executor) -> None:
        self._client = client
        self._number = client.number
        self._threads = threads
        self._uploading: dict[str, asyncio.Lock] = {}

    async def uploaded(self, payload: dict[str, Any], *, anew: bool = False) -> dict[str, Any]:
        """The payload with its picture uploaded; ``anew`` when the Graph API did not know it any more.

        Raises:
            KeyError: there is no such picture.
            Refused, Unreachable
        """
        reference = picture_of(payload)
        if reference is None:
            return payload
        lock = self._uploading.setdefault(reference, asyncio.Lock())
        try:
            async with lock:
                graph_id = None if anew else await self._in_database(lambda: _known(reference, self._number))
                if graph_id is None:
                    graph_id = await self._upload(reference, anew)
        finally:
            if not lock.locked():
                self._uploading.pop(reference, None)
        return _replaced(payload, reference, graph_id)

    async def _upload(self, reference: str, anew: bool) -> str:
        content, mime = await self._in_database(lambda: _stored(reference))
        try:
            graph_id = await self._client.upload(content, mime)
        except Ambiguous:
            # An upload twice does no harm.
            raise Unreachable from None
        return await self._in_database(lambda: _remember(reference, self._number, graph_id, anew))

    async def _in_database(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def picture_of(payload: dict[str, Any]) -> str | None:
    """What we call the picture or file in a payload, if it has one of ours."""
    places = (payload, payload.get("interactive", {}).get("header", {}))
    names = (str(place[kind].get("id", "")) for place in places for kind in ("image", "document") if kind in place)
    return next((name for name in names if name.startswith(PREFIX)), None)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, old, new) for part in value]
    return new if value == old else value


def _known(reference: str, number: str) -> str | None:
    sha256 = reference.removeprefix(PREFIX)
    now = datetime.now(timezone.utc)
    if number:
        query = select(Upload.graph_id).where(Upload.sha256 == sha256, Upload.our_number == number, Upload.until > now)
    else:
        query = select(Media.graph_id).where(Media.sha256 == sha256, Media.graph_until > now)
    with transaction() as session:
        found: str | None = session.scalar(query)
        return found


def _stored(reference: str) -> tuple[bytes, str]:
    with transaction() as session:
        row = media.get(session, reference)
        return bytes(row.content), row.mime


def _remember(reference: str, number: str, graph_id: str, anew: bool) -> str:
    """Keep the id, unless another sender has kept one meanwhile; returns the one that is kept."""
    sha256 = reference.removeprefix(PREFIX)
    now = datetime.now(timezone.utc)
    until = now + UPLOAD_LIFE
    keep: Any
    if number:
        keep = insert(Upload).values(sha256=sha256, our_number=number, graph_id=graph_id, until=until)
        keep = keep.on_conflict_do_update(
            index_elements=[Upload.sha256, Upload.our_number],
            set_={"graph_id": graph_id, "until": until},
            where=true() if anew else Upload.until <= now,
        )
    else:
        missing = (Media.graph_id.is_(None)) | (Media.graph_until <= now)
        keep = (
            update(Media)
            .where(Media.sha256 == sha256, *(() if anew else (missing,)))
            .values(graph_id=graph_id, graph_until=until)
        )
    with transaction() as session:
        session.execute(keep.execution_options(synchronize_session=False))
    return _known(reference, number) or graph_id
