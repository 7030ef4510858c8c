"""Keeping chats over restarts: one append-only file of JSON lines, and a folder of media."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO


class Journal:
    """Events in the order they happened, under ``home``."""

    def __init__(self, home: Path) -> None:
        self._path = home / "chats.jsonl"
        self._media = home / "media"
        self._media.mkdir(parents=True, exist_ok=True)
        self._file: TextIO | None = None

    def events(self) -> Iterator[dict[str, Any]]:
        """All events kept so far. A line torn by a crash is left out."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                if isinstance(event, dict):
                    yield event

    def append(self, event: dict[str, Any]) -> None:
        """Keep one more event."""
        if self._file is None:
            torn = self._path.exists() and self._path.read_bytes()[-1:] not in (b"", b"\n")
            self._file = self._path.open("a", encoding="utf-8")
            if torn:
                self._file.write("\n")
        self._file.write(json.dumps(event, separators=(",", ":")) + "\n")
        self._file.flush()

    def forget(self) -> None:
        """Begin anew: no events, no media."""
        self.close()
        self._path.unlink(missing_ok=True)
        for file in self._media.iterdir():
            file.unlink()

    def put_media(self, media_id: str, content: bytes) -> None:
        (self._media / media_id).write_bytes(content)

    def media(self, media_id: str) -> bytes | None:
        """The bytes of one media; ``media_id`` is one that the simulator made."""
        file = self._media / media_id
        return file.read_bytes() if file.is_file() else None

    def drop_media(self, media_id: str) -> None:
        (self._media / media_id).unlink(missing_ok=True)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
