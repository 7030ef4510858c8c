"""Lanes, the inbox, the outbox, and trackers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    text,
)

from siaga.db import Base, EncryptedJSON, UtcDateTime
from siaga.turns.roads import NUMBER_LENGTH

# Statuses of an outgoing message that is still to be sent, or whose fate is not known.
OPEN = ("queued", "sending", "unknown")
# One that may have reached the channel by now: the contact's next message waits for it.
ON_THE_WAY = ("sending", "unknown")


class Lane(Base):
    """A contact's one-way street inwards: whoever leases it works the contact's messages, one turn after the other.

    ``ready_at`` is from when it may be taken, None while nothing waits; while it is leased, the lease's end: a worker
    that dies simply lets it pass. ``token`` grows with every lease, so that a worker which lost its lease can be told
    from the one that holds it. Until ``settle_until`` at the latest, more of what is being typed is waited for.
    """

    __tablename__ = "lane"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    channel = Column(String(10), nullable=False)
    ready_at = Column(UtcDateTime)
    lease_owner = Column(String(60))
    token = Column(BigInteger, nullable=False, server_default="0")
    settle_until = Column(UtcDateTime)
    failures = Column(Integer, nullable=False, server_default="0")
    outage_told_at = Column(UtcDateTime)
    busy_told_at = Column(UtcDateTime)
    unread = Column(Integer, nullable=False, server_default="0")
    """how many messages were too many to be read, since the contact was last told so"""

    __table_args__ = (
        Index("ix_lane_ready", "channel", "ready_at", postgresql_where=text("ready_at is not null")),
        Index(
            "ix_lane_ready_known",
            "channel",
            "ready_at",
            postgresql_where=text("ready_at is not null and token > 0"),
        ),
    )


class InboundMessage(Base):
    """A received message; ``id`` is the order of arrival.

    ``content`` is there only while it is needed: the row stays so that a repeated webhook is known.
    """

    __tablename__ = "inbound_message"

    id = Column(BigInteger, primary_key=True)
    key = Column(String(32), nullable=False, unique=True)
    """``siaga.turns.messages.message_key`` of the channel's id"""
    our_number = Column(String(NUMBER_LENGTH), nullable=False, server_default="")
    """by which of our numbers it came"""
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    turn_id = Column(BigInteger)
    """the first message of the turn that this one was made part of, when the turn was opened"""
    at = Column(UtcDateTime, nullable=False)
    received_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    kind = Column(String(20), nullable=False)
    content = Column(EncryptedJSON("inbound_message.content"))
    status = Column(String(10), nullable=False)
    """waiting, done, parked (given up, kept for the operator) or ignored (nothing to answer)"""
    attempts = Column(Integer, nullable=False, server_default="0")
    last_error = Column(String(80))
    replayed_at = Column(UtcDateTime)
    """when an operator had a parked message tried again, which makes it as good as new"""

    __table_args__ = (
        Index("ix_inbound_message_waiting", "contact_id", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_inbound_message_parked", "id", postgresql_where=text("status = 'parked'")),
        Index("ix_inbound_message_contact_id", "contact_id", "received_at"),
        Index("ix_inbound_message_received_at", "received_at"),
    )


class Dispatch(Base):
    """A contact's one-way street outwards: one message at a time is on its way.

    ``ready_at`` is from when the next may be sent, None while none waits; while one is being sent, when its sender is
    taken for dead. They wrote to ``our_number`` last, at ``last_inbound_at``: it answers them, its window opened then,
    and it is what they have blocked. ``last_seq`` numbers the contact's messages. ``tokens`` is what the pair rate
    still allows, as of ``tokens_at``. To somebody ``blocked_at`` nothing is sent until they write again; to somebody
    ``opted_out_at`` nothing that was not asked for.
    """

    __tablename__ = "dispatch"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    channel = Column(String(10), nullable=False)
    our_number = Column(String(NUMBER_LENGTH), nullable=False, server_default="")
    ready_at = Column(UtcDateTime)
    last_seq = Column(BigInteger, nullable=False, server_default="0")
    tokens = Column(Float)
    tokens_at = Column(UtcDateTime)
    last_inbound_at = Column(UtcDateTime)
    blocked_at = Column(UtcDateTime)
    opted_out_at = Column(UtcDateTime)

    __table_args__ = (
        Index("ix_dispatch_ready", "channel", "our_number", "ready_at", postgresql_where=text("ready_at is not null")),
    )


class OutboundMessage(Base):
    """A message to send, or sent; ``seq`` is its place among the contact's.

    ``payload`` is forgotten once it has been sent; ``options`` stay, so that a later tap is understood. ``template``
    is sent in its place when the contact has been silent for too long. ``caused_by`` is the inbound message that it
    answers; a note of the machinery's own has none, and what is ``unasked`` answers nobody. After ``until`` it is not
    sent any more.
    """

    __tablename__ = "outbound_message"

    id = Column(String(32), primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    channel = Column(String(10), nullable=False)
    seq = Column(BigInteger, nullable=False)
    caused_by = Column(ForeignKey("inbound_message.id", ondelete="SET NULL"), index=True)
    unasked = Column(Boolean, nullable=False, server_default=text("false"))
    payload = Column(EncryptedJSON("outbound_message.payload"))
    template = Column(EncryptedJSON("outbound_message.template"))
    options = Column(EncryptedJSON("outbound_message.options"))
    until = Column(UtcDateTime)
    status = Column(String(10), nullable=False)
    """queued, sending, unknown (perhaps sent), accepted, sent, delivered, read, or failed"""
    channel_key = Column(String(32), unique=True)
    """``siaga.turns.messages.message_key`` of what the channel calls it"""
    attempts = Column(Integer, nullable=False, server_default="0")
    error_code = Column(Integer)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    status_at = Column(UtcDateTime, nullable=False, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("contact_id", "seq"),
        Index(
            "ix_outbound_message_open",
            "contact_id",
            "seq",
            postgresql_where=text("status in ('queued', 'sending', 'unknown')"),
        ),
        Index("ix_outbound_message_created_at", "created_at"),
        Index("ix_outbound_message_accepted", "created_at", postgresql_where=text("status = 'accepted'")),
    )


class ChannelState(Base):
    """What all senders of a number share: how fast they may still send, and whether they may at all."""

    __tablename__ = "channel_state"

    channel = Column(String(10 + NUMBER_LENGTH), primary_key=True)
    """``siaga.turns.roads.road``"""
    tokens = Column(Float, nullable=False, server_default="0")
    tokens_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    paused_until = Column(UtcDateTime)
    pause_code = Column(Integer)
    paused_since = Column(UtcDateTime)


class Quarantine(Base):
    """What arrived and could not be understood, once each: people look at it, no program does."""

    __tablename__ = "quarantine"

    id = Column(BigInteger, primary_key=True)
    received_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    channel = Column(String(10), nullable=False)
    reason = Column(String(120), nullable=False)
    digest = Column(LargeBinary, nullable=False, unique=True)
    content = Column(EncryptedJSON("quarantine.content"), nullable=False)


class TrackerRow(Base):
    """A conversation's state: its masked events, written as a whole, once a turn."""

    __tablename__ = "tracker"

    key = Column(String(255), primary_key=True)
    version = Column(BigInteger, nullable=False)
    events = Column(EncryptedJSON("tracker.events"), nullable=False)
    updated_at = Column(UtcDateTime, nullable=False, server_default=func.now(), onupdate=func.now())
