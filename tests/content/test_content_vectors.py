"""Vectors of content are computed once: other processes read them from the database, or from the file beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from siaga.content import vectors
from siaga.content.tables import ContentVector
from siaga.db import transaction
from siaga.text.vectors import E5, Encoder


@pytest.fixture
def encoded() -> list[str]:
    """The sentences that were encoded."""
    return []


@pytest.fixture
def encoder(encoded: list[str]) -> Encoder:
    """An encoder that only counts letters."""

    def encode(sentences: Sequence[str]) -> np.ndarray:
        encoded.extend(sentences)
        counts = [[sentence.count(chr(97 + place % 26)) for place in range(E5.dimensions)] for sentence in sentences]
        return np.array(counts, dtype=np.float32)

    def load() -> Callable[[Sequence[str]], np.ndarray]:
        return encode

    return Encoder(E5.name, E5.dimensions, load)


def test_what_is_in_the_database_is_not_computed_again(
    database: str, tmp_path: Path, encoder: Encoder, encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "FOLDER", tmp_path / "one")
    first = vectors.vectors_of(encoder, ["vaksin halal", "efek samping", "vaksin halal"])
    assert first.shape == (3, E5.dimensions)
    assert np.array_equal(first[0], first[2])
    with transaction() as session:
        assert session.query(ContentVector).count() == 2
    encoded.clear()
    # Another machine: the same database, no file.
    monkeypatch.setattr(vectors, "FOLDER", tmp_path / "another")
    again = vectors.vectors_of(encoder, ["efek samping", "vaksin halal", "biaya"])
    assert encoded == ["biaya"]
    assert np.array_equal(again[:2], first[[1, 0]])


def test_without_a_database_the_file_does(
    tmp_path: Path, encoder: Encoder, encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise vectors.DatabaseUnknown("away")

    monkeypatch.setattr(vectors, "transaction", away)
    monkeypatch.setattr(vectors, "FOLDER", tmp_path)
    first = vectors.vectors_of(encoder, ["vaksin halal"])
    encoded.clear()
    assert np.array_equal(vectors.vectors_of(encoder, ["vaksin halal"]), first)
    assert encoded == []


def test_without_the_package_they_are_zeros() -> None:
    def missing() -> Callable[[Sequence[str]], np.ndarray]:
        raise ImportError("no module")

    assert not vectors.vectors_of(Encoder("e5", E5.dimensions, missing), ["vaksin halal"]).any()
