"""Sentence vectors of what staff write, computed once: kept in the database, and in a file beside it.

A vector takes up to 10 ms, and the ways to ask are some thousands: a process that starts, or that makes its search anew
after a change, reads those that are known and computes only what is new.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from siaga.content.tables import ContentVector
from siaga.db import transaction
from siaga.db.server import DatabaseUnknown
from siaga.text.vectors import KEPT, Encoder, plain

logger = logging.getLogger(__name__)

FOLDER = KEPT / "content"
"""Where vectors are kept on this machine, for what runs without a database."""
_AT_ONCE = 2_000


def vectors_of(encoder: Encoder, texts: Sequence[str]) -> np.ndarray:
    """The vectors of texts of the content, one a row; zeros without the encoder's package.

    ``texts`` are never what citizens write: they are kept.
    """
    if not encoder.works or not texts:
        return np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    # The mean that is taken off is part of the name, and so is the engine: vectors of another one are not these.
    centre = hashlib.sha256(encoder.centre.tobytes() + encoder.engine.encode()).digest()
    names = [hashlib.sha256(centre + _read_as(text)).digest() for text in texts]
    known = _read(encoder, set(names))
    new = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
    if new:
        # In half precision at once, so that a vector is the same whether it was kept or not.
        made = dict(zip(new, _computed(encoder, list(new.values())).astype(np.float16), strict=True))
        _write(encoder, made)
        known |= made
    return np.array([known[name] for name in names], dtype=np.float32)


@lru_cache(maxsize=20_000)
def _read_as(text: str) -> bytes:
    """What an encoder reads of a text of the content: each asks for it, and so does every search that is made anew."""
    return plain(text).encode()


def _computed(encoder: Encoder, texts: list[str]) -> np.ndarray:
    try:
        return encoder.vectors(texts, FOLDER)
    except OSError as error:
        logger.warning("Vectors of the content cannot be kept in a file: %s", error.strerror)
        return encoder.vectors(texts)


def _read(encoder: Encoder, names: set[bytes]) -> dict[bytes, np.ndarray]:
    wanted = list(names)
    known: dict[bytes, np.ndarray] = {}
    try:
        with transaction() as session:
            for start in range(0, len(wanted), _AT_ONCE):
                rows = session.execute(
                    select(ContentVector.digest, ContentVector.vector).where(
                        ContentVector.encoder == encoder.name,
                        ContentVector.digest.in_(wanted[start : start + _AT_ONCE]),
                    )
                )
                known.update((bytes(name), np.frombuffer(vector, dtype=np.float16)) for name, vector in rows)
    except (DatabaseUnknown, SQLAlchemyError):
        # Without the database the file does: the search must come up all the same.
        return {}
    return known


def _write(encoder: Encoder, made: dict[bytes, np.ndarray]) -> None:
    rows = [
        {"encoder": encoder.name, "digest": name, "vector": vector.tobytes()} for name, vector in sorted(made.items())
    ]
    try:
        with transaction() as session:
            for start in range(0, len(rows), _AT_ONCE):
                session.execute(insert(ContentVector).on_conflict_do_nothing(), rows[start : start + _AT_ONCE])
    except (DatabaseUnknown, SQLAlchemyError):
        logger.info("Vectors of the content are kept in a file only: the database cannot be reached")
