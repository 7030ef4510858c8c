"""Groups of messages as a page shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from siaga.desk.understanding import meanings
from siaga.unclear.examples import as_example
from siaga.unclear.groups import grouped, likeliest
from siaga.unclear.personal import leftover
from siaga.unclear.review import Message


@dataclass(frozen=True)
class Wording:
    """Messages of a group that read the same. ``problem``: what must be taken out before it may be an example."""

    text: str = field(repr=False)
    ids: tuple[int, ...]
    last_at: datetime
    asked: str | None
    problem: str | None

    @property
    def value(self) -> str:
        """The messages, as a form names them."""
        return ",".join(map(str, self.ids))


@dataclass(frozen=True)
class Offer:
    """A meaning on a button; ``why`` tells what speaks for it beside the model."""

    intent: str
    label: str
    why: str = ""


@dataclass(frozen=True)
class Group:
    """Messages that say the same, the latest wordings first."""

    wordings: tuple[Wording, ...]
    offers: tuple[Offer, ...]
    count: int
    last_at: datetime

    @property
    def number(self) -> int:
        """The lowest number of its messages, which no other group has."""
        return min(number for wording in self.wordings for number in wording.ids)

    @property
    def value(self) -> str:
        """All messages, as a form names them."""
        return ",".join(wording.value for wording in self.wordings)


def ordered(messages: Sequence[Message]) -> list[list[Message]]:
    """The groups of these messages: the largest first, of equals the one with the latest message."""

    def rank(group: Sequence[Message]) -> tuple[int, float]:
        return -len(group), -max(message.at for message in group).timestamp()

    return sorted(grouped(messages), key=rank)


def shown(group: Sequence[Message]) -> Group:
    """A group as a page shows it."""
    by_text: dict[str, list[Message]] = {}
    for message in group:
        by_text.setdefault(as_example(message.text), []).append(message)
    wordings = [
        Wording(
            text,
            tuple(message.id for message in same),
            max(message.at for message in same),
            meanings.asked(same[-1].asked),
            leftover(text),
        )
        for text, same in by_text.items()
    ]
    wordings.sort(key=lambda wording: wording.last_at, reverse=True)
    known = meanings.names()
    offers = [Offer(intent, known[intent], _why(group, intent)) for intent in likeliest(group, known)]
    return Group(tuple(wordings), tuple(offers), len(group), wordings[0].last_at)


def problems(messages: Collection[Message]) -> list[str]:
    """What must be taken out of these messages before they may be examples."""
    return sorted({why for message in messages if (why := leftover(as_example(message.text)))})


def _why(group: Sequence[Message], intent: str) -> str:
    if any(message.label == intent for message in group):
        return "pernah dipilih di sini"
    return "dipilih warganya" if any(message.suggested == intent for message in group) else ""
