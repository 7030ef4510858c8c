"""Checks that were made, and those who are asked every day how they are."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, SmallInteger, String, Text, text

from siaga.db import Base, EncryptedJSON, UtcDateTime

_LEVELS = "level IN ('emergency', 'doctor', 'isolate', 'watch', 'none')"


class SelfCheck(Base):
    """What came of a self-check for somebody (``who``: a relation to the contact, ``self`` …), and what was told.

    ``answers`` are the facts of ``siaga.selfcheck``. It counts until ``valid_until``; ``again_at`` is when to check
    again, ``isolate_until`` the last day of isolation. ``message_id`` is the message that ended it.
    """

    __tablename__ = "self_check"
    __table_args__ = (CheckConstraint(_LEVELS, name="level"), Index("ix_self_check_last", "contact_id", "who", "at"))

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    who = Column(String(20), nullable=False)
    at = Column(UtcDateTime, nullable=False)
    level = Column(String(10), nullable=False)
    answers = Column(EncryptedJSON("self_check.answers"), nullable=False)
    rules_version = Column(String(40), nullable=False)
    valid_until = Column(UtcDateTime, nullable=False)
    again_at = Column(UtcDateTime)
    isolate_until = Column(Date)
    message_id = Column(Text, nullable=False, unique=True)


class Monitoring(Base):
    """Somebody isolates, and is asked once a day how it goes, at ``hour`` o'clock of ``zone``, until ``until``.

    ``unanswered`` questions were asked in a row, the last at ``asked_at``. ``ended_why``: over, stopped by the contact,
    worse (an emergency; given to the desk), silent.
    """

    __tablename__ = "monitoring"
    __table_args__ = (
        CheckConstraint("ended_why IN ('over', 'stopped', 'worse', 'silent')", name="ended_why"),
        Index("uq_monitoring_open", "contact_id", "who", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    who = Column(String(20), nullable=False)
    started_at = Column(UtcDateTime, nullable=False)
    until = Column(UtcDateTime, nullable=False)
    hour = Column(SmallInteger, nullable=False)
    zone = Column(String(40), nullable=False)
    asked_at = Column(UtcDateTime)
    unanswered = Column(SmallInteger, nullable=False, server_default=text("0"))
    answered_at = Column(UtcDateTime)
    """when they last told how it goes, and what: better, same, worse"""
    answer = Column(String(10))
    ended_at = Column(UtcDateTime)
    ended_why = Column(String(10))
    message_id = Column(Text, nullable=False, unique=True)
