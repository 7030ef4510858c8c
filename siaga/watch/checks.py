"""The parts that processes depend on, each asked in one question."""

from __future__ import annotations

from collections.abc import Callable
from http.client import OK
from urllib.parse import urlsplit

from siaga.db.level import level
from siaga.privacy.cipher import decrypt, encrypt
from siaga.privacy.keys import KeysMissing
from siaga.watch.asking import status
from siaga.watch.health import Check

_SAMPLE = "watch"


_WRONG = {
    "away": "it cannot be reached",
    "empty": "it has no tables: run `siaga db migrate`",
    "behind": "it is older than this code: run `siaga db migrate`",
}


def database() -> str | None:
    """It answers, and has the tables that this code wants; one that is newer will do."""
    return _WRONG.get(level())


def keys() -> str | None:
    """There are keys, and what they seal they open."""
    try:
        opened = decrypt(encrypt(_SAMPLE.encode(), _SAMPLE), _SAMPLE)
    except KeysMissing:
        return "they are missing, or not of the right size"
    return None if opened == _SAMPLE.encode() else "they do not open what they have sealed"


def answering(url: str) -> Check:
    """Whether a server of ours answers at ``/health``; ``url`` may be any of its addresses."""
    parts = urlsplit(url)
    asked = f"{parts.scheme}://{parts.netloc}/health"

    def ask() -> str | None:
        found = status(asked, 1.5)
        if found is None:
            return "it cannot be reached"
        return None if found == OK else f"it answers with HTTP {found}"

    return ask


def true(question: Callable[[], bool], otherwise: str) -> Check:
    """Whether something holds in this process."""
    return lambda: None if question() else otherwise
