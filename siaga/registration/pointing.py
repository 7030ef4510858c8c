"""Which of the places just listed a question points at: "yang paling dekat buka jam berapa?", "nomor 2 alamatnya?"."""

from __future__ import annotations

import re

from siaga.text.normalise import normalise

_DETAILS = re.compile(
    r"\b(?:buka\w*|tutup\w*|jam\w*|pukul|alamat\w*|telepon\w*|telpon\w*|nomor\s+(?:telepon|hp|wa)|kontak\w*|lokasi\w*|rute|arah\w*|sebelah\s+mana|"
    r"di\s?mana|mana|kuota\w*|penuh|kosong|jadwal\w*|hari|libur|minggu|sabtu|vaksinnya|parkir\w*|daftar)\b"
)
# In the order of the list; the first is the nearest, too.
_WHICH = (
    r"(?:ter|paling\s+|sing\s+)(?:dekat|deket|cedak|cedhak|celak|cerak|parek)\w*|pertama|ke\s?-?satu|(?:nomor|no|yang)\s*\.?\s*(?:1|satu|siji)\b|paling\s+atas",
    r"kedua|ke\s?-?(?:2|dua)|(?:nomor|no|yang)\s*\.?\s*(?:2|dua|loro)\b",
    r"ketiga|ke\s?-?(?:3|tiga)|(?:nomor|no|yang)\s*\.?\s*(?:3|tiga|telu)\b",
)
_ORDER = tuple(re.compile(rf"\b(?:{words})") for words in _WHICH)
_THERE = re.compile(r"\b(?:itu|iku|tadi|tersebut|situ|sana|kono|kana|\w+nya|\w+ne|\w+e)\b")


def pointed_at(text: str, number: int) -> int | None:
    """The place (0 for the first) of a list of ``number`` that a question about opening hours, address and the like
    points at; None if it points at none, or could mean several.

    >>> pointed_at("yang nomor 2 buka jam berapa", 3), pointed_at("alamatnya mana", 1), pointed_at("alamatnya mana", 3)
    (1, 0, None)
    """
    plain = normalise(text)
    if not _DETAILS.search(plain):
        return None
    pointed = [at for at, pattern in enumerate(_ORDER) if pattern.search(plain)]
    if len(pointed) == 1:
        return pointed[0] if pointed[0] < number else None
    return 0 if not pointed and number == 1 and _THERE.search(plain) else None
