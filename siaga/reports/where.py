"""Where it happened: a pin, or words such as "di pasar wonokromo", with the region they lie in, if that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from siaga.places import pin, regions
from siaga.places.search import Match, Residence, find_district, read_residence
from siaga.text.normalise import roots

LONGEST = 150
"""Characters of a place that are kept."""
_DIGITS = 3
"""Of a coordinate, after the point: about a hundred metres."""
_CHOICES = 9

_LEAD = (
    r"di|d|nang|nek|neng|ning|ing|teng|ten|dekat|deket|dkt|depan|dpn|belakang|blkg|samping|sebelah|sekitar|seberang|"
    r"lokasinya|lokasi|tempatnya|alamatnya|alamat|at|in|near"
)
# Where the words for a place end and something else is told.
_END = (
    r"tadi|td|kemarin|kmrn|kemaren|wingi|semalam|sekarang|skrg|saiki|barusan|jam|pukul|pkl|hari|setiap|tiap|sejak|sudah|"
    r"udah|udh|sdh|masih|lagi|sedang|ga|gak|gk|nggak|ngga|enggak|ndak|ora|mboten|tidak|tdk|belum|blm|tanpa|rame|rame2|"
    r"rame-rame|ramai|(?:saya|sy|aku|kami|kita)\s+(?:byk|bnyk|banyak|lagi|sedang|ada)|banyak|bnyk|byk|ada|onok|ono|wonten|yang|yg|sing|orang|org|wong|padahal|karena|krn|sampai|sampe|tolong|"
    r"tlg|mohon|penuh|butuh|perlu|minta|jual|jualan|dan|sama|tapi|tp|buka|tutup|sakit|positif|isoman|kerumunan|semua|"
    r"puluhan|ratusan|ribuan|dengan|untuk|buat|pada|kok|min|pak|bu|kak|ya|dong|mau|mo|saya\s+mau|lapor|petugas|tamu|"
    r"tamunya|dibuang|berserakan|keluyuran|kehabisan|kekurangan|tetap|maksa|paksa|bisa|harus|malah|terus|trs|nanti|besok|"
    r"pagi|siang|sore|malam|malem|kasih|kelaparan|lapar|gimana|anak|anaknya|warga|ayam|senin|selasa|rabu|kamis|jumat|"
    r"sabtu|minggu|dari|dr|vaksinasi|klo|kalo|kalau|desak\S*|berdesak\S*|berkerumun|bergerombol|kumpul\S*|mati|meninggal|demam|batuk"
)
_PHRASE = re.compile(rf"(?<![\w-])(?:{_LEAD})\s+(?P<place>[^,.;!?\n]+)", re.IGNORECASE)
_CUT = re.compile(rf"(?:^|\s)(?:{_END})(?![\w-])", re.IGNORECASE)
_MOST_WORDS = 8
# These alone are no place that anybody else could find.
_NOWHERE = frozenset(
    "rumah rumahnya sini sana situ mana jalan kampung desa dalam luar atas bawah daerah tempat kota grup wa facebook "
    "fb instagram ig sosmed internet negeri saya sendiri".split()
)
# Streets and villages are called after towns, or sound like them: "jl kertajaya", "desa sidodadi".
_STREET = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|perum|perumahan|komplek|desa|ds|dusun|dsn|dukuh|kelurahan|kel|kampung|kp)\.?\s+"
    r"(?:raya\s+)?[\w-]+",
    re.IGNORECASE,
)
_CERTAIN = 0.95
_NAMED = re.compile(r"\b(?:kec|kecamatan|kab|kabupaten|kota)\.?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Where:
    """``place`` in the reporter's words, codes of the region as far as known, and a rounded pin.

    ``choices`` are the regions that the words may mean, where there are several.
    """

    place: str | None = None
    regency_code: str | None = None
    district_code: str | None = None
    lat: float | None = None
    lon: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether it is known which kabupaten/kota it lies in."""
        return self.regency_code is not None

    def kept(self) -> dict[str, Any]:
        """As JSON; ``of_kept`` reads it."""
        return {**asdict(self), "choices": list(self.choices)}

    def in_words(self) -> str:
        """``pasar wonokromo, Kec. Wonokromo, Kota Surabaya``."""
        region = self.district_code or self.regency_code
        full = _full_name(region) if region else None
        spot = self.place or ("lokasi yang Anda kirim" if self.lat is not None else "")
        said = {part.casefold() for part in (full or "").replace("Kec. ", "").split(", ")}
        if full and spot.casefold().removeprefix("kecamatan ").removeprefix("kec ") in said:
            return full
        return ", ".join(part for part in (spot, full) if part)


def of_kept(kept: Mapping[str, Any]) -> Where:
    """A place that ``Where.kept`` wrote."""
    return Where(**{**kept, "choices": tuple(kept.get("choices") or ())})


def from_pin(lat: float, lon: float) -> Where | None:
    """A pin in degrees; None outside Indonesia."""
    located = pin.locate(lat, lon)
    if located is None:
        return None
    return Where(None, located.regency_code, located.district_code, round(lat, _DIGITS), round(lon, _DIGITS))


def told(text: str) -> Where | None:
    """A place that a free sentence tells of: after "di", "dekat", "depan" …, or a region by name; None without any."""
    spot = _spot(text)
    sure = read_residence(text, asked=False)
    if spot is None:
        return _with_region(Where(), sure) if sure.regencies else None
    return _with_region(Where(spot), sure if sure.regencies else _region_in(spot))


def answered(text: str) -> Where | None:
    """The answer to "where did it happen?"; any words are a place; None when there are none."""
    spot = _spot(text) or _tidy(text)
    if spot is None:
        return None
    sure = read_residence(text, asked=False)
    return _with_region(Where(spot), sure if sure.regencies else _region_in(spot))


def with_region(where: Where, text: str) -> Where | None:
    """A place with the region that answers "in which kecamatan or kota?"; None when none is read.

    Of the choices that the words may have meant, "yang kota", "kabupaten" or a name in it decides.
    """
    if where.choices and (chosen := _of_choices(where.choices, text)):
        return in_region(where, chosen)
    read = read_residence(text, asked=True)
    if not read.regencies:
        return None
    found = _with_region(where, read)
    if found.choices == where.choices and not found.is_found:
        return None
    return found


def in_region(where: Where, code: str) -> Where:
    """A place with the kecamatan or kabupaten/kota of this code."""
    if regions.level(code) == "district":
        return Where(where.place, regions.parent(code), code, where.lat, where.lon)
    return Where(where.place, code, None, where.lat, where.lon)


def _of_choices(choices: tuple[str, ...], text: str) -> str | None:
    said = re.search(r"\b(kota|kab(?:upaten)?)\b", text, re.IGNORECASE)
    if said:
        kinds = [code for code in choices if regions.is_city(code[:5]) == (said.group().lower() == "kota")]
        if len(kinds) == 1:
            return kinds[0]
    read = read_residence(text, asked=True)
    named = {match.code for match in (*read.regencies, *read.districts)}
    meant = [code for code in choices if code in named or code[:5] in named]
    if len(meant) == 1:
        return meant[0]
    inside = [
        match.code
        for code in choices
        if regions.level(code) == "regency"
        for match in find_district(text, code)
        if match.score >= _CERTAIN
    ]
    return inside[0] if len(inside) == 1 and not meant else None


def _full_name(code: str) -> str | None:
    return regions.full_name(code) if regions.level(code) == "district" else regions.short_name(code)


def _spot(text: str) -> str | None:
    """The words for a place after "di" and the like; the longest of several."""
    found: list[str] = []
    position = 0
    while match := _PHRASE.search(text, position):
        if spot := _cut(match):
            found.append(spot)
        # One phrase may stand in another: "sebelah rumah, tolong kirim ke sini di jalan …".
        position = match.start("place")
    return max(found, key=len) if found else None


def _cut(match: re.Match[str]) -> str | None:
    words = match["place"]
    lead = match.group()[: match.start("place") - match.start()].strip().lower()
    # "depan rumah", "dekat pasar": the word before is part of the place.
    if lead in ("depan", "belakang", "samping", "sebelah", "seberang", "dekat", "deket"):
        words = f"{lead} {words}"
    inner = re.match(r"(?:di|d)\s+", words, re.IGNORECASE)
    words = words[inner.end() :] if inner else words
    end = _CUT.search(words)
    return _tidy(words[: end.start()] if end else words)


def _tidy(words: str) -> str | None:
    said = " ".join(words.split()[:_MOST_WORDS] if len(words) > LONGEST else words.split()).strip(" ,.;:!?-")[:LONGEST]
    meaning = [word for word in re.findall(r"[^\W_]+", said.lower()) if word not in _NOWHERE]
    return said if meaning else None


def _region_in(spot: str) -> Residence:
    """The region that the name of a place most likely tells: exact names only, none of a street's, and no everyday
    word among others ("balai desa", "pasar turi")."""
    name = _STREET.sub(" ", spot)
    words = re.findall(r"[^\W\d_]+", name)
    names = " ".join(word for word in words if word.lower() not in roots())
    is_one_word = len(re.findall(r"[^\W\d_]+", spot)) == 1
    return _exact(name, is_one_word) or _exact(names, is_one_word)


def _exact(name: str, is_one_word: bool) -> Residence:
    """The regions that a text names exactly; everyday words count where there is but one, or after "kecamatan"."""
    read = read_residence(name, asked=True)

    def is_sure(match: Match) -> bool:
        is_word = not is_one_word and name[match.start : match.end].lower() in roots()
        return match.score >= _CERTAIN and not (is_word and not _NAMED.search(name[: match.start]))

    districts = tuple(filter(is_sure, read.districts))
    held = {regions.parent(match.code) for match in districts}
    regencies = tuple(match for match in read.regencies if is_sure(match) and (not districts or match.code in held))
    return Residence(regencies, districts)


def _with_region(where: Where, read: Residence) -> Where:
    """The place with the region read, or with the regions to choose from."""
    codes = [match.code for match in read.districts or read.regencies]
    if len(codes) == 1:
        return in_region(where, codes[0])
    if codes:
        return Where(where.place, None, None, where.lat, where.lon, tuple(codes[:_CHOICES]))
    return where
