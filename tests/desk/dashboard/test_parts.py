"""The dashboard's small parts: periods, what is kept, files, explanations."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.desk.dashboard.failures import explained
from siaga.desk.dashboard.keeping import Kept
from siaga.desk.dashboard.period import Period, chosen
from siaga.desk.dashboard.sheets import BOM, sheet
from siaga.desk.dashboard.tables import Row, Table
from siaga.turns.failures import GIVEN_UP, UNTOLD

TODAY = date(2026, 11, 23)


def test_a_period_is_whole_days_of_the_desks_zone() -> None:
    period = chosen(TODAY, "7")
    assert (period.first, period.last, period.days) == (date(2026, 11, 17), TODAY, 7)
    assert period.begins("WIB").isoformat() == "2026-11-17T00:00:00+07:00"
    assert period.ends("WIT").isoformat() == "2026-11-24T00:00:00+09:00"
    assert chosen(TODAY, "", "2026-11-23", "2026-11-23") == Period(TODAY, TODAY)


def test_values_are_kept_for_a_while_and_not_too_many() -> None:
    now, made = [0.0], []

    def make() -> int:
        made.append(1)
        return len(made)

    kept: Kept[int] = Kept(60, most=2, clock=lambda: now[0])
    assert [kept.get("a", make), kept.get("a", make)] == [1, 1]
    now[0] = 60
    assert kept.get("a", make) == 2
    kept.get("b", make), kept.get("c", make)
    assert kept.get("c", make) == 4
    assert kept.get("a", make) == 5, "the oldest had to go"


# PostgreSQL keeps no NUL.
labels_ = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=20)


@given(st.lists(labels_, min_size=1, max_size=5), st.none() | st.integers(0, 10**6))
def test_a_file_reads_back_and_no_cell_is_a_formula(labels: list[str], value: int | None) -> None:
    table = Table("x", "x", "x", ("Nama", "Jumlah"), tuple(Row(label, (value,)) for label in labels), (value,))
    written = sheet(table)
    assert written.startswith(BOM)
    rows = list(csv.reader(io.StringIO(written[1:], newline="")))
    assert rows[0] == ["Nama", "Jumlah"]
    assert [row[0].removeprefix("'") for row in rows[1:-1]] == [
        label.replace("\r\n", "\n").replace("\r", "\n").removeprefix("'") for label in labels
    ]
    assert all(row[1] == ("<5" if value is None else str(value)) for row in rows[1:])
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋")) for row in rows for cell in row)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("131026", "tidak ada di WhatsApp"),
        ("131047", "24 jam"),
        ("80007", "Gangguan sementara"),
        ("63016", "24 jam"),
        ("30008", "Gangguan sementara"),
        ("190", "izinnya bermasalah"),
        ("999999", "tidak diterima"),
        (UNTOLD, "tidak menyebut"),
        (GIVEN_UP, "Tidak sempat dikirim"),
        ("apa pun", "tidak menyebut"),
    ],
)
def test_a_failure_is_explained(code: str, words: str) -> None:
    assert words in explained(code)
