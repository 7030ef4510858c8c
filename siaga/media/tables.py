"""Stored pictures, and files that citizens sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Text, func, text

from siaga.db import Base, EncryptedBytes, EncryptedText, UtcDateTime


class Media(Base):
    """Bytes to send.

    ``graph_id`` is what the Graph API called them when our first number uploaded them, good until ``graph_until``. They
    are deleted after ``forget_after``.
    """

    __tablename__ = "media"

    sha256 = Column(String(64), primary_key=True)
    mime = Column(String(40), nullable=False)
    content = Column(EncryptedBytes("media.content"), nullable=False)
    graph_id = Column(Text)
    graph_until = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    forget_after = Column(UtcDateTime, nullable=False, server_default=text("now() + interval '2 days'"))

    __table_args__ = (
        Index("ix_media_forget_after", "forget_after", postgresql_where=text("forget_after IS NOT NULL")),
    )


class Upload(Base):
    """What the Graph API called such bytes when another number than the first uploaded them: no number knows another's.

    ``our_number`` is the channel's id of that number, and the name is good until ``until``.
    """

    __tablename__ = "upload"

    sha256 = Column(ForeignKey("media.sha256", ondelete="CASCADE"), primary_key=True)
    our_number = Column(String(30), primary_key=True)
    graph_id = Column(Text, nullable=False)
    until = Column(UtcDateTime, nullable=False)


class ReceivedMedia(Base):
    """A file that a citizen sent, fetched from the channel before it is gone there, and kept for a while.

    ``message_key`` is the key of the message that brought it, ``channel_id`` what the channel calls the file. When it
    is not kept, ``reason`` says why, in a word: type, size, damaged, gone.
    """

    __tablename__ = "received_media"

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    message_key = Column(String(32), nullable=False, unique=True)
    media_kind = Column(String(10), nullable=False)
    channel = Column(String(10), nullable=False)
    channel_id = Column(EncryptedText("received_media.channel_id"))
    declared_mime = Column(String(100))
    declared_sha256 = Column(String(64))
    file_name = Column(EncryptedText("received_media.file_name"))
    status = Column(String(10), nullable=False)
    """waiting, kept, refused (not what it says, or too much) or gone (the channel has it no more)"""
    reason = Column(String(40))
    mime = Column(String(100))
    size = Column(BigInteger)
    content = Column(EncryptedBytes("received_media.content"))
    attempts = Column(Integer, nullable=False, server_default="0")
    next_try_at = Column(UtcDateTime)
    received_at = Column(UtcDateTime, nullable=False, server_default=func.now())

    __table_args__ = (
        Index("ix_received_media_waiting", "next_try_at", postgresql_where=text("status = 'waiting'")),
        Index("ix_received_media_received_at", "received_at"),
    )
