"""Many rows in one statement."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DataError

from siaga.db import transaction
from siaga.db.bulk import FEW, insert_rows
from siaga.turns.tables import Quarantine


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_a_text_that_is_too_long_is_refused_not_cut(database: str, count: int) -> None:
    rows = [{"reason": "x" * 121, "digest": bytes([place]) * 32, "content": {}} for place in range(count)]
    with pytest.raises(DataError), transaction() as session:
        session.execute(insert_rows(Quarantine, rows))
