"""Files that were uploaded or received, and the links under which they can be had."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from siaga.simulator import samples
from siaga.simulator.chats import MediaRecord
from siaga.simulator.inbound import MessageUnclear
from siaga.simulator.webhooks import signature
from siaga.simulator.world import World

UPLOADED_FOR = 30 * 86400.0
RECEIVED_FOR = 7 * 86400.0
LINK_SECONDS = 300


class MediaShelf:
    """All files, by id."""

    def __init__(self, world: World) -> None:
        self._world = world

    def put(self, mime: str, content: bytes, *, inbound: bool, ours: str | None = None) -> MediaRecord:
        """Keep a file; ``ours`` is the bot's number that uploads it, None the first."""
        media_id = str(10**14 + secrets.randbelow(9 * 10**14))
        self._world.journal.put_media(media_id, content)
        self._world.record(
            {
                "event": "media",
                "id": media_id,
                "mime": mime,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "at": self._world.clock.now(),
                "inbound": inbound,
                **({"ours": ours} if ours else {}),
            }
        )
        return self._world.chats.media[media_id]

    def get(self, media_id: str) -> MediaRecord | None:
        """A file that has not expired: 30 days for uploads, 7 for what citizens sent."""
        record = self._world.chats.media.get(media_id)
        if record is None:
            return None
        age = self._world.clock.now() - record.at
        return None if age > (RECEIVED_FOR if record.inbound else UPLOADED_FOR) else record

    def content(self, media_id: str) -> tuple[MediaRecord, bytes] | None:
        """A file with its content, expired or not: a phone keeps what it has shown."""
        record = self._world.chats.media.get(media_id)
        content = self._world.journal.media(media_id) if record else None
        return None if record is None or content is None else (record, content)

    def delete(self, media_id: str) -> None:
        """Forget a file."""
        self._world.record({"event": "media_deleted", "id": media_id})
        self._world.journal.drop_media(media_id)

    def link(self, media_id: str) -> str:
        """Where a file can be had for five minutes."""
        until = int(self._world.clock.now()) + LINK_SECONDS
        proof = self.link_hash(media_id, until)
        return f"{self._world.config.base_url}/lookaside/{media_id}?until={until}&hash={proof}"

    def link_hash(self, media_id: str, until: int) -> str:
        """What proves that a link is ours."""
        return signature(self._world.config.app_secret, f"{media_id}:{until}".encode()).removeprefix("sha256=")

    def inbound_block(self, kind: str, block: dict[str, Any]) -> dict[str, Any]:
        """What a webhook tells about a citizen's file; without an id it is a sample.

        Raises:
            MessageUnclear: there is no such file.
        """
        record = self.get(block["id"]) if isinstance(block.get("id"), str) else None
        if record is None:
            if block.get("id"):
                raise MessageUnclear("there is no media with this id")
            record = self.put(samples.MIME[kind], samples.sample(kind), inbound=True)
        digest = base64.b64encode(bytes.fromhex(record.sha256)).decode()
        told = {"id": record.id, "mime_type": record.mime, "sha256": digest, "url": self.link(record.id)}
        usual: dict[str, dict[str, Any]] = {
            "audio": {"voice": True},
            "sticker": {"animated": False},
            "document": {"filename": "dokumen.pdf" if record.mime == "application/pdf" else "dokumen"},
        }
        return {**usual.get(kind, {}), **block, **told}
