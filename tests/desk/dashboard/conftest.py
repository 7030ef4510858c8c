"""Figures are computed anew in each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siaga.desk.dashboard import pages as dashboard
from siaga.desk.public import pages as public


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    for kept in (dashboard.kept, public.kept):
        kept.forget()
    yield
