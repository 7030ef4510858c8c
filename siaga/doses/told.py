"""What a message tells of the doses that somebody has had: "sudah 2x sinovac agustus 2021, booster kapan?".

Pure functions from text to values. What is doubtful is left out, and asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from siaga.doses.next import MOST
from siaga.eligibility import read_answers
from siaga.text.ages import find_ages
from siaga.text.dates import ANY_DAY, find_dates
from siaga.text.durations import find_durations
from siaga.text.numbers import find_numbers
from siaga.text.vaccines import find_brands, find_dose_numbers

TELLABLE = 4
"""More doses than this are told as "4 or more": after the second booster there is nothing."""

# Marks within a number ("12/8", "2,5") end no statement.
_BREAK = re.compile(r"[;?!\n]+|[,.]+(?!\d)|\b(?:terus|trus|trs|tapi|tp)\b", re.IGNORECASE)
_HAD = re.compile(
    r"\b(?:sudah|udah|udh|sdh|dah|telah|baru|bru|habis|abis|setelah|stlh|abis|pernah|sampun|wis|uwis|wes|bar|mari|dapat|dapet|terima|have|had|got|after)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:kapan|kpn|kapam|apa|apaan|opo|nopo|berapa|brp|brapa|piro|pira|pinten|gimana|gmn|bagaimana|piye|pripun|boleh|blh|bisa|bs|iso|saged|harus|hrs|mesti\w*|seharusnya|waktunya|saatnya"
    r"|giliran|jadwal\w*|jatuh\w*|jarak\w*|jeda|selisih|interval|hitung\w*|mau|mo|pengen|pingin|ingin|lanjut\w*|belum|blm|blum|durung|dereng|tunggu|nunggu|telat|terlambat|kelewat"
    r"|when|can|should|what|which|mana)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?P<count>\d|satu|dua|tiga|empat|loro|kalih|telu|tigo)\s*(?:x|kali)\b|\b(?P<once>sekali|sepisan|once)\b(?!\s*(?:pun|lagi))|\b(?P<twice>twice|lengkap)\b",
    re.IGNORECASE,
)
_NOT_ONCE = re.compile(r"\bsama\s+sekali\b|\bsekalian\b|\bbesar\s+sekali\b", re.IGNORECASE)
_WHICH = {"pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4}
_THE_WHICH = re.compile(
    r"\b(?:(?:yang|yg|sing)\s+)?(?P<which>pertama|kedua|ketiga|keempat)(?:nya|ku|ne)?\b", re.IGNORECASE
)
_SHOT = re.compile(r"vaks|vaxin|vacc|dosis|dose|suntik|booster|boster|jab", re.IGNORECASE)
_NEVER = re.compile(
    r"\b(?:belum|blm|blum|durung|dereng|tidak|gak|ga|never)\s+(?:pernah|tau|sama\s*sekali|nate|sekali\s*pun)\b"
    r"|\b(?:belum|blm|blum|durung|dereng)\s+(?:di)?(?:vaksin|suntik)\w*(?!\s*(?:ke|dosis|booster|boster|lengkap|\d|dua|kedua|ketiga))",
    re.IGNORECASE,
)
# "belum pernah booster", "belum dapat booster": these words alone would tell of a dose that was had.
_NOT_HAD = re.compile(
    r"\b(?:belum|blm|blum|belom|blom|durung|dereng|tidak|tdk|gak|ga|gk|nggak|ngga|ndak|ora|mboten|never)\s+"
    r"(?:juga\s+|jg\s+)?(?:pernah|prnh|nate|tau|dapat|dapet|dpt|oleh|angsal|terima|had|got)\b",
    re.IGNORECASE,
)
_OF_THAT_DOSE = re.compile(
    r"\s*(?:(?:di|men)?(?:dapat|dapet|dpt|terima|vaksin\w*|suntik\w*)\s*)*(?:yang|yg|sing)?\s*", re.IGNORECASE
)
_LATE = re.compile(r"\b(?:telat|terlambat|kelewat\w*|lewat|molor|kasep)\b", re.IGNORECASE)
_AGO = re.compile(r"\b(?:lalu|kemarin|kmrn|kemaren|wingi|kepungkur|ago|silam|sejak|dari)\b", re.IGNORECASE)
# "terakhir agustus": a month alone. "maret" and "mei" are no other words here.
_MONTH = re.compile(
    r"\b(?:januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|oktober|november|nopember|desember)\b",
    re.IGNORECASE,
)
_FORGOT = re.compile(
    r"\b(?:lupa|lali|kesupen|(?:tidak|gak|ga|nggak|ndak|ora|mboten|tak)\s*(?:tau|tahu|ingat|inget|eling|ngerti|hafal|hapal))\b|\bforgot\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:saya|sy|sya|aku|ak|aq|gue|gw|kulo|kula|my|me|i|\w{3,}ku)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What a message tells of somebody's doses; None where it does not.

    ``received``: how many, ``implied`` if only from the one that is asked for ("vaksin kedua kapan?"). ``vaccine`` and
    ``last_on`` are of the last one. ``late_days``: how late they say they are. ``age`` in years. ``own``: whether the
    writer speaks of their own.
    """

    received: int | None = None
    implied: bool = False
    vaccine: str | None = None
    last_on: date | None = None
    late_days: int | None = None
    age: int | None = None
    own: bool = False

    @property
    def personal(self) -> bool:
        """Whether somebody's own doses are spoken of, not doses in general."""
        return self.own or (self.received is not None and not self.implied) or None not in (
            self.last_on, self.vaccine
        ) or self.late_days is not None or self.age is not None  # fmt: skip


@dataclass(frozen=True)
class _Mention:
    number: int
    start: int
    end: int


def read_told(text: str, day: date) -> Told:
    """What a message of ``day`` tells, without a question having been asked."""
    ages = find_ages(text, day)
    bare = text
    for age in ages:
        bare = _blank(bare, age.start, age.end)
    late, bare = _late(bare)
    received, implied = _received(bare)
    return Told(
        received=received,
        implied=implied,
        vaccine=_vaccine(bare),
        last_on=_last_on(bare, day) if received != 0 else None,
        late_days=late,
        age=ages[0].years if len({age.years for age in ages}) == 1 else None,
        own=bool(_OWN.search(text)),
    )


def read_number(text: str) -> int | None:
    """The answer to "how many doses?"."""
    received, implied = _received(text)
    if received is not None and not implied:
        return received
    if received is None and re.fullmatch(
        r"\W*(?:belum|blm|durung|dereng|nol|kosong|tidak|gak|ga|0|never)\b[\w\s]{0,12}\W*", text, re.IGNORECASE
    ):
        return 0
    taken = [(found.start, found.end) for found in find_dates(text, ANY_DAY)]
    taken += [(length.start, length.end) for length in find_durations(text)]
    numbers = [one.value for one in find_numbers(text) if not any(start <= one.start < end for start, end in taken)]
    return min(numbers[0], TELLABLE) if len(numbers) == 1 and numbers[0] <= MOST else None


def read_vaccine(text: str) -> str | None:
    """The answer to "which vaccine?"; ``other`` for one that nobody remembers."""
    brands = {brand.value for brand in find_brands(text)}
    if len(brands) == 1:
        return brands.pop()
    return "other" if not brands and forgot(text) else None


def read_day(text: str, day: date) -> date | None:
    """The answer to "when was it?": the last day that the words can mean."""
    found = read_answers("last_dose_on", text, day).get("last_dose_on")
    return date.fromisoformat(found) if found else None


def read_age(text: str, day: date) -> int | None:
    """The answer to "how old?", in years or as a birth date."""
    found = read_answers("age", text, day).get("age")
    return int(found) if found is not None else None


def forgot(text: str) -> bool:
    """Whether somebody says that they do not remember."""
    return bool(_FORGOT.search(text))


# -------------------------------------------------------------------- how many
def _received(text: str) -> tuple[int | None, bool]:
    counts = _counts(text)
    mentions = _mentions(text)
    had = [count.number for count in counts]
    wanted: list[int] = []
    for mention in mentions:
        (had if _is_had(text, mention, [*counts, *mentions]) else wanted).append(mention.number)
    if had:
        return min(max(had), TELLABLE), False
    if any(not _only_of(mentions, text, never.end()) for never in _NEVER.finditer(text)):
        return 0, False
    if wanted:
        return max(wanted) - 1, True
    return None, False


def _only_of(mentions: list[_Mention], text: str, end: int) -> bool:
    """Whether what ends there says of a later dose only that it was not had: "belum pernah booster"."""
    return any(
        mention.number > 1 and mention.start >= end and _OF_THAT_DOSE.fullmatch(text[end : mention.start])
        for mention in mentions
    )


def _counts(text: str) -> list[_Mention]:
    found = []
    for match in _TIMES.finditer(_NOT_ONCE.sub(lambda gone: " " * len(gone.group()), text)):
        numbers = find_numbers(match["count"]) if match["count"] else []
        words = {"loro": 2, "kalih": 2, "telu": 3, "tigo": 3}
        count = (
            1
            if match["once"]
            else 2
            if match["twice"]
            else numbers[0].value
            if numbers
            else words.get(match["count"].lower(), 0)
        )
        if 0 < count <= MOST:
            found.append(_Mention(count, match.start(), match.end()))
    return found


def _mentions(text: str) -> list[_Mention]:
    found = [_Mention(dose.value, dose.start, dose.end) for dose in find_dose_numbers(text)]
    if _SHOT.search(text) or find_brands(text):
        for match in _THE_WHICH.finditer(text):
            if not any(other.start < match.end() and match.start() < other.end for other in found):
                found.append(_Mention(_WHICH[match["which"].lower()], match.start(), match.end()))
    return sorted(found, key=lambda mention: mention.start)


def _is_had(text: str, mention: _Mention, others: list[_Mention]) -> bool:
    """Whether a dose is told of, and not asked for: the nearest word before it in its statement says so, else those
    after it."""
    start = max((match.end() for match in _BREAK.finditer(text, 0, mention.start)), default=0)
    breaks = _BREAK.search(text, mention.end)
    # What was said of another dose in between is not said of this one.
    reach = max((other.end for other in others if start <= other.end <= mention.start), default=start)
    before = _NOT_HAD.sub(lambda said: "belum".ljust(len(said.group())), text[reach : mention.start])
    had = max((match.start() for match in _HAD.finditer(before)), default=-1)
    asked = max((match.start() for match in _ASKED.finditer(before)), default=-1)
    if had != asked:
        return had > asked
    if reach > start and _ASKED.search(text[start:reach]) and not _HAD.search(text[start:reach]):
        # "jarak vaksin kedua ke booster"
        return False
    return not _ASKED.search(text[mention.end : breaks.start() if breaks else len(text)])


# -------------------------------------------------------------------- which, when
def _vaccine(text: str) -> str | None:
    brands = find_brands(text)
    if len({brand.value for brand in brands}) > 1:
        asked = _ASKED.search(text)
        brands = [brand for brand in brands if asked is None or brand.end <= asked.start()]
    named = {brand.value for brand in brands}
    return named.pop() if len(named) == 1 else None


def _last_on(text: str, day: date) -> date | None:
    days = []
    for statement in _BREAK.split(text):
        dated = find_dates(statement, day, prefer="past")
        months = _MONTH.findall(statement)
        if not dated and len(months) == 1:
            statement = f"bulan {months[0]}"
        elif not dated and not (find_durations(statement) and (_AGO.search(statement) or _HAD.search(statement))):
            continue
        told = " ".join(found.raw for found in dated) if len(dated) == 1 else statement
        if found_on := read_day(told, day):
            days.append(found_on)
    return max(days, default=None)


def _late(text: str) -> tuple[int | None, str]:
    """How late somebody says they are, and the text without it."""
    said = _LATE.search(text)
    lengths = find_durations(text) if said else []
    if said is None or len(lengths) != 1:
        return None, text
    length = lengths[0]
    return length.days, _blank(text, length.start, length.end)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
