"""Column types: encrypted text and JSON, and times that are always UTC."""

from __future__ import annotations

import zlib
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.types import TypeDecorator

from siaga.privacy.cipher import decrypt, encrypt
from siaga.quick_json import dumped, loaded

PACKED_FROM_BYTES = 500
# What zlib writes begins with it, and no JSON does.
_ZLIB = b"x"


class EncryptedText(TypeDecorator):
    """A ``str`` sealed with AES-GCM for one purpose, by custom ``table.column``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return None if value is None else encrypt(value.encode(), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else decrypt(value, self.purpose).decode()


class EncryptedBytes(TypeDecorator):
    """``bytes`` sealed like ``EncryptedText``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        return None if value is None else encrypt(value, self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        return None if value is None else decrypt(value, self.purpose)


class EncryptedJSON(TypeDecorator):
    """Any JSON value, sealed like ``EncryptedText``. Assign a new object to change it: edits in place are not seen.

    What is long is packed before it is sealed, as it cannot be afterwards: a tenth of a conversation is left to write.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        return None if value is None else encrypt(_packed(dumped(value)), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Any) -> Any:
        return None if value is None else loaded(_unpacked(decrypt(value, self.purpose)))


def _packed(plain: bytes) -> bytes:
    return zlib.compress(plain, 1) if len(plain) >= PACKED_FROM_BYTES else plain


def _unpacked(content: bytes) -> bytes:
    return zlib.decompress(content) if content.startswith(_ZLIB) else content


class UtcDateTime(TypeDecorator):
    """A time zone aware ``datetime``, stored and read as UTC; a naive one is a programmer's error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(timezone.utc)
