"""Keeping what was not understood, each message once, and what it turned out to mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.prepared import Prepared, given
from siaga.privacy import mask_text
from siaga.settings import settings
from siaga.unclear.tables import UnclearMessage

FALLBACK = "nlu_fallback"
RANKED = 5
# More is a forwarded article, not how people ask.
LONGEST = 500


# Made once: of the messages it is a fifth.
_KEEP = Prepared(
    insert(UnclearMessage)
    .values(
        contact_id=given("contact", BigInteger),
        message_key=given("key", Text),
        at=given("at", UtcDateTime),
        text=given("text", UnclearMessage.__table__.c.text.type),
        ranking=given("ranking", JSONB),
        asked=given("asked", Text),
        forget_after=given("forget_after", UtcDateTime),
    )
    .on_conflict_do_nothing(index_elements=[UnclearMessage.message_key])
)


@dataclass(frozen=True)
class Unclear:
    """A message that was not understood; ``key`` is that of the message, ``asked`` the slot of the open question."""

    key: str
    at: datetime
    text: str = field(repr=False)
    ranking: Sequence[tuple[str, float]] = ()
    asked: str | None = None


def keep(session: Session, contact_id: int, unclear: Unclear) -> None:
    """Keep a message, masked; nothing if it is there already, or holds no word once it is masked."""
    days = settings().unclear_days
    # Cut after masking: half a number looks harmless.
    text = mask_text(unclear.text).strip()[:LONGEST]
    if days <= 0 or not any(letter.isalpha() for letter in text):
        return
    ranking = [[intent, round(sure, 4)] for intent, sure in unclear.ranking if intent != FALLBACK]
    _KEEP.run(
        session,
        contact=contact_id,
        key=unclear.key,
        at=unclear.at,
        text=text,
        ranking=ranking[:RANKED],
        asked=unclear.asked,
        forget_after=unclear.at + timedelta(days=days),
    )


def suggest(session: Session, contact_id: int, key: str, intent: str) -> None:
    """The contact chose a meaning for what they had written; a message that was not collected is passed over."""
    session.execute(
        update(UnclearMessage)
        .where(
            UnclearMessage.message_key == key,
            UnclearMessage.contact_id == contact_id,
            UnclearMessage.suggested.is_(None),
        )
        .values(suggested=intent)
        .execution_options(synchronize_session=False)
    )
