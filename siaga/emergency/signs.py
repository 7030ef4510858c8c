"""What to do until help comes, by danger sign: ``content/emergency/signs.yml``, short and sourced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from siaga.content import ContentError, Entry, live, only_keys, read_entry, take_entries, take_text
from siaga.content.kinds import Entries
from siaga.settings import ROOT
from siaga.text.danger import Sign, has_stopped

FILE = ROOT / "content" / "emergency" / "signs.yml"
OTHER = "other"
"""Stands for a danger whose sign is not known."""
NOT_BREATHING = "unconscious"
"""With the steps of this sign whoever does not breathe is helped."""
_OF_BREATH_AND_HEART = frozenset({"breath", "chest", "blue", "oxygen", NOT_BREATHING})
# Whom to call is all that is said of these; it is in the domain.
OWN_NUMBERS: frozenset[str] = frozenset({"suicide", "violence"})
MOST_LINES = 2
LINE = 110
"""Characters of a line: read at a glance, by somebody who is frightened."""
_DOSE = re.compile(r"\d[\d.,]*\s*(?:mg|mcg|ml|cc|iu|tablet|tab|kapsul|pil|butir|sendok|sdt|sdm|tetes)\b", re.IGNORECASE)


class SignFileError(ContentError):
    """A sign file that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Steps:
    """What to do for a sign until help comes; ``source`` says from where that is known."""

    sign: str
    lines: tuple[str, ...]
    source: str


def load_signs(path: Path = FILE) -> dict[str, Steps]:
    """The steps of each sign.

    Raises:
        SignFileError: the file is wrong, or a sign has no steps.
    """
    return _read(read_entry(path, SignFileError))


def read_signs(entries: Entries) -> dict[str, Steps]:
    """The steps of each sign, of the only file that there is.

    Raises:
        SignFileError: it is wrong, there is none, or another.
    """
    for entry in entries:
        if entry.path.name != FILE.name:
            raise SignFileError(entry.path, 1, f"all signs stand in one file, {FILE.name}: write it there.")
    if not entries:
        raise SignFileError(FILE, 1, "nothing is said of any sign.")
    return _read(entries[0])


def _read(content: Entry) -> dict[str, Steps]:
    only_keys(content, ("signs",), SignFileError)
    wanted = [sign for sign in get_args(Sign) if sign not in OWN_NUMBERS] + [OTHER]
    found: dict[str, Steps] = {}
    for entry in take_entries(content, "signs", SignFileError):
        only_keys(entry, ("id", "lines", "source"), SignFileError)
        sign = take_text(entry, "id", SignFileError)
        if sign not in wanted:
            raise entry.error(f"“{sign}” is no sign. Known: {', '.join(wanted)}.", "id", SignFileError)
        if sign in found:
            raise entry.error(f"“{sign}” is already there.", "id", SignFileError)
        found[sign] = Steps(sign, _lines(entry), take_text(entry, "source", SignFileError))
    if missing := [sign for sign in wanted if sign not in found]:
        raise content.error(f"nothing is said of {', '.join(missing)}.", "signs", SignFileError)
    return found


def _lines(entry: Entry) -> tuple[str, ...]:
    given = entry.get("lines")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_LINES:
        raise entry.error(f"“lines” must be a list of 1 to {MOST_LINES} lines.", "lines", SignFileError)
    for line in given:
        if not isinstance(line, str) or not line.strip():
            raise entry.error("every line must be text; put it between quotes.", "lines", SignFileError)
        if len(line.strip()) > LINE:
            raise entry.error(
                f"“{line[:30]}…” has {len(line.strip())} characters; a line has at most {LINE}.", "lines", SignFileError
            )
        if found := _DOSE.search(line):
            raise entry.error(
                f"“{found.group()}” looks like the dose of a drug; none is told here.", "lines", SignFileError
            )
    return tuple(line.strip() for line in given)


def signs(preview: bool = False) -> Mapping[str, Steps]:
    """The steps of each sign that stand; with ``preview`` also what staff have not published yet.

    Raises:
        ContentError: neither what stands nor the file can be read.
    """
    return live.built("emergency", read_signs, preview=preview)


def helped_as(sign: str | None, text: str) -> str | None:
    """The sign whose steps help: who does not breathe any more is not sat upright, whichever sign was found first."""
    return NOT_BREATHING if sign in _OF_BREATH_AND_HEART and has_stopped(text) else sign


def steps_for(sign: str | None, preview: bool = False) -> Steps:
    """The steps for a sign; for one that is not known, what holds for all.

    Raises:
        ContentError: as ``signs``.
    """
    known = signs(preview)
    return known.get(sign or OTHER) or known[OTHER]
