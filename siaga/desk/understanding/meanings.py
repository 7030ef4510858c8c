"""Intents and questions in the words that reviewers read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from siaga.settings import ROOT
from siaga.unclear import examples
from siaga.unclear.words import MEANINGS, Does, known_intents, read_answer

FOLDER = ROOT / "data" / "nlu"
"""The examples of this installation."""
WORDS = Path(__file__).with_name("words.yml")
ELSEWHERE = "out_of_scope"
"""What is said to a bot, but not to this one."""


def names() -> Mapping[str, str]:
    """Every intent that has examples, with its label; read anew when a file has changed."""
    stamps = tuple((path, path.stat().st_mtime_ns) for path in examples.files(FOLDER))
    return _names(FOLDER, stamps)


@lru_cache(maxsize=2)
def _names(folder: Path, _stamps: tuple[tuple[Path, int], ...]) -> Mapping[str, str]:
    own = _words()["intents"]
    try:
        known = known_intents(folder)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        # A file that somebody is mending hinders nobody from reviewing: all that has words can be chosen.
        known = {**own, **yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))}
    return {intent: plain or own.get(intent, intent) for intent, plain in known.items()}


def asked(slot: str | None) -> str | None:
    """What the bot had just asked, in plain words; None if nothing."""
    return None if slot is None else _words()["asked"].get(slot, "hal lain")


def in_words(why: str, known: Mapping[str, str]) -> str:
    """A reason with the labels of the intents that it names."""
    return re.sub(r"[a-z_]+", lambda name: f"“{known[name[0]]}”" if name[0] in known else name[0], why)


def intent_of(typed: str, known: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The intent whose label or name was typed, or any part that only it has; else None, and the labels that fit."""
    said = " ".join(typed.split()).casefold()
    exact = next((intent for intent, label in known.items() if label.casefold() == said), None)
    if exact is not None:
        return exact, ()
    answer = read_answer(said, (), known)
    if answer.does == Does.LABEL:
        return answer.intent, ()
    return None, tuple(known[intent] for intent in answer.fits)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    read: Mapping[str, Mapping[str, str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return read
