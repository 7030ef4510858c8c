"""Who is signed in: a random token in a cookie, of which the database knows only the hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from siaga.desk.tables import DeskAccount, DeskSession
from siaga.settings import settings

SEEN_EVERY = timedelta(minutes=1)
"""That somebody is still there is written down no more often than this."""
CODE_WITHIN = timedelta(minutes=10)
"""Whoever has given the password has so long for the one-time code."""


@dataclass(frozen=True)
class Here:
    """Who asks: their account, what they may do, and what their browser must send with each change."""

    account_id: int
    login: str
    name: str
    roles: frozenset[str]
    csrf: str = field(repr=False)
    digest: bytes = field(repr=False)
    waits_for_code: bool = False

    def may(self, *roles: str) -> bool:
        """Whether they have one of the roles."""
        return not self.roles.isdisjoint(roles)


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def begin(session: Session, account_id: int, now: datetime, *, waits_for_code: bool = False) -> str:
    """Sign an account in; returns the token for its browser."""
    token = secrets.token_urlsafe(32)
    lasts = CODE_WITHIN if waits_for_code else timedelta(hours=settings().desk_session_hours)
    row = DeskSession(
        digest=digest_of(token),
        account_id=account_id,
        csrf=secrets.token_urlsafe(24),
        waits_for_code=waits_for_code,
        created_at=now,
        seen_at=now,
        expires_at=now + lasts,
    )
    session.add(row)
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> Here | None:
    """Who has this token: nobody any more after too long a time, too long a rest, or once the account is closed."""
    digest = digest_of(token)
    row = session.execute(
        select(DeskSession, DeskAccount)
        .join(DeskAccount, DeskAccount.id == DeskSession.account_id)
        .where(
            DeskSession.digest == digest,
            DeskSession.expires_at > now,
            DeskSession.seen_at > now - timedelta(minutes=settings().desk_idle_minutes),
            DeskAccount.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    signed_in, account = row
    if signed_in.seen_at < now - SEEN_EVERY:
        session.execute(
            update(DeskSession)
            .where(DeskSession.digest == digest)
            .values(seen_at=func.greatest(DeskSession.seen_at, now))
            .execution_options(synchronize_session=False)
        )
    return Here(
        account.id,
        account.login,
        account.name,
        frozenset(account.roles),
        signed_in.csrf,
        digest,
        signed_in.waits_for_code,
    )


def end(session: Session, digest: bytes) -> None:
    """Sign one browser out."""
    session.execute(delete(DeskSession).where(DeskSession.digest == digest))


def end_all(session: Session, account_id: int, *, but: bytes | None = None) -> None:
    """Sign an account out everywhere, ``but`` in one browser."""
    gone = delete(DeskSession).where(DeskSession.account_id == account_id)
    session.execute(gone if but is None else gone.where(DeskSession.digest != but))


def of(session: Session, account_id: int, now: datetime) -> list[DeskSession]:
    """Where an account is signed in, the latest used first."""
    query = (
        select(DeskSession)
        .where(
            DeskSession.account_id == account_id,
            DeskSession.expires_at > now,
            DeskSession.seen_at > now - timedelta(minutes=settings().desk_idle_minutes),
            DeskSession.waits_for_code.is_(False),
        )
        .order_by(DeskSession.seen_at.desc())
    )
    return list(session.execute(query).scalars())
