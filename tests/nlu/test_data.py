"""The training examples of data/nlu."""

from __future__ import annotations

from pathlib import Path

from bench.understanding.data import SETS, examples, fold
from siaga.nlu.evaluate import read_rows

HELD_OUT = Path(__file__).parent / "held_out.tsv"
SHORT = 2
"""Whoever writes "iya", "batal" or "kulo nuwun" copies nobody: so short a text may be in both."""


def test_nothing_that_is_measured_is_trained_on() -> None:
    measured = {
        fold(row.text): file.name for file in [*sorted(SETS.glob("*.tsv")), HELD_OUT] for row in read_rows(file)
    }
    assert len(measured) > 1900
    copied = [
        f"{text!r} ({intent}) is in {measured[fold(text)]}"
        for text, intent in examples()
        if len(text.split()) > SHORT and fold(text) in measured
    ]
    assert not copied, "\n".join(["take these out of data/nlu:", *copied])
