"""What is known of a place, joined from figures, colours, people and thresholds."""

from __future__ import annotations

from datetime import date

import pytest

from siaga.db import transaction
from siaga.radar import knowing
from tests.radar.given import SURABAYA, TODAY, bring


@pytest.mark.parametrize(("day", "level"), [(date(2021, 6, 30), None), (date(2021, 7, 1), 3)])
def test_a_level_is_by_the_thresholds_of_the_figures_own_day(database: str, day: date, level: int | None) -> None:
    with transaction() as session:
        bring(session, {SURABAYA: 3}, day=day)
        told = knowing.know(session, [SURABAYA], "covid19", TODAY)[SURABAYA].situation
    assert told is not None and told.stale
    assert (told.transmission.level if told.transmission else None) == level
