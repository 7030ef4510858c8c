"""Which news a contact has been told."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Text

from siaga.db import Base, UtcDateTime


class NewsTold(Base):
    """A piece of good news, by the id that it has in ``content/news``, is told to nobody twice."""

    __tablename__ = "news_told"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    news_id = Column(String(60), primary_key=True)
    told_at = Column(UtcDateTime, nullable=False)
    message_id = Column(Text, nullable=False)
