"""What citizens think of the answers: 👍 and 👎, one of each contact for each answer, the last one counting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.knowledge.tables import AnswerFeedback


@dataclass(frozen=True)
class Count:
    """How many contacts an answer has helped, and how many it has not; ``latest`` is when the last of them told so."""

    answer_id: str
    helped: int
    did_not: int
    latest: datetime

    @property
    def share(self) -> float:
        """The share of those it has helped, 0 to 1."""
        return self.helped / (self.helped + self.did_not)


def record(session: Session, contact_id: int, answer_id: str, helpful: bool, *, message_id: str, at: datetime) -> None:
    """Keep what a contact thinks of an answer, in the place of what they thought before. The same message, and one that
    was written earlier, change nothing."""
    row = insert(AnswerFeedback).values(
        contact_id=contact_id, answer_id=answer_id, helpful=helpful, at=at, message_id=message_id
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[AnswerFeedback.contact_id, AnswerFeedback.answer_id],
            set_={"helpful": row.excluded.helpful, "at": row.excluded.at, "message_id": row.excluded.message_id},
            where=AnswerFeedback.at < row.excluded.at,
        )
    )


def counted(session: Session, since: datetime | None = None, before: datetime | None = None) -> list[Count]:
    """The answers that somebody has told something of, those that help least first; of equals the more often told."""
    helped = func.count().filter(AnswerFeedback.helpful)
    did_not = func.count().filter(~AnswerFeedback.helpful)
    query = select(AnswerFeedback.answer_id, helped, did_not, func.max(AnswerFeedback.at)).group_by(
        AnswerFeedback.answer_id
    )
    if since is not None:
        query = query.where(AnswerFeedback.at >= since)
    if before is not None:
        query = query.where(AnswerFeedback.at < before)
    counts = [Count(*row) for row in session.execute(query)]
    return sorted(counts, key=lambda count: (count.share, -(count.helped + count.did_not), count.answer_id))
