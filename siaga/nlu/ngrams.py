"""N-grams of words and letters, folded to a few hundred numbers.

Three blocks: words and letters of the plain text, letters as they were written. Each has length one, whatever the
length of the message. The folding (``TruncatedSVD``) brings n-grams together that occur in the same messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from siaga.text.normalise import normalise_words
from siaga.text.words import split_words

# What a block reads; its analyzer, shortest and longest n-gram, least number of examples.
_Shape = tuple[str, int, int, int]
_BLOCKS: list[tuple[str, _Shape]] = [
    ("plain", ("word", 1, 2, 2)),
    ("plain", ("char_wb", 2, 5, 3)),
    ("written", ("char_wb", 2, 5, 3)),
]
# Few texts hold few n-grams twice: then one is enough.
_FEW = 500
_FOLDED = 6000
"""The folding is learned from so many texts."""


def words_as_read(text: str) -> dict[str, str]:
    """A text as the blocks read it: in plain words, and as it was written; without marks."""
    words = [word.text for word in split_words(text)] or [text]
    return {"plain": as_read(normalise_words(words)), "written": as_read([word.lower() for word in words])}


def as_read(words: Sequence[str]) -> str:
    """The text that the n-grams are cut from."""
    return " ".join(_no_digits(word) for word in words)


def _no_digits(word: str) -> str:
    """One sign for all digits: which they are says nothing of the intent, how many does; a lone digit stays ("dosis
    2")."""
    return word if len(word) <= 1 else "".join("0" if character.isdigit() else character for character in word)


def _vectorizer(shape: _Shape, few: bool) -> TfidfVectorizer:
    analyzer, shortest, longest, least = shape
    pattern = {"token_pattern": r"\S+"} if analyzer == "word" else {}
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=(shortest, longest),
        min_df=1 if few else least,
        sublinear_tf=True,
        dtype=np.float32,
        **pattern,
    )


@dataclass
class Ngrams:
    """What was learned of n-grams: a vocabulary with weights a block, and the folding (n-grams x directions, in
    half precision)."""

    vocabularies: list[dict[str, int]] = field(default_factory=list)
    idfs: list[np.ndarray] = field(default_factory=list)
    folding: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float16))

    @classmethod
    def learn(cls, texts: Sequence[str], directions: int) -> tuple[Ngrams, np.ndarray]:
        """Learns from texts; also returns their folded n-grams (texts x directions)."""
        read = [words_as_read(text) for text in texts]
        ngrams, parts = cls(), []
        for kind, shape in _BLOCKS:
            vectorizer = _vectorizer(shape, few=len(texts) < _FEW)
            parts.append(vectorizer.fit_transform([text[kind] for text in read]))
            ngrams.vocabularies.append({gram: int(place) for gram, place in vectorizer.vocabulary_.items()})
            ngrams.idfs.append(vectorizer.idf_)
        counts: csr_matrix = hstack(parts).tocsr() / np.float32(np.sqrt(len(parts)))
        directions = max(1, min(directions, min(counts.shape) - 1))
        # More rows take longer and teach no more.
        some = np.random.default_rng(0).permutation(counts.shape[0])[:_FOLDED]
        folding = TruncatedSVD(directions, n_iter=1, random_state=0).fit(counts[some])
        # Kept, and used in training, as it will be saved.
        ngrams.folding = folding.components_.T.astype(np.float16)
        return ngrams, counts @ ngrams.folding.astype(np.float32)

    def fold(self, texts: Sequence[str]) -> np.ndarray:
        """The folded n-grams of texts (texts x directions).

        Counts by hand what scikit-learn counts for training: for one message its checks cost more than the sums.
        """
        rows = np.zeros((len(texts), self.folding.shape[1]), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            read = words_as_read(text)
            first = 0
            for (kind, _), analyze, vocabulary, idf in zip(
                _BLOCKS, self._analyzers, self.vocabularies, self.idfs, strict=True
            ):
                counts = Counter(place for gram in analyze(read[kind]) if (place := vocabulary.get(gram)) is not None)
                if counts:
                    places = np.fromiter(counts, dtype=np.intp)
                    values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * idf[places]
                    values /= np.sqrt((values**2).sum() * len(_BLOCKS))
                    # No matrix product of numpy's, whose threads spin on after it.
                    row += np.einsum(
                        "i,ij->j", values.astype(np.float32), self.folding[first + places].astype(np.float32)
                    )
                first += len(vocabulary)
        return rows

    @cached_property
    def _analyzers(self) -> list[Callable[[str], list[str]]]:
        """What cuts a text into the n-grams of each block; scikit-learn makes them anew whenever they are asked for."""
        return [_vectorizer(shape, few=False).build_analyzer() for _, shape in _BLOCKS]

    def description(self) -> list[list[str]]:
        """The n-grams of each block in order, for JSON."""
        return [sorted(vocabulary, key=vocabulary.__getitem__) for vocabulary in self.vocabularies]

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, for ``numpy.savez``."""
        named: dict[str, np.ndarray] = {"folding": self.folding}
        return named | {f"idf{place}": idf.astype(np.float32) for place, idf in enumerate(self.idfs)}

    @classmethod
    def from_saved(cls, description: list[list[str]], arrays: Any) -> Ngrams:
        """What ``description`` and ``arrays`` gave."""
        return cls(
            [{gram: place for place, gram in enumerate(grams)} for grams in description],
            [arrays[f"idf{place}"] for place in range(len(description))],
            arrays["folding"],
        )
