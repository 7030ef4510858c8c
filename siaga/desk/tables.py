"""Who may work at the desk, and who is signed in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Text, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from siaga.db import Base, EncryptedJSON, EncryptedText, UtcDateTime


class DeskAccount(Base):
    """Somebody who works at the desk. ``name`` is what citizens and colleagues read; ``roles`` is a list of
    ``siaga.desk.roles``.

    There is no password until its owner has chosen one, by the link whose token's SHA-256 is ``invite_digest``.
    """

    __tablename__ = "desk_account"

    id = Column(BigInteger, primary_key=True)
    login = Column(String(40), nullable=False, unique=True)
    """lower case"""
    name = Column(String(60), nullable=False)
    roles = Column(JSONB, nullable=False)
    password_hash = Column(Text)
    """argon2id"""
    password_set_at = Column(UtcDateTime)
    totp_secret = Column(EncryptedText("desk_account.totp_secret"))
    totp_step = Column(BigInteger)
    """the time step of the last code that was used: each counts once"""
    recovery = Column(EncryptedJSON("desk_account.recovery"))
    """SHA-256 of the codes that stand in for a lost phone, hexadecimal"""
    oidc_subject = Column(Text, unique=True)
    """issuer and subject of the province's own account, where it signs in"""
    invite_digest = Column(LargeBinary, unique=True)
    invite_until = Column(UtcDateTime)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    created_by = Column(String(40), nullable=False)
    disabled_at = Column(UtcDateTime)
    last_sign_in_at = Column(UtcDateTime)


class DeskSession(Base):
    """A browser that is signed in: ``digest`` is the SHA-256 of its cookie's token.

    While ``waits_for_code`` the password was right and the one-time code is still asked for: nothing else is allowed.
    """

    __tablename__ = "desk_session"

    digest = Column(LargeBinary, primary_key=True)
    account_id = Column(ForeignKey("desk_account.id", ondelete="CASCADE"), nullable=False, index=True)
    csrf = Column(String(64), nullable=False)
    waits_for_code = Column(Boolean, nullable=False, server_default=sql("false"))
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    seen_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    expires_at = Column(UtcDateTime, nullable=False, index=True)


class DeskAttempt(Base):
    """Signing in that failed, by who tried: a blind index of the login, or of the address it came from."""

    __tablename__ = "desk_attempt"

    who = Column(LargeBinary, primary_key=True)
    failures = Column(Integer, nullable=False, server_default=sql("0"))
    last_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    locked_until = Column(UtcDateTime)

    __table_args__ = (Index("ix_desk_attempt_last_at", "last_at"),)
