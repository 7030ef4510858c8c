"""Plain Indonesian words for what people type: abbreviations, elongations, slips, Javanese.

Our own lists win (``data/slang.tsv``, then ``data/javanese.tsv``), then the slang dictionary of the package
indo_text_preprocessing (MIT), for words that are not Indonesian roots already. Numbers are never touched, nor English.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

from indo_text_preprocessing import stem
from rapidfuzz import process
from rapidfuzz.distance import OSA

from siaga.text.once import once
from siaga.text.spelling import Speller
from siaga.text.words import split_words

_DATA = Path(__file__).parent / "data"
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED = re.compile(r"([^\W\d_])\1")
_LONGEST = 40
"""A longer word is no word: it is left as it is."""


def _pairs(name: str) -> dict[str, str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {word: plain for word, plain in pairs}


def _list(name: str) -> frozenset[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def _own() -> dict[str, str]:
    return _pairs("regional.tsv") | _pairs("sundanese.tsv") | _pairs("javanese.tsv") | _pairs("slang.tsv")


@lru_cache(maxsize=1)
def roots() -> frozenset[str]:
    """Indonesian root words (of indo_text_preprocessing), about 30,000."""
    text = resources.files("indo_text_preprocessing").joinpath("data/root_words.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, str]:
    text = resources.files("indo_text_preprocessing").joinpath("data/slang_id.json").read_text(encoding="utf-8")
    entries: dict[str, str] = json.loads(text)
    known = roots()
    return {
        word: plain
        for word, plain in entries.items()
        if len(word) > 1 and word.isalpha() and word not in known and len(plain.split()) <= 2
    }


@lru_cache(maxsize=1)
def domain() -> tuple[str, ...]:
    """The words that this service is about, of five letters and more."""
    return tuple(sorted(word for word in _list("domain.txt") if len(word) >= 5))


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """English words that tell an English sentence or that no Indonesian dictionary may rewrite."""
    return _list("english.txt")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    words = {word for plain in _own().values() for word in plain.split()}
    return roots() | words | frozenset(domain()) | english()


@lru_cache(maxsize=1)
def _typed() -> frozenset[str]:
    """Words as they are typed, for which a plain one is known."""
    return frozenset(word for said in _own() for word in said.split()) | frozenset(_dictionary())


def is_known(word: str) -> bool:
    """Whether a word in lower case is one of the language, or known as a way to type one; with affixes, too.

    >>> is_known("mendaftarkan"), is_known("gimana"), is_known("tralalan")
    (True, True, False)
    """
    if len(word) > _LONGEST:
        return False
    word = _ELONGATED.sub(r"\1", word)
    return word in _known() or word in _typed() or _shortened(word) is not None or stem(word) in roots()


def is_english(words: list[str]) -> bool:
    """Whether most of these lower-case words are English: at least two, and half of all."""
    hits = sum(word in english() for word in words)
    return hits >= 2 and 2 * hits >= len(words)


def _look_up(word: str) -> str | None:
    return _own().get(word) or (None if word in _known() else _dictionary().get(word))


def _shortened(word: str) -> str | None:
    """The suffix -nya as it is typed: ``jadwalny``, ``jadwalx``."""
    for ending in ("nyaa", "ny", "x"):
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= 3:
            plain = _own().get(stem) or (stem if stem in _known() else _look_up(stem))
            if plain:
                return plain + "nya"
    if word.endswith("nya") and len(word) > 5 and (plain := _look_up(word[:-3])):
        return plain + "nya"
    return None


def _near(word: str) -> str | None:
    """The domain word that is one slip away (two in a long word)."""
    if len(word) < 5:
        return None
    slips = 1 if len(word) < 9 else 2
    found = process.extractOne(word, domain(), scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found and found[0][0] == word[0] else None


@lru_cache(maxsize=1)
def _speller() -> Speller:
    lines = (_DATA / "common.txt").read_text(encoding="utf-8").splitlines()
    return Speller(line for line in lines if not line.startswith("#"))


def _spelled(word: str) -> str | None:
    """The everyday word that a misspelt one stands for, with its suffix -nya if it has one; a root with affixes is
    no misspelt word."""
    if stem(word) in roots():
        return None
    if found := _speller().correct(word):
        return found
    for ending in ("nyaa", "nya", "ny"):
        if word.endswith(ending) and (found := _speller().correct(word[: -len(ending)])):
            return found + "nya"
    return None


@lru_cache(maxsize=20_000)
def normalise_word(word: str) -> str:
    """The plain word, in lower case; a word with a digit in it, and a word nobody knows, stays as it is."""
    lower = word.lower()
    if len(lower) > _LONGEST or any(character.isdigit() for character in lower):
        return lower
    if plain := _own().get(lower):
        return plain
    if lower in english():
        return lower
    for spelling in dict.fromkeys((lower, _ELONGATED.sub(r"\1", lower), _ELONGATED.sub(r"\1\1", lower))):
        if spelling != lower and spelling in _known():
            return _own().get(spelling, spelling)
        if plain := _look_up(spelling):
            return _own().get(plain, plain)
    lower = _ELONGATED.sub(r"\1", lower)
    if lower in _known():
        return lower
    if plain := _shortened(lower):
        return plain
    single = _DOUBLED.sub(r"\1", lower)
    if single != lower:
        if single in _known():
            return _own().get(single, single)
        if plain := _look_up(single):
            return plain
    return _near(lower) or _spelled(lower) or lower


def normalise_words(words: list[str]) -> list[str]:
    """Each word's plain form, in order; a plain form may hold a space. An English sentence is only lowered."""
    lowered = [word.lower() for word in words]
    if is_english(lowered):
        return lowered
    plain = [normalise_word(word) for word in lowered]
    for place, pair in enumerate(pairwise(lowered)):
        # Two words that mean something else together ("kulo nuwun", "sugeng enjing").
        if together := _own().get(" ".join(pair)):
            first, _, second = together.partition(" ")
            plain[place : place + 2] = first, second or first
    return plain


@once
def normalise(text: str) -> str:
    """The text in plain words, lower case, marks and numbers where they were.

    >>> normalise("Min, gmn cara dftr vaksin utk ibu sy? NIK 3578011708549001")
    'min, bagaimana cara daftar vaksin untuk ibu saya? nik 3578011708549001'
    """
    words = split_words(text)
    out: list[str] = []
    end = 0
    for word, plain in zip(words, normalise_words([word.text for word in words]), strict=True):
        out.append(text[end : word.start].lower())
        out.append(plain)
        end = word.end
    out.append(text[end:].lower())
    return "".join(out)
