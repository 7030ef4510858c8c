"""What a message asks further about the answer just told, or thinks of it: "kalau anak-anak?", "kenapa?".

Only a message that says nothing else is read as one: who names another thing asks, or wants, just that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from siaga.knowledge.answers import Audience
from siaga.knowledge.audience import read_audience
from siaga.text.normalise import normalise
from siaga.text.words import split_words

Kind = Literal["audience", "somebody", "why", "source", "more", "unclear", "helpful", "unhelpful"]

LONGEST = 12
"""Words; a longer message tells of something new."""

# Words that ask nothing by themselves, in plain Indonesian (siaga.text.normalise).
_FILLER = frozenset(
    "kalau jika bila apabila bagaimana untuk buat bagi yang dengan sama dan atau ya dong sih min admin kak kakak bu "
    "ibu pak bapak mbak mas dok dokter sus suster saya aku kami kita nya lagi sedang masih umur usia tahun bulan ini "
    "itu tersebut tadi khusus mau tanya tolong boleh minta deh nih tuh kah lah kok nah oh oke ok baik iya terima kasih "
    "makasih si apakah apa ada tentang soal halo hai begitu maaf coba dulu ke atas lebih juga pun wah duh sudah "
    "orang di lantas berarti maksudnya jadi mereka dia kan kasihnya".split()
)
# Beside somebody who is named, these ask whether the answer holds for them, too.
_FOR_THEM = frozenset(
    "aman bisa tidak gimana sama beda bedanya perbedaan berbeda berlaku jawabannya jawaban hukumnya aturannya "
    "syaratnya khususnya efeknya caranya terus lalu warga kaum kondisi keadaan".split()
)
_HAS = frozenset("punya penderita pengidap riwayat sakit penyakit kena menderita mengidap ber".split())
_SOMEBODY = frozenset("suami istri pasangan adik kakak ayah mertua tetangga teman saudara keluarga".split())

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
_SURE = frozenset("yakin beneran benarkah yakinkah".split())

_MORE = frozenset(
    "lanjut lanjutkan lanjutan lanjutannya selengkapnya lengkapnya lengkap lebih detail detailnya rinci rincinya jelas "
    "jelaskan jelasin penjelasan penjelasannya terus lalu lagi selanjutnya berikutnya info informasi saja next more "
    "lainnya panjang dijelaskan".split()
)
_MORE_IN_TWO = frozenset({("apa", "lagi"), ("ada", "lagi"), ("info", "lagi"), ("lebih", "jelas"), ("lebih", "lanjut")})
# Alone, each of the others is a greeting, a filler, or may mean another thing altogether.
_ASKS_MORE = _MORE - {"lagi", "saja", "lebih", "info", "informasi", "lainnya", "more", "jelas", "panjang"}
_UNCLEAR = frozenset("mengerti paham bingung jelas mudeng maksud maksudnya tahu".split())
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
_UP, _DOWN = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}"


@dataclass(frozen=True)
class Follow:
    """What a message has to do with the answer before. ``audiences`` are whom it names, for the kind "audience";
    "somebody" is one for whom nothing can differ by what is said of them."""

    kind: Kind
    audiences: tuple[Audience, ...] = ()


def read_follow(text: str) -> Follow | None:
    """What ``text`` asks further about an answer; None if it is about something else."""
    if len(split_words(text)) > LONGEST:
        return None
    thinks = read_feedback(text)
    if thinks is not None:
        return Follow("helpful" if thinks else "unhelpful")
    words = _words(normalise(text).lower())
    if _only(words, _SOURCE | _SOURCE_TOO) and _asks_source(words):
        return Follow("source")
    if _only(words, _WHY | _WHY_TOO) and (_WHY & set(words) or _WHY_IN_TWO & set(pairwise(words))):
        return Follow("why")
    if (follow := _of_somebody(text)) is not None:
        return follow
    if (_only(words, _UNCLEAR | _NOT) and _NOT & set(words) and _UNCLEAR & set(words)) or words == ["bingung"]:
        return Follow("unclear")
    if _only(words, _MORE) and (_ASKS_MORE & set(words) or _MORE_IN_TWO & set(pairwise(words))):
        return Follow("more")
    return None


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
    return bool(said & (_SOURCE | _SURE) or _SOURCE_IN_TWO & set(pairwise(words)))


def _of_somebody(text: str) -> Follow | None:
    """The follow-up that names whom it is about, and nothing else."""
    named = read_audience(text)
    words = _words(named.rest)
    known = _FOR_THEM | (_HAS if "ill" in named.audiences else frozenset())
    # "hamil 5 bulan": how far does not matter to who is meant.
    if named.audiences and _only([word for word in words if not word.isdecimal()], known):
        return Follow("audience", named.audiences)
    if named.relation and _only(words, _FOR_THEM | _SOMEBODY) and {"kalau", "jika", "untuk", "bagi"} & set(words):
        return Follow("somebody")
    return None


def _only(words: list[str], known: frozenset[str]) -> bool:
    return all(word in known or word in _FILLER for word in words)


def _words(plain: str) -> list[str]:
    return [word.lower for word in split_words(re.sub(r"[^\w\s-]", " ", plain))]
