"""PostgreSQL: the engine, the session, the column types."""

from siaga.db.base import Base
from siaga.db.engine import engine, transaction
from siaga.db.types import EncryptedBytes, EncryptedJSON, EncryptedText, UtcDateTime

__all__ = ["Base", "EncryptedBytes", "EncryptedJSON", "EncryptedText", "UtcDateTime", "engine", "transaction"]
