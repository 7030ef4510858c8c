"""Whether every message had exactly one turn, and every reply arrived once and in order: pure, so that it can be tried.

Times are seconds on one clock, contacts and keys any strings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")

# A sender killed so long after a message of its arrived at the Graph API may not have noted that it did.
UNNOTED_SECONDS = 5.0


@dataclass(frozen=True)
class Written:
    """What a citizen wrote: ``number`` counts that citizen's messages, in the order they were acknowledged."""

    key: str
    contact: str
    number: int


@dataclass(frozen=True)
class Kept:
    """A row of the inbox: ``place`` is its order of arrival, ``turn`` the place of its turn's first message."""

    key: str
    contact: str
    place: int
    turn: int
    status: str


@dataclass(frozen=True)
class Reply:
    """A row of the outbox: ``turn`` as above, None for a note of the machinery's own; ``made`` is its transaction."""

    key: str
    contact: str
    seq: int
    turn: int | None
    made: str


@dataclass(frozen=True)
class Arrived:
    """A reply as it came in at the Graph API."""

    key: str
    contact: str
    at: float


@dataclass(frozen=True)
class Records:
    """All of a run. ``kills`` is when a sender or the database was killed."""

    written: Sequence[Written]
    kept: Sequence[Kept]
    replies: Sequence[Reply]
    arrived: Sequence[Arrived]
    kills: Sequence[float] = ()


@dataclass
class Findings:
    """What was wrong, by kind; each entry names what it is about."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    sent_again: list[str] = field(default_factory=list)
    """Arrived twice after a kill had left open whether they had been sent: their statuses should have prevented it."""
    notes: int = 0
    """Replies that answer no message: outages, parked or busy notes."""

    @property
    def clean(self) -> bool:
        """Nothing was wrong."""
        return not (self.lost or self.doubled or self.out_of_order or self.sent_again)

    def __str__(self) -> str:
        return (
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.out_of_order)} out of order, "
            f"{len(self.sent_again)} sent again after an unanswered send; {self.notes} notes"
        )


def check(records: Records) -> Findings:
    """Look through a run's records."""
    found = Findings(notes=sum(reply.turn is None for reply in records.replies))
    _check_turns(records, found)
    _check_arrivals(records, found)
    _check_order(records, found)
    return found


def _check_turns(records: Records, found: Findings) -> None:
    kept = by(records.kept, lambda row: row.key)
    replies = by(records.replies, lambda row: row.turn)
    for message in records.written:
        rows = kept.get(message.key, [])
        if len(rows) > 1:
            found.doubled.append(f"message {message.key} was kept {len(rows)} times")
        if not rows:
            found.lost.append(f"message {message.key} was written and not kept")
        elif rows[0].status != "done":
            found.lost.append(f"message {message.key} ended as {rows[0].status}")
        elif rows[0].turn not in replies:
            found.lost.append(f"message {message.key} had a turn and no reply")
    for turn, made in replies.items():
        # A turn may say several things, all in the one transaction that ends it.
        transactions = {reply.made for reply in made}
        if turn is not None and len(transactions) > 1:
            found.doubled.append(f"turn {turn} ended {len(transactions)} times")


def _check_arrivals(records: Records, found: Findings) -> None:
    arrived = by(records.arrived, lambda row: row.key)
    known = {reply.key for reply in records.replies}
    for reply in records.replies:
        if reply.key not in arrived:
            found.lost.append(f"reply {reply.key} never arrived")
    for key, times in arrived.items():
        if key not in known:
            found.doubled.append(f"arrival {key} is not in the outbox")
        for before, _ in pairwise(sorted(times, key=lambda row: row.at)):
            unnoted = any(-0.1 <= kill - before.at <= UNNOTED_SECONDS for kill in records.kills)
            (found.sent_again if unnoted else found.doubled).append(f"reply {key} arrived again")


def _check_order(records: Records, found: Findings) -> None:
    place = {row.key: row.place for row in records.kept}
    for contact, messages in by(records.written, lambda row: row.contact).items():
        numbered = sorted((row for row in messages if row.key in place), key=lambda row: row.number)
        if not _rising([place[row.key] for row in numbered]):
            found.out_of_order.append(f"the inbox of {contact}")
    seq = {reply.key: reply.seq for reply in records.replies}
    for contact, replies in by(records.replies, lambda row: row.contact).items():
        in_order = sorted(replies, key=lambda row: row.seq)
        if not _rising([reply.turn for reply in in_order if reply.turn is not None], strictly=False):
            found.out_of_order.append(f"the turns of {contact}")
    for contact, arrivals in by(records.arrived, lambda row: row.contact).items():
        first: dict[str, float] = {}
        for arrival in sorted(arrivals, key=lambda row: row.at):
            first.setdefault(arrival.key, arrival.at)
        if not _rising([seq[key] for key in first if key in seq]):
            found.out_of_order.append(f"the arrivals of {contact}")


def _rising(values: Sequence[int], *, strictly: bool = True) -> bool:
    return all(a < b or (a == b and not strictly) for a, b in pairwise(values))


def by(rows: Iterable[T], key: Callable[[T], object]) -> dict[object, list[T]]:
    """The rows grouped."""
    groups: dict[object, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def prove() -> None:
    """Raise unless the checker finds each kind of fault in records that have it, and none in records that have none."""
    good = Records(
        [Written("a", "w", 1), Written("b", "w", 2)],
        [Kept("a", "w", 1, 1, "done"), Kept("b", "w", 2, 2, "done")],
        [Reply("x", "w", 1, 1, "t1"), Reply("y", "w", 2, 2, "t2"), Reply("z", "w", 3, 2, "t2")],
        [Arrived("x", "w", 1.0), Arrived("y", "w", 2.0), Arrived("z", "w", 3.0)],
    )
    a, b = good.kept
    x, y, z = good.replies
    first, second, third = good.arrived
    again = [*good.arrived, replace(first, at=40.0)]
    faults: list[tuple[str, str, Records]] = [
        ("a message that was not kept", "lost", replace(good, kept=[b])),
        ("a message that still waits", "lost", replace(good, kept=[a, replace(b, status="waiting")])),
        ("a message that was parked", "lost", replace(good, kept=[a, replace(b, status="parked")])),
        ("a turn without a reply", "lost", replace(good, replies=[x], arrived=[first])),
        ("a reply that did not arrive", "lost", replace(good, arrived=[first, second])),
        ("a message kept twice", "doubled", replace(good, kept=[a, b, replace(b, place=3, turn=3)])),
        ("a turn that ended twice", "doubled", replace(good, replies=[x, y, replace(z, made="t3")])),
        ("a reply that arrived twice", "doubled", replace(good, arrived=again)),
        ("a reply that nobody wrote", "doubled", replace(good, replies=[x, y])),
        ("a reply sent again after a kill", "sent_again", replace(good, arrived=again, kills=[1.2])),
        (
            "messages kept in another order",
            "out_of_order",
            replace(good, written=[Written("a", "w", 2), Written("b", "w", 1)]),
        ),
        ("turns in another order", "out_of_order", replace(good, replies=[replace(x, seq=4), y, z])),
        (
            "replies in another order",
            "out_of_order",
            replace(good, arrived=[replace(first, at=2.5), second, third]),
        ),
    ]
    if not check(good).clean:
        raise AssertionError(f"the checker finds faults where there are none: {check(good)}")
    for what, kind, records in faults:
        if not getattr(check(records), kind):
            raise AssertionError(f"the checker does not see {what} as {kind}")
