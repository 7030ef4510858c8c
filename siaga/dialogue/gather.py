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

    Texts and files sent with no more than ``pause`` seconds between them, whichever came first, belong together, unless
    a text takes a former one back, or each holds a NIK of its own. What was tapped, a place, and all else stand alone.
    """
    count = 1
    niks = _niks(waiting[0])
    for before, message in pairwise(waiting):
        its = _niks(message)
        if not _follows(before, message, pause) or (niks and its and niks != its):
            break
        niks |= its
        count += 1
    return count


def _follows(before: Waiting, message: Waiting, pause: float) -> bool:
    """Whether a message belongs to what was said just before."""
    kinds = {before.kind, message.kind}
    longest = ALBUM_SECONDS if kinds == {"media"} else pause + _RESOLUTION if pause > 0 else -1.0
    if not kinds <= {"text", "media"} or abs((message.at - before.at).total_seconds()) > longest:
        return False
    return not (_TURNS_ROUND.match(_text(message)) or _TURNS_ROUND.match(_text(before)))


def _text(message: Waiting) -> str:
    return str(message.content.get("text") or "")


def _niks(message: Waiting) -> set[str]:
    return {candidate.digits for candidate in find_nik(_text(message))}
