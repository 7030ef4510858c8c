"""Content templates made at Twilio."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, func

from siaga.db import Base, UtcDateTime


class TwilioContent(Base):
    """A shape of message that Twilio has a template of, called ``sid`` there; ``digest`` is of account and shape."""

    __tablename__ = "twilio_content"

    digest = Column(LargeBinary, primary_key=True)
    sid = Column(String(34), nullable=False)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
