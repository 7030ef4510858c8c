"""The training examples of data/nlu: ``siaga check`` tells those that are measured with, too (tests/checking)."""

from __future__ import annotations

from pathlib import Path

from bench.understanding.data import SETS, fold
from siaga.checking import examples
from siaga.nlu.evaluate import read_rows
from siaga.settings import ROOT

HELD_OUT = Path(__file__).parent / "held_out.tsv"


def test_what_is_measured_with_is_what_the_check_looks_at() -> None:
    files = [*sorted(SETS.glob("*.tsv")), HELD_OUT]
    assert len({fold(row.text) for file in files for row in read_rows(file)}) > 1900
    looked_at = [ROOT / place for place in examples.MEASURES]
    assert all(file in looked_at or file.parent in looked_at for file in files)
    assert all(fold(text) == examples.fold(text) for text in ("Daftar, vaksin!", "17/08/1954?", "…", "COVID-19 dong"))
