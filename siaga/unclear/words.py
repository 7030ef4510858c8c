"""Intents in plain words, and what a reviewer may type for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from siaga.settings import ROOT
from siaga.unclear.examples import intents

MEANINGS = ROOT / "content" / "conversation" / "meanings.yml"

LABEL, SKIP, DISCARD, EDIT, ALONE, LIST, QUIT, UNKNOWN = (
    "label skip discard edit alone list quit unknown".split()
)  # fmt: skip
_LETTERS = {
    "l": SKIP, "lewati": SKIP, "b": DISCARD, "buang": DISCARD, "u": EDIT, "ubah": EDIT, "p": ALONE, "pisah": ALONE,
    "?": LIST, "q": QUIT, "selesai": QUIT,
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a reviewer wants done: with ``LABEL`` the intent, with ``UNKNOWN`` the names that would fit."""

    does: str
    intent: str = ""
    fits: tuple[str, ...] = field(default=())


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
        number = int(said)
        return Answer(LABEL, offered[number - 1]) if 1 <= number <= len(offered) else Answer(UNKNOWN)
    if said in names:
        return Answer(LABEL, said)
    part = said.replace(" ", "_")
    by_name = [name for name in names if part and part in name]
    fits = by_name or [name for name, plain in names.items() if said and said in plain.casefold()]
    return Answer(LABEL, fits[0]) if len(fits) == 1 else Answer(UNKNOWN, fits=tuple(fits))
