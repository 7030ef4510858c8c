"""Reading ``content/front``: the greeting, the menu, notices of the day, office hours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from siaga.content import ContentError, Entry, only_keys, read_entry, take_date, take_entries, take_text
from siaga.content.leads import answer_payload, leads_nowhere
from siaga.content.sentences import placeholders
from siaga.front.hours import DAYS, ZONES, Hours, Span
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "front"
KINDS = ("greeting", "menu", "notice", "hours")

# Meta's message reference, November 2026: a button's title, a row's title and description, the list's own button.
BUTTONS, BUTTON, ROW, DESCRIPTION, LIST_BUTTON = 3, 20, 24, 72, 20
PAGE = 9
"""Rows of a list's page: the tenth leads to the next."""
MOST_OPTIONS = 3 * PAGE
GREETING = 500
MENU = 300
NOTICE = 300
"""Characters: read at a glance, above what somebody came for."""
PERSON = "/talk_to_human"
_WAYS_ON = ("/show_menu", PERSON)
_SPAN = re.compile(r"(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2})[.:](\d{2})(?::00)?")


class FrontFileError(ContentError):
    """A file of the front that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Option:
    """A button or a row, and what it stands for. ``description`` may be empty."""

    label: str
    payload: str
    description: str = ""


@dataclass(frozen=True)
class Greeting:
    """``text`` has ``{salam}``, the greeting returned."""

    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Menu:
    """The options in the order in which they are shown, nine a page; ``button`` opens the list."""

    text: str
    button: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Notice:
    """What everybody is told from ``begins`` until before ``ends``."""

    id: str
    text: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Front:
    """What stands at the door; None: the bot's own sentence is said, and no hours are told."""

    greeting: Greeting | None = None
    menu: Menu | None = None
    notices: tuple[Notice, ...] = ()
    hours: Hours | None = None

    def notice(self, at: datetime) -> Notice | None:
        """The notice that stands at a moment; of several the one that began last."""
        standing = [notice for notice in self.notices if notice.begins <= at < notice.ends]
        return max(standing, key=lambda notice: notice.begins, default=None)


def _option(entry: Entry, longest: int) -> Option:
    only_keys(entry, ("label", "payload", "answer", "description"), FrontFileError)
    if ("payload" in entry) == ("answer" in entry):
        raise entry.error("an option needs either “payload” or “answer”.", "label", FrontFileError)
    if "answer" in entry:
        payload = answer_payload(take_text(entry, "answer", FrontFileError, 60))
    else:
        payload = take_text(entry, "payload", FrontFileError)
        if reason := leads_nowhere(payload):
            raise entry.error(reason, "payload", FrontFileError)
    return Option(
        take_text(entry, "label", FrontFileError, longest),
        payload,
        take_text(entry, "description", FrontFileError, DESCRIPTION, optional=True),
    )


def _options(entry: Entry, most: int) -> tuple[Option, ...]:
    given = take_entries(entry, "options", FrontFileError)
    if len(given) > most:
        raise entry.error(f"there are {len(given)} options; at most {most} fit.", "options", FrontFileError)
    longest = BUTTON if len(given) <= BUTTONS else ROW
    options: list[Option] = []
    for item in given:
        option = _option(item, longest)
        for other in options:
            if option.label.casefold() == other.label.casefold():
                raise item.error(f"“{option.label}” stands there twice; people also type it.", "label", FrontFileError)
        options.append(option)
    return tuple(options)


def _no_braces(entry: Entry, text: str, allowed: frozenset[str] = frozenset()) -> None:
    if placeholders(text) != allowed or re.search(r"[{}]", text.replace("{salam}", "")):
        wanted = "must hold {salam}, and no other braces" if allowed else "holds braces, but nothing is filled in here"
        raise entry.error(f"“text” {wanted}.", "text", FrontFileError)


def _greeting(entry: Entry) -> Greeting:
    only_keys(entry, ("id", "is", "text", "options"), FrontFileError)
    text = take_text(entry, "text", FrontFileError, GREETING)
    _no_braces(entry, text, frozenset({"salam"}))
    options = _options(entry, BUTTONS)
    if not any(option.payload in _WAYS_ON for option in options):
        ways = " or ".join(_WAYS_ON)
        raise entry.error(f"an option must lead to {ways}: nobody may get stuck.", "options", FrontFileError)
    return Greeting(text, options)


def _menu(entry: Entry) -> Menu:
    only_keys(entry, ("id", "is", "text", "button", "options"), FrontFileError)
    text = take_text(entry, "text", FrontFileError, MENU)
    _no_braces(entry, text)
    options = _options(entry, MOST_OPTIONS)
    if PERSON not in [option.payload for option in options[:PAGE]]:
        raise entry.error(
            f"{PERSON} must be among the first {PAGE} options: a person is never more than a step away.",
            "options",
            FrontFileError,
        )
    return Menu(text, take_text(entry, "button", FrontFileError, LIST_BUTTON), options)


def _zone(entry: Entry) -> str:
    zone = entry.get("zone", "WIB")
    if zone not in ZONES:
        raise entry.error(f"“zone” must be one of {', '.join(ZONES)}.", "zone", FrontFileError)
    return str(zone)


def _moment(entry: Entry, key: str, zone: str) -> datetime:
    value = entry.get(key)
    found: datetime | None = None
    if isinstance(value, datetime):
        found = value
    elif type(value) is date:
        if key == "until":
            # It would end as that day begins, which nobody means.
            reason = f"“{key}” needs a time, too: “{value} 23:59”, if all of that day is meant."
            raise entry.error(reason, key, FrontFileError)
        found = datetime.combine(value, time())
    elif isinstance(value, str) and (match := _MOMENT.fullmatch(value.strip())):
        try:
            found = datetime.combine(date.fromisoformat(match[1]), time(int(match[2]), int(match[3])))
        except ValueError:
            found = None
    if found is None:
        raise entry.error(f"“{key}” must be a day and a time, such as 2026-12-24 08:00.", key, FrontFileError)
    return found if found.tzinfo else found.replace(tzinfo=ZONES[zone])


def _notice(entry: Entry) -> Notice:
    only_keys(entry, ("id", "is", "text", "from", "until", "zone"), FrontFileError)
    text = take_text(entry, "text", FrontFileError, NOTICE)
    _no_braces(entry, text)
    zone = _zone(entry)
    begins, ends = _moment(entry, "from", zone), _moment(entry, "until", zone)
    if ends <= begins:
        raise entry.error("“until” must be after “from”.", "until", FrontFileError)
    return Notice(take_text(entry, "id", FrontFileError, 60), text, begins, ends)


def _spans(entry: Entry, day: str) -> tuple[Span, ...]:
    value = entry[day]
    if value == "tutup":
        return ()
    texts = value if isinstance(value, list) else [value]
    spans: list[Span] = []
    for text in texts:
        match = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
        try:
            span = (time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))) if match else None
        except ValueError:
            span = None
        if span is None or span[0] >= span[1] or (spans and span[0] < spans[-1][1]):
            raise entry.error(
                f"“{day}” must be tutup, or times in their order such as 07.30-16.00.", day, FrontFileError
            )
        spans.append(span)
    return tuple(spans)


def _hours(entry: Entry) -> Hours:
    only_keys(entry, ("id", "is", "zone", "days", "holidays"), FrontFileError)
    days = entry.get("days")
    if not isinstance(days, Entry):
        raise entry.error("“days” must be days and times, such as “senin: 07.30-16.00”.", "days", FrontFileError)
    only_keys(days, DAYS, FrontFileError)
    spans = tuple(_spans(days, day) if day in days else () for day in DAYS)
    if not any(spans):
        raise entry.error("on no day is anybody there; take the entry out instead.", "days", FrontFileError)
    holidays: dict[date, str] = {}
    if entry.get("holidays"):
        for item in take_entries(entry, "holidays", FrontFileError):
            only_keys(item, ("date", "name"), FrontFileError)
            holidays[take_date(item, "date", FrontFileError)] = take_text(item, "name", FrontFileError, 60)
    return Hours(_zone(entry), spans, holidays)


def read_front(entries: Sequence[Entry]) -> Front:
    """What the entries say.

    Raises:
        FrontFileError: an entry is wrong, an id stands twice, or there is a second greeting, menu or hours.
    """
    ids: set[str] = set()
    one: dict[str, Entry] = {}
    notices: list[Notice] = []
    for entry in entries:
        name, kind = take_text(entry, "id", FrontFileError, 60), entry.get("is")
        if kind not in KINDS:
            raise entry.error(f"“is” must be one of {', '.join(KINDS)}.", "is", FrontFileError)
        if name in ids:
            raise entry.error(f"“{name}” is already an id.", "id", FrontFileError)
        ids.add(name)
        if kind == "notice":
            notices.append(_notice(entry))
        elif kind in one:
            raise entry.error(f"there is a {kind} already: “{one[kind]['id']}”. Change that one.", "is", FrontFileError)
        else:
            one[kind] = entry
    return Front(
        _greeting(one["greeting"]) if "greeting" in one else None,
        _menu(one["menu"]) if "menu" in one else None,
        tuple(notices),
        _hours(one["hours"]) if "hours" in one else None,
    )


def load_front(directory: Path = DIRECTORY) -> Front:
    """The front of a directory's files.

    Raises:
        FrontFileError: a file is wrong.
    """
    entries: list[Entry] = []
    for path in sorted(directory.glob("*.yml")):
        content = read_entry(path, FrontFileError)
        only_keys(content, ("front",), FrontFileError)
        entries.extend(take_entries(content, "front", FrontFileError))
    return read_front(entries)
