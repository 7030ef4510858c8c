"""Who has called a person and asks where they are: "masih lama ga?", "petugasnya mana ya", "kok belum dibalas".

Asked only of who waits for a person; in the middle of anything else the same words may mean another thing.
"""

from __future__ import annotations

import re

from siaga.text.normalise import normalise

LONGEST = 70
"""Characters; who writes more says something else, too."""

_WORD = re.compile(r"[^\W_]+")
_COURTESY = frozenset(
    "min admin mimin kak kakak pak bapak bu ibu mas mbak gan sis ya iya yuk dong deh nih sih lah oh halo hai permisi "
    "maaf tolong saya aku kami lho loh kan ini itu".split()
)
_PERSON = r"(?:petugas|relawan|dokter|dok|perawat|orang|operator|cs)(?: ?nya)?"
_NOT = r"(?:tidak|belum)"
_VERY = r"(?:sangat|sekali|amat|betul|lagi)"
_QUEUE = r"(?:urutan|antre|antrean|nomor antre|nomor antrean)(?: ?nya)?"
_REPLIED = r"(?:(?:di ?|mem)?balas|balasan|(?:di ?|men)?jawab|jawaban|(?:di ?|me)?respon)(?:nya)?"
_WAIT = r"(?:menunggu|tunggu)"
_UNTIL = r"(?:berapa lama|sampai kapan|sampai jam berapa|jam berapa|kapan)"
_ASKS = re.compile(
    rf"(?:masih|kok|kenapa|apa|apakah) (?:masih )?(?:lama|belum)(?: {_VERY})?(?: {_NOT})?"
    rf"|lama {_VERY}"
    rf"|(?:(?:masih|harus) )?(?:{_WAIT} )?(?:berapa lama|sampai kapan|sampai jam berapa)(?: lagi)?(?: {_WAIT})?"
    rf"|{_UNTIL}(?: lagi)? (?:ada )?(?:{_REPLIED}|{_PERSON})(?: {_REPLIED}| {_PERSON})?"
    rf"|(?:di mana|mana|ada) {_PERSON}(?: {_NOT})?(?: (?:ada|datang|balas|jawab))?"
    rf"|{_PERSON} (?:kok )?(?:di mana|mana|(?:ada|jadi) {_NOT}|{_NOT} (?:ada|balas|jawab|muncul|datang))"
    rf"|{_PERSON} (?:kok )?lama(?: {_VERY})?"
    rf"|(?:kok |kenapa )?(?:{_NOT} )?(?:ada )?(?:yang )?{_REPLIED}(?: {_PERSON}| {_NOT})?"
    rf"|{_QUEUE} (?:ke )?(?:ke)?berapa(?: lagi)?"
    rf"|{_QUEUE} (?:masih )?(?:panjang|banyak)(?: {_NOT})?"
)
# These alone are an answer or a wish, and no question after somebody.
_NO_QUESTION = re.compile(_REPLIED)


def asks_after_person(text: str) -> bool:
    """Whether a message asks how long a person who was called will still take, or where they are."""
    if len(text) > LONGEST:
        return False
    said = " ".join(word for word in _WORD.findall(normalise(text)) if word not in _COURTESY)
    return bool(_ASKS.fullmatch(said)) and not _NO_QUESTION.fullmatch(said)
