"""Sentence vectors handed on with a call, so that what one process has computed of a message another need not.

They say of a message nearly what its words do: they stand beside the conversation, never in it, and whoever is handed
them forgets them with the call. Numbers go as float32 in base64, so that a search finds exactly the same.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np

from siaga.text.vectors import E5, USE, Encoder, handed, plain

VECTORS = "vectors"
"""Where they stand in a call."""
_ENCODERS = {f"{encoder.name}{encoder.engine}": encoder for encoder in (USE, E5)}
"""By a name that another engine's do not have: the numbers of one are not those of the other."""
_NUMBER = np.dtype("<f4")


def hand(text: str | None) -> dict[str, str]:
    """The vectors of a text that this process has computed lately; none are computed for it."""
    if not text:
        return {}
    sentence = plain(text)
    found = {name: encoder.kept.get(sentence) for name, encoder in _ENCODERS.items()}
    return {name: _written(row) for name, row in found.items() if row is not None}


def take(text: Any, vectors: Any) -> None:
    """What this task does from here on need not compute these vectors of a text; what is none is left out."""
    rows = {}
    if isinstance(text, str) and isinstance(vectors, dict):
        sentence = plain(text)
        for name, encoder in _ENCODERS.items():
            if (row := _read(vectors.get(name), encoder)) is not None:
                rows[encoder.name, sentence] = row
    handed.set(rows)


def _written(row: np.ndarray) -> str:
    return base64.b64encode(row.astype(_NUMBER, copy=False).tobytes()).decode("ascii")


def _read(written: Any, encoder: Encoder) -> np.ndarray | None:
    if not isinstance(written, str):
        return None
    try:
        numbers = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(numbers) != encoder.dimensions * _NUMBER.itemsize:
        return None
    row = np.frombuffer(numbers, dtype=_NUMBER)
    return row if np.isfinite(row).all() else None
