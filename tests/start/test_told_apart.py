"""Migration 0013: what was told beside a person on file becomes a person of its own, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Connection, Engine, make_url

from siaga import migrations
from siaga.privacy.cipher import decrypt, encrypt

NIK = b"3578010502859001"


@pytest.fixture
def before(database_url: str) -> Iterator[Engine]:
    """A database as it was before, on the test run's server."""
    name = f"{make_url(database_url).database}_told"
    server = sa.create_engine(database_url, future=True, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine = sa.create_engine(make_url(database_url).set(database=name), future=True)
    with engine.begin() as connection:
        command.upgrade(migrations.config(connection), "0012")
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def run(connection: Connection, statement: str, **values: Any) -> Any:
    return connection.execute(sa.text(statement), values)


def test_each_who_told_something_else_has_a_person_of_their_own(before: Engine) -> None:
    told = json.dumps({"name": "Warga Uji 002", "birth_date": "1985-02-05", "relation": "father"}).encode()
    with before.begin() as made:
        run(made, "INSERT INTO contact (id, key) VALUES (1, 'a'), (2, 'b')")
        run(
            made,
            "INSERT INTO person (nik, nik_index, name, birth_date, sex, regency_code)"
            " VALUES (:nik, :index, :name, :born, 'L', '35.78')",
            nik=encrypt(NIK, "person.nik"),
            index=b"x" * 32,
            name=encrypt(b"Warga Uji 001", "person.name"),
            born=encrypt(b"1985-02-05", "person.birth_date"),
        )
        run(made, "INSERT INTO contact_person (contact_id, person_id, relation) VALUES (1, 1, 'self')")
        for contact, sealed in ((1, None), (2, encrypt(told, "registration.told"))):
            run(
                made,
                "INSERT INTO registration (contact_id, person_id, status, caused_by, answers, told)"
                " VALUES (:contact, 1, 'waiting_validation', :message, :answers, :told)",
                contact=contact,
                message=f"wamid.{contact}",
                answers=encrypt(b"{}", "registration.answers"),
                told=sealed,
            )
            run(
                made,
                "INSERT INTO consent (contact_id, person_id, purpose, version, given_at, message_id)"
                " VALUES (:contact, 1, 'registration', '1', now(), 'wamid')",
                contact=contact,
            )
        run(made, "INSERT INTO facility (code, name, regency_code, address) VALUES ('f', 'f', '35.78', 'f')")
        run(
            made,
            "INSERT INTO session (facility_id, starts_at, ends_at, vaccine, quota)"
            " VALUES (1, now(), now(), 'sinovac', 5)",
        )
        run(
            made,
            "INSERT INTO appointment (registration_id, person_id, session_id, code, status, caused_by)"
            " VALUES (2, 1, 1, 'SG-1', 'booked', 'wamid.2')",
        )
    migrations.upgrade(on=before)
    with before.connect() as after:
        people = run(after, "SELECT id, name, nik, disputed FROM person ORDER BY id").all()
        assert [(one.id, decrypt(one.name, "person.name"), one.disputed) for one in people] == [
            (1, b"Warga Uji 001", False),
            (2, b"Warga Uji 002", True),
        ]
        assert {decrypt(one.nik, "person.nik") for one in people} == {NIK}
        for table in ("registration", "consent"):
            whose = run(after, f"SELECT contact_id, person_id FROM {table} ORDER BY id").all()
            assert [tuple(row) for row in whose] == [(1, 1), (2, 2)], table
        assert run(after, "SELECT person_id FROM appointment").scalars().all() == [2]
        bonds = run(after, "SELECT contact_id, person_id, relation FROM contact_person ORDER BY id").all()
        assert [tuple(row) for row in bonds] == [(1, 1, "self"), (2, 2, "father")]
