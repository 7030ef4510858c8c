"""Bringing a database up to date."""

from __future__ import annotations

from siaga.db import engine
from siaga.schema import Base


def upgrade() -> None:
    """Bring the database to the newest schema."""
    Base.metadata.create_all(engine())
