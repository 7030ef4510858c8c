"""Content in versions: written, looked at by somebody else, published together, and taken back in one step."""

from siaga.content.drafting import approve, draft, drop, send_back, submit, take_away
from siaga.content.publishing import publish, redo, undo
from siaga.content.standing import (
    Standing,
    current,
    file_texts,
    history,
    next_change,
    open_versions,
    released,
    releases,
    standing,
)
from siaga.content.versions import STATES, FourEyesError, OutdatedError, StoreError

__all__ = [
    "STATES",
    "FourEyesError",
    "OutdatedError",
    "Standing",
    "StoreError",
    "approve",
    "current",
    "draft",
    "drop",
    "file_texts",
    "history",
    "next_change",
    "open_versions",
    "publish",
    "redo",
    "released",
    "releases",
    "send_back",
    "standing",
    "submit",
    "take_away",
    "undo",
]
