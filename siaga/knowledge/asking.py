"""What a message asks further about the answer just told, or thinks of it: "kalau anak-anak?", "kenapa?".

Only a message that says nothing else is read as one: who names another thing asks, or wants, just that. What the answer
itself is about may be said again: "trus kalo ibu hamil amankah vaksin".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from siaga.knowledge.answers import Audience
from siaga.knowledge.audience import read_audience
from siaga.places.search import find_places
from siaga.text.normalise import normalise
from siaga.text.words import split_words

Kind = Literal[
    "audience",
    "somebody",
    "place",
    "why",
    "source",
    "more",
    "other",
    "again",
    "unclear",
    "helpful",
    "unhelpful",
    "meant",
]

LONGEST = 12
"""Words; a longer message tells of something new."""

# Words that ask nothing by themselves, in plain Indonesian (siaga.text.normalise).
_FILLER = frozenset(
    "kalau jika bila apabila bagaimana untuk buat bagi yang dengan sama dan atau ya dong sih min admin kak kakak bu "
    "ibu pak bapak mbak mas dok dokter sus suster saya aku kami kita nya lagi sedang masih umur usia tahun bulan ini "
    "itu tersebut tadi khusus mau tanya tolong boleh minta deh nih tuh kah lah kok nah oh oke ok baik iya terima kasih "
    "makasih si apakah apa ada tentang soal halo hai begitu maaf coba dulu ke atas lebih juga pun wah duh sudah "
    "orang di lantas berarti maksudnya jadi mereka dia kan kasihnya lah lha lho loh eh ke and for if how about what my "
    "the with".split()
)
# Beside somebody who is named, these ask whether the answer holds for them, too.
_FOR_THEM = frozenset(
    "aman bisa tidak gimana sama beda bedanya perbedaan berbeda berlaku jawabannya jawaban hukumnya aturannya "
    "syaratnya khususnya efeknya caranya terus lalu warga kaum kondisi keadaan dampak dampaknya pengaruh pengaruhnya "
    "oleh muda tua besar kembar kakek nenek".split()
)
_HAS = frozenset("punya penderita pengidap riwayat sakit penyakit kena menderita mengidap ber".split())
_ASKS_FOR = frozenset("kalau jika untuk bagi bagaimana juga".split())
_SOMEBODY = frozenset(
    "suami istri pasangan adik kakak ayah mertua tetangga teman saudara keluarga nenek kakek tua".split()
)

_WHY = frozenset("kenapa mengapa alasan alasannya sebab sebabnya penyebabnya why gerangan".split())
_WHY_TOO = frozenset("bisa memang harus perlu wajib tidak dilarang demikian gitu kok jelas jelaskan".split())
_WHY_IN_TWO = frozenset({("kok", "bisa"), ("kok", "begitu"), ("kok", "gitu"), ("apa", "alasannya")})

_SOURCE = frozenset("sumber sumbernya sumbere referensi referensinya rujukan rujukannya resmi valid acuannya".split())
_SOURCE_TOO = frozenset(
    "mana siapa kata info infonya informasi informasinya data datanya dapat bilang percaya dipercaya benar tahu "
    "kredibel jelas beneran yakin dari bisa kok tidak jawabannya jawaban berita faktanya datangnya asalnya asal".split()
)
_SOURCE_IN_TWO = frozenset(
    {
        ("kata", "siapa"), ("dari", "siapa"), ("siapa", "bilang"), ("dari", "mana"), ("bisa", "dipercaya"),
        ("bisa", "percaya"), ("benar", "tidak"), ("yakin", "tidak"), ("tahu", "dari"),
    }
)  # fmt: skip
_SURE = frozenset("yakin beneran benarkah yakinkah serius".split())
_DOUBT = frozenset("masa bohong bohongan ngarang mengarang ragu meragukan".split())

_MORE = frozenset(
    "lanjut lanjutkan lanjutan lanjutannya selengkapnya lengkapnya lengkap lebih detail detailnya rinci rincinya jelas "
    "jelaskan jelasin penjelasan penjelasannya terus lalu lagi selanjutnya berikutnya info informasi saja next more "
    "lainnya panjang dijelaskan contoh contohnya misalnya explain".split()
)
_MORE_IN_TWO = frozenset({("apa", "lagi"), ("ada", "lagi"), ("info", "lagi"), ("lebih", "jelas"), ("lebih", "lanjut")})
# Alone, each of the others is a greeting, a filler, or may mean another thing altogether.
_ASKS_MORE = _MORE - {"lagi", "saja", "lebih", "info", "informasi", "lainnya", "more", "jelas", "panjang"}
_OTHER = frozenset("lain lainnya selain selainnya".split())
_OTHER_TOO = frozenset("pertanyaan pertanyaannya pertanyaanku info informasi topik hal pilihan jawaban".split())
_AGAIN = frozenset("ulang ulangi ulangin diulang diulangi mengulang mengulangi".split())
_UNCLEAR = frozenset("mengerti paham bingung jelas mudeng maksud maksudnya maksute tahu".split())
_PLAINER = frozenset(
    "gampang gampangnya gampangane mudah mudahnya sederhana sederhananya simpel simple simpelnya singkat singkatnya "
    "ringkas ringkasnya inti intinya intine kesimpulan kesimpulannya awam awamnya".split()
)
_PLAINER_TOO = frozenset("bahasa bahasanya bahasane pakai jelaskan dijelaskan kata katanya jawaban jawabannya".split())
_NOT = frozenset("tidak kurang belum bukan".split())

_HELPED = frozenset(
    "membantu terbantu bermanfaat berguna manfaat informatif memuaskan puas pas cocok sesuai nyambung menjawab "
    "terjawab dibantu".split()
)
_PRAISE = frozenset(
    "sangat sekali banget mantap sip keren bagus top hebat lumayan cukup betul benar jawabannya jawaban infonya info "
    "informasinya penjelasannya penjelasan alhamdulillah senang jelas paham mengerti lengkap semuanya kasih".split()
)
_UNDERSTOOD = frozenset("paham mengerti jelas".split())
_COMPLAINT = frozenset(
    "jawabannya jawaban infonya info informasinya penjelasannya sama sangat sekali banget begitu terlalu pertanyaan "
    "pertanyaannya pertanyaanku ditanya ditanyakan tanyakan kutanya maksudku maksudnya maksud salah ngawur aneh kasih "
    "membingungkan".split()
)
_NOT_THAT = frozenset("maksud maksudnya maksudku ditanya ditanyakan tanyakan kutanya pertanyaan pertanyaanku".split())
_WRONG = frozenset("salah ngawur aneh membingungkan".split())
# What asks, and what stands everywhere: none of it names anything that an answer says.
_ASKING = frozenset(
    "berapa kapan siapa mana dimana apakah tidak jenis merek yang sampai dari pada dalam setelah sebelum sesudah habis "
    "saat waktu ketika sejak hari minggu jam kali lama sering akan harus perlu wajib terus lalu".split()
)
_NOT_IT, _THAT = frozenset({"bukan", "salah"}), frozenset({"itu", "begitu", "tadi"})
# "eh salah, maksudku …": whatever comes after says anew what was meant. Without "maksud" there is a mark in between.
_OPENS = (
    r"\W*(?:(?:eh|oh|ah|maaf|sori|sorry|aduh|waduh|duh|lho|loh|lha|min|kak|bukan|bkn|salah|ralat|keliru|koreksi|dudu|"
    r"kleru|klentu|itu|gitu|begitu|ga|gak|nggak|enggak|tidak)\b\W*)*"
)
_MEANS = re.compile(
    rf"{_OPENS}(?:(?:yang|yg|sing)\s+(?:(?:saya|sy|aku|tak)\s+)?)?(?:(?:maksud|mksd)(?:ku|nya|q)?|maksude|maksute|karepku|i\s+mean)\b"
    r"(?:\s+(?:saya|sy|aku|gue|gw|kulo|itu|tadi|adalah)\b)*\W*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TAKES_BACK = re.compile(
    r"\W*(?:(?:eh|oh|maaf|aduh|waduh|lho|loh)\b\W*)*(?:salah|ralat|keliru|koreksi|bukan)(?:\s+(?:itu|gitu|begitu))?"
    r"\s*[,.;:!\n-]+\s*(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_SHORTEST_PASSIVE = 5
_ENDING = re.compile(r"(?:kah|nya|kan|pun)$")
_UP, _DOWN = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}"


@dataclass(frozen=True)
class Follow:
    """What a message has to do with the answer before. ``audiences`` are whom it names, for the kind "audience";
    "somebody" is one for whom nothing can differ by what is said of them. ``words`` are what was meant instead, for the
    kind "meant". ``asks_anew``: beside whom it names, the message says again what is asked.
    """

    kind: Kind
    audiences: tuple[Audience, ...] = ()
    words: str = ""
    asks_anew: bool = False


def read_follow(text: str, about: Collection[str] = ()) -> Follow | None:
    """What ``text`` asks further about an answer; None if it is about something else.

    Args:
        about: words of what the answer is about, as ``words_of`` gives them.
    """
    if len(split_words(text)) > LONGEST:
        return None
    thinks = read_feedback(text)
    if thinks is not None:
        return Follow("helpful" if thinks else "unhelpful")
    words = words_of(text)
    said = set(words)
    if words[:1] == ["bukan"] and said & _THAT and _only(words, _NOT_IT):
        return Follow("unhelpful")
    if _only(words, _SOURCE | _SOURCE_TOO | _SURE | _DOUBT | _NOT) and _asks_source(words):
        return Follow("source")
    if _only(words, _WHY | _WHY_TOO) and (_WHY & said or _WHY_IN_TWO & set(pairwise(words))):
        return Follow("why")
    if (follow := _of_somebody(text, about)) is not None:
        return follow
    if _is_unclear(words):
        return Follow("unclear")
    if _only(words, _OTHER | _OTHER_TOO) and _OTHER & said:
        return Follow("other")
    if _only(words, _AGAIN | _PLAINER_TOO) and _AGAIN & said:
        return Follow("again")
    if _only(words, _MORE) and (_ASKS_MORE & said or _MORE_IN_TWO & set(pairwise(words))):
        return Follow("more")
    if (meant := what_was_meant(text)) is not None:
        return read_follow(meant, about) or Follow("meant", words=meant)
    return Follow("place") if _is_place(text) else None


def what_was_meant(text: str) -> str | None:
    """What a message that takes another back says instead: "efeknya" of "eh salah, maksudku efeknya"; None if it
    does not."""
    found = _MEANS.fullmatch(text) or _TAKES_BACK.fullmatch(text)
    rest = found["rest"].strip() if found else ""
    return rest if rest and not _only(words_of(rest), _NOT_THAT | _PRAISE | _NOT) else None


def lines_about(text: str, told: str, about: Collection[str] = ()) -> str:
    """The lines of what was told that say something of all that ``text`` names, with the line above a list they are in:
    "pfizer?" after an answer about several vaccines. Empty where nothing is named, or no line says it.

    Args:
        about: words of what the answer is about, which name nothing.
    """
    named = _stems(words_of(text)) - _stems(about) - _stems(_FILLER | _FOR_THEM | _ASKING)
    if not named:
        return ""
    found: list[str] = []
    above = ""
    for line in told.splitlines():
        if not line.startswith("•"):
            above = line
        if named <= _stems(words_of(line)):
            found += [above, line] if line != above and above not in found else [line]
    return "\n".join(found)


def words_of(text: str) -> list[str]:
    """The words of a text in plain Indonesian."""
    return _words(normalise(text).lower())


def read_feedback(text: str) -> bool | None:
    """Whether a message says nothing but that an answer helped (True) or did not (False); None for any other."""
    if _UP in text or _DOWN in text:
        marks = {_UP in text, _DOWN not in text}
        return marks.pop() if len(marks) == 1 and len(split_words(text)) <= LONGEST else None
    words = _words(normalise(text).lower())
    said = set(words)
    if "?" in text or not words or len(words) > LONGEST:
        return None
    if said & _NOT and said & (_HELPED | _NOT_THAT) and _only(words, _NOT | _HELPED | _COMPLAINT):
        # "kurang paham maksudnya" wants it told more clearly; "bukan itu maksud saya" does not.
        return None if said & _NOT_THAT and not said & {"bukan"} and not said & _HELPED else False
    if said & _WRONG and said & {"jawabannya", "jawaban", "infonya"} and _only(words, _COMPLAINT):
        return False
    if said & _HELPED and _only(words, _HELPED | _PRAISE):
        return True
    if said & _UNDERSTOOD and "sudah" in said and _only(words, _PRAISE):
        return True
    return None


def _asks_source(words: list[str]) -> bool:
    said = set(words)
    doubts = said & _DOUBT or ("percaya" in said and said & _NOT)
    return bool(doubts or said & (_SOURCE | _SURE) or _SOURCE_IN_TWO & set(pairwise(words)))


def _is_unclear(words: list[str]) -> bool:
    said = set(words)
    if _PLAINER & said:
        return _only(words, _PLAINER | _PLAINER_TOO)
    if _NOT & said and _UNCLEAR & said:
        return _only(words, _UNCLEAR | _NOT | _PLAINER_TOO)
    # "maksudnya gimana?": a filler elsewhere, here all that is said.
    return bool(said & {"bingung", "maksudnya", "maksute"}) and _only(words, _UNCLEAR)


def _is_place(text: str) -> bool:
    """Whether a place is all that a message names: "kalau di surabaya?"."""
    places = find_places(text)
    if not places:
        return False
    rest = text
    for place in places:
        rest = rest[: place.start] + " " * (place.end - place.start) + rest[place.end :]
    words = words_of(rest)
    return bool(_ASKS_FOR & set(words)) and _only(words, _FOR_THEM)


def _of_somebody(text: str, about: Collection[str]) -> Follow | None:
    """The follow-up that names whom it is about, and nothing else."""
    named = read_audience(text)
    # "hamil 5 bulan": how far does not matter to who is meant.
    words = [word for word in _words(named.rest) if not word.isdecimal()]
    known = _FOR_THEM | (_HAS if "ill" in named.audiences else frozenset())
    if named.audiences and _only(words, known):
        return Follow("audience", named.audiences)
    if named.audiences and about and _only(words, known | _stems(about), stems=True):
        return Follow("audience", named.audiences, asks_anew=True)
    if named.relation and _only(words, _FOR_THEM | _SOMEBODY) and _ASKS_FOR & set(words):
        return Follow("somebody")
    return None


def _only(words: list[str], known: frozenset[str], *, stems: bool = False) -> bool:
    return all(word in known or word in _FILLER or (stems and _stem(word) in known) for word in words)


def _stems(words: Collection[str]) -> frozenset[str]:
    return frozenset(_stem(word) for word in words)


def _stem(word: str) -> str:
    """ "amankah", "divaksinnya": without the endings and the passive's beginning that a question adds."""
    bare = _ENDING.sub("", word)
    return bare[2:] if bare.startswith("di") and len(bare) > _SHORTEST_PASSIVE else bare


def _words(plain: str) -> list[str]:
    return [word.lower for word in split_words(re.sub(r"[^\w\s-]", " ", plain))]
