"""Lanes, the inbox, the outbox, and trackers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, UniqueConstraint, func, text

from siaga.db import Base, EncryptedJSON, UtcDateTime


class Lane(Base):
    """A contact's one-way street: whoever leases it works the contact's messages, one after the other.

    ``token`` grows with every lease, so that a worker which lost its lease can be told from the one that holds it.
    ``last_seq`` numbers the contact's outgoing messages.
    """

    __tablename__ = "lane"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    lease_owner = Column(String(60))
    lease_until = Column(UtcDateTime)
    token = Column(BigInteger, nullable=False, server_default="0")
    not_before = Column(UtcDateTime)
    failures = Column(Integer, nullable=False, server_default="0")
    outage_told_at = Column(UtcDateTime)
    last_seq = Column(BigInteger, nullable=False, server_default="0")


class InboundMessage(Base):
    """A received message; ``id`` is the order of arrival.

    ``content`` is there only while it is needed: the row stays so that a repeated webhook is known.
    """

    __tablename__ = "inbound_message"

    id = Column(BigInteger, primary_key=True)
    key = Column(String(32), nullable=False, unique=True)
    """``siaga.turns.messages.message_key`` of the channel's id"""
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    at = Column(UtcDateTime, nullable=False)
    received_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    kind = Column(String(20), nullable=False)
    content = Column(EncryptedJSON("inbound_message.content"))
    status = Column(String(10), nullable=False)
    """waiting, done, parked (given up, kept for the operator) or ignored (nothing to answer)"""
    attempts = Column(Integer, nullable=False, server_default="0")
    last_error = Column(String(80))

    __table_args__ = (
        Index("ix_inbound_message_waiting", "contact_id", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_inbound_message_contact_id", "contact_id"),
    )


class OutboundMessage(Base):
    """A message to send, or sent; ``seq`` is its place among the contact's.

    ``payload`` is forgotten once it has been sent; ``options`` stay, so that a later tap is understood.
    ``caused_by`` is the inbound message that it answers; a note of the machinery's own has none.
    """

    __tablename__ = "outbound_message"

    id = Column(String(32), primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    seq = Column(BigInteger, nullable=False)
    caused_by = Column(ForeignKey("inbound_message.id", ondelete="SET NULL"), index=True)
    payload = Column(EncryptedJSON("outbound_message.payload"))
    options = Column(EncryptedJSON("outbound_message.options"))
    status = Column(String(10), nullable=False)
    """queued, sending, unknown (perhaps sent), accepted, sent, delivered, read, or failed"""
    channel_key = Column(String(32), unique=True)
    """``siaga.turns.messages.message_key`` of what the channel calls it"""
    attempts = Column(Integer, nullable=False, server_default="0")
    next_try_at = Column(UtcDateTime)
    error_code = Column(Integer)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    status_at = Column(UtcDateTime, nullable=False, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("contact_id", "seq"),
        Index(
            "ix_outbound_message_open",
            "contact_id",
            "seq",
            postgresql_where=text("status in ('queued', 'sending', 'unknown', 'accepted')"),
        ),
    )


class TrackerRow(Base):
    """A conversation's state: its masked events, written as a whole, once a turn."""

    __tablename__ = "tracker"

    key = Column(String(255), primary_key=True)
    version = Column(BigInteger, nullable=False)
    events = Column(EncryptedJSON("tracker.events"), nullable=False)
    updated_at = Column(UtcDateTime, nullable=False, server_default=func.now(), onupdate=func.now())
