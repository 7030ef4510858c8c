"""Where a text holds numbers that may be somebody's: NIK, phones, cards, dates in digits alone; also said in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Between the digits of one number: a mark or two, as they are written everywhere …
_TIGHT = re.compile(r"\+?\d(?:[ .\-/]{0,2}\d){5,}")
# … or anything that is no word: line breaks, brackets, emoji. So much in between is one number only if it is long.
_WIDE = re.compile(r"\+?\d(?:[^\w*]{0,4}\d|_\d){9,}")
_GROUPS = re.compile(r"\d+")

# ---------------------------------------------------------------------- what is nobody's
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+|[1-9]\d*")
_MONEY_BEFORE = re.compile(r"\b(?:rp|idr)\.?\s{0,2}$", re.IGNORECASE)
_COUNTED_AFTER = re.compile(
    r"\s{0,2}(?:,\d+\s?|,-\s?)?(?:kasus|kss|orang|org|jiwa|warga|penduduk|pasien|dosis|vaksin|kematian|meninggal|sembuh|rupiah|perak"
    r"|ribu|rb|juta|jt|miliar|milyar|persen|ekor|butir|unit|liter|ml|mg|km|meter|sampel|tes|spesimen|suntikan)\b"
    r"|\s?%",
    re.IGNORECASE,
)
_LARGEST_AMOUNT = 8
"""Digits of an amount with dots that nothing calls one."""
_LARGEST_COUNTED, _LARGEST_WITH_DOTS = 9, 12
"""Digits of one that is called so: "150000 kasus", "Rp 1.500.000"."""
_YEARS = re.compile(r"(?:19|20)\d{2}(?:\s?[-/ ]\s?(?:19|20)\d{2})+")
_HOURS = re.compile(r"(?:[01]?\d|2[0-4])\.[0-5]\d\s?[-/ ]\s?(?:[01]?\d|2[0-4])\.[0-5]\d")
_REGION = re.compile(r"(\d{2})\.(\d{2})\.\d{2}(?:\.\d{4})?")
_TEMPERATURES = re.compile(r"(?:3[4-9]|4[0-2])\.\d(?:[ \-/]{1,2}(?:3[4-9]|4[0-2])\.\d)*")
# One of several in a row: an amount with dots, a year, round hundreds.
_IN_A_LIST = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|(?:19|20)\d{2}|[1-9]\d{0,6}00")
# Emergency and public lines.
_LINES = re.compile(r"1(?:1[0-9]|29)(?:[ ./\-]{1,2}1(?:1[0-9]|29))*|1500[ .\-]?\d{3}")
_PRESSURE = re.compile(r"(?:[89]\d|1\d\d|2[0-4]\d)/(?:[4-9]\d|1[0-4]\d)")
# Of our own codes, "SG-7K3M-9Q", which may be of digits alone.
_CODE_BEFORE = re.compile(r"\b[A-Z]{2}-$", re.IGNORECASE)
_CODE = re.compile(r"\d{4}-\d{2}")
_ADDRESS = re.compile(r"https?://[^\s]+|\bwww\.[^\s]+", re.IGNORECASE)
_PATH_DATE = re.compile(r"(?:19|20)\d{2}/\d{1,2}/\d{1,2}")
_LONG_IN_ADDRESS = 9
"""So many digits in one piece of a web address may be a person's; fewer are those of a page."""


def find(text: str) -> Iterator[tuple[int, int]]:
    """Where such numbers are in a folded text, from left to right, none overlapping."""
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    spans = []
    for pattern in (_TIGHT, _WIDE):
        for match in pattern.finditer(text):
            start, end = match.span()
            around = next((one for one in addresses if one[0] <= start < one[1]), None)
            if around is not None:
                spans += list(_in_address(text, start, min(end, around[1])))
                start = max(start, around[1])
                if sum(character.isdigit() for character in text[start:end]) < 6:
                    continue
            if not _is_nobodys(text, start, end):
                spans.append((start, end))
    spans += _in_words(text)
    yield from merged(spans)


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places, from left to right, none overlapping."""
    made: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if made and start < made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made


def _in_address(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Of the digits in a web address those in one piece that are long enough for a phone or a NIK."""
    for match in re.finditer(r"\d(?:[.\-]?\d)*", text[start:end]):
        if sum(character.isdigit() for character in match.group()) >= _LONG_IN_ADDRESS:
            yield start + match.start(), start + match.end()


def _is_nobodys(text: str, start: int, end: int) -> bool:
    """Whether digits are an amount, years, hours, a region's code or a public line."""
    written = text[start:end]
    digits = sum(character.isdigit() for character in written)
    if _AMOUNT.fullmatch(written):
        named = _MONEY_BEFORE.search(text[max(0, start - 6) : start]) or _COUNTED_AFTER.match(text, end)
        dotted = "." in written
        if digits <= ((_LARGEST_WITH_DOTS if dotted else _LARGEST_COUNTED) if named else dotted * _LARGEST_AMOUNT):
            return True
    if any(known.fullmatch(written) for known in (_YEARS, _HOURS, _LINES, _TEMPERATURES, _PRESSURE)):
        return True
    if _CODE.fullmatch(written) and _CODE_BEFORE.search(text[max(0, start - 3) : start]):
        return True
    pieces = re.split(r"[^\d.]+", written)
    if len(pieces) > 1 and all(_IN_A_LIST.fullmatch(piece) for piece in pieces):
        return True
    region = _REGION.fullmatch(written)
    # What could be a day and a month is rather a date.
    return region is not None and (int(region[1]) > 31 or not 1 <= int(region[2]) <= 12)


# ---------------------------------------------------------------------- in words
UNITS = frozenset(
    "nol kosong satu dua tiga empat lima enam tujuh delapan sembilan tuju lapan sambilan ampat anam duwa zero one two "
    "three four five six seven eight nine siji setunggal loro telu tigo tigang papat sekawan limo gangsal enem nem "
    "nenem pitu wolu songo sanga kalih tujh dlapan dlpn smbilan empt".split()
)
TENS = frozenset("puluh belas welas dasa doso puluhan".split())
WHOLE = frozenset(
    "sepuluh sebelas sedoso sedasa rolas telulas patbelas limolas nembelas pitulas wolulas songolas sewelas selawe "
    "seket sewidak suwidak".split()
)
_REPEATED = frozenset("dobel double triple tripel kembar".split())
_WORD = re.compile(r"[a-z]+|\d+", re.IGNORECASE)
_FEWEST_IN_WORDS = 6
_BIRTH = re.compile(r"\b(?:lahir(?:nya|an)?|lhr|ttl|kelahiran|lair|miyos|born)\b", re.IGNORECASE)
_REACH = 30
"""How far before a date "lahir" makes it a birth date."""


def is_birth(text: str, start: int) -> bool:
    """Whether what begins here is called a day of birth."""
    return _BIRTH.search(text, max(0, start - _REACH), start) is not None


def _in_words(text: str) -> list[tuple[int, int]]:
    """Runs of digits that are said in words, some perhaps written: "nol delapan satu 2 3 …"."""
    spans: list[tuple[int, int]] = []
    start = end = digits = words = 0

    def close() -> None:
        fewest = 2 if words and is_birth(text, start) else _FEWEST_IN_WORDS
        if words and digits >= fewest:
            spans.append((start, end))

    for match in _WORD.finditer(text):
        word = match.group().lower()
        near = bool(digits) and match.start() - end <= 3
        if not near:
            close()
            digits = words = 0
        if word in UNITS or word in WHOLE or word.isdigit() or (near and word in TENS) or word in _REPEATED:
            if not digits:
                start = match.start()
            if word not in _REPEATED or digits:
                end = match.end()
                digits += len(word) if word.isdigit() else 2 if word in WHOLE else word not in TENS | _REPEATED
                words += not word.isdigit()
            continue
        close()
        digits = words = 0
    close()
    return spans
