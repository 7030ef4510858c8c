"""Conversations that people have with citizens in the bot's place, and who is there to have them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, SmallInteger, String, Text, func
from sqlalchemy import text as sql

from siaga.db import Base, EncryptedJSON, UtcDateTime

REASONS = ("asked", "unsure", "worsened", "hoax", "correction", "incident", "danger")
"""Why somebody is handed over: they asked for a person, were not understood time and again, feel worse, ask about what
nobody has checked, want a certificate corrected, report something, or are in danger while they wait."""
STATES = ("waiting", "held", "closed")
CLOSED_WHY = ("solved", "referred", "no_reply", "abuse", "back_to_bot", "silence", "merged", "other")
AUTHORS = ("citizen", "bot", "desk", "system", "note")
"""``system`` tells what happened, such as a transfer; a ``note`` is for colleagues. Neither is sent to the citizen."""


def _among(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, values))})", name=column)


class HandOff(Base):
    """A contact's way to a person: ``waiting`` for one, ``held`` by one, or ``closed``. One is open for each contact.

    While it waits the bot goes on answering; while it is held the bot is silent. ``urgency``: 0 usual, 1 soon, 2 at
    once. ``about`` names what it is about, where that is known: ``report:LP-…``, ``task:12``, ``hoax:5``.
    ``callback_at`` is when somebody was promised to write, where nobody was there when it was opened.
    """

    __tablename__ = "hand_off"

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    reason = Column(String(20), nullable=False)
    about = Column(String(80))
    urgency = Column(SmallInteger, nullable=False, server_default=sql("0"))
    state = Column(String(10), nullable=False, server_default="waiting")
    caused_by = Column(Text, nullable=False, unique=True)
    """the key of the message that opened it, so that a turn which runs again opens no second one"""
    opened_at = Column(UtcDateTime, nullable=False)
    waiting_since = Column(UtcDateTime, nullable=False)
    """since when it is in the queue: it may come back to it"""
    callback_at = Column(UtcDateTime)
    danger_at = Column(UtcDateTime)
    """when the citizen last told of danger"""
    wanted_login = Column(String(40))
    """the colleague it was transferred to, who sees it first"""
    held_by = Column(String(40))
    """the login of who has it, or had it last"""
    held_at = Column(UtcDateTime)
    first_reply_at = Column(UtcDateTime)
    last_citizen_at = Column(UtcDateTime)
    last_desk_at = Column(UtcDateTime)
    closed_at = Column(UtcDateTime)
    closed_by = Column(String(40))
    """a login, or ``citizen``, ``silence``, ``system``"""
    closed_why = Column(String(20))

    __table_args__ = (
        _among("reason", REASONS),
        _among("state", STATES),
        _among("closed_why", CLOSED_WHY),
        CheckConstraint("urgency BETWEEN 0 AND 2", name="urgency"),
        CheckConstraint("state <> 'held' OR held_by IS NOT NULL", name="held_by"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("uq_hand_off_open", "contact_id", unique=True, postgresql_where=sql("state <> 'closed'")),
        Index("ix_hand_off_queue", "state", "waiting_since", postgresql_where=sql("state <> 'closed'")),
        Index("ix_hand_off_opened_at", "opened_at"),
    )


class HandOffMessage(Base):
    """Something said in a hand-off, by whom, in order of ``id``.

    ``content`` is an inbound message's content by its kind, or ``{"text"}``, with ``"options"`` (labels) where some
    were offered and ``"picture"`` (a reference of ``siaga.media``) where one was shown. ``outbound_id`` is the message
    in the outbox, whose status shows how far it has come. ``message_key`` is the inbound message's.
    """

    __tablename__ = "hand_off_message"

    id = Column(BigInteger, primary_key=True)
    hand_off_id = Column(ForeignKey("hand_off.id", ondelete="CASCADE"), nullable=False)
    at = Column(UtcDateTime, nullable=False, server_default=func.now())
    author = Column(String(10), nullable=False)
    login = Column(String(40))
    kind = Column(String(20), nullable=False, server_default="text")
    content = Column(EncryptedJSON("hand_off_message.content"), nullable=False)
    message_key = Column(String(32), unique=True)
    outbound_id = Column(String(32), unique=True)

    __table_args__ = (_among("author", AUTHORS), Index("ix_hand_off_message_hand_off_id", "hand_off_id", "id"))


class HandOffLabel(Base):
    """A word that volunteers put on a hand-off, to find it again and to count."""

    __tablename__ = "hand_off_label"

    hand_off_id = Column(ForeignKey("hand_off.id", ondelete="CASCADE"), primary_key=True)
    label = Column(String(40), primary_key=True)


class Attendant(Base):
    """Somebody who answers: shown to citizens as ``name``, there if ``seen_at`` is of the last minutes."""

    __tablename__ = "attendant"

    login = Column(String(40), primary_key=True)
    name = Column(String(60), nullable=False)
    seen_at = Column(UtcDateTime)
    away = Column(Boolean, nullable=False, server_default=sql("false"))
    """takes no new conversations just now"""
