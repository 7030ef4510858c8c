"""Questions that no answer was found for: kept masked for a while, so that staff see what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.knowledge.tables import UnansweredQuestion
from siaga.privacy import mask_text
from siaga.settings import settings
from siaga.text.normalise import normalise

LONGEST = 500
"""Characters; more is an article that was passed on, not how people ask."""
NEAREST = 3
"""As many answers that came nearest are kept with a question."""
ALIKE = 85.0
"""0 to 100: from how much likeness, of words in plain Indonesian in any order, two questions are one."""
# What a question begins with and what is said beside it make none of them alike.
_COURTESY = re.compile(
    r"\b(?:min|admin|kak|kakak|pak|bu|mau|tanya|nanya|dong|sih|ya|tolong|maaf|saya|aku|apakah|apa|itu|kalau)\b"
)


@dataclass(frozen=True)
class Unanswered:
    """A question as staff see it; ``nearest`` are ids of answers that were not near enough."""

    id: int
    text: str = field(repr=False)
    at: datetime
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Questions that ask the same in nearly the same words, the latest first; ``contacts`` have asked them."""

    questions: tuple[Unanswered, ...]
    contacts: int


def keep(
    session: Session,
    contact_id: int,
    text: str,
    *,
    message_id: str,
    at: datetime,
    intent: str,
    nearest: Iterable[str] = (),
) -> bool:
    """Keep a question, masked, once for its message; whether it is kept.

    It is not where the setting ``unclear_days`` is 0, or where no word is left of it once it is masked.
    """
    days = settings().unclear_days
    # Cut after masking: half a number looks harmless.
    masked = mask_text(text).strip()[:LONGEST]
    if days <= 0 or not any(letter.isalpha() for letter in masked):
        return False
    session.execute(
        insert(UnansweredQuestion)
        .values(
            contact_id=contact_id,
            message_id=message_id,
            at=at,
            text=masked,
            intent=intent,
            nearest=list(nearest)[:NEAREST],
            forget_after=at + timedelta(days=days),
        )
        .on_conflict_do_nothing(index_elements=[UnansweredQuestion.message_id])
    )
    return True


def grouped(session: Session, since: datetime | None = None) -> list[Group]:
    """The questions in groups of alike ones: those that most people ask first, then the latest."""
    query = select(UnansweredQuestion).order_by(UnansweredQuestion.at, UnansweredQuestion.id)
    if since is not None:
        query = query.where(UnansweredQuestion.at >= since)
    groups: dict[str, list[UnansweredQuestion]] = {}
    for row in session.scalars(query):
        plain = _plain(row.text)
        found = process.extractOne(plain, groups.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
        groups.setdefault(found[0] if found else plain, []).append(row)
    made = [_group(rows) for rows in groups.values()]
    return sorted(made, key=lambda group: (-group.contacts, -group.questions[0].at.timestamp()))


def dismiss(session: Session, ids: Iterable[int]) -> int:
    """Forget questions that are answered by now, or need no answer; how many there were."""
    gone = session.execute(
        delete(UnansweredQuestion)
        .where(UnansweredQuestion.id.in_(sorted(ids)))
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)


def _group(rows: Sequence[UnansweredQuestion]) -> Group:
    questions = tuple(Unanswered(int(row.id), row.text, row.at, tuple(row.nearest)) for row in reversed(rows))
    return Group(questions, len({row.contact_id for row in rows}))


def _plain(text: str) -> str:
    """The words that matter, in plain Indonesian, without marks."""
    plain = " ".join(re.findall(r"\w+", normalise(text).lower()))
    return " ".join(_COURTESY.sub(" ", plain).split()) or plain or text
