"""Intents in plain words, and what a reviewer may type for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import yaml

from siaga.settings import ROOT
from siaga.unclear.examples import intents

MEANINGS = ROOT / "content" / "conversation" / "meanings.yml"


class Does(Enum):
    """What a reviewer wants done with a group of messages."""

    LABEL = "it means an intent"
    SKIP = "another time"
    DISCARD = "it is worth nothing"
    EDIT = "its text is to be changed"
    APART = "its messages one by one"
    LIST = "show all intents"
    QUIT = "enough for today"
    UNKNOWN = "not to be read"


_LETTERS = {
    "l": Does.SKIP,
    "lewati": Does.SKIP,
    "b": Does.DISCARD,
    "buang": Does.DISCARD,
    "u": Does.EDIT,
    "ubah": Does.EDIT,
    "p": Does.APART,
    "pisah": Does.APART,
    "?": Does.LIST,
    "q": Does.QUIT,
    "selesai": Does.QUIT,
}


@dataclass(frozen=True)
class Answer:
    """What a reviewer wants: with ``LABEL`` the intent, with ``UNKNOWN`` the names that would fit."""

    does: Does
    intent: str = ""
    fits: tuple[str, ...] = ()


def known_intents(folder: Path, meanings: Path = MEANINGS) -> dict[str, str]:
    """Every intent that has examples, with its plain words where there are any."""
    plain = yaml.safe_load(meanings.read_text(encoding="utf-8")) if meanings.exists() else {}
    return {name: str((plain or {}).get(name, "")) for name in intents(folder)}


def read_answer(typed: str, offered: Sequence[str], names: Mapping[str, str]) -> Answer:
    """A number of what is offered, a letter, or an intent by any part of its name or plain words that only it has."""
    said = " ".join(typed.split()).casefold()
    if said in _LETTERS:
        return Answer(_LETTERS[said])
    if said.isdecimal():
        number = int(said) if len(said) < 10 else 0
        return Answer(Does.LABEL, offered[number - 1]) if 1 <= number <= len(offered) else Answer(Does.UNKNOWN)
    if said in names:
        return Answer(Does.LABEL, said)
    part = said.replace(" ", "_")
    by_name = [name for name in names if part and part in name]
    fits = by_name or [name for name, plain in names.items() if said and said in plain.casefold()]
    return Answer(Does.LABEL, fits[0]) if len(fits) == 1 else Answer(Does.UNKNOWN, fits=tuple(fits))
