"""Stored pictures."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Text, func

from siaga.db import Base, UtcDateTime


class Media(Base):
    """Bytes to send.

    ``graph_id`` is what the Graph API called them when they were uploaded, good until ``graph_until``.
    """

    __tablename__ = "media"

    sha256 = Column(String(64), primary_key=True)
    mime = Column(String(40), nullable=False)
    content = Column(LargeBinary, nullable=False)
    graph_id = Column(Text)
    graph_until = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
