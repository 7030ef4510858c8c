"""What citizens thought of answers, and questions that had none."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import JSONB

from siaga.db import Base, EncryptedText, UtcDateTime


class AnswerFeedback(Base):
    """👍 or 👎 of a contact for an answer, the last one if they changed their mind."""

    __tablename__ = "answer_feedback"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    answer_id = Column(String(80), primary_key=True)
    helpful = Column(Boolean, nullable=False)
    at = Column(UtcDateTime, nullable=False, index=True)
    message_id = Column(Text, nullable=False)


class UnansweredQuestion(Base):
    """A question that no answer was found for, masked; it is forgotten after a while."""

    __tablename__ = "unanswered_question"

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    message_id = Column(Text, nullable=False, unique=True)
    at = Column(UtcDateTime, nullable=False, index=True)
    text = Column(EncryptedText("unanswered_question.text"), nullable=False)
    intent = Column(String(40), nullable=False)
    nearest = Column(JSONB, nullable=False)
    """ids of the answers that came nearest"""
    forget_after = Column(UtcDateTime, nullable=False, index=True)
