"""What is read goes into the database and comes out as it was."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone

from siaga.db import transaction
from siaga.radar import store
from siaga.radar.taking import bring
from tests.radar.importing.excerpts import TODAY, daily, detail, prov, text, update

AT = datetime(2026, 11, 22, 3, tzinfo=timezone.utc)


def test_every_shape_is_taken_and_read_back(database: str) -> None:
    day = date(2020, 6, 7)
    with transaction() as session:
        for content, file in (
            (json.dumps(prov()), "prov.json"),
            (json.dumps(update()), "update.json"),
            (json.dumps(detail(times=10)), "prov_detail_JAWA_TIMUR.json"),
            (text(daily()), "jatim.csv"),
        ):
            assert bring(session, content.encode(), file=file, today=TODAY, at=AT).taken
    with transaction() as session:
        found = store.figures(session, ["91-2022", "91", "ID", "35", "35.78"], "covid19")
    assert set(found) == {"91-2022", "ID", "35", "35.78"}
    assert found["91-2022"].trail("confirmed").total(day) == 3300
    assert found["35"].trail("confirmed").new(date(2020, 8, 10)) == 29
    assert found["ID"].trail("deaths").week(date(2020, 4, 12)) == sum(range(8, 15))
    assert found["35.78"].source.name == "jatim"
