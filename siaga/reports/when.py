"""When it happened: "tadi pagi", "2 jam lalu", "tiap malam", "kemarin sore jam 4"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from datetime import time as clock_time
from typing import Any

from siaga.text.dates import FoundDate, find_dates
from siaga.text.times import FoundTime, Part, find_times

LONGEST = 100
"""Characters of the words that are kept."""
_FARTHEST = timedelta(days=366)
# What a part of the day stands for, where nobody said the hour.
_HOUR: Mapping[Part, int] = {"morning": 8, "midday": 12, "afternoon": 16, "night": 20}
_AGO = re.compile(
    r"\b(?P<count>\d{1,2}|se|satu|dua|tiga|empat|lima|setengah|beberapa)\s*(?P<unit>jam|menit|mnt)(?:an)?\s*"
    r"(?:(?:yang|yg)\s+)?(?:lalu|tadi|kepungkur|ago)\b",
    re.IGNORECASE,
)
_COUNTS = {"se": 1, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "beberapa": 3}
_NOW = re.compile(
    r"\b(?:sekarang(?:\s+(?:ini|juga))?|skrg|skrng|saiki|sakniki|saat\s+ini|detik\s+ini|(?:lagi|masih|sedang)\s+berlangsung|"
    r"barusan|baru\s+saja|baru\s+aja|right\s+now|now)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:tadi|td|mau\s+ini|wau)\b", re.IGNORECASE)
# It happens again and again: there is no moment to note, the words say it.
_OFTEN = re.compile(
    r"\b(?:(?:se)?tiap|saben|sering|seringkali|terus-?menerus|terus\s+menerus|berkali-?kali|every)"
    r"(?:\s+(?:hari|malam|malem|pagi|siang|sore|minggu|bulan|senin|selasa|rabu|kamis|jumat|sabtu|dina|bengi|day|night))?\b",
    re.IGNORECASE,
)

# "dari minggu lalu", "udah 3 hari": no moment, and yet an answer.
_ROUGHLY = re.compile(
    r"^\W*((?:sejak|dari|mulai|sudah|udah|udh|sdh|selama|sekitar|kira-?kira|kurang\s+lebih|wis|sampun)?\s*"
    r"(?:(?:\d{1,3}|se|satu|dua|tiga|empat|lima|enam|beberapa|berapa)\s*)?(?:hari|hr|minggu|mggu|mgg|bulan|bln|tahun|thn)(?:an)?"
    r"(?:\s*(?:yang|yg))?(?:\s*(?:lalu|kemarin|kmrn|kemaren|ini|wingi|kepungkur|terakhir))?)"
    r"(?:\W+(?:kak|min|kayaknya|kyknya|mungkin|lah|sih|kok|ya))*\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class When:
    """``words`` as said, and the moment they mean, roughly; None for what happens again and again."""

    words: str
    at: datetime | None

    def kept(self) -> dict[str, Any]:
        """As JSON; ``of_kept`` reads it."""
        return {"words": self.words, "at": self.at.isoformat() if self.at else None}


def of_kept(kept: Mapping[str, Any]) -> When:
    """What ``When.kept`` wrote."""
    return When(kept["words"], datetime.fromisoformat(kept["at"]) if kept.get("at") else None)


def now(at: datetime, words: str = "sedang berlangsung") -> When:
    """It is happening at ``at``."""
    return When(words, at.astimezone(timezone.utc))


def read_when(text: str, at: datetime, zone: tzinfo, *, asked: bool = False) -> When | None:
    """The time that a text tells, as understood at ``at`` in the ``zone`` of the place; None without one.

    A day and an hour make a moment; a part of the day stands for an hour in it ("tadi pagi": 08.00).

    Args:
        asked: the text answers a question for the time.
    """
    here = at.astimezone(zone)
    if often := _OFTEN.search(text):
        return When(_words(text, [often.span()]), None)
    if ago := _AGO.search(text):
        return When(_words(text, [ago.span()]), (at - _length(ago)).astimezone(timezone.utc))
    days = [one for one in find_dates(text, here.date(), prefer="past") if one.precision == "day" and one.value]
    times = find_times(text, asked=asked)
    spans = [(day.start, day.end) for day in days[:1]] + [(time.start, time.end) for time in times[:2]]
    if not spans and asked and (roughly := _ROUGHLY.match(text)):
        return When(_words(text, [roughly.span(1)]), None)
    if not spans:
        if is_now := _NOW.search(text):
            return now(at, _words(text, [is_now.span()]))
        earlier = _EARLIER.search(text)
        return now(at, _words(text, [earlier.span()])) if earlier and asked else None
    moment = _moment(here, days[0] if days else None, times)
    return When(_words(text, spans), moment.astimezone(timezone.utc)) if abs(moment - here) <= _FARTHEST else None


def _length(ago: re.Match[str]) -> timedelta:
    minutes = 60 if ago["unit"].lower() == "jam" else 1
    count = ago["count"].lower()
    return timedelta(minutes=30 if count == "setengah" else minutes * (_COUNTS.get(count) or int(count)))


def _moment(here: datetime, day: FoundDate | None, times: list[FoundTime]) -> datetime:
    on: date = day.value if day and day.value else here.date()
    clocks = [found for found in times if found.hour is not None]
    parts = [found.part for found in times if found.part]
    if clocks:
        moments = [_at(here, on, clock_time.fromisoformat(said)) for said in clocks[0].candidates]
        part = next((found.part for found in times if found.hour is None and found.part), None)
        if part:
            # "tadi malam jam 10": the part of the day tells which ten.
            moments = [min(moments, key=lambda moment: abs(moment.hour - _HOUR[part]))]
        past = [moment for moment in moments if moment <= here]
        return max(past) if past else moments[0]
    if parts:
        return _at(here, on, clock_time(_HOUR[parts[0]]))
    return here if on == here.date() else _at(here, on, clock_time(12))


def _at(here: datetime, on: date, clock: clock_time) -> datetime:
    return datetime.combine(on, clock, here.tzinfo)


def _words(text: str, spans: list[tuple[int, int]]) -> str:
    """What was said of the time, as one piece where it stands together."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 2:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return " ".join(" ".join(text[start:end].split()) for start, end in merged)[:LONGEST]
