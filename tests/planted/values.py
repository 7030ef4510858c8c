"""Synthetic values to plant, one for each form, and the ways in which they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FORMS = Path(__file__).with_name("forms.yml")
_WORDS = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
_JAVANESE = "nol siji loro telu papat limo enem pitu wolu songo".split()
_ENGLISH = "zero one two three four five six seven eight nine".split()
_MONTHS = "januari februari maret april mei juni juli agustus september oktober november desember".split()
_SHORT = "jan feb mar apr mei jun jul agt sep okt nov des".split()
_MONTHS_ENGLISH = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_ROMAN = "I II III IV V VI VII VIII IX X XI XII".split()
_FIRST = "Siti Budi Dewi Agus Sri Wahyu Rina Eko Joko Fitri Ahmad Nur Hadi Yanti Bambang".split()
_LAST = (
    "Contohwati Fiktifanto Rekayasari Ujicobanto Karangwati Bukanorang Sintetiko Rekaanto Misalwati Andaikanto "
    "Umpamasari Contohadi Fiktiwati Cobayanto Khayalsari".split()
)  # fmt: skip


class Digits(str):
    """A number; each attribute is a way to write it."""

    def _every(self, size: int, between: str) -> str:
        return between.join(self[place : place + size] for place in range(0, len(self), size))

    def __getattr__(self, way: str) -> str:
        made = {
            "fours": lambda: self._every(4, " "), "fours_dotted": lambda: self._every(4, "."),
            "fours_dashed": lambda: self._every(4, "-"), "fours_slashed": lambda: self._every(4, "/"),
            "fours_lines": lambda: self._every(4, "\n"), "fours_lines_blank": lambda: self._every(8, "\n\n"),
            "fours_wide_dashes": lambda: self._every(4, " - "), "halves": lambda: self._every(8, "\n"),
            "spaced": lambda: " ".join(self), "dotted": lambda: ".".join(self), "dashed": lambda: "-".join(self),
            "slashed": lambda: "/".join(self), "commas": lambda: ",".join(self), "under": lambda: "_".join(self),
            "official": lambda: f"{self[:6]} {self[6:12]} {self[12:]}",
            "official_dotted": lambda: f"{self[:2]}.{self[2:4]}.{self[4:6]}.{self[6:12]}.{self[12:]}",
            "threes": lambda: self._every(3, " "), "threes_dotted": lambda: self._every(3, "."),
            "pairs": lambda: self._every(2, " "),
            "full_width": lambda: "".join(chr(0xFF10 + int(one)) for one in self),
            "arabic": lambda: "".join(chr(0x0660 + int(one)) for one in self),
            "persian": lambda: "".join(chr(0x06F0 + int(one)) for one in self),
            "devanagari": lambda: "".join(chr(0x0966 + int(one)) for one in self),
            "looks": lambda: self.replace("0", "O").replace("1", "l"),
            "looks_fours": lambda: self._every(4, " ").replace("0", "o").replace("1", "I"),
            "words": lambda: " ".join(_WORDS[int(one)] for one in self),
            "words_commas": lambda: ", ".join(_WORDS[int(one)] for one in self),
            "words_lines": lambda: "\n".join(_WORDS[int(one)] for one in self),
            "words_capitals": lambda: " ".join(_WORDS[int(one)] for one in self).upper(),
            "half_words": lambda: self[:4] + " " + " ".join(_WORDS[int(one)] for one in self[4:]),
            "javanese": lambda: " ".join(_JAVANESE[int(one)] for one in self),
            "english": lambda: " ".join(_ENGLISH[int(one)] for one in self),
            "words_after_zero": lambda: " ".join(_WORDS[int(one)] for one in self.zero[1:]),
            "emoji": lambda: self._every(4, "\U0001f44d"),
            "keycaps": lambda: "".join(one + "\ufe0f\u20e3" for one in self),
            "zero_width": lambda: self._every(4, "\u200b"), "no_break": lambda: self._every(4, "\u00a0"),
            # A phone that begins with 62.
            "rest": lambda: self[2:], "rest_dashed": lambda: Digits(self[2:])._every(4, "-"),
            "rest_spaced": lambda: Digits(self[2:])._every(3, " "),
            "spaced_groups": lambda: f"{self[:2]} {Digits(self[2:])._every(4, ' ')}",
            "zero": lambda: Digits("0" + self[2:]), "zero_groups": lambda: self.zero._every(4, " "),
            "zero_dashed": lambda: self.zero._every(4, "-"), "zero_dotted": lambda: self.zero._every(4, "."),
            "zero_slashed": lambda: self.zero._every(4, "/"), "zero_spaced": lambda: self.zero.spaced,
            "zero_single_dots": lambda: self.zero.dotted, "zero_single_dashes": lambda: self.zero.dashed,
            "zero_under": lambda: self.zero.under, "zero_lines": lambda: self.zero._every(4, "\n"),
        }.get(way)  # fmt: skip
        if made is None:
            raise AttributeError(way)
        return made()


class Day(date):
    """A birth date; each attribute beside the usual ones is a part or a way to write it."""

    def __getattr__(self, way: str) -> Any:
        made = {
            "dd": lambda: f"{self.day:02}", "mm": lambda: f"{self.month:02}", "yy": lambda: f"{self.year % 100:02}",
            "name": lambda: _MONTHS[self.month - 1], "short": lambda: _SHORT[self.month - 1],
            "upper": lambda: _MONTHS[self.month - 1].upper(), "english": lambda: _MONTHS_ENGLISH[self.month - 1],
            "roman": lambda: _ROMAN[self.month - 1],
            "day_words": lambda: _said(self.day), "month_words": lambda: _said(self.month),
            "yy_words": lambda: " ".join(_WORDS[int(one)] for one in f"{self.year % 100:02}"),
            "year_words": lambda: f"seribu sembilan ratus {_said(self.year % 100)}",
            "full_width": lambda: "-".join(Digits(part).full_width for part in self._parts),
            "arabic": lambda: "/".join(Digits(part).arabic for part in self._parts),
            "looks": lambda: "-".join(self._parts).replace("1", "l").replace("0", "O"),
            "_parts": lambda: (f"{self.day:02}", f"{self.month:02}", f"{self.year}"),
        }.get(way)  # fmt: skip
        if made is None:
            raise AttributeError(way)
        return made()


class Name(str):
    """A name."""

    def __getattribute__(self, way: str) -> Any:
        if way in ("lower", "upper"):
            return getattr(str(self), way)()
        return super().__getattribute__(way)

    @property
    def first(self) -> str:
        """What somebody is called."""
        return str(self).split()[-1]

    @property
    def plus(self) -> str:
        """As it stands in an address."""
        return str(self).replace(" ", "+")


@dataclass(frozen=True)
class Planted:
    """A message with a value in it: of which ``kind``, in which ``form``, and the ``value`` in its plainest form.

    ``written`` is the part of the message that tells it.
    """

    kind: str
    form: str
    value: str
    text: str
    written: str


@lru_cache(maxsize=1)
def planted() -> tuple[Planted, ...]:
    """One message for each form."""
    forms = yaml.safe_load(FORMS.read_text(encoding="utf-8"))
    return tuple(
        _message(kind, form, place)
        for kind, written in forms.items()
        for place, form in enumerate(written, start=1)
    )  # fmt: skip


def _message(kind: str, form: str, place: int) -> Planted:
    letter, value = _value(kind, place, form)
    marked = re.sub(r"\{(" + letter + r"[.\w]*)\}", "\x01{\\1}\x02", form)
    text = marked.format(**{letter: value})
    # What stands between parts of it belongs to it: "17" of "17-8-1954" tells nothing.
    written = text[text.index("\x01") : text.rindex("\x02")]
    plain = value.isoformat() if isinstance(value, date) else str(value)
    return Planted(kind, form, plain, *(part.replace("\x01", "").replace("\x02", "") for part in (text, written)))


def _value(kind: str, place: int, form: str) -> tuple[str, Any]:
    if kind == "nik":
        return "n", Digits(f"357801{_day(place):%d%m%y}9{300 + place}")
    if kind == "phone":
        return "p", Digits(f"62800000{4100 + place * 7}")
    if kind == "date":
        return "d", _day(place)
    # In small letters a test person's name is made of everyday words.
    if place % 3 == 0 and ".lower" not in form:
        return "w", Name(f"Warga Uji {400 + place}")
    return "w", Name(f"{_FIRST[place % 15]} {_LAST[(place * 4 + place // 15) % 15]}")


def _day(place: int) -> Day:
    # Days above the twelfth, in years of which no other test writes.
    return Day(1931 + place % 60, 1 + place % 12, 13 + place % 15)


def _said(number: int) -> str:
    ten, one = divmod(number, 10)
    if number < 10:
        return _WORDS[number]
    if number == 10:
        return "sepuluh"
    if number < 20:
        return "sebelas" if one == 1 else f"{_WORDS[one]} belas"
    return f"{_WORDS[ten]} puluh" + (f" {_WORDS[one]}" if one else "")


def ways(day: date) -> list[str]:
    """How a birth date may be found again, in small letters: as it is stored, and as people and programs write it."""
    months = {_MONTHS[day.month - 1], _SHORT[day.month - 1], _MONTHS_ENGLISH[day.month - 1].lower()}
    made = [
        day.isoformat(),
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d-%m-%Y}",
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
    ]
    return made + [f"{day.day} {month} {day.year}" for month in sorted(months)]
