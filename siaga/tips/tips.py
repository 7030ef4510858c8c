"""The situations of ``content/tips``: what to do in each, for whom it differs, and what people ask about it next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from siaga.content import ContentError, Entry, only_keys, take_entries, take_review, take_text, take_texts
from siaga.content.kinds import Entries, read_folder
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "tips"
FEWEST_VARIANTS = 10
FEWEST_WAYS = 3
"""In which a follow-up is asked."""
FEWEST_LINES, MOST_LINES = 3, 5
LINE = 130
"""Characters of one piece of advice."""
SCREEN = 620
"""Characters that all of the advice may have: a phone shows no more at once."""
LABEL = 20
"""Characters on a WhatsApp button."""
ABOUT = 72
"""Characters in the second line of a WhatsApp list's row."""
LONGER = 900
"""Characters of what is told on request: with its head and source it has to fit a message."""

Audience = Literal["child", "pregnant", "elderly"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

_KEYS = (
    "id", "label", "title", "about", "variants", "words", "advice", "more", "how_long", "audiences", "follow_ups",
    "related", "self_check", "source", "checked", "review_by",
)  # fmt: skip
# In a file of their own, which has no tips.
_NO_SITUATION = ("general", "elsewhere")
# How much of a drug somebody takes is never told here: it depends on who they are.
_DOSE = re.compile(
    r"\d[\d.,]*\s*(?:mg|mcg|ml|cc|iu|tablet|tab|kapsul|pil|butir|sendok|sdt|sdm|tetes)\b"
    r"|\b\d+\s*(?:x|kali)\s*(?:sehari|seminggu)\s*(?:minum|tablet|obat)",
    re.IGNORECASE,
)


class TipFileError(ContentError):
    """A tip file that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class FollowUp:
    """What is asked next about a situation, and either what is said to it or the id of the tip that answers it."""

    asked: tuple[str, ...]
    say: str
    tip: str


@dataclass(frozen=True)
class Tip:
    """What to do in one situation.

    ``label`` fits a button, ``about`` a list's row. ``words`` point here whatever stands around them. ``advice`` is
    what is told at once, ``more`` and ``how_long`` on request (empty where there is nothing to say); ``audiences`` is
    what differs for some. ``related`` are ids; with ``self_check`` the self-check is offered beside it.
    """

    id: str
    label: str
    title: str
    about: str
    variants: tuple[str, ...]
    words: tuple[str, ...]
    advice: tuple[str, ...]
    more: str
    how_long: str
    audiences: Mapping[Audience, str]
    follow_ups: tuple[FollowUp, ...]
    related: tuple[str, ...]
    self_check: bool
    source: str
    checked: date
    review_by: date

    def is_due(self, day: date) -> bool:
        """Whether its facts should have been looked at again by ``day``."""
        return self.review_by <= day


def _told(entry: Entry, key: str, longest: int, *, optional: bool = False) -> str:
    """A text that citizens read."""
    text = take_text(entry, key, TipFileError, longest, optional)
    _refuse_dose(entry, key, text)
    return text


def _refuse_dose(entry: Entry, key: str, text: str) -> None:
    if found := _DOSE.search(text):
        raise entry.error(
            f"“{found.group()}” looks like the dose of a drug; none is told here, send people to a health worker.",
            key,
            TipFileError,
        )


def _advice(entry: Entry) -> tuple[str, ...]:
    advice = take_texts(entry, "advice", FEWEST_LINES, TipFileError, what="lines", most=MOST_LINES)
    for line in advice:
        _refuse_dose(entry, "advice", line)
        if len(line) > LINE:
            raise entry.error(
                f"“{line[:30]}…” has {len(line)} characters; a line has at most {LINE}.", "advice", TipFileError
            )
    if (length := sum(map(len, advice))) > SCREEN:
        raise entry.error(f"“advice” has {length} characters; at most {SCREEN} fit a phone.", "advice", TipFileError)
    return advice


def _audiences(entry: Entry) -> dict[Audience, str]:
    given = entry.get("audiences")
    if given is None:
        return {}
    if not isinstance(given, Entry):
        raise entry.error("“audiences” must be names and texts, such as “child: …”.", "audiences", TipFileError)
    only_keys(given, AUDIENCES, TipFileError)
    return {name: _told(given, name, LONGER) for name in AUDIENCES if name in given}


def _follow_ups(entry: Entry) -> tuple[FollowUp, ...]:
    if "follow_ups" not in entry:
        return ()
    found = []
    for given in take_entries(entry, "follow_ups", TipFileError):
        only_keys(given, ("asked", "say", "tip"), TipFileError)
        if ("say" in given) == ("tip" in given):
            raise given.error("a follow-up needs either “say” or “tip”.", kind=TipFileError)
        found.append(
            FollowUp(
                take_texts(given, "asked", FEWEST_WAYS, TipFileError, what="ways to ask this"),
                _told(given, "say", LONGER, optional=True),
                take_text(given, "tip", TipFileError, optional=True),
            )
        )
    return tuple(found)


def _yes_no(entry: Entry, key: str) -> bool:
    value: Any = entry.get(key, "no")
    if value not in ("yes", "no"):
        raise entry.error(f"“{key}” must be yes or no.", key, TipFileError)
    return bool(value == "yes")


def _tip(entry: Entry) -> Tip:
    only_keys(entry, _KEYS, TipFileError)
    checked, review_by = take_review(entry, TipFileError)
    words = take_text(entry, "words", TipFileError, optional=True)
    return Tip(
        id=take_text(entry, "id", TipFileError, longest=40),
        label=take_text(entry, "label", TipFileError, LABEL),
        title=take_text(entry, "title", TipFileError, ABOUT),
        about=take_text(entry, "about", TipFileError, ABOUT),
        variants=take_texts(entry, "variants", FEWEST_VARIANTS, TipFileError, what="ways to ask this"),
        words=tuple(word.strip() for word in words.split(",") if word.strip()),
        advice=_advice(entry),
        more=_told(entry, "more", LONGER, optional=True),
        how_long=_told(entry, "how_long", LONGER, optional=True),
        audiences=_audiences(entry),
        follow_ups=_follow_ups(entry),
        related=take_texts(entry, "related", 1, TipFileError, what="ids") if "related" in entry else (),
        self_check=_yes_no(entry, "self_check"),
        source=take_text(entry, "source", TipFileError),
        checked=checked,
        review_by=review_by,
    )


def load_tips(directory: Path = DIRECTORY) -> list[Tip]:
    """Every tip of the directory's files, in their order.

    Raises:
        TipFileError: as ``read_tips``.
    """
    return read_tips(_load(directory))


def _load(directory: Path) -> Entries:
    entries = read_folder(directory, "tips", TipFileError)
    if not entries.heads:
        raise TipFileError(directory / "*.yml", 1, "there is no tip file.")
    for head in entries.heads:
        if not any(key in head for key in _NO_SITUATION) and not any(entry.head is head for entry in entries):
            take_entries(head, "tips", TipFileError)
    return entries


def read_tips(entries: Entries) -> list[Tip]:
    """The tips that the entries of files, or of the content store, hold; in their order.

    Raises:
        TipFileError: an entry is wrong; two tips have the same id or label, or are asked for in the same words; or one
            leads to a tip that is not there.
    """
    for head in entries.heads:
        only_keys(head, ("tips", *_NO_SITUATION), TipFileError)
    read: list[tuple[Entry, Tip]] = []
    taken: dict[tuple[str, str], str] = {}
    for entry in entries:
        tip = _tip(entry)
        for key, texts in (("id", (tip.id,)), ("label", (tip.label,)), ("variants", tip.variants)):
            for text in texts:
                other = taken.setdefault((key, text.casefold()), tip.id)
                if other != tip.id or (key == "id" and any(one.id == tip.id for _, one in read)):
                    raise entry.error(f"“{text}” already stands in “{other}”.", key, TipFileError)
        read.append((entry, tip))
    _resolve(read)
    return [tip for _, tip in read]


@dataclass(frozen=True)
class NoSituation:
    """Ways to ask that tell no situation: ``general`` ones for advice, and ``elsewhere`` what others answer."""

    general: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def load_no_situation(directory: Path = DIRECTORY) -> NoSituation:
    """The lists ``general`` and ``elsewhere`` of the directory's files.

    Raises:
        TipFileError: a file is wrong.
    """
    return read_no_situation(_load(directory))


def read_no_situation(entries: Entries) -> NoSituation:
    """The same of what stands beside entries.

    Raises:
        TipFileError: a list is wrong.
    """

    def listed(key: str) -> tuple[str, ...]:
        given = [head for head in entries.heads if key in head]
        return tuple(
            text for content in given for text in take_texts(content, key, 1, TipFileError, what="ways to ask")
        )

    return NoSituation(listed("general"), listed("elsewhere"))


def _resolve(read: list[tuple[Entry, Tip]]) -> None:
    """Refuse what leads nowhere."""
    ids = {tip.id for _, tip in read}
    for entry, tip in read:
        for key, others in (("related", tip.related), ("follow_ups", [one.tip for one in tip.follow_ups if one.tip])):
            for other in others:
                if other not in ids or other == tip.id:
                    raise entry.error(f"“{other}” is no other tip's id.", key, TipFileError)


def to_review(tips: Iterable[Tip], day: date) -> list[Tip]:
    """The tips whose review date has come."""
    return [tip for tip in tips if tip.is_due(day)]
