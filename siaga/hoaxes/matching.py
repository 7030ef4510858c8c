"""Which claim a message tells, asks about or links to. Never a guess: what is not sure is offered, or not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from siaga.content import Entry, live
from siaga.hoaxes.claims import Claim, read_claims
from siaga.hoaxes.links import find_links, same_page
from siaga.hoaxes.passages import claim_words, passages, without_asking
from siaga.knowledge import search

_ELSEWHERE = Path(__file__).parent / "data" / "elsewhere.txt"
CHOICES = 3
"""Claims that are offered when none is sure, and beside the main one of a message that tells several."""
SURE, LEAD = 0.40, 0.20
"""The least score to be sure of a claim, and by how much it must lead all else.

A chain message says more than its claim ("… matikan HP malam ini"), so it leads by less than a question does. Each way
to tell a claim left out in turn, 2 of 1,056 were wrong; of 627 messages that tell none (questions, requests) 10 were
taken for one, and are offered it, unless they ask whether something is true."""
LEAST = 0.05
"""A score below this is chance; staff who look for a claim are shown what is above."""
MORE_SURE = 0.05
"""By how much surer a sentence of a long message must be than a message of its own: one of many is easily alike."""


@dataclass(frozen=True)
class Sure:
    """This is what is told around. ``also`` are claims that the same message tells, too."""

    claim: Claim
    score: float
    also: tuple[Claim, ...] = ()
    by_link: bool = False


@dataclass(frozen=True)
class Near:
    """It may be one of these, the likeliest first."""

    claims: tuple[Claim, ...]
    score: float


@dataclass(frozen=True)
class Far:
    """Nothing here tells of that."""

    score: float = 0.0


Found = Sure | Near | Far


@lru_cache(maxsize=1)
def read_elsewhere() -> tuple[str, ...]:
    """Examples of what no claim here is: questions that claim nothing, rumours of other kinds."""
    lines = _ELSEWHERE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _finder(claims: Sequence[Claim]) -> search.Finder[Claim]:
    return search.Finder(claims, elsewhere=read_elsewhere(), sure=(SURE, LEAD))


class Checker:
    """The claims, ready to be compared with messages. Holds no connection."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = tuple(claims)
        self._by_id = {claim.id: claim for claim in self.claims}
        self._finder = _finder(self.claims) if self.claims else None

    def by_id(self, claim_id: str) -> Claim | None:
        """The claim of that id."""
        return self._by_id.get(claim_id)

    def check(self, text: str) -> Found:
        """What a message tells: a question, a forwarded or a long chain message, a link."""
        linked = self._linked(text)
        told = self._told(passages(text))
        sure = _surely(told)
        if linked or sure:
            main, *others = dict.fromkeys([*linked, *sure])
            return Sure(main, 1.0 if linked else sure[main], tuple(others[: CHOICES - 1]), by_link=bool(linked))
        best = max((found.score for found in told), default=0.0)
        near = _nearly(told)
        return Near(near, best) if near else Far(best)

    def nearest(self, text: str, most: int = 5) -> list[tuple[Claim, float]]:
        """The claims that come nearest to what a message tells, with their scores: about 1 for one that is told in the
        words of its entry, down to ``LEAST`` for any that has something of it."""
        best: dict[Claim, float] = {}
        for part in passages(text):
            if self._finder is not None and claim_words(part):
                for claim, score in zip(self.claims, self._finder.scores(without_asking(part)), strict=True):
                    best[claim] = max(best.get(claim, 0.0), float(score))
        ranked = sorted(best.items(), key=lambda pair: -pair[1])[:most]
        return [(claim, score) for claim, score in ranked if score >= LEAST]

    def _linked(self, text: str) -> list[Claim]:
        links = find_links(text)
        return [claim for claim in self.claims if any(same_page(link, claim.links) for link in links)]

    def _told(self, parts: Iterable[str]) -> list[_Told]:
        """What the search finds in each passage that holds any words of a claim."""
        if self._finder is None:
            return []
        return [_of(self._finder.find(without_asking(part))) for part in parts if claim_words(part)]


@dataclass(frozen=True)
class _Told:
    """What was found in one passage, the likeliest first."""

    claims: tuple[Claim, ...]
    score: float
    sure: bool


def _of(found: search.Found) -> _Told:
    if isinstance(found, search.Sure):
        return _Told((cast(Claim, found.answer),), found.score, True)
    claims = cast("tuple[Claim, ...]", tuple(found.answers)) if isinstance(found, search.Near) else ()
    return _Told(claims, found.score, False)


def _surely(told: Sequence[_Told]) -> dict[Claim, float]:
    """The claims that are surely told, the surest first, with their scores."""
    least = SURE + (MORE_SURE if len(told) > 1 else 0.0)
    sure = sorted((one for one in told if one.sure and one.score >= least), key=lambda one: -one.score)
    found: dict[Claim, float] = {}
    for one in sure:
        found.setdefault(one.claims[0], one.score)
    return found


def _nearly(told: Sequence[_Told]) -> tuple[Claim, ...]:
    """The claims that may be told, the likeliest first."""
    ranked: dict[Claim, tuple[float, int]] = {}
    for one in told:
        for place, claim in enumerate(one.claims):
            ranked[claim] = max(ranked.get(claim, (0.0, 0)), (one.score, -place))
    return tuple(sorted(ranked, key=lambda claim: ranked[claim], reverse=True)[:CHOICES])


def _made(entries: Iterable[Entry]) -> Checker:
    return Checker(read_claims(entries))


def checker(preview: bool = False) -> Checker:
    """The claims that stand now; with ``preview`` also those that are not published yet."""
    return live.built("hoax", _made, preview=preview)


def check(text: str, preview: bool = False) -> Found:
    """What is known of a message: see ``Checker.check``."""
    return checker(preview).check(text)
