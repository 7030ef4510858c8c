"""What stands beside a backup: what it is of, and what it takes to restore it. Nothing personal, and no key."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from siaga.backups import BackupError
from siaga.privacy.keys import KeyRing

_DIGITS = 16


@dataclass(frozen=True)
class Manifest:
    """A backup's data sheet.

    Attributes:
        name: of its files, without their endings.
        at: when the database stood as it is in the backup, UTC.
        bytes, sha256: of the archive.
        server: PostgreSQL's major version that it was made from.
        revision: of the tables.
        rows: how many each table has in the archive.
        audit_head: how far the audit log went, ``PLACE:HEX``; None: nothing was noted yet.
        keys: fingerprints of the keys that its values are sealed with, by the keys' ids.
        index_key: fingerprint of the key of the blind indexes.
    """

    name: str
    at: datetime
    bytes: int
    sha256: str
    server: int
    revision: str
    rows: Mapping[str, int]
    audit_head: str | None
    keys: Mapping[str, str]
    index_key: str

    def written(self) -> str:
        """As a JSON document."""
        return json.dumps({**asdict(self), "at": self.at.isoformat()}, indent=2) + "\n"


def read(path: Path) -> Manifest:
    """
    Raises:
        BackupError: it is none of ours, or cannot be read.
    """
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{**told, "at": datetime.fromisoformat(told["at"])})
    except OSError as problem:
        raise BackupError(f"{path}: {problem.strerror}.") from None
    except (ValueError, TypeError, KeyError):
        raise BackupError(f"{path} is no data sheet of a backup.") from None


def fingerprint(key: bytes) -> str:
    """Tells one key from another; the key cannot be made from it."""
    return hmac.new(key, b"siaga backup", hashlib.sha256).hexdigest()[:_DIGITS]


def missing_keys(manifest: Manifest, ring: KeyRing) -> list[str]:
    """What of our keys is not what the backup was made with: a sentence each; none: all can be opened."""
    found = []
    for name, expected in sorted(manifest.keys.items()):
        if name not in ring.keys:
            found.append(f"Values in it are sealed with the key {name}, which is not in SIAGA_KEYS: put it last there.")
        elif fingerprint(ring.keys[name]) != expected:
            found.append(f"The key {name} of SIAGA_KEYS is another one than the backup was made with.")
    if fingerprint(ring.index) != manifest.index_key:
        found.append("SIAGA_INDEX_KEY is another one than the backup was made with: nobody would be found any more.")
    return found
