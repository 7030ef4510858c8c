"""Reads what is asked, and of which place: a name, one of several of that name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.conversation import Message
from siaga.places import regions
from siaga.radar.asking import Kind, Question, follow, read_question
from siaga.radar.diseases import find_disease
from siaga.radar.figures import NATION
from siaga.radar.question_places import NamedPlace, read_named
from siaga.radar.question_words import OTHER_BUSINESS
from siaga.text.words import split_words

MOST_CHOICES = 9
_KIND = re.compile(r"\b(kota|kab(?:upaten)?|prov(?:insi)?)\b", re.IGNORECASE)
_LEVELS = {"kota": "city", "kab": "regency", "pro": "province"}
_BOTH = re.compile(
    r"\b(?:dua[-\s]?dua(?:nya|ne)?|dua2(?:nya)?|keduanya|loro[-\s]?loro(?:ne)?|semuanya|kabeh)\b", re.IGNORECASE
)
# How a question begins that goes on with the one before: "kalau gresik?".
_CUE = re.compile(
    r"\W*(?:kalau|kalo|klo|kl|nek|lek|terus|trus|trs|dan|lha|lah|lalu|terusan|yg|yang|sing|what about|how about)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:kasus|ksus|radar|data|info|update|situasi|perkembangan)(?:nya|ne|e)?\b", re.IGNORECASE)
# What nothing else is asked as, where a place is named with it.
_SURE: frozenset[Kind] = frozenset({"safe", "zone", "compare", "list", "picture", "subscribe"})
_BESIDE_A_NAME = 2
"""So many words beside a name are part of saying where: "di gresik min"."""


def asked_now(message: Message, before: Question | None) -> Question:
    """What a message asks; after an answer it may leave out what that was about. Of a tapped button without a question
    only the disease stays."""
    text = message.question
    if not text.strip():
        return replace(Question(), disease=before.disease) if before else Question()
    asked = read_question(text, message.today)
    if before is None:
        return asked
    if not _is_whole(text, asked):
        return follow(text, message.today, before) or asked
    # "kasus di gresik" after dengue in Surabaya is still about dengue; zones are of COVID-19 only.
    says = asked.beyond or asked.colour or asked.level or asked.kind == "zone" or find_disease(text)
    return asked if says else replace(asked, disease=before.disease)


def asks_of_place(message: Message) -> bool:
    """Whether a message asks how things stand in a place, so that the place is no answer to another question."""
    question = read_question(message.text, message.today)
    return _is_whole(message.text, question) and not OTHER_BUSINESS.search(message.text.lower())


def asks_surely(text: str, question: Question) -> bool:
    """Whether a text can hardly be anything but a question to the radar: of a place, and of more than a word."""
    if OTHER_BUSINESS.search(text.lower()) or not _is_whole(text, question):
        return False
    return question.kind in _SURE


def _is_whole(text: str, asked: Question) -> bool:
    """Whether a question leaves nothing out: it says of which place, and what is asked of it."""
    if asked.kind == "list":
        return asked.within is not None
    if asked.kind == "compare":
        return len(asked.places) > 1
    return bool(asked.places) and not _CUE.match(text) and (asked.kind != "figures" or bool(_SUBJECT.search(text)))


def _holds(outer: str, inner: str) -> bool:
    return inner.startswith(f"{outer}.")


def possible(codes: Sequence[str]) -> tuple[str, ...]:
    """What a name may mean and is worth asking: a kabupaten's own kecamatan of its name is not another place."""
    return tuple(
        code
        for code in codes
        if not any(_holds(other, code) and regions.level(other) == "regency" for other in codes if other != NATION)
    )[:MOST_CHOICES]


def unsettled(question: Question) -> int | None:
    """The first of the places that may be several; None if each is one."""
    return next((index for index, codes in enumerate(question.places) if len(possible(codes)) > 1), None)


def settled(question: Question, index: int, *codes: str) -> Question:
    """The question with one of its places told apart; with several codes they are all meant."""
    places = (*question.places[:index], *((code,) for code in codes), *question.places[index + 1 :])
    kind = "compare" if len(places) > 1 and question.kind == "figures" else question.kind
    return replace(question, places=places, kind=kind)


def at(question: Question, *places: tuple[str, ...]) -> Question:
    """The question, of these places."""
    return replace(question, places=places, here=False)


def answered(question: Question, *places: tuple[str, ...]) -> Question:
    """The question, with what is said to "of which place?". Compared with here, the place named first stays."""
    return at(question, *places, *question.places) if _compares_here(question) else at(question, *places)


def _compares_here(question: Question) -> bool:
    return question.kind == "compare" and question.here and len(question.places) == 1


def completed(question: Question) -> Question:
    """A list is of the province in which the place that was named lies; each place is of its possible codes only; where
    figures come from is asked of all of Indonesia's, unless a place is named."""
    question = replace(question, places=tuple(possible(codes) for codes in question.places))
    if question.kind == "source" and not question.places and not question.here:
        return at(question, (NATION,))
    if question.kind == "list" and question.within is None and question.places:
        first = question.places[0][0]
        return replace(question, within=first if first == NATION else first[:2], places=())
    return question


def lacks_place(question: Question) -> bool:
    """Whether it is not known of which place is asked. Being told no more may be asked of all."""
    if question.kind == "list":
        return question.within is None
    return _compares_here(question) or (not question.places and question.kind != "unsubscribe")


def named(text: str) -> list[NamedPlace]:
    """The places in an answer to "which place?"."""
    return read_named(text, asked=True)


def says_little_else(text: str, places: Sequence[NamedPlace]) -> bool:
    """Whether there is hardly more in a message than the places."""
    beside = [word for word in split_words(text) if not any(place.start <= word.start < place.end for place in places)]
    return len(beside) <= _BESIDE_A_NAME


def of_choices(text: str, choices: Sequence[str]) -> tuple[str, ...]:
    """Those of the regions offered that a text means: "yang kota", "kabupaten", "dua-duanya", or a kecamatan in one."""
    if not choices:
        return ()
    if _BOTH.search(text):
        return tuple(choices)
    if said := _KIND.search(text):
        wanted = _LEVELS[said.group(1).lower()[:3] if said.group(1).lower() != "kota" else "kota"]
        found = tuple(code for code in choices if _level(code) == wanted)
        if len(found) == 1:
            return found
    meant = [code for place in named(text) for code in place.codes]
    found = tuple(code for code in choices if code in meant)
    if len(found) == 1:
        return found
    around = tuple(code for code in choices if any(_holds(code, other) or _holds(other, code) for other in meant))
    return around if len(around) == 1 else ()


def _level(code: str) -> str:
    if code == NATION or regions.level(code) != "regency":
        return "province" if code != NATION and regions.level(code) == "province" else ""
    return "city" if regions.is_city(code) else "regency"
