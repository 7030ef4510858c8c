"""Words that mean a region: names, nicknames, abbreviations, slips.

Two ways to read: in a free sentence a word is a place only when it can hardly be anything else ("batu" is a stone,
"buru" a hurry); in the answer to a
question for a place (``asked``) every word may be one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from siaga.places import regions
from siaga.places.regions import Level
from siaga.text.normalise import domain, normalise_word, roots
from siaga.text.words import Word, split_words

_ALIASES = Path(__file__).parent / "data" / "aliases.tsv"
_MOST_WORDS = 4
_LONGEST = 300
"""Only so many characters of a text are searched."""

_LEVEL_WORDS: dict[str, tuple[Level, bool | None]] = {
    "kota": ("regency", True), "kotamadya": ("regency", True), "kodya": ("regency", True), "kutho": ("regency", True),
    "kab": ("regency", False), "kabupaten": ("regency", False), "kabupatn": ("regency", False),
    "kec": ("district", None), "kecamatan": ("district", None), "kcmtn": ("district", None), "kcmatan": ("district", None),  # noqa: E501
    "distrik": ("district", None), "prov": ("province", None), "provinsi": ("province", None), "propinsi": ("province", None),  # noqa: E501
}  # fmt: skip
# Words after which a place is likely.
_CUES = set(
    "di d ke dari dr daerah wilayah nang neng ing teng ning ten saking soko sekitar seputar area kawasan domisili "
    "tinggal tinggalnya alamat alamatnya asal "
    "warga orang puskesmas puskes rs rsud rumkit posko zona kasus data radar covid klinik dekat deket dkt in near "
    "from at around dalam "
    "kabupaten kab kota kec kecamatan prov provinsi".split()
)
# Names that are everyday words: no place in a free sentence without a cue before them.
_EVERYDAY = set(
    "batu batang buru serang palu metro landak puncak kaur karo pati ende agam sigi muna lingga belu alor bone siak "
    "dairi bima nias banjar kudus kendal bintan "
    "tapin paser lebak poso tual bangka solok langkat kuningan malaka ketapang sabang asmat mappi deiyai nduga "
    "buton sikka ngada sumba tana raja empat lima "
    "puluh kota tegal solo barat timur utara selatan tengah pusat lahat rote ndao sula maros barru wajo bombana "
    "kolaka sinjai berau kutai dumai sampang tuban "
    "subang blora demak samosir toba gowa jambi riau pare kepri".split()
)
_EVERYDAY -= set(
    "jambi riau tuban blora demak kepri sampang subang gowa samosir kudus kendal berau dumai kuningan banjar bima "
    "solo tegal".split()
)
# Words that are no place, whatever they resemble.
_NEVER = set(
    "demam batuk sakit dosis vaksin jadwal daftar data saya aku kota kab kabupaten kec kecamatan desa kelurahan kel "
    "jalan jl rt rw no nomor prov provinsi kode pos "
    "dan atau yang di ke dari untuk ini itu ada mau bisa pagi siang sore malam bapak ibu pak bu mas mbak kak min "
    "halo jam hari bulan tahun dekat rumah".split()
)
# Regencies whose name is such an everyday word that "di puncak" is none either: only "kabupaten puncak" is.
_ONLY_NAMED = {"puncak"}
# Districts with the names of everyday words: "kasus harian", "dari pangkalan data", "satu kampung".
_EVERYDAY_DISTRICTS = set(
    "harian pangkalan sekampung kerjo tahunan banyakan salaman sambutan karangan larangan kerajaan kepenuhan dagangan "
    "tambangan sandaran pajangan seluas selebar kembaran semangga serasan dolok pulau teluk sungai "
    "enggal greged pedes bener tulung gedeg deket marang ngapa".split()
)
# Words that resemble a region and are none.
_NO_SLIP = set(
    "jepang klaster cluster satgas ngantuk ketabang serpong korea kupang gudang malam malang2 sorry sering serius "
    "medis media meriang kemarau jembatan batuan".split()
)
# Before a name: a village, a street, a dish, a train or bus are called after regions too.
_CALLED_AFTER = set(
    "dukuh desa ds dusun dsn kel kelurahan jl jln jalan gang gg perum perumahan komplek nasi masakan rendang soto sate "
    "bakso rujak pecel tahu sego apel keripik batik bahasa vaksinasinya pantai gunung pasar".split()
)
_NO_LETTER = re.compile(r"[^a-z]")
_SAFE_SHORT = {"sby", "sda", "mlg", "bdg", "smg", "jkt", "dki", "diy", "ntb", "ntt", "jbr", "bwi", "dps", "gsk", "solo"}


@dataclass(frozen=True)
class Match:
    """A region that a text may mean. ``name`` is official; ``score`` is 1 for the very name, less for nicknames and
    slips."""

    code: str
    level: Level
    name: str
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class Residence:
    """Where somebody says they live: what each level may be, the likeliest first; all empty when no place was read."""

    regencies: tuple[Match, ...] = ()
    districts: tuple[Match, ...] = ()
    provinces: tuple[Match, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.regencies or self.districts or self.provinces)


def _key(name: str) -> str:
    """A name as it is compared: lower-case letters only, so that "Karang Pilang" and "karangpilang" are one."""
    return _NO_LETTER.sub("", name.lower())


def _base(code: str) -> str:
    official = regions.name(code) or ""
    official = re.sub(r"^(?:Kabupaten|Kota)(?: Administrasi)? ", "", official)
    official = re.sub(r"^Daerah (?:Khusus Ibukota|Istimewa) ", "", official)
    official = re.sub(r"\s*\(.*\)", "", official)
    return re.sub(r"\bKep\. ?", "Kepulauan ", re.sub(r"\bGn\. ?", "Gunung ", official))


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, ...]]:
    """Provinces and regencies by key."""
    index: dict[str, list[str]] = {}
    for code in (*regions.provinces(), *regions.regencies()):
        index.setdefault(_key(_base(code)), []).append(code)
    return {key: _cities_first(codes) for key, codes in index.items()}


def _cities_first(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(codes, key=lambda code: (regions.level(code) == "regency" and not regions.is_city(code), code)))


@lru_cache(maxsize=1)
def _aliases() -> dict[str, tuple[str, ...]]:
    lines = _ALIASES.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {alias: tuple(codes.split(",")) for alias, codes in pairs}


@lru_cache(maxsize=1)
def _district_names() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for regency in regions.regencies():
        for code in regions.districts(regency):
            index.setdefault(_key(_base(code)), []).append(code)
    return {key: tuple(codes) for key, codes in index.items()}


@lru_cache(maxsize=600)
def _districts_of(regency_code: str) -> dict[str, str]:
    return {_key(_base(code)): code for code in regions.districts(regency_code)}


@lru_cache(maxsize=50_000)
def _ordinary(word: str) -> bool:
    """Whether a word means something else, so that it is no misspelt place."""
    if word in roots() or word in domain() or word in _NEVER:
        return True
    plain = normalise_word(word)
    return plain != word and _key(plain) not in _names() and _key(plain) not in _district_names()


def _everyday_district(key: str) -> bool:
    """Whether the name of a district is an everyday word. What the normaliser makes of it says nothing: "krian" looks
    like a misspelt word."""
    return key in roots() or key in domain() or key in _NEVER or key in _EVERYDAY_DISTRICTS


_BEFORE_ROOT = ("", "se", "ke", "di", "ber", "ter", "per", "pe", "me", "mem", "men", "meng", "ng")
_AFTER_ROOT = ("", "an", "kan", "nya", "i", "ku", "mu", "lah")


@lru_cache(maxsize=50_000)
def _inflected(word: str) -> bool:
    """Whether a word is an Indonesian root with what may stand before and after it: "lapangan", "seorang"."""
    return any(
        word[len(before) : len(word) - len(after)] in roots()
        for before in _BEFORE_ROOT
        for after in _AFTER_ROOT
        if word.startswith(before) and word.endswith(after) and len(word) - len(before) - len(after) >= 4
    )


def _no_slip(words: list[Word]) -> bool:
    """Whether a word among these is a word of its own, or no word at all ("langkah2")."""
    return any(
        word.lower in _NO_SLIP or not word.text.isalpha() or _ordinary(word.lower) or _inflected(word.lower)
        for word in words
    )


def _near(key: str, names: Iterable[str], asked: bool) -> tuple[str, int] | None:
    """The name that this is a slip of, with the number of slips."""
    if len(key) < 5:
        return None
    slips = 2 if len(key) >= 8 or (asked and len(key) >= 6) else 1
    near = process.extract(key, list(names), scorer=OSA.distance, score_cutoff=slips, limit=5)
    found = [(name, int(distance)) for name, distance, _ in near if name[0] == key[0]]
    return min(found, key=lambda pair: (pair[1], abs(len(pair[0]) - len(key)))) if found else None


def _look_up(key: str, asked: bool, before: str, words: list[Word]) -> list[tuple[str, float]]:
    """Provinces and regencies that a phrase may name, each with a score; ``before`` is the word before it."""
    cued = before in _CUES
    if key in _NEVER or before in _CALLED_AFTER:
        return []
    if key in _ONLY_NAMED and not asked and before not in _LEVEL_WORDS:
        return []
    everyday = key in _EVERYDAY and not (asked or cued)
    if key in _names() and not everyday:
        return [(code, 1.0) for code in _names()[key]]
    if key in _aliases() and not everyday and (asked or cued or len(key) > 4 or key in _SAFE_SHORT):
        return [(code, 0.95) for code in _aliases()[key]]
    if any(_ordinary(word.lower) for word in words) and not (asked and len(words) > 1):
        return []
    if not (asked or cued or len(key) >= 7) or (not asked and _no_slip(words)) or key in _district_names():
        return []
    if near := _near(key, _names(), asked or cued):
        name, slips = near
        if not (asked or cued) and slips > 1:
            return []
        return [(code, round(1 - slips / len(name), 2)) for code in _names()[name]]
    return []


def _of_kind(found: list[tuple[str, float]], level: Level, city: bool | None) -> list[tuple[str, float]]:
    """What a level word before or after the name leaves; all of it when it leaves nothing ("kota Sidoarjo")."""
    kept = [
        (code, score)
        for code, score in found
        if regions.level(code) == level and (city is None or regions.is_city(code) == city)
    ]
    if kept or level == "province":
        return kept
    return [(code, score) for code, score in found if regions.level(code) == level]


def _matches(found: list[tuple[str, float]], start: int, end: int) -> list[Match]:
    return [Match(code, regions.level(code), regions.name(code) or "", score, start, end) for code, score in found]


def _phrases(text: str, words: list[Word]) -> list[tuple[int, int, str]]:
    """Runs of words with nothing but spaces, hyphens and dots between them, the longest first: where each begins and
    ends among the words, and its key."""
    letters = [word.text[0].isalpha() for word in words]
    joined = [not text[left.end : right.start].strip(" .-\t") for left, right in itertools.pairwise(words)]
    keys = [_key(word.text) for word in words]
    reach: list[int] = []
    for first in range(len(words)):
        last = first
        while last < len(words) and letters[last] and (last == first or joined[last - 1]):
            last += 1
        reach.append(last)
    return [
        (first, first + size, "".join(keys[first : first + size]))
        for size in range(min(_MOST_WORDS, len(words)), 0, -1)
        for first in range(len(words) - size + 1)
        if first + size <= reach[first]
    ]


def find_places(text: str, asked: bool = False) -> list[Match]:
    """The regions that a text names, from left to right.

    A name that several regions carry gives several matches with the same ``start`` and ``end``, cities before
    regencies ("malang": Kota Malang
    and Kabupaten Malang); "kota malang" and "kab. malang" give one. Districts are found beside their regency ("waru
    sidoarjo"), after
    "kecamatan", after "di" when the name is no everyday word, or anywhere when ``asked``.

    Args:
        asked: the text answers a question for a place: slips and everyday words count too.
    """
    text = text[:_LONGEST]
    words = split_words(text)
    phrases = _phrases(text, words)
    taken: set[int] = set()
    matches: list[Match] = []
    for first, last, key in phrases:
        if taken and taken.intersection(range(first, last)):
            continue
        run = words[first:last]
        before = words[first - 1].lower if first else ""
        after = words[last].lower if last < len(words) else ""
        if len(key) < 2 or (len(run) > 1 and run[0].lower in _LEVEL_WORDS):
            continue
        # "saya di mana": a cue is no part of a name, but "Kota Baru" begins with one.
        found = _look_up(key, asked, before, run)
        if before in _LEVEL_WORDS:
            level, city = _LEVEL_WORDS[before]
            found = [] if level == "district" else _of_kind(found, level, city)
        elif after in ("kota", "kab", "kabupaten"):
            found = _of_kind(found, "regency", after == "kota")
        if not found:
            continue
        taken.update(range(first, last))
        matches += _matches(found, run[0].start, run[-1].end)
    matches += _find_districts(words, phrases, taken, matches, asked)
    return sorted(matches, key=lambda match: (match.start, -match.score))


def _find_districts(
    words: list[Word], phrases: list[tuple[int, int, str]], taken: set[int], known: list[Match], asked: bool
) -> list[Match]:
    regencies = [match for match in known if match.level == "regency"]
    found: list[Match] = []
    for first, last, key in phrases:
        before = words[first - 1].lower if first else ""
        named = _LEVEL_WORDS.get(before, ("", None))[0] == "district"
        if not (regencies or asked or named or before in _CUES):
            continue
        run = words[first:last]
        if taken.intersection(range(first, last)):
            # "bekasi timur": the name of a district that begins with its regency's.
            around = [
                m
                for m in regencies
                if run[0].start <= m.start and m.end <= run[-1].end and m.end - m.start < run[-1].end - run[0].start
            ]
            longer = [_districts_of(m.code)[key] for m in around if key in _districts_of(m.code)]
            found += _matches([(code, 1.0) for code in longer], run[0].start, run[-1].end)
            continue
        if len(key) < 2 or key in _NEVER or (len(run) > 1 and run[0].lower in _LEVEL_WORDS):
            continue
        beside = any(0 <= match.start - run[-1].end <= 3 or 0 <= run[0].start - match.end <= 6 for match in regencies)
        codes: list[tuple[str, float]] = []
        if regencies and (beside or asked or named):
            for match in regencies:
                names = _districts_of(match.code)
                if key in names:
                    codes.append((names[key], 1.0))
                elif not all(_ordinary(word.lower) for word in run) and (near := _near(key, names, asked or named)):
                    codes.append((names[near[0]], round(1 - near[1] / len(near[0]), 2)))
        elif not regencies and (named or asked or (before in _CUES and len(key) >= 5 and not _everyday_district(key))):
            exact = _district_names().get(key, ())
            codes = [(code, 1.0) for code in exact]
            if not exact and (named or asked) and len(key) >= 6 and not all(_ordinary(word.lower) for word in run):
                near = _near(key, _district_names(), False)
                codes = (
                    [(code, round(1 - near[1] / len(near[0]), 2)) for code in _district_names()[near[0]]]
                    if near
                    else []
                )
        if codes:
            taken.update(range(first, last))
            best = max(score for _, score in codes)
            found += _matches([pair for pair in codes if pair[1] == best], run[0].start, run[-1].end)
    return found


def find_district(text: str, regency_code: str) -> list[Match]:
    """The districts of one regency that an answer may mean, the likeliest first; slips count."""
    text = text[:_LONGEST]
    words = split_words(text)
    names = _districts_of(regency_code)
    found: dict[str, Match] = {}
    taken: set[int] = set()
    for first, last, key in _phrases(text, words):
        run = words[first:last]
        if taken.intersection(range(first, last)) or (len(run) > 1 and run[0].lower in _LEVEL_WORDS):
            continue
        score, name = 1.0, key if key in names else None
        if name is None and key not in _NEVER and (near := _near(key, names, True)):
            name, score = near[0], round(1 - near[1] / len(near[0]), 2)
        if name is not None:
            taken.update(range(first, last))
            found.setdefault(names[name], *_matches([(names[name], score)], run[0].start, run[-1].end))
    # The regency's own name is not its district of that name when another one is named too: "waru sidoarjo".
    own = {_key(_base(regency_code))} | {alias for alias, codes in _aliases().items() if regency_code in codes}
    others = [match for match in found.values() if _key(match.name) not in own]
    return sorted(others or found.values(), key=lambda match: -match.score)


def read_residence(text: str, asked: bool = True) -> Residence:
    """The answer to "tinggal di mana?": "wonokromo sby", "kec. waru sidoarjo", "sidoarjo", "malang" (two regencies).

    With a district and no regency, ``regencies`` holds those that the district candidates lie in. Without ``asked``, a
    region named in a free sentence.
    """
    matches = find_places(text, asked)
    districts = [match for match in matches if match.level == "district"]
    regencies = [match for match in matches if match.level == "regency"]
    provinces = [match for match in matches if match.level == "province"]
    # A name of both levels ("jambi") is the regency; a province beside a regency only narrows it.
    inside = {match.code for match in provinces if not any(match.start == other.start for other in regencies)}
    if inside:
        regencies = [match for match in regencies if regions.parent(match.code) in inside] or regencies
        districts = [match for match in districts if match.code[:2] in inside] or districts
    if districts and regencies:
        held = {regions.parent(match.code) for match in districts}
        regencies = [match for match in regencies if match.code in held] or regencies
        districts = [match for match in districts if any(match.code.startswith(r.code + ".") for r in regencies)]
    elif districts:
        seen: dict[str, Match] = {}
        for match in districts:
            code = regions.parent(match.code) or ""
            seen.setdefault(code, Match(code, "regency", regions.name(code) or "", match.score, match.start, match.end))
        regencies = list(seen.values())

    def ranked(found: list[Match]) -> tuple[Match, ...]:
        return tuple(sorted(found, key=lambda match: -match.score))

    return Residence(ranked(regencies), ranked(districts), ranked(provinces))
