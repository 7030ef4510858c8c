"""The keys behind encrypted columns and blind indexes.

In production they come from ``SIAGA_KEYS`` and ``SIAGA_INDEX_KEY``. On a developer's machine a
pair is made at first start and kept in ``.siaga/keys.json``, readable by its owner only.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from siaga.settings import Settings, settings

KEY_BYTES = 32


class KeysMissing(RuntimeError):
    """Production was started without keys, or with keys of the wrong size."""


@dataclass(frozen=True)
class KeyRing:
    """Encryption keys by id, the one that encrypts first, and the key of the blind indexes."""

    active: str
    keys: dict[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)


def _decode(name: str, value: str) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysMissing(f"{name} must be base64 of {KEY_BYTES} bytes")
    return key


def is_key_id(name: str) -> bool:
    """Whether it may be a key's id: one to eight letters or digits."""
    return name.isalnum() and len(name) <= 8


def parse(keys: str, index_key: str) -> KeyRing:
    """Read ``id:base64,id:base64`` and the index key; the first id encrypts, all decrypt."""
    ring: dict[str, bytes] = {}
    for part in keys.split(","):
        key_id, _, value = part.strip().partition(":")
        if not is_key_id(key_id):
            raise KeysMissing("SIAGA_KEYS: each key is written id:base64, the id at most 8 letters or digits")
        if key_id in ring:
            raise KeysMissing("SIAGA_KEYS: two keys have the same id, and what one of them sealed would not open")
        ring[key_id] = _decode("SIAGA_KEYS", value)
    return KeyRing(active=next(iter(ring)), keys=ring, index=_decode("SIAGA_INDEX_KEY", index_key))


def _development(config: Settings) -> KeyRing:
    path = config.home / "keys.json"
    config.home.mkdir(parents=True, exist_ok=True)
    fresh = {
        "keys": "dev1:" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
        "index_key": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
    }
    # Several processes may start at once: each writes its own draft, and the first link wins whole.
    draft = path.with_name(f"keys.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(fresh))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept = json.loads(path.read_text())
    return parse(kept["keys"], kept["index_key"])


@lru_cache(maxsize=1)
def ring() -> KeyRing:
    """The process's key ring.

    Raises:
        KeysMissing: in production without keys.
    """
    config = settings()
    if config.keys and config.index_key:
        return parse(config.keys, config.index_key)
    if config.environment == "production":
        raise KeysMissing("SIAGA_KEYS and SIAGA_INDEX_KEY must be set in production")
    return _development(config)
