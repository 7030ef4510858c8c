"""Which of the messages that wait are said in one breath, and so make one turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from siaga.text.nik import find_nik
from siaga.turns.inbox import Waiting

# The channel's times are whole seconds.
_RESOLUTION = 1.0
# Photos chosen together arrive over a while.
ALBUM_SECONDS = 15.0
# "eh salah", "ralat", "batal", "gak jadi" are about what came before, which must have had its own turn.
_TURNS_ROUND = re.compile(
    r"\W*(?:e+h+|ups|ralat|salah|bukan|koreksi|maksud\w*|batal\w*|(?:ga|gak|nggak|ngga|tidak|tdk|g|ora)\s*(?:jadi|sido))\b",
    re.IGNORECASE,
)


def gathered(waiting: Sequence[Waiting], pause: float) -> int:
    """How many of the first messages make one turn, at least one.

    Texts typed with no more than ``pause`` seconds between them belong together, unless one takes the former back, or
    each holds a NIK of its own. Photos, voice notes and files that come in a row are one turn. What was tapped, a
    place, and all else stand alone.
    """
    first = waiting[0]
    if first.kind == "media":
        return _run(waiting, "media", ALBUM_SECONDS)
    if first.kind != "text" or pause <= 0:
        return 1
    count = 1
    niks = _niks(first)
    for before, message in pairwise(waiting[: _run(waiting, "text", pause + _RESOLUTION)]):
        its = _niks(message)
        if _TURNS_ROUND.match(_text(message)) or _TURNS_ROUND.match(_text(before)) or (niks and its and niks != its):
            break
        niks |= its
        count += 1
    return count


def _run(waiting: Sequence[Waiting], kind: str, gap: float) -> int:
    """How many messages of this kind lead, with no more than ``gap`` seconds between neighbours."""
    count = 1
    for before, message in pairwise(waiting):
        if message.kind != kind or (message.at - before.at).total_seconds() > gap:
            break
        count += 1
    return count


def _text(message: Waiting) -> str:
    return str(message.content.get("text") or "")


def _niks(message: Waiting) -> set[str]:
    return {candidate.digits for candidate in find_nik(_text(message))}
