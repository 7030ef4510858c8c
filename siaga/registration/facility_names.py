"""Which place somebody means by its name: "puskesmas jagir", "pkm gading", "rs sutomo", with slips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from siaga.text.words import split_words

_KIND_OF = {
    "puskesmas": "puskesmas", "puskes": "puskesmas", "pusk": "puskesmas", "pkm": "puskesmas", "puskemas": "puskesmas",
    "puskesms": "puskesmas", "pustu": "puskesmas",
    "rs": "rs", "rsu": "rs", "rsud": "rs", "rsia": "rs", "rsup": "rs", "rsi": "rs", "hospital": "rs", "rumkit": "rs",
    "klinik": "klinik", "poliklinik": "klinik", "klinic": "klinik",
    "balai": "balai", "gedung": "balai", "gor": "balai", "sentra": "balai", "posyandu": "posyandu",
}  # fmt: skip
# Part of a name that people leave out.
_LEFT_OUT = frozenset("contoh dr drs prof hj h st umum daerah kota kab kabupaten kecamatan kec".split())
# Words of a question, which are no part of a name after "puskesmas".
_NO_NAME = frozenset(
    "di d ke dari dekat deket terdekat sini sana mana dimana yang yg ada apa apakah buka bukanya tutup jam hari hr "
    "kapan vaksin vaksinasi vaksinnya alamat alamatnya nomor telepon telp no nya ya kak min dong saja aja mau "
    "tanya info jadwal jadwalnya lokasi sekitar sabtu minggu senin selasa rabu kamis jumat besok sekarang ini itu bisa "
    "melayani gratis covid untuk buat saya rujukan umum swasta".split()
)
_EXACT, _SLIP_FROM, _TWO_FROM = 1.0, 5, 8
_MOST_WORDS = 5
_PART = 0.8
"""What a part of a name counts."""
_AS_GOOD = 0.05
LEAST = 0.7


@dataclass(frozen=True)
class Named:
    """A place by its name; what ``best`` needs of it."""

    id: int
    name: str


def kind_named(text: str) -> str | None:
    """The kind of place that a text names, ``puskesmas``, ``rs``, ``klinik`` …, as its word for a name to come."""
    words = _words(text)
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word in _KIND_OF:
            return _KIND_OF[word]
        if (word, following) == ("rumah", "sakit"):
            return "rs"
    return None


def says_name(text: str) -> bool:
    """Whether a text goes on after the kind of a place as a name would: "puskesmas jagir", not "puskesmas terdekat"."""
    words = _words(text)
    for at, word in enumerate(words[:-1]):
        following = words[at + 1]
        if (word, following) == ("rumah", "sakit"):
            following = words[at + 2] if at + 2 < len(words) else "di"
        elif word not in _KIND_OF:
            continue
        if following not in _NO_NAME and following not in _KIND_OF:
            return True
    return False


def best(text: str, places: Iterable[Named], least: float = LEAST) -> list[int]:
    """The places whose name a text most likely says, several if they are as likely; none below ``least``."""
    words = _words(text)
    kind = kind_named(text)
    spoken = [word for word in words if word not in _KIND_OF and word not in _LEFT_OUT]
    scored: list[tuple[float, int]] = []
    for place in places:
        own = _words(place.name)
        own_kind = kind_named(place.name)
        if kind and own_kind and kind != own_kind:
            continue
        core = [
            word for word in own if word not in _KIND_OF and word not in _LEFT_OUT and word not in ("rumah", "sakit")
        ]
        score = _score(spoken, core or own)
        if score >= least:
            scored.append((score, place.id))
    if not scored:
        return []
    top = max(score for score, _ in scored)
    return [place_id for score, place_id in scored if score >= top - _AS_GOOD]


def _words(text: str) -> list[str]:
    return [_new_spelling(word.lower) for word in split_words(text)]


def _new_spelling(word: str) -> str:
    """Names are written as before 1972, or not: Soetomo, Sutomo."""
    return word.replace("oe", "u").replace("tj", "c").replace("dj", "j")


def _score(spoken: list[str], core: list[str]) -> float:
    """1 for the whole name, less for slips and for a part of it that says enough."""
    whole = _within(spoken, "".join(core), len(core))
    parts = [_within(spoken, word, 1) for word in core if len(word) >= _SLIP_FROM and word not in _NO_NAME]
    return max([whole, *(_PART * part for part in parts if len(core) > 1)])


def _within(spoken: list[str], key: str, size: int) -> float:
    """How well a run of words, of about as many as the name has, says it."""
    allowed = 0 if len(key) < _SLIP_FROM else 1 if len(key) < _TWO_FROM else 2
    found = 0.0
    for length in {max(1, size - 1), size, min(_MOST_WORDS, size + 1)}:
        for first in range(len(spoken) - length + 1):
            said = "".join(spoken[first : first + length])
            if said[:1] != key[:1]:
                continue
            slips = OSA.distance(said, key, score_cutoff=allowed)
            if slips <= allowed:
                found = max(found, _EXACT - slips / (2 * len(key)))
    return found
