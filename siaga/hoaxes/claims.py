"""The claims of ``content/hoaxes``: what is told around, what is true of it, and a text to send back to the group."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from siaga.content import ContentError, Entry, only_keys, read_entry, take_entries, take_review, take_text, take_texts
from siaga.hoaxes.links import SHARED, plain_link
from siaga.settings import ROOT
from siaga.text.normalise import normalise

DIRECTORY = ROOT / "content" / "hoaxes"
FEWEST_VARIANTS = 5
ID = 60
"""Characters of an id: the notice that tells it carries it in its subject."""
LABEL = 20
"""Characters on a WhatsApp button."""
CLAIM = 200
SHORT = 500
"""Characters that can be read on a phone without scrolling, below the verdict and above the source."""
SHARE = 350
"""Characters that are still read in a family group."""

Verdict = Literal["false", "misleading", "true", "unproven"]
VERDICTS: dict[Verdict, str] = {
    "false": "HOAKS",
    "misleading": "MENYESATKAN",
    "true": "BENAR",
    "unproven": "BELUM TERBUKTI",
}
"""Each verdict in the word that the citizen reads."""

_KEYS = ("id", "label", "claim", "variants", "links", "verdict", "short", "share", "source", "checked", "review_by")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"\b[A-Z]\w{2,}")


class ClaimFileError(ContentError):
    """A file of claims that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Claim:
    """One claim as it is told around.

    ``label`` fits a button; ``short`` says kindly why the verdict is what it is; ``share`` is made to be forwarded, and
    stands by itself; ``links`` are pages that tell the claim, ``domain/path`` in lower case.
    """

    id: str
    label: str
    claim: str
    variants: tuple[str, ...]
    links: tuple[str, ...]
    verdict: Verdict
    short: str
    share: str
    source: str
    checked: date
    review_by: date

    @property
    def verdict_in_words(self) -> str:
        """Such as "HOAKS"."""
        return VERDICTS[self.verdict]

    # ------------------------------------------------------------------ what it is found by
    @property
    def ways_to_ask(self) -> tuple[str, ...]:
        """The claim and the other ways it is told or asked about."""
        return (self.claim, *self.variants)

    @property
    def words(self) -> tuple[str, ...]:
        """None points to a claim by itself: a word says what it is about, not what is claimed."""
        return ()

    @property
    def text(self) -> str:
        """Why the verdict is what it is: words that the claim is told in stand there, too."""
        return self.short

    def is_due(self, day: date) -> bool:
        """Whether somebody should have looked at it again by that day."""
        return self.review_by <= day


def _links(entry: Entry) -> tuple[str, ...]:
    links = []
    for given in take_texts(entry, "links", 0, ClaimFileError, what="links"):
        link = plain_link(given)
        if link is None:
            raise entry.error(f"“{given}” is no link; write it like contoh.id/berita/vaksin.", "links", ClaimFileError)
        if link in SHARED:
            raise entry.error(f"at {link} everybody may write; name the one page.", "links", ClaimFileError)
        links.append(link)
    return tuple(dict.fromkeys(links))


def _verdict(entry: Entry) -> Verdict:
    given = take_text(entry, "verdict", ClaimFileError)
    for verdict in VERDICTS:
        if given == verdict:
            return verdict
    raise entry.error(f"“verdict” must be one of {', '.join(VERDICTS)}.", "verdict", ClaimFileError)


def _claim(entry: Entry) -> Claim:
    only_keys(entry, _KEYS, ClaimFileError)
    checked, review_by = take_review(entry, ClaimFileError)
    claim_id = take_text(entry, "id", ClaimFileError, ID)
    if not _ID.fullmatch(claim_id):
        raise entry.error(
            "“id” must be of small letters, digits and dashes, such as vaksin-chip.", "id", ClaimFileError
        )
    share = take_text(entry, "share", ClaimFileError, SHARE)
    source = take_text(entry, "source", ClaimFileError, 200)
    if not set(_NAME.findall(source)) & set(_NAME.findall(share)):
        raise entry.error("“share” stands by itself in a group: name the “source” in it.", "share", ClaimFileError)
    return Claim(
        id=claim_id,
        label=take_text(entry, "label", ClaimFileError, LABEL),
        claim=take_text(entry, "claim", ClaimFileError, CLAIM),
        variants=take_texts(
            entry, "variants", FEWEST_VARIANTS, ClaimFileError, what="ways to tell this or to ask about it"
        ),
        links=_links(entry),
        verdict=_verdict(entry),
        short=take_text(entry, "short", ClaimFileError, SHORT),
        share=share,
        source=source,
        checked=checked,
        review_by=review_by,
    )


def read_claims(entries: Iterable[Entry]) -> list[Claim]:
    """The claims that these entries hold, in their order.

    Raises:
        ClaimFileError: one of them is wrong, or two have the same id, are told in the same words, or share a link.
    """
    claims: list[Claim] = []
    seen: dict[tuple[str, str], str] = {}
    for entry in entries:
        claim = _claim(entry)
        told = [("id", claim.id, "id"), *(("link", link, "links") for link in claim.links)]
        told += [("way", _plain(way), "variants") for way in claim.ways_to_ask]
        for kind, value, key in told:
            other = seen.setdefault((kind, value), claim.id)
            if other != claim.id or (kind == "id" and any(one.id == claim.id for one in claims)):
                what = {"id": "the id", "link": "the link", "way": "the words"}[kind]
                raise entry.error(f"{what} “{value}” stand for “{other}” already.", key, ClaimFileError)
        claims.append(claim)
    return claims


def load_claims(directory: Path = DIRECTORY) -> list[Claim]:
    """Every claim of the directory's files, in their order; none if there is no file.

    Raises:
        ClaimFileError: a file is wrong, or two claims cannot be told apart.
    """
    entries: list[Entry] = []
    for path in sorted(directory.glob("*.yml")):
        file = read_entry(path, ClaimFileError)
        only_keys(file, ("hoaxes",), ClaimFileError)
        entries += take_entries(file, "hoaxes", ClaimFileError)
    return read_claims(entries)


def to_review(claims: Iterable[Claim], day: date) -> list[Claim]:
    """The claims whose review date has come."""
    return [claim for claim in claims if claim.is_due(day)]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(normalise(text)))
