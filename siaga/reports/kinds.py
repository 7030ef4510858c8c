"""The kinds of reports in ``content/reports/kinds.yml``, and which of them a text tells of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from siaga.content import ContentError, Entry, only_keys, read_entry, take_entries, take_text
from siaga.settings import ROOT
from siaga.text.normalise import normalise

FILE = ROOT / "content" / "reports" / "kinds.yml"
LABEL = 24
"""The characters that fit on a row of a WhatsApp list."""
KINDS = 9
"""As many fit on one page of a list, beside the way out."""
ASKS = ("when", "picture", "name")
OTHER = "other"

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,19}$")
_GAP = ".."
_WORDS_BETWEEN = r" (?:[^ ]+ ){0,3}?"
# "tidak ada kerumunan" tells of none. A word that is itself a denial ("tidak ada makanan") is read before this looks.
_DENIED = re.compile(
    r"(?:^| )(?:tidak|tdk|ga|gak|gk|nggak|ngga|enggak|ndak|ora|mboten|bukan|bkn|tanpa|belum)"
    r"(?: (?:ada|lagi|butuh|perlu))? $"
)


class KindFileError(ContentError):
    """A file of kinds that is refused: which line, and what is wrong."""


@dataclass(frozen=True)
class Kind:
    """A kind of incident. ``asks`` is what is asked besides what and where; ``ask`` asks for more about what."""

    id: str
    label: str
    needs_help: bool
    asks: tuple[str, ...]
    ask: str
    words: tuple[str, ...]

    def told_in(self, text: str) -> int:
        """How many of this kind's words a text tells, none of them denied."""
        versions = {f" {plain(text)} ", f" {plain(normalise(text))} "}
        return sum(any(_tells(pattern, version) for version in versions) for pattern in map(_pattern, self.words))


@dataclass(frozen=True)
class Kinds:
    """All kinds, in the order of the file, which is the order in which they go to the desk."""

    all: tuple[Kind, ...]

    def by_id(self, name: str | None) -> Kind | None:
        return next((kind for kind in self.all if kind.id == name), None)

    def of(self, text: str) -> Kind | None:
        """The kind that a text tells of; None when no word of any is in it.

        Who needs help comes before all else, however many words speak for another kind: to be too careful costs a
        look, to be careless a life. Otherwise the kind with most words, of two the one that stands first.
        """
        told = [(kind, count) for kind in self.all if (count := kind.told_in(text))]
        if not told:
            return None
        return max(told, key=lambda pair: (pair[0].needs_help, pair[1]))[0]


def plain(text: str) -> str:
    """Lower-case words with single spaces, without marks but the hyphen inside a word."""
    return " ".join(re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.casefold()))


@lru_cache(maxsize=1000)
def _pattern(words: str) -> re.Pattern[str]:
    parts = [re.escape(plain(part)) for part in words.split(_GAP)]
    return re.compile(f"(?<= ){_WORDS_BETWEEN.join(parts)}(?= )")


def _tells(pattern: re.Pattern[str], text: str) -> bool:
    return any(not _DENIED.search(text[: found.start()]) for found in pattern.finditer(text))


def _yes_no(entry: Entry, key: str) -> bool:
    value = take_text(entry, key, KindFileError)
    if value not in ("yes", "no"):
        raise entry.error(f"“{key}” is yes or no.", key, KindFileError)
    return value == "yes"


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    given = entry.get(key)
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise entry.error(f"“{key}” must be a list of texts; [] if there are none.", key, KindFileError)
    return tuple(" ".join(one.split()) for one in given)


def _kind(entry: Entry, seen: dict[str, str]) -> Kind:
    only_keys(entry, ("id", "label", "needs_help", "asks", "ask", "words"), KindFileError)
    name = take_text(entry, "id", KindFileError)
    if not _NAME.match(name):
        raise entry.error("“id” may only hold small letters, digits and _; at most 20.", "id", KindFileError)
    asks = _texts(entry, "asks")
    for one in asks:
        if one not in ASKS:
            raise entry.error(f"“asks” may hold {', '.join(ASKS)}; not “{one}”.", "asks", KindFileError)
    words = _texts(entry, "words")
    for one in words:
        if not all(plain(part) for part in one.split(_GAP)):
            raise entry.error(f"“{one}” must have words on both sides of “{_GAP}”.", "words", KindFileError)
        if seen.setdefault(one, name) != name:
            raise entry.error(f"“{one}” is already among the words of {seen[one]}.", "words", KindFileError)
    if bool(words) == (name == OTHER):
        wanted = "must be empty: it is what no word tells" if words else "is empty: nothing would tell this kind"
        raise entry.error(f"“words” {wanted}.", "words", KindFileError)
    return Kind(
        name,
        take_text(entry, "label", KindFileError, LABEL),
        _yes_no(entry, "needs_help"),
        asks,
        take_text(entry, "ask", KindFileError),
        words,
    )


def load(path: Path = FILE) -> Kinds:
    """The kinds of a file.

    Raises:
        KindFileError: the file is wrong.
    """
    content = read_entry(path, KindFileError)
    only_keys(content, ("kinds",), KindFileError)
    entries = take_entries(content, "kinds", KindFileError)
    if len(entries) > KINDS:
        raise content.error(f"there are {len(entries)} kinds; at most {KINDS} fit on a list.", "kinds", KindFileError)
    seen: dict[str, str] = {}
    kinds: list[Kind] = []
    for entry in entries:
        kind = _kind(entry, seen)
        for other in kinds:
            if kind.id == other.id or kind.label == other.label:
                raise entry.error(f"“{kind.id}” has the id or the label of another kind.", "id", KindFileError)
        kinds.append(kind)
    if not any(kind.id == OTHER for kind in kinds):
        raise content.error(f"the kind “{OTHER}” is missing: it is what no word tells.", "kinds", KindFileError)
    return Kinds(tuple(kinds))


@lru_cache(maxsize=4)
def _cached(path: Path, _written: int) -> Kinds:
    return load(path)


def kinds_now(path: Path = FILE) -> Kinds:
    """The kinds as they are now; a changed file is read anew.

    Raises:
        KindFileError: the file is wrong.
    """
    return _cached(path, path.stat().st_mtime_ns)
