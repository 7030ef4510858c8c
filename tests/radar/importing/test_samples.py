"""Whole files as they were published, where a folder of them is given: SIAGA_CASE_SAMPLES=folder."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from siaga.radar.figures import NATION
from tests.radar.importing.excerpts import load, values

_FOLDER = os.environ.get("SIAGA_CASE_SAMPLES")
pytestmark = pytest.mark.skipif(_FOLDER is None, reason="SIAGA_CASE_SAMPLES is not given")


@pytest.mark.parametrize(
    ("file", "shape", "key", "value"),
    [
        ("prov_2020-06-07.json", "prov", ("35", "confirmed", "total", date(2020, 6, 7)), 5948),
        ("update_2020-05-09.json", "update", (NATION, "confirmed", "total", date(2020, 5, 9)), 13645),
        ("data_2020-05-08.json", "data", (NATION, "confirmed", "total", date(2020, 5, 8)), 13112),
        ("NATIONAL.csv", "series", (NATION, "deaths", "new", date(2020, 9, 21)), 124),
        ("JAWA_TIMUR.csv", "series", ("35", "active", "now", date(2020, 9, 21)), 4475),
        (
            "jatim_kabko_daily_2020-03-20_to_2020-04-12.csv",
            "province_daily",
            ("35.78", "confirmed", "total", date(2020, 4, 12)),
            180,
        ),
    ],
)
def test_published_files_load(file: str, shape: str, key: tuple[str, str, str, date], value: int) -> None:
    path = Path(_FOLDER or "") / file
    table = load(path.read_bytes(), file=file)
    assert table.shape == shape
    assert values(table)[key] == value
    assert all(note.endswith((".", ")")) for note in table.notes)
