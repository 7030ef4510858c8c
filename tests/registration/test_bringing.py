"""What to bring, on both sides of each boundary."""

from __future__ import annotations

from datetime import date

import pytest

from siaga.registration.bringing import to_bring

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("birth_date", "doses", "outcome", "papers"),
    [
        (date(1954, 8, 17), 0, "eligible", ("ktp",)),
        (date(1954, 8, 17), None, "eligible", ("ktp",)),
        (date(1954, 8, 17), 1, "eligible", ("ktp", "vaccine_card")),
        (date(1954, 8, 17), 2, "refer", ("ktp", "vaccine_card", "doctor_letter")),
        # 18, the day before, 17, the day before
        (date(2008, 11, 23), 0, "eligible", ("ktp",)),
        (date(2008, 11, 24), 0, "eligible", ("ktp", "guardian_ktp")),
        (date(2009, 11, 23), 0, "eligible", ("ktp", "guardian_ktp")),
        (date(2009, 11, 24), 0, "eligible", ("kk", "guardian_ktp")),
    ],
)
def test_papers(birth_date: date, doses: int | None, outcome: str, papers: tuple[str, ...]) -> None:
    assert to_bring(birth_date, DAY, doses, outcome) == papers
