"""Claims that citizens asked about and that no entry tells of yet, and who asked."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, String, Text

from siaga.db import Base, EncryptedBytes, EncryptedText, UtcDateTime


class HoaxQuestion(Base):
    """A claim to be checked, in the words of who asked first, masked. Alike ones are one question."""

    __tablename__ = "hoax_question"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'answered', 'dropped')", name="state"),
        CheckConstraint("(state = 'answered') = (hoax_id IS NOT NULL)", name="answered"),
    )

    id = Column(BigInteger, primary_key=True)
    text = Column(EncryptedText("hoax_question.text"), nullable=False)
    vector = Column(EncryptedBytes("hoax_question.vector"))
    """by which alike claims are found, half-precision numbers; null without the encoder"""
    state = Column(String(10), nullable=False, server_default="open", index=True)
    first_at = Column(UtcDateTime, nullable=False)
    alarmed_at = Column(UtcDateTime)
    """when the desk was told that many ask this"""
    hoax_id = Column(String(80))
    """the entry of content/hoaxes that answers it"""
    closed_at = Column(UtcDateTime)
    closed_by = Column(String(60))


class HoaxAsker(Base):
    """A contact asked about a claim. ``wants_answer``: they asked to have it checked, and are told."""

    __tablename__ = "hoax_asker"

    question_id = Column(ForeignKey("hoax_question.id", ondelete="CASCADE"), primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True)
    message_id = Column(Text, nullable=False)
    asked_at = Column(UtcDateTime, nullable=False)
    wants_answer_at = Column(UtcDateTime)
    told_at = Column(UtcDateTime)
