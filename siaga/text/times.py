"""Clock times and parts of the day: "jam 9", "jam setengah 8", "pkl 08.30", "jam 10-12 siang", "habis maghrib"."""

# ruff: noqa: E501 - word lists and patterns are read on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from siaga.text.numbers import words_to_number
from siaga.text.words import Word, clean, split_words

Part = Literal["morning", "midday", "afternoon", "night"]
Zone = Literal["WIB", "WITA", "WIT"]
Precision = Literal["minute", "hour", "part"]

_ZONES: dict[str, Zone] = {"WIB": "WIB", "WITA": "WITA", "WIT": "WIT"}
_PARTS: dict[str, Part] = {}
_SPOKEN: dict[Part, str] = {
    "morning": "pagi pgi pagii isuk esuk enjing morning am",
    "midday": "siang siyang siank awan noon",
    "afternoon": "sore sor sonten afternoon",
    "night": "malam malem mlm mlam bengi wengi dalu ndalu night",
}
# Prayers divide the day: after one, and before it.
_PRAYERS: dict[str, tuple[Part, Part]] = {}
for _after, _before, _names in (
    ("morning", "night", "subuh shubuh subuhan fajar"),
    ("midday", "morning", "dhuhur duhur dzuhur zuhur dhuhr luhur lohor dhuhuran bedug jumatan"),
    ("afternoon", "midday", "ashar asar ashr asharan"),
    ("night", "afternoon", "maghrib magrib mahgrib maghriban magriban"),
    ("night", "night", "isya isyak isa' isyaan tarawih teraweh"),
):
    _PRAYERS.update(dict.fromkeys(_names.split(), (_after, _before)))  # type: ignore[arg-type]
for _part, _names in _SPOKEN.items():
    _PARTS.update(dict.fromkeys(_names.split(), _part))
_PARTS.update({prayer: after for prayer, (after, _) in _PRAYERS.items()} | {"pm": "afternoon"})
_PART = "|".join(sorted((re.escape(word) for word in _PARTS), key=len, reverse=True))

_WORDED = (
    r"satu|siji|setunggal|dua\s+belas|dua|loro|rong|kalih|tiga|telu|telung|tigo|empat|papat|patang|sekawan|lima|limo|gangsal|enam|enem|nem|tujuh|tuju|pitu|pitung"
    r"|delapan|lapan|wolu|wolung|sembilan|sambilan|songo|sanga|sangang|sepuluh|sedoso|sebelas|sewelas|rolas"
)  # fmt: skip
_FEW = r"seperempat|\d{1,2}|sepuluh|lima\s+belas|lima|dua\s+puluh(?:\s+lima)?"
_LEAD = r"(?:jam|jm|pukul|pkl|pukl|pk|tabuh|at)\.?\s{0,2}(?:sekitar\s+|kira-?kira\s+|kisaran\s+)?"
_HALF = r"(?:setengah|stengah|stgh|setengh|stngh)\s+"
_NOT_UNITS = (
    r"(?!\s*(?:jan|feb|mar|apr|mei|jun|jul|agu|agt|ags|sep|okt|nov|des)\w*)"
    r"(?!\s*(?:hari|hr|minggu|mgg|bulan|bln|tahun|thn|th|orang|org|kali|x|anak|jam|menit|kg|rb|ribu|juta|%|persen|derajat|celcius)\b)"
)


def _clock(name: str) -> str:
    """The pattern of one time, its groups called after ``name``."""
    return (
        rf"(?P<{name}_half>{_HALF})?(?P<{name}_hour>\d{{1,2}}|{_WORDED})(?:(?!\w)|(?=(?:n?an|am|pm)\b))(?!\s*(?:menit|mnt|orang|org|kali)\b)"
        rf"(?:\s?[.:]\s?(?P<{name}_minute>[0-5]\d)(?!\d)"
        rf"|\s+(?:lebih|lewat|liwat|luwih|lbh)\s+(?P<{name}_past>{_FEW})(?!\w)(?:\s*(?:menit|mnt)\b)?"
        rf"|\s+(?:kurang|krg|kirang)\s+(?P<{name}_to>{_FEW})(?!\w)(?:\s*(?:menit|mnt)\b)?"
        rf"|\s+(?P<{name}_spoken>tiga\s+puluh|lima\s+belas|empat\s+puluh\s+lima|00|15|30|45)(?![\w.,:/-]*\d)(?!\w){_NOT_UNITS})?"
        rf"(?:\s?-?\s?n?an\b)?"
        rf"(?:\s*(?:di\s+|waktu\s+|hari\s+|habis\s+|bakda\s+)?(?P<{name}_part>{_PART})\b)?"
    )


_TO = r"\s*(?:-|–|—|sampai|sampe|smpe|smp|s\s?[./]?\s?d\.?|hingga|until|to|tekan|(?P<and>dan))\s*"
_ZONE = r"(?:\s*(?P<zone>wib|wita|wit)\b)?"
_UNTIL = rf"(?:{_TO}(?:{_LEAD})?{_clock('until')}(?![.,:/]?\d){_NOT_UNITS})?"
# "3 jam 20 menit" is a length of time.
_SAID = re.compile(rf"(?<!\w)(?P<between>antara\s+)?{_LEAD}{_clock('at')}{_UNTIL}{_ZONE}", re.IGNORECASE)
# Without "jam": 14:00; 08.30 with a zone, a part of the day or another time; "9 pagi", "setengah 8 malam".
_COLON = re.compile(rf"(?<![\w.,:/+-])(?=\d{{1,2}}:[0-5]\d(?![\d:])){_clock('at')}{_UNTIL}{_ZONE}", re.IGNORECASE)
_DOT = re.compile(rf"(?<![\w.,:/+-])(?=\d{{2}}\.[0-5]\d(?!\d|[.,/]\d)){_clock('at')}{_UNTIL}{_ZONE}", re.IGNORECASE)
_DOT_CUE = re.compile(r"(?:\b(?:antara|mulai|buka|tutup|sekitar|sampai|sampe|dari|pas)|@)\s*$", re.IGNORECASE)
_PART_CLOCK = re.compile(rf"(?<![\w.,:/+-])(?=\d|{_HALF}|(?:{_WORDED})\s){_clock('at')}{_UNTIL}{_ZONE}", re.IGNORECASE)
_OTHER_NUMBER = re.compile(
    r"(?:\b(?:tgl|tanggal|tngl|tggl|no|nomor|nmr|dosis|vaksin|ke|kelas|umur|usia|rt|rw|blok|anak|sudah|udah|udh|sdh|selama|wis|wes|sampun|gang|jl|jalan|km|suhu|demam|panas|minum|booster)\.?\s*)$",
    re.IGNORECASE,
)
_NIGHTS = range(1, 7)
"""So many before "malam" are nights."""

_BEFORE_PRAYER = frozenset("sebelum sblm sakdurunge sakderengipun before".split())
_AFTER_PRAYER = frozenset("habis abis hbs ba'da bada bakda setelah sesudah stlh bar bubar rampung selesai pas waktu mari sak ba after".split())  # fmt: skip
_GREETED = frozenset("wilujeng selamat slamat slmt slmat met selamt sugeng good happy semangat".split())
_MEAL = frozenset("makan sarapan maem mkn".split())
_VOCATIVE = frozenset(
    "min mimin admin kak kaka pak bu mas mbak dok dokter gan sis bos semua semuanya ibu bapak bpk siaga bot rek cak ning bang om tante kakak bunda sahabat sob bro".split()
)
_NOT_GREETING = frozenset("ini iki niki tadi td nanti nti ntar hari hr besok bsk aja saja ae wae kemarin kmrn atau sampai sampe jam jm pukul malam siang sore pagi minggu senin selasa rabu kamis jumat sabtu mawon lebih bisa kalau jangan gak ga tidak".split())  # fmt: skip
_HELLO = frozenset("halo hai hallo helo hi hey assalamualaikum assalamu'alaikum asslm aslm permisi p maaf".split())


@dataclass(frozen=True)
class FoundTime:
    """A time of day in a text.

    ``hour`` is on the clock of 24 where ``certain``; where nobody said which half of the day, it is as said, and
    ``candidates`` holds both. It is None when only a part of the day was said. ``until`` is the end of a span
    ("jam 10-12"), as ``HH:MM``.
    """

    hour: int | None
    minute: int
    part: Part | None
    precision: Precision
    certain: bool
    zone: Zone | None
    until: str | None
    start: int
    end: int

    @property
    def value(self) -> str:
        """ "15:00", or the part of the day."""
        return str(self.part) if self.hour is None else f"{self.hour:02d}:{self.minute:02d}"

    @property
    def candidates(self) -> tuple[str, ...]:
        """The times on the clock of 24 that it may be."""
        if self.hour is None:
            return ()
        other = (f"{(self.hour + 12) % 24:02d}:{self.minute:02d}",)
        return (self.value,) if self.certain else (self.value, *other)


def _number(written: str | None) -> int | None:
    if written is None:
        return None
    if written.isascii() and written.isdigit():
        return int(written)
    return 15 if written.lower() == "seperempat" else words_to_number(written.lower().split())


def _on_24(hour: int, part: str | None) -> int:
    """The hour on the clock of 24: "jam 3 sore" is 15, "jam 1 malam" 1, "jam 12 malam" 0."""
    if part is None or hour > 12:
        return hour % 24
    word = part.lower()
    name = _PARTS[word]
    if word == "am" or name == "morning":
        return hour % 12 if hour == 12 else hour
    if word == "pm":
        return 12 if hour == 12 else hour + 12
    if name == "midday":
        return hour if hour >= 9 else hour + 12
    if name == "afternoon":
        return 12 if hour == 12 else hour + 12
    return 0 if hour == 12 else hour + 12 if hour >= 5 else hour


def _read(match: re.Match[str], name: str, part: str | None) -> tuple[int, int] | None:
    """Hour and minute; None when no clock shows them."""
    hour = _number(match[f"{name}_hour"])
    minute = _number(match[f"{name}_minute"] or match[f"{name}_spoken"]) or 0
    if hour is None or hour > 24:
        return None
    hour = _on_24(hour, part)
    shift = minute + (_number(match[f"{name}_past"]) or 0) - (_number(match[f"{name}_to"]) or 0)
    shift -= 30 if match[f"{name}_half"] else 0
    if not -60 < shift < 60:
        return None
    return ((hour * 60 + shift) // 60) % 24, shift % 60


def _part_of(hour: int) -> Part:
    return (
        "morning"
        if 4 <= hour < 11
        else "midday"
        if hour < 15 and hour >= 11
        else "afternoon"
        if 15 <= hour < 18
        else "night"
    )


def _found(match: re.Match[str]) -> FoundTime | None:
    part = match["at_part"]
    until_part = match["until_part"] if match["until_hour"] else None
    spanned = bool(match["until_hour"]) and not (match["and"] and not match.groupdict().get("between"))
    end = match.end()
    if match["until_hour"] and not spanned:
        end, until_part = match.start("and"), None
        end = len(match.string[:end].rstrip())
    # "jam 1-3 siang", "jam 9 sampai 11 malam": what is said once holds for both, unless they would then be in disorder.
    shared = part or until_part
    clock = _read(match, "at", shared)
    if clock is None:
        return None
    until = None
    if spanned:
        last = _read(match, "until", until_part or part)
        if last is None:
            return None
        if not part and until_part and clock > last:
            clock = _read(match, "at", None) or clock
        if last < clock and last[0] + 12 < 24 and not until_part and last[0] <= 12:
            last = (last[0] + 12, last[1])
        until = f"{last[0]:02d}:{last[1]:02d}"
    hour, minute = clock
    written = match["at_hour"]
    zone = _ZONES[match["zone"].upper()] if match["zone"] and end == match.end() else None
    certain = bool(shared) or hour > 12 or hour == 0 or written.startswith("0") or bool(zone)
    fine = bool(match["at_minute"] or match["at_spoken"] or match["at_past"] or match["at_to"] or match["at_half"])
    start = match.start() + len(match.groupdict().get("between") or "")
    return FoundTime(
        hour, minute, _PARTS[shared.lower()] if shared else _part_of(hour) if certain else None,
        "minute" if fine else "hour", certain, zone, until, start, end,
    )  # fmt: skip


def _clocks(text: str) -> list[FoundTime]:
    found: list[FoundTime] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_SAID, _COLON, _DOT, _PART_CLOCK):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            before = text[: match.start()]
            if pattern is _DOT and not (
                match["zone"] or match["at_part"] or match["until_hour"] or _DOT_CUE.search(before)
                or not (before + text[match.end() :]).strip(" ?!.\n")
            ):  # fmt: skip
                continue
            if pattern is _PART_CLOCK and not _part_clock(match, before):
                continue
            if time := _found(match):
                found.append(time)
                taken.append((match.start(), match.end()))
    return found


def _part_clock(match: re.Match[str], before: str) -> bool:
    """Whether "9 pagi" without "jam" is a time; "3 malam" are nights, "tgl 5 pagi" is a date."""
    part = match["at_part"] or (match["until_part"] if match["until_hour"] and not match["and"] else None)
    hour = _number(match["at_hour"])
    if part is None or hour is None or hour > 12 or hour == 0 or _OTHER_NUMBER.search(before):
        return False
    return _PARTS[part.lower()] != "night" or hour not in _NIGHTS or bool(match["at_half"])


def _greets(words: list[Word], index: int, text: str) -> bool:
    """Whether "pagi" only says good morning."""
    before = words[index - 1].lower if index else ""
    if before in _GREETED or before in _MEAL:
        return True
    opens = index == 0 or all(word.lower in _HELLO | _VOCATIVE for word in words[:index])
    if not opens:
        return False
    if index + 1 == len(words):
        return True
    following = words[index + 1]
    if text[words[index].end : following.start].strip():
        return True
    return following.lower in _VOCATIVE or following.lower not in _NOT_GREETING


def _counts(words: list[Word], index: int) -> bool:
    """Whether "malam" counts nights: "sudah 3 malam"."""
    before = words[index - 1].lower if index else ""
    dated = index > 1 and words[index - 2].lower in ("tgl", "tanggal", "tggl")
    return not dated and ((before.isascii() and before.isdigit()) or words_to_number([before]) is not None)


def _parts(text: str, asked: bool) -> list[FoundTime]:
    words = split_words(text)
    found: list[FoundTime] = []
    for index, word in enumerate(words):
        name = re.sub(r"(.)\1{2,}", r"\1", word.lower)
        before = words[index - 1].lower if index else ""
        start = word.start
        if name in _PRAYERS:
            if before not in _AFTER_PRAYER | _BEFORE_PRAYER:
                continue
            part = _PRAYERS[name][before in _BEFORE_PRAYER]
            start = words[index - 1].start
            # "ba'da" may be cut in two: ba'da is one word, "ba da" two.
        # "awan" is midday in Javanese, a cloud in Indonesian.
        elif name in _PARTS and name not in ("am", "pm", "awan"):
            if _PARTS[name] == "night" and _counts(words, index):
                continue
            if _greets(words, index, text) and not (asked and before not in _GREETED):
                continue
            part = _PARTS[name]
        else:
            continue
        found.append(FoundTime(None, 0, part, "part", True, None, None, start, word.end))
    return found


def find_times(text: str, asked: bool = False) -> list[FoundTime]:
    """The times of day in a text, from left to right, none overlapping.

    A number alone is none, nor is a date, a dose, an age, a temperature or a length of time ("3 jam"); "selamat pagi"
    and "pagi min" are none either.

    Args:
        asked: the text answers a question for a time: "pagi" is an answer, and not a greeting.
    """
    text = clean(text)
    found = _clocks(text)
    taken = [(time.start, time.end) for time in found]
    for time in _parts(text, asked):
        if not any(start < time.end and time.start < end for start, end in taken):
            found.append(time)
    return sorted(found, key=lambda time: time.start)
