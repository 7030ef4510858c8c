"""N-grams are folded for one message as they were for training, only faster."""

from __future__ import annotations

import numpy as np

from siaga.nlu import ngrams
from siaga.nlu.ngrams import Ngrams

TEXTS = [
    f"{greeting} {wish} {day} {thing}"
    for greeting in ("halo min", "Sugeng enjing", "pagii kak")
    for wish in ("mau daftar vaksin", "jadwal dosis 2 kapan", "sy demam 3 hari", "rumah sakit dimana")
    for day in ("besok", "17/08/2021", "")
    for thing in ("ya", "utk ibu sy", "😷", "di Surabaya")
]


def test_a_message_is_folded_as_the_examples_were() -> None:
    learned, folded = Ngrams.learn(TEXTS, directions=24)
    for text, row in zip(TEXTS, folded, strict=True):
        np.testing.assert_allclose(learned.fold([text])[0], row, atol=1e-6)


def test_what_was_saved_folds_the_same() -> None:
    learned, _ = Ngrams.learn(TEXTS, directions=24)
    saved = learned.arrays()
    again = Ngrams.from_saved(learned.description(), saved)
    assert saved["folding"].dtype == np.float16
    assert np.abs(saved["folding"]).max() <= 1
    assert np.array_equal(again.arrays()["folding"], saved["folding"])
    # A word met again is read as when it was new.
    for texts in (TEXTS, TEXTS[::-1], ["", "...", "vaksin"]):
        assert np.array_equal(again.fold(texts), learned.fold(texts))


def test_every_half_that_a_folding_may_hold_is_moved_exactly() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    folding = every[np.abs(every) <= 1]
    widened = ngrams._moved(ngrams._raise(folding)) * np.float32(ngrams._MOVED / ngrams._RAISED)
    assert np.array_equal(widened, folding.astype(np.float32))
    assert np.array_equal(ngrams._lowered(ngrams._raise(folding)), folding)
