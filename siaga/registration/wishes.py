"""When somebody would like to come, in their words, and which sessions that leaves: pure functions.

"selasa", "minggu depan aja", "jam sore", "setelah tanggal 10", "yang paling cepat", "sabtu atau minggu pagi".
"""

# ruff: noqa: E501 - word lists and patterns are read on one line

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol, TypeVar

from siaga.text.dates import FoundDate, find_dates
from siaga.text.times import Part, find_times

Order = Literal["earliest", "latest", "earlier", "later"]

# What people call the hours in which a session begins: generous, since "sore" after lunch is no reason to be refused.
_PARTS: dict[Part, tuple[time, time]] = {
    "morning": (time(0), time(11)),
    "midday": (time(10), time(15)),
    "afternoon": (time(13), time(19)),
    "night": (time(17), time(23, 59)),
}
_WEEKDAYS = {
    "senin": 0, "senen": 0, "sen": 0, "selasa": 1, "slasa": 1, "sel": 1, "rabu": 2, "rebo": 2, "rab": 2,
    "kamis": 3, "kemis": 3, "kam": 3, "jumat": 4, "jum'at": 4, "jumuah": 4, "jum": 4, "sabtu": 5, "setu": 5, "sab": 5,
    "minggu": 6, "ahad": 6, "ngahad": 6,
}  # fmt: skip
_WEEKEND = re.compile(r"\b(?:akhir\s+pekan|akhir\s+minggu|week\s?-?end|sabtu\s*[-/]?\s*(?:minggu|ahad))\b", re.I)
_WORKDAYS = re.compile(
    r"\bhari\s+(?:kerja|biasa)\b|\bweek\s?-?days?\b|\bbukan\s+(?:akhir\s+pekan|week\s?-?end)\b", re.I
)
_DAY_MONTH = re.compile(r"(?<![\d/.-])(\d{1,2})\s?/\s?(\d{1,2})(?![\d/.-])")
_AFTER = re.compile(
    r"\b(?:se?telah|stlh|se?sudah|ssdh|sehabis|habis|abis|lewat|di\s?atas|mulai|dari|sejak|paling\s+cepat|after)\s*$",
    re.I,
)
_BEFORE = re.compile(r"\b(?:sebelum|sblm|sblum|paling\s+lambat|maksimal|before|sampai|sebelumnya)\s*$", re.I)
_CANNOT = r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|ndak|ora|mboten)\s*(?:bisa|bs|isa|iso|saged|sempat|sempet|dapat)(?:\s+(?:datang|hadir|dateng))?|berhalangan"
# "selasa saya ga bisa", "ga bisa hari selasa": not that day. "dari selasa pindah ke kamis": that is the former one.
_CANNOT_THEN = re.compile(rf"^\W*(?:(?:itu|ini|saya|aku|nya|kayaknya|ternyata)\W+){{0,3}}(?:{_CANNOT})\b", re.I)
_CANNOT_BEFORE = re.compile(rf"\b(?:{_CANNOT})\s*(?:kalau|kalo|klo|hari|di|pas|untuk)?\s*$", re.I)
_TO = re.compile(r"^\W*(?:\w+\W+){0,3}?(?:ke|jadi|menjadi|ganti|tuker|tukar)\b", re.I)
_EARLIEST = re.compile(
    r"\b(?:(?:paling|ter|se)\s?-?\s?(?:cepat|cepet|dekat|deket|awal)(?:nya)?|asap|secepatnya|segera|pertama)\b", re.I
)
_LATEST = re.compile(r"\b(?:(?:paling|ter)\s?-?\s?(?:lambat|akhir|telat|jauh))\b", re.I)
_EARLIER = re.compile(
    r"\b(?:di\s?)?maju(?:in|kan|ke)?\b|\blebih\s+(?:cepat|cepet|awal|dulu)\b|\bdipercepat\b|\bearlier\b", re.I
)
_LATER = re.compile(
    r"\b(?:di\s?)?(?:mundur(?:in|kan)?|undur(?:in|kan)?|tunda|ditunda)\b|\blebih\s+(?:lama|lambat|akhir)\b|\blater\b",
    re.I,
)


class Offer(Protocol):
    """What a wish can be compared with; times are in the place's own zone."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


O = TypeVar("O", bound=Offer)  # noqa: E741 - no other letter says it


@dataclass(frozen=True)
class Wish:
    """What somebody said of when; what they did not say is empty. All that was said is to hold."""

    days: frozenset[date] = field(default_factory=frozenset)
    weekdays: frozenset[int] = field(default_factory=frozenset)
    """Monday is 0. Where nothing fits on the day that was meant, the same day of another week may."""
    first: date | None = None
    last: date | None = None
    parts: frozenset[Part] = field(default_factory=frozenset)
    clock: tuple[time, ...] = ()
    order: Order | None = None

    @property
    def says_anything(self) -> bool:
        """Whether there is any wish in it."""
        return self != Wish()


def read_wish(text: str, today: date) -> Wish | None:
    """The wish in a text that was written ``today``; None without one."""
    days: set[date] = set()
    weekdays: set[int] = set()
    first: date | None = None
    last: date | None = None
    said = sorted([*find_dates(text, today, prefer="future"), *_day_month(text, today)], key=lambda one: one.start)
    for place, found in enumerate(said):
        if _is_not_wished(text, found, place + 1 < len(said)):
            continue
        coming = sorted(day for day in found.candidates if day >= today)
        if not coming:
            continue
        day, before = coming[0], text[: found.start]
        if found.precision == "week":
            monday = day - timedelta(days=day.weekday())
            first, last = monday, monday + timedelta(days=6)
        elif found.precision in ("month", "year"):
            first = day.replace(day=1)
            last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        elif _AFTER.search(before):
            inclusive = re.search(r"(?:mulai|dari|sejak|cepat)\s*$", before, re.I)
            first = day if inclusive else day + timedelta(days=1)
        elif _BEFORE.search(before):
            inclusive = re.search(r"(?:lambat|maksimal|sampai)\s*$", before, re.I)
            last = day if inclusive else day - timedelta(days=1)
        else:
            weekday = _weekday(found.raw)
            if weekday is None:
                days.add(day)
            else:
                weekdays.add(weekday)
    if _WEEKEND.search(text):
        weekdays = {5, 6}
    elif _WORKDAYS.search(text):
        weekdays = {0, 1, 2, 3, 4}
    elif re.search(r"\b(?:hari\s+)?(?:minggu|ahad)\s*(?:aja|saja|ae|pagi|siang|sore)?\W*$", text, re.I) and not days:
        # "minggu" alone, where a day is asked for, is Sunday.
        weekdays |= {6} if first is None else set()
    parts, clock = _hours(text)
    wish = Wish(
        days=frozenset(days),
        weekdays=frozenset(weekdays),
        first=first,
        last=last,
        parts=parts,
        clock=clock,
        order=_order(text),
    )
    return wish if wish.says_anything else None


def _is_not_wished(text: str, found: FoundDate, another_follows: bool) -> bool:
    """Whether a day is named because it does not suit, or because it is the one to be moved from."""
    before, after = text[: found.start], text[found.end :]
    cannot = _CANNOT_THEN.search(after) or _CANNOT_BEFORE.search(before)
    return bool(cannot or (another_follows and _TO.search(after)))


def _day_month(text: str, today: date) -> list[FoundDate]:
    """ "25/11", which anywhere else could be a dose or a share."""
    found = []
    for match in _DAY_MONTH.finditer(text):
        for year in (today.year, today.year + 1):
            try:
                day = date(year, int(match[2]), int(match[1]))
            except ValueError:
                break
            if day >= today:
                found.append(FoundDate(match.group(), match.start(), match.end(), (day,), has_year=False))
                break
    return found


def _weekday(raw: str) -> int | None:
    """The weekday, where nothing but its name was said."""
    words = raw.casefold().split()
    names = [word for word in words if word in _WEEKDAYS]
    rest = [word for word in words if word not in _WEEKDAYS and word != "hari"]
    return _WEEKDAYS[names[0]] if len(names) == 1 and not rest else None


def _hours(text: str) -> tuple[frozenset[Part], tuple[time, ...]]:
    parts: set[Part] = set()
    clock: list[time] = []
    for found in find_times(text, asked=True):
        clock += [time.fromisoformat(value) for value in found.candidates]
        if found.hour is None and found.part:
            parts.add(found.part)
    return frozenset(parts), tuple(clock)


def _order(text: str) -> Order | None:
    for pattern, order in ((_EARLIEST, "earliest"), (_LATEST, "latest"), (_EARLIER, "earlier"), (_LATER, "later")):
        if pattern.search(text):
            return order  # type: ignore[return-value]
    return None


def fitting(wish: Wish, offers: Sequence[O], current: datetime | None = None) -> list[O]:
    """The sessions that a wish leaves, in their order.

    ``current`` is when the appointment begins that is to be moved: "maju" and "mundur" are said of it. Of weekdays, the
    next one is meant: those of later weeks are left only where it leaves nothing else.
    """
    left = [one for one in offers if _on_day(wish, one) and _at_hour(wish, one)]
    if wish.order == "earlier" and current is not None:
        left = [one for one in left if one.starts_at < current]
    elif wish.order == "later" and current is not None:
        left = [one for one in left if one.starts_at > current]
    if wish.order == "earliest":
        return left[:1]
    if wish.order == "latest":
        return left[-1:]
    if wish.weekdays and not wish.first and left:
        nearest = {
            next(one.starts_at.date() for one in left if one.starts_at.weekday() == day)
            for day in {one.starts_at.weekday() for one in left if one.starts_at.weekday() in wish.weekdays}
        }
        left = [one for one in left if one.starts_at.date() in nearest | wish.days]
    return left


def _on_day(wish: Wish, one: Offer) -> bool:
    day = one.starts_at.date()
    if (wish.first and day < wish.first) or (wish.last and day > wish.last):
        return False
    return not (wish.days or wish.weekdays) or day in wish.days or day.weekday() in wish.weekdays


def _at_hour(wish: Wish, one: Offer) -> bool:
    begins, ends = one.starts_at.time(), one.ends_at.time()
    if wish.clock and any(begins <= at < ends for at in wish.clock):
        return True
    if wish.clock:
        return False
    return not wish.parts or any(_PARTS[part][0] <= begins < _PARTS[part][1] for part in wish.parts)
