"""Attempts to show who one is."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Text, func

from siaga.db import Base, UtcDateTime


class IdentityCheck(Base):
    """One attempt of a contact to see the data behind a NIK, whether or not anybody has it.

    ``person_id`` is null where the NIK and birth date are nobody's: the contact is asked for a code all the same, and
    none is sent. ``code_hash`` is the keyed hash of the code that was sent, or no code's where none was. ``caused_by``
    is the message that began it, ``answered_by`` the one that tried a code last.
    """

    __tablename__ = "identity_check"
    __table_args__ = (
        Index("ix_identity_check_contact", "contact_id", "started_at"),
        Index("ix_identity_check_nik", "nik_index", "started_at"),
    )

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    nik_index = Column(LargeBinary, nullable=False)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    code_hash = Column(LargeBinary)
    tries = Column(Integer, nullable=False, server_default="0")
    started_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    expires_at = Column(UtcDateTime, nullable=False)
    passed_at = Column(UtcDateTime)
    caused_by = Column(Text, nullable=False, unique=True)
    answered_by = Column(Text)
