"""What PostgreSQL writes into its own log of a statement that failed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact


def test_it_names_the_constraint_and_no_value(database: str) -> None:
    with transaction() as session:
        key = str(ensure_contact(session, phone="628000000001").key)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(Contact.__table__.insert().values(key=key))
    with transaction() as session:
        folder = Path(str(session.execute(text("SHOW data_directory")).scalar_one()))
    log = folder.with_name(folder.name + ".log").read_text(errors="replace")
    assert "uq_contact_key" in log
    assert key not in log and "DETAIL" not in log.rpartition("uq_contact_key")[2]
