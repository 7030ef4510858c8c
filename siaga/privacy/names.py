"""Where a text holds somebody's name: what is called one, what follows a title or a form of address, what signs.

Nobody can tell every name from other words, and what is taken for one is lost to whoever helps. So signs are weighed:
the more clearly the words before it announce a name, the less the word itself has to look like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from siaga.privacy.ordinary import given_names, is_known_word, is_ordinary, no_names

MOST_WORDS = 5
_MOST_TITLES = 3
_FLAGS = re.IGNORECASE
_WORD = re.compile(r"[^\W\d_](?:[\w]|['’`.\-](?=[^\W_]))*\.?|\d{1,3}(?!\w|[.,:/\-]\d)")
_OPENED = re.compile(r"[\"'“‘`*_]{1,2}(?=[^\W\d_])")
_BETWEEN = re.compile(r"[ \t\u00a0]{1,3}|\+|%20")
_MINE = r"(?:saya|sya|sy|aku|ku|kula|kulo|gue|gw|beliau|dia|ane)"
_KIN = (
    r"(?:ibu|bapak|bpk|ayah|anak|suami|istri|kakek|nenek|kakak|adik|adek|mertua|orang\s?tua|keponakan|pasien|peserta|penerima|pemilik"
    r"|pelapor|pendaftar|wali|kepala\s+keluarga|kk)(?:\s?nya|ku)?"
)
# After these comes a name, whatever it looks like.
_CALLED = re.compile(
    r"(?:"
    rf"(?<![^\W_])(?:(?:nama|nma|name|nm|jeneng)(?:\s?(?:ku|nya|ne|nipun|e))?|asmanipun)(?:[\s_]{{1,2}}(?:lengkap|panggilan|asli|full|depan|pasien"
    rf"|peserta|(?:di|sesuai|dlm|dalam)\s+(?:ktp|kk)))?(?:\s+{_KIN})?(?:\s+{_MINE})?"
    r"(?:\s*(?:\"|')?\s*[:=]\s*(?:\"|')?|\s+(?:adalah|ialah|yaitu|itu|is|y(?:an)?g\s+bene?a?r|(?:se)?harusnya)\s+|\s*,?\s+|%20|\+)"
    r"|(?<![^\W_])(?:full_?name|fullname|nama_?lengkap|nama)(?:\"|')?\s?[:=]\s?(?:\"|')?"
    r"|(?<![^\W_])(?:atas\s+nama|a\s?[./]\s?n\.?|an\.)\s*:?\s*"
    r"|(?<![^\W_])(?:yang\s+|yg\s+)?bernama\s+"
    r"|(?<![^\W_])(?:di)?(?:panggil|celuk)(?:an(?:\s?nya|ku)?)?\s+(?:(?:saya|sy|aku|kulo|aja|saja|aj|ae|mawon|wae|dengan|dgn)\s+){0,3}"
    r"|(?<![^\W_])(?:call\s+me|my\s+name\s+is)\s+"
    r"|(?<![^\W_])(?:per)?kenalkan\s*,?\s+(?:(?:saya|sy|aku|nama)\s+){0,2}"
    r"|(?<![^\W_])(?:ttd|salam|hormat\s+(?:saya|kami)|regards|wassalam|terima\s?kasih)\s*[,.:]?\s*(?:\n\s*[-~–—]?\s*|[-~–—]\s*|,\s*(?=[^\W\d_a-z]))"
    r")",
    _FLAGS,
)
# A name that is set off by a mark is one, whatever it looks like.
_MARK = re.compile(r"[:=/.]\s*[\"']?\s*$|[\"'*]$")
_HONORED = re.compile(
    r"(?<![^\W_])(?:bu|ibu|pak|bapak|bpk|mas|mbak|mba|bang|om|tante|pakde|bude|paklik|bulik|mbah|eyang|haji|hj|h|drs?|dra|drg|ir|prof"
    r"|ny|tn|nyonya|tuan|nona|sdri?|saudara|saudari|ust|ustadz?|ustadzah|kyai|kiai|gus|ning|dek|dik|almh?|alm|teteh|teh|kang|cak|si|uni|uda)"
    r"\.?[ \t,:]{1,2}",
    _FLAGS,
)
"""A form of address or a title, after which a name is likely."""
_ADDRESSED = re.compile(
    r"(?<![^\W_])(?:(?:i\s+am|i'm|ini|niki|iki|dengan|dgn|dg|saya|sy|sya|aku|kulo|kula|gue|gw|ane|an|kak|kakak|adik|adek|anak|suami|istri|ayah|mama|mamah"
    r"|papa|nenek|kakek|sama|daftarkan|daftarin|mendaftarkan|nomornya|nomor|punya|milik|buat|untuk|utk|pasien|peserta|halo|hai|data|cek"
    r"|jadwalnya|tiketnya|nik|ktp|hp|wa|suster|bidan|teman|tetangga)[ \t,:]{1,2})",
    _FLAGS,
)
"""After these a name may come."""
# What is named after people, and no person.
_PLACE_BEFORE = re.compile(
    r"\b(?:(?:rs|rsu|rsud|rsup|jl|jln|gg|pkm|sd|smp|sma|smk|kel|kec|kab|prov)\.?|rumah\s+sakit|jalan|gang|puskesmas|klinik|masjid|gedung"
    r"|universitas|taman|bandara|stasiun|pasar|desa|kelurahan|kecamatan|kabupaten|kota|provinsi|dusun|lapangan|perumahan|vaksin|obat"
    r"|merek)[ \t]*\Z",
    _FLAGS,
)
_DEGREE = re.compile(
    r",\s?(?:S|M|A|D|Sp|Amd)\.?\s?(?:Pd|Kom|Kes|Kep|Keb|E|H|T|Si|Sos|Ag|I|IP|P|KM|Farm|Gz|Psi|Hum|M|Md|Med|Ked|OG|A)\b\.?(?:\s?[A-Z][A-Za-z.]{0,5})?"
    r"|,\s?(?:SE|SH|ST|SKM|MM|MH|MT|MPd|SPd|SKom|Amd|AMd)\b\.?"
)
_DESCENT = re.compile(r"\b(?:bin|binti)\b", _FLAGS)
_SIGNED = re.compile(r"(?:^|\n)[ \t]*[-~–—]{1,2}[ \t]*(?=[^\W\d_])(?=[^\n]{1,40}\s*\Z)")
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){9,}|\d\*{4,}\d")
_SUFFIX = re.compile(r"(?:nya|ny|ku|mu)$")
_LINE_END = re.compile(r"[ .]*\*?[ .]*")
# Of a line, or of a sentence in it; a full stop after a title or an initial ends none.
_LINE = re.compile(r"(?:[^\n,;/|?!.]|(?<![a-z]{2})\.|\.(?=\S))+")

# Titles and forms of address belong to the name that follows.
_TITLES = frozenset(
    "h hj haji drs dra drg ir prof ny tn bu ibu pak bapak bpk mas mbak mba sdr sdri nyonya tuan ust ustadz alm almh "
    "raden rr".split()
)


# Verbs that no dictionary knows: "dicoret", "nyangkut", "ketahuan".
_VERBAL = re.compile(r"(?:di|ter|ke|ng|ny|me|ber|se|pe)")


@dataclass(frozen=True)
class _Word:
    """A word that may belong to a name."""

    written: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.written.lower().strip(".")

    @property
    def plain(self) -> str:
        return self.lower.split("'")[0]

    @property
    def ends(self) -> bool:
        return self.lower in no_names() or _SUFFIX.sub("", self.lower) in no_names()

    @property
    def is_title(self) -> bool:
        return self.written[0].isupper() and not self.written.isupper()

    @property
    def is_given(self) -> bool:
        return self.plain in given_names()

    @property
    def is_strange(self) -> bool:
        """No word that is known, nor the form of one."""
        return len(self.plain) > 2 and self.plain.isalpha() and not is_ordinary(self.plain)

    @property
    def looks_like_one(self) -> bool:
        return self.is_given or self.is_strange or self.written[0].isupper() or self.written.isdigit()


def _likely(words: list[_Word]) -> bool:
    """Whether there is a sign that these words are a name, where one is announced."""
    return any(
        word.is_given or (word.is_strange and (word.is_title or not _VERBAL.match(word.plain))) for word in words
    ) or _titled(words)


def _surely(words: list[_Word], honored: bool) -> bool:
    """Whether these words are a name, where one may come or not."""
    return (
        any(word.is_given and (honored or word.is_title or not is_known_word(word.plain)) for word in words)
        or (any(word.is_given for word in words) and any(word.is_strange and not word.is_given for word in words))
        or (_titled(words) and any(word.is_strange for word in words))
        or (honored and any(word.is_strange and word.is_title for word in words))
    )


def _titled(words: list[_Word]) -> bool:
    """Two words that begin with a capital letter, side by side."""
    return any(one.is_title and other.is_title for one, other in pairwise(words))


def find(text: str) -> Iterator[tuple[int, int]]:
    """Where names are in a text, from left to right; the same place may come more than once, or be part of another."""
    yield from _called(text)
    yield from _addressed(text)
    yield from _signed(text)
    yield from _with_degree(text)
    yield from _of_descent(text)
    if _LONG_NUMBER.search(text):
        yield from _lines(text)


def _words(text: str, start: int, most: int = MOST_WORDS) -> list[_Word]:
    """The words from here on that may belong to one name."""
    found: list[_Word] = []
    titles = 0
    if opened := _OPENED.match(text, start):
        start = opened.end()
    while len(found) < most + titles:
        match = _WORD.match(text, start)
        if not match:
            break
        word = _Word(match.group(), match.start(), match.end())
        if word.lower in _TITLES and len(found) == titles < _MOST_TITLES:
            titles += 1
        elif word.ends or (word.written.isdigit() and len(found) == titles):
            break
        found.append(word)
        gap = _BETWEEN.match(text, match.end())
        # A full stop ends a sentence, but neither a title nor an initial.
        stops = word.written.endswith(".") and len(word.lower) > 3
        if not gap or stops:
            break
        start = gap.end()
    return found if len(found) > titles else []


def _span(words: list[_Word]) -> tuple[int, int]:
    last = words[-1]
    return words[0].start, last.end - last.written.endswith(".")


def _called(text: str) -> Iterator[tuple[int, int]]:
    for match in _CALLED.finditer(text):
        words = _words(text, match.end())
        if words and (_MARK.search(match.group()) or _likely(words)):
            yield _span(words)


def _addressed(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_HONORED, _ADDRESSED):
        position = 0
        while match := pattern.search(text, position):
            # One may come right after another: "dengan ibu …".
            position = match.end() - 1
            if _PLACE_BEFORE.search(text, max(0, match.start() - 20), match.start()):
                continue
            words = _words(text, match.end(), 4)
            signs = [place for place, word in enumerate(words) if word.is_given or word.is_strange or word.is_title]
            if signs and signs[0] <= 1 and _surely(words, pattern is _HONORED):
                yield _span(words[: _until(words, signs)])


def _until(words: list[_Word], signs: list[int]) -> int:
    """How many words belong to the name: to the last that looks like one, with what is counted behind it."""
    last = signs[-1] + 1
    return last + (last < len(words) and words[last].written.isdigit())


def _signed(text: str) -> Iterator[tuple[int, int]]:
    for match in _SIGNED.finditer(text):
        words = _words(text, match.end())
        if words and _likely(words):
            yield _span(words)


def _with_degree(text: str) -> Iterator[tuple[int, int]]:
    for match in _DEGREE.finditer(text):
        before = list(_WORD.finditer(text, max(0, match.start() - 60), match.start()))[-MOST_WORDS:]
        yield from _back(text, before, match.start())


def _of_descent(text: str) -> Iterator[tuple[int, int]]:
    for match in _DESCENT.finditer(text):
        after = _words(text, match.end() + 1, 3)
        if after:
            yield _span(after)
            before = list(_WORD.finditer(text, max(0, match.start() - 60), match.start()))[-3:]
            yield from _back(text, before, match.start() - 1)


def _back(text: str, before: list[re.Match[str]], end: int) -> Iterator[tuple[int, int]]:
    """The words that stand right before a place, back to one that ends a name."""
    start = None
    for match in reversed(before):
        if _Word(match.group(), match.start(), match.end()).ends or text[match.end() : start or end].strip(" "):
            break
        start = match.start()
    if start is not None:
        yield start, end


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Beside a long number, a line or a part of one that holds nothing but what looks like a name."""
    for match in _LINE.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip(" \t*-•.)("))
        words = _words(text, start)
        if not words or not _LINE_END.fullmatch(text, words[-1].end, match.end()):
            continue
        if all(word.looks_like_one for word in words) and _likely(words):
            yield _span(words)
