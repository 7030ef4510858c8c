"""docs/security.md names tests that are there."""

from __future__ import annotations

import re

from siaga.settings import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def named() -> list[str]:
    """What stands in the last column of its tables."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") > 4]
    return [path for row in rows for path in re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1])]


def test_every_test_that_it_names_is_there() -> None:
    assert len(named()) > 40
    missing = {path for path in named() if not (ROOT / "tests" / path).exists()}
    assert not missing
