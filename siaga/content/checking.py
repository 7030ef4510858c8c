"""What is wrong, or soon will be, with the content: everything at once, each with its file, its line and what to do.

The readers of the capabilities tell the first mistake they find; here the rest is read on without the entry at fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from siaga.content.files import ContentError, Entry
from siaga.content.kinds import DIRECTORY, KINDS, Entries, read_folder
from siaga.content.standing import standing
from siaga.text.normalise import normalise

MESSAGE = 1024
"""Characters of a message with buttons (Meta's message reference, November 2026: the body of an interactive one)."""
FRAME = 110
"""Characters that the sentences of the domain put around an answer: "Sumber", the dates, that it is due."""
SOON = timedelta(days=30)
"""So long before its review date an entry is told of."""
_DAY = ZoneInfo("Asia/Jakarta")
_MOST_MISTAKES = 200
# Two ways to ask of which so much is the same (0 to 100) are taken for one, if they have the same numbers.
_ALIKE = 95.0
_SHORTEST = 12
_NO_SOURCE = re.compile(
    r"(?:-|–|\?|\.|…|todo|tbd|belum ada|tidak ada|internet|google|whatsapp|wa|grup wa|media sosial|medsos|facebook)\W*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“([^”]+)”")
# The texts of an entry, each told in a message by itself with its source below.
_TOLD: Mapping[str, tuple[str, ...]] = {
    "answer": ("short", "more", "why", "for"),
    "hoax": ("short", "share"),
    "tip": ("advice", "more", "how_long", "audiences"),
    "news": ("lines",),
}
# What stands above such a text, in the same message.
_ABOVE: Mapping[str, tuple[str, ...]] = {
    "answer": ("question",),
    "hoax": ("claim",),
    "tip": ("title",),
    "news": ("title",),
}


@dataclass(frozen=True)
class Finding:
    """Something to do. ``grave``: it must not be published like this; else somebody has to look at it."""

    kind: str
    key: str
    path: Path
    line: int
    reason: str
    grave: bool = True

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}, line {self.line}: {self.reason}"


def check_files(directory: Path, today: date | None = None) -> list[Finding]:
    """All findings of the files under ``directory``, in the order of the kinds and files."""
    found: list[Finding] = []
    content: dict[str, Entries] = {}
    for kind in KINDS.values():
        try:
            content[kind.name] = read_folder(directory / kind.folder, kind.list_key)
        except ContentError:
            # Without one of its files nothing can be said of the others but whether they can be read.
            for path in sorted((directory / kind.folder).glob("*.yml")):
                try:
                    read_folder(path.parent, kind.list_key, only=path.name)
                except ContentError as error:
                    found.append(Finding(kind.name, "", error.path, error.line, error.reason))
    return found + check(content, today)


def check_stored(session: Session, kinds: Collection[str] = tuple(KINDS), today: date | None = None) -> list[Finding]:
    """All findings of what stands in the database with what is not published yet on top."""
    return check(stored(session, kinds), today)


def stored(session: Session, kinds: Collection[str]) -> dict[str, Entries]:
    """What stands in the database of some kinds with what is not published yet on top, over the files of a kind of
    which nothing was imported.

    Raises:
        ContentError: a text cannot be read.
    """
    stands = standing(session, datetime.now(timezone.utc), preview=True)
    imported = {kind for kind, _ in stands.files}
    content: dict[str, Entries] = {}
    for kind in (KINDS[name] for name in kinds):
        found = stands.entries(kind.name)
        if kind.name not in imported:
            found = found.over(read_folder(DIRECTORY / kind.folder, kind.list_key))
        content[kind.name] = found
    return content


def check(content: Mapping[str, Entries], today: date | None = None) -> list[Finding]:
    """All findings of the entries by kind; ``today`` is the programme's day if not given."""
    today = today or datetime.now(_DAY).date()
    found: list[Finding] = []
    for name, entries in content.items():
        mistakes, good, read = _mistakes(name, entries)
        found += mistakes
        for entry in good:
            found += _sources(name, entry)
            found += _quotes(name, entry)
            found += _lengths(name, entry)
            found += _dates(name, entry, today)
        found += _twins(name, good)
        found += _outdone(name, good)
        if name == "front" and read is not None:
            found += _front(read, good, content.get("answer"), today)
    return found


def check_entry(kind: str, entries: Entries, key: str, today: date | None = None) -> list[Finding]:
    """What is wrong with one of a kind's entries, fast enough to be asked while it is being written: all but whether
    others are asked for nearly alike, and where the front's options lead."""
    today = today or datetime.now(_DAY).date()
    mistakes, good, _ = _mistakes(kind, entries)
    found = [one for one in mistakes if one.key == key]
    for entry in good:
        if entry.id == key:
            found += [*_sources(kind, entry), *_quotes(kind, entry), *_lengths(kind, entry)]
            found += _dates(kind, entry, today)
    return found


def _finding(kind: str, entry: Entry, key: str, reason: str, *, grave: bool = True) -> Finding:
    return Finding(kind, entry.id, entry.path, entry.lines.get(key, entry.line), reason, grave)


# ------------------------------------------------------------------ what the readers refuse
def _mistakes(kind: str, entries: Entries) -> tuple[list[Finding], list[Entry], Any]:
    """What the capability's reader finds wrong, the entries that are left, and what it makes of those."""
    found: list[Finding] = []
    left = list(entries)
    without: set[str] = set()
    if not left and not entries.heads:
        return [], [], None
    while len(found) < _MOST_MISTAKES:
        try:
            read = KINDS[kind].read(Entries(left, entries.heads))
        except ContentError as error:
            wrong = _entry_of(error, left)
            key = wrong.id if wrong is not None else ""
            # Nothing but that an entry is not there which was put aside for its own mistake.
            if not without & set(_QUOTED.findall(error.reason)) - {key}:
                found.append(Finding(kind, key, error.path, error.line, error.reason))
            if wrong is None:
                break
            without.add(key)
            left = [entry for entry in left if entry is not wrong]
            if not left:
                break
        else:
            return found, left, read
    return found, [], None


def _entry_of(error: ContentError, entries: Sequence[Entry]) -> Entry | None:
    """The entry in whose lines a mistake stands."""
    before = [entry for entry in entries if entry.path == error.path and entry.line <= error.line]
    return max(before, key=lambda entry: entry.line, default=None)


# ------------------------------------------------------------------ each entry by itself
def _sources(kind: str, entry: Entry) -> Iterator[Finding]:
    source = entry.get("source")
    if isinstance(source, str) and _NO_SOURCE.fullmatch(source.strip()):
        yield _finding(kind, entry, "source", f"“{source.strip()}” is no source: name who said it, in what, and when.")


def _quotes(kind: str, entry: Entry) -> Iterator[Finding]:
    """Quotes around a text that YAML does not take for such, so that they would be told with it."""
    for key, value in entry.items():
        # Ways to ask are never told.
        for text in _texts(value if key != "variants" else None):
            if text.count('"') % 2:
                yield _finding(kind, entry, key, f'“{key}” holds one " without another: take it out, or put both.')
            elif re.fullmatch("[“„][^“„”]*[“”]", text, re.DOTALL):
                reason = (
                    f'“{key}” stands between typographic quotes, which are told, too: for YAML use plain ones ("…").'
                )
                yield _finding(kind, entry, key, reason, grave=False)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, list):
        yield "\n".join(text for text in value if isinstance(text, str))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)


def _lengths(kind: str, entry: Entry) -> Iterator[Finding]:
    """A text must fit its message together with what is told around it."""
    around = FRAME + len(str(entry.get("source", "")))
    around += sum(len(str(entry.get(key, ""))) for key in _ABOVE.get(kind, ()))
    for key in _TOLD.get(kind, ()):
        for text in _texts(entry.get(key)):
            if len(text) + around > MESSAGE:
                yield _finding(
                    kind,
                    entry,
                    key,
                    f"“{key}” makes a message of {len(text) + around} characters with its heading and source; WhatsApp "
                    f"takes {MESSAGE}. Shorten it, or the source, by {len(text) + around - MESSAGE}.",
                )


def _dates(kind: str, entry: Entry, today: date) -> Iterator[Finding]:
    checked, review_by = entry.get("checked"), entry.get("review_by")
    if isinstance(checked, date) and checked > today:
        yield _finding(kind, entry, "checked", f"“checked” is {checked}, which is still to come: put the day it was.")
    if isinstance(review_by, date):
        if review_by <= today:
            yield _finding(
                kind,
                entry,
                "review_by",
                f"to be reviewed since {review_by}: look at its source again, and put a new “checked” and “review_by”.",
                grave=False,
            )
        elif review_by - today <= SOON:
            yield _finding(kind, entry, "review_by", f"to be reviewed by {review_by}.", grave=False)


# ------------------------------------------------------------------ two that answer the same
def _ways(entry: Entry) -> list[tuple[str, str]]:
    """The ways to ask for an entry, each with the key under which it stands."""
    ways = [(key, entry[key]) for key in ("question", "claim", "title") if isinstance(entry.get(key), str)][:1]
    variants = entry.get("variants")
    ways += [("variants", way) for way in variants if isinstance(way, str)] if isinstance(variants, list) else []
    return ways


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", text))


def _twins(kind: str, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Pairs of entries that are asked for in the same words, however they are spelt, or in nearly the same."""
    if KINDS[kind].whole:
        return
    asked = [
        # The order of the words makes no other question of it.
        (place, key, way, " ".join(sorted(re.findall(r"\w+", normalise(way)))))
        for place, entry in enumerate(entries)
        for key, way in _ways(entry)
    ]
    plain = [text for *_, text in asked]
    alike = process.cdist(plain, plain, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.float32)
    told: set[tuple[int, int]] = set()
    for first, second in zip(*np.nonzero(np.triu(alike, 1)), strict=True):
        place, _, way, text = asked[first]
        other, key, other_way, other_text = asked[second]
        if other == place or (place, other) in told or _numbers(text) != _numbers(other_text):
            continue
        if text != other_text and min(len(text), len(other_text)) < _SHORTEST:
            continue
        told.add((place, other))
        yield _finding(
            kind,
            entries[other],
            key,
            f"“{other_way}” is what “{entries[place]['id']}” is asked in, too (“{way}”): keep it in one of them, or "
            "make one entry of both.",
            grave=text == other_text,
        )


@dataclass(frozen=True)
class _Searched:
    """An entry as the search takes it."""

    id: str
    ways_to_ask: tuple[str, ...]
    words: tuple[str, ...]
    text: str


def _outdone(kind: str, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Entries whose own question, did it not stand in the file, would be answered with another one."""
    if kind not in ("answer", "hoax") or len(entries) < 2:
        return
    from siaga.knowledge.search import Finder, Sure

    searched = []
    for entry in entries:
        words = tuple(word.strip() for word in str(entry.get("words") or "").split(",") if word.strip())
        ways = tuple(way for _, way in _ways(entry))
        searched.append(_Searched(str(entry["id"]), ways, words, str(entry.get("short") or "")))
    # By words alone: what sounds the same to it does so without a model, and in a second.
    finder = Finder(searched, encoders=())
    questions = [finder.asked.index(place) for place in range(len(entries)) if searched[place].ways_to_ask]
    for asked, scores in zip(questions, finder.scores_left_out(questions), strict=True):
        place = finder.asked[asked]
        entry, one = entries[place], searched[place]
        found = finder.decide(scores)
        if isinstance(found, Sure) and found.answer.id != one.id:
            key = _ways(entry)[0][0]
            yield _finding(
                kind,
                entry,
                key,
                f"“{one.ways_to_ask[0]}” asked a little differently is answered with “{found.answer.id}”: do both "
                "answer the same? If not, word the question, the variants and “words” of the two further apart.",
                grave=False,
            )


# ------------------------------------------------------------------ the front
def _front(front: Any, entries: Sequence[Entry], answers: Entries | None, today: date) -> Iterator[Finding]:
    by_id = {str(entry["id"]): entry for entry in entries}
    known = None if answers is None else {str(entry.get("id")) for entry in answers}
    for entry in entries:
        for item in entry.get("options") or ():
            if known is not None and "answer" in item and item["answer"] not in known:
                reason = f"“{item['answer']}” leads nowhere: there is no answer of that id in content/answers."
                yield _finding("front", item, "answer", reason)
    now = datetime.combine(today, time(), _DAY)
    notices = sorted(front.notices, key=lambda notice: notice.begins)
    for notice in notices:
        if notice.ends <= now:
            yield _finding("front", by_id[notice.id], "until", "this notice is over: take it out.", grave=False)
    standing = [notice for notice in notices if notice.ends > now]
    for place, notice in enumerate(standing):
        for other in standing[place + 1 :]:
            if other.begins < notice.ends:
                reason = f"while “{other.id}” stands, “{notice.id}” is not told: make one notice of both."
                yield _finding("front", by_id[other.id], "from", reason, grave=False)


Told = Callable[[str], None]
"""Where findings are written, a line each."""


def tell(findings: Sequence[Finding], say: Told) -> bool:
    """Write all findings, the grave ones first; whether there is a grave one."""
    for finding in findings:
        if finding.grave:
            say(f"ERROR    {finding}")
    for finding in findings:
        if not finding.grave:
            say(f"To do    {finding}")
    return any(finding.grave for finding in findings)
