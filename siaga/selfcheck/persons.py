"""Whom each part of a message is about: "anak saya demam, saya juga, serumah ada yang positif".

A pure function from text to passages. A statement is about whom it names, or else about whom the one before it was. Who
is only the one it may have been caught from ("kontak dengan tetangga", "suami positif, saya demam") is nobody's subject.
"""

# ruff: noqa: E501 - patterns are read on one line

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.selfcheck.exposure import CONTACT, POSITIVE, SHARES_HOME
from siaga.text.normalise import normalise
from siaga.text.relations import Relation, RelationName, find_relations
from siaga.text.symptoms import find_symptoms

_ME = r"(?:saya|sy|sya|aku|ak|aq|gue|gw|gua|ane|kulo|kula|abdi|ambo|beta|i'm|i)"
# Marks within a number ("38,5", "120/80") end nothing.
_BREAK = re.compile(
    r"[;!?\n]+|[,.]+(?!\d)|\b(?:tapi|tp|tetapi|sedangkan|sdgkan|sementara|kalau|kalo|klo|kl|trus|trs|terus|nek|yen)\b"
    rf"|\b(?:dan|dn|sama|sm|serta|lan|karo|kalih|and|&)\s+(?={_ME}\b)",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:\s*(?:,|/|&|\+|\b(?:dan|dn|sama|sm|serta|lan|karo|kalih|and|juga|jg)\b)\s*)+", re.IGNORECASE)
_FIRST_PERSON = re.compile(rf"(?<![\w'])(?:{_ME})(?![\w'])", re.IGNORECASE)
# Who cares for somebody speaks of themselves, too: "saya ukur suhunya 38,5", "saya takut", "saya mau tanya".
_CARES = re.compile(
    rf"\b{_ME}\s+(?:(?:sudah|udah|udh|sdh|tadi|barusan|baru|coba|sangat|jadi|sebagai|juga|kok)\s+)*(?:ukur|cek|ngecek|kasih|kasi|beri|lihat|liat|rasa|raba|pegang"
    r"|khawatir|kuatir|takut|cemas|panik|bingung|bawa|rawat|merawat|periksa|tanya|mau|mo|ingin|pengen|harus|hrs|perlu|kira|pikir|tunggu|curiga|kompres|"
    r"ibunya|bapaknya|ayahnya|anaknya|istrinya|suaminya|punya|py|bisa|tidak tau|ga tau|gatau)\b",
    re.IGNORECASE,
)
# Stressed, so that it is oneself and nobody spoken of before.
_STRESSED = re.compile(
    rf"\b{_ME}\s+(?:juga|jg|jga|sendiri|sndiri|dewe|piyambak|malah|ikut|pun)\b|\b(?:bukan|bkn)\s+\w+[\s,]+(?:tapi\s+)?{_ME}\b",
    re.IGNORECASE,
)
_ALSO = re.compile(r"^\W*(?:\w+\s+){0,2}?(?:juga|jg|jga|idem|sama(?:\s+(?:juga|aja|saja))?)\W*$", re.IGNORECASE)
# Not of the family: told of because of the contact with them.
_NOT_KIN = re.compile(r"^(?:tetangga|teman|temen|tmn|kanca|konco|pembantu|art|pacar|tunangan)", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:guru|gurunya|bos|bosku|atasan|pasien|kolega|rekan|murid|siswa|sopir|supir|pelanggan|tamu|orang|org|wong|tiyang|seseorang|pengasuh|perawat|satpam|kenalan)\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Passage:
    """What is told of one person; ``whom`` None where nobody is named."""

    whom: RelationName | None
    text: str


@dataclass(frozen=True)
class Told:
    """The passages of a message, in order of mention, and from whom it may have been caught."""

    passages: tuple[Passage, ...]
    sources: tuple[Source, ...] = ()
    met_at_home: bool = False
    """Whether the one met is of the family: "ketularan suami"."""


@dataclass(frozen=True)
class Source:
    """Somebody who has it, or may have, in the statement ``text`` about ``of``."""

    of: RelationName | None
    household: bool
    text: str


@dataclass
class _Clause:
    start: int
    end: int
    """with the mark that ends it"""
    text: str
    relations: list[Relation]
    owners: list[RelationName | None]
    source: Source | None = None
    met_at_home: bool = False
    """whether the one met is of the family"""


def read(text: str) -> Told:
    """The passages of a message.

    >>> [(passage.whom, passage.text) for passage in read("suami saya demam, anak saya batuk").passages]
    [('spouse', 'suami saya demam,'), ('child', 'anak saya batuk')]
    """
    clauses = _clauses(text)
    _find_sources(text, clauses)
    _own(clauses)
    passages: dict[RelationName | None, str] = {}
    for clause in clauses:
        if clause.source is not None:
            continue
        for owner in clause.owners:
            passages[owner] = (passages.get(owner, "") + " " + clause.text).strip()
    stressed = bool(_STRESSED.search(text)) or any(relation.value == "self" for relation in find_relations(text))
    named = [owner for owner in passages if owner not in (None, "self")]
    found: list[Passage] = []
    for owner, told in passages.items():
        # "saya" alone names nobody: it is in nearly every sentence.
        whom: RelationName | None = None if owner == "self" and not stressed and not named else owner
        found.append(Passage(whom, told))
    sources = tuple(clause.source for clause in clauses if clause.source)
    return Told(tuple(found), sources, any(clause.met_at_home for clause in clauses))


def _clauses(text: str) -> list[_Clause]:
    relations = [relation for relation in find_relations(text) if relation.value != "self"]
    cuts = [match.end() for match in _BREAK.finditer(text)]
    # "ibu dan anak saya demam", "suami saya demam dan anak saya batuk"
    for relation in relations:
        joined = re.search(r"\b(?:dan|dn|sama|sm|serta|lan|karo|and|&)\s+$", text[: relation.start], re.IGNORECASE)
        if joined and not CONTACT.search(normalise(text[: relation.start].rsplit(",", 1)[-1])):
            cuts.append(relation.start)
    found: list[_Clause] = []
    start = 0
    for end in [*sorted(set(cuts)), len(text)]:
        piece = text[start:end]
        if piece.strip():
            inside = [relation for relation in relations if start <= relation.start < end]
            found.append(_Clause(start, end, piece.strip(), inside, []))
        start = end
    return found


def _find_sources(text: str, clauses: list[_Clause]) -> None:
    """Statements about somebody who only has passed it on, or may have."""
    told = [bool(find_symptoms(clause.text)) for clause in clauses]
    for index, clause in enumerate(clauses):
        plain = normalise(clause.text)
        relation = clause.relations[0] if clause.relations else None
        positive = bool(POSITIVE.search(plain)) and not told[index]
        contact = CONTACT.search(plain)
        place = _place_of_contact(clause)
        stranger = relation is not None and bool(_NOT_KIN.match(text[relation.start : relation.end]))
        if relation is not None and positive and stranger and not (contact and place <= relation.start - clause.start):
            clause.source = Source(relation.value, bool(SHARES_HOME.search(plain)), clause.text)
        elif contact:
            # The statement is about whoever had the contact; whom they met is nobody's subject.
            met = [relation for relation in clause.relations if relation.start - clause.start >= place]
            clause.relations = [relation for relation in clause.relations if relation not in met]
            clause.met_at_home = any(
                each.value != "other" and not _NOT_KIN.match(text[each.start : each.end]) for each in met
            )
        elif positive and relation is None and _SOMEBODY.search(clause.text):
            clause.source = Source(None, False, clause.text)
        elif positive and relation is not None and _somebody_else_is_ill(index, clauses, told):
            clause.source = Source(relation.value, relation.value != "other", clause.text)
            clause.relations = []


def _somebody_else_is_ill(index: int, clauses: list[_Clause], told: list[bool]) -> bool:
    """ "demam 3 hari, anak saya positif", "suami positif, saya demam"."""
    if any(told[other] for other in range(index)) and not any(clauses[other].relations for other in range(index)):
        return True
    return any(
        told[other] and not clauses[other].relations and _is_self(clauses[other].text)
        for other in range(index + 1, len(clauses))
    )


def _place_of_contact(clause: _Clause) -> int:
    """Where the words about a contact begin in the statement as written."""
    found = CONTACT.search(clause.text.lower())
    if found:
        return found.start()
    return 0 if not clause.relations else clause.relations[0].end - clause.start


def _is_self(text: str) -> bool:
    return bool(_FIRST_PERSON.search(text)) and not _CARES.search(text)


def _own(clauses: list[_Clause]) -> None:
    """Say whom each statement is about."""
    told = [clause for clause in clauses if clause.source is None]
    current: list[RelationName | None] = []
    waiting: list[_Clause] = []
    for clause in told:
        own: list[RelationName | None] = list(dict.fromkeys(relation.value for relation in clause.relations))
        if not own and _is_self(clause.text):
            own = ["self"]
        if own and current and own != current and _ALSO.match(clause.text):
            # "anak saya demam, saya juga"
            for other in told:
                if other.owners == current:
                    other.owners = [*current, *own]
            clause.owners = own
            continue
        if own and _only_names(clause):
            # "saya dan anak saya demam": the names first, what is told of them after.
            clause.owners = own
            waiting.append(clause)
            continue
        if own:
            current = own
        names: list[RelationName | None] = [owner for other in waiting for owner in other.owners]
        clause.owners = list(dict.fromkeys([*names, *current])) if names and own else list(current)
        if names and not own:
            clause.owners = current = names
        waiting = []
    # What comes before anybody is named is about the first who is.
    first = next((clause.owners for clause in told if clause.owners), [None])
    for clause in told:
        clause.owners = clause.owners or list(first)


def _only_names(clause: _Clause) -> bool:
    rest = clause.text
    for relation in sorted(clause.relations, key=lambda each: -each.start):
        start, end = relation.start - clause.start, relation.end - clause.start
        rest = rest[: max(start, 0)] + " " + rest[end:]
    rest = _AND.sub(" ", _FIRST_PERSON.sub(" ", rest))
    return not re.sub(r"[\W_]+|\b(?:untuk|buat|utk|mau|cek|gejala|min|kak|dok)\b", "", rest, flags=re.IGNORECASE)
