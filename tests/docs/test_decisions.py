"""The records of decisions: numbered without a gap, of one form, each in the index, each name in it true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from siaga.settings import ROOT
from tests.docs.pages import headings

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
PARTS = ["Context", "Decision", "Consequences", "Measured"]
_HEAD = re.compile(r"# (\d{4})\. (.+)\n\nStatus: (in force|replaced by \d{4})\. Date: (\d{4}-\d{2}-\d{2})\.\n")


def head(path: Path) -> tuple[str, str, str, str]:
    """Number, title, status and date."""
    found = _HEAD.match(path.read_text(encoding="utf-8"))
    assert found, path.name
    return found[1], found[2], found[3], found[4]


def test_they_are_numbered_without_a_gap() -> None:
    assert len(RECORDS) > 20
    assert [path.name[:5] for path in RECORDS] == [f"{number:04d}-" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_each_has_its_parts_and_says_something_in_each(path: Path) -> None:
    number, _, status, day = head(path)
    assert path.name.startswith(f"{number}-")
    assert date.fromisoformat(day) <= date.today()  # noqa: DTZ011 - a day, wherever it is read
    text = path.read_text(encoding="utf-8")
    assert [words for depth, words in headings(text) if depth == 2] == PARTS
    assert all(len(part.strip()) > 4 for part in text.split("\n## ")[1:])
    if status != "in force":
        assert list(FOLDER.glob(f"{status[-4:]}-*.md"))
    for other in re.findall(r"[Rr]ecord (\d{4})", text):
        assert list(FOLDER.glob(f"{other}-*.md")), other


def test_the_index_has_each_as_it_is() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+?) \| (.+?) \| (\S+) \|$", index, re.M)
    assert rows == [(number, path.name, *rest) for path in RECORDS for number, *rest in [head(path)]]
