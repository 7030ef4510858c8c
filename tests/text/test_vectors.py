"""Sentence vectors that are kept from one training to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from siaga.text import vectors
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
        return np.array([[len(sentence)] * E5.dimensions for sentence in sentences], dtype=np.float32)

    def load() -> Callable[[Sequence[str]], np.ndarray]:
        return encode

    return Encoder(E5.name, E5.dimensions, load)


def test_other_texts_do_not_drive_out_what_is_kept(tmp_path: Path, encoder: Encoder, encoded: list[str]) -> None:
    for texts in (["halo", "vaksin"], ["daftar"], ["halo", "vaksin", "daftar"]):
        assert encoder.vectors(texts, tmp_path).shape == (len(texts), E5.dimensions)
    assert sorted(encoded) == ["daftar", "halo", "vaksin"]


def test_the_oldest_go_when_there_are_too_many(
    tmp_path: Path, encoder: Encoder, encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "MOST_KEPT", 2)
    for text in ("halo", "vaksin", "daftar"):
        encoder.vectors([text], tmp_path)
    encoded.clear()
    encoder.vectors(["vaksin", "daftar"], tmp_path)
    assert encoded == []
    encoder.vectors(["halo"], tmp_path)
    assert encoded == ["halo"]
