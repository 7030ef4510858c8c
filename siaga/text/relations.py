"""Who is meant: oneself or someone in the family."""

# ruff: noqa: E501 - word lists

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from siaga.text.words import Word, split_words

RelationName = Literal["self", "mother", "father", "spouse", "child", "grandparent", "sibling", "other"]

_WORDS: dict[str, RelationName] = {}
_KIN: dict[RelationName, str] = {
    "mother": "ibu ibuk ibunda nyak mama mamah mami emak mamak mak bunda ummi umi simbok mbok biyung nyokap mother mom mum",
    "father": "bapak bpk bpak bapa ayah ayahanda babe papa papah papi abah abi bapake bokap father dad romo",
    "spouse": "suami istri isteri bojo garwo garwa semah istr bini husband wife hubby pasangan misua misoa garwane swami",
    "child": "anak ank putra putri putera puteri lare son daughter child anake balita bayi bocahku kids kid anak2",
    "grandparent": "mbah simbah kakek nenek eyang opa oma kakung uti yangti yangkung embah kai nini aki datuk grandma grandpa "
    "grandmother grandfather buyut",
    "sibling": "adik adek adik2 kakak kakang mbakyu saudara sodara sdr saudari abang brother sister adhik rayi raka mbakyune",
    "other": "mertua menantu mantu keponakan ponakan cucu putu paman tante bibi om pakde bude paklik bulik sepupu tetangga teman "
    "tmn temen kanca konco pembantu ortu orangtua orangtuaku wongtuwo wongtuwa parents keluarga art ipar maratuwa mertuo ponaan keponaan pacar tunangan",
}
for _name, _list in _KIN.items():
    _WORDS.update(dict.fromkeys(_list.split(), _name))

_FIRST_PERSON = set("saya sy sya aku ak aq gue gw gua ane kulo kula kita me my".split())
# Words by which one addresses the person at the other end: alone they name nobody in the family.
_VOCATIVE = set(
    "ibu ibuk bapak bpk mama bunda abang kakak mbok om tante mbah saudara adik adek ayah kakang anak".split()
)
_GREETING = re.compile(
    r"\b(?:pagi|siang|sore|malam|halo|hai|assalamualaikum|permisi|maaf|mohon|yth|terima\s*kasih|makasih|tolong|min|baik|iya|ya|nggih|oke)\s*,?\s*$",
    re.IGNORECASE,
)
_TITLE_PAIR = re.compile(
    r"\b(?:bapak|bpk|pak|ibu|bu)\s*(?:/|dan|atau)\s*(?:bapak|bpk|pak|ibu|bu|sdr\w*)\b", re.IGNORECASE
)
_MY_PARENTS = re.compile(
    r"(?:bapak|bpk|ibu)\s+(?:dan|sama)\s+(?:bapak|bpk|ibu)\s+(?:saya|sy|aku|kulo|kula|gue|gw)\b"
    r"(?!\s+(?:mau|mo|ingin|pengen|minta|tanya|butuh|perlu|daftar|boleh|bisa|sudah|udah|belum|mohon|ini)\b)",
    re.IGNORECASE,
)
_STATE = re.compile(r"^\s*(?:hamil|menyusui|rumah\s*tangga|muda|kota|pertiwi|buah)\b", re.IGNORECASE)
# "ibu hamil" are many; "istri hamil" is one's own.
_CARRIES = re.compile(r"^\s*(?:hamil|menyusui)\b", re.IGNORECASE)
_WIFE_OR_SISTER = re.compile(r"^(?:istri|isteri|bini|bojo|garwo|garwa|wife|adik|adek|kakak|anak)", re.IGNORECASE)
_ME = re.compile(
    r"\b(?:(?:saya|sy|aku|gue|gw|diri|kulo|kula|awak(?:ku)?|badan)\s+(?:sendiri|sndri|sndiri|dewe|dhewe|piyambak)"
    r"|(?:untuk|utk|buat|bwt|kangge|kanggo|gawe|nggo|for)\s+(?:diri\s+)?(?:saya|sy|aku|gue|gw|kulo|kula|me|myself)"
    r"|pribadi|myself)\b(?!\s*(?:punya|punten))",
    re.IGNORECASE,
)
_NOBODYS = set("art keluarga ortu orangtua orangtuaku parents wongtuwo wongtuwa ipar".split())
_POSSESSED = re.compile(r"(.+?)(?:ku|q|nya|nipun|ipun|mu|e|ne|ny)$")


@dataclass(frozen=True)
class Relation:
    """A relation of the contract, with its place in the text."""

    value: RelationName
    start: int
    end: int


def _kin(word: str) -> tuple[RelationName | None, bool]:
    """The relation a word names, and whether it is said to be somebody's (``ibuku``)."""
    if word in _WORDS:
        return _WORDS[word], False
    if (possessed := _POSSESSED.fullmatch(word)) and possessed[1] in _WORDS:
        return _WORDS[possessed[1]], True
    return None, False


def _addressed(text: str, word: Word, following: Word | None, owned: bool) -> bool:
    """Whether a kin word is how the person at the other end is addressed."""
    if owned or word.lower not in _VOCATIVE:
        return False
    if following is not None and following.lower in _FIRST_PERSON:
        # "ibu saya" is mine; "bapak, saya mau daftar" is not.
        return "," in text[word.end : following.start]
    before = text[: word.start]
    return bool(_GREETING.search(before)) or (not before.strip() and text[word.end :].lstrip().startswith(","))


def _is_a_kind_of_people(word: Word, rest: str) -> bool:
    """Whether what follows makes it a kind of people: "ibu hamil", "ibu rumah tangga", "anak muda"."""
    own = _WIFE_OR_SISTER.match(word.lower) and _CARRIES.match(rest)
    return bool(_STATE.match(rest)) and not own


def _is_anothers(name: RelationName, word: Word, following: Word | None, text: str) -> bool:
    """Whether it is somebody else's, who is named next: "anak tetangga", "ibu mertua"."""
    if name == "other" or following is None or text[word.end : following.start].strip():
        return False
    whose, _ = _kin(following.lower)
    return whose == "other" and following.lower not in _NOBODYS


def find_relations(text: str) -> list[Relation]:
    """Relations named in a sentence, from left to right, each once.

    "ibu hamil", "bapak/ibu petugas", "selamat pagi ibu" name nobody in the family. ``self`` only when it is stressed
    ("untuk saya", "saya sendiri"): nearly every sentence has a "saya".
    """
    # "ibu dan bapak saya demam" are one's own; "bapak/ibu, saya mau daftar" is not.
    titles = [match.span() for match in _TITLE_PAIR.finditer(text) if not _MY_PARENTS.match(text, match.start())]
    words = split_words(text)
    found: list[Relation] = []
    for match in _ME.finditer(text):
        following = text[match.end() :].strip()
        kin_before = any(
            _kin(word.lower)[0] for word in words if word.end <= match.start() and match.start() - word.end <= 1
        )
        if not kin_before and not following.startswith(("punya", "ga ", "tidak")):
            found.append(Relation("self", match.start(), match.end()))
    for index, word in enumerate(words):
        name, owned = _kin(word.lower)
        if name is None or any(start <= word.start < end for start, end in titles):
            continue
        following_word = words[index + 1] if index + 1 < len(words) else None
        if _addressed(text, word, following_word, owned) or _is_a_kind_of_people(word, text[word.end :]):
            continue
        if _is_anothers(name, word, following_word, text):
            continue
        end = word.end
        if word.lower.startswith("ipar") and found and found[-1].end == word.end:
            continue
        if following_word is not None and following_word.lower.startswith("ipar"):
            # "kakak ipar" is no brother
            name, end = "other", following_word.end
        elif (
            following_word is not None
            and following_word.lower in _FIRST_PERSON
            and not text[end : following_word.start].strip()
        ):
            end = following_word.end
        found.append(Relation(name, word.start, end))
    found.sort(key=lambda relation: relation.start)
    first: dict[RelationName, Relation] = {}
    for relation in found:
        first.setdefault(relation.value, relation)
    return list(first.values())


def read_relation(text: str) -> RelationName | None:
    """The answer to "untuk siapa?": a bare "saya" is oneself, a bare "ibu" the mother. None when unclear or several."""
    relations = find_relations(text)
    others = {relation.value for relation in relations if relation.value != "self"}
    if len(others) == 1:
        return others.pop()
    if others:
        return None
    if relations:
        return "self"
    words = [word.lower for word in split_words(text)]
    kin = {name for word in words if (name := _kin(word)[0])}
    if len(words) <= 3 and len(kin) == 1:
        return kin.pop()
    if len(words) <= 4 and any(
        word in _FIRST_PERSON or word in ("sendiri", "dewe", "pribadi", "piyambak") for word in words
    ):
        return "self"
    return None
