"""The good news of ``content/news``: each with its date and source, and for how long it is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from siaga.content import ContentError, Entry, only_keys, take_date, take_entries, take_text
from siaga.content.kinds import Entries, read_folder
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "news"
FEWEST_LINES, MOST_LINES = 2, 3
LINE = 160
"""Characters of one line."""
TITLE = 80
LONGEST_LIMIT = 730
"""Days; what is older than two years is not news to anybody."""
ID = 60
"""Characters, as in the table of what was told."""

_KEYS = ("id", "title", "lines", "date", "source", "seen_in", "limit_days")


class NewsFileError(ContentError):
    """A news file that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class NewsItem:
    """A piece of good news. After ``limit_days`` (days from ``day``) its age is told with it."""

    id: str
    title: str
    lines: tuple[str, ...]
    day: date
    source: str
    seen_in: str
    limit_days: int

    def is_old(self, day: date) -> bool:
        """Whether on ``day`` it has to be said how old it is."""
        return (day - self.day).days > self.limit_days


def _lines(entry: Entry) -> tuple[str, ...]:
    given = entry.get("lines")
    if not isinstance(given, list) or not FEWEST_LINES <= len(given) <= MOST_LINES:
        raise entry.error(f"“lines” must be a list of {FEWEST_LINES} or {MOST_LINES} lines.", "lines", NewsFileError)
    for line in given:
        if not isinstance(line, str) or not line.strip():
            raise entry.error("every line must be text; put it between quotes.", "lines", NewsFileError)
        if len(line) > LINE:
            raise entry.error(
                f"“{line[:30]}…” has {len(line)} characters; a line has at most {LINE}.", "lines", NewsFileError
            )
    return tuple(line.strip() for line in given)


def _item(entry: Entry, today: date | None) -> NewsItem:
    only_keys(entry, _KEYS, NewsFileError)
    day = take_date(entry, "date", NewsFileError)
    if today is not None and day > today:
        raise entry.error("“date” is still to come; news has happened.", "date", NewsFileError)
    limit = entry.get("limit_days")
    if type(limit) is not int or not 1 <= limit <= LONGEST_LIMIT:
        raise entry.error(
            f"“limit_days” must be a whole number of days, 1 to {LONGEST_LIMIT}.", "limit_days", NewsFileError
        )
    return NewsItem(
        take_text(entry, "id", NewsFileError, ID),
        take_text(entry, "title", NewsFileError, TITLE),
        _lines(entry),
        day,
        take_text(entry, "source", NewsFileError),
        take_text(entry, "seen_in", NewsFileError),
        limit,
    )


def load_news(directory: Path = DIRECTORY, today: date | None = None) -> list[NewsItem]:
    """Every piece of news of the directory's files, the newest first; of one day in the order of the files.

    News later than ``today`` is refused, where a day is given.

    Raises:
        NewsFileError: a file is wrong, or two items have the same id.
    """
    entries = read_folder(directory, "news", NewsFileError)
    if not entries.heads:
        raise NewsFileError(directory / "*.yml", 1, "there is no news file.")
    for head in entries.heads:
        if not any(entry.head is head for entry in entries):
            take_entries(head, "news", NewsFileError)
    return read_news(entries, today)


def read_news(entries: Entries, today: date | None = None) -> list[NewsItem]:
    """The news that the entries of files, or of the content store, hold, in the order of ``load_news``.

    Raises:
        NewsFileError: an entry is wrong, or two items have the same id.
    """
    for head in entries.heads:
        only_keys(head, ("news",), NewsFileError)
    items: dict[str, NewsItem] = {}
    for entry in entries:
        item = _item(entry, today)
        if item.id in items:
            raise entry.error(f"“{item.id}” is already an id.", "id", NewsFileError)
        items[item.id] = item
    return newest_first(items.values())


def newest_first(items: Iterable[NewsItem]) -> list[NewsItem]:
    """By date, the newest first."""
    return sorted(items, key=lambda item: item.day, reverse=True)
