"""Incidents that citizens report."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    func,
    text,
)

from siaga.db import Base, EncryptedText, UtcDateTime


class Report(Base):
    """Something that happened, or help that is needed, as told in the reporter's words.

    ``contact_id`` is null where the reporter wished to stay unknown; whoever has ``code`` may ask what became of it.
    ``lat`` and ``lon`` are rounded to about a hundred metres. A report of what is known already has the first one of it
    as ``group_id``. ``needs_help``: food, medicine, oxygen and the like, which go first.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("status IN ('new', 'seen', 'working', 'done', 'closed')", name="status"),
        Index("ix_report_open", "kind", "regency_code", "created_at", postgresql_where=text("status <> 'closed'")),
    )

    id = Column(BigInteger, primary_key=True)
    code = Column(String(20), nullable=False, unique=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    kind = Column(String(20), nullable=False)
    needs_help = Column(Boolean, nullable=False, server_default=text("false"))
    what = Column(EncryptedText("report.what"), nullable=False)
    place = Column(EncryptedText("report.place"))
    regency_code = Column(String(5))
    district_code = Column(String(8))
    lat = Column(Float)
    lon = Column(Float)
    happened_at = Column(UtcDateTime)
    when_told = Column(EncryptedText("report.when_told"))
    picture = Column(Text)
    """the reference of the picture in ``siaga.media``; until it is there, ``received:`` and its message's key"""
    status = Column(String(10), nullable=False, server_default="new")
    answer = Column(EncryptedText("report.answer"))
    """what staff tell the reporter"""
    group_id = Column(ForeignKey("report.id", ondelete="SET NULL"), index=True)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    updated_at = Column(UtcDateTime, nullable=False, server_default=func.now(), onupdate=func.now())
    message_id = Column(Text, nullable=False, unique=True)
    """the key of the message that made it; of a reporter who is unknown only what ``blind_index`` makes of it"""


class ReportTried(Base):
    """Numbers of reports that a contact asked about in a day, and that nobody has: to end the guessing of numbers."""

    __tablename__ = "report_tried"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    day = Column(Date, primary_key=True)
    code_index = Column(LargeBinary, primary_key=True)
