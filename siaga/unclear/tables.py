"""Messages that were not understood."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from siaga.db import Base, EncryptedText, UtcDateTime


class UnclearMessage(Base):
    """A message that was not understood, and what people made of it.

    ``message_key`` is the key of the turn's first message. ``ranking`` holds up to five pairs of intent and confidence,
    ``asked`` the question that was open. ``suggested`` is the meaning that the citizen then chose among those offered.
    ``label`` is the intent given in review, or ``discard``; while ``reviewed_at`` is null the message waits for review.
    """

    __tablename__ = "unclear_message"

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    message_key = Column(String(32), nullable=False, unique=True)
    at = Column(UtcDateTime, nullable=False)
    text = Column(EncryptedText("unclear_message.text"), nullable=False)
    ranking = Column(JSONB, nullable=False)
    asked = Column(String(60))
    suggested = Column(String(60))
    label = Column(String(60))
    reviewed_at = Column(UtcDateTime)
    exported_at = Column(UtcDateTime)
    forget_after = Column(UtcDateTime, nullable=False, index=True)

    __table_args__ = (Index("ix_unclear_message_waiting", "at", postgresql_where=sql("reviewed_at is null")),)
