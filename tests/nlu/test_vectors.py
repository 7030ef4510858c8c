"""Sentence vectors that are kept from one training to the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from siaga.nlu import vectors


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sentences that were encoded, by an encoder that only counts letters."""
    asked: list[str] = []

    def encode(sentence: str) -> np.ndarray:
        asked.append(sentence)
        return np.full(vectors.DIMENSIONS, len(sentence), dtype=np.float32)

    monkeypatch.setattr(vectors, "_encoder", lambda: encode)
    return asked


def test_other_texts_do_not_drive_out_what_is_kept(tmp_path: Path, encoded: list[str]) -> None:
    kept = tmp_path / "vectors.npz"
    for texts in (["halo", "vaksin"], ["daftar"], ["halo", "vaksin", "daftar"]):
        assert vectors.vectors(texts, kept).shape == (len(texts), vectors.DIMENSIONS)
    assert sorted(encoded) == ["daftar", "halo", "vaksin"]


def test_the_oldest_go_when_there_are_too_many(
    tmp_path: Path, encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "MOST_KEPT", 2)
    kept = tmp_path / "vectors.npz"
    for text in ("halo", "vaksin", "daftar"):
        vectors.vectors([text], kept)
    encoded.clear()
    vectors.vectors(["vaksin", "daftar"], kept)
    assert encoded == []
    vectors.vectors(["halo"], kept)
    assert encoded == ["halo"]
