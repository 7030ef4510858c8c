"""a NIK that two contacts tell differently has a person for each

Revision 0013, after 0012; written 2026-11-23.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from siaga.people.names import name_birth_index
from siaga.privacy.cipher import decrypt, encrypt

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TOLD = "registration.told"
_THEIRS = ("appointment", "waiting")


def upgrade() -> None:
    op.add_column("person", sa.Column("disputed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_constraint("uq_person_nik_index", "person", type_="unique")
    op.create_index("ix_person_nik_index", "person", ["nik_index"], unique=False)
    op.create_index(
        "uq_person_nik_index", "person", ["nik_index"], unique=True, postgresql_where=sa.text("NOT disputed")
    )
    _set_apart(op.get_bind())
    op.drop_column("registration", "told")


def downgrade() -> None:
    """Who disputes a NIK is not kept: there is room for one."""
    op.execute("DELETE FROM person WHERE disputed")
    op.add_column("registration", sa.Column("told", sa.LargeBinary(), nullable=True))
    op.drop_index("uq_person_nik_index", table_name="person", postgresql_where=sa.text("NOT disputed"))
    op.drop_index("ix_person_nik_index", table_name="person")
    op.create_unique_constraint("uq_person_nik_index", "person", ["nik_index"])
    op.drop_column("person", "disputed")


def _set_apart(connection: Any) -> None:
    """What was told beside a person on file becomes a person of its own, one for each contact who told it."""
    known = "SELECT r.id, r.contact_id, r.person_id, r.told, p.nik, p.nik_index, p.sex, p.regency_code, p.district_code"
    rows = connection.execute(
        sa.text(
            f"{known} FROM registration r JOIN person p ON p.id = r.person_id"
            " WHERE r.told IS NOT NULL ORDER BY r.id DESC"
        )
    ).all()
    made: dict[tuple[int, int], int] = {}
    for row in rows:
        whose = (row.contact_id, row.person_id)
        if whose not in made:
            made[whose] = _person(connection, row, json.loads(decrypt(row.told, _TOLD)))
        new = {"new": made[whose], "registration": row.id}
        connection.execute(sa.text("UPDATE registration SET person_id = :new WHERE id = :registration"), new)
        for table in _THEIRS:
            connection.execute(
                sa.text(f"UPDATE {table} SET person_id = :new WHERE registration_id = :registration"),  # noqa: S608
                new,
            )
    for (contact_id, former), new_id in made.items():
        for table in ("consent", "notice", "task"):
            connection.execute(
                sa.text(
                    f"UPDATE {table} SET person_id = :new"  # noqa: S608 - our own words
                    " WHERE contact_id = :contact AND person_id = :former AND NOT EXISTS"
                    " (SELECT 1 FROM contact_person c WHERE c.contact_id = :contact AND c.person_id = :former)"
                ),
                {"new": new_id, "contact": contact_id, "former": former},
            )


def _person(connection: Any, row: Any, told: dict[str, str]) -> int:
    """The newest of what a contact told of a NIK, as a person on file whom they look after."""
    values = {
        "nik": encrypt(decrypt(row.nik, "person.nik"), "person.nik"),
        "nik_index": row.nik_index,
        "name": encrypt(told["name"].encode(), "person.name"),
        "birth_date": encrypt(told["birth_date"].encode(), "person.birth_date"),
        "name_birth_index": name_birth_index(told["name"], date.fromisoformat(told["birth_date"])),
        "sex": row.sex,
        "regency_code": row.regency_code,
        "district_code": row.district_code,
    }
    columns = ", ".join(values)
    person_id: int = connection.execute(
        sa.text(
            f"INSERT INTO person ({columns}, disputed)"  # noqa: S608 - our own words
            f" VALUES ({', '.join(f':{name}' for name in values)}, true) RETURNING id"
        ),
        values,
    ).scalar_one()
    connection.execute(
        sa.text(
            "INSERT INTO contact_person (contact_id, person_id, relation, guardian)"
            " VALUES (:contact, :person, :relation, :guardian)"
        ),
        {
            "contact": row.contact_id,
            "person": person_id,
            "relation": told.get("relation", "other"),
            "guardian": told.get("guardian") == "yes",
        },
    )
    return person_id
