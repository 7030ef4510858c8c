"""What a message asks further about the situation just told of: "kalau anak?", "berapa lama?", "lanjut".

Only a message that says nothing else is read as one: who names another situation has asked about that.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from siaga.text.danger import find_danger
from siaga.text.normalise import normalise
from siaga.text.symptoms import find_symptoms
from siaga.text.words import split_words
from siaga.tips.audience import read_audience
from siaga.tips.finder import Tips
from siaga.tips.tips import Audience, FollowUp, Tip

Kind = Literal["more", "how_long", "audience", "written"]

LONGEST = 12
"""Words; a longer message tells of something new."""
DANGEROUS = frozenset({"breathlessness", "chest_pain", "confusion"})
"""Symptoms that are answered with the emergency number before anything else."""

# Words that ask nothing by themselves, in plain Indonesian (siaga.text.normalise).
_FILLER = frozenset(
    "kalau jika bila apabila bagaimana untuk buat bagi yang dengan sama dan atau ya dong sih min kak kakak bu ibu pak "
    "bapak mbak mas dok dokter sus suster saya aku kami kita nya sudah lagi sedang umur usia tahun bulan punya ini itu "
    "khusus saran sarannya tips tipsnya caranya cara mau tanya tolong boleh minta deh nih tuh kah lah kok nah oh oke "
    "ok baik iya terima kasih makasih si beda bedanya apakah apa ada tentang soal halo hai".split()
)
_MORE = frozenset(
    "lanjut lanjutkan lanjutan lanjutannya selengkapnya lengkapnya lengkap lebih detail detailnya rinci rincinya "
    "jelaskan jelasin penjelasan penjelasannya terus lalu lagi selanjutnya berikutnya info informasi saja next more "
    "lainnya".split()
)
_MORE_IN_TWO = frozenset({("apa", "lagi"), ("ada", "lagi"), ("info", "lagi")})
# Alone, each of these is a greeting, a filler, or may mean another thing altogether.
_ASKS_MORE = _MORE - {"lagi", "saja", "lebih", "info", "informasi", "lainnya", "more"}
_HOW_LONG = (
    "berapa lama", "berapa hari", "berapa minggu", "berapa jam", "berapa bulan", "berapa detik", "berapa menit",
    "sampai kapan", "hingga kapan", "lamanya", "selama apa", "kapan selesai", "kapan selesainya", "how long",
    "kapan boleh keluar", "kapan bisa keluar", "boleh keluar kapan", "bisa keluar kapan", "kapan boleh kerja",
    "kapan boleh masuk", "kapan boleh ketemu", "kapan boleh bertemu",
)  # fmt: skip
_HOW_LONG_TOO = frozenset(
    "isolasi isolasinya isoman mandiri mandirinya harus perlu begitu seperti selama biasanya kira lama hari "
    "rumah kamar kerja bekerja sekolah kantor orang aman".split()
)


@dataclass(frozen=True)
class Follow:
    """A question about the situation before. ``audience`` is whom it names, whatever it asks; ``written`` is the
    follow-up of the file that it asks, for the kind "written"."""

    kind: Kind
    audience: Audience | None = None
    written: FollowUp | None = None


def is_dangerous(text: str) -> bool:
    """Whether a message names a sign that nobody may wait with, as a fact or as a fear."""
    return find_danger(text) is not None or any(
        symptom.present and symptom.name in DANGEROUS for symptom in find_symptoms(text)
    )


def read_follow_up(tips: Tips, tip: Tip, text: str) -> Follow | None:
    """What ``text`` asks further about ``tip``; None if it is about something else."""
    if len(split_words(text)) > LONGEST:
        return None
    named = read_audience(text)
    rest = _without(text, named.spans)
    words = _words(rest)
    content = [word for word in words if word not in _FILLER]
    if any(f" {phrase} " in f" {' '.join(words)} " for phrase in _HOW_LONG) and _only_how_long(content):
        return Follow("how_long", named.audience)
    if _asks_more(words, content):
        return Follow("more", named.audience)
    if named.audience and not content:
        return Follow("audience", named.audience)
    written = tips.follow_up(tip, text)
    return Follow("written", named.audience, written) if written else None


def _only_how_long(content: list[str]) -> bool:
    known = {word for phrase in _HOW_LONG for word in phrase.split()} | _HOW_LONG_TOO
    return all(word in known for word in content)


def _asks_more(words: list[str], content: list[str]) -> bool:
    """Whether nothing is said but that there should be more."""
    if not all(word in _MORE for word in content):
        return False
    return any(word in _ASKS_MORE for word in content) or any(pair in _MORE_IN_TWO for pair in pairwise(words))


def _without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _words(text: str) -> list[str]:
    return [word.lower for word in split_words(normalise(text))]
