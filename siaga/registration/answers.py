"""Reading what a citizen answers to the registration's questions: pure functions from text to values."""

from __future__ import annotations

import re
from itertools import pairwise

from siaga.text.relations import Relation, find_relations, read_relation
from siaga.text.yesno import read_yes_no

NAME_WORDS = 7
NAME_LENGTH = 80

_NAME_LEAD = re.compile(
    r"^(?:(?:eh|oh|oke?|ya|iya|itu|ini|salah|maaf|min|kak|ralat|bukan)[\s,]+)*"
    r"(?:(?:nama(?:\s*(?:lengkap|asli))?(?:\s*(?:saya|sy|ku|nya|dia|beliau|(?:ibu|bapak|anak)(?:\s+saya)?))?"
    r"|namaku|namanya|atas\s+nama|a\.?n\.?|saya|aku)\s*(?:adalah|itu|yaitu|ialah|y(?:an)?g bene?a?r|:|=)?\s*[:,]?\s*)?",
    re.IGNORECASE,
)
# "namanya salah, harusnya Warga Uji 002": what counts comes after.
_RATHER = re.compile(
    r"^.*\b(?:se)?harus\s?nya\b|^.*\bya?n?g\s+bene?a?r(?:nya)?\b|^.*\bbukan\s+itu\W+tapi\b", re.IGNORECASE | re.DOTALL
)
_NAME_TAIL = re.compile(
    r"[\s,.]+(?:(?:ya|yaa|min|kak|pak|bu|mbak|mas|gan|dong|makasih|terima kasih|thanks)[\s,.!]*)+$", re.IGNORECASE
)
# Where the name ends and another answer begins: "Warga Uji 001, tinggal di Waru".
_NEXT_ANSWER = re.compile(
    r"\s*[,;\n].*$|\s*\.?\s*\b(?:tinggal|alamat(?:nya)?|domisili|lahir|tgl|tanggal|nik|no(?:mor)?\s*ktp|umur|usia)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_NAME_SHAPE = re.compile(r"^[^\W\d_][^\W_'’`.\-]*(?:[\s'’`.\-]+[\w'’`.\-]+)*$")
# Words that stand in questions and requests, and in nobody's name.
_NO_NAME = frozenset(
    "apa apakah kapan kenapa mengapa gimana gmn bagaimana berapa brp dimana mana siapa vaksin vaksinnya daftar "
    "dftr mau pengen ingin bisa boleh tidak tdk gak ga nggak enggak ndak jadwal menu batal batalkan tolong halal "
    "covid corona sakit takut kok dong sih untuk buat gejala demam batuk nik ktp lewati skip ulangi ulang salah "
    "bukan ganti ubah cancel stop berhenti petugas dokter admin robot bot halo hai iya ya yes no oke ok setuju "
    "lanjut terima kasih makasih yang adalah dengan dan atau kalau kalo efek samping puskesmas lokasi dulu nanti "
    "sudah belum udah blm sdh piye pripun kulo opo iso ora mboten why what how".split()
)
_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("nik", re.compile(r"\b(?:nik|ktp|no(?:mor)?\s*induk)", re.IGNORECASE)),
    ("birth_date", re.compile(r"\b(?:(?:tgl|tanggal|tggl|tahun|bulan|hari)\s*lahir|lahir|ttl|ultah|kelahiran)", re.I)),
    ("full_name", re.compile(r"\bnama", re.IGNORECASE)),
    ("session", re.compile(r"\b(?:jadwal|jam|sesi|hari(?!\s+lahir)|tanggal\s+vaksin|waktu)", re.IGNORECASE)),
    ("facility", re.compile(r"\b(?:tempat\s+vaksin|puskesmas|pkm|faskes|klinik|rumah\s+sakit)", re.IGNORECASE)),
    (
        "residence",
        re.compile(r"\b(?:alamat|kecamatan|kec|kota|kab(?:upaten)?|tinggal|domisili|tempat|daerah|wilayah)", re.I),
    ),
    ("health", re.compile(r"\b(?:sehat|kesehatan|hamil|riwayat|sakit|dosis|alergi|penyakit)", re.IGNORECASE)),
    ("beneficiary", re.compile(r"\b(?:buat|untuk|orang(?:nya)?|yang\s+didaftar)", re.IGNORECASE)),
)
_SELF = re.compile(
    r"\b(?:sendiri|diri\s*ku|saya\s+aja|aku\s+aja|gue|gw|dewe|kulo\s+piyambak|piyambak|myself)\b", re.IGNORECASE
)
# Two words, for which the relations have one.
_PARENT = re.compile(
    r"(?:\b(?:buat|untuk|utk|bwt|kangge|kanggo|gawe|n?daftar\w*)\s+)?\borang\s+tua(?P<mine>nya|ku|\s+(?:saya|sy|aku|kulo|kula|gue|gw))?\b",
    re.IGNORECASE,
)
_BARE_SELF = re.compile(r"^\W*(?:(?:buat|untuk|bwt|utk)\s+)?(?:saya|sy|aku|ak|ku|kulo)\W*$", re.IGNORECASE)


def read_name(text: str) -> str | None:
    """The name in an answer to "who?", tidied: ``"nama saya warga uji 001 ya min"`` -> ``"Warga Uji 001"``.

    None for a question, a request, a number, or anything with a word that no name has.
    """
    if "?" in text or len(text) > NAME_LENGTH * 2:
        return None
    name = _NAME_LEAD.sub("", _RATHER.sub("", text).strip(" ,:"), count=1)
    name = _NAME_TAIL.sub("", _NEXT_ANSWER.sub("", name))
    name = " ".join(name.strip(' .,:;!"“”()').split())
    words = name.split()
    if not (1 <= len(words) <= NAME_WORDS) or len(name) > NAME_LENGTH or not _NAME_SHAPE.match(name):
        return None
    if any(word.lower().strip(".") in _NO_NAME for word in words) or not any(len(word) > 2 for word in words):
        return None
    if read_yes_no(name) is not None or (len(words) == 1 and read_relation(name) is not None):
        return None
    if sum(character.isdigit() for character in name) > 3:
        return None
    return " ".join(word[:1].upper() + word[1:].lower() if word.islower() or word.isupper() else word for word in words)


def name_inside(text: str) -> str | None:
    """A name that is announced inside a longer answer: ``"nik … atas nama Warga Uji 001"``."""
    announced = re.search(r"\b(?:nama(?:nya|ku)?|atas\s+nama|a\.n\.?)\b(.*)$", text, re.IGNORECASE | re.DOTALL)
    return read_name(announced.group()) if announced else None


def read_beneficiary(text: str) -> str | None:
    """For whom: ``self``, a relation of ``siaga.text.relations`` (``other``: somebody in the family), or None."""
    relation = read_relation(text)
    if relation in (None, "self") and _names_a_parent(text):
        return "other"
    if relation is not None:
        return relation
    return "self" if _SELF.search(text) or _BARE_SELF.match(text) else None


def _names_a_parent(text: str) -> bool:
    """Whether one's own "orang tua" is meant, and not old people, or being one."""
    found = _PARENT.search(text)
    return found is not None and bool(
        found["mine"] or not found.group().lower().startswith("orang") or found.group() == text.strip(" .,!")
    )


def sure_beneficiaries(text: str) -> list[str]:
    """As ``read_beneficiaries``, where nobody was asked for: "saya setuju" says who agrees, "ya, bapak" who is spoken
    to."""
    named = read_beneficiaries(text)
    if len(named) != 1:
        return named
    sure = named[0] in {relation.value for relation in find_relations(text)} or (
        bool(_SELF.search(text)) if named[0] == "self" else _names_a_parent(text)
    )
    return named if sure else []


_I = r"(?:saya|sy|aku|ak|gue|gw|kulo|kula)"
_AND = r"(?:dan|sama|serta|juga|dengan|dgn|dg|karo|kalih|ambek|plus|&|\+|,)"
_I_AND = re.compile(rf"\b{_I}\s*{_AND}\s*(?:juga\s+)?$", re.IGNORECASE)
_AND_I = re.compile(rf"^\s*{_AND}\s*{_I}\b(?!\s+(?:mau|ingin|pengen|pingin|daftar|bisa|perlu|minta))", re.IGNORECASE)
_PARENTS = re.compile(rf"\b(ibu|bapak|bpk)\s+(?:dan|sama|serta|&)\s+(ibu|bapak|bpk)\s*(?:{_I}|ku)\b", re.IGNORECASE)
_ONLY_AND = re.compile(rf"^\s*(?:{_AND}\s*)+$", re.IGNORECASE)


def read_beneficiaries(text: str) -> list[str]:
    """For whom, where several are named together, in that order: "daftarkan saya dan ibu" -> ``[self, mother]``.

    One alone as in ``read_beneficiary``; nothing where it is not clear who is meant.
    """
    parents = _PARENTS.search(text)
    if parents:
        # Without "saya" behind it, "ibu dan bapak" is how an office is addressed.
        both = ["mother" if word.lower().startswith("i") else "father" for word in parents.groups()]
        return ["self", *both] if _I_AND.search(text[: parents.start()]) else both
    kin = [relation for relation in find_relations(text) if relation.value != "self"]
    if kin and all(_joined(text, one, other) for one, other in pairwise(kin)):
        named: list[str] = [relation.value for relation in kin]
        before, after = text[: kin[0].start], text[kin[-1].end :]
        if _I_AND.search(before):
            return ["self", *named]
        if _AND_I.match(after):
            return [*named, "self"]
        if len(named) > 1:
            return named
    one = read_beneficiary(text)
    return [one] if one else []


def _joined(text: str, one: Relation, other: Relation) -> bool:
    return _ONLY_AND.match(text[one.end : other.start]) is not None


def field_named(text: str) -> str | None:
    """Which of the registration's answers a correction is about: ``"eh salah, NIK-nya …"`` -> ``nik``."""
    return next((field for field, pattern in _FIELDS if pattern.search(text)), None)
