"""Who did what to the programme's data, and when: written once, never changed. No personal data in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from siaga.db.base import Base
from siaga.db.types import UtcDateTime


class Audit(Base):
    """One thing that was done: ``actor`` is a member of staff or a command, ``detail`` counts and names of fields."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_unsealed", "id", postgresql_where=text("seal IS NULL")),)

    id = Column(BigInteger, primary_key=True)
    at = Column(UtcDateTime, nullable=False, server_default=func.now(), index=True)
    actor = Column(String(80), nullable=False)
    action = Column(String(40), nullable=False)
    detail = Column(JSONB, nullable=False)
    place = Column(BigInteger, unique=True)
    """its place in the chain, counted from 1 without a gap; given when its transaction commits"""
    seal = Column(LargeBinary)
    """a keyed hash of this row and of the seal before it"""


def note(session: Session, actor: str, action: str, detail: Mapping[str, Any]) -> None:
    """Write down that something was done, in the transaction that does it."""
    session.add(Audit(actor=actor, action=action, detail=dict(detail)))
