"""Who was erased: as much of it as is needed to erase them again when an old backup has been restored."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB

from siaga.db import Base, UtcDateTime


class Erasure(Base):
    """One erasure, by the blind indexes of whom it was about: who has no key reads nothing from them."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("by IN ('citizen', 'staff', 'rule', 'again')", name="by"),
        Index("ix_erasure_unlisted", "id", postgresql_where=text("listed_at is null")),
    )

    id = Column(BigInteger, primary_key=True)
    number = Column(String(20), nullable=False, index=True)
    """of the receipt; one that was erased again keeps its number"""
    at = Column(UtcDateTime, nullable=False, index=True)
    """when, by the database's clock: who was met later is not meant; one that was erased again keeps its time"""
    by = Column(String(10), nullable=False)
    """citizen (in the chat), staff (by command), rule (nobody had written for too long), again (after a restore)"""
    phone_index = Column(LargeBinary)
    user_id_index = Column(LargeBinary)
    nik_index = Column(LargeBinary)
    """one person by themselves; of a contact it is null, as their persons follow from the contact"""
    erased = Column(JSONB, nullable=False)
    """rows by table"""
    kept = Column(JSONB, nullable=False)
    """what stayed, by the keys of ``siaga.rights.erasing.KEPT``"""
    listed_at = Column(UtcDateTime)
    """when it was written to the list outside the database"""
