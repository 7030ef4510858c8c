"""What people told besides what registering needs."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Text

from siaga.db import Base, EncryptedText, UtcDateTime


class PersonDetail(Base):
    """What a person told for the programme's statistics, with the purpose told: one value a field."""

    __tablename__ = "person_detail"

    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    field = Column(String(40), primary_key=True)
    value = Column(EncryptedText("person_detail.value"), nullable=False)
    purpose_version = Column(String(20), nullable=False)
    message_id = Column(Text, nullable=False)
    told_at = Column(UtcDateTime, nullable=False)
