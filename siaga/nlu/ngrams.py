"""N-grams of words and letters, folded to a few hundred numbers.

Three blocks: words and letters of the plain text, letters as they were written. Each has length one, whatever the
length of the message. The folding (``TruncatedSVD``) brings n-grams together that occur in the same messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
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
_WORDS = 4000
"""Of so many words the n-grams are kept: most of a message are words that came before."""
# Half precision has small numbers of a kind of their own, which not all processors are quick with; so raised it has
# none of them, and a third of the folding would be.
_RAISED = 2.0**15
# By so much a half of which the bits were only moved to their places is smaller than it should be.
_MOVED = 2.0**112


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
    if len(word) <= 1 or word.isalpha():
        return word
    return "".join("0" if character.isdigit() else character for character in word)


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
    half precision, times ``_RAISED``)."""

    vocabularies: list[dict[str, int]] = field(default_factory=list)
    idfs: list[np.ndarray] = field(default_factory=list)
    raised: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float16))

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
        ngrams.raised = _raise(folding.components_.T.astype(np.float16))
        return ngrams, counts @ _lowered(ngrams.raised).astype(np.float32)

    def fold(self, texts: Sequence[str]) -> np.ndarray:
        """The folded n-grams of texts (texts x directions).

        Counts by hand what scikit-learn counts for training: for one message its checks cost more than the sums.
        """
        rows = np.zeros((len(texts), self.raised.shape[1]), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            read = words_as_read(text)
            first = 0
            for (kind, _), places_in, vocabulary, idf in zip(
                _BLOCKS, self._readers, self.vocabularies, self.idfs, strict=True
            ):
                counts = Counter(places_in(read[kind]))
                if counts:
                    places = np.fromiter(counts, dtype=np.intp)
                    values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * idf[places]
                    values /= np.sqrt((values**2).sum() * len(_BLOCKS))
                    values *= _MOVED / _RAISED
                    # No matrix product of numpy's, whose threads spin on after it.
                    row += np.einsum("i,ij->j", values.astype(np.float32), _moved(self.raised[first + places]))
                first += len(vocabulary)
        return rows

    @cached_property
    def _readers(self) -> list[Callable[[str], Iterable[int]]]:
        """What finds the places of a text's n-grams in the vocabulary of each block."""
        return [_reader(shape, vocabulary) for (_, shape), vocabulary in zip(_BLOCKS, self.vocabularies, strict=True)]

    def description(self) -> list[list[str]]:
        """The n-grams of each block in order, for JSON."""
        return [sorted(vocabulary, key=vocabulary.__getitem__) for vocabulary in self.vocabularies]

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, for ``numpy.savez``."""
        named: dict[str, np.ndarray] = {"folding": _lowered(self.raised)}
        return named | {f"idf{place}": idf.astype(np.float32) for place, idf in enumerate(self.idfs)}

    @classmethod
    def from_saved(cls, description: list[list[str]], arrays: Any) -> Ngrams:
        """What ``description`` and ``arrays`` gave."""
        return cls(
            [{gram: place for place, gram in enumerate(grams)} for grams in description],
            [arrays[f"idf{place}"] for place in range(len(description))],
            _raise(arrays["folding"]),
        )


def _reader(shape: _Shape, vocabulary: dict[str, int]) -> Callable[[str], Iterable[int]]:
    # scikit-learn makes them anew whenever they are asked for.
    analyze = _vectorizer(shape, few=False).build_analyzer()

    def places_in(text: str) -> tuple[int, ...]:
        return tuple(place for gram in analyze(text) if (place := vocabulary.get(gram)) is not None)

    if shape[0] != "char_wb":
        return places_in
    # The letters of a word are cut by themselves, whatever stands beside it.
    of_word = lru_cache(maxsize=_WORDS)(places_in)
    return lambda text: chain.from_iterable(map(of_word, text.split()))


def _raise(folding: np.ndarray) -> np.ndarray:
    """A folding in half precision, whose numbers are at most 1, times ``_RAISED``, which loses nothing."""
    # Each number is looked up among all there are: to multiply so many takes half a second.
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    with np.errstate(over="ignore", invalid="ignore"):
        raised: np.ndarray = (every * np.float16(_RAISED))[folding.view(np.uint16)]
    return raised


def _lowered(raised: np.ndarray) -> np.ndarray:
    """The folding as it was."""
    folding: np.ndarray = raised / np.float16(_RAISED)
    return folding


def _moved(halves: np.ndarray) -> np.ndarray:
    """Half-precision numbers in single precision, divided by ``_MOVED``: numpy's own way takes eight times as long.

    Sign, exponent and fraction are moved to their places. Zero and infinities apart, none may be subnormal.
    """
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    # The sign was drawn out over three bits of the exponent.
    bits &= ~(0b111 << 28)
    moved: np.ndarray = bits.view(np.float32)
    return moved
