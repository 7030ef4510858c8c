"""Few and short claims in place of the service's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from siaga.hoaxes import Checker, load_claims, matching

CONTENT = Path(__file__).parent / "content"


@pytest.fixture(scope="session")
def few() -> Checker:
    """The claims of ``tests/hoaxes/content``."""
    return Checker(load_claims(CONTENT))


@pytest.fixture
def claims(few: Checker, monkeypatch: pytest.MonkeyPatch) -> Checker:
    """The claims of ``tests/hoaxes/content``, everywhere."""
    monkeypatch.setattr(matching, "checker", lambda preview=False: few)
    return few
