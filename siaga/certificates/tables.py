"""Certificates that were issued."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, func

from siaga.db import Base, UtcDateTime


class Certificate(Base):
    """A dose's certificate, by the code that is printed on it."""

    __tablename__ = "certificate"

    dose_id = Column(ForeignKey("dose.id", ondelete="CASCADE"), primary_key=True)
    code = Column(String(24), nullable=False, unique=True)
    issued_at = Column(UtcDateTime, nullable=False, server_default=func.now())
