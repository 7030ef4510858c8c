"""What the content has to say to a citizen's last words: answers and checked claims, to be edited and sent by a person.

The sentence encoders are loaded at the first search, in the thread that asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from siaga.content import live
from siaga.content.kinds import Entries
from siaga.desk.inbox.shown import Bubble

if TYPE_CHECKING:
    from siaga.knowledge.search import Knowledge

MOST = 3
_LONGEST = 400
_FEWEST_LETTERS = 6


@dataclass(frozen=True)
class Suggestion:
    """A text to begin a reply with. ``verdict`` is that of a claim."""

    title: str
    text: str
    source: str
    checked: date
    verdict: str | None = None


def last_words(bubbles: Sequence[Bubble]) -> str:
    """What the citizen has said since somebody last wrote to them, or said last."""
    since: list[str] = []
    for bubble in reversed(bubbles):
        if bubble.by == "desk" and since:
            break
        if bubble.by == "citizen" and bubble.text and not bubble.text.startswith("["):
            since.append(bubble.text)
    words = ""
    for text in since:
        if words and len(words) + len(text) > _LONGEST:
            break
        words = f"{text}\n{words}".strip()
    return words[:_LONGEST]


def suggest(text: str) -> list[Suggestion]:
    """Up to ``MOST`` answers, the likeliest first, behind the claim that the text tells, if it surely tells one."""
    if len(text.strip()) < _FEWEST_LETTERS:
        return []
    return [*_claims(text), *_answers(text)]


def _answers(text: str) -> list[Suggestion]:
    from siaga.knowledge.search import NEAR

    knowledge = live.built("answer", _knowledge)
    scored = sorted(zip(knowledge.scores(text), knowledge.answers, strict=True), key=lambda pair: -pair[0])[:MOST]
    return [
        Suggestion(answer.question, answer.short, answer.source, answer.checked)
        for score, answer in scored
        if score >= NEAR
    ]


def _claims(text: str) -> list[Suggestion]:
    from siaga.hoaxes import matching

    found = matching.check(text)
    claims = (found.claim, *found.also) if isinstance(found, matching.Sure) else ()
    return [
        Suggestion(claim.claim, claim.short, claim.source, claim.checked, claim.verdict_in_words) for claim in claims
    ]


def _knowledge(entries: Entries) -> Knowledge:
    from siaga.knowledge.answers import read_answers
    from siaga.knowledge.search import Knowledge

    return Knowledge(read_answers(entries))
